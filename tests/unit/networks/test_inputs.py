import numpy as np

from oneclick.networks.inputs import InputFiles, with_clicks


def test_channels(tmp_path):
    images, clicks = np.full((4, 2, 3), 0.5, np.float32), np.zeros((4, 2, 3), np.uint8)
    images[2:], clicks[3] = 0.25, 1
    assert with_clicks(images, None).shape == (4, 2, 3, 1)
    both = with_clicks(images, clicks)
    assert both.dtype == np.float32
    assert both[:, 0, 0].tolist() == [[0.5, 0], [0.5, 0], [0.25, 0], [0.25, 1]]
    paths = [str(tmp_path / f"{name}.npy") for name in ("slices", "clicks")]
    for path, array in zip(paths, (images, clicks), strict=True):
        np.save(path, array)
    plain, clicked = InputFiles(paths[0], None), InputFiles(*paths)
    assert (plain.shape, clicked.shape) == ((4, 2, 3, 1), (4, 2, 3, 2))
    for rows in (slice(1, 4), np.array([1, 2, 3])):
        np.testing.assert_array_equal(clicked.read(rows), both[1:])
        np.testing.assert_array_equal(plain.read(rows), both[1:, ..., :1])
    assert clicked.read(slice(0)).shape == (0, 2, 3, 2)
