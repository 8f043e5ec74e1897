"""The paper's figures 2 and 3 and the curves of the loss, for print and screen.

Figure 1 is in :mod:`oneclick.flowchart`; how figure 3 is drawn is in :mod:`oneclick.examplefigure`.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from oneclick import paper, statistics
from oneclick.examplefigure import example_slices
from oneclick.examples import read_examples
from oneclick.figurestyle import COLUMN, PAGE, PHANTOM, colours, decimals, figure, name_of, safe, save, shortened
from oneclick.oracles import NOTE

__all__ = [
    "box_plots", "example_slices", "loss_curves",
    "write_box_plots", "write_example_slices", "write_loss_curves",
]  # fmt: skip


def draw_box_plots(scores: pd.DataFrame, *, oracles: Collection[str] = (), phantom: bool = False) -> Figure:
    """The matplotlib figure of :func:`box_plots`."""
    methods = statistics.methods_of(scores)
    dice = statistics.paired_dice(scores)
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
    statistics.paired_dice.
    """
    save(draw_box_plots(scores, oracles=oracles, phantom=phantom), png, svg)


def write_box_plots(
    scores_csv: str | Path, png: str | Path, svg: str | Path, *, oracles: Collection[str] = (), phantom: bool = False
) -> None:
    """:func:`box_plots` of a file of scores."""
    box_plots(statistics.read_scores(scores_csv), png, svg, oracles=oracles, phantom=phantom)


def draw_loss_curves(histories: pd.DataFrame, *, phantom: bool = False) -> Figure:
    """The matplotlib figure of :func:`loss_curves`."""
    networks = list(histories["network"].unique())
    n_columns = min(3, len(networks))
    n_rows = -(-len(networks) // n_columns)
    width, height = (COLUMN, 75) if n_columns == 1 else (PAGE, 20 + 55 * n_rows)
    fig = figure(width, height)
    axes = fig.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    marker = "." if histories["epoch"].nunique() < 3 else ""  # a line of one point would not show
    for ax, network in zip(axes.flat, networks, strict=False):
        of_network = histories[histories["network"] == network]
        for _, part in of_network.sort_values("epoch").groupby("fold"):
            for name, colour, dashes in (("loss", "#1f6fd6", "solid"), ("val_loss", "#d55e00", (0, (3, 1.2)))):
                ax.plot(part["epoch"], part[name], color=colour, linestyle=dashes, linewidth=0.8, marker=marker,
                        alpha=0.85)  # fmt: skip
        count = of_network["fold"].nunique()
        ax.set_title(f"{safe(shortened(str(network), 20))} ({count} fold{'s' if count > 1 else ''})")
        ax.grid(color="#e4e4e4", linewidth=0.5)
    losses = histories[["loss", "val_loss"]].to_numpy(dtype=float)
    losses = losses[np.isfinite(losses)]
    if losses.size and losses.min() > 0 and losses.max() > 5 * losses.min():
        axes[0, 0].set_yscale("log")
        for axis in (ax.yaxis for ax in axes.flat):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:g}" if _leading(value) in "25" else ""))
            axis.set_tick_params(which="minor", labelsize=6.5)
    axes[0, 0].xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    for ax in axes.flat[len(networks) :]:
        ax.set_visible(False)
    for index, ax in enumerate(axes.flat[: len(networks)]):
        sns.despine(ax=ax)
        if index + n_columns >= len(networks):
            ax.set_xlabel("Epoch")
            ax.tick_params(labelbottom=True)
        if index % n_columns == 0:
            ax.set_ylabel("Binary cross-entropy (nats per pixel)")
    handles = [Line2D([], [], color="#1f6fd6", linewidth=1.2),
               Line2D([], [], color="#d55e00", linewidth=1.2, linestyle=(0, (3, 1.2)))]  # fmt: skip
    fig.legend(handles, ["training", "validation (a line a fold)"], loc="upper right", ncols=2, frameon=False,
               bbox_to_anchor=(0.99, 1.0))  # fmt: skip
    if phantom:
        fig.text(0.01, 1 / height, PHANTOM, fontsize=7, color="#444444", va="bottom")
    fig.subplots_adjust(left=13.5 / width, right=1 - 2.5 / width, top=1 - 12 / height, hspace=0.3, wspace=0.08,
                        bottom=(15 if phantom else 11) / height)  # fmt: skip
    return fig


def _leading(value: float) -> str:
    """The first significant digit of a number above 0."""
    return f"{value:.0e}"[0]


def loss_curves(histories: pd.DataFrame, png: str | Path, svg: str | Path, *, phantom: bool = False) -> None:
    """Loss of training and validation by epoch: a panel a network, a thin line a fold, logarithmic where all
    are above 0 and span more than a factor of 5.

    histories has the columns network, fold, epoch, loss, val_loss, one row per epoch; losses that are
    not finite are gaps.
    """
    save(draw_loss_curves(histories, phantom=phantom), png, svg)


def write_loss_curves(
    history_csvs: Iterable[tuple[str, int, str | Path]],
    png: str | Path,
    svg: str | Path,
    *,
    phantom: bool = False,
) -> None:
    """:func:`loss_curves` of the files history.csv (epoch, loss, val_loss), given as network, fold and path."""
    tables = [pd.read_csv(path).assign(network=network, fold=fold) for network, fold, path in history_csvs]
    loss_curves(pd.concat(tables, ignore_index=True), png, svg, phantom=phantom)


def write_example_slices(
    scores_csv: str | Path,
    folds_csv: str | Path,
    preprocessed: Mapping[str, tuple[Path, Path, Path]],
    segmentations: Mapping[str, str | Path],
    png: str | Path,
    svg: str | Path,
    *,
    reference_method: str | None = None,
    n: int = 4,
    oracles: Collection[str] = (),
    phantom: bool = False,
) -> None:
    """:func:`example_slices` of the slices that examples.choose_examples picks; files: examples.read_examples."""
    scores = statistics.read_scores(scores_csv)
    examples = read_examples(scores, folds_csv, preprocessed, segmentations, reference_method=reference_method, n=n)
    example_slices(examples, png, svg, oracles=oracles, phantom=phantom)
