"""Intervals and tests for slices that are not independent: all slices of a patient are one cluster.

The paper's tests (:mod:`paper_tests`) take every slice as a patient of its own. Here patients are drawn, swapped or
weighed as a whole. Arrays are float (n,) with the patient of each value beside them, any hashable (n,).
"""

from collections.abc import Callable

import numpy as np
from scipy import stats

from oneclick.evaluation.paper_tests import variance_ratio

DRAWS = 10_000
"""Permutations, unless told otherwise."""
AT_A_TIME = 500
"""Draws that are computed at once, to bound memory."""


def _codes(clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The number of each value's cluster, from 0 in the order of their names, and the size of each cluster."""
    _, codes, sizes = np.unique(np.asarray(clusters), return_inverse=True, return_counts=True)
    return codes, sizes


def signed_ranks(difference: np.ndarray) -> np.ndarray:
    """Signed ranks of differences (n,) other than 0; ties have their mean rank. Differences are rounded to 12 decimals, so
    that equal differences of Dice tie in spite of rounding errors."""
    return stats.rankdata(np.round(np.abs(difference), 12)) * np.sign(difference)


def mean_squares(values: np.ndarray, clusters: np.ndarray) -> tuple[float, float, float]:
    """MSB, MSW and m0 of one-way analysis of variance: the mean squares between and within k clusters of m values, and
    m0 = (N - sum m^2 / N) / (k - 1). There must be two clusters, and one of several values."""
    codes, sizes = _codes(clusters)
    k, n = len(sizes), len(codes)
    means = np.bincount(codes, values) / sizes
    between = (sizes * (means - np.mean(values)) ** 2).sum() / (k - 1)
    within = ((values - means[codes]) ** 2).sum() / (n - k)
    return between, within, (n - (sizes**2).sum() / n) / (k - 1)


def intraclass_correlation(values: np.ndarray, clusters: np.ndarray) -> float:
    """How alike the values of a cluster are, from 0 (as those of different clusters) to 1 (all the same).

    The estimate (MSB - MSW) / (MSB + (m0 - 1) MSW) of :func:`mean_squares` (Donner 1986, doi 10.2307/1403259), 0 if it is
    negative. NaN without two clusters, or without a cluster of several values.
    """
    codes, sizes = _codes(clusters)
    if len(sizes) < 2 or len(sizes) == len(codes):
        return float("nan")
    between, within, m0 = mean_squares(values, clusters)
    total = between + (m0 - 1) * within
    return float(max((between - within) / total, 0.0)) if total > 0 else float("nan")


def design_effect(values: np.ndarray, clusters: np.ndarray) -> float:
    """How many times more values a mean needs than if they were independent: 1 + (m - 1) times the intraclass
    correlation, m = sum of squared cluster sizes / n (Kish 1965, Survey Sampling, section 5.4)."""
    _, sizes = _codes(clusters)
    return 1 + ((sizes**2).sum() / sizes.sum() - 1) * intraclass_correlation(values, clusters)


def clustered_signed_rank(difference: np.ndarray, clusters: np.ndarray) -> tuple[float, float]:
    """Standardised statistic and two-sided p-value of the Wilcoxon signed-rank test for clustered pairs.

    Rosner, Glynn and Lee (2006, Biometrics 62, doi 10.1111/j.1541-0420.2005.00389.x): the signed ranks of a cluster are
    summed and only the sign of the sum is random. Of clusters of several sizes, mean signed ranks are weighed by
    m / (1 + (m - 1) r), r the intraclass correlation of the signed ranks, corrected for k clusters by
    1 + (1 - r^2) / (k - 5/2) up to 1. Equal pairs are dropped. With clusters of one it is the test of scipy.stats.wilcoxon,
    normal and without correction for continuity. All equal gives (0, 1), no pairs NaN.
    """
    difference = np.round(np.asarray(difference, float), 12)
    if not len(difference):
        return float("nan"), float("nan")
    unequal = difference != 0
    if not unequal.any():
        return 0.0, 1.0
    ranks = signed_ranks(difference[unequal])
    codes, sizes = _codes(np.asarray(clusters)[unequal])
    sums = np.bincount(codes, ranks)
    if np.ptp(sizes):
        alike = np.nan_to_num(intraclass_correlation(ranks, codes))
        if len(sizes) > 2:
            alike = min(alike * (1 + (1 - alike**2) / (len(sizes) - 2.5)), 1.0)
        sums = sums / (1 + (sizes - 1) * alike)
    z = float(sums.sum() / np.sqrt((sums**2).sum())) if (sums != 0).any() else 0.0
    return z, float(2 * stats.norm.sf(abs(z)))


def swaps(n_clusters: int, draws: int = DRAWS) -> tuple[int, bool]:
    """How many ways to swap two methods in whole clusters are looked at, and whether these are all: 2 to the power of
    ``n_clusters`` if that is at most ``draws``, which are drawn otherwise."""
    every = 2 ** int(n_clusters)  # a number of NumPy would overflow
    return (every, True) if every <= draws else (draws, False)


def _p_of_swaps(
    statistic: Callable[[np.ndarray], np.ndarray], found: float, n_clusters: int, rng: np.random.Generator, draws: int
) -> float:
    """P-value of swapping two methods in whole clusters: the share of swaps that are at least as extreme.

    Of few clusters all :func:`swaps` count, so it is exact; of those that are drawn it is (1 + extreme) / (1 + draws)
    (Phipson and Smyth 2010, doi 10.2202/1544-6115.1585). ``statistic`` takes signs (n, n_clusters), -1 where the methods are
    swapped, and gives n values of the size of 1, to be compared with the value ``found``.
    """
    (n, exact), extreme = swaps(n_clusters, draws), 0
    for start in range(0, n, AT_A_TIME):
        size = min(AT_A_TIME, n - start)
        if exact:  # the bits of the number of a swap say where it swaps
            bits = np.arange(start, start + size)[:, None] >> np.arange(n_clusters) & 1
        else:
            bits = rng.integers(0, 2, (size, n_clusters), dtype=np.int8)
        extreme += int((statistic(1 - 2 * bits) >= found - 1e-12).sum())
    return extreme / n if exact else (1 + extreme) / (1 + n)


def permutation_test(
    difference: np.ndarray, clusters: np.ndarray, rng: np.random.Generator, draws: int = DRAWS
) -> tuple[float, float]:
    """The mean over clusters of their mean difference, and the two-sided p-value of swapping the two methods in all slices
    of a patient at once."""
    codes, sizes = _codes(clusters)
    means = np.bincount(codes, difference) / sizes
    parts = means / (np.abs(means).max() or 1)  # so that rounding is as small for large values
    p = _p_of_swaps(lambda signs: np.abs(signs @ parts) / len(parts), abs(parts.mean()), len(parts), rng, draws)
    return float(means.mean()), p


def bootstrap_intervals(
    values: np.ndarray,
    clusters: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    rng: np.random.Generator,
    draws: int = 2000,
    level: float = 0.95,
) -> np.ndarray:
    """Percentile intervals (2, columns) of a statistic of values (n, columns) when whole clusters are drawn with replacement
    (Davison and Hinkley 1997, Bootstrap Methods, section 3.8); all columns see the same draws. ``statistic`` makes one
    number of each column. NaN for a single cluster.

    The percentiles are those of the expanded interval of Hesterberg (2015, section 5.2, doi 10.1080/00031305.2015.1089789):
    of a few patients, the plain one is too narrow.
    """
    codes, sizes = _codes(clusters)
    k = len(sizes)
    if k < 2:
        return np.full((2, values.shape[1]), np.nan)
    members = np.split(np.argsort(codes, kind="stable"), np.cumsum(sizes)[:-1])
    drawn = rng.integers(0, k, (draws, k))
    found = [statistic(values[np.concatenate([members[c] for c in clusters_drawn])]) for clusters_drawn in drawn]
    below = stats.norm.cdf(np.sqrt(k / (k - 1)) * stats.t.ppf((1 - level) / 2, k - 1))
    return np.quantile(found, [below, 1 - below], axis=0)


def pitman_morgan(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Ratio of the variances of two paired samples (n,), and the two-sided p-value that they are equal: the correlation of
    sums and differences is 0 (Pitman 1939, doi 10.1093/biomet/31.1-2.9; Morgan 1939, doi 10.1093/biomet/31.1-2.13). Without
    variance in both it is (NaN, 1), in one p is 0; fewer than three values give NaN."""
    if len(a) < 3:
        return float("nan"), float("nan")
    ratio = variance_ratio(a, b)
    if not 0 < ratio < np.inf:
        return ratio, 1.0 if np.isnan(ratio) else 0.0
    return ratio, float(stats.pearsonr(a + b, a - b).pvalue) if np.ptp(a - b) > 0 else 1.0


def variance_permutation(
    a: np.ndarray, b: np.ndarray, clusters: np.ndarray, rng: np.random.Generator, draws: int = DRAWS
) -> tuple[float, float]:
    """Ratio of the variances of two paired samples (n,), and the two-sided p-value of swapping the samples, each moved to a
    median of 0, in all slices of a patient at once; the statistic is the absolute logarithm of the ratio. Without
    variance in both it is (NaN, 1)."""
    ratio = variance_ratio(a, b)
    if np.isnan(ratio):
        return ratio, 1.0
    codes, sizes = _codes(clusters)
    n = len(codes)
    a, b = a - np.median(a), b - np.median(b)
    # Sums and sums of squares of each cluster are all that a swap moves from one sample to the other.
    moments = np.stack([np.bincount(codes, x, len(sizes)) for x in (a, a**2, b, b**2)])

    def log_ratio(signs: np.ndarray) -> np.ndarray:
        kept = (signs + 1) / 2
        first, first_2 = kept @ moments[0] + (1 - kept) @ moments[2], kept @ moments[1] + (1 - kept) @ moments[3]
        second, second_2 = moments[0].sum() + moments[2].sum() - first, moments[1].sum() + moments[3].sum() - first_2
        spread = np.stack([first_2 - first**2 / n, second_2 - second**2 / n])
        spread[spread < 1e-12 * (moments[1] + moments[3]).sum()] = 0  # of a constant sample a rounding error is left
        with np.errstate(divide="ignore", invalid="ignore"):  # the ratio is 0 or infinite, or 1 where both are constant
            return np.nan_to_num(np.abs(np.log(spread[0]) - np.log(spread[1])), posinf=np.inf)

    return ratio, _p_of_swaps(log_ratio, log_ratio(np.ones((1, len(sizes))))[0], len(sizes), rng, draws)


def holm(p_values: np.ndarray) -> np.ndarray:
    """P-values (m,) corrected for m tests (Holm 1979, Scandinavian Journal of Statistics 6, 65-70); NaN stay and do not
    count."""
    p_values = np.asarray(p_values, float)
    corrected, known = np.full(p_values.shape, np.nan), np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected


def rank_biserial(difference: np.ndarray) -> float:
    """The effect size of paired samples: sum of ranks of the positive differences less that of the negative ones, over the
    sum of all; from -1 to 1 (Kerby 2014, doi 10.2466/11.IT.3.1). Equal pairs are dropped; 0 if all are."""
    difference = np.round(difference, 12)
    ranks = signed_ranks(difference[difference != 0])
    return float(ranks.sum() / np.abs(ranks).sum()) if len(ranks) else 0.0
