"""The figure and the page of when which use of the click wins."""

from html import escape

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from oneclick.common.files import write_text
from oneclick.common.tables import write_table
from oneclick.methods.method import Uses
from oneclick.questions.cohort_map.tables import ALIKE, map_tables, sentence
from oneclick.report import page
from oneclick.report.marks import OF_KINDS, marked, notes, notices_of
from oneclick.report.style import PAGE, colours, corner_notes, figure, mark_lines, name_of, safe, save
from oneclick.report.words import point_in_words

MARKERS = ("o", "s", "^", "D", "v")
GREY, PALE = "#5a5a5a", "#e4e4e4"
USES = ("network_method", "keep_method")
TITLES = {"network": "click in the network", "keep": "keep clicked components", "alike": "alike", "open": "open"}


def draw_map(table: pd.DataFrame, margins: pd.DataFrame, usual: dict) -> Figure:
    """A row a point: the median Dice of all methods, the best ringed, and beside it, for each kind of click, by how much the
    click in the network is better than keeping clicked components, with its 95 % interval."""
    names = list(dict.fromkeys(table["point"]))
    methods, clicks = list(dict.fromkeys(table["method"])), list(dict.fromkeys(margins["click"]))
    palette, step = colours(methods), max(8.0, 3.2 * len(clicks) + 2)
    width, height = PAGE, step * len(names) + 38
    fig = figure(width, height)
    bottom, tall = 26 / height, step * len(names) / height
    left = fig.add_axes((59 / width, bottom, 48 / width, tall))
    right = fig.add_axes((111 / width, bottom, 56 / width, tall), sharey=left)
    rows = {name: -row for row, name in enumerate(names)}
    for method in methods:
        part = table[table["method"] == method]
        y = [rows[name] for name in part["point"]]
        left.plot(part["median_dice"], y, "o", color=palette[method], markersize=4.5, alpha=0.9, markeredgewidth=0)
    best = table[table["best"]]
    ring = {"marker": "o", "color": "black", "markersize": 7.5, "fillstyle": "none", "markeredgewidth": 0.8, "linewidth": 0}
    left.plot(best["median_dice"], [rows[name] for name in best["point"]], **ring)
    right.axvspan(-ALIKE, ALIKE, color=PALE, linewidth=0, zorder=0)
    right.axvline(0, color=GREY, linewidth=0.6, zorder=0)
    for row in margins.itertuples():
        at = clicks.index(row.click)
        y = rows[row.point] - 0.52 * (at / (len(clicks) - 1) - 0.5 if len(clicks) > 1 else 0)
        winner = {"network": row.network_method, "keep": row.keep_method}.get(row.verdict)
        colour = palette[winner] if winner else GREY
        right.plot([row.ci_low, row.ci_high], [y, y], color=colour, linewidth=1.1, solid_capstyle="butt")
        face = "white" if row.verdict == "open" else colour
        right.plot(row.margin, y, MARKERS[at % len(MARKERS)], color=colour, markerfacecolor=face, markersize=4.2)
    for ax in (left, right):
        for y in list(rows.values())[:-1]:
            ax.axhline(y - 0.5, color=PALE, linewidth=0.5, zorder=0)
        sns.despine(ax=ax, left=True)
        ax.tick_params(axis="y", length=0)
    right.tick_params(labelleft=False)
    sizes = table.drop_duplicates("point").set_index("point")
    labels = [
        f"{point_in_words(row.parameter, row.value, usual)}\n{row.n_slices} slices, {row.n_patients} patients"
        for row in sizes.itertuples()
    ]
    left.set(yticks=list(rows.values()), ylim=(0.5 - len(names), 0.5), xlabel="Median Dice")
    left.set_yticklabels([safe(label) for label in labels], fontsize=6.5)
    right.set(xlabel="Margin of median Dice (95 % interval)")
    lowest, highest = right.get_xlim()
    reach = max(-lowest, highest, 0.05)
    right.set_xlim(-reach, reach)
    right.text(-reach, 0.56, "\u2190 keep clicked\ncomponents", fontsize=6.5, color=GREY, va="bottom")
    right.text(reach, 0.56, "click in the \u2192\nnetwork", fontsize=6.5, color=GREY, va="bottom", ha="right")
    made_for = {method: set(margins.loc[(margins[list(USES)] == method).any(axis=1), "click"]) for method in methods}
    notices = notices_of(made_for)
    dots = [
        Line2D([], [], color=palette[m], marker="o", linewidth=0, markersize=4.5, label=name_of(m, notices)) for m in methods
    ]
    dots.append(Line2D([], [], **ring, label="highest"))
    fig.legend(
        handles=dots, loc="lower left", ncols=3, frameon=False, fontsize=6.5, bbox_to_anchor=(0.3, 0), columnspacing=1
    )
    pairs = margins.drop_duplicates("click")
    marks = [
        Line2D([], [], color=GREY, marker=MARKERS[clicks.index(row.click) % len(MARKERS)], linewidth=1.1, markersize=4.2,
               label=f"{marked(row.click, OF_KINDS)}: {name_of(row.network_method)} \u2212 {name_of(row.keep_method)}")
        for row in pairs.itertuples()
    ]  # fmt: skip
    marks.append(Line2D([], [], color=GREY, marker="o", markerfacecolor="white", linewidth=1.1, markersize=4.2,
                        label="open: interval holds 0"))  # fmt: skip
    fig.legend(handles=marks, loc="lower right", frameon=False, fontsize=6.5, bbox_to_anchor=(0.99, 0))
    corner_notes(fig, phantom=True, lines=mark_lines(methods, notices))
    return fig


