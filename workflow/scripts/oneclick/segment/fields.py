"""Which part of a new patient's slices a study's networks are shown, in pixels as large as those that they saw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import nibabel as nib
import numpy as np

from oneclick.data.grid import Grid, body_extent, grid_of
from oneclick.data.volume import Doubt

ALIKE = 1.1
"""Pixels by so much larger or smaller than any that the networks saw count as seen. Measured once, by hand: a simple phantom
had a Dice of 0.89 in the study's pixels, 0.86 and 0.88 in ones a tenth smaller and larger, 0.82 at 1.4 times, 0.73 at twice
their size."""
THICK = 2.0
"""Slices by so much farther apart, or closer, than any of the study's are worth a word; the networks see one at a time."""
COARSE = 1.5
"""Voxels by so much longer than the pixels that they are resampled to hold less detail than the networks know."""
ROOM_MM, ROOM = 40.0, 1 / 8
"""What a click needs on each side: so many mm, or this part of the field if that is less."""


@dataclass(frozen=True)
class Field:
    """The part of slice ``number`` that networks are shown: ``grid``, whose start is the field's own; ``clicks``: which of
    the patient's clicks it was laid for, by their order."""

    number: int
    grid: Grid
    clicks: tuple[int, ...]


def _mm(sides: Sequence[float]) -> str:
    return " x ".join(f"{side:.3g}" for side in sides) + " mm"


def fitted_grid(
    pet: np.ndarray, affine: np.ndarray, size: int, spacing: float | None, seen: dict[str, dict[str, float]] | None
) -> tuple[Grid, list[Doubt], list[str]]:
    """The grid of a scan (i, j, k) with pixels such as a study's networks saw; what is doubtful, and what was done.

    With the study's ``spacing`` these are its pixels. Without, whole planes were resized, so that pixels are as large as the
    scan's field makes them: a new scan's planes are resized as well if that gives pixels within ``ALIKE`` of those ``seen``
    (see :func:`trained_study.seen_mm`; None: nothing is known), and else resampled to the median of these.
    """
    grid, doubts, notes = grid_of(pet, affine, size, spacing), [], []
    if seen is None:
        return grid, doubts, notes
    sides = [seen[side] for side in ("rows", "columns")]
    known = all(s["least"] / ALIKE <= mm <= s["most"] * ALIKE for s, mm in zip(sides, grid.pixel_mm, strict=True))
    median = tuple(side["median"] for side in sides)
    if spacing is None and not known:
        own, grid = grid.pixel_mm, grid_of(pet, affine, size, median if median[0] != median[1] else median[0])
        pixels = f"the networks saw pixels of {_mm(median)}, and its planes would have pixels of {_mm(own)}"
        around = ", with zeros around the scan" if min(grid.start) < 0 else ""
        notes.append(f"{pixels}: its slices are resampled to the networks' pixels{around}")
    voxel = [float(mm) for mm in nib.affines.voxel_sizes(affine)[list(grid.axes[:2])]]
    if any(mm > COARSE * pixel for mm, pixel in zip(voxel, median, strict=True)):
        wrong = f"its voxels of {_mm(voxel)} are coarser than the pixels of {_mm(median)} that the networks saw"
        doubts.append(Doubt(wrong, "look at the masks with care, for no resampling makes the detail that they know"))
    slices = seen["slices"]
    if not slices["least"] / THICK <= grid.slice_mm <= slices["most"] * THICK:
        usual = f"those that the networks saw were {slices['least']:.3g} to {slices['most']:.3g} mm apart"
        notes.append(f"its slices are {grid.slice_mm:.3g} mm apart, and {usual}")
    return grid, doubts, notes


def fields_of(grid: Grid, places: dict[int, list[tuple[int, int, int]]]) -> list[Field]:
    """The fields that hold the clicks of each slice, or one where there is none.

    ``places``: by slice, each click's order among the patient's, and its row and column in voxels of the plane. A field lies
    where ``grid`` does, around the body, if the clicks have room there; it is moved by as little as gives them room (see
    ``ROOM_MM``), but not beyond the scan. Clicks too far apart for one field get several, first come, first served.
    """
    covered = np.array(grid.pixel) * grid.size
    # Fields begin at a voxel's edge, so that one is to spare; where the scan is smaller, all is in the field.
    holds = np.where(covered >= grid.plane, np.inf, covered - 1)
    room = np.minimum(ROOM_MM / np.array(grid.pixel_mm) * np.array(grid.pixel), ROOM * covered)
    fields = []
    for number, clicks in places.items():
        groups: list[tuple[np.ndarray, np.ndarray, list[int]]] = []
        for order, *place in clicks:
            middle = np.array(place) + 0.5
            low, high = np.maximum(middle - room, 0), np.minimum(middle + room, grid.plane)
            for at, (first, last, members) in enumerate(groups):
                both = np.minimum(first, low), np.maximum(last, high)
                if (both[1] - both[0] <= holds).all():
                    groups[at] = (*both, [*members, order])
                    break
            else:
                groups.append((low, high, [order]))
        for first, last, members in groups or [(None, None, [])]:
            start = np.array(grid.start)
            if members:
                moved = np.clip(start, np.ceil(last - covered), np.floor(first))
                start = np.where(np.isinf(holds), start, moved)
            fields.append(Field(number, replace(grid, start=tuple(start.tolist())), tuple(members)))
    return fields


def body_beyond(grid: Grid, pet: np.ndarray) -> Doubt | None:
    """What is doubtful where the body of a scan (i, j, k) is larger than the field that networks see of a slice without a
    click."""
    body, sides = body_extent(grid.planes(pet)), zip(grid.start, grid.pixel, strict=True)
    if all(s - 0.5 <= first and last <= s + grid.size * p + 0.5 for (first, last), (s, p) in zip(body, sides, strict=True)):
        return None
    body_mm = [(last - first) * mm / p for (first, last), mm, p in zip(body, grid.pixel_mm, grid.pixel, strict=True)]
    field_mm = [grid.size * mm for mm in grid.pixel_mm]
    wrong = f"the body is {_mm(body_mm)}, and of slices without a click the networks see the middle {_mm(field_mm)}"
    return Doubt(wrong, "click what lies beyond, or choose unclicked: skip")
