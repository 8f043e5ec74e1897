"""Contact sheets: the scans and masks of all patients as small pictures, so that a flipped, shifted or exchanged mask is
seen at a glance."""

import textwrap
from collections.abc import Collection
from dataclasses import dataclass

import nibabel as nib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke

from oneclick.common.files import whole
from oneclick.data.grid import body_extent, grid_of
from oneclick.data.volume import Volume
from oneclick.report.outlines import RIM, TRUE_COLOUR, TRUE_RIM
from oneclick.report.style import BLACK, GREY, ORANGE, figure, safe, shortened

COLUMNS = 4
"""Of patients on a page."""
WIDTH, GAP, MARGIN, HEAD = 48.5, 1.2, 8.0, 12.0
"""Of a patient's tile, between its pictures, around the page, and above the tiles, in mm."""
BARS_MM = (10, 20, 50, 100, 200)
WARNING_LINES = 3
NEAR_MM = 80
"""Side of the enlarged part around a tumour."""


@dataclass(frozen=True)
class View:
    """A picture (rows, columns) with masks on it, as it is shown: the head or the front up. ``pixel_mm``: the height and the
    width of a pixel; ``sides``: the letters at its left and right; ``box``: the part that is shown, as rows and columns
    (first, after last, first, after last)."""

    picture: np.ndarray
    masks: tuple[np.ndarray, ...]
    pixel_mm: tuple[float, float]
    sides: str
    box: tuple[int, int, int, int]

    @property
    def mm(self) -> tuple[float, float]:
        """Height and width of what is shown."""
        top, bottom, left, right = self.box
        return (bottom - top) * self.pixel_mm[0], (right - left) * self.pixel_mm[1]


@dataclass(frozen=True)
class Tile:
    """A patient on a page: ``views`` in rows (none of a patient without a slice), ``lines`` of text below the name, and the
    ``warnings`` of the check."""

    patient: str
    views: list[list[View]]
    lines: list[str]
    warnings: list[str]


