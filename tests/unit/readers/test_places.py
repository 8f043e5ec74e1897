"""Offsets of clicks computed by hand, on a scan of voxels of 2 x 4 mm, 3 mm from slice to slice."""

import numpy as np
import pandas as pd
import pytest

from oneclick.data.grid import Grid
from oneclick.readers.places import Scan, click_rows, place_of, target_rows
from oneclick.readers.simulated import hot_spot, voxel_of_place

MM = np.array([3.0, 2.0, 4.0])
# the first axis runs against the rows, the third are the slices
GRID = Grid((30, 20, 6), 10, (0, 1, 2), (True, False), (0.0, 0.0), (3.0, 2.0), (6.0, 8.0), None, 3.0)


def scan(asked="slice", upwards=True):
    """Tumours: rows 10 to 12, columns 5 and 6 of slices 2 and 3 (6 voxels each); one voxel at (20, 15) of slice 2."""
    pet, mask = np.ones((6, 30, 20)), np.zeros((6, 30, 20), np.uint8)
    mask[2:4, 10:13, 5:7] = 1
    mask[2, 20, 15] = 1
    pet[mask > 0] = 4
    pet[2, 12, 6], pet[2, 20, 15], pet[2, 28, 1] = 9, 2, 30
    return Scan(pet, mask, MM, upwards, asked, 8)


def clicks(*places, reader="R1", repeat=0):
    """Clicks at places (slice, row, column)."""
    rows = [
        (reader, "A", repeat, n, "transaxial", *voxel_of_place(GRID, np.array(p, float)), 2.0)
        for n, p in enumerate(places, 1)
    ]
    return pd.DataFrame(rows, columns=["reader", "patient", "repeat", "click", "view", "i", "j", "k", "seconds"])


def test_places_lead_to_voxels_and_back():
    for place in ((0, 0, 0), (2.5, 10.25, 7.5)):
        assert place_of(GRID, voxel_of_place(GRID, np.array(place))).tolist() == list(place)
    assert voxel_of_place(GRID, np.array([2, 0, 3])) == (29, 3, 2)


def test_targets_by_hand():
    two = scan().targets[2]
    assert [target.number for target in two] == [1, 2] and sorted(scan().targets) == [2, 3]
    assert two[0].centre.tolist() == [2, 11, 5.5] and two[0].hottest.tolist() == [2, 12, 6]
    assert two[0].radius_mm == pytest.approx(np.sqrt(6 * 8 / np.pi))
    assert two[0].contrast == pytest.approx((5 * 4 + 9) / 6)  # around it is 1
    ball = scan("lesion").targets[-1]
    assert [target.centre.tolist() for target in ball] == [[2.5, 11, 5.5], [2, 20, 15]]
    assert ball[0].radius_mm == pytest.approx((3 * 12 * 24 / 4 / np.pi) ** (1 / 3))


def test_offsets_by_hand():
    """A click at row 11.5, column 7: from the centre (11, 5.5) 0.5 rows of 2 mm to the left and 1.5 columns of 4 mm to the
    back; from the hottest (12, 6) -1 mm and 4 mm; beyond the tumour's edge at column 6.5 by 2 mm."""
    row = click_rows(clicks((2, 11.5, 7)), scan(), GRID).iloc[0]
    assert (row["left_mm"], row["back_mm"], row["head_mm"]) == (1, 6, 0)
    assert (row["hot_left_mm"], row["hot_back_mm"]) == (-1, 4)
    assert row["distance_mm"] == pytest.approx(np.sqrt(37)) and row["hot_mm"] == pytest.approx(np.sqrt(17))
    assert row["border_mm"] == pytest.approx(2) and row["radii"] == pytest.approx(np.sqrt(37) / np.sqrt(48 / np.pi))
    assert row["counts"] and row["target"] == 1 and row["error"] == ""


def test_the_border_is_that_of_the_voxels():
    found = click_rows(clicks((2, 11, 5.5), (2, 10, 5.5), (2, 9.5, 6), (2, 9, 7)), scan(), GRID)["border_mm"]
    # in the middle: 3 mm to the edges of the rows, 4 to those of the columns; on the edge; beyond a corner by 1 mm and 2 mm
    assert found.tolist() == pytest.approx([-3, -1, 0, np.sqrt(1 + 4)])


def test_in_space_the_offset_has_a_third_axis_and_feet_may_come_first():
    for upwards, sign in ((True, 1), (False, -1)):
        row = click_rows(clicks((4, 11, 5.5)), scan("lesion", upwards), GRID).iloc[0]
        assert (row["head_mm"], row["left_mm"], row["back_mm"]) == (sign * 4.5, 0, 0)
        assert row["border_mm"] == pytest.approx(1.5) and row["target"] == 1


def test_clicks_on_no_tumour_are_told_apart():
    places = [
        (2, 12.5, 12),  # beside the tumour's edges at 6.5 and 14.5 by 22 mm and 10 mm, 14 mm with the rows
        (3, 12, 9),  # 10 mm beside column 6.5
        (3, 12, 9.01),
        (4, 11, 6),  # on the slice behind the tumour
        (1, 25, 1),
    ]
    found = click_rows(clicks(*places), scan(), GRID)
    assert found["error"].tolist() == ["far", "", "far", "beyond", "elsewhere"]
    assert found["on_tumour_slice"].tolist() == [True, True, True, False, False]
    assert found["target"].tolist() == [0, 1, 0, 0, 0] and found["counts"].tolist() == [False, True, False, False, False]


def test_of_two_clicks_on_a_target_the_last_counts():
    two = pd.concat([clicks((2, 11, 5), (2, 11, 6), (3, 11, 6)), clicks((2, 12, 6), repeat=1)], ignore_index=True)
    assert click_rows(two, scan(), GRID)["counts"].tolist() == [False, True, True, True]


def test_what_was_not_clicked_is_a_row_of_its_own():
    readings = pd.DataFrame({"reader": ["R1", "R2"], "patient": ["A", "A"], "repeat": [0, 0]})
    placed = click_rows(clicks((2, 11, 6)), scan(), GRID)
    found = target_rows(readings, placed, scan(), {2})
    assert found[["reader", "slice", "target", "lesion", "clicked"]].values.tolist() == [
        ["R1", 2, 1, 1, True],
        ["R1", 2, 2, 2, False],
        ["R2", 2, 1, 1, False],
        ["R2", 2, 2, 2, False],
    ]
    of_lesions = target_rows(readings[:1], click_rows(clicks((3, 11, 6)), scan("lesion"), GRID), scan("lesion"), set())
    assert of_lesions["clicked"].tolist() == [True, False] and of_lesions["slice"].tolist() == [-1, -1]


def test_the_hot_spot_of_simulated_readers_is_far_from_the_tumours():
    assert hot_spot(scan(), 2).tolist() == [2, 28, 1]
    small = Scan(np.ones((1, 3, 3)), np.ones((1, 3, 3), np.uint8), MM, True, "slice", 8)
    assert hot_spot(small, 0) is None
