"""Contact sheets of what a study was given: PET and true masks, before anything is computed from them."""

import nibabel as nib
import numpy as np

from oneclick.common.tables import read_table
from oneclick.data.masks import read_nifti_mask_on
from oneclick.data.nifti import read_nifti_pet
from oneclick.report.contact_sheets import Tile, draw_sheet, save_sheet, views_of
from oneclick.report.outlines import TRUE_COLOUR
from oneclick.report.style import PHANTOM

PICTURES = 44.0
"""How high the pictures of a patient are at most, in mm."""


def warnings_by_patient(verification_csv: str) -> dict[str, list[str]]:
    """What the check of all scans warns of, by patient."""
    table = read_table(verification_csv)
    warnings = table[table["level"] == "warning"]
    return {str(patient): list(rows["problem"]) for patient, rows in warnings.groupby("patient") if patient}


def scan_tile(patient: str, pet: str, mask: str, labels: list[int] | None, warnings: list[str]) -> Tile:
    """A patient's scan and mask (paths of NIfTI files) as a tile. Raises ScanError if they cannot be read."""
    volume = read_nifti_pet(pet, patient)
    truth = read_nifti_mask_on(mask, patient, labels, volume, pet).data
    views, number = views_of(volume, truth)
    n = int(np.count_nonzero(truth))
    ml = n * float(np.prod(nib.affines.voxel_sizes(volume.affine))) / 1000
    found = f"tumour {ml:.{0 if ml >= 100 else 1}f} ml, {n} voxels; slice {number}" if n else f"no tumour; slice {number}"
    shape = " x ".join(map(str, volume.data.shape))
    lines = [found, f"scan {shape} voxels, {''.join(nib.aff2axcodes(volume.affine))}"]
    return Tile(patient, views, lines, warnings)


def write_scan_sheet(
    verification_csv: str,
    png: str,
    patients: list[str],
    scans: list[tuple[str, str, list[int] | None]],
    page: tuple[int, int],
    phantom: bool,
) -> None:
    """Write a page of patients. ``scans``: PET, mask and its labels that are tumour, of each; ``page``: which of how many.
    Raises ScanError if one cannot be read."""
    warnings = warnings_by_patient(verification_csv)
    tiles = [scan_tile(patient, *files, warnings.get(patient, [])) for patient, files in zip(patients, scans, strict=True)]
    title = f"PET and true masks, page {page[0]} of {page[1]}"
    save_sheet(draw_sheet(tiles, title, {"true mask": TRUE_COLOUR}, PICTURES, [PHANTOM] * phantom), png)
