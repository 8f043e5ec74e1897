"""What a finished study answers to the questions beyond the paper: six sentences, a short table and a figure of each."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from digests import SCRIPTS  # noqa: F401  (the place of oneclick)
from finished import Finished, markdown, number, with_interval

from oneclick.report.words import radius_in_words


@dataclass(frozen=True)
class Question:
    """A question that was asked if its ``table`` is there. ``short``: the lines of its table in Markdown, from that table;
    ``figures``: its pictures, with what they show."""

    title: str
    table: str
    short: Callable[..., list[str]]
    figures: dict[str, str]


def wide(table: pd.DataFrame, across: str, cell: Callable[[pd.Series], str]) -> list[str]:
    """A row a method and a column for each value of ``across``, both in their order in the table."""
    columns, rows = list(dict.fromkeys(table[across])), []
    for method, part in table.groupby("method", sort=False):
        cells = {row[across]: cell(row) for _, row in part.iterrows()}
        rows.append((method, *(cells.get(column, "") for column in columns)))
    return markdown(["method", *columns], rows)


def offsets(table: pd.DataFrame, farthest_mm: float) -> list[str]:
    """``farthest_mm``: as far as clicks were moved."""

    def cell(row: pd.Series) -> str:
        return f"{radius_in_words(row['safe_radius_mm'], farthest_mm)} (n = {row['n_slices']})"

    said = "How far a click may lie off before the median Dice loses 0.05: of all slices, and by size of the tumour."
    return [said, "", *wide(table, "size", cell)]


def cross(table: pd.DataFrame) -> list[str]:
    def cell(row: pd.Series) -> str:
        text = with_interval(row["median_dice"], row["ci_low"], row["ci_high"])
        return f"**{text}**" if row["own"] else text

    said = "Median Dice (95 % interval) with each kind of click; in bold the kind that the method was made for."
    return [said, "", *wide(table, "clicked", cell)]


def misses(table: pd.DataFrame) -> list[str]:
    def cell(row: pd.Series) -> str:
        return f"{with_interval(row['median_dice'], row['ci_low'], row['ci_high'])}, n = {row['n_slices']}"

    said = "Median Dice (95 % interval) with one click in another place; n slices have such a place."
    return [said, "", *wide(table, "place", cell)]


def walk(table: pd.DataFrame) -> list[str]:
    rows = [
        (
            row.method,
            f"{row.clicks_every_slice:.1f} / {row.clicks_one_click:.1f}",
            with_interval(row.dice_every_slice, row.dice_every_slice_ci_low, row.dice_every_slice_ci_high),
            with_interval(row.dice_one_click, row.dice_one_click_ci_low, row.dice_one_click_ci_high),
            with_interval(row.difference, row.difference_ci_low, row.difference_ci_high),
        )
        for row in table[table["level"] == "patients"].itertuples()
    ]
    head = [
        "method",
        "clicks a patient",
        "median Dice in 3-D: a click on every slice",
        "one per lesion",
        "median difference",
    ]
    return [f"Of {table['n_patients'].max()} patients, with 95 % intervals.", "", *markdown(head, rows)]


def effort(table: pd.DataFrame) -> list[str]:
    rows = [
        (row.method, row.use, f"{row.corrected_percent:g} %", number(row.seconds, 0), number(row.median_dice))
        for row in table[table["frontier"]].sort_values("seconds").itertuples()
    ]
    said = "The ways that no other beats in the same time."
    return [said, "", *markdown(["method", "use", "slices corrected", "seconds a patient", "median Dice"], rows)]


MEASURES = {"dice": "Dice", "hd95_mm": "HD95, mm", "surface_dice": "surface Dice", "mtv_error_ml": "volume error, ml"}


def measures(table: pd.DataFrame) -> list[str]:
    table = table[(table["level"] == "patient") & table["measure"].isin(MEASURES)]

    def cell(row: pd.Series) -> str:
        undefined = f", {row['n_undefined']:g} undefined" if row["n_undefined"] else ""
        return with_interval(row["value"], row["ci_low"], row["ci_high"], 2) + undefined

    said = f"Medians of {table['n_patients'].max()} patients in 3-D, with 95 % intervals."
    return [said, "", *wide(table.assign(measure=table["measure"].map(MEASURES)), "measure", cell)]


def cohort_map(table: pd.DataFrame) -> list[str]:
    rows = [
        (
            "the cohort as it is" if pd.isna(row.value) else f"{row.parameter} {row.value:g}",
            row.click,
            f"{row.network_method} less {row.keep_method}",
            with_interval(row.margin, row.ci_low, row.ci_high),
            row.verdict,
            number(row.gain),
        )
        for row in table.itertuples()
    ]
    return markdown(["cohort", "click", "methods", "margin (95 % interval)", "verdict", "gain over no click"], rows)


def readers(table: pd.DataFrame) -> list[str]:
    rows = [
        (row.method, row.clicked, with_interval(row.median_dice, row.ci_low, row.ci_high), row.n_slices)
        for row in table.itertuples()
    ]
    return [
        "Median Dice (95 % interval) by who clicked.",
        "",
        *markdown(["method", "clicked", "median Dice", "slices"], rows),
    ]


QUESTIONS = (
    Question("How far off may a click be?", "safe_radius", offsets, {
        "offsets": "median Dice by the distance of the click from its place, in mm and in radii of the tumour",
        "offset_maps": "three slices, every pixel that was clicked in the colour of the Dice",
    }),
    Question("What if another kind of click is given?", "cross", cross, {
        "cross": "median Dice of each method with each kind of click",
    }),
    Question("What if the click lands beside the tumour?", "misses", misses, {
        "misses": "Dice, false-positive volume and false components when the click lands elsewhere",
    }),
    Question("Is one click per lesion enough?", "walk", walk, {
        "walk": "median Dice in 3-D with a click on every slice and with one per lesion",
    }),
    Question("With so many seconds for a patient, what should a person do?", "effort", effort, {
        "effort": "median Dice against a patient's seconds",
    }),
    Question("How good are the masks beside Dice?", "measures", measures, {
        "bland_altman": "Bland and Altman's plots of tumour volume, a panel a method",
    }),
    Question("When does which use of the click win?", "cohort_map_margins", cohort_map, {
        "cohort_map": "medians and margins over phantom cohorts",
    }),
    Question("What is a real click worth?", "readers_worth", readers, {"readers": "where readers clicked"}),
)  # fmt: skip


def answers(table: pd.DataFrame) -> list[str]:
    return [f"{n}. **{row.question}** {row.answer}" for n, row in enumerate(table.itertuples(), 1)]


def section(study: Finished) -> list[str]:
    """The part of a page on the questions that were asked; nothing where none was."""
    asked = [question for question in QUESTIONS if study.asked(question.table)]
    if not asked:
        return []
    lines = ["## Beyond the paper", ""]
    if study.asked("conclusions"):
        said = "Rules make these sentences from the tables; read them with the tables and figures below."
        lines += [said, "", *answers(study.table("conclusions")), ""]
    for question in asked:
        more = [max(study.settings["offsets"]["distances_mm"])] if question.short is offsets else []
        lines += [f"### {question.title}", "", *question.short(study.table(question.table), *more), ""]
        for figure, shows in question.figures.items():
            lines += study.picture(figure, shows)
    return lines
