"""Contours of a DICOM RTSTRUCT drawn onto the grid of the PET."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pydicom
from matplotlib.path import Path as Outline

from oneclick.data.dicom.files import AGAIN, Fail, guarded, shown, term
from oneclick.data.dicom.masks import chosen, opened, refuse_other_frame
from oneclick.data.dicom.pet import LPS_TO_RAS
from oneclick.data.mask_guard import MOST_CHANGE, change_doubts, gap_doubts, voxel_ml
from oneclick.data.regions import is_named
from oneclick.data.volume import LONGEST_AXIS, Doubt, Volume

CLOSED, EXCLUSIVE = "CLOSED_PLANAR", "CLOSEDPLANAR_XOR"
OTHERS = "POINT OPEN_PLANAR OPEN_NONPLANAR"
"""The standard's other kinds of contour."""
OFF_PLANE = 0.25
"""Contours may lie off the plane of their slice by this part of a slice; each grid has some planes near another's."""
ON_LINE = 1e-3
"""A voxel's centre so near to an outline, in voxels, lies on it."""
NEAR = 0.05
"""One contour lies in another, or is the same, if it does to this part of a voxel: files round corners to 0.1 or 0.01 mm."""
FINEST, FINE_POINTS, FINE_VOXELS, MOST_BOX = 5, 1e6, 2**26, 2**28
"""What contours hold is measured on up to 5 x 5 points a voxel, on fewer where it would take more points or memory, and in
no larger box, in voxels: no scan's is larger."""
ASIDE = 0.037
"""The points lie aside of simple parts of a voxel, through which people and programs draw."""


@dataclass(frozen=True)
class Contour:
    """A closed contour: the slice ``k`` of the PET, ``corners`` (n, 2) in voxels (i, j), and whether those of its slice are
    combined by exclusive or."""

    k: int
    corners: np.ndarray
    exclusive: bool

    @cached_property
    def area(self) -> float:
        """In voxels, without regard to its direction."""
        x, y = (self.corners - self.corners[0]).T
        return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2

    @cached_property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        return self.corners.min(axis=0), self.corners.max(axis=0)


def _contours_of(item: pydicom.Dataset, name: str, pet: Volume, fail: Fail) -> list[Contour]:
    """The contours of a region, of which those without area are left out."""
    contours = []
    to_voxels = np.linalg.inv(pet.affine) @ LPS_TO_RAS
    for contour in item.get("ContourSequence") or []:
        if (kind := contour.get("ContourGeometricType")) not in (CLOSED, EXCLUSIVE):
            raise fail(
                f"region {name} has contours of type {term(kind, OTHERS)}", f"draw it with closed contours ({CLOSED})"
            )
        points = np.array(contour.ContourData or [], float).reshape(-1, 3) @ to_voxels[:3, :3].T + to_voxels[:3, 3]
        if not np.isfinite(points).all():
            raise fail(f"region {name} has a corner nowhere", AGAIN)
        # What a click without a drawing leaves behind has no area.
        if len(points) < 3:
            continue
        k = np.rint(points[:, 2].mean())
        if not np.abs(points[:, 2] - k).max() <= OFF_PLANE:
            mend = "export the contours on the PET, or give the mask as NIfTI on the PET's grid"
            raise fail(f"region {name} is drawn on another grid: its contours lie between the slices of the PET", mend)
        contours.append(Contour(int(k), points[:, :2], kind == EXCLUSIVE))
    return contours


