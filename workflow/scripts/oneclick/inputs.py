"""What jobs read: tables, and slices with click matrices as a network's second channel."""

import numpy as np
import pandas as pd


def read_table(path: str) -> pd.DataFrame:
    """A CSV table of the workflow; the name of a patient is text also if it is "007" or "NA"."""
    return pd.read_csv(path, dtype={"patient": str}, keep_default_na=False)


def network_input(slices_npys: list[str], clicks_npys: list[str] | None) -> np.ndarray:
    """The slices of several patients as float32 (n, h, w, channels).

    Channel 0 is the PET slice, channel 1 the click matrix; there is one channel only if ``clicks_npys`` is None
    (Rainio et al. 2024, section 2.2).
    """
    images = np.concatenate([np.load(path) for path in slices_npys])
    if clicks_npys is None:
        return images[..., None]
    clicks = np.concatenate([np.load(path) for path in clicks_npys])
    return np.stack([images, clicks.astype(np.float32)], axis=-1)


def rows_of(folds: pd.DataFrame) -> pd.DataFrame:
    """Patient and fold of each row of arrays that hold all slices in the order of ``folds.csv``."""
    return folds.loc[folds.index.repeat(folds["n_slices"]), ["patient", "fold"]].reset_index(drop=True)
