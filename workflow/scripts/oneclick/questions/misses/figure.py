"""The table and the figure of clicks that miss."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from oneclick.ask.answers import made_for, read_answers
from oneclick.clicks.kinds import KINDS
from oneclick.common.files import write_text
from oneclick.common.tables import write_table
from oneclick.questions.misses.table import miss_table
from oneclick.report import page
from oneclick.report.marks import NOTE
from oneclick.report.style import PAGE, PHANTOM, colours, figure, name_of, save

PANELS = (
    ("median_dice", ("ci_low", "ci_high"), "Median Dice"),
    ("mean_false_ml", ("false_ml_low", "false_ml_high"), "Mean false-positive volume\nof a slice (ml)"),
    ("false_component_share", None, "Share of slices with\na false component"),
)
MARKERS = "osD^vPX*"


def draw_misses(table: pd.DataFrame, *, phantom: bool = False) -> Figure:
    """Dice, false-positive volume and share of slices with a false component, a row a place of the click, a dot a method."""
    methods, places = (list(dict.fromkeys(table[column])) for column in ("method", "place"))
    palette, lines = colours(methods), -(-len(methods) // 3)
    left, gap, top, tall, below = 30.0, 5.0, 5.0, 9.0 * len(places), 18.0 + 4.0 * lines
    width, height, wide = PAGE, top + tall + below, (PAGE - left - 2 * gap - 4) / 3
    fig = figure(width, height)
    shift = (np.arange(len(methods)) - (len(methods) - 1) / 2) * min(0.16, 0.7 / len(methods))
    oracles = set(table.loc[table[["network_clicks", "keep"]].isin(KINDS).any(axis=1), "method"])
    label_of = {method: name_of(method, oracles) for method in methods}
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
    fig.legend(*handles, loc="lower left", ncols=3, frameon=False, bbox_to_anchor=(0, 4.0 / height))
    notes = f"Lines: 95 % intervals by patients. {NOTE}"
    fig.text(2.5 / width, 1.5 / height, notes, fontsize=6.5, va="bottom")
    if phantom:
        fig.text(0.99, 0.995, PHANTOM, fontsize=6.5, color="#444444", va="top", ha="right")
    return fig


def write_miss_table(
    answers_csvs: Sequence[str],
    kinds: Mapping[str, Sequence[str]],
    seed: int,
    table_csv: str,
    html: str,
    png: str,
    svg: str,
    *,
    phantom: bool,
) -> None:
    """Write the table of :func:`misses.table.miss_table`, a page and the figure. ``kinds``: network_clicks and keep of each
    method. Raises UserError without a method that uses clicks."""
    table = miss_table(read_answers(answers_csvs, list(kinds)), kinds, seed)
    write_table(table, table_csv)
    names = ("Method", "Click on", "Slices", "Median Dice", "95 %", "Loss", "False positive, ml", "95 %", "False component")
    head = f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"
    rows = []
    for method, part in table.groupby("method", sort=False):
        for number, row in enumerate(part.itertuples()):
            name = f"{escape(method)} <small>({made_for(row.network_clicks, row.keep)})</small>" if number == 0 else ""
            cells = [
                row.place,
                row.n_slices,
                page.number(row.median_dice),
                f"{page.number(row.ci_low)} to {page.number(row.ci_high)}",
                page.number(row.loss),
                page.number(row.mean_false_ml, 2),
                f"{page.number(row.false_ml_low, 2)} to {page.number(row.false_ml_high, 2)}",
                f"{100 * row.false_component_share:.1f} %",
            ]
            rule = ' class="rule"' if number == 0 else ""
            rows.append(f'<tr{rule}><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>')
    body = [
        "<p>Finished methods when one click lies far (more than 10 mm) from all tumours, in place of all clicks of a slice: "
        "on the slice's hottest other pixel, on the hottest of brain or tonsil (of phantoms, whose anatomy is known), on a "
        "random pixel of the body, opposite the tumour, in the air, or nowhere. The loss of median Dice is against the "
        "method's own clicks on the same slices; false-positive volume is the mean over slices; a false component has no "
        "pixel of the true tumour. 95 % intervals when patients are drawn.</p>",
        page.table([head], rows, "tests"),
        page.note(NOTE),
    ]
    write_text(html, page.page("Clicks that miss", body, phantom=phantom))
    save(draw_misses(table, phantom=phantom), png, svg)
