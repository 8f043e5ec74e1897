"""One click per lesion against a click on every slice: Dice in 3-D per lesion and patient, and the clicks that they take."""

import numpy as np
import pandas as pd

from oneclick.common.randomness import generator
from oneclick.evaluation import clustered
from oneclick.metrics.dice import dice

LEVELS = ("lesions", "patients")
WAYS = ("one_click", "every_slice")
"""One click per lesion, and the study's own segmentation with a click on every slice."""


def with_dice(table: pd.DataFrame, both_empty: float) -> pd.DataFrame:
    """A table of pixel counts with the columns dice_one_click and dice_every_slice."""
    scores = {
        f"dice_{way}": dice(table["n_true"], table[f"n_pred_{way}"], table[f"n_overlap_{way}"], both_empty) for way in WAYS
    }
    return table.assign(**scores)


def patients_of(lesions: pd.DataFrame, both_empty: float) -> pd.DataFrame:
    """The rows of a patient's lesions, as ``write_walks`` writes them, added up: method, patient, fold, n_lesions,
    then clicks, pixels and Dice of the two ways."""
    counts = [f"clicks_{way}" for way in WAYS] + ["n_true", *(f"n_{of}_{way}" for way in WAYS for of in ("pred", "overlap"))]
    groups = lesions.groupby(["method", "patient", "fold"], sort=False)
    table = groups[counts].sum()
    table.insert(0, "n_lesions", groups.size())
    return with_dice(table.reset_index(), both_empty)


def walk_summary(lesions: pd.DataFrame, both_empty: float, seed: int) -> pd.DataFrame:
    """A row per method and level (lesions, patients): n, n_patients, clicks of a patient (mean) the two ways, the median
    Dice of both, and difference, the median of the paired differences (one click less every slice), each with its 95 %
    interval when patients are drawn (ci_low, ci_high); n_slices_beyond, slices without tumour that walks of a patient
    enter (mean)."""
    rows = []
    for method, own in lesions.groupby("method", sort=False):
        patients = patients_of(own, both_empty)
        about = {"n_patients": len(patients)} | {f"clicks_{way}": patients[f"clicks_{way}"].mean() for way in WAYS}
        about["n_slices_beyond"] = own["n_slices_beyond"].sum() / len(patients)
        for level, table in zip(LEVELS, (own, patients), strict=True):
            scores = table[[f"dice_{way}" for way in WAYS]].to_numpy()
            scores = np.column_stack([scores, scores[:, 0] - scores[:, 1]])
            rng = generator(seed, "bootstrap", "walk")  # the same draws for all methods
            medians, of_patient = lambda x: np.median(x, axis=0), table["patient"].to_numpy()
            low, high = clustered.bootstrap_intervals(scores, of_patient, medians, rng, draws=1000)
            row = {"method": method, "level": level, "n": len(table)} | about
            names = [*(f"dice_{way}" for way in WAYS), "difference"]
            for name, median, least, most in zip(names, medians(scores), low, high, strict=True):
                row |= {name: median, f"{name}_ci_low": least, f"{name}_ci_high": most}
            rows.append(row)
    return pd.DataFrame(rows)
