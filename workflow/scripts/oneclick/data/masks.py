"""Tumour masks as people have them: one label or several, on the PET's grid or another."""

from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np

from oneclick.data.grid import resize_weights
from oneclick.data.nifti import read_nifti
from oneclick.data.volume import ScanError, Volume

SAME_PLACE = 0.1
"""Voxels of mask and PET may lie apart by this part of a voxel: headers round their affines differently."""
VOLUME_FRACTION = 0.5
"""A voxel of the PET is positive if at least this part of its volume is tumour on the mask's own grid."""
MOST_LABELS = 64
"""A file with more different values is a scan, not a mask."""


def read_nifti_mask(path: str | Path, patient: str, labels: list[int] | None = None) -> Volume:
    """The tumour mask (i, j, k) of a NIfTI file on its own grid, uint8, 0 or 1: where the file holds one of ``labels``, by
    default any positive number. Several labels, and 0 and 255, are named in its notes.

    Raises ScanError as :func:`nifti.read_nifti` does, and on fractions, negative numbers and more than 64 values.
    """
    volume = read_nifti(path, patient)
    data = volume.data
    # Nearly all masks are 0 and 1: sorting their voxels to find that out would take seconds.
    if labels is None and np.all((data == 0) | (data == 1)):
        return Volume(data.astype(np.uint8), volume.affine, volume.notes, doubts=volume.doubts)
    values = np.unique(data)
    fractions = values[values != np.rint(values)]
    if len(fractions):
        wrong = f"the mask holds fractions (e.g. {fractions[0]:g})"
        raise ScanError(patient, path, wrong, "make it 0 and 1, or see whether the paths are exchanged")
    if values[0] < 0:
        raise ScanError(
            patient, path, f"the mask holds negative numbers (e.g. {values[0]:g})", "make it 0 outside the tumour"
        )
    if len(values) > MOST_LABELS:
        wrong = f"the mask holds {len(values)} different numbers"
        raise ScanError(patient, path, wrong, "see whether the paths of PET and mask are exchanged")
    found = [int(value) for value in values if value]
    taken = [label for label in found if labels is None or label in labels]
    found_words, taken_words = (", ".join(map(str, these)) or "none" for these in (found, taken))
    note = f"the mask holds label {found_words}; tumour is {taken_words}"
    notes = () if found == taken == [1] else (note,)
    positive = np.isin(data, taken).astype(np.uint8)
    regions = tuple(map(str, found))
    return Volume(positive, volume.affine, (*volume.notes, *notes), doubts=volume.doubts, regions=regions)


def _place_apart(pet: Volume, mask: Volume) -> float:
    """The largest distance in mm between the corner voxels of two volumes of one shape."""
    ends = [(0, n - 1) for n in pet.data.shape]
    corners = np.array(np.meshgrid(*ends, indexing="ij")).reshape(3, -1).T
    mine, others = (nib.affines.apply_affine(volume.affine, corners) for volume in (pet, mask))
    return float(np.linalg.norm(mine - others, axis=1).max())


def turned_to(mask: Volume, pet: Volume) -> Volume:
    """A mask with its axes in the order and direction of those of the PET that they are nearest to: a view of its voxels."""
    order = nib.io_orientation(np.linalg.inv(pet.affine) @ mask.affine)
    affine = mask.affine @ nib.orientations.inv_ornt_aff(order, mask.data.shape)
    return replace(mask, data=nib.orientations.apply_orientation(mask.data, order), affine=affine)


