"""What a tumour mask loses or gains between its file and the grid of the PET: the guard at the end of every reader."""

from collections.abc import Callable
from dataclasses import dataclass

import nibabel as nib
import numpy as np
from scipy import ndimage

from oneclick.data.grid import transaxial
from oneclick.data.masks import turned_to
from oneclick.data.volume import Doubt, Volume

MOST_CHANGE = 0.1
"""A volume that changes by more than this part of itself on the grid of the PET is doubtful."""
OUTSIDE = 0.01
"""So is a tumour of which more than this part lies outside the PET; less may be the rounding of an edge."""
SAME_PLACE = 0.5
"""Two outlines one above the other belong to one region if they share at least this part of the larger."""
EVERY_FOURTH = 3
"""Of the smaller, where both are alone in their planes and at most so many empty planes apart: a small tumour that is drawn
on every second to fourth slice tapers between two of them."""
MOST_LESION_VOXELS = 2**26
"""Lesions are not counted in larger boxes, for memory; no tumour fills one."""
TOUCHING = ndimage.generate_binary_structure(3, 2)
"""Voxels that share a face or an edge belong to one lesion (18 neighbours)."""
TOUCHING_IN_PLANE = np.ones((3, 3), bool)


def voxel_ml(affine: np.ndarray) -> float:
    """The volume of a voxel in ml."""
    return abs(float(np.linalg.det(affine[:3, :3]))) / 1000


