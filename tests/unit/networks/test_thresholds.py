import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from stack_files import write_folds, write_stack

from oneclick.common.arrays import chunks
from oneclick.networks import thresholds
from oneclick.networks.thresholds import best_of, pixels_above_0, write_thresholds


def median_dice(outputs, truth, threshold, both_empty):
    """The median Dice at one threshold, slice by slice in plain Python."""
    scores = []
    for output, true in zip(outputs, truth, strict=True):
        pairs = [(bool(p > threshold), bool(t)) for p, t in zip(output.ravel(), true.ravel(), strict=True)]
        overlap, total = sum(p and t for p, t in pairs), sum(p + t for p, t in pairs)
        scores.append(2 * overlap / total if total else both_empty)
    return float(np.median(scores))


def best_threshold(outputs, truth, both_empty):
    return best_of(pixels_above_0([(outputs, truth)]), both_empty)


def test_by_hand():
    outputs = np.array([[[0.1, 0.3, 0.7]], [[0.2, 0.6, 0.4]]], np.float32)
    truth = np.array([[[0, 1, 1]], [[0, 1, 1]]])
    threshold, median = best_threshold(outputs, truth, 0)
    # both slices are exact from 0.2 up to, but not including, 0.3
    assert np.float32(0.2) <= threshold < np.float32(0.3) and median == 1


def test_outputs_outside_0_and_1_count_as_positive_and_negative():
    outputs = np.array([[[-3.0, 0.0, 1.0, 7.5, 0.4]]], np.float32)
    assert best_threshold(outputs, np.array([[[0, 0, 1, 1, 0]]]), 0)[1] == 1
    assert best_threshold(outputs, np.array([[[0, 0, 1, 1, 1]]]), 0)[1] == 1


def test_only_outputs_of_1_and_more_are_tumour():
    outputs = np.array([[[0.9995, 1.2, 1.2]]], np.float32)
    threshold, median = best_threshold(outputs, np.array([[[0, 1, 1]]]), 0)
    assert median == 1 and np.float32(0.9995) <= threshold < 1


def test_a_network_that_predicts_nothing():
    assert best_threshold(np.full((3, 2, 2), -0.1, np.float32), np.ones((3, 2, 2)), 0) == (0, 0)


NEAR_1 = [float(np.float32(value)) for value in (0.9995, 0.9999, 1.0, 1.2)]
PROBLEMS = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        arrays(np.float32, (n, 3, 3), elements=st.floats(-0.25, 1.25, width=32) | st.sampled_from(NEAR_1)),
        arrays(np.uint8, (n, 3, 3), elements=st.integers(0, 1)),
    )
)


@settings(max_examples=200)
@given(PROBLEMS, st.sampled_from([0, 1]))
def test_no_other_threshold_is_better(problem, both_empty):
    outputs, truth = problem
    threshold, median = best_threshold(outputs, truth, both_empty)
    assert 0 <= threshold < 1
    assert median == pytest.approx(median_dice(outputs, truth, threshold, both_empty), abs=1e-12)
    others = [0.0, *(float(v) for v in outputs.ravel() if 0 <= v < 1)]
    assert median >= max(median_dice(outputs, truth, other, both_empty) for other in others) - 1e-12


def test_the_maximum_is_found_between_the_edges_of_the_first_bins():
    # three thresholds apart by 1e-6; only the middle one separates true from false in both slices
    base = np.float32(0.3337)
    steps = base + np.arange(4, dtype=np.float32) * np.float32(1e-6)
    outputs = np.stack([steps, steps]).reshape(2, 1, 4)
    threshold, median = best_threshold(outputs, np.array([[[0, 0, 1, 1]]] * 2), 0)
    assert median == 1 and steps[1] <= np.float32(threshold) < steps[2]


@given(PROBLEMS, st.sampled_from([0, 1]), st.integers(1, 4))
def test_thresholds_from_parts_are_those_of_whole_arrays(problem, both_empty, most):
    outputs, truth = problem
    parts = [(outputs[rows], truth[rows]) for rows in chunks(len(outputs), most)]
    pixels, whole = pixels_above_0(parts), pixels_above_0([(outputs, truth)])
    for name in ("values", "rows", "positive", "n_true"):
        np.testing.assert_array_equal(getattr(pixels, name), getattr(whole, name))
    assert best_of(pixels, both_empty) == best_threshold(outputs, truth, both_empty)


def test_pixels_above_0_by_hand():
    outputs = np.array([[[0.5, -1]], [[0, 0.25]], [[2, 1]]], np.float32)
    truth = np.array([[[0, 1]], [[0, 1]], [[1, 0]]], np.uint8)
    pixels = pixels_above_0([(outputs[:1], truth[:1]), (outputs[1:], truth[1:])])
    assert pixels.values.tolist() == [0.5, 0.25, 2, 1] and pixels.rows.tolist() == [0, 1, 2, 2]
    assert pixels.positive.tolist() == [False, True, True, False] and pixels.n_true.tolist() == [1, 1, 1]


def thresholds_of(folder, masks, predictions, folds, say=print) -> pd.DataFrame:
    """The table for patients a, b, c ... of one slice each."""
    files = write_stack(folder, {patient: [1] for patient in folds}, np.zeros(np.shape(masks)), masks)
    paths = [str(folder / f"fold-{fold}.npy") for fold in range(1, len(predictions) + 1)]
    for path, outputs in zip(paths, predictions, strict=True):
        np.save(path, np.array(outputs, np.float32))
    given = files.slices_csv, write_folds(folder, folds), files.masks_npy, paths
    write_thresholds("plain", *given, 0, str(folder / "t.csv"), say)
    return pd.read_csv(folder / "t.csv")


@pytest.mark.parametrize("most", [256, 1])
def test_each_fold_is_judged_on_its_training_slices(tmp_path, monkeypatch, most):
    monkeypatch.setattr(thresholds, "chunks", lambda n: chunks(n, most))
    # b and c train fold 1, a trains fold 2; the outputs on the others would ask for another threshold
    right, left, wrong = [[0.5, 0.9], [0, 0]], [[0.25, 0.125], [0, 0]], [[0.99, 0.98], [0.97, 0.96]]
    masks = [[[1, 0], [0, 0]], [[0, 1], [0, 0]], [[0, 1], [0, 0]]]
    table = thresholds_of(tmp_path, masks, [[wrong, right, right], [left, wrong, wrong]], {"a": 1, "b": 2, "c": 2})
    assert table[["network", "fold", "median_train_dice"]].values.tolist() == [["plain", 1, 1.0], ["plain", 2, 1.0]]
    assert 0.5 <= table["threshold"][0] < 0.9 and 0.125 <= table["threshold"][1] < 0.25


def test_a_collapsed_training_is_said_aloud(tmp_path):
    said, masks = [], [[[1, 0], [0, 0]]] * 2
    collapsed, sound = [[-0.2, -0.3], [0, 0]], [[0.7, 0.1], [0, 0]]
    thresholds_of(tmp_path, masks, [[sound, collapsed], [sound, collapsed]], {"a": 1, "b": 2}, said.append)
    assert len(said) == 1 and said[0].startswith("warning: fold 1: no threshold finds a tumour")
    assert said[0].endswith("raise training.runs")
