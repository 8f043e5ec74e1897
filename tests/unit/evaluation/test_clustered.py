"""Against hand-computed values, scipy where every patient has one slice, enumeration of all swaps, and simulation."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from oneclick.evaluation import clustered


def test_signed_rank_of_clusters_of_one_is_scipys():
    rng = np.random.default_rng(1)
    difference = np.round(rng.normal(0.1, 1, 60), 1)  # ties and zeros
    _, p = clustered.clustered_signed_rank(difference, np.arange(60))
    expected = stats.wilcoxon(difference, zero_method="wilcox", correction=False, method="asymptotic").pvalue
    assert p == pytest.approx(expected, rel=1e-12)


def test_signed_rank_of_equal_clusters_by_hand():
    # ranks 1, 2 of a patient and -3, 4 of the other: sums 3 and 1, T = 4, variance 9 + 1
    z, p = clustered.clustered_signed_rank(np.array([0.1, 0.2, -0.3, 0.4]), np.array(["a", "a", "b", "b"]))
    assert z == pytest.approx(4 / np.sqrt(10))
    assert p == pytest.approx(2 * stats.norm.sf(4 / np.sqrt(10)))


def test_signed_rank_of_unequal_clusters_by_hand():
    # ranks 1 | 2, 3 | -4, -5, -6: means 1, 2.5, -5 about -1.5, squares of rest 0.5 within b and 2 within c, k = 3, n = 6
    between = (1 * 2.5**2 + 2 * 4**2 + 3 * 3.5**2) / 2
    within = (0.5 + 2) / 3
    m0 = (6 - (1 + 4 + 9) / 6) / 2
    r = (between - within) / (between + (m0 - 1) * within)
    assert r == pytest.approx(0.96)
    r = min(1, r * (1 + (1 - r**2) / (3 - 2.5)))  # corrected for three clusters: above 1, so 1
    sums = np.array([1 / 1, 5 / (1 + r), -15 / (1 + 2 * r)])
    z, _ = clustered.clustered_signed_rank(np.array([1.0, 2, 3, -4, -5, -6]), np.array([1, 2, 2, 3, 3, 3]))
    assert z == pytest.approx(sums.sum() / np.sqrt((sums**2).sum()))


def test_signed_rank_of_unequal_clusters_as_in_r():
    # R 4.2.2, the formulas of package clusrank (Jiang et al. 2020, doi 10.18637/jss.v096.i06; Rosner and Lee are authors)
    # by its lm and rank: intraclass correlation 0.5528, corrected 0.6381; ties and a zero among the differences
    difference = [10, 32, -5, 21, 18, 40, -12, -2, 7, 0, 15, 33, -20, 5, 11, 25, -8, 2]
    patients = [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6, 6, 6, 7, 7]
    z, p = clustered.clustered_signed_rank(np.array(difference) / 100, np.array(patients))
    assert (z, p) == (pytest.approx(1.1851621064), pytest.approx(0.2359533592))


def test_signed_rank_of_equal_clusters_as_in_r():
    difference, patients = np.array([3.0, 5, -1, 2, 4, 6, -2, -7, 1, 8]), np.repeat(range(5), 2)
    found = clustered.clustered_signed_rank(difference, patients)
    assert found == (pytest.approx(1.0735777429), pytest.approx(0.2830119775))


def test_signed_rank_does_not_care_for_the_order_of_slices():
    rng = np.random.default_rng(2)
    difference, patients = rng.normal(0.2, 1, 40), rng.integers(0, 9, 40)
    order = rng.permutation(40)
    one = clustered.clustered_signed_rank(difference, patients)
    assert clustered.clustered_signed_rank(difference[order], patients[order]) == pytest.approx(one)


def test_signed_rank_of_nothing_and_of_equal_pairs():
    assert clustered.clustered_signed_rank(np.zeros(4), np.arange(4)) == (0.0, 1.0)
    assert all(np.isnan(clustered.clustered_signed_rank(np.array([]), np.array([]))))


def test_intraclass_correlation_by_hand():
    values, patients = np.array([1.0, 3, 5, 7, 9, 11]), np.array([1, 1, 2, 2, 3, 3])
    assert clustered.intraclass_correlation(values, patients) == pytest.approx((32 - 2) / (32 + 2))
    assert clustered.design_effect(values, patients) == pytest.approx(1 + 30 / 34)
    assert clustered.intraclass_correlation(np.array([1.0, 1, 5, 5]), np.array([1, 1, 2, 2])) == 1
    assert clustered.intraclass_correlation(np.array([1.0, 5, 1, 5]), np.array([1, 1, 2, 2])) == 0
    assert np.isnan(clustered.intraclass_correlation(np.arange(3.0), np.arange(3)))


def test_intraclass_correlation_as_published():
    # Shrout and Fleiss 1979, doi 10.1037/0033-2909.86.2.420, tables 2 to 4: six targets, four judges, ICC(1, 1) = 0.17
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    found = clustered.intraclass_correlation(ratings.ravel(), np.repeat(range(6), 4))
    assert round(found, 2) == 0.17
    assert found == pytest.approx((11.24 - 6.26) / (11.24 + 3 * 6.26), abs=5e-4)  # the published mean squares


def test_permutation_test_against_all_swaps():
    difference, patients = np.array([1.0, 3, 2, 2, -1, 4]), np.array(list("aabbcd"))
    means = np.array([2, 2, -1, 4])
    swapped = [abs(np.dot(signs, means)) / 4 for signs in product((1, -1), repeat=4)]
    exact = np.mean(np.array(swapped) >= means.mean() - 1e-12)
    mean, p = clustered.permutation_test(difference, patients, np.random.default_rng(1))
    assert mean == means.mean() and p == exact
    _, drawn = clustered.permutation_test(difference, patients, np.random.default_rng(1), draws=15)  # 16 swaps are more
    assert drawn != exact and drawn * 16 == round(drawn * 16)


def test_swaps_of_few_patients_are_all_looked_at():
    assert clustered.swaps(10) == (1024, True) and clustered.swaps(13) == (8192, True)
    assert clustered.swaps(np.int64(64)) == clustered.swaps(np.int64(89)) == (10_000, False)  # 2**64 overflows in NumPy
    assert clustered.swaps(14) == (10_000, False) and clustered.swaps(3, draws=8) == (8, True)
    # Of ten patients of which all are better with a, two of 1,024 swaps are as extreme: none and all.
    for scale in (1.0, 1e-9, 1e9):
        difference, patients = np.repeat(np.arange(1.0, 11), 2) * scale / 3, np.repeat(np.arange(10), 2)
        assert clustered.permutation_test(difference, patients, np.random.default_rng(1))[1] == 2 / 1024


def test_permutation_test_of_clusters_of_one_is_scipys():
    rng = np.random.default_rng(7)
    a, b = rng.normal(0.3, 1, 9), rng.normal(0, 1, 9)
    theirs = stats.permutation_test(
        (a, b), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples", n_resamples=np.inf, vectorized=True
    )
    mean, p = clustered.permutation_test(a - b, np.arange(9), np.random.default_rng(1))
    assert mean == pytest.approx(theirs.statistic) and p == pytest.approx(theirs.pvalue, rel=1e-12)


def test_many_patients_are_swapped_at_random_and_agree_with_scipy():
    rng = np.random.default_rng(8)
    a, b = rng.normal(0.6, 1, 16), rng.normal(0, 1, 16)
    theirs = stats.permutation_test(
        (a, b), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples", n_resamples=np.inf, vectorized=True
    )
    _, p = clustered.permutation_test(a - b, np.arange(16), np.random.default_rng(1))
    assert p != theirs.pvalue and p == pytest.approx(theirs.pvalue, abs=0.015)


def test_variance_permutation_against_all_swaps():
    rng = np.random.default_rng(3)
    patients = np.repeat(np.arange(6), [1, 2, 3, 2, 1, 4])
    a, b = rng.normal(0, 1, 13), rng.normal(0, 2, 13)
    a0, b0 = a - np.median(a), b - np.median(b)
    found = []
    for signs in product((True, False), repeat=6):
        kept = np.array(signs)[patients]
        found.append(abs(np.log(np.where(kept, a0, b0).var() / np.where(kept, b0, a0).var())))
    exact = np.mean(np.array(found) >= found[0] - 1e-12)
    ratio, p = clustered.variance_permutation(a, b, patients, np.random.default_rng(1))
    assert ratio == pytest.approx(a.var() / b.var())
    assert p == exact


def test_pitman_morgan_against_its_other_formula():
    rng = np.random.default_rng(4)
    a = rng.normal(0, 1, 50)
    b = 0.5 * a + rng.normal(0, 1, 50)
    ratio, p = clustered.pitman_morgan(a, b)
    r = np.corrcoef(a, b)[0, 1]
    t = (ratio - 1) * np.sqrt(48) / (2 * np.sqrt(ratio * (1 - r**2)))  # Snedecor and Cochran, Statistical Methods, 10.11
    assert p == pytest.approx(2 * stats.t.sf(abs(t), 48))


def test_pitman_morgan_as_in_r():
    # Student's sleep data; in R 4.2.2 var(a) / var(b), and cor.test(a + b, a - b)
    a = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    b = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    assert clustered.pitman_morgan(a, b) == (pytest.approx(0.7983426, abs=1e-7), pytest.approx(0.6129129, abs=1e-7))


def test_variances_of_constant_samples():
    constant, other, patients, rng = np.ones(4), np.arange(4.0), np.arange(4), np.random.default_rng(1)
    assert clustered.pitman_morgan(other, constant) == (float("inf"), 0.0)
    assert np.isnan(clustered.pitman_morgan(constant, constant)[0]) and clustered.pitman_morgan(constant, constant)[1] == 1
    assert clustered.variance_permutation(constant, constant, patients, rng)[1] == 1
    ratio, p = clustered.variance_permutation(constant, other, patients, rng)
    # of 16 swaps only those of all or none of the patients whose slice differs from the median leave a sample constant
    assert ratio == 0 and p == 2 / 16
    # to swap one of these two patients makes both samples constant: a ratio of 1, as extreme as the others
    assert clustered.variance_permutation(np.array([1.0, -1]), np.array([-1.0, 1]), np.arange(2), rng)[1] == 1


def mean(values):
    return values.mean(axis=0)


def test_bootstrap_intervals_of_clusters_of_one_are_scipys_at_the_expanded_level():
    # Hesterberg 2015: of n = 40, percentiles 2.03 and 97.97, for t(39) = 2.0227 at 97.5 % times sqrt(40 / 39) is 2.0484
    level = 1 - 2 * stats.norm.sf(2.0484)
    values = np.random.default_rng(5).normal(0, 1, (40, 2))
    found = clustered.bootstrap_intervals(values, np.arange(40), mean, np.random.default_rng(1), draws=4000)
    for column in range(2):
        theirs = stats.bootstrap(
            (values[:, column],), np.mean, method="percentile", n_resamples=4000, confidence_level=level, rng=2
        )
        assert found[:, column] == pytest.approx(tuple(theirs.confidence_interval), abs=0.02)


def test_bootstrap_draws_whole_patients():
    # Of two patients only a, only b, or both can be drawn.
    seen = set()

    def keep(drawn):
        seen.add(tuple(drawn[:, 0]))
        return drawn.mean(axis=0)

    values = np.array([[1.0], [5], [1], [5], [1]])
    clustered.bootstrap_intervals(values, np.array(list("ababa")), keep, np.random.default_rng(1), draws=50)
    assert seen == {(1, 1, 1, 1, 1, 1), (1, 1, 1, 5, 5), (5, 5, 1, 1, 1), (5, 5, 5, 5)}


def test_holm_as_in_r():
    # p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert clustered.holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    corrected = clustered.holm(np.array([0.4, np.nan, 0.6]))
    assert corrected[[0, 2]] == pytest.approx([0.8, 0.8]) and np.isnan(corrected[1])


def test_rank_biserial_by_hand():
    assert clustered.rank_biserial(np.array([1.0, -2, 3, 0])) == pytest.approx((1 + 3 - 2) / 6)
    assert clustered.rank_biserial(np.zeros(3)) == 0
