"""The methods compared with a patient's slices as one cluster: what of the tests stands when slices are not patients.

A table of scores is that of :mod:`paper_tests`.
"""

from collections.abc import Collection
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from oneclick.common.randomness import generator
from oneclick.evaluation import clustered
from oneclick.evaluation.claims import LEVEL
from oneclick.evaluation.paper_tests import brown_forsythe, equal_variances, paired_dice, signed_rank


def _medians(values: np.ndarray) -> np.ndarray:
    return np.median(values, axis=0)


def _complete(scores: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Dice of the slices that have one of every method, and the patient of each."""
    dice = paired_dice(scores).dropna()
    return dice, dice.index.get_level_values("patient").to_numpy()


def method_table(scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A row per method: n_slices, n_patients, median_dice with its 95 % interval (ci_low, ci_high) when patients are drawn
    with replacement, intraclass_correlation of Dice, design_effect (how many times more slices than independent ones)."""
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
    """A row per pair of methods, in the order of the paper's tables.

    ``median_difference`` of the slices' Dice (a minus b) with its 95 % interval (ci_low, ci_high; patients are drawn);
    ``rank_biserial``, its effect size; ``higher``, ``lower``: patients whose median is so with a;
    p-values that the methods are equal: ``slices_p`` as in the paper, every slice independent; ``clustered_p``, the
    signed-rank test of Rosner, Glynn and Lee; ``permutation_p``, methods swapped in whole patients; both with Holm's
    correction for all pairs (``..._holm``); and of equal variances, ``variance_ratio``, ``f_test_p`` as in the paper,
    ``brown_forsythe_p`` (unpaired, of any shape) and ``pitman_morgan_p`` (paired), both with slices independent, and
    ``variance_permutation_p`` (methods swapped in whole patients).
    """
    dice, patients = _complete(scores)
    pairs = list(combinations(reversed(list(dice.columns)), 2))
    difference = np.round(np.column_stack([dice[a] - dice[b] for a, b in pairs]) if pairs else np.empty((len(dice), 0)), 12)
    intervals = clustered.bootstrap_intervals(difference, patients, _medians, generator(seed, "bootstrap", "pairs"))
    of_patients = dice.groupby(level="patient").median()
    rows = []
    for (a, b), d, (low, high) in zip(pairs, difference.T, intervals.T, strict=True):
        apart = np.round(of_patients[a] - of_patients[b], 12)
        one, other = dice[a].to_numpy(), dice[b].to_numpy()
        ratio, variance_p = clustered.variance_permutation(one, other, patients, generator(seed, "variances", a, b))
        rows.append(
            {
                "method_a": a,
                "method_b": b,
                "median_difference": np.median(d),
                "ci_low": low,
                "ci_high": high,
                "rank_biserial": clustered.rank_biserial(d),
                "higher": int((apart > 0).sum()),
                "lower": int((apart < 0).sum()),
                "slices_p": signed_rank(one, other)[1],
                "clustered_p": clustered.clustered_signed_rank(d, patients)[1],
                "permutation_p": clustered.permutation_test(d, patients, generator(seed, "permutation", a, b))[1],
                "variance_ratio": ratio,
                "f_test_p": equal_variances(one, other)[1],
                "brown_forsythe_p": brown_forsythe(one, other),
                "pitman_morgan_p": clustered.pitman_morgan(one, other)[1],
                "variance_permutation_p": variance_p,
            }
        )
    columns = (
        "method_a", "method_b", "median_difference", "ci_low", "ci_high", "rank_biserial", "higher", "lower", "slices_p",
        "clustered_p", "permutation_p", "variance_ratio", "f_test_p", "brown_forsythe_p", "pitman_morgan_p",
        "variance_permutation_p",
    )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
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
    """What a reader should know first, as text: a sentence for each classical method, from the best on, whose median is
    higher than a network's, or one sentence that there is none; nothing where there are not both sorts. ``classical`` and
    ``oracles`` are names of methods; all but the former are networks."""
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
            chance = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
            chance += ", no difference shown" if p >= LEVEL else ""
            beaten.append(f"{network} ({medians[network]:.3f}; paired {difference + 0.0:+.3f}, {chance})")  # no -0.000
        if beaten:
            sentence = f"{name}, without any training, has a higher median {measure} ({medians[name]:.3f}) than "
            sentence += f"{', '.join(beaten)}."
            if name in oracles:
                sentence += " Its clicks are taken from the physician's mask."
            sentences.append(sentence)
    return sentences or [f"No method without training has a higher median {measure} than one with a network."]
