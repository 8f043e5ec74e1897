"""The table of scores: a row for each method and slice."""

import numpy as np
import pandas as pd

from oneclick.common.arrays import chunks
from oneclick.common.tables import write_table
from oneclick.data.rows import read_rows
from oneclick.metrics.dice import score_slices


def write_scores(
    method: str,
    slices_csv: str,
    folds_csv: str,
    masks_npy: str,
    segmentations_npy: str,
    both_empty: float,
    scores_csv: str,
) -> None:
    """Write a method's scores, a row a slice of the stack: method, patient, slice, fold, dice, n_true, n_pred, n_overlap."""
    table = read_rows(slices_csv, folds_csv)[["patient", "slice", "fold"]]
    table.insert(0, "method", method)
    truth, found = np.load(masks_npy, mmap_mode="r"), np.load(segmentations_npy, mmap_mode="r")
    scores = [score_slices(truth[rows], found[rows], both_empty) for rows in chunks(len(table))]
    write_table(pd.concat([table, pd.concat(scores, ignore_index=True)], axis=1), scores_csv)
