"""The tables' page and the figure of how far medians depend on initial weights."""

from html import escape

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from oneclick.common.tables import read_table, write_table
from oneclick.evaluation import paper_tests
from oneclick.paper import results as paper
from oneclick.questions.repeats.table import collapsed, in_words, medians_of_runs, pairs, spread
from oneclick.report import page
from oneclick.report.marks import Notices, notes, with_marks
from oneclick.report.style import PHANTOM, colours, decimals, figure, mark_lines, name_of, save


def draw_repeats(medians: pd.DataFrame, spreads: pd.DataFrame, notices: Notices) -> Figure:
    """Median Dice on all test sets, a row a method and a dot a run (the first, the study's own, with a ring; the others
    below it in their order), the paper's medians as hollow diamonds, lowest to highest and SD beside."""
    medians, spreads = (table[table["test_set"] == "all"] for table in (medians, spreads))
    methods = list(spreads["method"])
    n_slices, n_patients, n_runs = spreads[["n_slices", "n_patients", "n_runs"]].max()
    palette, height = colours(methods), 34 + 9.5 * len(methods)
    fig = figure(140, height)
    ax = fig.add_axes((30 / 140, 24 / height, 66 / 140, 1 - 32 / height))
    ax.set_yticks(range(len(methods)), [name_of(method, notices, 15) for method in methods])
    ax.set_ylim(len(methods) - 0.5, -0.5)
    for y in range(1, len(methods)):
        ax.axhline(y - 0.5, color="#e4e4e4", linewidth=0.5)
    for y, row in enumerate(spreads.itertuples()):
        dice = medians[medians["method"] == row.method].sort_values("run")["median_dice"].to_numpy()
        places = y + np.linspace(-0.27, 0.27, n_runs)
        ax.plot(dice, places, "o", color=palette[row.method], markersize=3.6, markeredgewidth=0)
        ax.plot(dice[0], places[0], "o", color="none", markeredgecolor="#1a1a1a", markersize=5.6, markeredgewidth=0.8)
        ax.plot([row.median] * 2, [y - 0.36, y + 0.36], color=palette[row.method], linewidth=1, zorder=1)
        if not np.isnan(row.paper_median_dice):
            ax.plot(row.paper_median_dice, y, "D", markersize=4.6, markerfacecolor="white", markeredgecolor="#1a1a1a")
        texts = (f"{decimals(row.lowest)} to {decimals(row.highest)}", decimals(row.sd))
        for x, text in zip((1.42, 1.62), texts, strict=True):
            ax.text(x, y, text, transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=7.5)
    for x, text in ((1.42, "lowest to highest"), (1.62, "SD")):
        ax.text(x, -0.62, text, transform=ax.get_yaxis_transform(), ha="right", va="bottom", fontsize=7.5, color="#444444")
    style = {"linestyle": "none", "markeredgecolor": "#1a1a1a"}
    handles = [ax.plot([], [], marker="o", color="none", markersize=5.6, **style)[0]]
    labels = ["the study's own run"]
    if spreads["paper_median_dice"].notna().any():
        handles.append(ax.plot([], [], marker="D", markerfacecolor="white", markersize=4.6, **style)[0])
        labels.append(f"the paper (n = {paper.N_SLICES} slices)")
    fig.legend(handles, labels, loc="lower left", bbox_to_anchor=(0.0, 0.0), frameon=False, ncols=1, fontsize=7)
    ax.set(xlabel=f"Median Dice (n = {n_slices} slices of {n_patients} patients)", ylabel="")
    ax.locator_params(axis="x", nbins=5)
    ax.grid(axis="x", color="#dddddd", linewidth=0.5)
    ax.set_axisbelow(True)
    sns.despine(ax=ax)
    small = f"{n_runs} runs of each network" + (f". {PHANTOM}" if notices.phantom else "")
    small = "\n".join([small, *mark_lines(methods, notices)])
    fig.text(0.98, 2.2 / height, small, ha="right", va="bottom", fontsize=7, color="#444444")
    return fig


def _table_of_spreads(spreads: pd.DataFrame) -> str:
    head = page.head(("Method", "Test set", "Slices", "Study", "Lowest", "Median", "Highest", "SD", "Paper"))
    rows = []
    for row in spreads.itertuples():
        values = (row.study_median_dice, row.lowest, row.median, row.highest, row.sd, row.paper_median_dice)
        cells = [escape(row.test_set), row.n_slices, *map(page.number, values)]
        first = row.method != spreads["method"].shift(1).get(row.Index)
        rows.append(page.row(escape(row.method), cells, rule=first))
    return page.table([head], rows, "tests")


def _table_of_pairs(table: pd.DataFrame) -> str:
    columns = [
        ("First is higher", [f"{row.n_above} of {row.n_runs}" for row in table.itertuples()]),
        ("Equal", table["n_equal"]),
        ("Difference of medians", map(page.interval, table["lowest_difference"], table["highest_difference"])),
    ]
    return page.table_of("Methods", page.pairs(table, "against"), columns, "tests")


def write_repeat_tables(
    scores_csv: str,
    thresholds_csv: str,
    medians_csv: str,
    pairs_csv: str,
    html: str,
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Write the tables of :func:`spread` and :func:`pairs`, a page of both, and the figure, from the scores and thresholds
    of all runs. Raises UserError with a single run."""
    medians = medians_of_runs(paper_tests.read_scores(scores_csv))
    spreads, compared = spread(medians), pairs(medians)
    write_table(spreads, medians_csv)
    write_table(compared, pairs_csv)
    n = spreads["n_runs"].iloc[0]
    warning, shown = collapsed(read_table(thresholds_csv)), with_marks(spreads, notices)
    of_pairs = ["<h2>Pairs of methods, all test sets</h2>", _table_of_pairs(with_marks(compared, notices))]
    body = [
        f"<p>{n} runs of all networks, each from other initial weights, on the same folds, clicks and validation slices. "
        "Median Dice: of the study's own run (tables 1 to 4), and lowest, median, highest and standard deviation over "
        f"the {n} runs. {escape(in_words(compared) if len(compared) else '')}</p>",
        *([page.note(warning)] if warning else []),
        _table_of_spreads(shown),
        *map(page.note, notes(shown["method"])),
        *(of_pairs if len(compared) else []),
        page.note(
            "Networks of different methods are paired by the number of their run. The spread is that of initial "
            "weights, order of slices and dropout alone; another cohort, or another physician's masks, would add to it."
        ),
    ]
    page.write_page(html, "Trained again from other initial weights", body, notices)
    save(draw_repeats(medians, spreads, notices), png, svg)
