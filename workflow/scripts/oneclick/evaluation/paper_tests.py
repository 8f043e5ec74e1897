"""Medians, spreads and tests of Dice over a table of scores.

As in the paper, sections 2.5 and 3 (doi 10.1007/s13721-024-00483-0). A table of scores has one row per method and
slice, with the columns method, patient, slice, fold, dice (more are ignored); the methods count in the order in which
they first appear. A Dice of NaN is left out: of a method's medians, and pair by pair of the tests.

As in the paper, the tests treat every slice as independent. Slices of one patient are not, so the p-values tend to
be too small, and no correction is made for the number of pairs; :data:`INDEPENDENCE_NOTE` goes below each table.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from oneclick.common.tables import read_csv

INDEPENDENCE_NOTE = (
    "As in the paper, the test treats the slices of one patient as independent, which they are not, "
    "so its p-values tend to be too small; they are not corrected for the number of pairs tested."
)

EXACT_UP_TO = 50
"""Largest number of unequal pairs for which the null distribution of the Wilcoxon statistic is computed exactly."""


def read_scores(path: str | Path) -> pd.DataFrame:
    """Read results/scores.csv; names of patients and methods stay text ("007", "NA"), an empty or "nan" Dice is NaN. Scores
    from anywhere, with the columns case and score, have them as slice (text) and dice."""
    table = read_csv(
        path,
        dtype={"method": str, "patient": str, "slice": int, "fold": int, "dice": float, "case": str, "score": float},
        na_values={name: ["", "nan", "NaN"] for name in ("dice", "score")},
    )
    return table.rename(columns={"case": "slice", "score": "dice"})


def methods_of(scores: pd.DataFrame) -> list[str]:
    """The methods in the order in which they first appear."""
    return [str(method) for method in scores["method"].unique()]


def paired_dice(scores: pd.DataFrame) -> pd.DataFrame:
    """Dice with one row per (patient, slice), one column per method: float64, sorted by patient and slice.

    Raises ValueError if there are no scores, a (method, patient, slice) occurs twice, or the methods were not scored
    on the same slices.
    """
    if scores.empty:
        raise ValueError("The table of scores is empty; score at least one method on at least one slice.")
    key = ["method", "patient", "slice"]
    twice = scores.duplicated(key)
    if twice.any():
        method, patient, number = scores.loc[twice, key].iloc[0]
        raise ValueError(f"Slice {number} of patient {patient} is scored twice for method {method}; keep one score.")
    present = scores.assign(present=True).pivot(index=["patient", "slice"], columns="method", values="present")
    missing = present.isna()
    if missing.to_numpy().any():
        row, column = np.argwhere(missing.to_numpy())[0]
        (patient, number), method = missing.index[row], missing.columns[column]
        raise ValueError(
            f"Slice {number} of patient {patient} has no score for method {method} but for another one; "
            "score all methods on the same slices."
        )
    return scores.pivot(index=["patient", "slice"], columns="method", values="dice")[methods_of(scores)].astype(float)


def median_dice(scores: pd.DataFrame) -> pd.DataFrame:
    """Median and standard deviation of Dice per method and test set (paper, table 1 and section 3).

    Returns a tidy table: method, test_set ("1" to the number of folds, then "all"), n_slices and n_patients (with a
    Dice), median_dice, sd_dice. The paper does not say which standard deviation it gives; this is that of the sample
    (n - 1 in the denominator), NaN for a single slice. Raises ValueError as :func:`paired_dice`.
    """
    paired_dice(scores)
    known, rows = scores.dropna(subset=["dice"]), []
    for method in methods_of(scores):
        of_method = known[known["method"] == method]
        parts = [(str(fold), of_method[of_method["fold"] == fold]) for fold in sorted(scores["fold"].unique())]
        for test_set, part in [*parts, ("all", of_method)]:
            n_patients, dice = part["patient"].nunique(), part["dice"]
            rows.append((method, test_set, len(part), n_patients, dice.median(), dice.std(ddof=1)))
    return pd.DataFrame(rows, columns=["method", "test_set", "n_slices", "n_patients", "median_dice", "sd_dice"])


def pairs_of(methods: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair of methods, the later one first as in the rows of the paper's tables."""
    return list(combinations(reversed(methods), 2))


