import numpy as np
import pandas as pd
import pytest

from oneclick.clicks.components import label_components
from oneclick.clicks.encoding import Encoding
from oneclick.data.grid import Grid, grid_of
from oneclick.data.slices import tumour_slices
from oneclick.questions.walk.tables import with_dice
from oneclick.questions.walk.walk import (
    Method,
    clicked_slice,
    component_at,
    label_lesions,
    lesion_counts,
    nearest_lesions,
    predictor,
    walk,
    walk_patient,
)

SIZE = 16
MM = (3.0, 1.0, 1.0)
"""How far slices, rows and columns of the stacks lie apart."""


def stack(n: int = 8) -> np.ndarray:
    return np.zeros((n, SIZE, SIZE), np.uint8)


def perfect(truth):
    """A network that predicts the true mask of the slice, wherever the click is."""
    return lambda number, click: truth[number]


def walked(start, click, mask_of, n=8) -> dict[int, np.ndarray]:
    return walk(start, click, mask_of, n, 8, MM[1:])


def clicks_at(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["slice", "component", "row", "column"])


def test_a_cylinder_is_found_from_end_to_end_of_the_scan():
    truth = stack()
    truth[:, 4:7, 4:7] = 1
    found = walked(3, (5, 5), perfect(truth))
    assert sorted(found) == list(range(8))
    assert all((found[n] == truth[n]).all() for n in found)


def test_a_lesion_that_ends_ends_the_walk_and_a_gap_is_not_crossed():
    truth = stack()
    truth[2:5, 4:7, 4:7] = 1
    truth[6:, 4:7, 4:7] = 1
    assert sorted(walked(3, (5, 5), perfect(truth))) == [2, 3, 4]


def test_a_lesion_that_moves_diagonally_is_followed_until_it_jumps():
    truth = stack()
    for n, at in enumerate([1, 2, 3, 4, 8, 9]):  # squares of 3 x 3 pixels; from 4 to 8 two of them share none
        truth[n, at : at + 3, at : at + 3] = 1
    clicks = []

    def network(number, click):
        clicks.append((number, click))
        return truth[number]

    assert sorted(walked(0, (2, 2), network)) == [0, 1, 2, 3]
    # the next slice is clicked at the centre of the last mask
    assert clicks == [(0, (2, 2)), (1, (2, 2)), (2, (3, 3)), (3, (4, 4)), (4, (5, 5))]


def test_nothing_at_the_click_finds_nothing():
    assert walked(3, (5, 5), lambda number, click: np.zeros((SIZE, SIZE), np.uint8)) == {}


def test_a_network_that_believes_each_click_runs_past_the_lesion_to_the_ends_of_the_scan():
    def disk(number, click):
        mask = np.zeros((SIZE, SIZE), np.uint8)
        mask[click[0] - 1 : click[0] + 2, click[1] - 1 : click[1] + 2] = 1
        return mask

    found = walked(3, (5, 5), disk)
    assert sorted(found) == list(range(8))
    truth = stack()
    truth[2:5, 4:7, 4:7] = 1
    counted = np.ones(8, bool)
    counted[1] = False  # a slice whose little tumour the study leaves out
    clicks = clicks_at(*((n, 1, 5, 5) for n in (2, 3, 4)))
    table, union = walk_patient(truth, counted, truth, clicks, disk, 8, MM)
    row = with_dice(table, 0).iloc[0]
    assert union.sum() == 8 * 9
    assert (row["n_slices"], row["n_slices_segmented"], row["n_slices_beyond"]) == (3, 8, 4)
    assert (row["clicks_one_click"], row["clicks_every_slice"]) == (1, 3)
    assert (row["n_true"], row["n_pred_one_click"], row["n_overlap_one_click"]) == (27, 63, 27)
    assert row["dice_one_click"] == pytest.approx(2 * 27 / (27 + 63))
    assert row["dice_every_slice"] == 1


