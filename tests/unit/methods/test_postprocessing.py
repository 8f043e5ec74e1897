import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from stack_files import write_folds, write_stack

from oneclick.clicks.components import label_components
from oneclick.methods.postprocessing import (
    fill_holes,
    keep_clicked_components,
    refine,
    remove_small_components,
    segment,
    write_segmentations,
)

MASKS = arrays(np.uint8, (8, 8), elements=st.integers(0, 1))


def picture(*rows: str) -> np.ndarray:
    return np.array([[c != "." for c in row] for row in rows], np.uint8)


THREE = picture("##...", "##..#", ".....", "#...#")


def kept(mask, *clicks, connectivity=8):
    matrix = np.zeros(mask.shape, np.uint8)
    for click in clicks:
        matrix[click] = 1
    return keep_clicked_components(mask, matrix, connectivity)


def test_only_the_clicked_component_stays():
    np.testing.assert_array_equal(kept(THREE, (1, 0)), picture("##...", "##...", ".....", "....."))


def test_touching_clicks_in_two_components_keep_both():
    mask = picture("##.", "..#", "###")
    # 4-connected: two components, whose pixels (0, 1) and (1, 2) touch at a corner
    np.testing.assert_array_equal(kept(mask, (0, 1), (1, 2), connectivity=4), mask)
    np.testing.assert_array_equal(kept(mask, (0, 1), connectivity=4), picture("##.", "...", "..."))


def test_several_components_without_a_click_all_go():
    assert kept(THREE, (2, 2)).sum() == 0
    assert kept(THREE).sum() == 0


def test_a_single_component_stays_without_a_click():
    single = picture("##...", ".#...")
    np.testing.assert_array_equal(kept(single, (1, 4)), single)


def test_connectivity_decides_what_a_component_is():
    diagonal = picture("#..", ".#.", "..#")
    np.testing.assert_array_equal(kept(diagonal, (0, 0)), diagonal)
    np.testing.assert_array_equal(kept(diagonal, (0, 0), connectivity=4), picture("#..", "...", "..."))


def test_small_components_go():
    np.testing.assert_array_equal(remove_small_components(THREE, 2, 8), picture("##...", "##...", ".....", "....."))
    np.testing.assert_array_equal(remove_small_components(THREE, 1, 8), THREE)
    assert remove_small_components(THREE, 5, 8).sum() == 0
    diagonal = picture("#..", ".#.")
    assert remove_small_components(diagonal, 2, 8).sum() == 2
    assert remove_small_components(diagonal, 2, 4).sum() == 0


def test_holes_are_filled_and_bays_are_not():
    ring = picture("###.", "#.#.", "###.")
    np.testing.assert_array_equal(fill_holes(ring, 8), picture("###.", "###.", "###."))
    bay = picture("###", "#..", "###")
    np.testing.assert_array_equal(fill_holes(bay, 8), bay)


def test_a_ring_that_is_closed_at_corners_has_a_hole_if_corners_connect():
    ring = picture(".#.", "#.#", ".#.")
    np.testing.assert_array_equal(fill_holes(ring, 8), picture(".#.", "###", ".#."))
    np.testing.assert_array_equal(fill_holes(ring, 4), ring)


def test_clicked_components_are_chosen_before_small_ones_go_and_holes_are_filled():
    mask = picture("###.#", "#.#..", "###..", "....#", "...##")
    clicks = np.zeros(mask.shape, np.uint8)
    clicks[0, 0] = clicks[0, 4] = 1
    found = refine(mask, clicks, {"min_pixels": 2, "fill_holes": True}, 4)
    np.testing.assert_array_equal(found, picture("###..", "###..", "###..", ".....", "....."))
    np.testing.assert_array_equal(refine(mask, None, {}, 4), mask)


@given(MASKS, MASKS)
def test_what_is_kept_are_whole_components_that_hold_a_click(mask, clicks):
    result = keep_clicked_components(mask, clicks, 8)
    labels, n = label_components(mask, 8)
    for component in range(1, n + 1):
        inside = labels == component
        assert set(result[inside]) == {1 if n == 1 or clicks[inside].any() else 0}
    assert not result[mask == 0].any()


def test_a_pixel_at_the_threshold_is_negative():
    np.testing.assert_array_equal(segment(np.array([0.2, 0.25, 0.3], np.float32), 0.25), [0, 0, 1])


def test_a_slice_is_segmented_by_the_training_of_its_fold_with_its_threshold_and_its_click(tmp_path):
    planes = np.ones((4, 3, 3))
    files = write_stack(tmp_path, {"a": [1], "b": [1, 2], "c": [1]}, planes, planes)
    folds_csv = write_folds(tmp_path, {"a": 1, "c": 1, "b": 2})
    pd.DataFrame({"fold": [2, 1], "threshold": [0.2, 0.5]}).to_csv(tmp_path / "thresholds.csv")
    outputs = np.zeros((2, 4, 3, 3), np.float32)
    outputs[0, :, 0] = 0.9, 0.1, 0.6  # fold 1 tests a and c, the rows 0 and 3
    outputs[1, :, 0] = 0.3, 0.1, 0.25  # fold 2 tests b, the rows 1 and 2
    outputs[1, 2, 0] = 0.3, 0.25, 0.1
    clicks = np.zeros((4, 3, 3), np.uint8)
    for row, column in enumerate((0, 2, 1, 2)):
        clicks[row, 0, column] = 1
    predictions = [str(tmp_path / f"fold-{fold}.npy") for fold in (1, 2)]
    for path, array in zip([*predictions, str(tmp_path / "clicks.npy")], [*outputs, clicks], strict=True):
        np.save(path, array)
    paths, out = (files.slices_csv, folds_csv, str(tmp_path / "thresholds.csv"), predictions), str(tmp_path / "out.npy")
    write_segmentations(*paths, None, {}, 8, out)
    found = np.load(out)
    assert found.dtype == np.uint8 and found.shape == (4, 3, 3) and not found[:, 1:].any()
    assert found[:, 0].tolist() == [[1, 0, 1], [1, 0, 1], [1, 1, 0], [1, 0, 1]]
    write_segmentations(*paths, str(tmp_path / "clicks.npy"), {}, 8, out)
    assert np.load(out)[:, 0].tolist() == [[1, 0, 0], [0, 0, 1], [1, 1, 0], [0, 0, 1]]
    write_segmentations(*paths, [], {"min_pixels": 2}, 8, out)  # as a rule gives no file
    assert np.load(out)[:, 0].tolist() == [[0, 0, 0], [0, 0, 0], [1, 1, 0], [0, 0, 0]]