def _voxels_in(corners: np.ndarray, low: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Which voxels of a plane (shape), the first at ``low``, have their centres in an outline (n, 2), and which on its line:
    some programs draw through centres, and rounding would choose."""
    centres = np.stack(np.indices(shape), axis=-1).reshape(-1, 2) + low
    inside, line = Outline(corners).contains_points(centres).reshape(shape), np.zeros(shape, bool)
    starts, ends = corners - low, np.roll(corners, -1, axis=0) - low
    first = np.maximum(np.ceil(np.minimum(starts, ends) - ON_LINE), 0).astype(int)
    last = np.minimum(np.floor(np.maximum(starts, ends) + ON_LINE), np.array(shape) - 1).astype(int)
    for side in np.flatnonzero((first <= last).all(axis=1)):
        # In the box of a side, a centre lies on the side if it does on the line through it.
        (x, y), (i, j), (to_i, to_j) = ends[side] - starts[side], first[side], last[side] + 1
        away_x, away_y = np.arange(i, to_i)[:, None] - starts[side, 0], np.arange(j, to_j) - starts[side, 1]
        line[i:to_i, j:to_j] |= np.abs(away_x * y - away_y * x) <= ON_LINE * np.hypot(x, y)
    return inside & ~line, line


def _about_in(points: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """Which points (n, 2) lie in an outline (m, 2) or near it."""
    # Which sign of the radius widens an outline depends on its direction; the other adds nothing.
    path = Outline(outline)
    return path.contains_points(points, radius=NEAR) | path.contains_points(points, radius=-NEAR)


def _lies_in(inner: Contour, outer: Contour) -> bool:
    """Whether a contour lies wholly in another, its line included."""
    low, high = inner.ends
    outer_low, outer_high = outer.ends
    if (low < outer_low - NEAR).any() or (high > outer_high + NEAR).any():
        return False
    # Along its sides too, for those of a hollow outline may leave it between two corners.
    sides = np.roll(inner.corners, -1, axis=0) - inner.corners
    parts = np.linspace(0, 1, int(np.clip(2 * np.abs(sides).max(), 2, 32)), endpoint=False)[:, None, None]
    return bool(_about_in((inner.corners + parts * sides).reshape(-1, 2), outer.corners).all())


def _once(contours: list[Contour]) -> list[Contour]:
    """The contours of a slice without those that are another again, from another first corner or in the other direction."""
    kept: list[Contour] = []
    for contour in contours:
        if not any(_lies_in(contour, other) and _lies_in(other, contour) for other in kept):
            kept.append(contour)
    return kept


def _levels(contours: list[Contour]) -> list[tuple[Contour, int, int]]:
    """Contours, the largest first, each with the number of the outermost contour that it lies in and the depth there: 0
    outermost, 1 a hole, 2 an island in the hole."""
    ordered = sorted(contours, key=lambda contour: -contour.area)
    found: list[tuple[Contour, int, int]] = []
    for number, contour in enumerate(ordered):
        around = [(root, depth) for other, root, depth in found if _lies_in(contour, other)]
        found.append((contour, around[-1][0], around[-1][1] + 1) if around else (contour, number, 0))
    return found


def _filled(contours: list[Contour], shape: tuple[int, int, int], with_line: bool = True) -> np.ndarray:
    """Mask (i, j, k) of the voxels whose centres are in the contours or, ``with_line``, on one.

    Those of a slice are united, but one that lies wholly in another is a hole in it, as many programs write holes, and one
    in the hole an island. Exclusive ones are combined by exclusive or. Each line belongs to the region, that of a hole and
    of a keyhole's channel too (DICOM PS3.3, C.8.8.6.3). A contour that stands twice counts once.
    """
    mask = np.zeros(shape, bool)

    def draw(contour: Contour, onto: np.ndarray, lines: np.ndarray, how: np.ufunc) -> None:
        low, high = contour.ends
        low = np.clip(np.ceil(low - ON_LINE), 0, shape[:2]).astype(int)
        high = np.clip(np.floor(high + ON_LINE) + 1, low, shape[:2]).astype(int)
        if (high > low).all():
            box = tuple(slice(*ends) for ends in zip(low, high, strict=True))
            inside, line = _voxels_in(contour.corners, low, tuple(high - low))
            onto[box] = how(onto[box], inside)
            lines[box] |= line & with_line

    for k in {contour.k for contour in contours if 0 <= contour.k < shape[2]}:
        here = _once([contour for contour in contours if contour.k == k])
        lines, plane = np.zeros((2, *shape[:2]), bool)
        for contour in here:
            if contour.exclusive:
                draw(contour, plane, lines, np.logical_xor)
        mask[:, :, k] = plane
        levels = _levels([contour for contour in here if not contour.exclusive])
        for outermost in {root for _, root, _ in levels}:
            # On a plane of its own: its holes are none in another region that reaches into them.
            plane = np.zeros(shape[:2], bool)
            for contour, root, depth in levels:
                if root == outermost:
                    draw(contour, plane, lines, np.greater if depth % 2 else np.logical_or)
            mask[:, :, k] |= plane
        mask[:, :, k] |= lines
    return mask


def _finely(contours: list[Contour], pet: Volume) -> Volume | None:
    """What the contours of a region hold on points so close that its volume can be told, also beyond the PET; None if they
    reach further than any scan."""
    low = np.min([contour.ends[0] for contour in contours], axis=0)
    high = np.max([contour.ends[1] for contour in contours], axis=0)
    first, last = (extreme(contour.k for contour in contours) for extreme in (min, max))
    box = float(np.prod(high - low + 2)) * (last - first + 1)
    if max(*(high - low), last - first) > LONGEST_AXIS or box > MOST_BOX:
        return None
    points = sum(np.prod(contour.ends[1] - contour.ends[0] + 1) for contour in contours)
    per_voxel = int(np.clip(np.sqrt(min(FINE_POINTS / points, FINE_VOXELS / box)), 1, FINEST))
    corner = np.floor(low) - ASIDE  # of the box, which begins half a voxel before
    shape = (*(int(size) * per_voxel for size in np.floor(high) - corner + 2), last - first + 1)
    moved = [
        Contour(contour.k - first, (contour.corners - corner + 0.5) * per_voxel - 0.5, contour.exclusive)
        for contour in contours
    ]
    affine = pet.affine @ np.diag([1 / per_voxel, 1 / per_voxel, 1, 1])
    affine[:3, 3] = (pet.affine @ [*(corner - 0.5 + 0.5 / per_voxel), first, 1])[:3]
    return Volume(_filled(moved, shape), affine)


def _holes(contours: list[Contour], pet: Volume, name: str, ml: float) -> tuple[list[str], list[Doubt]]:
    """Notes and doubts on contours that lie in others of a region of ``ml``."""
    of_slice = [
        [contour for contour in contours if contour.k == k and not contour.exclusive]
        for k in {contour.k for contour in contours}
    ]
    inner = [(contour, depth) for here in of_slice for contour, _, depth in _levels(_once(here)) if depth]
    if not inner:
        return [], []
    left_out = sum(contour.area if depth % 2 else -contour.area for contour, depth in inner) * voxel_ml(pet.affine)
    words = f"{len(inner)} contour{'s' * (len(inner) > 1)} of region {name} within another: holes of {left_out:.3g} ml"
    if left_out <= MOST_CHANGE * (ml + left_out):
        return [words], []
    mend = "look whether these holes are meant; else leave the inner contours out"
    return [], [Doubt(f"{words}, {left_out / (ml + left_out):.0%} of what the outer ones hold", mend)]


def _frames_of(data: pydicom.Dataset, region: pydicom.Dataset) -> set[str]:
    """The frames of reference that a region may be in."""
    uids = [region.get("ReferencedFrameOfReferenceUID"), data.get("FrameOfReferenceUID")]
    uids += [item.get("FrameOfReferenceUID") for item in data.get("ReferencedFrameOfReferenceSequence") or []]
    return {str(uid) for uid in uids[:1] if uid} or {str(uid) for uid in uids if uid}


def _is_drawn(item: pydicom.Dataset | None) -> bool:
    """Whether a region has contours other than points."""
    drawn = item.get("ContourSequence") if item is not None else None
    return bool(drawn) and any(contour.get("ContourGeometricType") != "POINT" for contour in drawn)


def _questioned(contours: list[Contour], filled: np.ndarray, pet: Volume, name: str) -> tuple[list[str], list[Doubt]] | None:
    """Notes and doubts on a region whose contours became the mask ``filled`` (i, j, k) of the PET; None if they reach
    further than any scan."""
    fine = _finely(contours, pet)
    if fine is None:
        return None
    notes, doubts = _holes(contours, pet, name, np.count_nonzero(fine.data) * voxel_ml(fine.affine))
    what = f"region {name}"
    # What programs draw through the centres of voxels is a mask whose line counts: it gains nothing.
    doubts += change_doubts(
        fine, Volume(filled, pet.affine), what, lambda: int(_filled(contours, pet.data.shape, with_line=False).sum())
    )
    return notes, doubts + gap_doubts(fine, pet, axis=2, what=what, holds="contour")


def read_contours(
    path: str | Path, patient: str, pet: Volume, roi: list[str] | None = None, frame_of_reference: str | None = None
) -> Volume:
    """The regions ``roi`` of a DICOM RTSTRUCT, uint8 0 and 1 (i, j, k) on the grid of ``pet``: the voxels whose centres lie
    in a contour, by coordinates in mm (see :func:`_filled`); regions are united.

    ``path`` is the file or a folder that holds one. ``roi`` holds names and patterns, of which some may be missing; without
    it the only region is read. Regions without contours and those of points alone are passed over. ``frame_of_reference``
    is the UID of the PET series, None if it is unknown. The images that the contours refer to need not be there.

    Its doubts are those of :mod:`mask_guard`: what is lost outside the PET, on its grid or in slices without contour.
    Raises ScanError if the file is damaged or no RTSTRUCT, if none of the regions is there, there are several and none is
    named, or they are not of closed contours, in another frame of reference, between the slices, or cover no voxel.
    """
    data, fail = opened(path, patient, "RTSTRUCT")
    with guarded(patient, path):
        items = {int(item.ReferencedROINumber): item for item in data.get("ROIContourSequence") or []}
        regions = {int(item.ROINumber): item for item in data.get("StructureSetROISequence") or []}
        for sequence, known in (("ROIContourSequence", items), ("StructureSetROISequence", regions)):
            if len(data.get(sequence) or []) > len(known):
                raise fail(f"several items of {sequence} have the same number, and only one would count", AGAIN)
        names = {number: shown(item.get("ROIName")) for number, item in regions.items()}
        drawn = {number: name for number, name in names.items() if _is_drawn(items.get(number))}
        if not (names if roi else drawn):
            raise fail("no region has contours", "draw the tumour, or give its mask as NIfTI")
        # Templates of planning systems hold regions that were never drawn: they are as good as missing.
        only_drawn = roi is None or any(is_named(name, one) for name in drawn.values() for one in map(shown, roi))
        choice = chosen(drawn if only_drawn else names, roi, fail)
        mask, empty = np.zeros(pet.data.shape, bool), None
        notes, doubts = list(choice.notes), list(choice.doubts)
        for number in choice.numbers:
            name = names[number]
            refuse_other_frame(_frames_of(data, regions[number]), frame_of_reference, f"region {name}", fail)
            contours = _contours_of(items[number], name, pet, fail) if number in items else []
            if not contours:
                raise fail(f"region {name} has no contours", "draw it, or name another")
            filled = _filled(contours, pet.data.shape)
            mend = "give the contours drawn on this scan, or name another region"
            if not filled.any() and empty is None:
                low, high = (np.array([(*contour.ends[end], contour.k) for contour in contours]) for end in (0, 1))
                outside = (high.max(axis=0) < -0.5).any() or (low.min(axis=0) > np.array(pet.data.shape) - 0.5).any()
                empty = f"region {name} {'lies outside the PET' if outside else 'covers the centre of no voxel'}"
            found = _questioned(contours, filled, pet, name)
            if found is None:
                raise fail(empty or f"region {name} reaches further than any scan", mend)
            notes, doubts = notes + found[0], doubts + found[1]
            mask |= filled
        if not mask.any():
            raise fail(empty, mend)
        regions_there = tuple(drawn.values())
        return Volume(mask.astype(np.uint8), pet.affine, tuple(notes), doubts=tuple(doubts), regions=regions_there)
