import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

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
