"""What of a tumour mask is left in the slices of a study, known before they are cut."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oneclick.data.grid import Grid
from oneclick.data.mask_guard import MOST_LESION_VOXELS, TOUCHING, box_of
from oneclick.data.slices import resize_masks
from oneclick.data.volume import Doubt


@dataclass(frozen=True)
class Slicing:
    """What of the section ``preprocess`` of the settings decides which slices a patient contributes."""

    size: int
    spacing: float | None
    resize_mask: str
    min_positive: int


@dataclass(frozen=True)
class Left:
    """How many slices a patient contributes, ``n``, and what is doubtful about the others."""

    n: int
    doubts: tuple[Doubt, ...] = ()


def slices_left(mask: np.ndarray, grid: Grid, slicing: Slicing) -> Left:
    """The slices of a mask (i, j, k) of 0 and 1, as stored, that have enough tumour on the pixels of the study; doubtful
    are a patient without one, and lesions (18 neighbours) that are in none."""
    planes = grid.planes(mask)
    numbers = np.flatnonzero(planes.any(axis=(1, 2)))
    if not len(numbers):
        return Left(0)
    # In the order of rows and columns, for matrices in any other are multiplied ten times as slowly.
    pixels = resize_masks(np.ascontiguousarray(planes[numbers]), grid, slicing.resize_mask)
    kept = pixels.sum(axis=(1, 2)) >= slicing.min_positive
    smaller = "make pixels smaller (preprocess.size or preprocess.spacing), or lower preprocess.min_positive"
    if not kept.any():
        wrong = f"no slice has preprocess.min_positive ({slicing.min_positive}) tumour pixels on {grid}"
        return Left(0, (Doubt(f"{wrong}: the patient contributes no slice", smaller),))
    box = box_of(planes)
    if np.prod([ends.stop - ends.start for ends in box]) > MOST_LESION_VOXELS:
        return Left(int(kept.sum()))
    labels, n = ndimage.label(planes[box], TOUCHING)
    found = [
        np.unique(labels[number - box[0].start][grid.to_plane(plane)[box[1:]] > 0])
        for number, plane in zip(numbers[kept], pixels[kept], strict=True)
    ]
    lost = np.setdiff1d(np.arange(1, n + 1), np.concatenate(found))
    if not len(lost):
        return Left(int(kept.sum()))
    sizes = np.bincount(labels.ravel())[lost]
    wrong = f"{len(lost)} of {n} lesions (the largest of {sizes.max()} voxels) are in no slice of the study, on {grid}"
    return Left(int(kept.sum()), (Doubt(wrong, smaller),))
