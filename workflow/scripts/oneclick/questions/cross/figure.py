"""The table and the heat map of methods clicked with other kinds of click than their own."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from oneclick.common.tables import write_table
from oneclick.other_clicks.answers import read_answers
from oneclick.other_clicks.made_for import in_words, name_in_words
from oneclick.questions.cross.table import cross_table
from oneclick.report import page
from oneclick.report.marks import OF_KINDS, Notices, marked, notes
from oneclick.report.style import PHANTOM, decimals, figure, safe, save, shortened


def in_lines(name: str) -> str:
    """A kind of click of simulated readers on two lines."""
    return name.replace("simulated-reader", "simulated-\nreader")


def draw_cross(table: pd.DataFrame, *, phantom: bool = False) -> Figure:
    """Median Dice as a heat map: a row a method, a column the kind of click given to it; a frame around its own kind."""
    wide = table.pivot(index="method", columns="clicked", values="median_dice")
    methods, kinds = (list(dict.fromkeys(table[column])) for column in ("method", "clicked"))
    rows = table.set_index(["method", "clicked"])
    lines = notes(marked(kind, OF_KINDS) for kind in kinds)
    top = 13.0 if any("-" in kind for kind in kinds) else 10.0
    left, cell, tall, right, below = 36.0, 19.0, 13.0, 17.0, 6.5 + 3.0 * (len(lines) + phantom)
    width, height = left + cell * len(kinds) + right, top + tall * len(methods) + below
    fig = figure(width, height)
    ax = fig.add_axes((left / width, below / height, cell * len(kinds) / width, tall * len(methods) / height))
    picture = ax.imshow(wide.loc[methods, kinds], cmap="viridis", vmin=0, vmax=1, aspect="auto")
    for r, method in enumerate(methods):
        for c, kind in enumerate(kinds):
            value = rows.loc[(method, kind)]
            ink = "white" if value["median_dice"] < 0.6 else "black"
            ax.text(c, r - 0.1, decimals(value["median_dice"]), ha="center", va="center", color=ink, fontsize=8)
            limits = f"{decimals(value['ci_low'])} to {decimals(value['ci_high'])}"
            ax.text(c, r + 0.24, limits, ha="center", va="center", color=ink, fontsize=5.5)
            if value["own"]:
                ax.add_patch(Rectangle((c - 0.47, r - 0.46), 0.94, 0.92, fill=False, edgecolor=ink, linewidth=1.6))
    first = table.drop_duplicates("method").set_index("method")
    made = [in_words(*first.loc[method, ["network_clicks", "keep"]], ",\n") for method in methods]
    names = [f"{safe(shortened(method, 22))}\n{words}" for method, words in zip(methods, made, strict=True)]
    ax.set_xticks(range(len(kinds)), [in_lines(marked(kind, OF_KINDS)) for kind in kinds])
    ax.set_yticks(range(len(methods)), [in_lines(name) for name in names], fontsize=6.5)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    fig.text((left + cell * len(kinds) / 2) / width, 1 - 1 / height, "Clicked", ha="center", va="top", fontsize=8)
    bar = fig.add_axes(((width - right + 2) / width, below / height, 2.5 / width, tall * len(methods) / height))
    fig.colorbar(picture, cax=bar, ticks=[0, 0.5, 1])
    bar.set_ylabel("Median Dice", fontsize=7)
    bar.tick_params(labelsize=6.5, length=2)
    n = f"n = {table['n_slices'].max()} slices of {table['n_patients'].max()} patients; 95 % intervals by patients"
    small = [f"{n}. Frame: the method's own kind.", *lines, *[f"{PHANTOM}."] * phantom]
    fig.text(1.5 / width, (below - 2) / height, "\n".join(small), fontsize=6.5, va="top")
    return fig


def write_cross_table(
    answers_csvs: Sequence[str],
    made_for: Mapping[str, Sequence[str]],
    seed: int,
    table_csv: str,
    html: str,
    png: str,
    svg: str,
    notices: Notices,
) -> None:
    """Write the table of :func:`cross_table`, a page and the heat map. ``made_for``: network_clicks and keep of each method.
    Raises UserError without a method that uses clicks."""
    table = cross_table(read_answers(answers_csvs, list(made_for)), made_for, seed)
    write_table(table, table_csv)
    rows = []
    for method, part in table.groupby("method", sort=False):
        texts = [f"{page.number(row.median_dice)} ({page.interval(row.ci_low, row.ci_high)})" for row in part.itertuples()]
        cells = [f"<b>{text}</b>" if own else text for text, own in zip(texts, part["own"], strict=True)]
        rows.append(page.row(name_in_words(method, *made_for[method]), cells))
    text = (
        "<p>Median Dice of finished methods, with the thresholds of the study, when all their clicks are of another kind; "
        "95 % intervals when patients are drawn; bold: the method's own kind.</p>"
    )
    names = ["Method", *(marked(kind, OF_KINDS) for kind in dict.fromkeys(table["clicked"]))]
    body = [text, page.table([page.head(names)], rows, "tests"), *map(page.note, notes(names))]
    page.write_page(html, "Clicked with other kinds of click", body, notices)
    save(draw_cross(table, phantom=notices.phantom), png, svg)