def _paired(scores: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """Every pair of methods, and the Dice of each on the slices on which both have one."""
    dice = paired_dice(scores)
    for pair in pairs_of(dice.columns):
        yield *pair, *dice[list(pair)].dropna().to_numpy().T


def signed_rank(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Statistic and two-sided p-value of the Wilcoxon signed-rank test of paired samples, each float of shape (n,).

    The statistic is the smaller of the two sums of ranks. Equal pairs are dropped (Wilcoxon's own zero_method, and
    SciPy's default, hence the paper's). The p-value is exact for up to 50 unequal pairs without ties, else from the
    normal approximation with correction for ties and none for continuity. Differences are rounded to 12 decimals,
    so that equal differences of Dice tie in spite of rounding errors. Pairs that are all equal give (0, 1), no pairs
    give (NaN, NaN).
    """
    difference = np.round(a - b, 12)
    if difference.size == 0:
        return float("nan"), float("nan")
    unequal = difference[difference != 0]
    if unequal.size == 0:
        return 0.0, 1.0
    ties = np.unique(np.abs(unequal)).size < unequal.size
    method = "asymptotic" if ties or unequal.size > EXACT_UP_TO else "exact"
    result = stats.wilcoxon(unequal, zero_method="wilcox", correction=False, alternative="two-sided", method=method)
    return float(result.statistic), float(result.pvalue)


def wilcoxon(scores: pd.DataFrame) -> pd.DataFrame:
    """Two-sided Wilcoxon signed-rank test for every pair of methods (paper, table 2), matched by patient and slice.

    Returns method_a, method_b, n (pairs with a Dice of both), n_zero (of those, pairs with equal Dice, which the test
    drops), statistic, p_value, median_difference (of Dice of method_a minus that of method_b, over all n pairs).
    Raises ValueError as :func:`paired_dice`. How the test is done: :func:`signed_rank`.
    """
    rows = []
    for method_a, method_b, a, b in _paired(scores):
        difference = np.round(a - b, 12)
        median = float(np.median(difference)) if len(a) else float("nan")
        n_zero = int(np.count_nonzero(difference == 0))
        rows.append((method_a, method_b, len(a), n_zero, *signed_rank(a, b), median))
    names = ["method_a", "method_b", "n", "n_zero", "statistic", "p_value", "median_difference"]
    return pd.DataFrame(rows, columns=names)


def variance_ratio(a: np.ndarray, b: np.ndarray) -> float:
    """Ratio of the sample variances: infinite or 0 if one sample is constant, NaN if both are."""
    # The variance of equal numbers is often a rounding error above 0, their range is 0.
    variance_a, variance_b = (float(np.var(x, ddof=1)) if np.ptp(x) > 0 else 0.0 for x in (a, b))
    if variance_b == 0:
        return float("nan") if variance_a == 0 else float("inf")
    return variance_a / variance_b


def equal_variances(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Ratio of the sample variances of a to b (float, shapes (n,) and (m,)) and the two-sided p-value of the F-test.

    p = 2 min(P(F >= f), P(F <= f)) with n - 1 and m - 1 degrees of freedom. The upper tail is the survival function:
    computed as 1 - cdf it cannot get below 2.22e-16, the p-value that the paper's table 3 gives six times. Without
    variance in both samples the variances are equal: (NaN, 1); in one only, the ratio is 0 or infinite and p is 0.
    Fewer than two values give (NaN, NaN).
    """
    if len(a) < 2 or len(b) < 2:
        return float("nan"), float("nan")
    f = variance_ratio(a, b)
    if not 0 < f < np.inf:
        return f, 1.0 if np.isnan(f) else 0.0
    return f, f_p_value(f, len(a) - 1, len(b) - 1)


def brown_forsythe(a: np.ndarray, b: np.ndarray) -> float:
    """p-value of the test of Brown and Forsythe (1974, doi 10.1080/01621459.1974.10482955) that the spreads of two samples,
    each float of shape (n,), are equal: an analysis of variance of distances from the medians (scipy.stats.levene). It
    does not suppose normal values as the F-test does, but independent ones. Without spread in both it is 1; fewer than two
    values give NaN."""
    if len(a) < 2 or len(b) < 2:
        return float("nan")
    spreads = [np.ptp(np.abs(x - np.median(x))) for x in (a, b)]
    if not any(spreads):  # distances of a constant size, as of 0 and 1: no variance to compare with
        return 1.0 if np.isclose(*(np.abs(x - np.median(x)).mean() for x in (a, b))) else 0.0
    return float(stats.levene(a, b, center="median").pvalue)


def f_p_value(f: float, df_a: int, df_b: int) -> float:
    """Two-sided p-value of a variance ratio f > 0 with df_a and df_b degrees of freedom."""
    return min(1.0, 2.0 * float(min(stats.f.sf(f, df_a, df_b), stats.f.cdf(f, df_a, df_b))))


def f_test(scores: pd.DataFrame) -> pd.DataFrame:
    """Two-sided F-test of equal variances for every pair of methods (paper, table 3).

    Returns method_a, method_b, n (slices with a Dice of both), f (variance of method_a over that of method_b),
    p_value. Raises ValueError as :func:`paired_dice`. Special cases: :func:`equal_variances`. The test supposes
    normal and independent values; Dice of two methods on the same slices are neither.
    """
    rows = [(method_a, method_b, len(a), *equal_variances(a, b)) for method_a, method_b, a, b in _paired(scores)]
    return pd.DataFrame(rows, columns=["method_a", "method_b", "n", "f", "p_value"])
