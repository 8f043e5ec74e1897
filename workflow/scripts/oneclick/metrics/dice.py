"""How well a mask agrees with the physician's (Rainio et al. 2024, section 2.5)."""

import numpy as np
import pandas as pd


def dice(n_true: np.ndarray, n_pred: np.ndarray, n_overlap: np.ndarray, both_empty: float) -> np.ndarray:
    """Dice score 2 TP / (2 TP + FP + FN) from pixel counts (n,), float64 (paper, section 2.5; Dice 1945, doi
    10.2307/1932409): n_true = TP + FN, n_pred = TP + FP, n_overlap = TP.

    Two empty masks are 0/0, which the paper leaves open: they score ``both_empty`` (0 in the authors' notebook).
    """
    total = np.asarray(n_true + n_pred)
    return np.where(total > 0, 2.0 * n_overlap / np.maximum(total, 1), both_empty)


def score_slices(truth: np.ndarray, predicted: np.ndarray, both_empty: float) -> pd.DataFrame:
    """One row a slice of two stacks of masks (n, h, w) of 0 and 1: dice, n_true, n_pred, n_overlap (pixels)."""
    n_true, n_pred, n_overlap = (m.sum(axis=(1, 2), dtype=np.int64) for m in (truth, predicted, truth & predicted))
    scores = {"dice": dice(n_true, n_pred, n_overlap, both_empty)}
    return pd.DataFrame(scores | {"n_true": n_true, "n_pred": n_pred, "n_overlap": n_overlap})
