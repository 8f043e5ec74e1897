"""How clicks become a network's second channel: as pixels, as in the paper, or as something larger around them."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oneclick.common.files import whole
from oneclick.data.grid import Grid


@dataclass(frozen=True)
class Encoding:
    """``shape``: ``pixel`` (1 at the clicks, 0 elsewhere: Rainio et al. 2024, section 2.2, doi 10.1007/s13721-024-00483-0),
    ``disk`` (1 up to ``size`` from a click), ``gaussian`` (a peak of standard deviation ``size``) or ``distance`` (falls
    evenly from 1 at a click to 0 at ``size``). ``unit``: that of ``size``, ``mm`` or ``pixels``."""

    shape: str = "pixel"
    size: float | None = None
    unit: str = "mm"


def encode(matrices: np.ndarray, encoding: Encoding, pixel_mm: tuple[float, float]) -> np.ndarray:
    """Click matrices (n, h, w), 1 at the clicks, as float32 (n, h, w) in [0, 1]; all 0 where there is no click.

    ``pixel_mm``: a pixel's size along rows and columns. Values follow from the Euclidean distance to the nearest click, so
    that several clicks do not add up.
    """
    if encoding.shape == "pixel":
        return matrices.astype(np.float32)
    sampling = pixel_mm if encoding.unit == "mm" else (1.0, 1.0)
    encoded = np.zeros(matrices.shape, np.float32)
    for matrix, channel in zip(matrices, encoded, strict=True):
        if not matrix.any():
            continue
        distance = ndimage.distance_transform_edt(matrix == 0, sampling=sampling) / encoding.size
        if encoding.shape == "disk":
            channel[:] = distance <= 1
        elif encoding.shape == "gaussian":
            channel[:] = np.exp(-(distance**2) / 2)
        elif encoding.shape == "distance":
            channel[:] = np.maximum(1 - distance, 0)
        else:
            raise ValueError(f"unknown encoding {encoding.shape!r}: use 'pixel', 'disk', 'gaussian' or 'distance'")
    return encoded


def write_encoded(matrices_npys: list[str], grid_jsons: list[str], encoding: Encoding, encoded_npys: list[str]) -> None:
    """Write the second channel of a network's input, float32 (n, size, size), of each patient."""
    for matrices, grid, path in zip(matrices_npys, grid_jsons, encoded_npys, strict=True):
        with whole(path) as part:
            np.save(part, encode(np.load(matrices), encoding, Grid.read(grid).pixel_mm))