def box_of(data: np.ndarray) -> tuple[slice, ...]:
    """The smallest box of an array (i, j, k) that holds all that is not zero; there must be something."""
    lines = [np.flatnonzero(data.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    return tuple(slice(int(line[0]), int(line[-1]) + 1) for line in lines)


def _around(box: tuple[slice, slice]) -> tuple[slice, slice]:
    """A box of a plane and the line of pixels around it."""
    return tuple(slice(max(ends.start - 1, 0), ends.stop + 1) for ends in box)


def missing_planes(planes: np.ndarray, by_plane: bool) -> set[int]:
    """The planes without tumour, out of (slices, rows, columns), between two that hold a region in the same place.

    A region ends in one plane and begins again, some planes further, where the two outlines share at least half of the
    larger, or of the smaller if both are single planes (see ``EVERY_FOURTH``). ``by_plane``: the mask was drawn plane by
    plane, and any such gap counts, as of contours; else the mask holds zeros in it on purpose, perhaps between two lesions,
    and only a gap of one plane counts or one beside a single plane.
    """
    found: set[int] = set()
    held = planes.any(axis=(1, 2))

    def touched(k: int, place: tuple[slice, slice], outline: np.ndarray) -> bool:
        """Whether plane ``k`` holds tumour over or beside an outline, which lies at ``place``."""
        if not 0 <= k < len(planes) or not held[k]:
            return False
        return bool((planes[k][place] & ndimage.binary_dilation(outline, TOUCHING_IN_PLANE)).any())

    for k in np.flatnonzero(held)[:-1]:
        labels, _ = ndimage.label(planes[k], TOUCHING_IN_PLANE)
        for number, box in enumerate(ndimage.find_objects(labels), start=1):
            place = _around(box)
            lower = labels[place] == number
            if touched(k + 1, place, lower):
                continue
            above = [m for m in np.flatnonzero(held[k + 2 :]) + k + 2 if (planes[m][place] & lower).any()][:1]
            if not above:
                continue
            others, _ = ndimage.label(planes[above[0]], TOUCHING_IN_PLANE)
            upper = np.isin(others, np.setdiff1d(others[place][lower], 0))
            whole = (slice(None), slice(None))
            if touched(above[0] - 1, whole, upper):
                continue
            alone = [not touched(k - 1, place, lower), not touched(above[0] + 1, whole, upper)]
            sizes = sorted((np.count_nonzero(lower), np.count_nonzero(upper)))
            of = sizes[0] if all(alone) and above[0] - k - 1 <= EVERY_FOURTH else sizes[1]
            if np.count_nonzero(upper[place] & lower) < SAME_PLACE * of:
                continue
            if by_plane or any(alone) or above[0] == k + 2:
                found |= set(range(int(k) + 1, int(above[0])))
    return found


def gap_doubts(
    mask: Volume, pet: Volume, axis: int | None = None, what: str = "the mask", holds: str = "tumour"
) -> list[Doubt]:
    """The doubt of planes without tumour inside a region of a mask (i, j, k), by the slice numbers of the PET.

    ``axis``: along which the mask was drawn plane by plane, as contours are; None if it holds all voxels, zeros too, and its
    slices are transaxial (see :func:`missing_planes`). ``what`` and ``holds`` in words: the mask or region, and what its
    planes ought to hold.
    """
    if not mask.data.any():
        return []
    along = transaxial(mask.affine)[0][2] if axis is None else axis
    box = box_of(mask.data)
    missing = missing_planes(np.moveaxis(mask.data[box] != 0, along, 0), by_plane=axis is not None)
    if not missing:
        return []
    to_pet = np.linalg.inv(pet.affine) @ mask.affine
    of_pet = int(np.abs(to_pet[:3, along]).argmax())
    middles = np.tile([ends.start + (ends.stop - ends.start - 1) / 2 for ends in box], (len(missing), 1))
    middles[:, along] = np.array(sorted(missing)) + box[along].start
    places = sorted({int(place) for place in np.rint(nib.affines.apply_affine(to_pet, middles)[:, of_pet])})
    slices = f"slice{'s' * (len(places) > 1)} {listed(places)} of the PET"
    wrong = f"{what} has no {holds} in {slices}, but above and below in the same place"
    return [Doubt(wrong, "fill the gap where the mask was drawn, or leave it if these are two lesions")]


def listed(numbers: list[int]) -> str:
    """Numbers in order as people write them: 1, 3 to 5, 8."""
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


@dataclass(frozen=True)
class Lesions:
    """How many lesions (18 neighbours) a mask has and what became of them on the grid of the PET: how many ``vanished``, of
    how many ml, and how many ``merged`` into ``into``."""

    n: int
    vanished: int
    vanished_ml: float
    merged: int
    into: int


def _lesions(own: np.ndarray, nearest: list[np.ndarray], laid: np.ndarray, back: list[np.ndarray], ml: float) -> Lesions:
    """:class:`Lesions` of two masks (i, j, k): ``nearest``, along each axis, is the index in ``laid`` of each voxel of
    ``own``, -1 outside, ``back`` that in ``own`` of each voxel of ``laid``; ``ml`` that of a voxel of ``own``."""
    labels, n = ndimage.label(own, TOUCHING)
    others, m = ndimage.label(laid, TOUCHING)
    met = np.zeros(0, np.int64)
    inside = np.zeros(n + 1, bool)
    for one, other, to, first in ((labels, others, nearest, True), (others, labels, back, False)):
        known = [line >= 0 for line in to]
        mine = one[np.ix_(*known)]
        there = other[np.ix_(*(line[ok] for line, ok in zip(to, known, strict=True)))]
        pairs = (mine, there) if first else (there, mine)
        both = (mine > 0) & (there > 0)
        met = np.union1d(met, pairs[0][both].astype(np.int64) * (m + 1) + pairs[1][both])
        if first:
            inside[np.unique(mine)] = True
    mine, there = np.divmod(met, m + 1)
    inside[0] = False
    gone = np.setdiff1d(np.flatnonzero(inside), mine)
    n_of = np.bincount(there, minlength=1)
    sizes = np.bincount(labels.ravel(), minlength=n + 1)
    return Lesions(n, len(gone), float(sizes[gone].sum()) * ml, int(n_of[n_of > 1].sum()), int((n_of > 1).sum()))


def change_doubts(mask: Volume, laid: Volume, what: str = "the mask", least: Callable[[], int] | None = None) -> list[Doubt]:
    """What is doubtful about a mask (i, j, k) on its own grid and as it was ``laid`` on the PET's: a volume that changes by
    more than a tenth, a part outside the PET, lesions that vanished or merged. Both grids have parallel axes. ``least``
    gives how many of the laid voxels count also if what lies on an outline is not in it; None for all."""
    if mask is laid or not mask.data.any():
        return []
    own = turned_to(mask, laid)
    box = box_of(own.data)
    data = own.data[box].astype(bool)
    between = np.linalg.inv(laid.affine) @ own.affine
    starts = np.array([ends.start for ends in box])
    nearest, back = [], []
    for axis in range(3):
        step, start = between[axis, axis], between[axis, axis] * starts[axis] + between[axis, 3]
        places = np.rint(start + step * np.arange(data.shape[axis])).astype(int)
        nearest.append(np.where((places >= 0) & (places < laid.data.shape[axis]), places, -1))
        places = np.rint((np.arange(laid.data.shape[axis]) - start) / step).astype(int)
        back.append(np.where((places >= 0) & (places < data.shape[axis]), places, -1))
    ml, laid_ml = voxel_ml(own.affine), voxel_ml(laid.affine)
    before, after = np.count_nonzero(data) * ml, np.count_nonzero(laid.data) * laid_ml
    within = np.count_nonzero(data[np.ix_(*(line >= 0 for line in nearest))]) * ml
    doubts = []
    if before - within > OUTSIDE * before:
        share = f"{before - within:.3g} of {before:.3g} ml of {what} ({1 - within / before:.0%})"
        wrong = f"{share} lie outside the PET and are lost"
        doubts.append(Doubt(wrong, "give the whole scan, or the one on which the mask was drawn"))
    if abs(after - within) > MOST_CHANGE * within and not (least and least() * laid_ml <= within <= after):
        size = " x ".join(f"{mm:.3g}" for mm in nib.affines.voxel_sizes(laid.affine))
        change = f"{abs(after / within - 1):.0%} {'more' if after > within else 'less'}" if within else "gained"
        wrong = f"{within:.3g} ml of {what} became {after:.3g} ml ({change}) on the PET's voxels of {size} mm"
        doubts.append(Doubt(wrong, "look whether the mask on the PET is still the tumour, or give both on a finer grid"))
    if data.size <= MOST_LESION_VOXELS:
        lesions = _lesions(data, nearest, laid.data, back, ml)
        if lesions.vanished:
            share = f"{lesions.vanished} of {lesions.n} lesions of {what} ({lesions.vanished_ml:.2g} ml)"
            mend = "see whether they are stray voxels; else give both on a finer grid"
            doubts.append(Doubt(f"{share} vanish{'es' * (lesions.vanished == 1)} on the grid of the PET", mend))
        if lesions.merged:
            wrong = f"{lesions.merged} of {lesions.n} lesions of {what} merge into {lesions.into} on the grid of the PET"
            doubts.append(Doubt(wrong, "look whether one click is right for them, or give both on a finer grid"))
    return doubts
