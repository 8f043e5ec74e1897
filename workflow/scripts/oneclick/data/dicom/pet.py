"""PET series in DICOM files: slices in order of place, pixels in SUV."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom

from oneclick.data.dicom.files import AGAIN, Fail, fail_of, files_in, guarded, lacks, load, numbers, positive
from oneclick.data.dicom.instead import instead
from oneclick.data.dicom.plausible import body_doubts
from oneclick.data.dicom.suv import ELEMENTS, conversion, suv_factor
from oneclick.data.volume import EMPTY, LONGEST_AXIS, MOST_VOXELS, ScanError, Volume, is_empty

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
PET_IMAGE, ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.130"
# Of many frames as a rule, but some converters give it to single slices.
LEGACY_PET = "1.2.840.10008.5.1.4.1.1.128.1"
RUN_LENGTH = "1.2.840.10008.1.2.5"
HEADER = ["SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "Modality", "NumberOfFrames", "RescaleSlope", *ELEMENTS]
HEADER += ["RescaleIntercept", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"]
HEADER += ["Rows", "Columns", "NumberOfSlices", "PerFrameFunctionalGroupsSequence"]
PIXELS = ["Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit"]
PIXELS += ["PixelRepresentation", "PixelData"]
IN_FOLDER = "give the folder that the PET slices are in"
# Slice positions and their distances may be off by this part of the distance, or by this many mm: headers round them.
UNEVEN, UNEVEN_MM = 0.01, 0.01


@dataclass(frozen=True)
class Slice:
    """One file: its ``header`` without pixels; in LPS mm the ``position`` (3,) of its first voxel and the steps ``axes``
    (3, 2) to the next column and to the next row; ``shape`` is (columns, rows)."""

    path: Path
    header: pydicom.Dataset
    shape: tuple[int, int]
    position: np.ndarray
    axes: np.ndarray


def frame_of_reference(path: str | Path) -> str | None:
    """The FrameOfReferenceUID of the PET series in a folder; None where there is none, as of a NIfTI file."""
    for file in files_in(path, "") if Path(path).is_dir() else []:
        with contextlib.suppress(ScanError):
            header = load(file, "", ["Modality", "FrameOfReferenceUID"])
            if header is not None and header.get("Modality") == "PT":
                return str(header.get("FrameOfReferenceUID") or "") or None
    return None


def _slice(path: Path, header: pydicom.Dataset, fail: Fail) -> Slice | None:
    """The slice of a DICOM file; None if it is no image of PET."""
    kind = header.get("SOPClassUID") or header.file_meta.get("MediaStorageSOPClassUID")
    if header.get("Modality", "PT") != "PT" or kind not in (None, "", PET_IMAGE, ENHANCED_PET, LEGACY_PET):
        return None
    if "Modality" not in header:
        raise lacks("Modality", fail, AGAIN)
    if kind == ENHANCED_PET or "PerFrameFunctionalGroupsSequence" in header or int(header.get("NumberOfFrames") or 1) > 1:
        wrong = "the file holds many frames (Enhanced PET)"
        raise fail(wrong, "export one file per slice, as dcm4che's emf2sf does, or give the scan as NIfTI in SUV")
    rows, columns = (int(positive(header, keyword, fail, AGAIN)) for keyword in ("Rows", "Columns"))
    along = numbers(header, "ImageOrientationPatient", 6, fail, AGAIN).reshape(2, 3).T
    if not np.allclose(along.T @ along, np.eye(2), atol=1e-2):
        raise lacks("ImageOrientationPatient", fail, AGAIN)
    # The first number is the distance of rows.
    spacing = numbers(header, "PixelSpacing", 2, fail, AGAIN)[::-1]
    if not spacing.min() > 0:
        raise lacks("PixelSpacing", fail, AGAIN)
    return Slice(path, header, (columns, rows), numbers(header, "ImagePositionPatient", 3, fail, AGAIN), along * spacing)


def _series(path: str | Path, patient: str) -> list[Slice]:
    """The slices of the one PET series in a folder, all of one size and orientation."""
    slices, files = [], files_in(path, patient)
    for file in files:
        with guarded(patient, file):
            header = load(file, patient, HEADER)
            one = None if header is None else _slice(file, header, fail_of(patient, file))
            slices += [one] if one else []
    if not slices:
        held, mend = instead(path, patient, "PT")
        raise ScanError(patient, path, f"no PET slice is in this folder: {held}", mend or IN_FOLDER)
    endings = {one.path.suffix for one in slices}
    if empty := [file for file in files if file.suffix in endings and is_empty(file)]:
        raise ScanError(patient, empty[0], EMPTY, AGAIN)
    if (n := len({one.header.get("SeriesInstanceUID") for one in slices})) > 1:
        raise ScanError(patient, path, f"{n} PET series are in this folder", "leave the one to use in it")
    for one in slices:
        mend = "leave the slices of one reconstruction in the folder"
        if one.shape != slices[0].shape:
            sizes = " and ".join(f"{columns} x {rows}" for columns, rows in (slices[0].shape, one.shape))
            raise ScanError(patient, path, f"slices of {sizes} voxels are in this folder", mend)
        if not np.allclose(one.axes, slices[0].axes, atol=1e-3 * np.abs(slices[0].axes).max()):
            raise ScanError(patient, path, "the slices differ in orientation or pixel spacing", mend)
    shape = (*slices[0].shape, len(slices))
    if max(shape) > LONGEST_AXIS or np.prod([int(n) for n in shape]) > MOST_VOXELS:
        words = " x ".join(map(str, shape))
        raise ScanError(patient, path, f"the headers claim {words} voxels", "the headers are damaged: export the scan again")
    return slices


def _stacked(slices: list[Slice], patient: str, path: str | Path) -> tuple[list[Slice], np.ndarray]:
    """Slices in order along their normal, towards the head if it has that direction, and the step (3,) in LPS mm."""
    fail = fail_of(patient, path)
    normal = np.cross(*slices[0].axes.T)
    normal /= np.linalg.norm(normal) * (-1 if normal[2] < 0 else 1)
    slices = sorted(slices, key=lambda one: float(one.position @ normal))
    if len(slices) == 1:
        return slices, normal * positive(slices[0].header, "SliceThickness", fail, AGAIN)
    positions = np.array([one.position for one in slices])
    gaps = np.diff(positions @ normal)
    starts = np.flatnonzero(np.r_[True, gaps > UNEVEN_MM])
    if len(starts) < len(slices):
        files, counts = {one.header.get("SOPInstanceUID") for one in slices}, set(np.diff(np.r_[starts, len(slices)]))
        if len(files) == len(slices) and len(counts) == 1:
            wrong = f"the series holds {counts.pop()} time points"
            raise fail(wrong, "leave the slices of one in the folder, e.g. one frame of a dynamic scan")
        raise fail(f"{len(slices) - len(starts)} slices lie where another lies", "leave each slice in the folder once")
    step = (positions[-1] - positions[0]) / (len(slices) - 1)
    allowed = max(UNEVEN * float(np.median(gaps)), UNEVEN_MM)
    if not np.abs(gaps - np.median(gaps)).max() <= allowed:
        wrong = f"the slices are {gaps.min():.2f} to {gaps.max():.2f} mm apart: some are missing"
        raise fail(wrong, "copy all slices of the series into the folder")
    aside = np.diff(positions, axis=0) - step
    if not np.abs(aside - np.outer(aside @ normal, normal)).max() <= allowed:
        raise fail("the slices are shifted against each other", "leave the slices of one reconstruction in the folder")
    return slices, step


def _pixels(one: Slice, patient: str) -> np.ndarray:
    """The stored numbers (columns, rows) of a slice."""
    fail = fail_of(patient, one.path)
    with guarded(patient, one.path):
        image = load(one.path, patient, PIXELS)
        syntax = image.file_meta.TransferSyntaxUID
        # The other packings need further packages, and an image in them may unpack to any size.
        if syntax.is_compressed and syntax != RUN_LENGTH:
            raise fail(f"the pixels are compressed ({syntax.name})", "export the series uncompressed")
        stored = image.pixel_array
        if stored.shape != one.shape[::-1]:
            raise fail("the pixels are colours or of another size than the header says", AGAIN)
        return stored.T


def read_dicom_pet(path: str | Path, patient: str) -> Volume:
    """The one PET series in the files of a folder, float32 (i, j, k) in SUV by body weight; affine in RAS mm.

    i runs along the rows of a slice, j down its columns, k from slice to slice, for transaxial slices towards the head.
    Other files are passed over, subfolders are not entered. The conversion is that of :mod:`dicom.suv`; pixels in SUV
    stay what they are.

    Raises ScanError if there is no series or more than one, if slices are missing, there twice, of several time points or
    of different grids, if the header lacks what the conversion needs, or if a file is damaged, compressed other than by run
    lengths, or holds several frames.
    """
    slices, step = _stacked(_series(path, patient), patient, path)
    with guarded(patient, path):
        way = conversion([one.header for one in slices], fail_of(patient, slices[0].path))
    # Slices one after the other in memory, as they come and as NIfTI stores them; only after the first has proved its size.
    data = None
    for k, one in enumerate(slices):
        fail = fail_of(patient, one.path)
        with guarded(patient, one.path), np.errstate(over="ignore", invalid="ignore"):
            # First the pixels: of a file that is cut short the elements at its end are missing too.
            stored = _pixels(one, patient)
            slope, factor = positive(one.header, "RescaleSlope", fail), suv_factor(one.header, way, fail)
            intercept = numbers(one.header, "RescaleIntercept", 1, fail)[0] if "RescaleIntercept" in one.header else 0.0
            if data is None:
                data = np.empty((*one.shape, len(slices)), np.float32, order="F")
            data[:, :, k] = (stored * slope + intercept) * factor
            if not np.isfinite(data[:, :, k]).all():
                raise fail("its voxels are NaN or infinite in SUV", "the header is damaged: export the scan again")
    affine = np.eye(4)
    affine[:3] = np.column_stack([slices[0].axes, step, slices[0].position])
    claimed = slices[0].header.get("NumberOfSlices")
    note = f"the header speaks of {claimed} slices, and {len(slices)} are here: some may be missing at an end"
    notes = (note,) if isinstance(claimed, int) and claimed > len(slices) else ()
    doubts = (*way.doubts, *body_doubts(data))
    return Volume(data, LPS_TO_RAS @ affine, notes, doubts=doubts, suv_from=way.source)
