"""The page and the figure of one click per lesion."""

from html import escape

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from oneclick.common.errors import UserError
from oneclick.common.tables import read_table, write_table
from oneclick.questions.walk.tables import WAYS, patients_of, walk_summary
from oneclick.report import page
from oneclick.report.marks import Notices, notes, with_marks
from oneclick.report.style import COLUMN, PHANTOM, colours, figure, mark_lines, name_of, save

NAMES = {"every_slice": "a click on every slice", "one_click": "one click per lesion"}


def draw_walks(summary: pd.DataFrame, notices: Notices) -> Figure:
    """Median 3-D Dice of the patients, two marks a method with their 95 % intervals: hollow with a click on every slice,
    filled with one click per lesion; at the right the clicks of a patient."""
    rows = summary[summary["level"] == "patients"].reset_index(drop=True)
    lines = mark_lines(rows["method"], notices)
    foot = 1.0 + 3.2 * len(lines) if lines else 0.0
    width, height = COLUMN, 27.0 + foot + 9.0 * len(rows)
    fig, palette = figure(width, height), colours(list(rows["method"]))
    ax = fig.add_axes((24 / width, (17 + foot) / height, (width - 42) / width, (height - 27 - foot) / height))
    for at, row in rows.iterrows():
        colour = palette[row["method"]]
        for way, offset, marker, face in (("every_slice", -0.17, "o", "white"), ("one_click", 0.17, "s", colour)):
            dice, low, high = (row[f"dice_{way}{end}"] for end in ("", "_ci_low", "_ci_high"))
            ax.plot([low, high], [at + offset] * 2, color=colour, linewidth=1)
            ax.plot(dice, at + offset, marker, color=colour, markerfacecolor=face, markersize=4.5)
            ax.text(1.04, at + offset, f"{row[f'clicks_{way}']:.1f}", va="center", fontsize=6.5)
    ax.text(1.04, -0.75, "Clicks a\npatient", va="bottom", fontsize=6.5)
    n = rows["n"].max()
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5), xlabel=f"Median Dice in 3-D (n = {n} patients)")
    ax.set_yticks(range(len(rows)), [name_of(method, notices, 15) for method in rows["method"]])
    ax.grid(axis="x", color="#e4e4e4", linewidth=0.5)
    ax.set_axisbelow(True)
    marks = [
        ax.plot([], [], marker, color="#333333", markerfacecolor=face, markersize=4.5, linestyle="none", label=NAMES[way])[0]
        for way, marker, face in (("every_slice", "o", "white"), ("one_click", "s", "#333333"))
    ]
    style = {"frameon": False, "fontsize": 6.5, "columnspacing": 1, "handletextpad": 0.2}
    fig.legend(handles=marks, loc="lower center", bbox_to_anchor=(0.5, foot / height), ncols=2, **style)
    if lines:
        fig.text(0.01, 1 / height, "\n".join(lines), fontsize=6.5, color="#444444", va="bottom")
    sns.despine(ax=ax)
    if notices.phantom:
        fig.text(0.01, 0.99, PHANTOM, fontsize=6.5, color="#444444", va="top")
    return fig


def _cells(row: pd.Series, name: str) -> list[str]:
    return [page.number(row[name]), page.interval(row[f"{name}_ci_low"], row[f"{name}_ci_high"])]


def write_walk_tables(
    lesions_csvs: list[str],
    seed: int,
    both_empty: float,
    summary_csv: str,
    patients_csv: str,
    html: str,
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Write the tables of :func:`walk_summary` and :func:`patients_of`, a page of the former, and the figure. Raises
    UserError without a method that walks."""
    if not lesions_csvs:
        raise UserError("no method of this study has a network and a click from which it could walk; add one to methods")
    lesions = pd.concat(map(read_table, lesions_csvs))
    summary = walk_summary(lesions, both_empty, seed)
    write_table(summary, summary_csv)
    write_table(patients_of(lesions, both_empty), patients_csv)
    shown = with_marks(summary, notices)
    groups = ((3, "One click per lesion"), (3, "A click on every slice"), (2, "Difference"))
    head = [
        "<tr><th></th><th></th><th></th>"
        + "".join(f'<th class="pair" colspan="{columns}">{name}</th>' for columns, name in groups)
        + "</tr>",
        page.head(["Method", "Of", "n", *2 * ["Clicks", "Dice", "95 % interval"], "Median", "95 % interval"]),
    ]
    body = []
    for _, row in shown.iterrows():
        ways = [cell for way in WAYS for cell in (f"{row[f'clicks_{way}']:.1f}", *_cells(row, f"dice_{way}"))]
        body.append(page.row(escape(row["method"]), [row["level"], row["n"], *ways, *_cells(row, "difference")]))
    beyond = shown.drop_duplicates("method")
    said = ", ".join(f"{row['method']} {row['n_slices_beyond']:.1f}" for _, row in beyond.iterrows())
    parts = [
        "<p>Median Dice in 3-D; clicks are a patient's mean. The one click is in the lesion's slice with the largest "
        "cross-section; the centre of each slice's mask clicks the next slice of the scan, until nothing is found.</p>",
        page.table(head, body, "tests"),
        page.note(f"Slices without the lesion that a patient's walks enter, on average: {said}. What is found there "
        "beside other lesions is wrong, and counts; with a click on every slice nothing can be found there."),
        *map(page.note, notes(beyond["method"])),
    ]  # fmt: skip
    page.write_page(html, "One click per lesion", parts, notices)
    save(draw_walks(summary, notices), png, svg)
