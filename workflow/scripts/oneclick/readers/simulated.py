"""Simulated readers of known bias, spread, misses and speed, who write the files that readers send back. They are no
readers: they know the mask, and show that the analysis gives back what was put in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oneclick.clicks.simulated import MISS_MM
from oneclick.common.randomness import generator
from oneclick.common.rows import write_rows
from oneclick.data.grid import Grid
from oneclick.readers.events import COLUMNS
from oneclick.readers.places import Scan, Target

WINDOW = (0, 7)
"""SUV between which they look at the scans."""


@dataclass(frozen=True)
class SimulatedReader:
    """Aims at the centre of mass, beside it by ``bias_mm`` (to the left, to the back), a normal deviate of ``spread_mm``
    along each axis, and one of ``patient_mm`` that is the same for all clicks of all simulated readers in a patient. With
    the chance ``miss`` takes the hottest voxel more than ``MISS_MM`` from all tumours, with the chance ``skip`` no click is
    made, with the chance ``undo`` it is made twice and the first one undone. A click takes ``seconds``, log-normal with a
    standard deviation of their logarithm of ``hurry``. ``code``: begins with sim."""

    code: str
    bias_mm: tuple[float, float] = (0.0, 0.0)
    spread_mm: float = 4.0
    miss: float = 0.02
    skip: float = 0.0
    undo: float = 0.05
    seconds: float = 3.0
    hurry: float = 0.4
    patient_mm: float = 0.0


def voxel_of_place(grid: Grid, place: np.ndarray) -> tuple[float, float, float]:
    """The voxel (i, j, k) as stored, with decimals, of a place (slice, row, column) on the scan's own planes."""
    number, *inside = place
    voxel = [n - 1 - at if flip else at for at, n, flip in zip(inside, grid.plane, grid.flipped, strict=True)]
    stored = [0.0, 0.0, 0.0]
    for axis, at in zip(grid.axes, (*voxel, number), strict=True):
        stored[axis] = float(at)
    return tuple(stored)


def hot_spot(scan: Scan, number: int) -> np.ndarray | None:
    """The place of the hottest voxel of a slice that lies farther than ``MISS_MM`` from all its tumours; None if all are
    near."""
    # A voxel more, for distances are measured from the tumour's edge.
    far = ndimage.distance_transform_edt(scan.mask[number] == 0, sampling=scan.mm[1:]) > MISS_MM + scan.mm[1:].max()
    if not far.any():
        return None
    place = np.unravel_index(np.argmax(np.where(far, scan.pet[number], -np.inf)), far.shape)
    return np.array([number, *place], float)


def aimed_place(
    reader: SimulatedReader, scan: Scan, target: Target, by_patient: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Where a simulated reader clicks a target: a place on the scan, on the target's slice in a study of slices."""
    number = int(target.voxels[len(target.voxels) // 2, 0]) if scan.asked == "lesion" else int(target.voxels[0, 0])
    misses, deviate = rng.random() < reader.miss, rng.normal(0, reader.spread_mm, 3)
    if misses and (hot := hot_spot(scan, number)) is not None:
        return hot
    by = np.array([0.0, *reader.bias_mm]) + deviate + by_patient
    if scan.asked == "slice":
        by[0] = 0.0
    place = target.centre + by / scan.mm * (1 if scan.upwards else -1, 1, 1)
    return np.clip(place, -0.49, np.array(scan.mask.shape) - 0.51)


def events(reader: SimulatedReader, page: Mapping, scans: Mapping[str, tuple[Scan, Grid]], seed: int) -> Iterator[dict]:
    """The events of a simulated reader, rows with the keys of ``events.COLUMNS``, who reads the cases of a ``page``
    (:func:`cases.cases_of_reader`) with a break after break_after of them. ``scans``: of all patients who are read."""
    ms, empty = 0.0, dict.fromkeys(COLUMNS, "")
    about = empty | {"reader": reader.code, "page": page["digest"], "view": "transaxial"}
    about |= dict(zip(("window_low", "window_high"), WINDOW, strict=True))
    yield about | {"event": "start", "ms": 0}
    for read, case in enumerate(page["cases"], start=1):
        here = about | case
        scan, grid = scans[case["patient"]]
        rng = generator(seed, "simulated reader", reader.code, case["patient"], case["repeat"])
        by_patient = np.zeros(3)
        by_patient[1:] = generator(seed, "simulated readers", case["patient"]).normal(0, reader.patient_mm, 2)
        yield here | {"event": "case", "ms": round(ms)}
        for targets in scan.targets.values():
            for target in targets:
                if rng.random() < reader.skip:
                    continue
                place = aimed_place(reader, scan, target, by_patient, rng)
                seconds = reader.seconds * np.exp(rng.normal(-(reader.hurry**2) / 2, reader.hurry))
                places = [target.centre, place] if rng.random() < reader.undo else [place]
                number = {"slice": int(np.rint(place[0]))}
                yield here | number | {"event": "slice", "ms": round(ms + 200 * seconds)}
                for at in places:
                    ms += 1000 * seconds / len(places)
                    ijk = dict(zip("ijk", (round(index, 3) for index in voxel_of_place(grid, at)), strict=True))
                    yield here | number | ijk | {"event": "click", "ms": round(ms)}
                    if at is not place:
                        yield here | number | {"event": "undo", "ms": round(ms)}
        ms += 1000
        yield here | {"event": "next", "ms": round(ms)}
        if page["break_after"] and read % page["break_after"] == 0:
            yield about | {"event": "break", "ms": round(ms)}
            ms += 300_000
    yield about | {"event": "end", "ms": round(ms)}


def write_events(
    reader: SimulatedReader, page: Mapping, scans: Mapping[str, tuple[Scan, Grid]], seed: int, path: str
) -> None:
    """Write the file of a simulated reader. Raises ValueError if the code does not say that it is one."""
    if not reader.code.startswith("sim"):
        raise ValueError(f"{reader.code}: the code of a simulated reader begins with sim")
    write_rows(path, COLUMNS, ([row[column] for column in COLUMNS] for row in events(reader, page, scans, seed)))
