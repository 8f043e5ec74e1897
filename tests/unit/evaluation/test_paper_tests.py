import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneclick.evaluation import paper_tests


def table(dice: dict[str, list[float]], patients: list[str] | None = None, folds: list[int] | None = None):
    """Scores of methods on the same slices, numbered from 0."""
    n = len(next(iter(dice.values())))
    patients, folds = patients or ["p"] * n, folds or [1] * n
    return pd.DataFrame(
        [(method, patients[i], i, folds[i], value) for method, values in dice.items() for i, value in enumerate(values)],
        columns=["method", "patient", "slice", "fold", "dice"],
    )


def test_medians_and_sample_deviations_by_hand():
    scores = table({"b": [0.1, 0.5, 0.3, 0.9], "a": [0.0, 1.0, 1.0, 1.0]}, ["p", "p", "q", "r"], [1, 1, 1, 2])
    result = paper_tests.median_dice(scores).set_index(["method", "test_set"])
    assert list(result.index) == [("b", "1"), ("b", "2"), ("b", "all"), ("a", "1"), ("a", "2"), ("a", "all")]
    assert result.loc[("b", "1"), "median_dice"] == 0.3
    assert result.loc[("b", "1"), "sd_dice"] == pytest.approx(0.2)  # sqrt((0.04 + 0.04 + 0) / 2)
    assert tuple(result.loc[("b", "1"), ["n_slices", "n_patients"]]) == (3, 2)
    assert result.loc[("b", "all"), "median_dice"] == pytest.approx(0.4)
    assert math.isnan(result.loc[("b", "2"), "sd_dice"])
    assert result.loc[("a", "all"), "sd_dice"] == pytest.approx(0.5)  # of 0 1 1 1: sqrt(0.75 / 3)


def test_dice_that_is_nan_is_left_out_and_n_says_so():
    scores = table({"a": [0.2, float("nan"), 0.4, 0.5], "b": [0.1, 0.3, 0.1, float("nan")]})
    medians = paper_tests.median_dice(scores).set_index(["method", "test_set"])
    assert medians.loc[("a", "all"), "n_slices"] == 3
    assert medians.loc[("a", "all"), "median_dice"] == 0.4
    assert paper_tests.wilcoxon(scores)["n"].item() == 2
    assert paper_tests.f_test(scores)["n"].item() == 2


def test_wilcoxon_exact_by_hand():
    # b - a = .1 .2 .3 -.4: ranks 1 2 3 against 4; P(smaller sum <= 4) = 2 * 7 / 2^4 (sums 0 1 2 3 3 4 4).
    scores = table({"a": [0.1, 0.1, 0.1, 0.5], "b": [0.2, 0.3, 0.4, 0.1]})
    row = paper_tests.wilcoxon(scores).iloc[0]
    assert (row.method_a, row.method_b, row.n, row.n_zero) == ("b", "a", 4, 0)
    assert row.statistic == 4
    assert row.p_value == pytest.approx(14 / 16)
    assert row.median_difference == pytest.approx(0.15)


def test_wilcoxon_of_five_equal_signs_is_two_in_32():
    scores = table({"a": [0.0] * 6, "b": [0.1, 0.2, 0.3, 0.4, 0.5, 0.0]})
    row = paper_tests.wilcoxon(scores).iloc[0]
    assert (row.n, row.n_zero, row.statistic) == (6, 1, 0)
    assert row.p_value == pytest.approx(2 / 32)


def test_wilcoxon_normal_approximation_with_ties_by_hand():
    # Equal differences of Dice that are unequal as doubles must tie: 0.3 - 0.2 != 0.2 - 0.1.
    a, b = np.array([0.2, 0.3, 0.6, 0.1]), np.array([0.1, 0.2, 0.5, 0.3])
    # ranks of .1 .1 .1 .2: 2 2 2 4; W+ = 6, mean 5, variance 4*5*9/24 - (27-3)/48 = 7
    z = (4 - 5) / math.sqrt(7)
    statistic, p = paper_tests.signed_rank(a, b)
    assert statistic == 4
    assert p == pytest.approx(math.erfc(-z / math.sqrt(2)))


def test_wilcoxon_has_no_floor():
    rng = np.random.default_rng(0)
    a = rng.uniform(0, 0.5, 962)
    statistic, p = paper_tests.signed_rank(a + rng.uniform(0.1, 0.4, 962), a)
    assert statistic == 0
    z = math.sqrt(962 * 963 / 4 * 962 * 963 / 4 / (962 * 963 * 1925 / 24))
    assert p == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-9)
    assert 0 < p < 1e-150


def test_methods_that_never_differ_give_p_1():
    scores = table({"a": [0.1, 0.5], "b": [0.1, 0.5]})
    row = paper_tests.wilcoxon(scores).iloc[0]
    assert (row.n_zero, row.statistic, row.p_value, row.median_difference) == (2, 0, 1, 0)


def test_no_slice_with_a_dice_of_both_gives_nan():
    scores = table({"a": [0.1, float("nan")], "b": [float("nan"), 0.5]})
    row = paper_tests.wilcoxon(scores).iloc[0]
    assert row.n == 0
    assert math.isnan(row.p_value)
    assert math.isnan(paper_tests.f_test(scores)["p_value"].item())


