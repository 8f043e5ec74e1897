"""PET volumes and tumour masks in NIfTI files: read with every doubt raised, written in the geometry of the scan."""

import contextlib
import gzip
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np

from oneclick.errors import UserError

MOST_VOXELS, LONGEST_AXIS = 2**31, 4096
# Corner voxels of mask and PET may lie apart by this part of a voxel: headers round their affines differently.
SAME_PLACE = 0.1


class ScanError(UserError):
    """A scan cannot be used; says patient, file, what is wrong and the mend in one sentence."""


@dataclass(frozen=True)
class Volume:
    """``data`` (i, j, k) as stored, PET float32 or mask uint8; ``affine`` (4, 4) float64, from voxel indices to mm."""

    data: np.ndarray
    affine: np.ndarray


def problem(patient: str, path: str | Path, wrong: str, mend: str) -> ScanError:
    """The error that all readers raise."""
    return ScanError(f"patient {patient}: {path}: {wrong}; {mend}")


def _read(path: str | Path, patient: str) -> tuple[nib.spatialimages.SpatialImage, np.ndarray]:
    """The image and its voxels (i, j, k) in the file's own numbers, slope applied in float32."""
    if Path(path).is_dir():
        raise problem(patient, path, "this is a folder, not a file", "mend the path in the config file or sheet")
    if not Path(path).is_file():
        raise problem(patient, path, "the file is missing", "put it there or mend the path in the config file or sheet")
    try:
        image = nib.load(path)
        if not isinstance(image, nib.spatialimages.SpatialImage):
            raise nib.filebasedimages.ImageFileError("a surface or streamlines")
    except (
        nib.filebasedimages.ImageFileError,
        nib.spatialimages.HeaderDataError,
        EOFError,
        OSError,
        zlib.error,
        ValueError,
    ):
        raise problem(
            patient, path, "this is not a readable NIfTI file", "export or copy it again as .nii or .nii.gz"
        ) from None
    kind = image.get_data_dtype().kind
    if kind not in "iufb":
        wrong = "the voxels are complex numbers" if kind == "c" else "the voxels are colours or other records"
        raise problem(patient, path, wrong, "export one real number a voxel")
    if not np.isfinite(image.affine).all():
        raise problem(patient, path, "the affine holds NaN or infinity", "export the scan again")
    shape = image.shape
    if len(shape) == 4 and shape[3] == 1:
        shape = shape[:3]
    if len(shape) != 3:
        words = " x ".join(map(str, shape))
        raise problem(
            patient,
            path,
            f"the image has {len(shape)} axes ({words})",
            "give one 3-D volume, e.g. one frame of a dynamic scan",
        )
    if min(shape) < 1 or max(shape) > LONGEST_AXIS or np.prod([int(n) for n in shape]) > MOST_VOXELS:
        words = " x ".join(map(str, shape))
        raise problem(patient, path, f"the header claims {words} voxels", "the header is damaged: export the scan again")
    try:
        # Scaled in float32, half the memory of nibabel's float64; without a slope and intercept integers stay what they are.
        stored = image.dataobj
        scaled = kind == "f" or (getattr(stored, "slope", 1), getattr(stored, "inter", 0)) != (1, 0)
        with np.errstate(over="ignore"):
            data = np.asarray(stored, dtype=np.float32 if scaled else None).reshape(shape)
    except (EOFError, OSError, zlib.error, ValueError):
        raise problem(patient, path, "the file is cut short or damaged", "copy or export it again") from None
    n_bad = int(data.size - np.count_nonzero(np.isfinite(data))) if data.dtype.kind == "f" else 0
    if n_bad:
        are = "voxel is" if n_bad == 1 else "voxels are"
        raise problem(patient, path, f"{n_bad} {are} NaN or infinite", "replace them, or leave the patient out")
    return image, data


