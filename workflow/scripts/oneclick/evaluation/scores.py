"""The table of scores: a row for each method and slice."""

import numpy as np
import pandas as pd

from oneclick.common.tables import read_table
from oneclick.metrics.dice import score_slices


def write_scores(
    method: str,
    folds_csv: str,
    segmentations_npy: str,
    masks_npys: dict[str, str],
    slices_csvs: dict[str, str],
    both_empty: float,
    scores_csv: str,
) -> None:
    """Write a method's scores: method, patient, slice, fold, dice, n_true, n_pred, n_overlap; ``masks_npys`` and
    ``slices_csvs`` are the patients' true masks and slice tables."""
    folds = read_table(folds_csv)
    slices = pd.concat([read_table(slices_csvs[patient]) for patient in folds["patient"]])
    table = slices[["patient", "slice"]].merge(folds[["patient", "fold"]], on="patient", validate="many_to_one")
    table.insert(0, "method", method)
    truth = np.concatenate([np.load(masks_npys[patient]) for patient in folds["patient"]])
    scores = score_slices(truth, np.load(segmentations_npy), both_empty)
    pd.concat([table, scores], axis=1).to_csv(scores_csv, index=False)
