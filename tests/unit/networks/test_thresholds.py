import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oneclick.networks.thresholds import best_threshold, write_thresholds


def median_dice(outputs, truth, threshold, both_empty):
    """The median Dice at one threshold, slice by slice in plain Python."""
    scores = []
    for output, true in zip(outputs, truth, strict=True):
        pairs = [(bool(p > threshold), bool(t)) for p, t in zip(output.ravel(), true.ravel(), strict=True)]
        overlap, total = sum(p and t for p, t in pairs), sum(p + t for p, t in pairs)
        scores.append(2 * overlap / total if total else both_empty)
    return float(np.median(scores))


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


@settings(max_examples=200, deadline=None)
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


def test_each_fold_is_judged_on_its_training_slices(tmp_path):
    pd.DataFrame({"patient": ["a", "b", "c"], "fold": [1, 2, 2], "n_slices": [1, 1, 1]}).to_csv(tmp_path / "folds.csv")
    for patient, mask in [("a", [1, 0]), ("b", [0, 1]), ("c", [0, 1])]:
        np.save(tmp_path / f"{patient}.npy", [[mask]])
    np.save(tmp_path / "1.npy", np.array([[[0.5, 0.9]], [[0.5, 0.9]]], np.float32))  # b and c train fold 1
    np.save(tmp_path / "2.npy", np.array([[[0.25, 0.125]]], np.float32))  # a trains fold 2
    masks = {p: tmp_path / f"{p}.npy" for p in "abc"}
    trains = {1: tmp_path / "1.npy", 2: tmp_path / "2.npy"}
    write_thresholds("plain", tmp_path / "folds.csv", masks, trains, 0, tmp_path / "t.csv", print)
    table = pd.read_csv(tmp_path / "t.csv")
    assert table[["network", "fold", "median_train_dice"]].values.tolist() == [["plain", 1, 1.0], ["plain", 2, 1.0]]
    assert 0.5 <= table["threshold"][0] < 0.9 and 0.125 <= table["threshold"][1] < 0.25


def test_a_collapsed_training_is_said_aloud(tmp_path):
    pd.DataFrame({"patient": ["a", "b"], "fold": [1, 2], "n_slices": [1, 1]}).to_csv(tmp_path / "folds.csv")
    for patient in "ab":
        np.save(tmp_path / f"{patient}.npy", [[[1, 0]]])
    np.save(tmp_path / "1.npy", np.array([[[-0.2, -0.3]]], np.float32))
    np.save(tmp_path / "2.npy", np.array([[[0.7, 0.1]]], np.float32))
    masks, trains = {p: tmp_path / f"{p}.npy" for p in "ab"}, {fold: tmp_path / f"{fold}.npy" for fold in (1, 2)}
    said = []
    write_thresholds("plain", tmp_path / "folds.csv", masks, trains, 0, tmp_path / "t.csv", said.append)
    assert len(said) == 1 and said[0].startswith("warning: fold 1: no threshold finds a tumour")
