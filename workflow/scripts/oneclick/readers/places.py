"""Where readers' clicks lie beside the tumours of a scan, on its own voxels: in mm, in radii, from the border.

In a study of slices a target is a component of a slice and all distances are on the slice; in a study of lesions it is a
lesion and they are in space. A place is (slice, row, column), in voxels with decimals, a voxel's centre being at whole
numbers: rows run to the patient's left, columns to the back, slices as they are stored.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import ndimage

from oneclick.clicks.components import label_components
from oneclick.clicks.simulated import MISS_MM
from oneclick.common.errors import UserError
from oneclick.common.tables import write_table
from oneclick.data.contrast import FAR, NEAR
from oneclick.data.grid import Grid
from oneclick.data.masks import read_nifti_mask_on
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.rows import read_rows
from oneclick.data.stack import read_grids
from oneclick.readers.kind import read_readings

AXES = ("head", "left", "back")
"""What slices, rows and columns run to; slices run to the feet in some files, which :attr:`Scan.upwards` tells."""


@dataclass(frozen=True)
class Target:
    """What a reader is to click: its ``number``; the ``voxels`` (n, 3) that it has; its ``centre`` of mass and its
    ``hottest`` voxel, places (3,); ``radius_mm`` of a circle of its area, or a ball of its volume; ``contrast``: its mean
    over the median of what lies ``NEAR`` to ``FAR`` mm around it; the ``lesion`` in space that it is part of."""

    number: int
    voxels: np.ndarray
    centre: np.ndarray
    hottest: np.ndarray
    radius_mm: float
    contrast: float
    lesion: int


@dataclass(frozen=True)
class Scan:
    """A patient's PET and mask (slices, rows, columns), with voxels of ``mm`` (3,) along these. ``upwards``: whether slices
    run to the head. ``asked``: slice or lesion. ``connectivity`` of a slice's components: 8 or 4."""

    pet: np.ndarray
    mask: np.ndarray
    mm: np.ndarray
    upwards: bool
    asked: str
    connectivity: int

    @cached_property
    def lesions(self) -> np.ndarray:
        """Labels of the lesions in space, 26-connected."""
        return ndimage.label(self.mask, np.ones((3, 3, 3)))[0]

    @cached_property
    def targets(self) -> dict[int, list[Target]]:
        """The targets by the slice on which they lie; those of a study of lesions under -1."""
        if self.asked == "lesion":
            voxels = np.argwhere(self.lesions)
            return {-1: self._of_labels(self.lesions[tuple(voxels.T)], voxels)} if len(voxels) else {}
        found = {}
        for number in np.flatnonzero(self.mask.any(axis=(1, 2))):
            labels, _ = label_components(self.mask[number], self.connectivity)
            inside = np.argwhere(labels)
            voxels = np.column_stack([np.full(len(inside), number), inside])
            found[int(number)] = self._of_labels(labels[tuple(inside.T)], voxels)
        return found

    def _of_labels(self, labels: np.ndarray, voxels: np.ndarray) -> list[Target]:
        return [self._target(int(label), voxels[labels == label]) for label in np.unique(labels)]

    def _target(self, number: int, voxels: np.ndarray) -> Target:
        values = self.pet[tuple(voxels.T)]
        size = len(voxels) * (self.mm.prod() if self.asked == "lesion" else self.mm[1:].prod())
        radius = (3 * size / 4 / np.pi) ** (1 / 3) if self.asked == "lesion" else np.sqrt(size / np.pi)
        around = np.median(self._around(voxels))
        contrast = float(values.mean(dtype=np.float64) / around) if around > 0 else np.nan
        hottest = voxels[np.argmax(values)].astype(float)
        lesion = int(self.lesions[tuple(voxels[0])])
        return Target(number, voxels, voxels.mean(axis=0), hottest, float(radius), contrast, lesion)

    def _around(self, voxels: np.ndarray) -> np.ndarray:
        """The values of what lies ``NEAR`` to ``FAR`` mm around voxels (n, 3) and is no tumour; NaN if nothing does."""
        room = np.ceil(FAR / self.mm).astype(int)
        room[0] *= self.asked == "lesion"
        low = np.maximum(voxels.min(axis=0) - room, 0)
        box = tuple(slice(a, b) for a, b in zip(low, voxels.max(axis=0) + room + 1, strict=True))
        here = np.zeros(self.mask[box].shape, bool)
        here[tuple((voxels - low).T)] = True
        distance = ndimage.distance_transform_edt(~here, sampling=self.mm)
        values = self.pet[box][(distance > NEAR) & (distance <= FAR) & (self.mask[box] == 0)]
        return values if len(values) else np.array([np.nan])

    def distance(self, place: np.ndarray, voxels: np.ndarray) -> float:
        """How far a ``place`` (3,) lies from voxels (n, 3), their edges, in mm: 0 in them. In a study of slices, on the
        slice."""
        beyond = np.maximum(np.abs(voxels - place) - 0.5, 0) * self.mm
        if self.asked == "slice":
            beyond[:, 0] = 0
        return float(np.sqrt((beyond**2).sum(axis=1).min()))

    def border(self, place: np.ndarray, target: Target) -> float:
        """How far a ``place`` lies from the border of a target, in mm, below 0 inside it."""
        outside = self.distance(place, target.voxels)
        if outside > 0:
            return outside
        low, high = target.voxels.min(axis=0) - 1, target.voxels.max(axis=0) + 2
        if self.asked == "slice":
            low[0], high[0] = target.voxels[0, 0], target.voxels[0, 0] + 1
        others = np.ones(high - low, bool)
        others[tuple((target.voxels - low).T)] = False
        return -self.distance(place, np.argwhere(others) + low)

    def nearest(self, place: np.ndarray) -> tuple[Target | None, float]:
        """The target nearest to a ``place``, and how far its edge is in mm; on a slice without one None and NaN."""
        targets = self.targets.get(-1 if self.asked == "lesion" else int(np.rint(place[0])), [])
        far = [self.distance(place, target.voxels) for target in targets]
        return (targets[int(np.argmin(far))], min(far)) if far else (None, np.nan)

    def beside_in_space(self, place: np.ndarray) -> bool:
        """Whether a tumour lies within ``MISS_MM`` of a ``place`` in space."""
        beyond = np.maximum(np.abs(np.argwhere(self.mask) - place) - 0.5, 0) * self.mm
        return bool(len(beyond)) and bool(((beyond**2).sum(axis=1) <= MISS_MM**2).any())

    def offset(self, place: np.ndarray, other: np.ndarray) -> np.ndarray:
        """From another place to this, in mm to head, left and back (3,); on the slice, 0 to the head."""
        by = (place - other) * self.mm * (1 if self.upwards else -1, 1, 1)
        return by * (0, 1, 1) if self.asked == "slice" else by


