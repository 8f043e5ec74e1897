"""Whether a scan's header can lay it into the body as it says: each finding a doubt with its numbers."""

from collections.abc import Iterator
from pathlib import Path

import nibabel as nib
import numpy as np

from oneclick.data.cohort import is_dicom
from oneclick.data.grid import transaxial
from oneclick.data.nifti import geometry_of
from oneclick.data.volume import Doubt, Geometry, Volume

ENOUGH = 1000
"""Of fewer voxels, neither percentiles nor a size say anything: no scan has so few."""
SMALL_VOXEL, LARGE_VOXEL = 0.5, 20
"""mm. PET is reconstructed on voxels of 1 to 8 mm; as fine as CT, they have 0.6 mm."""
SMALL_SCAN, LARGE_SCAN = 50, 2500
"""mm along the longest axis, of any. Scans cut out around a tumour measure 150 mm or more, total-body scanners 2 m."""
SQUARE = 0.05
"""Scanners make square pixels; sides may differ by this part, for headers round."""
NARROW = 2
"""Times that the longer side of a slice measures the shorter; at most 1.3 for scans cut out around a tumour."""
APART = 0.5
"""Parts of a voxel by which the two affines of a header may lie apart: quaternions are rounded."""


def _words(numbers: object) -> str:
    return " x ".join(f"{number:.3g}" for number in numbers)


def _sizes(shape: tuple[int, ...], affine: np.ndarray) -> Iterator[Doubt]:
    """Of voxels and of the whole scan."""
    if np.prod(shape) < ENOUGH:
        return
    voxel = nib.affines.voxel_sizes(affine)
    extent, mend = voxel * shape, "see whether the header's numbers are mm, and export the scan again"
    if extent.max() < SMALL_SCAN or extent.max() > LARGE_SCAN:
        yield Doubt(f"the whole scan measures {_words(extent)} mm", mend)
    elif voxel.min() < SMALL_VOXEL or voxel.max() > LARGE_VOXEL:
        yield Doubt(f"the scan's voxels measure {_words(voxel)} mm", mend)


def _is_square(shape: tuple[int, ...], voxel: np.ndarray, axes: tuple[int, int]) -> bool:
    a, b = axes
    return shape[a] == shape[b] > 1 and abs(voxel[a] - voxel[b]) <= SQUARE * voxel[a]


def _slices(shape: tuple[int, ...], affine: np.ndarray, stored: bool) -> Iterator[Doubt]:
    """Whether slices lie along the axis that the affine says, or along another along which planes are square; ``stored``:
    whether the file holds an orientation at all."""
    voxel, (row, column, number) = nib.affines.voxel_sizes(affine), transaxial(affine)[0]
    # Where voxels are cubes, as resampling makes them, two axes may be equally long by chance: a file with an orientation is
    # doubted for that only if its slices would be long and narrow.
    plane = sorted((voxel * shape)[[row, column]])
    others = [
        axis
        for axis in (row, column)
        if _is_square(shape, voxel, tuple({0, 1, 2} - {axis}))
        and not _is_square(shape, voxel, (row, column))
        and (not stored or abs(voxel[axis] - voxel[number]) > SQUARE * voxel[axis] or plane[1] > NARROW * plane[0])
    ]
    names = ("first", "second", "third")
    elsewhere = f"planes are square across the {names[others[0]]} axis ({_words(shape)} voxels)" if others else ""
    if not stored:
        wrong = (
            "the header stores no orientation (qform and sform code 0): the first axis is taken to run to the patient's "
            "left, the second to the front, the third to the head"
        )
        if elsewhere:
            wrong += f", but {elsewhere}, as if slices lay along it"
        yield Doubt(wrong, "look at the pictures, or export the scan with its orientation")
    elif elsewhere:
        wrong = f"the header has slices along the {names[number]} axis, but {elsewhere}, as if slices lay along it"
        yield Doubt(wrong, "look at the pictures, and export the scan with its orientation if they are not transaxial")
    elif abs(voxel[row] - voxel[column]) > SQUARE * max(voxel[row], voxel[column]):
        wrong = f"the pixels of transaxial slices are not square: {_words(voxel[[row, column]])} mm"
        yield Doubt(wrong, "see whether the header's voxel sizes and axes are right")


def forms_apart(geometry: Geometry, shape: tuple[int, ...]) -> float:
    """How far, in mm, the qform and sform of a NIfTI file lay the corner voxels of a volume apart; 0 if one is not used."""
    (qform, q_code), (sform, s_code) = (form or (None, 0) for form in (geometry.qform, geometry.sform))
    if not (q_code > 0 and s_code > 0):
        return 0.0
    corners = np.array(np.meshgrid(*((0, n - 1) for n in shape), indexing="ij")).reshape(3, -1).T
    mine, others = (nib.affines.apply_affine(np.array(form), corners) for form in (qform, sform))
    return float(np.linalg.norm(mine - others, axis=1).max())


def _forms(geometry: Geometry, shape: tuple[int, ...]) -> Iterator[Doubt]:
    """Whether the two affines of a NIfTI file say the same."""
    apart = forms_apart(geometry, shape)
    smallest = float(nib.affines.voxel_sizes(np.array(geometry.affine)).min())
    if apart > APART * smallest:
        wrong = f"the header's sform, which is used, and its qform lie {apart:.3g} mm apart ({apart / smallest:.3g} voxels)"
        mend = "see which is right, for masks and clicks set in a viewer may follow the other, and make the two the same"
        yield Doubt(wrong, mend)


def place_doubts(pet: Volume) -> list[Doubt]:
    """What is doubtful about where a PET's header lays it: sizes of voxels and scan, no stored orientation, the axis of its
    slices, pixels that are not square, two affines that disagree (nifti1.h: "3D image orientation and location")."""
    shape, geometry = pet.data.shape, pet.geometry
    found = list(_sizes(shape, pet.affine))
    if geometry is None or geometry.sform is geometry.qform is None:  # DICOM; Analyze, whose note says it
        return found + list(_slices(shape, pet.affine, stored=True))
    stored = any(form is not None and form[1] > 0 for form in (geometry.qform, geometry.sform))
    return found + list(_slices(shape, pet.affine, stored)) + list(_forms(geometry, shape))


def mask_place_doubts(path: str | Path, pet: Volume) -> list[Doubt]:
    """What is doubtful about where the header of a NIfTI mask lays it: two affines that disagree, if the PET's do not do so
    in the same way; fewer voxels than the PET but its affine, as when a mask was cut out by indices."""
    if is_dicom(path):
        return []
    image = nib.load(path)
    shape, geometry = image.shape[:3], geometry_of(image)
    pet_forms = (pet.geometry.qform, pet.geometry.sform) if pet.geometry else None
    found = [] if (geometry.qform, geometry.sform) == pet_forms else list(_forms(geometry, shape))
    smaller = any(mine < pets for mine, pets in zip(shape, pet.data.shape, strict=True))
    if smaller and np.allclose(image.affine, pet.affine, atol=0.01):
        wrong = f"the mask has {_words(shape)} voxels and the affine of the PET, which has {_words(pet.data.shape)}"
        mend = "see whether it was cut out of the PET's grid by indices: its origin must then be that of its first voxel"
        found.append(Doubt(wrong, mend))
    return found
