"""When does which use of the click win: scores of several phantom cohorts side by side, and what they say in a sentence.

A click can be shown to the network, or choose components of what a network without clicks predicts. For each kind of click
both uses are compared in each cohort, a point of the map.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from oneclick.clicks.kinds import place_of
from oneclick.common.randomness import generator
from oneclick.evaluation import clustered
from oneclick.methods.method import Uses
from oneclick.report.words import point_in_words

ALIKE = 0.02
"""Uses whose median Dice differs by less are called alike."""
VERDICTS = ("network", "keep", "alike", "open")
"""The click in the network is better, keeping clicked components is, both are alike, or the map leaves it open."""


def wide_scores(scores: pd.DataFrame, methods: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Dice (n, methods) of a study's scores, a row a slice, and the patients (n,)."""
    wide = scores.pivot(index=["patient", "slice"], columns="method", values="dice")[list(methods)]
    return wide.to_numpy(float), wide.index.get_level_values("patient").to_numpy()


def medians(scores: pd.DataFrame, none: str, seed: int) -> pd.DataFrame:
    """Of one point, a row per method: method, n_slices, n_patients, median_dice, ci_low, ci_high, gain (over the method
    ``none`` without clicks), gain_low, gain_high, best (whether its median is the highest). Intervals (95 %) are those when
    patients are drawn."""
    methods = list(dict.fromkeys(scores["method"]))
    dice, patients = wide_scores(scores, methods)
    at = methods.index(none)

    def statistic(values: np.ndarray) -> np.ndarray:
        found = np.median(values, axis=0)
        return np.concatenate([found, found - found[at]])

    n = len(methods)
    low, high = clustered.bootstrap_intervals(dice, patients, statistic, generator(seed, "bootstrap", "map"))
    found = statistic(dice)
    table = pd.DataFrame({"method": methods, "n_slices": len(dice), "n_patients": len(np.unique(patients))})
    table = table.assign(median_dice=found[:n], ci_low=low[:n], ci_high=high[:n])
    return table.assign(gain=found[n:], gain_low=low[n:], gain_high=high[n:], best=found[:n] == found[:n].max())


def verdict(margin: float, low: float, high: float) -> str:
    """Which use is better by a margin (network less keep) and its interval: one of ``VERDICTS``."""
    if abs(margin) < ALIKE:
        return "alike"
    if low > 0:
        return "network"
    return "keep" if high < 0 else "open"


def margins(scores: pd.DataFrame, uses: Uses, seed: int) -> pd.DataFrame:
    """Of one point, a row per kind of click: click, network_method, keep_method, margin (median Dice of the former less that
    of the latter), ci_low, ci_high (95 %, patients drawn), verdict, gain (of the better over no click)."""
    rows = []
    for click, pair in uses.pairs.items():
        dice, patients = wide_scores(scores, (*pair, uses.none))
        low, high = clustered.bootstrap_intervals(
            dice[:, :2],
            patients,
            lambda x: np.median(x[:, :1], axis=0) - np.median(x[:, 1:], axis=0),
            generator(seed, "bootstrap", "map"),
        )[:, 0]
        network, keep, none = np.median(dice, axis=0)
        margin = network - keep
        rows.append((click, *pair, margin, low, high, verdict(margin, low, high), max(network, keep) - none))
    columns = ["click", "network_method", "keep_method", "margin", "ci_low", "ci_high", "verdict", "gain"]
    return pd.DataFrame(rows, columns=columns)


def sentence(table: pd.DataFrame, usual: dict, none: str) -> str:
    """What the margins (``table``) of one kind of click say to someone who is about to annotate."""
    first = table.iloc[0]

    def points(kind: str) -> str:
        return ", ".join(
            f"{point_in_words(row.parameter, row.value, usual)} ({row.margin:+.3f})"
            for row in table[table["verdict"] == kind].itertuples()
        )

    says = {
        "network": f"put it into the network ({first['network_method']}) for {points('network')}",
        "keep": f"keep clicked components ({first['keep_method']}) for {points('keep')}",
        "alike": f"either will do (less than {ALIKE:g} apart) for {points('alike')}",
        "open": f"it stays open (the 95 % interval holds 0) for {points('open')}",
    }
    found = [says[kind] for kind in VERDICTS if (table["verdict"] == kind).any()]
    low, high = table["gain"].min(), table["gain"].max()
    return (
        f"With a click {place_of(first['click'])}: {'; '.join(found)}. The better of the two gains {low:+.3f} to "
        f"{high:+.3f} of median Dice over no click ({none})."
    )


def map_tables(
    scores: dict[str, pd.DataFrame], points: Iterable[tuple[str, str | None, float | None]], uses: Uses, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of :func:`medians` and :func:`margins` of all ``points`` (name, parameter, value), whose ``scores`` are by
    name; the columns point, parameter, value (empty for the study itself) come first."""
    tables: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([], [])
    for name, parameter, value in points:
        found = medians(scores[name], uses.none, seed), margins(scores[name], uses, seed)
        for table, rows in zip(tables, found, strict=True):
            rows.insert(0, "point", name)
            rows.insert(1, "parameter", parameter)
            rows.insert(2, "value", np.nan if value is None else float(value))
            table.append(rows)
    return pd.concat(tables[0], ignore_index=True), pd.concat(tables[1], ignore_index=True)