def read_pet(path: str | Path, patient: str) -> Volume:
    """The PET volume of a NIfTI file, float32, in the file's unit (SUV, Bq/ml; slices are scaled later). A fourth axis of
    length 1 is dropped.

    Raises ScanError if the file is missing, cut short or not NIfTI, has other than three axes, or holds NaN or infinity.
    """
    image, data = _read(path, patient)
    return Volume(data.astype(np.float32, copy=False), image.affine)


def read_mask(path: str | Path, patient: str) -> Volume:
    """The tumour mask of a NIfTI file, uint8, 0 or 1; see :func:`read_pet`. Raises ScanError, besides, on other values."""
    image, data = _read(path, patient)
    # Nearly all masks are 0 and 1: sorting their voxels to find that out would take seconds.
    if not np.all((data == 0) | (data == 1)):
        values = np.unique(data)
        if values.tolist() == [0, 255]:
            wrong, mend = "the mask holds 0 and 255", "divide it by 255, so that the tumour is 1"
        elif np.array_equal(values, np.rint(values)):
            named = ", ".join(f"{value:g}" for value in values[:5]) + (", ..." if len(values) > 5 else "")
            wrong, mend = f"the mask holds several labels ({named})", "set the tumour's labels to 1 and all others to 0"
        else:
            wrong, mend = f"the mask holds fractions (e.g. {values[values != np.rint(values)][0]:g})", "make it 0 and 1"
        raise problem(patient, path, wrong, mend)
    return Volume(data.astype(np.uint8), image.affine)


def _corners(volume: Volume) -> np.ndarray:
    """Positions (8, 3) in mm of the corner voxels."""
    ends = [(0, n - 1) for n in volume.data.shape]
    return nib.affines.apply_affine(volume.affine, np.array(np.meshgrid(*ends, indexing="ij")).reshape(3, -1).T)


def check_same_grid(pet: Volume, mask: Volume, patient: str, pet_path: str | Path, mask_path: str | Path) -> None:
    """Raise ScanError unless mask and PET have one shape and their corner voxels lie within a tenth of a voxel."""
    mend = "resample the mask to the grid of the PET"
    if pet.data.shape != mask.data.shape:
        shapes = [" x ".join(map(str, volume.data.shape)) for volume in (mask, pet)]
        raise problem(patient, mask_path, f"the mask has {shapes[0]} voxels but the PET ({pet_path}) {shapes[1]}", mend)
    apart = float(np.linalg.norm(_corners(pet) - _corners(mask), axis=1).max())
    if not apart < SAME_PLACE * float(nib.affines.voxel_sizes(pet.affine).min()):
        raise problem(
            patient, mask_path, f"the mask lies {apart:.2f} mm away from the PET ({pet_path}): the affines differ", mend
        )


def write_nifti(image: nib.Nifti1Image, path: str | Path) -> None:
    """Write a .nii.gz whose bytes depend on its content only; a file of that name appears when it is complete."""
    part = f"{path}.part"
    try:
        with open(part, "wb") as raw, gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as file:
            image.to_stream(file)
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)


def write_mask_like(path: str | Path, mask: np.ndarray, pet_path: str | Path) -> None:
    """Write a mask (i, j, k) of 0 and 1 as uint8 in the geometry of a PET file, so that viewers lay it on the scan.

    Both affines, their codes and the unit are the scan's; none of its texts is copied. Raises ValueError if the mask has
    another shape than the scan.
    """
    header = nib.load(pet_path).header
    if mask.shape != header.get_data_shape()[:3]:
        raise ValueError(f"{pet_path}: a mask of {mask.shape} voxels does not fit a scan of {header.get_data_shape()}")
    image = nib.Nifti1Image(mask.astype(np.uint8), nib.load(pet_path).affine)
    if isinstance(header, nib.Nifti1Header):
        for setter, getter in ((image.set_qform, header.get_qform), (image.set_sform, header.get_sform)):
            # A qform whose quaternions are no rotation cannot be had; viewers then take the sform, as nibabel did.
            with contextlib.suppress(ValueError):
                affine, code = getter(coded=True)
                setter(affine, int(code))
        image.header.set_xyzt_units(header.get_xyzt_units()[0])
    write_nifti(image, path)
