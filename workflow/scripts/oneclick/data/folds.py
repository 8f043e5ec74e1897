"""Patient-wise folds, and the part of the training slices that validates (Rainio et al. 2024, sections 2.2 and 2.3)."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.randomness import seed_of
from oneclick.common.tables import read_table, write_rows


class SplitError(UserError):
    """The patients cannot be divided into the folds that were asked for."""


def balanced_folds(n_slices: dict[str, int], n_folds: int, seed: int) -> dict[str, int]:
    """A fold, 1 to ``n_folds``, for each patient, such that the folds have as equal numbers of slices as can be.

    Patients are dealt from the one with most slices to the one with fewest, each to the fold that has the fewest slices
    so far (longest-processing-time rule: Graham 1969, doi 10.1137/0117039); patients with equally many slices come in an
    order drawn by ``seed``. On the paper's 89 patients each of five folds gets 191 to 193 slices.

    Raises SplitError if there are fewer patients with slices than folds.
    """
    patients = [patient for patient, n in n_slices.items() if n > 0]
    if len(patients) < n_folds:
        raise SplitError(
            f"{len(patients)} patients have slices with enough tumour pixels but {n_folds} folds were asked for; "
            "add patients, lower folds, or, if slices were lost for want of pixels, see to preprocess.size and spacing"
        )
    sizes, folds = [0] * n_folds, {}
    for patient in sorted(patients, key=lambda patient: (-n_slices[patient], seed_of(seed, "fold", patient))):
        fold = sizes.index(min(sizes))
        sizes[fold] += n_slices[patient]
        folds[patient] = fold + 1
    return folds


def given_folds(n_slices: dict[str, int], given: dict[str, int], n_folds: int) -> dict[str, int]:
    """The folds that a sample sheet gives, for the patients with slices.

    Raises SplitError if a fold from 1 to ``n_folds`` is left without slices, or a number lies outside that range.
    """
    folds = {patient: int(given[patient]) for patient, n in n_slices.items() if n > 0}
    outside = sorted(patient for patient, fold in folds.items() if not 1 <= fold <= n_folds)
    if outside:
        raise SplitError(
            f"patient {outside[0]}: fold {folds[outside[0]]} of the sample sheet is not one of 1 to {n_folds}; "
            "mend the sheet or folds in the config file"
        )
    empty = sorted(set(range(1, n_folds + 1)) - set(folds.values()))
    if empty:
        raise SplitError(
            f"fold {empty[0]} has no slices: none of its patients in the sample sheet or frozen_folds has a tumour slice; "
            "move a patient there or lower folds in the config file"
        )
    return folds


def write_folds(
    n_slices: dict[str, int],
    given: dict[str, int] | None,
    n_folds: int,
    seed: int,
    folds_csv: str,
    say: Callable[[str], None],
) -> None:
    """Write ``folds.csv``: patient, fold, n_slices, sorted by fold and patient; patients without slices are left out, and
    said to be.

    ``n_slices`` are by patient; ``given`` the folds of a sample sheet, or None.
    """
    for patient, n in n_slices.items():
        if n == 0:
            say(f"warning: patient {patient}: no slice has preprocess.min_positive tumour pixels; the patient is left out")
    folds = given_folds(n_slices, given, n_folds) if given else balanced_folds(n_slices, n_folds, seed)
    table = pd.DataFrame({"patient": list(folds), "fold": list(folds.values())})
    table["n_slices"] = table["patient"].map(n_slices)
    table.sort_values(["fold", "patient"]).to_csv(folds_csv, index=False)


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


class FrozenFoldsError(UserError):
    """The folds of a finished study cannot be kept; one line a problem."""


def read_frozen(path: str, n_folds: int) -> dict[str, int]:
    """Fold by patient from a table with the columns patient and fold, such as ``folds.csv`` of a finished study.

    Raises FrozenFoldsError if the file is missing or no such table, names a patient twice, or a fold that is not one of 1
    to ``n_folds``.
    """
    if not Path(path).is_file():
        raise FrozenFoldsError(
            f"frozen_folds: there is no file {path}; run the study once without frozen_folds, or mend the path"
        )
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError):
        table = pd.DataFrame()
    if not {"patient", "fold"} <= set(table.columns):
        raise FrozenFoldsError(f"{path}: no table with the columns patient and fold; name the folds.csv of a finished study")
    known = {str(fold): fold for fold in range(1, n_folds + 1)}
    problems = [
        f"{path}: patient {patient}: fold {fold!r} is not one of 1 to {n_folds}; mend the file or folds in the config file"
        for patient, fold in zip(table["patient"], table["fold"], strict=True)
        if fold not in known
    ]
    problems += [
        f"{path}: patient {patient} stands there more than once; give each patient one line"
        for patient in table.loc[table["patient"].duplicated(), "patient"].unique()
    ]
    if problems:
        raise FrozenFoldsError("\n".join(problems))
    return {patient: known[fold] for patient, fold in zip(table["patient"], table["fold"], strict=True)}


def join_folds(
    patients: list[str], frozen: dict[str, int], given: dict[str, int] | None, n_folds: int, seed: int
) -> dict[str, int]:
    """The fold of each of ``patients``: its ``frozen`` one, or that which the sample sheet gives to a new patient, or else
    one drawn for the new patient by its name, so that those who come later change nobody's.

    Raises FrozenFoldsError if the sheet gives another fold than the frozen one, or no patient of a fold is left.
    """
    problems = [
        f"patient {patient}: fold {given[patient]} of the sample sheet is not {frozen[patient]} of frozen_folds; mend it"
        for patient in patients
        if given and given[patient] != frozen.get(patient, given[patient])
    ]
    left = {frozen[patient] for patient in patients if patient in frozen}
    problems += [
        f"frozen_folds: no patient of fold {fold} is left; leave frozen_folds out, which trains all networks anew"
        for fold in range(1, n_folds + 1)
        if fold not in left
    ]
    if problems:
        raise FrozenFoldsError("\n".join(problems))

    def joined(patient):
        return given[patient] if given else seed_of(seed, "fold of a new patient", patient) % n_folds + 1

    return {patient: frozen[patient] if patient in frozen else joined(patient) for patient in patients}


def rows_of(folds: pd.DataFrame) -> pd.DataFrame:
    """Patient and fold of each row of arrays that hold all slices in the order of ``folds.csv``."""
    return folds.loc[folds.index.repeat(folds["n_slices"]), ["patient", "fold"]].reset_index(drop=True)


def places_of(folds: pd.DataFrame) -> dict[str, slice]:
    """Where each patient's rows lie in such arrays, or, of the patients of one fold, in those of its slices."""
    ends = folds["n_slices"].cumsum()
    return {p: slice(end - n, end) for p, n, end in zip(folds["patient"], folds["n_slices"], ends, strict=True)}