def place_of(grid: Grid, voxel: Sequence[float]) -> np.ndarray:
    """A place (slice, row, column) of a voxel (i, j, k) as stored, with decimals, on the scan's own planes."""
    return np.array(grid.in_plane(*voxel), float)


def read_scan(
    patient: str, pet: str, mask: str, labels: list[int] | None, grid: Grid, asked: str, connectivity: int
) -> Scan:
    """A patient's scan and mask, read from NIfTI, on the planes of the ``grid``. Raises ScanError."""
    volume = read_nifti_pet(pet, patient)
    truth = read_nifti_mask_on(mask, patient, labels, volume, pet)
    mm = np.array([grid.slice_mm, *(mm / pixel for mm, pixel in zip(grid.pixel_mm, grid.pixel, strict=True))])
    upwards = bool(volume.affine[2, grid.axes[2]] > 0)
    return Scan(grid.planes(volume.data), grid.planes(truth.data), mm, upwards, asked, connectivity)


def click_rows(clicks: pd.DataFrame, scan: Scan, grid: Grid) -> pd.DataFrame:
    """A row for each click of one patient's table: its columns, and

    - slice; target (0: no tumour within ``MISS_MM``), lesion; on_tumour_slice
    - error: far (no tumour of the slice within ``MISS_MM``), beyond (a slice without tumour, less than that from one),
      elsewhere (a slice without tumour, farther from all), or empty
    - counts: the last click of a reading on its target
    - head_mm, left_mm, back_mm from the centre of mass; hot_... from the hottest voxel; distance_mm and hot_mm, how long
      these are; border_mm, below 0 inside; radii: distance over the target's radius; radius_mm and contrast of the target
    """
    rows = []
    for click in clicks.itertuples():
        place = place_of(grid, (click.i, click.j, click.k))
        target, far = scan.nearest(place)
        row = {"slice": int(np.rint(place[0])), "on_tumour_slice": target is not None, "target": 0, "lesion": 0, "error": ""}
        if target is None or far > MISS_MM:
            row["error"] = "far" if target is not None else "beyond" if scan.beside_in_space(place) else "elsewhere"
        else:
            centre, hot = scan.offset(place, target.centre), scan.offset(place, target.hottest)
            row |= {"target": target.number, "lesion": target.lesion}
            row |= {f"{axis}_mm": by for axis, by in zip(AXES, centre, strict=True)}
            row |= {f"hot_{axis}_mm": by for axis, by in zip(AXES, hot, strict=True)}
            distance = float(np.linalg.norm(centre))
            row |= {"distance_mm": distance, "hot_mm": float(np.linalg.norm(hot)), "border_mm": scan.border(place, target)}
            row |= {"radii": distance / target.radius_mm, "radius_mm": target.radius_mm, "contrast": target.contrast}
        rows.append(row)
    found = pd.concat([clicks.reset_index(drop=True), pd.DataFrame(rows, columns=PLACED)], axis=1)
    where = ["reader", "patient", "repeat", *(["slice"] if scan.asked == "slice" else []), "target"]
    found["counts"] = (found["target"] > 0) & ~found.duplicated(where, keep="last")
    return found