def test_of_two_components_the_clicked_or_the_nearest_in_mm_is_taken():
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[2, 2:4], mask[10, 10] = 1, 1
    assert np.argwhere(component_at(mask, (10, 10), 8, (1, 1))).tolist() == [[10, 10]]
    assert np.argwhere(component_at(mask, (5, 5), 8, (1, 1))).tolist() == [[2, 2], [2, 3]]
    # (10, 2): 8 rows below one, 8 columns beside the other
    assert component_at(mask, (10, 2), 8, (4, 1))[10, 10]
    assert component_at(mask, (10, 2), 8, (1, 4))[2, 2]
    mask[3, 4] = 1  # touches (2, 3) at a corner
    assert component_at(mask, (2, 2), 8, (1, 1)).sum() == 3
    assert component_at(mask, (2, 2), 4, (1, 1)).sum() == 2


def test_lesions_touch_at_corners_but_never_across_a_gap():
    truth = stack(5)
    truth[0, 2, 2] = truth[1, 3, 3] = 1  # a corner of two slices
    truth[3, 3, 3] = 1  # slice 2 lies between
    lesions = label_lesions(truth)
    assert lesions[0, 2, 2] == lesions[1, 3, 3] != lesions[3, 3, 3]
    assert lesions.max() == 2


def test_of_two_lesions_that_touch_in_one_slice_one_click_follows_one():
    # Two columns that touch in slice 3 are one lesion of the mask; from there the walk goes down one of them only.
    truth = stack()
    truth[1:4, 4:7, 2:5] = 1
    truth[3:6, 4:7, 5:9] = 1
    clicks = clicks_at((1, 1, 5, 3), (2, 1, 5, 3), (3, 1, 5, 5), (4, 1, 5, 6), (5, 1, 5, 6))
    lesions = label_lesions(truth)
    assert lesions.max() == 1
    table, _ = walk_patient(truth, np.ones(8, bool), truth, clicks, perfect(truth), 8, MM)
    # slice 3 has the largest cross-section, and both parts share pixels with it
    assert table[["slice", "n_slices_segmented"]].to_numpy().tolist() == [[3, 5]]
    truth[2, 4:7, 11:14] = truth[1, 4:7, 11:14] = 1
    truth[3, 4:7, 9:14] = 1  # a third part, also joined in slice 3 and beside the first in slices 1 and 2
    clicks = clicks_at(*((n, c, 5, 5) for n in range(1, 6) for c in (1, 2)))
    row = walk_patient(truth, np.ones(8, bool), truth, clicks, perfect(truth), 8, MM)[0].iloc[0]
    # slice 3: columns 2 to 13, centre between 7 and 8, column 7; nearest to it in slice 2: 4, 3 columns away; 11, 4 away
    assert row["n_true"] - row["n_overlap_one_click"] == 2 * 9


def test_two_lesions_have_a_click_and_a_share_of_the_mask_each():
    truth = stack()
    truth[1:4, 2:5, 2:5] = 1
    truth[2:4, 10:12, 10:12] = 1
    every_slice = truth.copy()
    every_slice[3, 9, 9] = 1  # one pixel too many, near the second lesion
    clicks = clicks_at((1, 1, 3, 3), (2, 1, 3, 3), (2, 2, 10, 10), (3, 1, 3, 3), (3, 2, 10, 10))
    table, union = walk_patient(truth, np.ones(8, bool), every_slice, clicks, perfect(truth), 8, MM)
    assert (union == truth).all()
    assert table["clicks_every_slice"].tolist() == [3, 2]
    assert table["n_pred_every_slice"].tolist() == [27, 9]
    assert with_dice(table, 0)["dice_every_slice"].tolist() == [1, pytest.approx(16 / 17)]


def test_a_lesion_whose_click_was_deleted_is_not_walked():
    truth = stack()
    truth[1:4, 2:5, 2:5] = 1
    truth[2:4, 10:12, 10:12] = 1
    clicks = clicks_at((1, 1, 3, 3), (2, 1, 3, 3), (3, 1, 3, 3), (3, 2, 10, 10))  # without that of slice 2, component 2
    table, union = walk_patient(truth, np.ones(8, bool), truth, clicks, perfect(truth), 8, MM)
    assert table[["clicks_one_click", "clicks_every_slice"]].to_numpy().tolist() == [[1, 3], [0, 1]]
    assert table["n_slices_segmented"].tolist() == [3, 0] and union.sum() == 27


