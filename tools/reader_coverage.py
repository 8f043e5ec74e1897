"""How often do the intervals of a reader study hold what simulated readers were given? python tools/reader_coverage.py

Many studies of simulated readers of known bias, spread, misses and speed go the whole way: events in files, which are read,
checked, measured and analysed. Writes the table of docs/how-to/reader-study.md. It takes about twenty minutes on two cores.
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of so small matrices more threads only wait for each other

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "workflow/scripts"), str(ROOT / "benchmarks")]

from bench import write_between  # noqa: E402

from oneclick.data.grid import Grid  # noqa: E402
from oneclick.readers.cases import cases_of_reader  # noqa: E402
from oneclick.readers.events import Page, ReadersClick, Reading, read_events  # noqa: E402
from oneclick.readers.places import Scan, click_rows, target_rows  # noqa: E402
from oneclick.readers.real_click import ALL, ALL_MEASURES, Read, measured  # noqa: E402
from oneclick.readers.simulated import SimulatedReader, write_events  # noqa: E402
from oneclick.readers.variance import variance_table  # noqa: E402

READERS = (
    SimulatedReader("sim1", (1.5, 0.5), 4.0, miss=0.03, skip=0.05, seconds=2.5),
    SimulatedReader("sim2", (-0.5, 1.0), 4.0, miss=0.03, skip=0.05, seconds=3.0),
    SimulatedReader("sim3", (0.5, -0.75), 4.0, miss=0.03, skip=0.05, seconds=3.5),
)
PATIENT_MM = 1.5
SETTINGS = {"repeated": 2, "clicks": "slice", "instruction": None, "show_answer": False, "practice": None, "break_after": 5}
STUDIES, PATIENTS, DRAWS = 400, 20, 600
WORDS = {
    "bias_left_mm": "mean offset to the left, mm",
    "bias_back_mm": "mean offset to the back, mm",
    "spread_mm": "spread along an axis, mm",
    "human_sigma_mm": "`human_sigma_mm`",
    "missed": "`human_miss`",
    "not_clicked": "share of tumours not clicked",
    "seconds_per_click": "seconds per click",
    "bias_left_mm of sim1": "mean offset to the left of one reader, mm",
    "seconds_per_click of sim1": "seconds per click of one reader",
    "within": "standard deviation within, mm",
    "patients": "standard deviation between patients, mm",
    "readers": "standard deviation between these readers, mm",
}


def small_scans(n: int, asked: str = "slice") -> dict[str, tuple[Scan, Grid]]:
    """Scans of a disc on six slices or more in each patient, voxels of 4 x 4 x 4 mm, with a hot spot in a corner."""
    rng, scans = np.random.default_rng(7), {}
    rows, columns = np.indices((48, 48))
    for patient in range(n):
        pet, mask = rng.uniform(0.5, 1.5, (12, 48, 48)), np.zeros((12, 48, 48), np.uint8)
        row, column, radius = rng.uniform(20, 34), rng.uniform(20, 34), rng.uniform(2, 4)
        for number in range(2, 2 + rng.integers(6, 10)):
            mask[number] = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
        pet[mask > 0] += 5
        pet[:, 3, 3] = 9
        grid = Grid((48, 48, 12), 48, (0, 1, 2), (False, True), (0.0, 0.0), (1.0, 1.0), (4.0, 4.0), None, 4.0)
        scan = Scan(pet, mask, np.array([4.0, 4.0, 4.0]), True, asked, 8)
        scans[f"P{patient:02d}"] = scan, grid
    return scans


def study(readers: tuple[SimulatedReader, ...], scans: dict, seed: int) -> Read:
    """What is measured of a study of simulated readers, by way of their files."""
    asked = next(iter(scans.values()))[0].asked
    settings = SETTINGS | {"patients": len(scans), "clicks": asked}
    found: tuple[list, list] = ([], [])
    with tempfile.TemporaryDirectory() as folder:
        for reader in readers:
            path = f"{folder}/{reader.code}.csv"
            page = cases_of_reader(settings, reader.code, list(scans), seed)
            write_events(reader, page, scans, seed, path)
            shapes = {patient: grid.shape for patient, (_, grid) in scans.items()}
            for all_of, own in zip(
                found, read_events(path, Page(reader.code, page["digest"], page["cases"], shapes)), strict=True
            ):
                all_of.extend(own)
    tables = zip(found, (Reading, ReadersClick), strict=True)
    readings, clicks = (pd.DataFrame(map(asdict, rows), columns=list(kind.__dataclass_fields__)) for rows, kind in tables)
    placed, targets = [], []
    for patient, (scan, grid) in scans.items():
        placed.append(click_rows(clicks[clicks["patient"] == patient], scan, grid))
        targets.append(target_rows(readings[readings["patient"] == patient], placed[-1], scan, set(range(12))))
    return Read(pd.concat(placed, ignore_index=True), pd.concat(targets, ignore_index=True), readings, asked)


def truth(readers: tuple[SimulatedReader, ...]) -> dict[str, float]:
    """What each measure would be in an endless study of these readers."""
    bias, first = np.array([reader.bias_mm for reader in readers]), readers[0]
    spread = np.hypot(first.spread_mm, first.patient_mm)
    return {
        "bias_left_mm": bias[:, 0].mean(),
        "bias_back_mm": bias[:, 1].mean(),
        "spread_mm": spread,
        "human_sigma_mm": np.sqrt(spread**2 + (bias**2).sum(axis=1).mean() / 2),
        "missed": first.miss,
        "not_clicked": 1 - (1 - first.skip) * (1 - first.miss),
        "seconds_per_click": np.mean([reader.seconds for reader in readers]),
        "bias_left_mm of sim1": first.bias_mm[0],
        "seconds_per_click of sim1": first.seconds,
        "within": first.spread_mm,
        "patients": first.patient_mm,
        "readers": bias[:, 0].std(ddof=1),
    }


def intervals(
    readers: tuple[SimulatedReader, ...], scans: dict, seed: int, draws: int
) -> dict[str, tuple[float, float, float]]:
    """The estimate and the interval of each measure in one study."""
    read = study(readers, scans, seed)
    wanted = [lambda of, each=each: (found for found in each(of) if found[0] in WORDS) for each in ALL_MEASURES]
    tables = [measured(read, ALL, wanted, seed, draws), measured(read.of("sim1"), "sim1", wanted, seed, draws)]
    found = {}
    for table, of in zip(tables, ("", " of sim1"), strict=True):
        found |= {f"{row.measure}{of}": (row.value, row.ci_low, row.ci_high) for row in table.itertuples()}
    components = variance_table(["left_mm"], read.hits)
    return found | {row.component: (row.sd, row.ci_low, row.ci_high) for row in components.itertuples()}


def rates(readers: tuple[SimulatedReader, ...], scans: dict, seeds: Iterable[int], draws: int) -> pd.DataFrame:
    """Of many studies: measure, truth, mean (of the estimates), coverage (the share of intervals that hold the truth)."""
    true, all_found = truth(readers), []
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(intervals, readers, scans, seed, draws) for seed in seeds]
        all_found = [job.result() for job in jobs]
    rows = []
    for name, value in true.items():
        estimates, low, high = np.array([found[name] for found in all_found]).T
        rows.append((name, value, estimates.mean(), np.mean((low <= value) & (value <= high))))
    return pd.DataFrame(rows, columns=["measure", "truth", "mean", "coverage"])


def lines(table: pd.DataFrame) -> list[str]:
    """The table of :func:`rates` as Markdown."""
    found = ["| what | given | mean of the estimates | intervals that hold it |", "| --- | --- | --- | --- |"]
    for row in table.itertuples():
        digits = 3 if row.truth < 0.2 else 2
        found.append(f"| {WORDS[row.measure]} | {row.truth:.{digits}f} | {row.mean:.{digits}f} | {row.coverage:.1%} |")
    return found


def main() -> None:
    readers = tuple(replace(reader, patient_mm=PATIENT_MM) for reader in READERS)
    table = rates(readers, small_scans(PATIENTS), range(STUDIES), DRAWS)
    head = f"{STUDIES} studies of {len(READERS)} simulated readers and {PATIENTS} patients each ({date.today()})."
    write_between(
        ROOT / "docs/how-to/reader-study.md", "coverage", "\n".join([head, "", *lines(table)]), ("tools/reader_coverage.py",)
    )


if __name__ == "__main__":
    main()
