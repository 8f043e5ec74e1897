"""Loss curves of all trainings."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from oneclick.report.style import COLUMN, PAGE, PHANTOM, figure, safe, save, shortened


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
