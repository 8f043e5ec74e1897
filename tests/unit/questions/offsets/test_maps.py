from dataclasses import asdict, replace

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from oneclick.common.files import write_json
from oneclick.data.grid import grid_of
from oneclick.data.nifti import read_nifti
from oneclick.questions.offsets.maps import NOT_ASKED, dice_map, write_maps
from oneclick.questions.offsets.pictures import Picture, clicked_places, draw_offset_pictures, typical_slices
from oneclick.report.marks import Notices


def answers(dice_of, distances=(0, 2, 4)) -> pd.DataFrame:
    """Answers for one slice; ``dice_of``: Dice of an offset in mm along rows and columns."""
    rows = [
        ("m", "p", 3, 6.0, mm, direction, dice_of(mm * np.cos(np.radians(direction)), mm * np.sin(np.radians(direction))))
        for mm in distances
        for direction in (range(0, 360, 45) if mm else (0,))
    ]
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "radius_mm", "distance_mm", "direction", "dice"])


def clicked(*places: tuple[int, int], shape=(15, 15)) -> np.ndarray:
    matrix = np.zeros(shape, np.uint8)
    for place in places:
        matrix[place] = 1
    return matrix


def test_a_pixel_has_the_dice_of_a_click_on_it():
    values = dice_map(answers(lambda row, column: 0.5 + row / 10 - column / 20), clicked((7, 6)), (1.0, 2.0))
    assert values.dtype == np.float32
    assert values[7, 6] == pytest.approx(0.5)
    assert values[9, 6] == pytest.approx(0.7) and values[3, 6] == pytest.approx(0.1)  # rows of 1 mm
    assert values[7, 7] == pytest.approx(0.4) and values[7, 4] == pytest.approx(0.7)  # columns of 2 mm
    assert values[10, 6] == pytest.approx(0.8)  # halfway between the distances asked
    assert values[12, 6] == values[7, 9] == NOT_ASKED  # 5 and 6 mm away
    reached = np.argwhere(values != NOT_ASKED)
    assert (np.hypot(reached[:, 0] - 7, 2 * (reached[:, 1] - 6)) <= 4).all()


def test_between_the_directions_dice_lies_between():
    # 0.8 towards all directions but 0.4 towards 315 degrees, which is next to 0
    found = dice_map(answers(lambda row, column: 0.4 if row > 0 and column < -1e-9 else 0.8), clicked((7, 7)), (1.0, 1.0))
    assert found[9, 5] == pytest.approx(0.4)  # 315 degrees, 2.8 mm
    assert 0.4 < found[10, 6] < 0.8 and found[10, 8] == pytest.approx(0.8)


def test_a_pixel_belongs_to_the_nearest_of_several_clicks():
    values = dice_map(answers(lambda row, column: 0.5 + row / 10), clicked((2, 7), (12, 7)), (1.0, 1.0))
    assert values[3, 7] == values[13, 7] == pytest.approx(0.6)
    assert values[7, 7] == NOT_ASKED


def test_maps_lie_on_the_scan(tmp_path):
    affine = np.array([[-2.0, 0, 0, 50], [0, -2, 0, 60], [0, 0, 4, -30], [0, 0, 0, 1]])
    nib.save(nib.Nifti1Image(np.ones((8, 8, 5), np.float32), affine), tmp_path / "pet.nii.gz")
    geometry = read_nifti(tmp_path / "pet.nii.gz", "p").geometry
    grid = asdict(replace(grid_of(np.ones((8, 8, 5)), affine, 4, None), geometry=geometry))  # pixels of 4 mm
    write_json(tmp_path / "grids.json", {"p": grid, "without slices": grid})
    np.save(tmp_path / "clicks.npy", clicked((1, 2), shape=(4, 4))[None])
    pd.DataFrame({"patient": ["p"], "slice": [3]}).to_csv(tmp_path / "slices.csv", index=False)
    table = answers(lambda row, column: 0.5 + row / 10)
    pd.concat([table, table.assign(method="other", dice=0.0)]).to_csv(tmp_path / "answers.csv", index=False)
    write_maps("m", *(tmp_path / name for name in ("answers.csv", "clicks.npy", "slices.csv", "grids.json", "maps")))
    image = nib.load(tmp_path / "maps/p.nii.gz")
    found = np.asarray(image.dataobj)
    np.testing.assert_allclose(image.affine, affine)
    assert (found[:, :, [0, 1, 2, 4]] == NOT_ASKED).all()
    expected = np.full((4, 4), NOT_ASKED)
    expected[0:3, 2] = 0.1, 0.5, 0.9
    expected[1, [1, 3]] = 0.5
    np.testing.assert_allclose(found[:, :, 3], np.kron(expected, np.ones((2, 2))), atol=1e-6)
    other = nib.load(tmp_path / "maps/without slices.nii.gz")
    assert other.shape == image.shape and (np.asarray(other.dataobj) == NOT_ASKED).all()


def test_pictures_show_every_pixel_once_with_the_shortest_way():
    table = answers(lambda row, column: 0.5 + row / 10, distances=(0, 0.3, 2))
    found = clicked_places(table, clicked((7, 7)), (1.0, 1.0)).set_index(["row", "column"])
    assert len(found) == 9  # 0.3 mm ends on the click's own pixel, 2 mm on eight others
    assert found.loc[(7, 7)].tolist() == [0, 0.5]
    assert found.loc[(9, 7)].tolist() == pytest.approx([2, 0.7])
    assert found.loc[(8, 8), "dice"] == pytest.approx(0.5 + np.sqrt(2) / 10)  # 1.4 mm along each axis


def test_pictured_slices_are_the_middle_of_each_third():
    rows = [("p", number, float(radius)) for number, radius in enumerate((9, 2, 3, 4, 5, 6, 7, 8, 1))]
    chosen = typical_slices(pd.DataFrame(rows, columns=["patient", "slice", "radius_mm"]))
    assert chosen[["size", "radius_mm"]].to_numpy().tolist() == [["small", 2], ["medium", 5], ["large", 8]]


def test_a_slice_that_nobody_clicked_was_asked_nothing():
    table = pd.DataFrame([(0, 0, 0.5), (5, 0, 0.4), (5, 90, 0.3)], columns=["distance_mm", "direction", "dice"])
    assert (dice_map(table, np.zeros((4, 5), np.uint8), (2.0, 2.0)) == NOT_ASKED).all()
    assert clicked_places(table, np.zeros((4, 5), np.uint8), (2.0, 2.0)).empty


def test_a_slice_that_nobody_clicked_is_shown_around_its_tumour():
    truth = np.zeros((40, 40), np.uint8)
    truth[20:24, 10:12] = 1
    empty = clicked_places(pd.DataFrame(columns=["distance_mm", "direction", "dice"]), truth * 0, (2.0, 2.0))
    drawn = draw_offset_pictures([Picture("t", truth * 0.5, truth, (2.0, 2.0), {"a": empty})], Notices())
    (left, right), (bottom, top) = drawn.axes[0].get_xlim(), drawn.axes[0].get_ylim()
    assert (left + right) / 2 == 21.5 and (bottom + top) / 2 == 10.5
