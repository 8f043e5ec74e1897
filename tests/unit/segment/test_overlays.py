import numpy as np
import pandas as pd
import pytest

from oneclick.data.grid import grid_of
from oneclick.segment.overlays import draw_overlay, write_overlays
from oneclick.segment.prepared import PreparedFiles

IMAGE = np.random.default_rng(1).random((32, 32))


def drawn(pixel_mm):
    clicks, mask = np.zeros((32, 32), np.uint8), np.zeros((32, 32), np.uint8)
    clicks[5, 20] = 1
    mask[4:8, 18:23] = 1
    return draw_overlay(IMAGE, clicks, {"a": mask}, pixel_mm, "P1", 7)


@pytest.mark.parametrize(("pixel_mm", "bar"), [((4.0, 4.0), 20), ((2.0, 1.0), 20), ((0.3, 0.3), 5)])
def test_the_bar_is_as_long_as_it_says_and_pixels_have_their_shape(pixel_mm, bar):
    ax = drawn(pixel_mm).axes[0]
    assert f"{bar} mm" in [text.get_text() for text in ax.texts]
    line = next(line for line in ax.lines if len(line.get_xdata()) == 2)
    assert np.ptp(line.get_xdata()) * pixel_mm[0] == pytest.approx(bar)
    assert ax.get_aspect() == pixel_mm[1] / pixel_mm[0]


def test_the_click_lies_where_a_radiologist_looks_for_it():
    fig = drawn((4.0, 4.0))
    click = next(line for line in fig.axes[0].lines if line.get_marker() == "+")
    assert (click.get_xdata()[0], click.get_ydata()[0]) == (5, 20)  # rows run to the left side of the patient, columns back
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["a: 3.2 cm²", "click (n = 1)"]  # 20 of 4 x 4 mm


def test_a_picture_for_each_slice_with_a_click_or_a_mask(tmp_path):
    affine = np.diag([-2.0, -2.0, 3.0, 1.0])
    grid_of(np.ones((16, 16, 9)), affine, 32, None).write(tmp_path / "grid.json")
    clicks, masks = np.zeros((2, 3, 32, 32), np.uint8)
    clicks[1, 5, 5] = masks[2, 9, 9] = 1
    np.save(tmp_path / "slices.npy", np.stack([IMAGE] * 3))
    np.save(tmp_path / "clicks.npy", clicks)
    np.save(tmp_path / "masks.npy", masks)
    pd.DataFrame({"slice": [3, 8, 11]}).to_csv(tmp_path / "slices.csv", index=False)
    names = ("slices.npy", "clicks.npy", "slices.csv", "clicks.csv", "grid.json")
    files = PreparedFiles(*(str(tmp_path / name) for name in names))
    write_overlays("P1", files, ["a"], [tmp_path / "masks.npy"], tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["slice-008.png", "slice-011.png"]
