"""A volume in memory, and what is wrong with a scan in words."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oneclick.common.errors import UserError

MOST_VOXELS, LONGEST_AXIS = 2**30, 4096
"""The finest grids of whole bodies have half as many voxels: 880 x 880 x 645 of PET, 512 x 512 x 2000 of CT."""
LEAST_PET_VOXEL, MOST_PET = 0.1, 10_000
"""mm; no camera resolves finer voxels, and no axis of a PET is longer: its numbers are no mm."""


class ScanError(UserError):
    """A scan cannot be used; says patient, file, what is wrong and the mend in one sentence, and has the last three."""

    def __init__(self, patient: str, path: str | Path, wrong: str, mend: str):
        super().__init__(f"patient {patient}: {path}: {wrong}; {mend}")
        self.path, self.wrong, self.mend = str(path), wrong, mend


def no_right(patient: str, path: str | Path) -> ScanError:
    """The error of a file or folder that the user may not read."""
    return ScanError(patient, path, "you have no right to read it", "ask its owner for the right, or set it with chmod")


def is_empty(path: str | Path) -> bool:
    """Whether a file holds nothing, as after a copy that failed. Raises OSError if that cannot be seen."""
    return Path(path).stat().st_size == 0


EMPTY = "the file is empty (0 bytes)"


@dataclass(frozen=True)
class Geometry:
    """How a scan's file lays its voxels into the body, for masks that are to lie on it: ``affine`` (4, 4) from voxel indices
    to mm in RAS; ``qform`` and ``sform``, each an affine or None, and its code, None where the file has no such thing;
    ``unit`` of length. Lists and numbers only, as JSON holds them."""

    affine: list
    qform: list | None = None
    sform: list | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Doubt:
    """What is possible but doubtful in a scan: a warning with its numbers. ``problem`` and ``mend`` have the form that
    :class:`ScanError` gives them."""

    problem: str
    mend: str


@dataclass(frozen=True)
class Volume:
    """``data`` (i, j, k) as stored, PET float32 or mask uint8; ``affine`` (4, 4) float64, from voxel indices to mm in RAS;
    ``notes``: sentences on what was done in reading it; ``geometry``: that of a NIfTI or Analyze file; ``doubts``: what the
    user should look at, which becomes warnings; ``suv_from``: what the SUV of a DICOM series was taken from, else empty;
    ``regions``: the names of all regions, segments or labels of a mask's file, where it has names or was asked for some."""

    data: np.ndarray
    affine: np.ndarray
    notes: tuple[str, ...] = ()
    geometry: Geometry | None = None
    doubts: tuple[Doubt, ...] = ()
    suv_from: str = ""
    regions: tuple[str, ...] = ()


def of_a_patient(pet: Volume, path: str | Path, patient: str) -> Volume:
    """A PET volume as it is. Raises ScanError if no patient is as small or large as it, so that no memory is taken for
    spheres of a cm3 in voxels of a thousandth of a mm."""
    voxel = np.linalg.norm(pet.affine[:3, :3], axis=0)
    extent = voxel * pet.data.shape
    if voxel.min() >= LEAST_PET_VOXEL and extent.max() <= MOST_PET:
        return pet
    sizes, whole = (" x ".join(f"{number:.3g}" for number in numbers) for numbers in (voxel, extent))
    wrong = f"voxels of {sizes} mm make a scan of {whole} mm, which is no patient"
    if pet.geometry and pet.geometry.unit == "unknown":
        wrong += ", and the header names no unit"
    raise ScanError(patient, path, wrong, "export the scan in mm (its numbers may be metres, cm or micrometres)")
