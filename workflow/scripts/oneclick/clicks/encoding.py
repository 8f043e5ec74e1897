"""How clicks become a network's second channel: as pixels, as in the paper, or as something larger around them."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oneclick.common.arrays import array_file
from oneclick.data.rows import places_of, read_rows
from oneclick.data.stack import read_grids


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


def write_encoded(clicks_npy: str, slices_csv: str, grids_json: str, encoding: Encoding, encoded_npy: str) -> None:
    """Write the second channel of a network's input on all slices of the stack, float32 (n, size, size)."""
    matrices, grids = np.load(clicks_npy, mmap_mode="r"), read_grids(grids_json)
    with array_file(encoded_npy, matrices.shape, np.float32) as encoded:
        for patient, here in places_of(read_rows(slices_csv)).items():
            encoded[here] = encode(matrices[here], encoding, grids[patient].pixel_mm)
