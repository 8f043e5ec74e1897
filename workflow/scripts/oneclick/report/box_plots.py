"""Figure 2 of the paper: box plots of Dice."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from oneclick.evaluation import paper_tests
from oneclick.paper import results as paper
from oneclick.report.marks import Notices
from oneclick.report.style import BLACK, GREY, PHANTOM, colours, decimals, figure, mark_lines, name_of, save


def draw_box_plots(scores: pd.DataFrame, notices: Notices) -> Figure:
    """Box plots of Dice per slice, a row a method, with the number of slices and the medians beside.

    Boxes: quartiles; whiskers: the furthest values within 1.5 times their distance; points: the rest; hollow diamonds:
    the paper's medians. Slices without a Dice (NaN) are left out; names bear their marks. Raises ValueError as
    :func:`paper_tests.paired_dice`.
    """
    methods = paper_tests.methods_of(scores)
    dice = paper_tests.paired_dice(scores)
    palette = colours(methods)
    lines = mark_lines(methods, notices)
    foot = 17 + 3.2 * len(lines)
    height = foot + 12 + 9.5 * len(methods)
    fig = figure(140, height)
    ax = fig.add_axes((30 / 140, foot / height, 66 / 140, 1 - (foot + 10) / height))
    sns.boxplot(
        data=scores.dropna(subset=["dice"]), x="dice", y="method", order=methods, hue="method", hue_order=methods,
        palette=palette, saturation=1, legend=False, width=0.62, linewidth=0.8, linecolor=BLACK, ax=ax,
        boxprops={"alpha": 0.55}, medianprops={"linewidth": 1.8, "solid_capstyle": "butt"},
        flierprops={"marker": ".", "markersize": 2.5, "markerfacecolor": BLACK, "markeredgecolor": "none"},
    )  # fmt: skip
    ax.set(xlim=(-0.02, 1.02), xlabel="Dice per slice (0 to 1)", ylabel="")
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.set_yticks(range(len(methods)), [name_of(method, notices, 15) for method in methods])
    ax.grid(axis="x", color="#dddddd", linewidth=0.5)
    ax.set_axisbelow(True)
    sns.despine(ax=ax)

    columns = {"n": 1.16, "median": 1.35, "paper": 1.54}
    for name, x in columns.items():
        ax.text(x, -0.62, name, transform=ax.get_yaxis_transform(), ha="right", va="bottom", fontsize=7.5, color=GREY)
    diamond = {"markersize": 4.6, "markerfacecolor": "white", "markeredgecolor": BLACK}
    for y, method in enumerate(methods):
        known = dice[method].dropna()
        published = paper.median_dice(method)
        cells = (f"{len(known)}", decimals(known.median()), decimals(published))
        for x, text in zip(columns.values(), cells, strict=True):
            ax.text(x, y, text, transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=7.5)
        if not np.isnan(published):
            ax.plot(published, y, "D", **diamond, markeredgewidth=1, zorder=10)
    marker = Line2D([], [], marker="D", linestyle="none", **diamond)
    if any(method in paper.METHODS for method in methods):
        label = f"median of the paper (n = {paper.N_SLICES})"
        ax.legend([marker], [label], loc="lower left", bbox_to_anchor=(-0.01, 1.02), frameon=False, handletextpad=0.2,
                  borderpad=0)  # fmt: skip
    n_patients = scores["patient"].nunique()
    small = f"n: slices, of {n_patients} patients" + (f". {PHANTOM}" if notices.phantom else "")
    fig.text(0.98, 2.2 / height, small, ha="right", va="bottom", fontsize=7, color=GREY)
    fig.text(0.98, 5.4 / height, "\n".join(lines), ha="right", va="bottom", fontsize=7, color=GREY)
    return fig


def write_box_plots(scores_csv: str, png: str, svg: str, notices: Notices) -> None:
    """Draw :func:`draw_box_plots` of a file of scores."""
    save(draw_box_plots(paper_tests.read_scores(scores_csv), notices), png, svg)
