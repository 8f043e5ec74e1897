"""Masks of a method on the patients' scans, for viewers such as Carimas, 3D Slicer and ITK-SNAP."""

from pathlib import Path

import numpy as np

from oneclick.data.grid import Grid
from oneclick.data.nifti import write_on_scan
from oneclick.data.rows import places_of, read_rows
from oneclick.data.stack import read_grids


def scan_mask(segmentations: np.ndarray, numbers: np.ndarray, grid: Grid) -> np.ndarray:
    """A method's slice masks (n, size, size) on the voxels (i, j, k) of the scan as stored, uint8.

    ``numbers`` (n,) are the slices along the transaxial axis; slices that were not segmented stay empty.
    """
    mask = np.zeros(grid.shape, np.uint8, order="F")  # as files store it
    planes = grid.planes(mask)  # a view: what is written to it is written to the mask
    for segmentation, number in zip(segmentations, numbers, strict=True):
        planes[number] = grid.to_plane(segmentation)
    return mask


def write_mask(path: str | Path, mask: np.ndarray, grid: Grid) -> None:
    """Write a mask (i, j, k) so that it lies on the scan that the grid belongs to."""
    write_on_scan(path, mask, grid.geometry, text=f"oneclick-pet, {grid}")


def export_masks(slices_csv: str, grids_json: str, segmentations_npy: str, masks: str) -> None:
    """Write the masks of a method on the patients' scans: ``{patient}.nii.gz`` in the folder ``masks``, uint8. A patient
    without tumour slices, and so without a segmentation, gets an empty mask."""
    rows, segmentations = read_rows(slices_csv), np.load(segmentations_npy, mmap_mode="r")
    places, numbers = places_of(rows), rows["slice"].to_numpy()
    for patient, grid in read_grids(grids_json).items():
        here = places.get(patient, slice(0))
        write_mask(Path(masks, f"{patient}.nii.gz"), scan_mask(segmentations[here], numbers[here], grid), grid)