def write_cohort_map(
    scores_csvs: list[str],
    points: list[tuple[str, str | None, float | None]],
    usual: dict,
    uses: Uses,
    seed: int,
    medians_csv: str,
    margins_csv: str,
    html: str,
    png: str,
    svg: str,
) -> None:
    """Write the tables of :func:`map_tables`, a page with the sentences, and the figure. ``scores_csvs``: of each of the
    ``points``; ``usual``: the phantom's settings of the study itself."""
    tables = (pd.read_csv(path, dtype={"method": str, "patient": str}) for path in scores_csvs)
    of_uses = (table[table["method"].isin(uses.methods)] for table in tables)  # a study may have more
    scores = dict(zip([name for name, *_ in points], of_uses, strict=True))
    table, margins = map_tables(scores, points, uses, seed)
    write_table(table, medians_csv)
    write_table(margins, margins_csv)
    sentences = [sentence(part, usual, uses.none) for _, part in margins.groupby("click", sort=False)]
    names = ("Cohort", "Click", "Slices", "In the network", "Components kept", "Margin", "95 % interval", "Better")
    by_method, rows = table.set_index(["point", "method"]), []
    for row in margins.itertuples():
        network, keep = (by_method.loc[(row.point, method)] for method in (row.network_method, row.keep_method))
        cells = [
            *(escape(marked(row.click, OF_KINDS)), str(network["n_slices"])),
            *(f"{escape(m)} {page.number(r['median_dice'])}" for m, r in zip(row[5:7], (network, keep), strict=True)),
            page.number(row.margin),
            page.interval(row.ci_low, row.ci_high),
            TITLES[row.verdict],
        ]
        rows.append(page.row(escape(point_in_words(row.parameter, row.value, usual)), cells))
    body = [
        *(f"<p>{escape(text)}</p>" for text in sentences),
        page.table([page.head(names)], rows, "tests"),
        *map(page.note, notes(marked(click, OF_KINDS) for click in margins["click"])),
        page.note(
            "Each row is a study of its own, of phantom patients who differ in one trait. Margin: median Dice of the method "
            "with the click in its network, less that of the method that keeps the clicked components of a network without "
            f"clicks. Intervals: patients drawn with replacement. Alike: a margin below {ALIKE:g}. Open: the interval "
            "holds 0. Networks are trained once; trained anew, they would score otherwise, which the intervals do not hold."
        ),
    ]
    write_text(html, page.page("When does which use of the click win?", body, phantom=True))
    save(draw_map(table, margins, usual), png, svg)
