"""The figure of how far off a click may be."""

from collections.abc import Sequence
from html import escape

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from oneclick.common.tables import write_table
from oneclick.other_clicks.answers import read_answers
from oneclick.questions.offsets.safe_radius import LOSS
from oneclick.questions.offsets.tables import offset_tables
from oneclick.report import page
from oneclick.report.marks import Notices, notes, with_marks
from oneclick.report.style import DASHES, PAGE, colours, corner_notes, figure, mark_lines, name_of, save
from oneclick.report.words import radius_in_words

MOST_BANDS = 6
"""Of more methods the figure has lines alone; their intervals are in the table."""


def _draw_curves(ax: Axes, curves: pd.DataFrame, column: str, palette: dict[str, str]) -> None:
    """A line a method, by the distance in a ``column``, and a 95 % band where they are few enough to tell apart."""
    for order, method in enumerate(palette):
        part, style = curves[curves["method"] == method], DASHES[order % len(DASHES)]
        ax.plot(part[column], part["median_dice"], color=palette[method], linestyle=style, linewidth=1.3)
        if len(palette) <= MOST_BANDS:
            ax.fill_between(part[column], part["ci_low"], part["ci_high"], color=palette[method], alpha=0.13, linewidth=0)
    ax.set(ylim=(0, 1), xlim=(0, None))
    ax.grid(color="#e4e4e4", linewidth=0.5)
    sns.despine(ax=ax)


def draw_offsets(curves: pd.DataFrame, in_radii: pd.DataFrame, radii: pd.DataFrame, notices: Notices) -> Figure:
    """Median Dice by the distance of the click from its place, a line and 95 % band a method: in mm, where dots end safe
    radii, and in radii of the tumour."""
    methods = [str(method) for method in curves["method"].unique()]
    palette, lines = colours(methods), mark_lines(methods, notices)
    top = 2.0 + 3.0 * max(len(lines), 1)
    left, gap, tall, below = 13.0, 9.0, 58.0, 12.0 + 4.0 * -(-len(methods) // 2)
    width, height, wide = PAGE, top + tall + below, (PAGE - left - gap - 3.0) / 2
    fig = figure(width, height)
    in_mm, relative = (
        fig.add_axes(((left + k * (wide + gap)) / width, below / height, wide / width, tall / height)) for k in (0, 1)
    )
    _draw_curves(in_mm, curves, "distance_mm", palette)
    _draw_curves(relative, in_radii, "distance_radii", palette)
    farthest = curves["distance_mm"].max()
    safe_mm = radii[radii["size"] == "all"].set_index("method")["safe_radius_mm"]
    for line, method in zip(in_mm.lines, methods, strict=True):
        line.set_label(f"{name_of(method, notices)}, safe: {radius_in_words(safe_mm[method], farthest)}")
    for method in methods:
        at = curves[(curves["method"] == method) & (curves["distance_mm"] == safe_mm[method])]
        in_mm.plot(at["distance_mm"], at["median_dice"], "o", color=palette[method], markersize=4)
    n, fewest = (function(in_radii["n_slices"]) for function in (max, min))
    in_mm.set(xlabel="Distance of the click from its place (mm)", ylabel=f"Median Dice (n = {n} slices)")
    few = f"n = {fewest} to {n}" if fewest < n else f"n = {n}"
    relative.set(xlabel=f"In radii of the tumour ({few} slices)", yticklabels=[])
    fig.legend(loc="lower left", ncols=2, frameon=False, bbox_to_anchor=(0, 0), fontsize=7)
    corner_notes(fig, phantom=notices.phantom, lines=lines)
    return fig


def write_offset_tables(
    answers_csvs: Sequence[str],
    methods: Sequence[str],
    seed: int,
    curves_csv: str,
    in_radii_csv: str,
    radii_csv: str,
    html: str,
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Write the tables of :func:`offset_tables`, a page of the safe radii, and the figure. Raises UserError without
    a method that uses clicks."""
    curves, in_radii, radii = offset_tables(read_answers(answers_csvs, methods), seed)
    for table, path in ((curves, curves_csv), (in_radii, in_radii_csv), (radii, radii_csv)):
        write_table(table, path)
    shown, farthest = with_marks(radii, notices), curves["distance_mm"].max()
    text = (
        "<p>Clicks of finished networks moved by a distance in eight directions, without training; several clicks of a "
        "slice are moved alike. Safe is the largest distance up to which the median Dice loses less than "
        f"{LOSS:g}; small, medium and large are thirds of the slices.</p>"
    )
    columns = [
        ("Tumours", shown["size"]),
        ("Slices", shown["n_slices"]),
        ("Radius, mm", [page.number(radius, 1) for radius in shown["radius_mm"]]),
        ("Median Dice", map(page.number, shown["median_dice"])),
        ("Safe radius", [radius_in_words(radius, farthest) for radius in shown["safe_radius_mm"]]),
    ]
    table = page.table_of("Method", map(escape, shown["method"]), columns, "tests")
    page.write_page(html, "How far off a click may be", [text, table, *map(page.note, notes(shown["method"]))], notices)
    save(draw_offsets(curves, in_radii, radii, notices), png, svg)
