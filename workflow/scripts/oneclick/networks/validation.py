"""The part of the training slices that validates (Rainio et al. 2024, sections 2.2 and 2.3)."""

import numpy as np


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
