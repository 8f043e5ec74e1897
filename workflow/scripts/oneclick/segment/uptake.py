"""Whether clicks lie on uptake, or where their coordinates would lie in another system."""

from collections.abc import Sequence

import numpy as np

from oneclick.clicks.files import Click
from oneclick.data.volume import Doubt
from oneclick.segment.lesions import sphere_offsets

NEAR_MM, AROUND_MM = 6.0, (10.0, 20.0)
"""How far from a click its hot spot is looked for, and the surroundings with which that is compared."""
SPOT, HOTTER = 1.5, 2.0
"""A hot spot has so many times the uptake of its surroundings; the other place so many times that of the click's."""


class Uptake:
    """The uptake of a PET (i, j, k) with its affine (4, 4): ``at`` a voxel, the highest within ``NEAR_MM``, and the median
    around it, between the ``AROUND_MM``."""

    def __init__(self, pet: np.ndarray, affine: np.ndarray):
        offsets = sphere_offsets(affine, AROUND_MM[1])
        distances = np.linalg.norm(offsets @ np.asarray(affine)[:3, :3].T, axis=1)
        self.pet, self.near, self.shell = pet, offsets[distances <= NEAR_MM], offsets[distances >= AROUND_MM[0]]

    def _values(self, voxel: Sequence[int], offsets: np.ndarray) -> np.ndarray:
        places = offsets + np.asarray(voxel)
        return self.pet[tuple(places[((places >= 0) & (places < self.pet.shape)).all(axis=1)].T)]

    def at(self, voxel: Sequence[int]) -> tuple[float, float]:
        around = self._values(voxel, self.shell)
        return float(self._values(voxel, self.near).max()), float(np.median(around)) if len(around) else 0.0


def elsewhere(click: Click, affine: np.ndarray, shape: Sequence[int]) -> tuple[int, ...] | None:
    """The voxel of a click if its mm were RAS in the place of LPS or the other way round, or if its voxels were counted
    from the other end of rows and columns; None if that is outside the volume."""
    if click.in_mm:
        place = np.diag([-1.0, -1, 1, 1]) @ affine @ [*click.voxel, 1]
        voxel = np.rint(np.linalg.inv(affine) @ place)[:3].astype(int)
    else:
        voxel = np.array(click.voxel)
        voxel[:2] = np.array(shape[:2]) - 1 - voxel[:2]
    return tuple(voxel.tolist()) if all(0 <= at < n for at, n in zip(voxel, shape, strict=True)) else None


def doubtful_system(clicks: Sequence[Click], pet: np.ndarray, affine: np.ndarray) -> list[Doubt]:
    """A doubt if at least half of the clicks lie on no hot spot, and would on one with other signs of x and y (mm), or
    counted from the other end (voxels)."""
    uptake, beside = Uptake(pet, affine), []
    for click in clicks:
        there = elsewhere(click, affine, pet.shape)
        if there is None:
            continue
        (here, around), (other, around_other) = uptake.at(click.voxel), uptake.at(there)
        if here < SPOT * around and other >= max(HOTTER * here, SPOT * around_other):
            beside.append((here, other))
    if not beside or 2 * len(beside) < len(clicks):
        return []
    here, other = np.median(beside, axis=0)
    if clicks[0].in_mm:
        swap, mend = "with x and y of the other sign", "look whether the file says LPS of coordinates in RAS, or the reverse"
    else:
        swap, mend = "counted from the other end of i and j", "look how the program that set them counts voxels"
    wrong = f"{len(beside)} of {len(clicks)} clicks lie on no hot spot, uptake {here:.3g}; {swap} they would, {other:.3g}"
    return [Doubt(wrong, mend)]