PLACED = [
    "slice", "on_tumour_slice", "target", "lesion", "error", *(f"{axis}_mm" for axis in AXES),
    *(f"hot_{axis}_mm" for axis in AXES), "distance_mm", "hot_mm", "border_mm", "radii", "radius_mm", "contrast",
]  # fmt: skip


def target_rows(readings: pd.DataFrame, placed: pd.DataFrame, scan: Scan, slices: Collection[int]) -> pd.DataFrame:
    """A row for each reading of one patient and target: reader, patient, repeat, slice, target, lesion, radius_mm, contrast,
    clicked. Targets of a study of slices are those of the study's ``slices``: others have too little tumour to count."""
    hit = set(placed.loc[placed["counts"], ["reader", "repeat", "slice", "target"]].itertuples(index=False, name=None))
    if scan.asked == "lesion":
        hit = {(reader, repeat, -1, target) for reader, repeat, _, target in hit}
    rows = [
        (reading.reader, reading.patient, reading.repeat, number, target.number, target.lesion, target.radius_mm,
         target.contrast, (reading.reader, reading.repeat, number, target.number) in hit)
        for reading in readings.itertuples()
        for number, targets in scan.targets.items()
        if number < 0 or number in slices
        for target in targets
    ]  # fmt: skip
    columns = ["reader", "patient", "repeat", "slice", "target", "lesion", "radius_mm", "contrast", "clicked"]
    return pd.DataFrame(rows, columns=columns)


def write_places(
    patients: Sequence[str], pets: Sequence[str], scan_masks: Sequence[str], labels: Sequence[list[int] | None],
    readings_csvs: Sequence[str], clicks_csvs: Sequence[str], slices_csv: str, grids_json: str, asked: str,
    connectivity: int, places_csv: str, targets_csv: str, say: Callable[[str], None],
) -> None:  # fmt: skip
    """Write :func:`click_rows` and :func:`target_rows` of all ``patients`` that were read, with their scans and masks
    (NIfTI). Raises UserError if nobody has read."""
    readings, clicks = (pd.concat(map(read_readings, paths), ignore_index=True) for paths in (readings_csvs, clicks_csvs))
    grids, slices = read_grids(grids_json), read_rows(slices_csv)
    placed, targets = [], []
    for patient, pet, mask, of_mask in zip(patients, pets, scan_masks, labels, strict=True):
        read = readings[readings["patient"] == patient]
        if read.empty:
            continue
        scan = read_scan(patient, pet, mask, of_mask, grids[patient], asked, connectivity)
        placed.append(click_rows(clicks[clicks["patient"] == patient], scan, grids[patient]))
        numbers = set(slices.loc[slices["patient"] == patient, "slice"])
        targets.append(target_rows(read, placed[-1], scan, numbers))
    if not placed:
        raise UserError(
            "clicks.readers: no reader has finished a case; let the readers go on, and put their files there again"
        )
    write_table(pd.concat(placed, ignore_index=True), places_csv)
    write_table(pd.concat(targets, ignore_index=True), targets_csv)
    say(f"{sum(map(len, placed))} clicks of {len(placed)} patients measured")
