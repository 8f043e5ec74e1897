"""PET where it was not looked for, in forms that readers often pass over, and what is there instead."""

import zlib

import nibabel as nib
import numpy as np
import pytest
from dicom_files import injection, pet_slice, save, save_series, stored_pixels, structure_set
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from rights import open_folder, taken  # noqa: F401 (a fixture)

from oneclick.data.dicom.contours import read_contours
from oneclick.data.dicom.files import load
from oneclick.data.dicom.pet import frame_of_reference, read_dicom_pet
from oneclick.data.scans import Source, read_mask
from oneclick.data.volume import ScanError

LEGACY = "1.2.840.10008.5.1.4.1.1.128.1"


def said(read, path):
    """What is said of a path, without patient and path."""
    with pytest.raises(ScanError) as error:
        read(path, "p7")
    assert str(error.value).startswith(f"patient p7: {path}") and "\n" not in str(error.value)
    return f"{error.value.wrong}; {error.value.mend}"


def rescaled():
    return stored_pixels() * (0.5 + 0.25 * np.arange(4))


@pytest.mark.parametrize(
    "syntax, meta",
    [
        (ImplicitVRLittleEndian, True),
        (ImplicitVRLittleEndian, False),
        (ExplicitVRLittleEndian, True),
        (ExplicitVRLittleEndian, False),
        (ExplicitVRBigEndian, True),  # without meta nothing tells the order of bytes
    ],
)
def test_slices_without_preamble_are_read(tmp_path, syntax, meta):
    for k in range(4):
        data = pet_slice(k)
        data.file_meta.TransferSyntaxUID = syntax
        if syntax == ExplicitVRBigEndian:
            data.PixelData = np.frombuffer(data.PixelData, "<u2").astype(">u2").tobytes()
        raw = save(data, tmp_path / f"{k}.dcm").read_bytes()
        # After preamble and DICM comes group 2, whose first element says in its last four bytes how long the rest of it is.
        start = 132 if meta else 132 + 12 + int.from_bytes(raw[140:144], "little")
        (tmp_path / f"{k}.dcm").write_bytes(raw[start:])
    read = read_dicom_pet(tmp_path, "p7")
    np.testing.assert_array_equal(read.data, rescaled())
    assert frame_of_reference(tmp_path) == pet_slice(0).FrameOfReferenceUID


def test_contours_without_preamble_are_read(tmp_path):
    pet = read_dicom_pet(save_series(tmp_path / "pet"), "p7")
    path = save(structure_set({"tumour": []}), tmp_path / "rs.dcm")
    path.write_bytes(path.read_bytes()[132:])
    assert "contour" in said(lambda path, patient: read_contours(path, patient, pet), path)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x08\0\x05\0CS\x0a\0ISO_IR 100",
        b"\x02\0\0\0UL\x04\0" + b"\xff" * 500,
        b"\x08\0\x08\0\x04\0\0\0" + b"A" * 600,
        b"\x02\0" * 400,
        zlib.compress(b"x" * 9999),
        b"",
    ],
)
def test_what_only_begins_like_it_is_passed_over(tmp_path, raw):
    (tmp_path / "other").write_bytes(raw)
    assert load(tmp_path / "other", "p7") is None
    save_series(tmp_path)
    np.testing.assert_array_equal(read_dicom_pet(tmp_path, "p7").data, rescaled())


def test_single_slices_of_the_legacy_class_are_read_and_many_frames_named(tmp_path):
    np.testing.assert_array_equal(read_dicom_pet(save_series(tmp_path / "a", SOPClassUID=LEGACY), "p7").data, rescaled())
    frames = save_series(
        tmp_path / "b", SOPClassUID=LEGACY, NumberOfFrames=1, PerFrameFunctionalGroupsSequence=[injection()]
    )
    assert said(read_dicom_pet, frames) == (
        "the file holds many frames (Enhanced PET); export one file per slice, as dcm4che's emf2sf does, or give the scan "
        "as NIfTI in SUV"
    )


