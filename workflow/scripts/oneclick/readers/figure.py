"""The figure of a reader study: where real clicks lie, on what size and contrast that depends, how fast they are, their
worth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from oneclick.readers.real_click import ALL, THIRDS
from oneclick.report.marks import OF_KINDS, Notices, marked, notes
from oneclick.report.style import BLACK, GREY, OTHER_COLOURS, PAGE, colours, corner_notes, figure, mark_lines, name_of, safe

MARKERS = "os^Dv<>P"
OF_READERS = ("#1f6fd6", "#d55e00", "#009e73", "#7b2d8e", *OTHER_COLOURS)
FARTHEST = 20.0
"""mm that the panel of offsets shows at most."""


def _dots(ax: Axes, rows: pd.DataFrame, places: Sequence[float], **style) -> None:
    """Dots with lines of their intervals."""
    ax.vlines(places, rows["ci_low"], rows["ci_high"], linewidth=0.9, color=style.get("color", BLACK))
    ax.plot(places, rows["value"], linestyle="none", markersize=4, **style)


def draw_offsets(ax: Axes, hits: pd.DataFrame, table: pd.DataFrame) -> None:
    """Each click beside its target's centre of mass, a colour and a mark a reader, and all readers' mean with a circle of
    the spread."""
    for n, (reader, own) in enumerate(hits.groupby("reader", sort=False)):
        style = {"color": OF_READERS[n % len(OF_READERS)], "marker": MARKERS[n % len(MARKERS)]}
        ax.scatter(
            own["left_mm"], own["back_mm"], s=7, alpha=0.5, linewidths=0, label=f"{safe(reader)} (n = {len(own)})", **style
        )
    value = table[table["group"] == ALL].set_index("measure")["value"]
    bias = value["bias_left_mm"], value["bias_back_mm"]
    ax.add_patch(Circle(bias, value["spread_mm"], fill=False, edgecolor=BLACK, linewidth=1))
    ax.plot(*bias, "+", color=BLACK, markersize=7, markeredgewidth=1.2)
    limit = float(np.clip(1.05 * np.abs(hits[["left_mm", "back_mm"]].to_numpy()).max(), 5, FARTHEST))
    # Back below and left on the right, as a slice is shown
    ax.set(
        xlim=(-limit, limit),
        ylim=(limit, -limit),
        aspect="equal",
        xlabel="Offset to the left (mm)",
        ylabel="Offset to the back (mm)",
    )
    ax.axhline(0, color=GREY, linewidth=0.4, zorder=0)
    ax.axvline(0, color=GREY, linewidth=0.4, zorder=0)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, frameon=False, handletextpad=0.1, columnspacing=1)


def draw_thirds(ax: Axes, table: pd.DataFrame) -> None:
    """The median distance from the centre of mass in thirds of the targets by size and by contrast."""
    groups = [name for names in THIRDS.values() for name in names]
    rows = table[(table["measure"] == "distance_mm") & table["group"].isin(groups)].set_index("group")
    groups = [group for group in groups if group in rows.index]
    rows, places = (
        rows.loc[groups],
        np.arange(len(groups)) + 0.6 * np.array([group in THIRDS["contrast"] for group in groups]),
    )
    _dots(ax, rows, places, color=BLACK, marker="o")
    ax.set_xticks(places, [f"{group}\n{n}" for group, n in zip(groups, rows["n"], strict=True)], fontsize=6.5)
    ax.set(
        ylabel="Median distance from\nthe centre (mm)",
        xlabel="Thirds by size           and by contrast\n(n clicks)",
        ylim=(0, None),
    )


def draw_seconds(ax: Axes, table: pd.DataFrame, readers: Sequence[str], who: str) -> None:
    """The mean seconds of a click, of each reader and of all."""
    rows = table[table["measure"] == "seconds_per_click"].set_index("group").loc[[*readers, ALL]]
    for n, group in enumerate(rows.index):
        of_all = group == ALL
        style = {
            "color": BLACK if of_all else OF_READERS[n % len(OF_READERS)],
            "marker": "o" if of_all else MARKERS[n % len(MARKERS)],
        }
        _dots(ax, rows.loc[[group]], [n], **style)
    ax.set_xticks(range(len(rows)), [f"{safe(group)}\n{row['n']}" for group, row in rows.iterrows()])
    ax.set(ylabel="Seconds per click", xlabel=f"{who}\n(n clicks)", ylim=(0, None), xlim=(-0.5, len(rows) - 0.5))


def draw_worth(ax: Axes, worth: pd.DataFrame, notices: Notices) -> None:
    """Median Dice of each method with each kind of click."""
    methods, kinds = (list(dict.fromkeys(worth[column])) for column in ("method", "clicked"))
    palette = colours(methods)
    shift = (np.arange(len(methods)) - (len(methods) - 1) / 2) * min(0.15, 0.7 / len(methods))
    for n, method in enumerate(methods):
        rows = worth[worth["method"] == method].set_index("clicked").reindex(kinds).rename(columns={"median_dice": "value"})
        style = {"color": palette[method], "marker": MARKERS[n % len(MARKERS)], "label": name_of(method, notices)}
        _dots(ax, rows, np.arange(len(kinds)) + shift[n], **style)
    n_slices = worth.groupby("clicked")["n_slices"].max()
    names = [
        f"{safe(marked(kind, OF_KINDS)).replace('simulated-reader-', '').replace('reader-', '')}\n{n_slices[kind]}"
        for kind in kinds
    ]
    ax.set_xticks(range(len(kinds)), [name.replace("simulated readers", "simulated\nreaders") for name in names])
    ax.set(ylabel="Median Dice", xlabel="Clicked by (n slices)", ylim=(0, 1), xlim=(-0.5, len(kinds) - 0.5))
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)


def draw_readers(
    hits: pd.DataFrame, table: pd.DataFrame, worth: pd.DataFrame | None, simulated: bool, notices: Notices
) -> Figure:
    """The panels side by side, and below them what the clicks are worth, if that was asked."""
    readers = list(dict.fromkeys(hits["reader"]))
    rows = 1 if worth is None else 2
    methods, kinds = ([] if worth is None else list(dict.fromkeys(worth[column])) for column in ("method", "clicked"))
    lines = list(dict.fromkeys([*mark_lines(methods, notices), *notes(marked(kind, OF_KINDS) for kind in kinds)]))
    legend, below = 5.0 * -(-len(readers) // 2), 5.0 + 3.2 * len(lines)
    tall = 46.0
    height = 8 + tall + 14 + legend + (rows - 1) * 62 + below
    fig = figure(PAGE, height)

    def axes(left: float, top: float, width: float, high: float) -> Axes:
        ax = fig.add_axes((left / PAGE, 1 - (top + high) / height, width / PAGE, high / height))
        ax.grid(axis="y", color="#e4e4e4", linewidth=0.5)
        return ax

    panels = [axes(15, 8, 44, tall), axes(76, 8, 52, tall), axes(140, 8, 27, tall)]
    draw_offsets(panels[0], hits, table)
    draw_thirds(panels[1], table)
    draw_seconds(panels[2], table, readers, "Simulated reader" if simulated else "Reader")
    if worth is not None:
        panels.append(axes(15, 8 + tall + 20 + legend, 122, 38))
        draw_worth(panels[3], worth, notices)
    for letter, ax in zip("abcd", panels, strict=False):
        ax.set_title(letter, loc="left", fontweight="bold", fontsize=9)
        sns.despine(ax=ax)
    small = "a: + mean, circle: spread. Lines: 95 % intervals when patients are drawn, the readers kept."
    fig.text(2.5 / PAGE, 1.5 / height, "\n".join([small, *lines]), fontsize=6.5, va="bottom", color=GREY)
    corner_notes(fig, phantom=notices.phantom, lines=["Simulated readers, who know the mask"] * simulated)
    return fig
