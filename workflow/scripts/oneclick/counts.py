"""How many slices each patient has: one small table that is written anew whenever the slices of one of them are."""

from oneclick.csv_files import write_rows
from oneclick.inputs import read_table


def count_slices(slices_csvs: dict[str, str]) -> dict[str, int]:
    """The slices of each patient, from their tables, paths by patient."""
    return {patient: len(read_table(path)) for patient, path in slices_csvs.items()}


def write_counts(slices_csvs: dict[str, str], counts_csv: str) -> None:
    """Write a table with the columns patient and n_slices."""
    write_rows(counts_csv, ("patient", "n_slices"), count_slices(slices_csvs).items())


def read_counts(counts_csv: str) -> dict[str, int]:
    """What :func:`write_counts` wrote, by patient."""
    table = read_table(counts_csv)
    return dict(zip(table["patient"], table["n_slices"].astype(int), strict=True))