def test_a_series_in_a_folder_below_is_named(tmp_path):
    save_series(tmp_path / "DICOM/00001")
    (tmp_path / "DICOMDIR").write_bytes(bytes(400))
    assert said(read_dicom_pet, tmp_path) == (
        "no PET slice is in this folder: it holds 1 DICOMDIR, and the folder DICOM/00001 below has some; give "
        f"{tmp_path}/DICOM/00001"
    )
    save_series(tmp_path / "DICOM/00002", Modality="CT")
    save_series(tmp_path / "DICOM/00003")
    assert said(read_dicom_pet, tmp_path).endswith(
        "and the folders DICOM/00001, DICOM/00003 below have some; give the one that is meant"
    )


def test_other_dicom_is_named(tmp_path):
    save_series(tmp_path, Modality="CT", SOPClassUID="1.2.840.10008.5.1.4.1.1.2")
    save(structure_set({}), tmp_path / "rs.dcm")
    save(pet_slice(0, SOPClassUID="1.2.840.10008.5.1.4.1.1.7"), tmp_path / "screenshot.dcm")
    save(pet_slice(0, Modality="MUSTERMANN"), tmp_path / "x.dcm")
    (tmp_path / "notes.txt").write_text("x")
    assert said(read_dicom_pet, tmp_path) == (
        "no PET slice is in this folder: it holds 4 DICOM files (CT), 1 other file, 1 DICOM file (RTSTRUCT), "
        "1 DICOM file (PT), 1 DICOM file (no term of DICOM); give the folder that the PET slices are in"
    )


def test_nifti_in_a_folder_is_named(tmp_path):
    nib.save(nib.Nifti1Image(np.ones((3, 3, 3), np.uint8), np.eye(4)), tmp_path / "a.nii.gz")
    mend = f"give the file itself, such as {tmp_path}/a.nii.gz"
    assert said(read_dicom_pet, tmp_path) == f"no PET slice is in this folder: it holds 1 NIfTI file; {mend}"
    wrong = "no contours or segmentation (DICOM RTSTRUCT or SEG) are there: it holds 1 NIfTI file"
    assert said(lambda path, patient: read_mask(path, patient, Source(), None, ""), tmp_path) == f"{wrong}; {mend}"


def test_a_folder_of_empty_files_is_named(tmp_path):
    for name in "abc":
        (tmp_path / name).touch()
    wrong = "no PET slice is in this folder: it holds 3 empty files (0 bytes)"
    assert said(read_dicom_pet, tmp_path) == f"{wrong}; copy or export it again"


def test_an_empty_slice_is_named(tmp_path):
    (save_series(tmp_path) / "3.dcm").write_bytes(b"")
    with pytest.raises(ScanError) as error:
        read_dicom_pet(tmp_path, "p7")
    assert str(error.value) == f"patient p7: {tmp_path}/3.dcm: the file is empty (0 bytes); copy or export it again"


def test_an_empty_mask_is_named(tmp_path):
    (tmp_path / "rs.dcm").touch()
    assert said(lambda path, patient: read_mask(path, patient, Source(), None, ""), tmp_path / "rs.dcm") == (
        "the file is empty (0 bytes); copy or export it again"
    )


@pytest.mark.parametrize("what", [".", "pet", "pet/2.dcm"])
def test_pet_that_may_not_be_read(open_folder, what):  # noqa: F811
    save_series(open_folder / "pet")
    with taken(open_folder / what), pytest.raises(ScanError) as error:
        read_dicom_pet(open_folder / "pet", "p7")
    path = "pet/2.dcm" if "2" in what else "pet"
    wrong = "you have no right to read it; ask its owner for the right, or set it with chmod"
    assert str(error.value) == f"patient p7: {open_folder}/{path}: {wrong}"


@pytest.mark.parametrize("what", [".", "rs.dcm"])
def test_masks_that_may_not_be_read(open_folder, what):  # noqa: F811
    path = save(structure_set({}), open_folder / "rs.dcm")
    with taken(open_folder / what):
        found = said(lambda path, patient: read_mask(path, patient, Source(), None, ""), path)
    assert found == "you have no right to read it; ask its owner for the right, or set it with chmod"
