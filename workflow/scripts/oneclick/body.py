"""The part of a slice that shows the body: most of a slice is air, which teaches a network nothing but takes its time."""

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

MULTIPLE = 8
"""Rows and columns of what a network sees are multiples of this, for its three poolings."""
WINDOW = "window"
"""The entry of an ONNX file's metadata that holds the rows and columns of the window that its network was trained on."""
MARGIN = 4
"""Pixels of air around the body that belong to its box."""


def body_mask(pet: np.ndarray) -> np.ndarray:
    """Where a PET slice (rows, columns) shows the body, bool: where the smoothed slice is above 4 % of its maximum, without
    specks of noise: its largest component; everywhere if there is none."""
    smooth = ndimage.gaussian_filter(np.asarray(pet, dtype=float), 2)
    labels, _ = ndimage.label(smooth > 0.04 * smooth.max())
    sizes = np.bincount(labels.ravel())[1:]
    return labels == 1 + int(np.argmax(sizes)) if sizes.size else np.ones(labels.shape, dtype=bool)


def body_box(pet: np.ndarray, masks: Iterable[np.ndarray] = (), margin: int = MARGIN) -> tuple[int, int, int, int]:
    """Rows and columns (first, after last, first, after last) of the body on a slice (rows, columns) and of all masks, with
    a margin in pixels; see :func:`body_mask`."""
    inside = body_mask(pet)
    for mask in masks:
        inside = inside | (np.asarray(mask) > 0)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return (
        max(rows[0] - margin, 0), min(rows[-1] + 1 + margin, inside.shape[0]),
        max(columns[0] - margin, 0), min(columns[-1] + 1 + margin, inside.shape[1]),
    )  # fmt: skip


def window_sides(images: Iterable[np.ndarray]) -> tuple[int, int]:
    """The fewest rows and columns, multiples of ``MULTIPLE``, that hold the body of each slice (rows, columns)."""
    boxes = np.array([body_box(image) for image in images])
    sides = (boxes[:, 1] - boxes[:, 0]).max(), (boxes[:, 3] - boxes[:, 2]).max()
    return tuple(int(-(-side // MULTIPLE) * MULTIPLE) for side in sides)


def window_around_body(image: np.ndarray, sides: tuple[int, int]) -> tuple[slice, slice]:
    """The rows and columns of a window of so many ``sides`` with the body of a slice (rows, columns) in its middle, moved
    into the slice; larger where the body is. All sides are multiples of ``MULTIPLE``."""
    if sides == image.shape:
        return slice(0, sides[0]), slice(0, sides[1])
    first_row, last_row, first_column, last_column = body_box(image)
    window = []
    for first, last, side, n in zip((first_row, first_column), (last_row, last_column), sides, image.shape, strict=True):
        side = max(side, -(-(last - first) // MULTIPLE) * MULTIPLE)
        start = int(np.clip((first + last - side) // 2, 0, n - side))
        window.append(slice(start, start + side))
    return tuple(window)
