"""The rows of the stack: which slice of which patient each is, and its fold."""

import pandas as pd

from oneclick.common.tables import read_table


def read_rows(slices_csv: str, folds_csv: str | None = None) -> pd.DataFrame:
    """The rows of the stack: patient, index (of the slice among the patient's), slice (along the scan's transaxial axis),
    n_positive, lowest, highest; with ``folds_csv`` also the fold of each."""
    rows = read_table(slices_csv)
    return rows if folds_csv is None else rows.assign(fold=rows["patient"].map(fold_of_patients(folds_csv)))


def fold_of_patients(folds_csv: str) -> pd.Series:
    """The fold of each patient with slices."""
    return read_table(folds_csv).set_index("patient")["fold"]


def places_of(rows: pd.DataFrame) -> dict[str, slice]:
    """Where each patient's rows lie in the stack; those of a patient follow one another."""
    n_slices = rows.groupby("patient", sort=False).size()
    return {p: slice(end - n, end) for p, n, end in zip(n_slices.index, n_slices, n_slices.cumsum(), strict=True)}
