"""From volumes to the slices that a network sees (Rainio et al. 2024, section 2.2, doi 10.1007/s13721-024-00483-0)."""

from dataclasses import dataclass, replace

import numpy as np

from oneclick.common.arrays import write_array
from oneclick.common.rows import write_rows
from oneclick.data.grid import Grid, grid_of, resize
from oneclick.data.masks import read_nifti_mask_on
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.slice_files import SliceFiles
from oneclick.data.volume import ScanError

AREA_FRACTION = 5 / 16
BILINEAR_FRACTION = 0.25
BEYOND_MEND = "raise preprocess.size or preprocess.spacing"
# A fraction that is 5/16 on paper must not fail for a rounding error in its last bits.
ROUNDING = 1e-9
COLUMNS = ("patient", "index", "slice", "n_positive", "lowest", "highest")
"""Of slices.csv."""


@dataclass(frozen=True)
class Slices:
    """The tumour slices of one patient.

    ``images`` float32 (n, size, size) in [0, 1]; ``masks`` uint8 (n, size, size), 0 or 1;
    ``numbers`` int (n,), 0-based indices along the transaxial axis of the scan as stored; ``ranges`` (n, 2), the
    lowest and highest value of each resized slice, in the scan's unit, that became 0 and 1.
    """

    images: np.ndarray
    masks: np.ndarray
    numbers: np.ndarray
    ranges: np.ndarray


def resize_masks(planes: np.ndarray, grid: Grid, method: str) -> np.ndarray:
    """Masks (n, rows, columns) of 0 and 1 as uint8 (n, size, size) on a scan's grid.

    ``area`` (paper, section 2.2): a pixel is positive if and only if at least 5/16 of its area is.
    ``bilinear`` (the authors' notebook): positive if the interpolated mask exceeds 0.25.
    """
    fraction = resize(planes, grid, method)
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


def tumour_beyond(mask: np.ndarray, grid: Grid) -> str | None:
    """Which slices of a mask (i, j, k), as stored, hold tumour beyond the grid, in words; None if none does."""
    if grid.spacing is None:  # the whole plane
        return None
    beyond = np.flatnonzero((grid.planes(mask) * ~grid.to_plane(np.ones((grid.size, grid.size), bool))).any(axis=(1, 2)))
    if not len(beyond):
        return None
    others = f" (and of {len(beyond) - 1} more)" if len(beyond) > 1 else ""
    return f"the tumour of slice {beyond[0]}{others} reaches beyond the grid of {grid}"


def tumour_slices(
    pet: np.ndarray, mask: np.ndarray, grid: Grid, resize_pet: str, resize_mask: str, min_positive: int
) -> Slices:
    """The slices of a volume whose resized mask has at least ``min_positive`` positive pixels.

    ``pet`` (i, j, k) in any unit, ``mask`` (i, j, k) of 0 and 1, both as stored. Raises ValueError, with the slice's number,
    on a constant slice, and on a tumour that reaches beyond the grid.
    """
    wrong = tumour_beyond(mask, grid)
    if wrong:
        raise ValueError(f"{wrong}; {BEYOND_MEND}")
    planes = grid.planes(mask)
    numbers = np.flatnonzero(planes.any(axis=(1, 2)))
    masks = resize_masks(planes[numbers], grid, resize_mask)
    kept = masks.sum(axis=(1, 2)) >= min_positive
    numbers, masks = numbers[kept], masks[kept]
    images = resize(grid.planes(pet)[numbers], grid, resize_pet)
    constant = [int(number) for number, image in zip(numbers, images, strict=True) if image.min() == image.max()]
    if constant:
        raise ValueError(f"slice {constant[0]} holds a tumour but is constant; repair the scan or leave the patient out")
    ranges = np.stack([images.min(axis=(1, 2)), images.max(axis=(1, 2))], axis=1)
    return Slices(scale_to_unit(images), masks, numbers, ranges)


@dataclass(frozen=True)
class Preprocess:
    """How slices are cut: the section ``preprocess`` of the config."""

    size: int
    spacing: float | None
    resize_pet: str
    resize_mask: str
    min_positive: int


def preprocess(patient: str, pet: str, mask: str, labels: list[int] | None, settings: Preprocess, files: SliceFiles) -> None:
    """Write one patient's tumour slices: images and masks (see :class:`Slices`), a table with the columns patient, index
    (row of the arrays), slice (index along the scan's transaxial axis), n_positive, lowest and highest (the scan's values
    that became 0 and 1), and the :class:`Grid`.

    ``pet`` and ``mask`` are paths of NIfTI files. Raises ScanError if the scan cannot be used.
    """
    volume = read_nifti_pet(pet, patient)
    truth = read_nifti_mask_on(mask, patient, labels, volume, pet)
    grid = replace(grid_of(volume.data, volume.affine, settings.size, settings.spacing), geometry=volume.geometry)
    ways = settings.resize_pet, settings.resize_mask, settings.min_positive
    try:
        slices = tumour_slices(volume.data, truth.data, grid, *ways)
    except ValueError as error:
        wrong, _, mend = str(error).partition("; ")
        raise ScanError(patient, pet, wrong, mend) from None
    write_array(files.slices_npy, slices.images)
    write_array(files.masks_npy, slices.masks)
    grid.write(files.grid_json)
    n_positive = slices.masks.sum(axis=(1, 2))
    columns = zip(range(len(n_positive)), slices.numbers, n_positive, *slices.ranges.T.tolist(), strict=True)
    write_rows(files.slices_csv, COLUMNS, [(patient, *row) for row in columns])
