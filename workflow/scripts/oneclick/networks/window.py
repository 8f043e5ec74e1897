"""The part of a slice that a network sees: a window around the body, or the whole slice."""

from collections.abc import Iterable

import numpy as np

from oneclick.data.body import body_box

MULTIPLE = 8
"""Rows and columns of what a network sees are multiples of this, for its three poolings."""
WINDOW = "window"
"""The entry of an ONNX file's metadata that holds the rows and columns of the window that its network was trained on."""


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
