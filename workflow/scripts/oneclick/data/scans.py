"""A patient's PET and tumour mask, whatever the form of the files: NIfTI, Analyze, DICOM."""

from dataclasses import dataclass, replace
from pathlib import Path

import nibabel as nib

from oneclick.data.cohort import is_dicom
from oneclick.data.mask_guard import change_doubts, gap_doubts
from oneclick.data.masks import mask_on_pet, read_nifti_mask
from oneclick.data.nifti import read_nifti_pet, write_nifti
from oneclick.data.volume import Volume, of_a_patient


@dataclass(frozen=True)
class Source:
    """How a patient's mask is read: ``labels`` of a NIfTI mask that are tumour (None: all positive), ``roi`` the names, or
    patterns of names, of regions or segments of a DICOM mask (None: the only one)."""

    labels: list[int] | None = None
    roi: list[str] | None = None


def read_pet(path: str | Path, patient: str) -> Volume:
    """The PET volume (i, j, k) float32: in the file's unit, or of DICOM in SUV. Raises ScanError."""
    if is_dicom(path):
        from oneclick.data.dicom.pet import read_dicom_pet  # imported where there is DICOM, for it takes a while

        return of_a_patient(read_dicom_pet(path, patient), path, patient)
    return read_nifti_pet(path, patient)


def read_mask(path: str | Path, patient: str, source: Source, pet: Volume | None, pet_path: str | Path) -> Volume | None:
    """The tumour mask on the grid of the PET, uint8 (i, j, k), 0 or 1; None, but the file is read as far as can be, if
    there is no PET, because it could not be read. What it loses or gains on the way there is among its doubts (see
    :mod:`mask_guard`). Raises ScanError."""
    if is_dicom(path):
        from oneclick.data.dicom.contours import read_contours
        from oneclick.data.dicom.masks import dicom_kind
        from oneclick.data.dicom.pet import frame_of_reference
        from oneclick.data.dicom.segmentation import read_segmentation

        kind = dicom_kind(path, patient)
        if pet is None:
            return None
        frame = frame_of_reference(pet_path) if is_dicom(pet_path) else None
        if kind == "RTSTRUCT":
            return read_contours(path, patient, pet, source.roi, frame)
        mask = read_segmentation(path, patient, source.roi, pet, frame)
    else:
        mask = read_nifti_mask(path, patient, source.labels)
        if pet is None:
            return None
        mask = replace(mask, doubts=(*mask.doubts, *gap_doubts(mask, pet)))
    laid = mask_on_pet(mask, pet, patient, pet_path, path)
    return replace(laid, doubts=(*laid.doubts, *change_doubts(mask, laid)))


def convert_pet(patient: str, pet: str, pet_nifti: str) -> Volume:
    """Write the PET of a patient whose files are DICOM as :func:`convert` does, and give it."""
    volume = read_pet(pet, patient)
    _write(volume, pet_nifti)
    return volume


def convert(patient: str, pet: str, mask: str, source: Source, pet_nifti: str, mask_nifti: str) -> None:
    """Write PET (SUV, float32) and mask (uint8) of a patient whose files are DICOM as NIfTI on the PET's grid."""
    volume = read_pet(pet, patient)
    _write(read_mask(mask, patient, source, volume, pet), mask_nifti)
    _write(volume, pet_nifti)


def _write(volume: Volume, path: str) -> None:
    """A NIfTI file of a volume in mm, its affine as sform and qform of code 1 (scanner)."""
    image = nib.Nifti1Image(volume.data, volume.affine)
    image.set_sform(volume.affine, 1)
    image.set_qform(volume.affine, 1)
    image.header.set_xyzt_units("mm")
    write_nifti(image, path)