def near(view: View, mask: np.ndarray, side_mm: float = NEAR_MM) -> View:
    """The same picture around a mask (or its middle, if the mask is empty): a square of ``side_mm``, larger where the mask
    is, and no larger than the picture."""
    box = []
    for axis, (n, mm) in enumerate(zip(mask.shape, view.pixel_mm, strict=True)):
        found = np.flatnonzero(mask.any(axis=1 - axis))
        first, last = (found[0], found[-1] + 1) if len(found) else (n // 2, n // 2)
        side = int(min(n, max(round(side_mm / mm), last - first + 4)))
        start = int(np.clip((first + last - side) // 2, 0, n - side))
        box += [start, start + side]
    return View(view.picture, view.masks, view.pixel_mm, view.sides, tuple(box))


def _around(extent: tuple[int, int], mask_line: np.ndarray) -> tuple[int, int]:
    """An extent of the body along an axis, made larger by a mask beyond it, and a little air."""
    found = np.flatnonzero(mask_line)
    first, last = (min(extent[0], found[0]), max(extent[1], found[-1] + 1)) if len(found) else extent
    return max(0, int(first) - 3), min(len(mask_line), int(last) + 3)


def views_of(pet: Volume, mask: np.ndarray) -> tuple[list[list[View]], int]:
    """The pictures of a scan and its mask (i, j, k), whatever the order of its axes: maximum intensity projections from the
    front and from the right, with the outline of the projected mask; the slice with most tumour (the hottest, if the mask
    is empty), and its part around the tumour; and that slice's number along the stored axis."""
    grid = grid_of(pet.data, pet.affine, 8, None)
    planes, masks = grid.planes(pet.data), grid.planes(mask)  # (slices, to the left, to the back)
    row, column, along = grid.axes
    sizes = nib.affines.voxel_sizes(pet.affine)
    left_mm, back_mm, up_mm = sizes[row], sizes[column], sizes[along]
    to_head = nib.io_orientation(pet.affine)[along, 1] > 0
    down = slice(None, None, -1 if to_head else 1)
    n_tumour = np.count_nonzero(masks, axis=(1, 2))
    number = int(np.argmax(n_tumour)) if n_tumour.any() else int(np.argmax(planes.max(axis=(1, 2))))
    lefts, backs = (
        _around(extent, masks.any(axis=axes)) for extent, axes in zip(body_extent(planes), ((0, 2), (0, 1)), strict=True)
    )
    n = len(planes)
    front, side = planes.max(axis=2)[down], planes.max(axis=1)[down]
    coronal = View(front, (masks.any(axis=2)[down],), (up_mm, left_mm), "RL", (0, n, *lefts))
    sagittal = View(side, (masks.any(axis=1)[down],), (up_mm, back_mm), "AP", (0, n, *backs))
    axial = View(planes[number].T, (masks[number].T > 0,), (back_mm, left_mm), "RL", (*backs, *lefts))
    return [[coronal, sagittal], [axial, near(axial, axial.masks[0])]], number


def edges(mask: np.ndarray) -> np.ndarray:
    """The sides of pixels that part a mask (rows, columns) from what is not in it, as segments (n, 2, 2) of x and y; the
    centre of a pixel is its index."""
    padded = np.pad(np.asarray(mask) > 0, 1)
    rows, columns = np.nonzero(padded[1:] != padded[:-1])
    across = np.stack([np.stack([columns - 1.5, rows - 0.5], -1), np.stack([columns - 0.5, rows - 0.5], -1)], 1)
    rows, columns = np.nonzero(padded[:, 1:] != padded[:, :-1])
    upright = np.stack([np.stack([columns - 0.5, rows - 1.5], -1), np.stack([columns - 0.5, rows - 0.5], -1)], 1)
    return np.concatenate([across, upright])


def _draw(ax: Axes, view: View, colours: Collection[str]) -> None:
    """A view with the outlines of its masks, its letters and its scale bar, on axes of the same shape."""
    top, bottom, left, right = view.box
    shown = np.asarray(view.picture[top:bottom, left:right], float)
    low, high = np.percentile(shown, (1, 99.7))
    ax.imshow(
        shown, cmap="gray_r", vmin=low, vmax=high if high > low else low + 1, aspect="auto", interpolation="bilinear",
        extent=(left - 0.5, right - 0.5, bottom - 0.5, top - 0.5),
    )  # fmt: skip
    # Each thinner than the one below, so that outlines that fall together are all seen.
    widths = np.array([0.8] if len(view.masks) == 1 else [2.4, 1.4, 0.7]) * (1 if view.mm[1] <= 1.5 * NEAR_MM else 0.7)
    for order, (mask, colour, width) in enumerate(zip(view.masks, colours, widths, strict=False)):
        # Two collections, as a path effect would draw each segment's rim over its neighbour's line.
        rim = [(TRUE_RIM, width + 0.7)] if order == 0 else []
        for line, thick in (*rim, (colour, width)):
            ax.add_collection(LineCollection(edges(mask), colors=line, linewidths=thick, capstyle="round", zorder=3 + order))
    ax.set(xticks=[], yticks=[], xlim=(left - 0.5, right - 0.5), ylim=(bottom - 0.5, top - 0.5))
    for spine in ax.spines.values():
        spine.set(linewidth=0.4, color=GREY)
    style = {"transform": ax.transAxes, "va": "top", "fontsize": 5, "path_effects": RIM, "zorder": 9}
    ax.text(0.02, 0.98, view.sides[0], ha="left", **style)
    ax.text(0.98, 0.98, view.sides[1], ha="right", **style)
    length = max((mm for mm in BARS_MM if mm < view.mm[1] / 2), default=BARS_MM[0])
    at, share = 0.04, length / view.mm[1]
    ax.plot([at, at + share], [0.035, 0.035], transform=ax.transAxes, color="black", linewidth=1,
            solid_capstyle="butt", path_effects=RIM, zorder=9)  # fmt: skip
    ax.text(at, 0.06, f"{length} mm", **style | {"va": "bottom", "fontsize": 4.5})


def _heights(rows: list[list[View]], most: float) -> list[float]:
    """The height of each row of pictures in mm of the page: as wide as a tile, and together no higher than ``most``."""
    if not rows:
        return []
    heights = [(WIDTH - GAP * (len(row) + 1)) / sum(view.mm[1] / view.mm[0] for view in row) for row in rows]
    room = most - GAP * len(rows)
    # The last row, a slice and its enlarged part, first; what is left is for the projections, which may be tall.
    heights[-1] = min(heights[-1], room if len(rows) == 1 else room / 2)
    for index in range(len(rows) - 1):
        heights[index] = min(heights[index], room - heights[-1])
    return heights


def draw_sheet(tiles: list[Tile], title: str, colours: dict[str, str], pictures: float, small: list[str]) -> Figure:
    """A page of patients. ``colours``: of each mask by its name, in the order of the views' masks; ``pictures``: how high
    the pictures of a patient may be together, in mm; ``small``: lines of small print. Patients with a warning have a frame
    and its words."""
    words = 5.5 + 2.5 * max(len(tile.lines) for tile in tiles)
    rows = [tiles[first : first + COLUMNS] for first in range(0, len(tiles), COLUMNS)]
    above = [words + (1 + 2.1 * WARNING_LINES) * any(tile.warnings for tile in row) for row in rows]
    width, height = 2 * MARGIN + COLUMNS * WIDTH, HEAD + sum(above) + len(rows) * pictures + MARGIN
    fig = figure(width, height)

    def place(x: float, y: float) -> tuple[float, float]:
        return x / width, 1 - y / height

    fig.text(*place(MARGIN, 4), title, fontsize=8, va="top", fontweight="bold")
    fig.text(*place(width - MARGIN, 2), "\n".join(small), fontsize=6, color=GREY, ha="right", va="top")
    y0 = HEAD
    for row, to_pictures in zip(rows, above, strict=True):
        tall = to_pictures + pictures
        for x0, tile in zip(np.arange(COLUMNS) * WIDTH + MARGIN, row, strict=False):
            if tile.warnings:
                frame = (*place(x0 + 0.4, y0 + tall - 0.6), (WIDTH - 0.8) / width, (tall - 1.2) / height)
                fig.add_artist(Rectangle(frame[:2], *frame[2:], fill=False, edgecolor=ORANGE, linewidth=1.2))
            fig.text(*place(x0 + GAP, y0 + 1.6), safe(shortened(tile.patient, 28)), fontsize=7, va="top", fontweight="bold")
            for n, line in enumerate(tile.lines):
                fig.text(*place(x0 + GAP, y0 + 4.7 + 2.5 * n), safe(line), fontsize=5.5, va="top", color=GREY)
            for n, line in enumerate(_in_lines(tile.warnings)):
                fig.text(*place(x0 + GAP, y0 + words + 0.6 + 2.1 * n), safe(line), fontsize=4.8, va="top", color=ORANGE)
            y = y0 + to_pictures
            for views, high in zip(tile.views, _heights(tile.views, pictures - 1), strict=True):
                x = x0 + GAP
                for view in views:
                    wide = high * view.mm[1] / view.mm[0]
                    _draw(fig.add_axes((*place(x, y + high), wide / width, high / height)), view, list(colours.values()))
                    x += wide + GAP
                y += high + GAP
        y0 += tall
    handles = [
        Line2D([], [], color=colour, linewidth=1.6, label=name,
               path_effects=[Stroke(linewidth=2.4, foreground=TRUE_RIM), Normal()] if colour == TRUE_COLOUR else None)
        for name, colour in colours.items()
    ]  # fmt: skip
    if any(tile.warnings for tile in tiles):
        handles.append(Line2D([], [], color=ORANGE, linewidth=0, marker="s", fillstyle="none", label="warning of the check"))
    fig.legend(handles=handles, loc="upper left", bbox_to_anchor=place(MARGIN - 1.5, 7), ncols=len(handles), frameon=False,
               fontsize=6.5, labelcolor=BLACK, borderaxespad=0)  # fmt: skip
    return fig


def _in_lines(warnings: list[str], length: int = 52) -> list[str]:
    """The words of warnings in at most ``WARNING_LINES`` lines; an ellipsis where there are more."""
    lines = [line for text in warnings for line in textwrap.wrap(f"! {text}", length)]
    return lines if len(lines) <= WARNING_LINES else [*lines[: WARNING_LINES - 1], f"{lines[WARNING_LINES - 1]} \u2026"]


def save_sheet(fig: Figure, png: str) -> None:
    with whole(png) as part:
        fig.savefig(part, dpi=200, metadata={"Software": None})