def test_five_methods_give_ten_pairs_in_the_order_of_the_papers_table():
    pairs = paper_tests.wilcoxon(table({m: [0.1, 0.2] for m in "vwxyz"}))[["method_a", "method_b"]].agg("".join, axis=1)
    assert list(pairs) == ["zy", "zx", "zw", "zv", "yx", "yw", "yv", "xw", "xv", "wv"]


def test_f_test_against_the_closed_form_of_two_and_two_degrees():
    # The cdf of F(2, 2) is x / (1 + x). Variances of (0 .1 .2) and (0 .2 .4): 0.01 and 0.04.
    scores = table({"a": [0.0, 0.2, 0.4], "b": [0.0, 0.1, 0.2]})
    row = paper_tests.f_test(scores).iloc[0]
    assert row.f == pytest.approx(0.25)
    assert row.p_value == pytest.approx(2 * 0.25 / 1.25)


@given(st.floats(1e-3, 1e3))
def test_f_test_does_not_depend_on_the_order(f):
    assert paper_tests.f_p_value(f, 2, 2) == pytest.approx(2 * min(f, 1) / (1 + f))
    assert paper_tests.f_p_value(f, 9, 5) == pytest.approx(paper_tests.f_p_value(1 / f, 5, 9))


@pytest.mark.parametrize(
    ("a", "b", "published"),
    [
        (0.293, 0.331, 0.000149),
        (0.293, 0.320, 0.00572),
        (0.196, 0.205, 0.167),
        (0.331, 0.320, 0.302),
    ],
)
def test_f_test_reproduces_table_3_within_the_rounding_of_the_deviations(a, b, published):
    low, high = sorted([a, b])
    furthest = paper_tests.f_p_value(((high + 0.0005) / (low - 0.0005)) ** 2, 961, 961)
    nearest = paper_tests.f_p_value(((high - 0.0005) / (low + 0.0005)) ** 2, 961, 961)
    assert furthest < published < nearest
    assert nearest < 2.5 * furthest  # or the bounds would say nothing


def test_f_test_has_no_floor_in_either_tail():
    p = paper_tests.f_p_value((0.293 / 0.196) ** 2, 961, 961)
    assert p == pytest.approx(9.217e-35, rel=1e-3)
    assert paper_tests.f_p_value((0.196 / 0.293) ** 2, 961, 961) == pytest.approx(p, rel=1e-6)


def test_f_test_without_variance():
    constant, varied = np.full(4, 0.1), np.array([0.1, 0.2, 0.3, 0.4])
    f, p = paper_tests.equal_variances(constant, np.full(4, 0.7))
    assert math.isnan(f)
    assert p == 1
    assert paper_tests.equal_variances(constant, varied) == (0, 0)
    assert paper_tests.equal_variances(varied, constant) == (math.inf, 0)


def test_brown_forsythe_as_in_r():
    # Student's sleep data; in R 4.2.2 oneway.test of the distances from both medians: F = 0.2482, p = 0.6244
    a = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    b = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    assert paper_tests.brown_forsythe(a, b) == pytest.approx(0.6244, abs=5e-5)


def test_brown_forsythe_without_spread():
    constant, varied = np.full(4, 0.1), np.array([0.1, 0.2, 0.3, 0.4])
    assert paper_tests.brown_forsythe(constant, np.full(4, 0.7)) == 1
    assert 0 < paper_tests.brown_forsythe(constant, varied) < 0.05
    assert paper_tests.brown_forsythe(constant, np.array([0.0, 1, 0, 1])) == 0  # all at a distance of 0.5 from the median
    assert math.isnan(paper_tests.brown_forsythe(constant[:1], varied))


def test_scores_must_pair():
    scores = table({"a": [0.1, 0.2], "b": [0.3, 0.4]})
    with pytest.raises(ValueError, match=r"Slice 1 of patient p has no score for method b"):
        paper_tests.wilcoxon(scores.iloc[:3])
    with pytest.raises(ValueError, match=r"Slice 0 of patient p is scored twice for method a"):
        paper_tests.f_test(pd.concat([scores, scores.iloc[:1]]))
    with pytest.raises(ValueError, match="empty"):
        paper_tests.median_dice(scores.iloc[:0])


def test_slices_are_matched_by_patient_and_slice_not_by_row():
    scores = table({"a": [0.1, 0.5, 0.9], "b": [0.2, 0.7, 1.0]})
    shuffled = scores.iloc[[0, 1, 2, 5, 3, 4]]
    pd.testing.assert_frame_equal(paper_tests.wilcoxon(shuffled), paper_tests.wilcoxon(scores))


def test_names_like_numbers_or_missing_values_stay_names(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("method,patient,slice,fold,dice\nNA,007,3,1,0.1\nNA,nan,4,1,\n")
    scores = paper_tests.read_scores(path)
    assert list(scores["patient"]) == ["007", "nan"]
    assert list(scores["method"]) == ["NA", "NA"]
    assert math.isnan(scores["dice"].iloc[1])
