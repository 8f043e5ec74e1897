"""How far the medians of a study depend on the initial weights of its networks: their spread over runs."""

from itertools import combinations

import pandas as pd

from oneclick.common.errors import UserError
from oneclick.evaluation import paper_tests
from oneclick.paper import results as paper


def medians_of_runs(scores: pd.DataFrame) -> pd.DataFrame:
    """Of scores with a column run: that column, then those of :func:`paper_tests.median_dice`. Raises UserError with a
    single run, which has no spread."""
    if scores["run"].nunique() < 2:
        raise UserError("one run has no spread; set training: {runs: 3, use: each}")
    parts = [paper_tests.median_dice(part).assign(run=run) for run, part in scores.groupby("run")]
    table = pd.concat(parts, ignore_index=True)
    return table[["run", *(column for column in table.columns if column != "run")]]


def spread(medians: pd.DataFrame) -> pd.DataFrame:
    """The spread of medians over runs, a row per method and test set: method, test_set, n_slices, n_patients, n_runs,
    study_median_dice (of run 1, which is that of the study's tables), lowest, median, highest, sd (of the sample, n - 1 in
    the denominator), paper_median_dice (NaN where the paper has none)."""
    rows = []
    for (method, test_set), part in medians.groupby(["method", "test_set"], sort=False):
        dice = part["median_dice"]
        rows.append(
            {
                "method": method,
                "test_set": test_set,
                "n_slices": part["n_slices"].iloc[0],
                "n_patients": part["n_patients"].iloc[0],
                "n_runs": len(part),
                "study_median_dice": dice[part["run"] == 1].iloc[0],
                "lowest": dice.min(),
                "median": dice.median(),
                "highest": dice.max(),
                "sd": dice.std(ddof=1),
                "paper_median_dice": paper.median_dice(method, test_set),
            }
        )
    return pd.DataFrame(rows)


def pairs(medians: pd.DataFrame) -> pd.DataFrame:
    """Every pair of methods, the later one first as in the paper's tables, by their median Dice on all test sets: method_a,
    method_b, n_runs, n_above (runs in which method_a has the higher median), n_equal, lowest_difference and
    highest_difference (of the medians, method_a minus method_b)."""
    wide = medians[medians["test_set"] == "all"].pivot(index="run", columns="method", values="median_dice")
    rows = []
    for a, b in combinations(reversed(list(medians["method"].unique())), 2):
        difference = (wide[a] - wide[b]).round(12)
        counts = (len(difference), int((difference > 0).sum()), int((difference == 0).sum()))
        rows.append((a, b, *counts, difference.min(), difference.max()))
    names = ["method_a", "method_b", "n_runs", "n_above", "n_equal", "lowest_difference", "highest_difference"]
    return pd.DataFrame(rows, columns=names)


def in_words(pairs_table: pd.DataFrame) -> str:
    """How many pairs of methods keep their order in all runs, and which do not."""
    strict = (pairs_table["n_above"] == pairs_table["n_runs"]) | (pairs_table["n_above"] + pairs_table["n_equal"] == 0)
    others = [f"{row.method_a} and {row.method_b}" for row in pairs_table[~strict].itertuples()]
    n = f"{int(strict.sum())} of {len(pairs_table)} pairs of methods have the same order in all runs"
    return f"{n}; the order depends on the initial weights for {', '.join(others)}." if others else f"{n}."


def collapsed(thresholds: pd.DataFrame) -> str:
    """The trainings that found no tumour in most of their training slices, in words; empty without any. ``thresholds`` has
    the columns network, run, fold, median_train_dice."""
    found = thresholds[thresholds["median_train_dice"] == 0]
    names = [f"{row.network}, run {row.run}, test set {row.fold}" for row in found.itertuples()]
    return f"Trainings that collapsed, and lower the median of their run: {'; '.join(names)}." if names else ""
