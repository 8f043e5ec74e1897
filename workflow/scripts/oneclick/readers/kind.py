"""Clicks of readers as a kind of click: for each component of a slice the reader's last click on it, and those on none."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import ndimage

from oneclick.clicks.components import label_components
from oneclick.clicks.kinds import reader_of
from oneclick.clicks.simulated import COLUMNS, MISS_MM
from oneclick.common.errors import UserError
from oneclick.common.randomness import seed_of
from oneclick.common.rows import write_rows
from oneclick.common.tables import read_csv
from oneclick.data.grid import Grid
from oneclick.data.rows import read_rows
from oneclick.data.stack import read_grids

NAMED = 5
"""So many patients whom nobody read are named."""


def read_readings(path: str) -> pd.DataFrame:
    """A table of readers' cases or clicks (:mod:`events`); names are text."""
    return read_csv(path, dtype={"reader": str, "patient": str, "view": str})


def pixel_of_place(grid: Grid, place: Sequence[float]) -> tuple[int, int, int]:
    """The slice, row and column in which a place (i, j, k) lies, in voxels as stored with decimals, the centre of a voxel at
    whole numbers; of a place beyond the grid the nearest pixel."""
    number, *inside = grid.in_plane(*place)
    pixel = [int(np.floor((at + 0.5 - s) / p)) for at, s, p in zip(inside, grid.start, grid.pixel, strict=True)]
    row, column = (min(max(at, 0), grid.size - 1) for at in pixel)
    return int(np.clip(np.rint(number), 0, grid.shape[grid.axes[2]] - 1)), row, column


def clicked_components(
    pixels: Sequence[tuple[int, int]], mask: np.ndarray, connectivity: int, pixel_mm: tuple[float, float]
) -> list[tuple[int, int, int]]:
    """Component, row and column of the clicks of a slice that count, in the order of the components.

    ``pixels`` (row, column) in the order in which they were clicked; ``mask`` (h, w). A click is on the component nearest to
    it, in it or up to ``MISS_MM`` away; of several on one component the last counts, as one that mends the others. A click
    farther from all is on none: component 0, and each of those counts.
    """
    labels, _ = label_components(mask, connectivity)
    if not labels.any():
        return [(0, row, column) for row, column in dict.fromkeys(pixels)]
    distance, (rows, columns) = ndimage.distance_transform_edt(labels == 0, sampling=pixel_mm, return_indices=True)
    last, beside = {}, {}
    for row, column in pixels:
        if distance[row, column] > MISS_MM:
            beside[0, row, column] = None
        else:
            last[labels[rows[row, column], columns[row, column]]] = (row, column)
    return [*beside, *((int(component), *last[component]) for component in sorted(last))]


def reader_of_patients(readings: pd.DataFrame, code: str | None, seed: int) -> dict[str, str]:
    """Whose clicks each patient has: those of the reader with a ``code``, or of one drawn by the study's ``seed`` from all
    who read the patient. ``readings``: reader, patient, repeat; first readings count."""
    first = readings[(readings["repeat"] == 0) & ((readings["reader"] == code) | (code is None))]
    return {
        patient: min(of["reader"], key=lambda reader: seed_of(seed, "reader of a patient", patient, reader))
        for patient, of in first.groupby("patient", sort=False)
    }


def rows_of_kind(
    readers: Mapping[str, str], clicks: pd.DataFrame, slices: pd.DataFrame, masks: np.ndarray,
    grids: Mapping[str, Grid], connectivity: int,
) -> list[tuple]:  # fmt: skip
    """The rows of a table of clicks (``simulated.COLUMNS``) on the slices of the stack. ``readers``: whose clicks a patient
    has; ``clicks``: those of readers that stand; ``slices``: patient and slice of each of the ``masks`` (n, h, w)."""
    places: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for click in clicks[clicks["repeat"] == 0].itertuples():
        if readers.get(click.patient) == click.reader:
            number, row, column = pixel_of_place(grids[click.patient], (click.i, click.j, click.k))
            places.setdefault((click.patient, number), []).append((row, column))
    table = []
    for patient, number, mask in zip(slices["patient"], slices["slice"], masks, strict=True):
        grid = grids[patient]
        for component, row, column in clicked_components(
            places.get((patient, number), []), mask, connectivity, grid.pixel_mm
        ):
            table.append((patient, number, component, row, column, *grid.voxel_of_pixel(number, row, column)))
    return table


def write_reader_kind(
    kind: str, readings_csvs: Sequence[str], clicks_csvs: Sequence[str], masks_npy: str, slices_csv: str, grids_json: str,
    connectivity: int, seed: int, everybody: bool, clicks_csv: str, say: Callable[[str], None],
) -> None:  # fmt: skip
    """Write the clicks of readers of one ``kind`` as :func:`simulated.write_clicks` writes others: a slice that nobody
    clicked has none. ``everybody``: networks or methods use them, so that each patient with slices must have been read; else
    raises UserError."""
    readings, clicks = (pd.concat(map(read_readings, paths), ignore_index=True) for paths in (readings_csvs, clicks_csvs))
    slices, code = read_rows(slices_csv), reader_of(kind)
    readers = reader_of_patients(readings, code, seed)
    missing = [patient for patient in dict.fromkeys(slices["patient"]) if patient not in readers]
    if missing and everybody:
        who = f"reader {code}" if code else "any reader"
        named = ", ".join(missing[:NAMED]) + ", ..." * (len(missing) > NAMED)
        n = f"{len(missing)} patient{'s were' if len(missing) > 1 else ' was'}"
        wrong = f"clicks {kind}: {n} not read by {who} ({named}), and networks and methods need all"
        raise UserError(f"{wrong}; have them read (reader_study.patients), or take other clicks for networks and methods")
    table = rows_of_kind(readers, clicks, slices, np.load(masks_npy, mmap_mode="r"), read_grids(grids_json), connectivity)
    write_rows(clicks_csv, COLUMNS, table)
    beside = sum(row[2] == 0 for row in table)
    say(f"{len(table)} clicks of readers on {len(slices)} slices, {beside} of them on no tumour")
