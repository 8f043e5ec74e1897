"""What the figures share: size in millimetres, style for print, colours and line styles of methods, saving."""

from collections.abc import Iterable
from itertools import cycle
from pathlib import Path

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure

from oneclick.common.files import whole
from oneclick.report.marks import Notices, marked, notes

matplotlib.use("Agg")

MM = 1 / 25.4
"""Inches per millimetre."""

COLUMN, PAGE = 85, 170
"""Widths of one and of two columns of a journal in mm."""

PHANTOM = "Phantom cohort (simulated patients)"

NO_MARKS = Notices()

GREY, BLUE, ORANGE, BLACK = "#444444", "#1f6fd6", "#d55e00", "#1a1a1a"
"""Of small print and lines; of what is shown; of what is set against it; of outlines."""

# The paper's purple, green and blue for the methods that it outlines, made distinct in lightness for the colour-blind
# and for grey print; the rest of the palette is Okabe and Ito's (2008, Color Universal Design).
PAPER_COLOURS = {
    "CNNonly": "#7b2d8e", "CNNrand": "#e69f00", "CNNcm": "#d55e00", "rand1CNN": "#009e73", "cm1CNN": "#1f6fd6",
}  # fmt: skip
OTHER_COLOURS = ("#56b4e9", "#cc79a7", "#8c6d1f", "#000000", "#999999", "#7f1d1d", "#5b8c00")
DASHES = ((0, (4, 1.6)), (0, (1.1, 1.1)), "solid", (0, (6, 1.5, 1.2, 1.5)))


def colours(methods: Iterable[str]) -> dict[str, str]:
    """A colour for each method: the paper's methods keep theirs, the others follow in order (and repeat after 7)."""
    others = cycle(OTHER_COLOURS)
    return {method: PAPER_COLOURS.get(method) or next(others) for method in methods}


def figure(width: float, height: float) -> Figure:
    """An empty figure of a size in mm, in the style of print: 8 point text, thin lines, white ground."""
    sns.set_theme(
        context="paper",
        style="ticks",
        rc={
            "font.family": "DejaVu Sans",  # comes with matplotlib, so that every machine draws the same
            "font.size": 8, "axes.labelsize": 8, "axes.titlesize": 8, "xtick.labelsize": 7.5, "ytick.labelsize": 7.5,
            "legend.fontsize": 7.5, "axes.linewidth": 0.6, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
            "xtick.minor.width": 0.4, "ytick.minor.width": 0.4, "xtick.major.size": 3, "ytick.major.size": 3,
            "svg.hashsalt": "oneclick-pet", "figure.facecolor": "white", "savefig.facecolor": "white",
        },
    )  # fmt: skip
    return Figure(figsize=(width * MM, height * MM))


def save(fig: Figure, png: str | Path, svg: str | Path, pdf: str | Path | None = None, dpi: int = 200) -> None:
    """Write a figure as PNG (``dpi`` dots an inch), SVG and, if asked for, PDF. Without date or version: equal figures give
    equal files."""
    unsaid = {"png": ["Software"], "svg": ["Date", "Creator"], "pdf": ["CreationDate", "Creator", "Producer"]}
    for path, (kind, names) in zip((png, svg, pdf), unsaid.items(), strict=True):
        if path is not None:
            with whole(path) as part:
                fig.savefig(part, format=kind, dpi=dpi if kind == "png" else "figure", metadata=dict.fromkeys(names))


def shortened(name: str, length: int = 24) -> str:
    """A name of at most so many characters, with an ellipsis in its middle where it was longer."""
    if len(name) <= length:
        return name
    kept = length - 1
    return f"{name[: kept - kept // 2]}\u2026{name[len(name) - kept // 2 :]}"


def safe(text: str) -> str:
    """Text that matplotlib draws as it is: a dollar sign would start a formula."""
    return text.replace("$", r"\$")


def name_of(method: str, notices: Notices = NO_MARKS, length: int = 24) -> str:
    """A method's name as figures show it: shortened, with its mark, drawn as it is."""
    return safe(shortened(method, length) + notices.mark(method))


def mark_lines(methods: Iterable[str], notices: Notices) -> list[str]:
    """What the marks of methods mean, a line each, of those that are there."""
    return notes(marked(method, notices) for method in methods)


def notice_lines(methods: Iterable[str], notices: Notices) -> list[str]:
    """What the small print of a figure of methods says: what their marks mean; phantom cohort."""
    return mark_lines(methods, notices) + [PHANTOM] * notices.phantom


def corner_notes(fig: Figure, *, phantom: object, lines: Iterable[str] = ()) -> None:
    """Write into a figure's upper corners what is true of it: a phantom cohort, on the right; ``lines``, as what marks mean,
    on the left."""
    style = {"fontsize": 6.5, "color": GREY, "va": "top"}
    if phantom:
        fig.text(0.99, 0.995, PHANTOM, ha="right", **style)
    fig.text(0.01, 0.995, "\n".join(lines), **style)


def decimals(value: float) -> str:
    """A Dice as printed in figures: three decimals, a dash for NaN."""
    return "\u2013" if np.isnan(value) else f"{value:.3f}"
