"""Where a slice shows the body: most of a slice is air."""

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

MARGIN = 4
"""Pixels of air around the body that belong to its box."""


def body_mask(pet: np.ndarray) -> np.ndarray:
    """Where a PET slice (rows, columns) shows the body, bool: where the smoothed slice is above 4 % of its maximum, without
    specks of noise: its largest component; everywhere if there is none."""
    smooth = ndimage.gaussian_filter(np.asarray(pet, dtype=float), 2)
    labels, _ = ndimage.label(smooth > 0.04 * smooth.max())
    sizes = np.bincount(labels.ravel())[1:]
    return labels == 1 + int(np.argmax(sizes)) if sizes.size else np.ones(labels.shape, dtype=bool)


def share_of_body(planes: np.ndarray, masks: np.ndarray) -> float:
    """The part of the body, on the slices of a PET (n, rows, columns) that are not constant, that masks of them cover."""
    shown = planes.max(axis=(1, 2)) > planes.min(axis=(1, 2))
    bodies = [(body_mask(pet), mask > 0) for pet, mask in zip(planes[shown], masks[shown], strict=True)]
    held = sum(np.count_nonzero(body) for body, _ in bodies)
    return sum(np.count_nonzero(body & mask) for body, mask in bodies) / held if held else 0.0


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
