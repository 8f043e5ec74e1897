"""Clicks moved by so many mm."""

import numpy as np


def moved(matrices: np.ndarray, distance_mm: float, angle: float, pixel_mm: tuple[float, float]) -> np.ndarray:
    """Click matrices (n, h, w) with each click moved by a distance in mm at an angle in radians from the rows' direction, to
    the nearest pixel; at most to the edge of the slice. ``pixel_mm``: a pixel's size along rows and columns."""
    rows, columns = pixel_mm
    shift = distance_mm * np.array([np.cos(angle) / rows, np.sin(angle) / columns])
    slices, *places = np.nonzero(matrices)
    found = np.zeros_like(matrices)
    ends = zip(places, shift, matrices.shape[1:], strict=True)
    row, column = (np.clip(np.rint(at + by), 0, n - 1).astype(int) for at, by, n in ends)
    found[slices, row, column] = 1
    return found
