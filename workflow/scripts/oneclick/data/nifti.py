"""Volumes in NIfTI and Analyze files: read with every doubt raised, written in the geometry of the scan."""

import contextlib
import gzip
from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np

from oneclick.common.files import whole
from oneclick.data.grid import tilt
from oneclick.data.volume import EMPTY, LONGEST_AXIS, MOST_VOXELS, Geometry, ScanError, Volume, no_right, of_a_patient

MOST_BYTES = 2**32
"""What the voxels may take as they are stored: 64 bits for each of a total-body PET's 440 x 440 x 1000, and twice that."""
SMALLEST_VOXEL, LARGEST_VOXEL = 1e-3, 1e3
"""mm; beyond, the header is damaged."""
MOST_TILT = 30
"""Degrees; scans of the head are tilted by less on purpose."""
MOST_GZIPPED = 1100
"""No gzip file holds more bytes than so many times its own: a header that claims more must not take the memory."""
MOST_PACKED, HARMLESS = 100, 2**28
"""No PET packs so well, for it has noise; one of fewer bytes does no harm. Masks are nearly all zeros and may."""
MOST_HEADER = 2**26
"""Bytes before the first voxel. Who must not be made to unpack gigabytes to get there."""
ENDINGS = (".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz")


class Unread(nib.nifti1.Nifti1Extensions):
    """The extensions of a header, of which none is read: they are texts, and may claim, and unpack to, any size."""

    @classmethod
    def from_fileobj(klass, fileobj, size, byteswap):
        return klass()


nib.Nifti1Header.exts_klass = Unread


def _unit(image: nib.spatialimages.SpatialImage) -> str:
    """The unit of length of an image; unknown if its header has none, or a code that means nothing."""
    try:
        return image.header.get_xyzt_units()[0]
    except (AttributeError, KeyError):
        return "unknown"


def _places_voxels(affine: np.ndarray) -> bool:
    """Whether an affine is finite, with voxels of a believable size along three axes that do not lie in one plane."""
    if not np.isfinite(affine).all():
        return False
    sizes = nib.affines.voxel_sizes(affine)
    return SMALLEST_VOXEL < sizes.min() <= sizes.max() < LARGEST_VOXEL and abs(np.linalg.det(affine[:3, :3] / sizes)) > 0.1


def _notes(image: nib.spatialimages.SpatialImage) -> tuple[str, ...]:
    """What is doubtful about an image's orientation."""
    notes = []
    if isinstance(image, nib.AnalyzeImage) and not isinstance(image, nib.Nifti1Pair):
        notes.append("Analyze files do not say which side is left: the first axis is taken to run to the patient's left")
    if tilt(image.affine) > MOST_TILT:
        notes.append(f"slices are tilted by {tilt(image.affine):.0f} degrees against transaxial ones")
    return tuple(notes)


def _too_large(image: nib.spatialimages.SpatialImage, most_packed: int) -> str | None:
    """What is wrong with the bytes that a header claims, read from it and from the size of the files alone; None if they
    may be read. ``most_packed``: how many times a gzip file's own bytes it may hold."""
    files = [Path(part.filename) for part in image.file_map.values() if Path(part.filename or "").is_file()]
    held = sum(file.stat().st_size for file in files)
    if empty := [file.name for file in files if not file.stat().st_size]:
        return f"{empty[0]} is empty (0 bytes)"
    packed = any(file.suffix.lower() == ".gz" for file in files)
    claimed = int(np.prod([int(n) for n in image.shape])) * image.get_data_dtype().itemsize
    if not 0 <= image.dataobj.offset <= MOST_HEADER or claimed > held * (MOST_GZIPPED if packed else 1):
        return "the file is cut short or damaged"
    if claimed > MOST_BYTES or claimed > max(held * (most_packed if packed else 1), HARMLESS):
        return f"the file of {held / 1e6:.3g} MB claims to hold {claimed / 1e6:.3g} MB of voxels"
    return None


