import numpy as np
import pandas as pd
import pytest

from oneclick.clicks.simulated import COLUMNS, write_click_matrices
from oneclick.common.errors import UserError
from oneclick.common.files import write_json
from oneclick.data.grid import Grid
from oneclick.readers.kind import clicked_components, pixel_of_place, reader_of_patients, rows_of_kind, write_reader_kind

# pixels of 2 x 2 voxels of 3 mm; rows run against the first axis, columns along the second
GRID = Grid((16, 16, 4), 8, (0, 1, 2), (True, False), (0.0, 0.0), (2.0, 2.0), (6.0, 6.0), None, 5.0)


def mask(*places):
    found = np.zeros((8, 8), np.uint8)
    for row, column in places:
        found[row, column] = 1
    return found


def test_a_place_between_voxels_lies_in_the_pixel_that_holds_it():
    # the first pixel holds the last two voxels of the first axis, which is flipped: 13.5 to 15.5
    assert pixel_of_place(GRID, (15.5, -0.5, 0)) == (0, 0, 0)
    assert pixel_of_place(GRID, (13.6, 1.4, 1.4)) == (1, 0, 0)
    assert pixel_of_place(GRID, (13.4, 1.6, 1.6)) == (2, 1, 1)
    assert pixel_of_place(GRID, (-0.5, 15.5, 3.5)) == (3, 7, 7)  # the very edge
    for i, j, k in ((3, 4, 1), (10, 15, 2)):
        assert pixel_of_place(GRID, (i, j, k)) == GRID.pixel_of_voxel(i, j, k)


def test_a_click_is_on_the_nearest_component_and_the_last_one_counts():
    two = mask((1, 1), (1, 2), (6, 6))
    clicks = [(1, 1), (0, 2), (7, 7)]  # the second mends the first; the third is 8.5 mm beside the other
    assert clicked_components(clicks, two, 8, (6.0, 6.0)) == [(1, 0, 2), (2, 7, 7)]


def test_a_click_farther_than_10_mm_is_on_no_component_and_stays():
    clicks = [(6, 1), (6, 1), (0, 7), (1, 1)]  # 30 mm away, twice; 30 mm away
    assert clicked_components(clicks, mask((1, 1), (1, 2)), 8, (6.0, 6.0)) == [(0, 6, 1), (0, 0, 7), (1, 1, 1)]
    assert clicked_components([(1, 3)], mask((1, 1)), 8, (6.0, 5.0)) == [(1, 1, 3)]  # 10 mm
    assert clicked_components([(1, 3)], mask((1, 1)), 8, (6.0, 5.01)) == [(0, 1, 3)]
    assert clicked_components([], mask((1, 1)), 8, (6.0, 6.0)) == []


READINGS = pd.DataFrame({"reader": ["R1", "R2", "R1", "R2"], "patient": ["A", "A", "B", "B"], "repeat": [0, 0, 0, 1]})


def test_each_patient_has_a_reader_drawn_from_those_who_read_it_first():
    assert reader_of_patients(READINGS, "R1", 1) == {"A": "R1", "B": "R1"}
    assert reader_of_patients(READINGS, "R2", 1) == {"A": "R2"}
    drawn = [reader_of_patients(READINGS, None, seed)["A"] for seed in range(200)]
    assert 70 < drawn.count("R1") < 130 and {reader_of_patients(READINGS, None, s)["B"] for s in range(9)} == {"R1"}


CLICKS = pd.DataFrame(
    [
        ("R1", "A", 0, 13.0, 2.0, 1.0),  # on the component of slice 1
        ("R1", "A", 0, 1.0, 14.0, 1.0),  # far from it
        ("R1", "A", 0, 8.0, 8.0, 3.0),  # on a slice that the study does not have
        ("R2", "A", 0, 11.0, 4.0, 1.0),
        ("R1", "A", 1, 9.0, 9.0, 1.0),  # the second reading
    ],
    columns=["reader", "patient", "repeat", "i", "j", "k"],
)
SLICES = pd.DataFrame({"patient": ["A", "A"], "slice": [1, 2]})
MASKS = np.stack([mask((1, 1), (2, 2)), mask((4, 4))])


def test_the_table_has_the_clicks_of_the_patients_reader_and_none_where_nobody_clicked():
    rows = rows_of_kind({"A": "R1"}, CLICKS, SLICES, MASKS, {"A": GRID}, 8)
    assert rows == [("A", 1, 0, 7, 7, 0, 15, 1), ("A", 1, 1, 1, 1, 12, 3, 1)]
    assert rows_of_kind({"A": "R2"}, CLICKS, SLICES, MASKS, {"A": GRID}, 8) == [("A", 1, 1, 2, 2, 10, 5, 1)]


@pytest.fixture
def files(tmp_path):
    np.save(tmp_path / "masks.npy", MASKS)
    SLICES.to_csv(tmp_path / "slices.csv", index=False)
    write_json(tmp_path / "grids.json", {"A": GRID.__dict__})
    for code in ("R1", "R2"):
        READINGS[READINGS["reader"] == code].to_csv(tmp_path / f"readings-{code}.csv", index=False)
        CLICKS[CLICKS["reader"] == code].to_csv(tmp_path / f"clicks-{code}.csv", index=False)
    return tmp_path


def write(folder, kind, everybody=True):
    tables = [[f"{folder}/{name}-{code}.csv" for code in ("R1", "R2")] for name in ("readings", "clicks")]
    stack = [f"{folder}/{name}" for name in ("masks.npy", "slices.csv", "grids.json")]
    write_reader_kind(kind, *tables, *stack, 8, 1, everybody, f"{folder}/{kind}.csv", lambda line: None)


def test_matrices_are_made_of_the_table_as_of_any_other_kind(files):
    write(files, "reader-R1")
    assert (files / "reader-R1.csv").read_text().splitlines()[0] == ",".join(COLUMNS)
    write_click_matrices(*(f"{files}/{name}" for name in ("reader-R1.csv", "slices.csv", "grids.json", "found.npy")))
    found = np.load(files / "found.npy")
    assert np.argwhere(found).tolist() == [[0, 1, 1], [0, 7, 7]] and not found[1].any()


def test_networks_and_methods_need_every_patient_read(files):
    pd.concat([SLICES, SLICES.assign(patient="C")]).to_csv(files / "slices.csv", index=False)
    np.save(files / "masks.npy", np.concatenate([MASKS, MASKS]))
    write_json(files / "grids.json", {"A": GRID.__dict__, "C": GRID.__dict__})
    write(files, "reader", everybody=False)
    with pytest.raises(UserError, match=r"clicks reader-R1: 1 patient was not read by reader R1 \(C\), and networks"):
        write(files, "reader-R1")
