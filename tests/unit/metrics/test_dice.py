import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oneclick.evaluation.scores import write_scores
from oneclick.metrics.dice import dice, score_slices

TRUTH = np.array([[[1, 1], [0, 0]], [[1, 0], [1, 0]], [[0, 0], [0, 0]], [[0, 0], [0, 0]]], np.uint8)
PREDICTED = np.array([[[1, 0], [1, 0]], [[1, 0], [1, 0]], [[1, 0], [0, 0]], [[0, 0], [0, 0]]], np.uint8)


def test_dice_by_hand():
    scores = score_slices(TRUTH, PREDICTED, both_empty=0)
    # TP 1, FP 1, FN 1: 2 / 4; equal masks; nothing true; nothing at all
    assert scores["dice"].tolist() == [0.5, 1, 0, 0]
    assert scores[["n_true", "n_pred", "n_overlap"]].values.tolist() == [[2, 2, 1], [2, 2, 2], [0, 1, 0], [0, 0, 0]]


def test_two_empty_masks_score_what_the_config_says():
    assert score_slices(TRUTH, PREDICTED, both_empty=1)["dice"].tolist() == [0.5, 1, 0, 1]


@given(arrays(np.uint8, (3, 5, 5), elements=st.integers(0, 1)), arrays(np.uint8, (3, 5, 5), elements=st.integers(0, 1)))
def test_dice_is_symmetric_within_0_and_1_and_is_2j_over_1_plus_j(a, b):
    ab, ba = score_slices(a, b, 0)["dice"], score_slices(b, a, 0)["dice"]
    np.testing.assert_array_equal(ab, ba)
    union = (a | b).sum(axis=(1, 2))
    jaccard = np.where(union > 0, (a & b).sum(axis=(1, 2)) / np.maximum(union, 1), 0)
    np.testing.assert_allclose(ab, 2 * jaccard / (1 + jaccard))


def test_counts_beyond_a_byte_do_not_wrap():
    ones = np.ones((1, 128, 128), np.uint8)
    assert score_slices(ones, ones, 0).values.tolist() == [[1, 16384, 16384, 16384]]
    assert dice(np.array([16384]), np.array([8192]), np.array([8192]), 0)[0] == pytest.approx(2 / 3)


def test_table_of_scores(tmp_path):
    pd.DataFrame({"patient": ["b", "001"], "fold": [1, 2], "n_slices": [1, 2]}).to_csv(tmp_path / "folds.csv")
    pd.DataFrame({"patient": ["b"], "index": [0], "slice": [4]}).to_csv(tmp_path / "b.csv")
    pd.DataFrame({"patient": ["001"] * 2, "index": [0, 1], "slice": [7, 9]}).to_csv(tmp_path / "001.csv")
    np.save(tmp_path / "b.npy", TRUTH[:1])
    np.save(tmp_path / "001.npy", TRUTH[1:3])
    np.save(tmp_path / "predicted.npy", PREDICTED[:3])
    masks, slices = ({p: tmp_path / f"{p}.{ending}" for p in ("b", "001")} for ending in ("npy", "csv"))
    write_scores("m", tmp_path / "folds.csv", tmp_path / "predicted.npy", masks, slices, 0, tmp_path / "scores.csv")
    assert (tmp_path / "scores.csv").read_text().splitlines() == [
        "method,patient,slice,fold,dice,n_true,n_pred,n_overlap",
        "m,b,4,1,0.5,2,2,1",
        "m,001,7,2,1.0,2,2,2",
        "m,001,9,2,0.0,0,1,0",
    ]