def read_nifti(path: str | Path, patient: str, most_packed: int = MOST_GZIPPED) -> Volume:
    """The volume of a NIfTI or Analyze file (i, j, k) in the file's own numbers, slope and intercept applied in float32. A
    fourth axis of length 1 is dropped.

    Raises ScanError if the file is missing, cut short or not NIfTI, has other than three axes or an affine that places
    voxels nowhere, holds NaN, infinity or records, or claims more voxels than a scan has or, packed, more than
    ``most_packed`` times its own bytes: before memory is taken.
    """
    try:
        if Path(path).is_dir():
            raise ScanError(patient, path, "this is a folder, not a file", "mend the path in the config file or sheet")
        if not Path(path).is_file():
            raise ScanError(
                patient, path, "the file is missing", "put it there or mend the path in the config file or sheet"
            )
        with open(path, "rb") as file:
            head = file.read(132)
    except PermissionError:
        raise no_right(patient, path) from None
    if not head:
        raise ScanError(patient, path, EMPTY, "copy or export it again")
    if head[128:] == b"DICM":
        raise ScanError(patient, path, "this is a DICOM file, not NIfTI", "give the folder that its slices are in")
    try:
        if not str(path).lower().endswith(ENDINGS):
            raise nib.filebasedimages.ImageFileError("a form for which nibabel has readers of its own")
        image = nib.load(path)
        if not isinstance(image, nib.spatialimages.SpatialImage):
            raise nib.filebasedimages.ImageFileError("a surface or streamlines")
    except PermissionError:  # of the other file of a pair
        raise no_right(patient, path) from None
    except Exception:  # whatever nibabel makes of a damaged header
        raise ScanError(
            patient, path, "this is not a readable NIfTI file", "export or copy it again as .nii or .nii.gz"
        ) from None
    kind = image.get_data_dtype().kind
    if kind not in "iufb":
        wrong = "the voxels are complex numbers" if kind == "c" else "the voxels are colours or other records"
        raise ScanError(patient, path, wrong, "export one real number a voxel")
    if (unit := _unit(image)) not in ("mm", "unknown"):
        raise ScanError(patient, path, f"the header's unit of length is {unit}", "export the scan in mm")
    if not _places_voxels(image.affine):
        raise ScanError(patient, path, "the affine gives voxels no place or size", "export the scan again")
    shape = image.shape
    if len(shape) == 4 and shape[3] == 1:
        shape = shape[:3]
    if len(shape) != 3:
        words = " x ".join(map(str, shape))
        raise ScanError(
            patient,
            path,
            f"the image has {len(shape)} axes ({words})",
            "give one 3-D volume, e.g. one frame of a dynamic scan",
        )
    if min(shape) < 1 or max(shape) > LONGEST_AXIS or np.prod([int(n) for n in shape]) > MOST_VOXELS:
        words = " x ".join(map(str, shape))
        raise ScanError(patient, path, f"the header claims {words} voxels", "the header is damaged: export the scan again")
    if wrong := _too_large(image, most_packed):
        raise ScanError(patient, path, wrong, "copy or export it again")
    try:
        # Scaled in float32, half the memory of nibabel's float64; without a slope and intercept integers stay what they are.
        stored = image.dataobj
        scaled = kind == "f" or (getattr(stored, "slope", 1), getattr(stored, "inter", 0)) != (1, 0)
        with np.errstate(over="ignore"):
            data = np.asarray(stored, dtype=np.float32 if scaled else None).reshape(shape)
    except PermissionError:
        raise no_right(patient, path) from None
    except Exception:  # of gzip, zlib, memory maps, numpy
        raise ScanError(patient, path, "the file is cut short or damaged", "copy or export it again") from None
    n_bad = int(data.size - np.count_nonzero(np.isfinite(data))) if data.dtype.kind == "f" else 0
    if n_bad:
        are = "voxel is" if n_bad == 1 else "voxels are"
        raise ScanError(patient, path, f"{n_bad} {are} NaN or infinite", "replace them, or leave the patient out")
    return Volume(data, image.affine, _notes(image), geometry_of(image))


def read_nifti_pet(path: str | Path, patient: str) -> Volume:
    """The PET volume of a NIfTI or Analyze file (i, j, k), float32, in the file's unit; see :func:`read_nifti`. Raises
    ScanError too if no patient is as small or large as the scan."""
    volume = of_a_patient(read_nifti(path, patient, MOST_PACKED), path, patient)
    return replace(volume, data=volume.data.astype(np.float32, copy=False))


def write_nifti(image: nib.Nifti1Image, path: str | Path) -> None:
    """Write a .nii.gz whose bytes depend on its content only; a file of that name appears when it is complete."""
    with (
        whole(path) as part,
        open(part, "wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as file,
    ):
        image.to_stream(file)


def geometry_of(image: nib.spatialimages.SpatialImage) -> Geometry:
    """The geometry of an image as its header has it."""
    header, forms = image.header, {}
    if not isinstance(header, nib.Nifti1Header):
        return Geometry(image.affine.tolist())
    for name, form in (("qform", header.get_qform), ("sform", header.get_sform)):
        # A qform whose quaternions are no rotation cannot be had; viewers then take the sform, as nibabel did.
        with contextlib.suppress(ValueError, nib.spatialimages.HeaderDataError):
            affine, code = form(coded=True)
            forms[name] = [None if affine is None else affine.tolist(), int(code)]
    return Geometry(image.affine.tolist(), **forms, unit=_unit(image))


def write_on_scan(path: str | Path, data: np.ndarray, geometry: Geometry, text: str) -> None:
    """Write voxels (i, j, k), in their dtype, in the geometry of a PET scan, so that viewers lay them on it.

    Both affines, their codes and the unit are the scan's; none of its texts is copied: the description is ``text``.
    """
    image = nib.Nifti1Image(data, np.array(geometry.affine))
    for setter, form in ((image.set_qform, geometry.qform), (image.set_sform, geometry.sform)):
        if form is not None:
            affine, code = form
            with contextlib.suppress(ValueError, nib.spatialimages.HeaderDataError):
                setter(None if affine is None else np.array(affine), code)
    if geometry.unit is not None:
        image.header.set_xyzt_units(geometry.unit)
    image.header["descrip"] = text
    write_nifti(image, path)
