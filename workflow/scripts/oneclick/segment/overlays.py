"""Pictures of what was segmented in new patients: a slice with its clicks and the methods' outlines."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from oneclick.common.files import whole
from oneclick.common.tables import read_table
from oneclick.data.body import body_box
from oneclick.data.grid import Grid
from oneclick.report.outlines import RIM, outline, scale_bar
from oneclick.report.style import COLUMN, DASHES, MM, colours, figure, safe, shortened
from oneclick.segment.prepared import PreparedFiles

BARS_MM = (5, 10, 20, 50, 100)


def draw_overlay(
    image: np.ndarray,
    clicks: np.ndarray,
    masks: Mapping[str, np.ndarray],
    pixel_mm: tuple[float, float],
    patient: str,
    number: int,
) -> Figure:
    """A slice (rows, columns) in [0, 1], its click matrix and the mask of each method, as a figure of one column's width:
    the front up, the patient's right on the left, high uptake dark. ``pixel_mm``: a pixel's size along rows and columns."""
    palette, image = colours(list(masks)), image.T
    below = 5.0 * ((len(masks) + 2) // 2) + 3
    fig = figure(COLUMN, COLUMN + 6 + below)
    width, height = (side / MM for side in fig.get_size_inches())
    ax = fig.add_axes((2 / width, below / height, (width - 4) / width, (width - 4) / height))
    ax.set(xticks=[], yticks=[])
    across, down = pixel_mm
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", aspect=down / across)
    handles = []
    for order, (method, mask) in enumerate(masks.items()):
        dashes = DASHES[order % len(DASHES)]
        outline(ax, mask.T, palette[method], 1.1, dashes, 4 + order)
        label = f"{safe(shortened(method))}: {mask.sum() * across * down / 100:.3g} cm²"
        handles.append(Line2D([], [], color=palette[method], linewidth=1.2, linestyle=dashes, label=label))
    rows, columns = np.nonzero(clicks.T)
    ax.plot(columns, rows, "+", color="#d00000", markersize=7, markeredgewidth=1.3, zorder=20, path_effects=RIM)
    handles.append(Line2D([], [], color="#d00000", marker="+", linestyle="none", label=f"click (n = {len(rows)})"))
    first, last, left, right = body_box(image, [mask.T for mask in masks.values()])
    side = max(last - first, right - left)
    middle = (first + last) / 2, (left + right) / 2
    window = [int(np.clip(m - side / 2, 0, n - side)) for m, n in zip(middle, image.shape, strict=True)]
    box = (window[0], window[0] + side, window[1], window[1] + side)
    ax.set(xlim=(box[2] - 0.5, box[3] - 0.5), ylim=(box[1] - 0.5, box[0] - 0.5))
    bar_mm = max((mm for mm in BARS_MM if mm < side * across / 3), default=BARS_MM[0])
    scale_bar(ax, box, bar_mm / across, f"{bar_mm} mm")
    for at, text in ((0.03, "R"), (0.97, "L")):
        align = "left" if at < 0.5 else "right"
        ax.text(at, 0.97, text, transform=ax.transAxes, ha=align, va="top", fontsize=8, path_effects=RIM)
    fig.text(2 / width, 1 - 1.2 / height, f"{safe(shortened(patient, 30))}, slice {number}", va="top", fontsize=8)
    fig.legend(handles=handles, loc="lower left", ncols=2, frameon=False, bbox_to_anchor=(0, 0), fontsize=7)
    return fig


def write_overlays(patient: str, files: PreparedFiles, methods: list[str], segmentations: list[str], folder: str) -> None:
    """Write a picture of each slice with a click or a mask, ``slice-012.png``, into a folder, and ``slice-012-2.png`` of its
    second field; ``segmentations``: files of masks, in the order of the ``methods``."""
    pixel_mm = Grid.read(files.grid_json).pixel_mm
    images, matrices, *masks = (
        np.load(path, mmap_mode="r") for path in (files.slices_npy, files.clicks_npy, *segmentations)
    )
    Path(folder).mkdir(parents=True, exist_ok=True)
    drawn = Counter()
    for index, number in enumerate(read_table(files.slices_csv)["slice"]):
        drawn[number] += 1
        name = f"slice-{number:03d}" + (f"-{drawn[number]}" if drawn[number] > 1 else "")
        if any(planes[index].any() for planes in (matrices, *masks)):
            of_slice = {method: np.asarray(found[index]) for method, found in zip(methods, masks, strict=True)}
            fig = draw_overlay(np.asarray(images[index]), np.asarray(matrices[index]), of_slice, pixel_mm, patient, number)
            with whole(Path(folder, f"{name}.png")) as part:
                fig.savefig(part, dpi=200, metadata={"Software": None})
