"""Masks of a method on the patients' scans, for viewers such as Carimas, 3D Slicer and ITK-SNAP."""

import numpy as np

from oneclick.common.tables import read_table
from oneclick.data.folds import places_of
from oneclick.data.grid import Grid
from oneclick.data.nifti import write_like


def scan_mask(segmentations: np.ndarray, numbers: np.ndarray, grid: Grid) -> np.ndarray:
    """A method's slice masks (n, size, size) on the voxels (i, j, k) of the scan as stored, uint8.

    ``numbers`` (n,) are the slices along the transaxial axis; slices that were not segmented stay empty.
    """
    mask = np.zeros(grid.shape, np.uint8, order="F")  # as files store it
    planes = grid.planes(mask)  # a view: what is written to it is written to the mask
    for segmentation, number in zip(segmentations, numbers, strict=True):
        planes[number] = grid.to_plane(segmentation)
    return mask


def export_masks(
    folds_csv: str,
    segmentations_npy: str,
    slices_csvs: dict[str, str],
    grid_jsons: dict[str, str],
    pet_paths: dict[str, str],
    mask_paths: dict[str, str],
) -> None:
    """Write one NIfTI mask per patient in the geometry of the PET scan; paths are by patient. A patient without tumour
    slices, and so without a segmentation, gets an empty mask."""
    places = places_of(read_table(folds_csv))
    segmentations = np.load(segmentations_npy, mmap_mode="r")
    for patient, path in mask_paths.items():
        numbers = read_table(slices_csvs[patient])["slice"].to_numpy()
        grid = Grid.read(grid_jsons[patient])
        mask = scan_mask(segmentations[places.get(patient, slice(0))], numbers, grid)
        write_like(path, mask, pet_paths[patient], text=f"oneclick-pet, {grid}")
