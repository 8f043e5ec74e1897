"""Patient-wise folds, and the part of the training slices that validates (Rainio et al. 2024, sections 2.2 and 2.3)."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from oneclick.errors import UserError
from oneclick.seeds import seed_of


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


def validation_rows(patients: np.ndarray, fraction: float, split: str, rng: np.random.Generator) -> np.ndarray:
    """Which training slices only validate: bool (n,), for the patient (n,) of each slice.

    ``shuffled`` (paper, section 2.3): a random ``fraction`` of the slices, so that a patient may be on both sides.
    ``last`` (the authors' notebook): the last slices in patient order. ``patients``: whole patients in random order
    while they fit into ``fraction``, so that no patient is on both sides.
    """
    n = len(patients)
    n_validation = round(fraction * n)
    chosen = np.zeros(n, bool)
    if split == "shuffled":
        chosen[rng.permutation(n)[:n_validation]] = True
    elif split == "last":
        chosen[n - n_validation :] = True
    elif split == "patients":
        names, sizes = np.unique(patients, return_counts=True)
        size_of, left, validate = dict(zip(names, sizes, strict=True)), n_validation, []
        for patient in rng.permutation(names):
            if size_of[patient] <= left:
                validate.append(patient)
                left -= size_of[patient]
        chosen[np.isin(patients, validate)] = True
    else:
        raise ValueError(f"unknown validation split {split!r}: use 'shuffled', 'last' or 'patients'")
    return chosen
