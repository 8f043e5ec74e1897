"""Figures of the statistics by patients for a paper: the methods' medians, and their differences pair by pair."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from oneclick.evaluation.by_patient import Outcome
from oneclick.evaluation.claims import LEVEL
from oneclick.evaluation.paper_tests import methods_of, paired_dice
from oneclick.report.marks import Notices
from oneclick.report.style import BLUE, GREY, PAGE, PHANTOM, colours, figure, name_of, notice_lines, safe
from oneclick.report.words import p_text

IN_ONE_COLUMN = 36
"""Pairs of methods (of nine) up to which the differences stand in one column, with their numbers; more are in two."""


def _spread(values: np.ndarray, width: float) -> np.ndarray:
    """Offsets (n,) of dots across a row, the same for the same values: neighbours in value lie apart (golden ratio)."""
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return ((rank * 0.6180339887) % 1 - 0.5) * width


def _signed(value: float) -> str:
    if np.isnan(value):
        return "\u2013"
    return "0.000" if abs(value) < 0.0005 else f"{value:+.3f}".replace("-", "\u2212")


def _tick(value: float) -> str:
    """A difference on an axis: +0.1, 0, \u22120.1."""
    return "0" if abs(value) < 1e-12 else f"{value:+g}".replace("-", "\u2212")


def _small_print(fig: Figure, lines: list[str], height: float) -> None:
    fig.text(2 / PAGE, 1.5 / height, "\n".join(lines), ha="left", va="bottom", fontsize=6.5, color=GREY, linespacing=1.35)


def _last_lines(methods: pd.DataFrame, notices: Notices) -> list[str]:
    return [f"{line}." if line == PHANTOM else line for line in notice_lines(methods["method"], notices)]


def _rows(ax: Axes, names: list[str], measure: str) -> None:
    """An axis with a named row for each of ``names``, the first on top."""
    ax.set(ylim=(len(names) - 0.5, -0.5), xlabel=measure)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#e4e4e4", linewidth=0.5)
    ax.set_axisbelow(True)
    sns.despine(ax=ax, left=True)


def draw_medians(scores: pd.DataFrame, methods: pd.DataFrame, outcome: Outcome, notices: Notices) -> Figure:
    """A row a method: a dot a patient (median of the cases), over them the median of all cases with its interval, in words
    beside. ``scores``: :mod:`paper_tests`; ``methods``: :func:`by_patient.method_table`."""
    names = methods_of(scores)
    of_patients = paired_dice(scores).dropna().groupby(level="patient").median()
    last = _last_lines(methods, notices)
    head, foot = 7.0, 18.5 + 3.4 * len(last)
    height, palette = head + 8.5 * len(names) + foot, colours(names)
    fig = figure(PAGE, height)
    ax = fig.add_axes((34 / PAGE, foot / height, 84 / PAGE, 1 - (head + foot) / height))
    for y, row in enumerate(methods.itertuples(index=False)):
        values = of_patients[row.method].to_numpy()
        ax.scatter(values, y + 0.12 + _spread(values, 0.42), s=7, color=palette[row.method], alpha=0.55, linewidths=0)
        ax.plot([row.ci_low, row.ci_high], [y - 0.26] * 2, color="black", linewidth=1.6, solid_capstyle="butt")
        ax.plot(row.median_dice, y - 0.26, "o", color="black", markersize=4.2)
        text = f"{row.median_dice:.3f}  ({row.ci_low:.3f} to {row.ci_high:.3f})".replace("-", "\u2212")
        ax.text(1.04, y, text, transform=ax.get_yaxis_transform(), va="center", fontsize=7.5)
    ax.text(
        1.04, -0.62, "median  (95 % interval)", transform=ax.get_yaxis_transform(), va="bottom", fontsize=7.5, color=GREY
    )
    if of_patients.to_numpy().min() >= 0 and of_patients.to_numpy().max() <= 1:
        ax.set(xlim=(-0.02, 1.02), xticks=np.linspace(0, 1, 6))
    _rows(ax, [name_of(method, notices, 18) for method in methods["method"]], safe(outcome.measure))
    lines = [
        f"n = {safe(outcome.n_of(methods))}. Coloured dots: patients' medians.",
        f"Black: median of all {safe(outcome.cases)} with its 95 % interval, from cohorts of whole patients drawn with "
        "replacement.",
    ]
    _small_print(fig, lines + last, height)
    return fig


def draw_differences(methods: pd.DataFrame, pairs: pd.DataFrame, outcome: Outcome, notices: Notices) -> Figure:
    """A forest plot: a row a pair of methods (a minus b), its median difference with the interval, filled where the
    clustered signed-rank test with Holm's correction has p below 0.05, and that p. ``methods``, ``pairs``:
    :func:`by_patient.method_table`, :func:`by_patient.pair_table`."""
    n_columns = 1 if len(pairs) <= IN_ONE_COLUMN else 2
    parts = np.array_split(np.arange(len(pairs)), n_columns)
    row, length, left, right = (4.4, 16, 58.0, 50.0) if n_columns == 1 else (3.9, 12, 46.0, 12.0)
    last = _last_lines(methods, notices)
    words = f"Median difference{' ' if n_columns == 1 else chr(10)}of {safe(outcome.measure)}"
    head, foot, width = 6.0, 15 + 3.5 * n_columns + 3.4 * len(last), PAGE / n_columns
    height, across = head + row * max(len(parts[0]), 1) + foot, width - left - right
    fig = figure(PAGE, height)
    known = np.append(pairs[["median_difference", "ci_low", "ci_high"]].to_numpy(float), 0.0)
    low, high = np.nanmin(known), np.nanmax(known)
    for column, part in enumerate(parts if len(pairs) else []):
        top, tall = 1 - head / height, row * len(part) / height
        ax = fig.add_axes(((column * width + left) / PAGE, top - tall, across / PAGE, tall))
        ax.axvline(0, color="black", linewidth=0.7)

        def beside(y: float, mm: float, text: str, ax: Axes = ax, **style) -> None:
            """Text that ends so many mm to the right of the axis."""
            ax.text(1 + mm / across, y, text, transform=ax.get_yaxis_transform(), ha="right", fontsize=7, **style)

        shown = list(pairs.iloc[part].itertuples(index=False))
        for y, pair in enumerate(shown):
            ax.plot([pair.ci_low, pair.ci_high], [y, y], color=BLUE, linewidth=1.3, solid_capstyle="butt")
            fill = BLUE if pair.clustered_p_holm < LEVEL else "white"
            ax.plot(pair.median_difference, y, "o", ms=3.8, markeredgecolor=BLUE, markeredgewidth=0.9, markerfacecolor=fill)
            beside(y, right - 1.5, p_text(pair.clustered_p_holm), va="center")
            if n_columns == 1:
                interval = f"{_signed(pair.median_difference)}  ({_signed(pair.ci_low)} to {_signed(pair.ci_high)})"
                beside(y, right - 13, interval, va="center")
        beside(-0.6, right - 1.5, "p", va="bottom", color=GREY)
        if n_columns == 1:
            beside(-0.6, right - 13, "difference  (95 % interval)", va="bottom", color=GREY)
        both = [[name_of(method, notices, length) for method in (pair.method_a, pair.method_b)] for pair in shown]
        _rows(ax, [f"{a} \u2212 {b}" for a, b in both], words)
        ax.tick_params(axis="y", labelsize=7 if n_columns == 1 else 6.5)
        ticks = MaxNLocator(5 if n_columns == 1 else 2, steps=[1, 2, 5, 10], min_n_ticks=1).tick_values(low, high)
        spare = (ticks[1] - ticks[0]) * 0.1  # the axis ends at a tick on either side
        ax.set(xlim=(ticks[0] - spare, ticks[-1] + spare), xticks=ticks)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    holm = f" with Holm's correction for all {len(pairs)} pairs" if len(pairs) > 1 else ""
    lines = [
        f"n = {safe(outcome.n_of(methods))}. Median difference, first method minus second, "
        "and its 95 % interval from drawing whole patients.",
        f"p: clustered signed ranks{holm}; filled where it is below {LEVEL:g}.",
    ]
    _small_print(fig, lines + last if len(pairs) else ["There is one method, so there is nothing to compare."], height)
    return fig
