"""The table and the figure of clicks that miss."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from oneclick.common.tables import write_table
from oneclick.other_clicks.answers import read_answers
from oneclick.other_clicks.made_for import name_in_words
from oneclick.questions.misses.table import miss_table
from oneclick.report import page
from oneclick.report.marks import Notices, notices_of
from oneclick.report.style import PAGE, colours, corner_notes, figure, mark_lines, name_of, save

PANELS = (
    ("median_dice", ("ci_low", "ci_high"), "Median Dice"),
    ("mean_false_ml", ("false_ml_low", "false_ml_high"), "Mean false-positive volume\nof a slice (ml)"),
    ("false_component_share", None, "Share of slices with\na false component"),
)
MARKERS = "osD^vPX*"


def draw_misses(table: pd.DataFrame, *, phantom: bool = False) -> Figure:
    """Dice, false-positive volume and share of slices with a false component, a row a place of the click, a dot a method."""
    methods, places = (list(dict.fromkeys(table[column])) for column in ("method", "place"))
    first = table.drop_duplicates("method").set_index("method")
    notices = notices_of({method: first.loc[method, ["network_clicks", "keep"]] for method in methods}, phantom)
    palette, lines = colours(methods), mark_lines(methods, notices)
    left, gap, top, tall = 30.0, 5.0, 5.0, 9.0 * len(places)
    below = 16.0 + 3.0 * len(lines) + 4.0 * -(-len(methods) // 3)
    width, height, wide = PAGE, top + tall + below, (PAGE - left - 2 * gap - 4) / 3
    fig = figure(width, height)
    shift = (np.arange(len(methods)) - (len(methods) - 1) / 2) * min(0.16, 0.7 / len(methods))
    label_of = {method: name_of(method, notices) for method in methods}
    for k, (column, limits, label) in enumerate(PANELS):
        ax = fig.add_axes(((left + k * (wide + gap)) / width, below / height, wide / width, tall / height))
        for m, method in enumerate(methods):
            part = table[table["method"] == method].set_index("place").loc[places]
            y, style = np.arange(len(places)) + shift[m], {"color": palette[method]}
            if limits:
                ax.hlines(y, part[limits[0]], part[limits[1]], linewidth=0.9, **style)
            ax.plot(
                part[column], y, MARKERS[m % len(MARKERS)], markersize=3.6, label=label_of[method], clip_on=False, **style
            )
        counts = table.groupby("place")["n_slices"].max()
        names = [f"{place}\n(n = {counts[place]})" for place in places]
        ax.set(ylim=(len(places) - 0.5, -0.5), xlabel=label)
        ax.set_yticks(range(len(places)), names if k == 0 else [])
        ax.set_xlim(0, None if column == "mean_false_ml" else 1)
        ax.grid(axis="x", color="#e4e4e4", linewidth=0.5)
        ax.axhline(0.5, color="#999999", linewidth=0.5)
        sns.despine(ax=ax)
    handles = fig.axes[0].get_legend_handles_labels()
    fig.legend(*handles, loc="lower left", ncols=3, frameon=False, bbox_to_anchor=(0, (4.0 + 3.0 * len(lines)) / height))
    small = "\n".join(["Lines: 95 % intervals by patients.", *lines])
    fig.text(2.5 / width, 1.5 / height, small, fontsize=6.5, va="bottom")
    corner_notes(fig, phantom=phantom)
    return fig


def write_miss_table(
    answers_csvs: Sequence[str],
    made_for: Mapping[str, Sequence[str]],
    seed: int,
    table_csv: str,
    html: str,
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Write the table of :func:`misses.table.miss_table`, a page and the figure. ``made_for``: network_clicks and keep of
    each method. Raises UserError without a method that uses clicks."""
    table = miss_table(read_answers(answers_csvs, list(made_for)), made_for, seed)
    write_table(table, table_csv)
    rows = []
    for method, part in table.groupby("method", sort=False):
        for number, row in enumerate(part.itertuples()):
            cells = [
                row.place,
                row.n_slices,
                page.number(row.median_dice),
                page.interval(row.ci_low, row.ci_high),
                page.number(row.loss),
                page.number(row.mean_false_ml, 2),
                page.interval(row.false_ml_low, row.false_ml_high, 2),
                f"{100 * row.false_component_share:.1f} %",
            ]
            name = "" if number else name_in_words(method, *made_for[method])
            rows.append(page.row(name, cells, rule=bool(name)))
    text = (
        "<p>Finished methods when one click lies far (more than 10 mm) from all tumours, in place of all clicks of a slice: "
        "on the slice's hottest other pixel, on the hottest of brain or tonsil (of phantoms, whose anatomy is known), on a "
        "random pixel of the body, opposite the tumour, in the air, or nowhere. The loss of median Dice is against the "
        "method's own clicks on the same slices; false-positive volume is the mean over slices; a false component has no "
        "pixel of the true tumour. 95 % intervals when patients are drawn.</p>"
    )
    names = ("Method", "Click on", "Slices", "Median Dice", "95 %", "Loss", "False positive, ml", "95 %", "False component")
    body = [text, page.table([page.head(names)], rows, "tests"), *map(page.note, mark_lines(made_for, notices_of(made_for)))]
    page.write_page(html, "Clicks that miss", body, notices)
    save(draw_misses(table, phantom=notices.phantom), png, svg)
