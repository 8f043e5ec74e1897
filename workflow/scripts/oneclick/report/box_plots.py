"""Box plots of Dice: the paper's figure 2."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from oneclick.evaluation import paper_tests
from oneclick.paper import results as paper
from oneclick.report.marks import NOTE
from oneclick.report.style import PHANTOM, colours, decimals, figure, name_of, save


def draw_box_plots(scores: pd.DataFrame, *, oracles: Collection[str] = (), phantom: bool = False) -> Figure:
    """The matplotlib figure of :func:`box_plots`."""
    methods = paper_tests.methods_of(scores)
    dice = paper_tests.paired_dice(scores)
    palette = colours(methods)
    foot = 20 if set(oracles) & set(methods) else 17
    height = foot + 12 + 9.5 * len(methods)
    fig = figure(140, height)
    ax = fig.add_axes((30 / 140, foot / height, 66 / 140, 1 - (foot + 10) / height))
    sns.boxplot(
        data=scores.dropna(subset=["dice"]), x="dice", y="method", order=methods, hue="method", hue_order=methods,
        palette=palette, saturation=1, legend=False, width=0.62, linewidth=0.8, linecolor="#1a1a1a", ax=ax,
        boxprops={"alpha": 0.55}, medianprops={"linewidth": 1.8, "solid_capstyle": "butt"},
        flierprops={"marker": ".", "markersize": 2.5, "markerfacecolor": "#1a1a1a", "markeredgecolor": "none"},
    )  # fmt: skip
    ax.set(xlim=(-0.02, 1.02), xlabel="Dice per slice (0 to 1)", ylabel="")
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.set_yticks(range(len(methods)), [name_of(method, oracles, 15) for method in methods])
    ax.grid(axis="x", color="#dddddd", linewidth=0.5)
    ax.set_axisbelow(True)
    sns.despine(ax=ax)

    columns = {"n": 1.16, "median": 1.35, "paper": 1.54}
    for name, x in columns.items():
        ax.text(x, -0.62, name, transform=ax.get_yaxis_transform(), ha="right", va="bottom", fontsize=7.5, color="#444444")
    for y, method in enumerate(methods):
        known = dice[method].dropna()
        published = paper.median_dice(method)
        cells = (f"{len(known)}", decimals(known.median()), decimals(published))
        for x, text in zip(columns.values(), cells, strict=True):
            ax.text(x, y, text, transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=7.5)
        if not np.isnan(published):
            ax.plot(published, y, "D", markersize=4.6, markerfacecolor="white", markeredgecolor="#1a1a1a",
                    markeredgewidth=1, zorder=10)  # fmt: skip
    marker = Line2D([], [], marker="D", linestyle="none", markersize=4.6, markerfacecolor="white", markeredgecolor="#1a1a1a")
    if any(method in paper.METHODS for method in methods):
        label = f"median of the paper (n = {paper.N_SLICES})"
        ax.legend([marker], [label], loc="lower left", bbox_to_anchor=(-0.01, 1.02), frameon=False, handletextpad=0.2,
                  borderpad=0)  # fmt: skip
    n_patients = scores["patient"].nunique()
    small = f"n: slices, of {n_patients} patients" + (f". {PHANTOM}" if phantom else "")
    fig.text(0.98, 2.2 / height, small, ha="right", va="bottom", fontsize=7, color="#444444")
    if foot > 17:
        fig.text(0.98, 5.4 / height, NOTE, ha="right", va="bottom", fontsize=7, color="#444444")
    return fig


def box_plots(
    scores: pd.DataFrame, png: str | Path, svg: str | Path, *, oracles: Collection[str] = (), phantom: bool = False
) -> None:
    """Figure 2: box plots of Dice per slice, a row a method, with the number of slices and the medians beside.

    Boxes: quartiles; whiskers: the furthest values within 1.5 times their distance; points: the rest; hollow diamonds:
    the paper's medians. Slices without a Dice (NaN) are left out; oracles are marked. Raises ValueError as
    paper_tests.paired_dice.
    """
    save(draw_box_plots(scores, oracles=oracles, phantom=phantom), png, svg)


def write_box_plots(
    scores_csv: str | Path, png: str | Path, svg: str | Path, *, oracles: Collection[str] = (), phantom: bool = False
) -> None:
    """:func:`box_plots` of a file of scores."""
    box_plots(paper_tests.read_scores(scores_csv), png, svg, oracles=oracles, phantom=phantom)
