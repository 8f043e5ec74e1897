"""Loss curves of all trainings."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from oneclick.report.marks import Notices
from oneclick.report.style import BLUE, COLUMN, GREY, ORANGE, PAGE, PHANTOM, figure, name_of, save

LINES = {"loss": (BLUE, "solid"), "val_loss": (ORANGE, (0, (3, 1.2)))}
"""Colour and dashes of the losses."""


def runs_in_words(runs: int, use: str) -> list[str]:
    """Which of several ``runs`` of a training is shown, a sentence or none: ``use`` is that setting of training."""
    if runs == 1:
        return []
    which = {
        "sound": f"the first of up to {runs} runs that did not collapse",
        "best": f"the best of {runs} runs on its own training slices",
        "each": f"the first of {runs} runs, the study's own",
    }[use]
    return [f"Of each training {which}."]


def _counts(histories: pd.DataFrame) -> str:
    """How many trainings there are, and of what."""
    pairs = histories.drop_duplicates(["network", "fold"])
    networks, folds = pairs["network"].nunique(), pairs["fold"].nunique()
    of = f"{networks} network{'s' * (networks > 1)} on {folds} fold{'s' * (folds > 1)}"
    return f"n = {len(pairs)} training{'s' * (len(pairs) > 1)}: {of}; up to {histories['epoch'].max()} epochs."


def draw_loss_curves(histories: pd.DataFrame, notices: Notices, runs: int = 1, use: str = "sound") -> Figure:
    """Loss of training and validation by epoch: a panel a network, a thin line a training, of which each fold has one, and
    how many there are. ``runs``, ``use``: settings of training, for which of several runs is shown.

    The axis is logarithmic where all losses are above 0 and span more than a factor of 5. ``histories`` has the columns
    network, fold, epoch, loss, val_loss, one row per epoch; losses that are not finite are gaps.
    """
    networks = list(histories["network"].unique())
    n_columns = min(3, len(networks))
    n_rows = -(-len(networks) // n_columns)
    width, height = (COLUMN, 82) if n_columns == 1 else (PAGE, 25 + 55 * n_rows)
    fig = figure(width, height)
    axes = fig.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    marker = "." if histories["epoch"].nunique() < 3 else ""  # a line of one point would not show
    for ax, network in zip(axes.flat, networks, strict=False):
        of_network = histories[histories["network"] == network]
        for _, part in of_network.sort_values("epoch").groupby("fold"):
            for name, (colour, dashes) in LINES.items():
                ax.plot(part["epoch"], part[name], color=colour, linestyle=dashes, linewidth=0.8, marker=marker,
                        alpha=0.85)  # fmt: skip
        count = of_network["fold"].nunique()
        ax.set_title(f"{name_of(str(network), length=20)} (n = {count} training{'s' * (count > 1)})")
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
    handles = [Line2D([], [], color=colour, linewidth=1.2, linestyle=dashes) for colour, dashes in LINES.values()]
    fig.legend(handles, ["training", "validation (a line a training)"], loc="upper right", ncols=2, frameon=False,
               bbox_to_anchor=(0.99, 1.0))  # fmt: skip
    small = [_counts(histories), *runs_in_words(runs, use), *[f"{PHANTOM}."] * notices.phantom]
    fig.text(0.01, 1 / height, "\n".join(small), fontsize=6.5, color=GREY, va="bottom", linespacing=1.35)
    fig.subplots_adjust(left=13.5 / width, right=1 - 2.5 / width, top=1 - 12 / height, hspace=0.3, wspace=0.08,
                        bottom=(12.5 + 3.1 * len(small)) / height)  # fmt: skip
    return fig


def _leading(value: float) -> str:
    """The first significant digit of a number above 0."""
    return f"{value:.0e}"[0]


def write_loss_curves(
    histories: Sequence[str],
    networks: Sequence[str],
    folds: Sequence[int],
    png: str,
    svg: str,
    runs: int,
    use: str,
    notices: Notices,
) -> None:
    """Draw :func:`draw_loss_curves` of files history.csv (epoch, loss, val_loss): those of the first network, in the order
    of the folds, then those of the next."""
    tables = [
        pd.read_csv(path).assign(network=network, fold=fold)
        for path, (network, fold) in zip(histories, product(networks, folds), strict=True)
    ]
    save(draw_loss_curves(pd.concat(tables, ignore_index=True), notices, runs, use), png, svg)
