"""Tables, page and figure of the measures beside Dice."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from oneclick.common.files import write_text
from oneclick.common.tables import write_table
from oneclick.questions.measures.tables import RATES, SUMMARISED, agreement_table, read_measures, score_tables, summary
from oneclick.report import page
from oneclick.report.marks import Notices, notes, with_marks
from oneclick.report.style import PAGE, PHANTOM, colours, figure, mark_lines, name_of, save

NAMES = {
    "dice": ("Dice", 3), "hd95_mm": ("95 % Hausdorff, mm", 1), "surface_dice": ("Surface Dice", 3),
    "fp_ml": ("False-positive volume, ml", 2), "fn_ml": ("False-negative volume, ml", 2),
    "sensitivity": ("Lesion sensitivity", 3), "precision": ("Lesion precision", 3), "f1": ("Lesion F1", 3),
    "mtv_error_ml": ("MTV error, ml", 2), "tlg_error": ("TLG error, {unit}", 1),
}  # fmt: skip
"""A measure in words, and its decimals."""
MINUS = "\u2212"
TITLES = {"slice": "Per slice", "lesion": "Per lesion", "patient": "Per patient, in 3-D"}


def _cell(row: pd.Series, digits: int) -> str:
    """A median with its interval, the mean where the median says little, and what is undefined, as HTML."""
    if np.isnan(row["value"]):
        return f"{page.NONE}<br><small>n = 0, {row['n_undefined']} undefined</small>"
    low, high = (page.number(row[end], digits) for end in ("ci_low", "ci_high"))
    lines = [f"{page.number(row['value'], digits)} [{low}, {high}]"]
    if row["measure"] in ("fp_ml", "fn_ml"):
        lines.append(f"mean {page.number(row['mean'], digits)}")
    counts = f"n = {row['n']}" + (f", {row['n_undefined']} undefined" if row["n_undefined"] else "")
    return "<br>".join([lines[0], *(f"<small>{line}</small>" for line in [*lines[1:], counts])])


def _summary_html(rows: pd.DataFrame, measures: Sequence[str], unit: str) -> str:
    """A row a method, a column a measure."""
    names = [escape(NAMES[measure][0].format(unit=unit)) for measure in measures]
    lines = []
    for method, of_method in rows.groupby("method", sort=False):
        of_method = of_method.set_index("measure", drop=False)
        lines.append(page.row(escape(method), (_cell(of_method.loc[measure], NAMES[measure][1]) for measure in measures)))
    return page.table([page.head(["Method", *names])], lines, "tests")


def _agreement_html(limits: pd.DataFrame, unit: str) -> str:
    names = ("Method", "Of", "n", "Patients", "Measure", "Bias", "Lower limit", "Upper limit")
    lines = []
    for _, row in limits.iterrows():
        name, digits = NAMES[row["measure"]]
        cells = [
            f"{page.number(row[part], digits)} [{page.number(row[f'{part}_ci_low'], digits)}, "
            f"{page.number(row[f'{part}_ci_high'], digits)}]"
            for part in ("bias", "loa_low", "loa_high")
        ]
        words = [f"{row['level']}s", row["n"], row["n_patients"], escape(name.format(unit=unit)), *cells]
        lines.append(page.row(escape(row["method"]), words))
    return page.table([page.head(names)], lines, "tests")


def measures_page(rows: pd.DataFrame, limits: pd.DataFrame, tolerance_mm: float, *, phantom: bool) -> str:
    """The page of a summary and a table of agreement of :mod:`measures.tables`."""
    unit = "SUV ml" if phantom else "scan's unit times ml"
    body = [
        "<p>Medians with 95 % intervals when whole patients are drawn. Only scored slices are measured: those without "
        "tumour in the physician's mask are not, so nothing there counts as false.</p>",
        page.note(
            "95 % Hausdorff distance: undefined if either mask is empty, so read it with what is undefined. Surface Dice: "
            f"outlines within {tolerance_mm:g} mm agree; 0 if one mask is empty. False-positive (false-negative) volume: "
            "predicted (true) components that touch no true (predicted) one, as in the autoPET challenge. A lesion is a "
            "component of the true mask in 3-D, compared with all predicted components that touch it; it is found if one "
            "does. MTV is the volume of the mask, TLG the sum of the scan's values in it times the volume of a voxel; "
            "errors are predicted less true." + ("" if phantom else " TLG is in SUV ml only if the scans are in SUV.")
        ),
    ]
    for level in ("patient", "lesion", "slice"):
        of_level = rows[rows["level"] == level]
        medians = of_level[of_level["statistic"] == "median"]
        body += [f"<h2>{TITLES[level]}</h2>", _summary_html(medians, SUMMARISED[level], unit)]
        if level == "lesion":
            body += [
                "<p>Lesions found, of all patients together (n: true lesions for the sensitivity, predicted ones for the "
                "precision, both for F1):</p>",
                _summary_html(of_level[of_level["statistic"] == "pooled"], RATES, unit),
            ]
    body += [
        *map(page.note, notes(rows["method"])),
        "<h2>Volumes by Bland and Altman</h2>",
        _agreement_html(limits, unit),
        page.note(
            "Bias and 95 % limits of agreement, with 95 % intervals when patients are drawn. Of lesions, of which a patient "
            "may have several, the spread is that between patients and that within them together."
        ),
    ]
    return page.page("Measures beside Dice", body, phantom=phantom)


def draw_bland_altman(table: pd.DataFrame, limits: pd.DataFrame, notices: Notices) -> Figure:
    """Predicted less true tumour volume by their mean, a panel a method, a dot a patient; bias and limits of agreement."""
    methods = list(table["method"].unique())
    palette, n_columns = colours(methods), min(3, len(methods))
    n_rows = -(-len(methods) // n_columns)
    width, height = (PAGE if n_columns > 1 else 90), 29 + 52 * n_rows
    fig = figure(width, height)
    axes = fig.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    patients = table[table["level"] == "patient"]
    limits = limits[(limits["level"] == "patient") & (limits["measure"] == "mtv_error_ml")].set_index("method")
    for index, (ax, method) in enumerate(zip(axes.flat, methods, strict=False)):
        part, row = patients[patients["method"] == method], limits.loc[method]
        ax.axhline(0, color="#bbbbbb", linewidth=0.6)
        ax.plot((part["mtv_true_ml"] + part["mtv_pred_ml"]) / 2, part["mtv_error_ml"], "o", markersize=3.2,
                markerfacecolor=palette[method], markeredgecolor="white", markeredgewidth=0.3, alpha=0.9)  # fmt: skip
        for name, dashes in (("loa_low", (0, (4, 2))), ("bias", "solid"), ("loa_high", (0, (4, 2)))):
            ax.axhline(row[name], color="#1a1a1a", linewidth=0.9, linestyle=dashes)
        values = [row[name] for name in ("bias", "loa_low", "loa_high")]
        digits = 1 if np.abs(values).max() < 100 else 0  # so that titles of neighbours do not meet
        bias, low, high = (f"{value:.{digits}f}".replace("-", MINUS) for value in values)
        name = name_of(method, notices, 20)
        ax.set_title(f"{name} (n = {len(part)} patients)\nbias {bias}, limits {low} to {high} ml", fontsize=7)
        ax.grid(color="#eeeeee", linewidth=0.5)
        sns.despine(ax=ax)
        if index + n_columns >= len(methods):
            ax.set_xlabel("Mean of predicted and true (ml)")
            ax.tick_params(labelbottom=True)
        if index % n_columns == 0:
            ax.set_ylabel("Predicted less true (ml)")
    for ax in axes.flat[len(methods) :]:
        ax.set_visible(False)
    small = "Solid: bias; dashed: 95 % limits of agreement (ml)" + (f". {PHANTOM}" if notices.phantom else "")
    small = "\n".join([small, *mark_lines(methods, notices)])
    fig.text(0.01, 1 / height, small, fontsize=7, color="#444444", va="bottom")
    fig.subplots_adjust(left=17 / width, right=1 - 6 / width, top=1 - 10 / height, bottom=23 / height, hspace=0.38,
                        wspace=0.12)  # fmt: skip
    return fig


def write_measure_tables(
    measures_csvs: Sequence[str],
    seed: int,
    tolerance_mm: float,
    summary_csv: str,
    agreement_csv: str,
    scores: str,
    html: str,
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Write the summary and the agreement of the methods' measures, a page of both, scores for ``snakemake statistics`` into
    the folder ``scores``, and the figure."""
    table = pd.concat(map(read_measures, measures_csvs), ignore_index=True)
    rows, limits = summary(table, seed), agreement_table(table, seed)
    write_table(rows, summary_csv)
    write_table(limits, agreement_csv)
    for name, part in score_tables(table).items():
        write_table(part, Path(scores) / f"{name}.csv")
    shown = (with_marks(part, notices) for part in (rows, limits))
    write_text(html, measures_page(*shown, tolerance_mm, phantom=notices.phantom))
    save(draw_bland_altman(table, limits, notices), png, svg)
