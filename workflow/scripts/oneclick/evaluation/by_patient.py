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


@dataclass(frozen=True)
class LeftOut:
    """What is left out of statistics by patients, for want of a Dice of every method: ``n_cases`` ``of`` all; by method, how
    many Dice are missing; the patients who have no other case."""

    n_cases: int
    of: int
    missing: dict[str, int]
    patients: tuple[str, ...]

    @classmethod
    def from_scores(cls, scores: pd.DataFrame) -> "LeftOut":
        dice = paired_dice(scores)
        kept = dice.dropna()
        gone = dict.fromkeys(dice.index.get_level_values("patient"))
        gone = tuple(str(patient) for patient in gone if patient not in set(kept.index.get_level_values("patient")))
        missing = dice.isna().sum()
        return cls(len(dice) - len(kept), len(dice), missing[missing > 0].to_dict(), gone)

    def in_words(self, outcome: Outcome) -> list[str]:
        """A sentence with the numbers and names, or none if nothing was left out."""
        if not self.n_cases:
            return []
        lacking = ", ".join(f"{method}: {n}" for method, n in self.missing.items())
        sentence = (
            f"{self.n_cases} of {self.of} {outcome.cases} are left out for want of a {outcome.measure} of every method"
        )
        sentence += f" (missing of {lacking})"
        if self.patients:
            names = ", ".join(self.patients[:5]) + ", ..." * (len(self.patients) > 5)
            sentence += f", and with them {len(self.patients)} patient{'s' * (len(self.patients) > 1)} ({names})"
        return [f"{sentence}."]


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
    both = [(dice[a].to_numpy(), dice[b].to_numpy()) for a, b in pairs]

    def differences(table: pd.DataFrame) -> np.ndarray:
        """A column a pair; rounded, so that equal differences of Dice tie in spite of rounding errors."""
        return np.round(np.array([table[a] - table[b] for a, b in pairs]).reshape(len(pairs), len(table)).T, 12)

    difference, of_patients = differences(dice), differences(dice.groupby(level="patient").median())
    low, high = clustered.bootstrap_intervals(difference, patients, _medians, generator(seed, "bootstrap", "pairs"))
    swapped = [
        clustered.permutation_test(d, patients, generator(seed, "permutation", *pair))
        for d, pair in zip(difference.T, pairs, strict=True)
    ]
    variances = [
        clustered.variance_permutation(*dices, patients, generator(seed, "variances", *pair))
        for dices, pair in zip(both, pairs, strict=True)
    ]
    table = pd.DataFrame(
        {
            "method_a": [a for a, _ in pairs],
            "method_b": [b for _, b in pairs],
            "median_difference": _medians(difference),
            "ci_low": low,
            "ci_high": high,
            "rank_biserial": [clustered.rank_biserial(d) for d in difference.T],
            "higher": (of_patients > 0).sum(axis=0),
            "lower": (of_patients < 0).sum(axis=0),
            "slices_p": [signed_rank(*dices)[1] for dices in both],
            "clustered_p": [clustered.clustered_signed_rank(d, patients)[1] for d in difference.T],
            "permutation_p": [p for _, p in swapped],
            "variance_ratio": [ratio for ratio, _ in variances],
            "f_test_p": [equal_variances(*dices)[1] for dices in both],
            "brown_forsythe_p": [brown_forsythe(*dices) for dices in both],
            "pitman_morgan_p": [clustered.pitman_morgan(*dices)[1] for dices in both],
            "variance_permutation_p": [p for _, p in variances],
        }
    )
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
            oracle = " Only the physician's mask can place its clicks." * (name in oracles)
            sentences.append(f"{sentence}{', '.join(beaten)}.{oracle}")
    return sentences or [f"No method without training has a higher median {measure} than one with a network."]
