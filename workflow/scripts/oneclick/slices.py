"""From volumes to the slices that a network sees (Rainio et al. 2024, section 2.2, doi 10.1007/s13721-024-00483-0)."""

from dataclasses import dataclass

import numpy as np

from oneclick.csv_files import write_rows
from oneclick.grid import Grid
from oneclick.volume import ScanError, check_same_grid, read_mask, read_pet

AREA_FRACTION = 5 / 16
BILINEAR_FRACTION = 0.25
# A fraction that is 5/16 on paper must not fail for a rounding error in its last bits.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Slices:
    """The tumour slices of one patient.

    ``images`` float32 (n, size, size) in [0, 1]; ``masks`` uint8 (n, size, size), 0 or 1;
    ``numbers`` int (n,), 0-based indices along the third axis of the scan as stored.
    """

    images: np.ndarray
    masks: np.ndarray
    numbers: np.ndarray


def resize_weights(n_in: int, n_out: int, method: str) -> np.ndarray:
    """The matrix (n_out, n_in), rows summing to 1, that resizes one axis of an image.

    ``area``: each output pixel is the mean of the input pixels that it covers, each weighted by the covered part.
    ``bilinear``: linear interpolation at the centre of the output pixel, without smoothing, as OpenCV's
    ``INTER_LINEAR`` does it in the authors' notebook; at exactly 4:1 this is the mean of the central two of four.
    """
    if method == "area":
        edges = np.arange(n_out + 1) * n_in / n_out
        covered = np.minimum(edges[1:, None], np.arange(1, n_in + 1)) - np.maximum(edges[:-1, None], np.arange(n_in))
        return np.clip(covered, 0, None) * n_out / n_in
    if method == "bilinear":
        position = np.clip((np.arange(n_out) + 0.5) * n_in / n_out - 0.5, 0, n_in - 1)
        return np.clip(1 - np.abs(position[:, None] - np.arange(n_in)), 0, None)
    raise ValueError(f"unknown resize method {method!r}: use 'area' or 'bilinear'")


def resize(images: np.ndarray, size: int, method: str) -> np.ndarray:
    """Images (n, i, j) as float64 (n, size, size); see :func:`resize_weights` for ``method``."""
    rows, columns = (resize_weights(n, size, method) for n in images.shape[1:])
    return rows @ images @ columns.T


def resize_masks(masks: np.ndarray, size: int, method: str) -> np.ndarray:
    """Masks (n, i, j) of 0 and 1 as uint8 (n, size, size).

    ``area`` (paper, section 2.2): a pixel is positive if and only if at least 5/16 of its area is.
    ``bilinear`` (the authors' notebook): positive if the interpolated mask exceeds 0.25.
    """
    fraction = resize(masks, size, method)
    positive = fraction >= AREA_FRACTION - ROUNDING if method == "area" else fraction > BILINEAR_FRACTION + ROUNDING
    return positive.astype(np.uint8)


def scale_to_unit(images: np.ndarray) -> np.ndarray:
    """Images (n, h, w), each scaled on its own so that its minimum is 0 and its maximum 1 (paper, section 2.2); float32.

    Raises ValueError on a constant image, which has no such scale.
    """
    low, high = (extreme(images, axis=(1, 2), keepdims=True) for extreme in (np.min, np.max))
    if np.any(high == low):
        raise ValueError("a constant image cannot be scaled to [0, 1]")
    return ((images - low) / (high - low)).astype(np.float32)


def tumour_slices(
    pet: np.ndarray, mask: np.ndarray, size: int, resize_pet: str, resize_mask: str, min_positive: int
) -> Slices:
    """The slices of a volume whose resized mask has at least ``min_positive`` positive pixels.

    ``pet`` (i, j, k) in any unit, ``mask`` (i, j, k) of 0 and 1. Raises ValueError, with the slice's number, on a
    constant slice.
    """
    numbers = np.flatnonzero(mask.any(axis=(0, 1)))
    masks = resize_masks(np.moveaxis(mask[:, :, numbers], 2, 0).astype(np.float64), size, resize_mask)
    kept = masks.sum(axis=(1, 2)) >= min_positive
    numbers, masks = numbers[kept], masks[kept]
    images = resize(np.moveaxis(pet[:, :, numbers], 2, 0).astype(np.float64), size, resize_pet)
    constant = [int(number) for number, image in zip(numbers, images, strict=True) if image.min() == image.max()]
    if constant:
        raise ValueError(f"slice {constant[0]} holds a tumour but is constant")
    return Slices(scale_to_unit(images), masks, numbers)


def preprocess(
    patient: str,
    pet_path: str,
    mask_path: str,
    size: int,
    resize_pet: str,
    resize_mask: str,
    min_positive: int,
    slices_npy: str,
    masks_npy: str,
    slices_csv: str,
    grid_json: str,
) -> None:
    """Write one patient's tumour slices: ``slices.npy``, ``masks.npy`` (see :class:`Slices`), ``slices.csv`` with columns
    patient, index (row of the arrays), slice (along the scan's third axis), n_positive, and the :class:`Grid`.

    Raises ScanError if the scan cannot be used.
    """
    pet, mask = read_pet(pet_path, patient), read_mask(mask_path, patient)
    check_same_grid(pet, mask, patient, pet_path, mask_path)
    try:
        slices = tumour_slices(pet.data, mask.data, size, resize_pet, resize_mask, min_positive)
    except ValueError as error:
        raise ScanError(f"patient {patient}: {pet_path}: {error}; repair the scan or leave the patient out") from None
    np.save(slices_npy, slices.images)
    np.save(masks_npy, slices.masks)
    Grid(pet.data.shape, size).write(grid_json)
    n_positive = slices.masks.sum(axis=(1, 2))
    rows = [(patient, *row) for row in zip(range(len(n_positive)), slices.numbers, n_positive, strict=True)]
    write_rows(slices_csv, ("patient", "index", "slice", "n_positive"), rows)