def test_the_nearest_lesion_is_nearest_in_mm():
    truth = stack(5)
    truth[0, 0, 0], truth[4, 0, 15] = 1, 1
    lesions = label_lesions(truth)
    # slice 2, column 7: 7 columns from the first, 8 from the second, 2 slices from both
    assert nearest_lesions(lesions, MM)[2, 0, 7] == 1
    assert nearest_lesions(lesions, (1, 1, 1))[3, 0, 8] == 2
    # slice 4, column 0: 4 slices of 3 mm from the first, 15 columns from the second; of 4 mm 16
    assert nearest_lesions(lesions, MM)[4, 0, 0] == 1
    assert nearest_lesions(lesions, (4, 1, 1))[4, 0, 0] == 2
    n_pred, n_overlap = lesion_counts(lesions, nearest_lesions(lesions, MM), truth)
    assert n_pred.tolist() == n_overlap.tolist() == [1, 1]


def test_a_lesion_is_clicked_where_it_is_largest():
    truth = stack(4)
    truth[0, 2, 2:4], truth[1, 2, 2:6], truth[2, 2, 2:6] = 1, 1, 1
    truth[1, 0, 0] = 1  # another component of the slice, number 1 in raster order
    lesions = label_lesions(truth)
    components = {n: label_components(truth[n], 8)[0] for n in range(3)}
    assert clicked_slice(lesions == lesions[1, 2, 2], components) == (1, 2)


def grid() -> Grid:
    return Grid((SIZE, SIZE, 4), SIZE, (0, 1, 2), (False, False), (0.0, 0.0), (1.0, 1.0), (1.0, 1.0), None, 3.0)


def test_slices_of_any_number_are_scaled_as_the_studys_and_a_constant_one_is_empty():
    pet = np.zeros((SIZE, SIZE, 4), np.float32)
    pet[5, 5, 0], pet[5, 5, 1], pet[8, 8, 1] = 10, 2, 1
    seen = []

    def output_of(x):
        seen.append(x.shape)
        return x[..., 0]

    plain = Method({"network": "plain", "keep": "center"}, False, Encoding(), 8)
    mask_of = predictor(grid().planes(pet), grid(), "area", output_of, 0.4, plain)
    assert np.argwhere(mask_of(0, (5, 5))).tolist() == [[5, 5]]
    # slice 1 scaled on its own: 1 and 0.5, two components, of which the clicked one stays; none is kept without a click
    assert np.argwhere(mask_of(1, (8, 8))).tolist() == [[8, 8]]
    assert not mask_of(1, (0, 0)).any()
    assert seen == [(SIZE, SIZE, 1)] * 2  # a network without clicks is asked once a slice
    assert not mask_of(2, (5, 5)).any()


def test_the_network_sees_the_studys_slices():
    rng, mask = np.random.default_rng(1), np.zeros((24, 24, 4), np.uint8)
    pet, mask[8:16, 8:16, 1:3] = rng.random((24, 24, 4)).astype(np.float32), 1
    of_scan = grid_of(pet, np.diag([2.0, 2, 3, 1]), SIZE, None)
    study, seen = tumour_slices(pet, mask, of_scan, "area", "area", 2), []
    method = Method({"network": "n"}, False, Encoding(), 8)
    mask_of = predictor(of_scan.planes(pet), of_scan, "area", lambda x: seen.append(x[..., 0]) or x[..., 0], 0.5, method)
    for number in study.numbers:
        mask_of(int(number), (0, 0))
    np.testing.assert_array_equal(seen, study.images)


def test_a_network_sees_its_click_encoded():
    pet = np.zeros((SIZE, SIZE, 4), np.float32)
    pet[0, 0, 0] = 1
    method = Method({"network": "n"}, True, Encoding("disk", 1.0, "pixels"), 8)
    mask_of = predictor(grid().planes(pet), grid(), "area", lambda x: x[..., 1], 0.5, method)
    assert np.argwhere(mask_of(0, (5, 5))).tolist() == [[4, 5], [5, 4], [5, 5], [5, 6], [6, 5]]
