"""Finished studies whose tables say what a click is worth, and their numbers in words (click_worth.py)."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from finished import with_interval

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "workflow/scripts"))

from oneclick.clicks.kinds import place_of  # noqa: E402
from oneclick.evaluation.claims import LEVEL  # noqa: E402
from oneclick.questions.offsets.safe_radius import LOSS  # noqa: E402
from oneclick.report.words import p_text  # noqa: E402

TABLES = (
    "by_patient_methods",
    "by_patient_pairs",
    "claims",
    "cross",
    "safe_radius",
    "offsets",
    "misses",
    "walk",
    "measures",
)
# Of networks that were trained several times, and of a study with a map of cohorts
PERHAPS = ("repeats_pairs", "cohort_map")
NAMES = {"beyond": "phantoms", "sts": "sarcomas"}
ONE_CLICK = ("rand1CNN", "cm1CNN", "hot1CNN", "hum1CNN")


@dataclass(frozen=True)
class Cohort:
    """A finished study: its ``name`` in words, the ``page`` of its results, and its tables."""

    name: str
    page: str
    tables: dict[str, pd.DataFrame]

    @property
    def size(self) -> str:
        row = self.tables["by_patient_methods"].iloc[0]
        return f"{row['n_slices']} slices of {row['n_patients']} patients ({self.name})"

    def median(self, method: str) -> float:
        return self.tables["by_patient_methods"].set_index("method")["median_dice"][method]

    def rows(self, table: str, **where: str) -> pd.DataFrame:
        """The rows of a table whose columns have these values."""
        found = self.tables[table]
        for column, value in where.items():
            found = found[found[column] == value]
        return found


def read(results: str) -> Cohort:
    folder = ROOT / results
    page = folder.name.removeprefix("results-")
    paths = {table: folder / f"tables/{table}.csv" for table in (*TABLES, *PERHAPS)}
    asked = {table: path for table, path in paths.items() if table in TABLES or path.exists()}
    asked["scores"] = folder / "scores.csv"
    return Cohort(NAMES[page], page, {table: pd.read_csv(path) for table, path in asked.items()})


def signed(value: float) -> str:
    return f"{round(value, 3) + 0.0:+.3f}"  # + 0.0, for nobody writes -0.000


def interval(low: float, high: float) -> str:
    return f"{signed(low)} to {signed(high)}"


def compared(cohort: Cohort, method: str, other: str) -> tuple[float, float, float, float]:
    """Median difference of a slice's Dice, ``method`` less ``other``, its interval when patients are drawn, and the p-value
    by patients with Holm's correction."""
    pairs = cohort.tables["by_patient_pairs"].set_index(["method_a", "method_b"])
    turned = (method, other) not in pairs.index
    row = pairs.loc[(other, method) if turned else (method, other)]
    difference, low, high, p = (row[name] for name in ("median_difference", "ci_low", "ci_high", "clustered_p_holm"))
    return (-difference, -high, -low, p) if turned else (difference, low, high, p)


def found(cohort: Cohort, method: str, other: str) -> str:
    """A comparison in words."""
    difference, low, high, p = compared(cohort, method, other)
    shown = f"not shown, p = {p:.2f}" if p >= LEVEL else f"p {p_text(p)}" if p < 0.001 else f"p = {p_text(p)}"
    medians = f"medians {cohort.median(method):.3f} and {cohort.median(other):.3f}"
    return f"{signed(difference)} on {cohort.name} ({interval(low, high)}; {shown}; {medians})"


def brings(cohorts: list[Cohort], pairs: list[tuple[str, str]]) -> str:
    """Whether the first method of a pair is shown to be the better one: in how many comparisons, or on which cohorts. Little
    is less than the loss from which on a click is too far off."""
    every = {(cohort.name, *pair): compared(cohort, *pair) for cohort in cohorts for pair in pairs}
    shown = [of for of, (difference, _, _, p) in every.items() if difference > 0 and p < LEVEL]
    if any(difference < 0 and p < LEVEL for difference, _, _, p in every.values()):
        return "Not always: the opposite is shown as well."
    if not shown:
        return "Not shown."
    if len(shown) == len(every):
        return "Yes, but by little." if all(every[of][0] < LOSS for of in shown) else "Yes."
    if len(pairs) > 1:
        return f"Yes in {len(shown)} of {len(every)} comparisons; not shown in {len(every) - len(shown)}."
    others = [cohort.name for cohort in cohorts if cohort.name not in {of[0] for of in shown}]
    return f"Yes on {' and '.join(of[0] for of in shown)}; not shown on {' and '.join(others)}."


def in_3d(cohort: Cohort, method: str) -> str:
    """The median over patients of the Dice in 3-D, its interval, and of HD95, the distance between surfaces."""
    rows = cohort.rows("measures", method=method, level="patient", statistic="median").set_index("measure")
    dice, low, high = rows.loc["dice", ["value", "ci_low", "ci_high"]]
    return f"{dice:.3f} ({low:.3f} to {high:.3f}; HD95 {rows.loc['hd95_mm', 'value']:.0f} mm)"


def short_place(kind: str) -> str:
    """Where clicks of a kind lie, without who can tell."""
    return place_of(kind).partition(" (")[0]


def medians_of(rows: pd.DataFrame, name: str) -> str:
    """The medians of rows of the table ``cross`` with their intervals, the highest first; ``name``: of which column."""
    words = short_place if name == "clicked" else "with {}".format
    parts = (
        f"{with_interval(row.median_dice, row.ci_low, row.ci_high)} {words(getattr(row, name))}"
        for row in rows.sort_values("median_dice", ascending=False).itertuples()
    )
    return ", ".join(parts)


def best_of(cohorts: list[Cohort], name: str, **where: str) -> set[str]:
    """What has the highest median in the table ``cross``, of the cohorts."""
    rows = (cohort.rows("cross", **where) for cohort in cohorts)
    rows = (found[found["method"].isin(ONE_CLICK)] for found in rows)
    return {found.loc[found["median_dice"].idxmax(), name] for found in rows}
