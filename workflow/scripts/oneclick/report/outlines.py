"""Outlines of masks on a PET slice, and its scale bar."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, Stroke

TRUE_COLOUR, TRUE_RIM = "#f0e442", "#333333"
"""Grey in the paper; here yellow between dark lines, which stands out from every grey of a slice."""
RIM = [Stroke(linewidth=2.2, foreground="white"), Normal()]
"""Makes black text and bars stand out from dark tissue."""


def outline(
    ax: Axes, mask: np.ndarray, colour: str, width: float, dashes="solid", zorder: float = 3, rim: str = "white"
) -> None:
    """Draw the edge of a mask (rows, columns; 0/1) along the sides of its pixels, with a rim to stand out."""
    mask = np.asarray(mask) > 0
    if not mask.any():
        return
    # Each pixel as 4 x 4 points, so that the contour at 0.5 runs along the pixel's sides; a zero rim closes outlines.
    fine = np.repeat(np.repeat(np.pad(mask, 1), 4, axis=0), 4, axis=1).astype(float)
    at = [(np.arange(size) + 0.5) / 4 - 1.5 for size in fine.shape]
    lines = ax.contour(at[1], at[0], fine, levels=[0.5], colors=[colour], linewidths=width, zorder=zorder)
    lines.set_linestyle([dashes])
    lines.set_path_effects([Stroke(linewidth=width + 0.6, foreground=rim, alpha=0.75), Normal()])


def scale_bar(ax: Axes, window: Sequence[float], length: float, text: str) -> None:
    """A bar, ``length`` pixels long, in the lower left corner of a window (first row, after last, first column, after
    last), of which the sides of pixels are the edge."""
    tall, wide = window[1] - window[0], window[3] - window[2]
    x, y = window[2] - 0.5 + 0.05 * wide, window[1] - 0.5 - 0.05 * tall
    ax.plot([x, x + length], [y, y], color="black", linewidth=1.5, solid_capstyle="butt", zorder=12, path_effects=RIM)
    ax.text(x, y - 0.02 * tall, text, ha="left", va="bottom", fontsize=6, zorder=12, path_effects=RIM)
