"""The methods compared by patients: all slices of a patient are one cluster.

A table of scores is that of :mod:`paper_tests`.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from oneclick.common.randomness import generator
from oneclick.evaluation import clustered
from oneclick.evaluation.claims import LEVEL
from oneclick.evaluation.paper_tests import brown_forsythe, equal_variances, paired_dice, pairs_of, signed_rank


@dataclass(frozen=True)
class Outcome:
    """What the methods are compared by: a ``measure``, and the ``cases`` on which it was measured. Both are words of texts;
    a table of scores has them as dice and slice."""

    measure: str = "Dice"
    cases: str = "slices"

    def n_of(self, methods: pd.DataFrame) -> str:
        """How many cases of how many patients a :func:`method_table` is of: 120 slices of 30 patients; where the cases are
        patients, 30 patients."""
        n_cases, n_patients = methods["n_slices"].iloc[0], methods["n_patients"].iloc[0]
        of = "" if self.cases == "patients" and n_cases == n_patients else f" of {n_patients} patients"
        return f"{n_cases} {self.cases}{of}"


PAIR_COLUMNS = (
    "method_a", "method_b", "median_difference", "ci_low", "ci_high", "rank_biserial", "higher", "lower", "slices_p",
    "clustered_p", "permutation_p", "variance_ratio", "f_test_p", "brown_forsythe_p", "pitman_morgan_p",
    "variance_permutation_p",
)  # fmt: skip
"""Of :func:`pair_table`, before Holm's correction."""


def _medians(values: np.ndarray) -> np.ndarray:
    return np.median(values, axis=0)


def _complete(scores: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Dice of the slices that have one of every method, and the patient of each."""
    dice = paired_dice(scores).dropna()
    return dice, dice.index.get_level_values("patient").to_numpy()


def method_table(scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A row per method: n_slices, n_patients, median_dice with its 95 % interval (ci_low, ci_high) when patients are drawn
    with replacement, intraclass_correlation of Dice, design_effect (how many times more slices are needed than if they were
    independent). Only slices count that have a Dice of every method."""
    dice, patients = _complete(scores)
    low, high = clustered.bootstrap_intervals(dice.to_numpy(), patients, _medians, generator(seed, "bootstrap", "methods"))
    return pd.DataFrame(
        {
            "method": list(dice.columns),
            "n_slices": len(dice),
            "n_patients": len(set(patients)),
            "median_dice": _medians(dice.to_numpy()),
            "ci_low": low,
            "ci_high": high,
            "intraclass_correlation": [clustered.intraclass_correlation(dice[m].to_numpy(), patients) for m in dice.columns],
            "design_effect": [clustered.design_effect(dice[m].to_numpy(), patients) for m in dice.columns],
        }
    )


def pair_table(scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A row per pair of methods a and b, in the order of the paper's tables.

    - median_difference of the slices' Dice, a minus b; ci_low, ci_high: its 95 % interval when patients are drawn
    - rank_biserial: the effect size; higher, lower: how many patients have a higher, a lower median with a
    - p-values that the methods are equal: slices_p, the paper's, takes slices as independent; clustered_p is the signed-rank
      test of Rosner, Glynn and Lee; permutation_p swaps the methods in whole patients
    - variance_ratio, and p-values that variances are equal: f_test_p, the paper's, and brown_forsythe_p take the methods as
      unpaired, pitman_morgan_p as paired, all three the slices as independent; variance_permutation_p swaps the methods in
      whole patients
    - ..._holm: with Holm's correction for all pairs
    """
    dice, patients = _complete(scores)
    pairs = pairs_of(dice.columns)
    difference = np.round(np.column_stack([dice[a] - dice[b] for a, b in pairs]) if pairs else np.empty((len(dice), 0)), 12)
    intervals = clustered.bootstrap_intervals(difference, patients, _medians, generator(seed, "bootstrap", "pairs"))
    of_patients = dice.groupby(level="patient").median()
    rows = []
    for (a, b), d, interval in zip(pairs, difference.T, intervals.T, strict=True):
        apart = np.round(of_patients[a] - of_patients[b], 12)
        both = dice[a].to_numpy(), dice[b].to_numpy()
        ratio, variance_p = clustered.variance_permutation(*both, patients, generator(seed, "variances", a, b))
        tests = (
            signed_rank(*both)[1],
            clustered.clustered_signed_rank(d, patients)[1],
            clustered.permutation_test(d, patients, generator(seed, "permutation", a, b))[1],
            ratio,
            equal_variances(*both)[1],
            brown_forsythe(*both),
            clustered.pitman_morgan(*both)[1],
            variance_p,
        )
        higher, lower = int((apart > 0).sum()), int((apart < 0).sum())
        rows.append((a, b, np.median(d), *interval, clustered.rank_biserial(d), higher, lower, *tests))
    table = pd.DataFrame(rows, columns=PAIR_COLUMNS)
    for name in ("clustered", "permutation", "variance_permutation"):
        table.insert(table.columns.get_loc(f"{name}_p") + 1, f"{name}_p_holm", clustered.holm(table[f"{name}_p"]))
    return table


def friedman(scores: pd.DataFrame) -> tuple[float, float]:
    """Statistic and p-value of Friedman's test that all methods have the same Dice, over patients' medians (scipy.stats);
    NaN for fewer than three methods or patients."""
    dice, _ = _complete(scores)
    of_patients = np.round(dice.groupby(level="patient").median(), 12)
    if of_patients.shape[1] < 3 or len(of_patients) < 3:
        return float("nan"), float("nan")
    found = stats.friedmanchisquare(*of_patients.to_numpy().T)
    return float(found.statistic), float(found.pvalue)


def without_training(
    methods: pd.DataFrame, pairs: pd.DataFrame, classical: Collection[str], oracles: Collection[str], measure: str
) -> list[str]:
    """What a reader should know first: which methods without training have a higher median than a network.

    A sentence for each, the best first; one sentence if there is none; nothing in a study without networks or without
    ``classical`` methods. ``methods``, ``pairs``: :func:`method_table`, :func:`pair_table`.
    """
    medians = methods.set_index("method")["median_dice"]
    networks = [name for name in medians.index if name not in classical]
    best_first = sorted((name for name in medians.index if name in classical), key=lambda name: -medians[name])
    if not networks or not best_first:
        return []
    tests = {(row.method_a, row.method_b): (row.median_difference, row.clustered_p_holm) for row in pairs.itertuples()}
    tests |= {(b, a): (-difference, p) for (a, b), (difference, p) in tests.items()}
    sentences = []
    for name in best_first:
        beaten = []
        for network in (network for network in networks if medians[network] < medians[name]):
            difference, p = tests[name, network]
            chance = ("p < 0.001" if p < 0.001 else f"p = {p:.3f}") + ", no difference shown" * (p >= LEVEL)
            beaten.append(f"{network} ({medians[network]:.3f}; paired {difference + 0.0:+.3f}, {chance})")  # no -0.000
        if beaten:
            sentence = f"{name}, without any training, has a higher median {measure} ({medians[name]:.3f}) than "
            oracle = " Its clicks are taken from the physician's mask." * (name in oracles)
            sentences.append(f"{sentence}{', '.join(beaten)}.{oracle}")
    return sentences or [f"No method without training has a higher median {measure} than one with a network."]
