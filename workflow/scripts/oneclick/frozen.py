"""Folds that stay as they are while new patients join them; standard library, numpy and pandas only."""

from pathlib import Path

import pandas as pd

from oneclick.errors import UserError
from oneclick.seeds import seed_of


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