def tumour_fraction(mask: Volume, pet: Volume) -> np.ndarray | None:
    """The part of each PET voxel's volume that is tumour on the mask's grid: float64 (i, j, k) of the PET.

    Exact where both grids have parallel axes, in whatever order and direction; None where they have not.
    """
    turned = turned_to(mask, pet)
    data = turned.data
    between = np.linalg.inv(turned.affine) @ pet.affine  # from voxel indices of the PET to those of the mask
    skew = np.abs(between[:3, :3] - np.diag(np.diag(between[:3, :3]))) @ np.array(pet.data.shape)
    if np.any(skew > SAME_PLACE * np.diag(between)[:3]):
        return None
    filled = [np.flatnonzero(data.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    if not len(filled[0]):
        return np.zeros(pet.data.shape)
    # Only the tumour's box is resampled: weights of a CT's whole grid would be large for nothing.
    fraction = data[tuple(slice(line[0], line[-1] + 1) for line in filled)].astype(np.float64)
    for axis, line in enumerate(filled):
        pixel = between[axis, axis]
        start = between[axis, 3] + 0.5 - pixel / 2 - line[0]  # where the PET's first voxel begins, from the box's edge
        weights = resize_weights(fraction.shape[axis], pet.data.shape[axis], "area", start, pixel)
        fraction = np.moveaxis(np.tensordot(weights, fraction, axes=(1, axis)), 0, axis)
    return fraction


def mask_on_pet(mask: Volume, pet: Volume, patient: str, pet_path: str | Path, mask_path: str | Path) -> Volume:
    """A mask on the grid of its PET; one that has the PET's shape and place is returned as it is, and one whose voxels are
    those of the PET, stored along axes in another order or direction, with its axes turned, which the notes say.

    A mask on another grid, as that of the CT, is resampled: a voxel of the PET is positive if at least half of its volume
    is tumour (see :func:`tumour_fraction`), which the notes say. Raises ScanError if it has the PET's shape but lies
    elsewhere, if its axes are not parallel to the PET's, or if no tumour lies within the PET.
    """
    mend = "resample the mask to the grid of the PET"
    shapes = [" x ".join(map(str, volume.data.shape)) for volume in (mask, pet)]
    turned = turned_to(mask, pet)
    if pet.data.shape in (mask.data.shape, turned.data.shape):
        apart = _place_apart(pet, turned if turned.data.shape == pet.data.shape else mask)
        if turned.data.shape == pet.data.shape and apart < SAME_PLACE * float(nib.affines.voxel_sizes(pet.affine).min()):
            if np.array_equal(turned.affine, mask.affine):
                return mask
            note = "the mask holds the voxels of the PET along axes of another order or direction: it was turned"
            return replace(turned, data=np.ascontiguousarray(turned.data), notes=(*mask.notes, note))
        wrong = f"the mask lies {apart:.2f} mm away from the PET ({pet_path}): the affines differ"
        right = (
            "see which of the two is right, and whether it is this patient's mask: give the mask the PET's header if its "
            "voxels fit the PET as they are"
        )
        raise ScanError(patient, mask_path, wrong, f"{right}, and only if they do not, {mend}")
    fraction = tumour_fraction(mask, pet)
    if fraction is None:
        wrong = f"the mask has {shapes[0]} voxels, the PET ({pet_path}) {shapes[1]}, and their axes are not parallel"
        raise ScanError(patient, mask_path, wrong, mend)
    # 1e-9: a half that is one on paper must not fail for a rounding error
    data = (fraction >= VOLUME_FRACTION - 1e-9).astype(np.uint8)
    before, inside, after = (
        float(np.sum(part, dtype=np.float64)) * abs(np.linalg.det(volume.affine[:3, :3])) / 1000
        for part, volume in ((mask.data, mask), (fraction, pet), (data, pet))
    )
    if before and not inside:
        wrong = f"the tumour of the mask ({shapes[0]} voxels) lies outside the PET ({pet_path}, {shapes[1]})"
        raise ScanError(patient, mask_path, wrong, mend)
    note = f"mask resampled from {shapes[0]} to {shapes[1]} voxels: {before:.2f} ml became {after:.2f} ml"
    if inside < 0.99 * before:
        note += f"; {before - inside:.2f} ml lie outside the PET"
    return replace(mask, data=data, affine=pet.affine, notes=(*mask.notes, note))


def read_nifti_mask_on(
    path: str | Path, patient: str, labels: list[int] | None, pet: Volume, pet_path: str | Path
) -> Volume:
    """:func:`read_nifti_mask`, then :func:`mask_on_pet`."""
    return mask_on_pet(read_nifti_mask(path, patient, labels), pet, patient, pet_path, path)
