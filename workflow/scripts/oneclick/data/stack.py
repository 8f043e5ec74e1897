"""All tumour slices of the cohort in one order, which all later files share: patient after patient."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from oneclick.common.arrays import array_file
from oneclick.common.errors import UserError
from oneclick.common.files import write_json
from oneclick.common.tables import read_table, write_table
from oneclick.common.warned import Warned
from oneclick.data.grid import Grid
from oneclick.data.rows import places_of, read_rows
from oneclick.data.slice_files import SliceFiles


@dataclass(frozen=True)
class PatientSlices:
    """One patient's part of the stack: its ``rows`` and ``where`` they lie in arrays of all slices, ``images`` float32
    (n, h, w) in [0, 1], ``masks`` uint8 (n, h, w) of 0 and 1, and the ``grid``."""

    patient: str
    where: slice
    rows: pd.DataFrame
    images: np.ndarray
    masks: np.ndarray
    grid: Grid

    @property
    def numbers(self) -> np.ndarray:
        """The slices' indices (n,) along the scan's transaxial axis."""
        return self.rows["slice"].to_numpy()

    @property
    def values(self) -> np.ndarray:
        """The images in the scan's unit, float64 (n, h, w)."""
        lowest, highest = (self.rows[name].to_numpy(float)[:, None, None] for name in ("lowest", "highest"))
        return lowest + self.images * (highest - lowest)


@dataclass(frozen=True)
class StackFiles:
    """The files of the stack."""

    slices_npy: str
    masks_npy: str
    slices_csv: str
    grids_json: str

    def patients(self, folds_csv: str | None = None) -> Iterator[PatientSlices]:
        """Patient after patient, one at a time in memory; with ``folds_csv`` their rows have the fold."""
        rows, grids = read_rows(self.slices_csv, folds_csv), read_grids(self.grids_json)
        slices, masks = (np.load(path, mmap_mode="r") for path in (self.slices_npy, self.masks_npy))
        for patient, where in places_of(rows).items():
            yield PatientSlices(patient, where, rows[where], slices[where], masks[where], grids[patient])


def stack(patients: dict[str, SliceFiles], files: StackFiles, say: Callable[[str], None]) -> None:
    """Lay the slices of all ``patients`` one after the other: float32 and uint8 (n, size, size), their rows in a table
    (:func:`slices.preprocess`), and the grids of all, those without a slice included, by patient. Says who has none.
    Raises UserError if a patient's files, which a person may have corrected, do not fit one another or hold other values.
    """
    tables = [read_table(of.slices_csv) for of in patients.values()]
    grids = [json.loads(Path(of.grid_json).read_text(encoding="utf-8")) for of in patients.values()]
    for patient, table in zip(patients, tables, strict=True):
        if table.empty:
            say(Warned("no slice has preprocess.min_positive tumour pixels", "the patient is left out", patient))
    size, n, end = grids[0]["size"], sum(map(len, tables)), 0
    with ExitStack() as opened:
        slices = opened.enter_context(array_file(files.slices_npy, (n, size, size), np.float32))
        masks = opened.enter_context(array_file(files.masks_npy, (n, size, size), np.uint8))
        for table, of in zip(tables, patients.values(), strict=True):
            rows = slice(end, end := end + len(table))
            for path, all_patients in ((of.slices_npy, slices), (of.masks_npy, masks)):
                array = np.load(path)
                if array.shape != (len(table), size, size):
                    asked = f"({len(table)}, {size}, {size}), as the slices.csv beside it has rows"
                    raise UserError(f"{path}: the shape {array.shape} is not {asked}; correct it, or delete the file")
                wrong = np.argwhere(~(np.isin(array, (0, 1)) if all_patients is masks else np.isfinite(array)))
                if len(wrong):
                    place, asked = tuple(wrong[0].tolist()), "0 or 1" if all_patients is masks else "finite"
                    raise UserError(f"{path}: {array[place]:g} at {place} is not {asked}; correct it, or delete the file")
                all_patients[rows] = array
            table["n_positive"] = masks[rows].sum(axis=(1, 2))  # of masks as they were corrected, perhaps
    write_table(pd.concat(tables, ignore_index=True), files.slices_csv)
    write_json(files.grids_json, dict(zip(patients, grids, strict=True)), indent=None)


def read_grids(grids_json: str) -> dict[str, Grid]:
    """The grid of each patient, those without slices included."""
    return {patient: Grid.of(grid) for patient, grid in json.loads(Path(grids_json).read_text(encoding="utf-8")).items()}
