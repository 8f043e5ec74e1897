"""Patient-wise folds (Rainio et al. 2024, section 2.2)."""

import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.given_tables import read_given_table
from oneclick.common.randomness import seed_of
from oneclick.common.tables import write_table
from oneclick.data.rows import read_rows


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


def read_given(path: str) -> dict[str, str]:
    """Fold by patient, as text, from a table with the columns patient and fold, such as ``folds.csv`` of a finished study.

    Raises SplitError if the file is no such table or names a patient twice.
    """
    try:
        given = read_given_table(path, ("patient", "fold"), surplus="put what holds a comma between quotes")
    except UserError as error:
        raise SplitError(str(error)) from None
    table = pd.DataFrame(list(given.lines.values()), columns=["patient", "fold"], dtype=str)
    twice = table.loc[table["patient"].duplicated(), "patient"]
    if len(twice):
        raise SplitError(f"{path}: patient {twice.iloc[0]} stands there more than once; give each patient one line")
    return dict(zip(table["patient"], table["fold"], strict=True))


def given_folds(patients: list[str], given: dict[str, str], n_folds: int, source: str) -> dict[str, int]:
    """The folds of ``patients`` (with slices) that a ``source``, the sample sheet or given_folds, names.

    Raises SplitError if a patient has none there, if it is not one of 1 to ``n_folds``, or if a fold stays without slices.
    """
    known, mend = {str(fold): fold for fold in range(1, n_folds + 1)}, "mend it or folds in the config file"
    for patient in patients:
        if patient not in given:
            raise SplitError(f"patient {patient}: no fold in {source}; add a line for the patient, or leave the patient out")
        if str(given[patient]) not in known:
            raise SplitError(f"patient {patient}: fold {given[patient]!r} of {source} is not one of 1 to {n_folds}; {mend}")
    folds = {patient: known[str(given[patient])] for patient in patients}
    empty = sorted(set(known.values()) - set(folds.values()))
    if empty:
        wrong = f"fold {empty[0]} has no slices: no patient of {source} with a tumour slice is in it"
        raise SplitError(f"{wrong}; move a patient there or lower folds")
    return folds


def write_folds(
    slices_csv: str, given_folds_csv: str | None, sheet: dict[str, int] | None, n_folds: int, seed: int, folds_csv: str
) -> None:
    """Write ``folds.csv``: patient, fold, n_slices, sorted by fold and patient, of the patients with slices.

    The folds are those of the file ``given_folds_csv``, or of the sample ``sheet``, or else balanced.
    """
    n_slices = read_rows(slices_csv).groupby("patient", sort=False).size().to_dict()
    if given_folds_csv:
        folds = given_folds(list(n_slices), read_given(given_folds_csv), n_folds, given_folds_csv)
    elif sheet:
        folds = given_folds(list(n_slices), sheet, n_folds, "the sample sheet")
    else:
        folds = balanced_folds(n_slices, n_folds, seed)
    table = pd.DataFrame({"patient": list(folds), "fold": list(folds.values())})
    table["n_slices"] = table["patient"].map(n_slices)
    write_table(table.sort_values(["fold", "patient"]), folds_csv)
