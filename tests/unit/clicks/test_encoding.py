import numpy as np
import pytest
from stack_files import write_stack

from oneclick.clicks.encoding import Encoding, encode, write_encoded
from oneclick.data.grid import grid_of
from oneclick.settings.study import encoding_of

MM = (2.0, 4.0)
"""A pixel's size along rows and columns."""


def clicked(*places: tuple[int, int], shape=(7, 9)) -> np.ndarray:
    matrix = np.zeros((1, *shape), np.uint8)
    for place in places:
        matrix[(0, *place)] = 1
    return matrix


def test_a_pixel_is_the_papers_matrix():
    matrix = clicked((2, 3), (5, 5))
    np.testing.assert_array_equal(encode(matrix, Encoding(), MM), matrix)


def test_a_disk_is_round_in_mm_and_in_pixels():
    found = encode(clicked((3, 4)), Encoding("disk", 4.0, "mm"), MM)[0]
    # 4 mm: two pixels along rows, one along columns; the diagonal (1, 1) is 4.47 mm away
    assert sorted(map(tuple, np.argwhere(found))) == [(1, 4), (2, 4), (3, 3), (3, 4), (3, 5), (4, 4), (5, 4)]
    found = encode(clicked((3, 4)), Encoding("disk", 1.0, "pixels"), MM)[0]
    assert sorted(map(tuple, np.argwhere(found))) == [(2, 4), (3, 3), (3, 4), (3, 5), (4, 4)]


def test_gaussian_and_distance_by_hand():
    gaussian = encode(clicked((3, 4)), Encoding("gaussian", 4.0, "mm"), MM)[0]
    assert gaussian[3, 4] == 1
    assert gaussian[3, 5] == pytest.approx(np.exp(-0.5)) == gaussian[5, 4]  # one standard deviation away
    assert gaussian[4, 5] == pytest.approx(np.exp(-(2**2 + 4**2) / (2 * 4**2)))
    distance = encode(clicked((3, 4)), Encoding("distance", 8.0, "mm"), MM)[0]
    assert [distance[3, 4], distance[3, 5], distance[5, 4], distance[3, 6], distance[3, 8]] == [1, 0.5, 0.5, 0, 0]


@pytest.mark.parametrize("shape", ["disk", "gaussian", "distance"])
def test_of_several_clicks_the_nearest_counts(shape):
    encoding = Encoding(shape, 3.0, "pixels")
    one, other = (encode(clicked(place), encoding, MM) for place in ((1, 1), (4, 6)))
    np.testing.assert_array_equal(encode(clicked((1, 1), (4, 6)), encoding, MM), np.maximum(one, other))


@pytest.mark.parametrize("shape", ["pixel", "disk", "gaussian", "distance"])
def test_no_click_is_all_zeros_and_values_lie_between_0_and_1(shape):
    encoding = Encoding(shape, 3.0, "pixels")
    assert not encode(np.zeros((2, 5, 5), np.uint8), encoding, MM).any()
    found = encode(clicked((0, 0), (6, 8)), encoding, MM)
    assert found.dtype == np.float32 and found.min() >= 0 and found.max() == 1


def test_unknown_encoding():
    with pytest.raises(ValueError, match="'cross'"):
        encode(clicked((0, 0)), Encoding("cross", 1.0), MM)


def test_the_row_of_a_network_says_how():
    assert encoding_of({"clicks": "center"}) == {"shape": "pixel", "size": None, "unit": "mm"}
    row = {"clicks": "center", "encoding": "disk", "encoding_pixels": 2}
    assert Encoding(**encoding_of(row)) == Encoding("disk", 2, "pixels")


def test_pixels_of_the_patients_own_grid_are_used(tmp_path):
    # 16 x 16 voxels on 8 x 8 pixels: two voxels a pixel
    fine, coarse = (grid_of(np.ones((16, 16, 3)), np.diag([voxel, voxel, 3, 1]), 8, None) for voxel in (1.0, 2.0))
    planes = np.ones((3, 8, 8))
    files = write_stack(tmp_path, {"fine": [0, 2], "coarse": [1]}, planes, planes, {"coarse": coarse, "fine": fine})
    matrices = np.concatenate([clicked((4, 4), shape=(8, 8)), np.zeros((1, 8, 8), np.uint8), clicked((4, 4), shape=(8, 8))])
    np.save(tmp_path / "c.npy", matrices)
    paths = str(tmp_path / "c.npy"), files.slices_csv, files.grids_json
    write_encoded(*paths, Encoding("disk", 4.0, "mm"), str(tmp_path / "encoded.npy"))
    encoded = np.load(tmp_path / "encoded.npy")
    assert encoded.dtype == np.float32 and encoded.shape == (3, 8, 8)
    assert encoded.sum(axis=(1, 2)).tolist() == [13, 0, 5]  # 2 pixels around, no click, 1 pixel around
