"""What jobs read: tables, and slices with click matrices as a network's second channel."""

import numpy as np
import pandas as pd


def read_table(path: str) -> pd.DataFrame:
    """A CSV table of the workflow; the name of a patient is text also if it is "007" or "NA"."""
    return pd.read_csv(path, dtype={"patient": str}, keep_default_na=False)


def with_clicks(images: np.ndarray, clicks: np.ndarray | None) -> np.ndarray:
    """PET slices (n, h, w) as a network's input, float32 (n, h, w, channels): channel 0 is the slice, channel 1 its clicks
    (n, h, w); there is one channel only without (Rainio et al. 2024, section 2.2)."""
    return images[..., None] if clicks is None else np.stack([images, clicks.astype(np.float32)], axis=-1)


def network_input(slices_npys: list[str], clicks_npys: list[str] | None) -> np.ndarray:
    """The input of :func:`with_clicks` from the files of several patients: slices, and click matrices or what they are
    encoded to."""
    images = np.concatenate([np.load(path) for path in slices_npys])
    return with_clicks(images, None if clicks_npys is None else np.concatenate([np.load(path) for path in clicks_npys]))


def rows_of(folds: pd.DataFrame) -> pd.DataFrame:
    """Patient and fold of each row of arrays that hold all slices in the order of ``folds.csv``."""
    return folds.loc[folds.index.repeat(folds["n_slices"]), ["patient", "fold"]].reset_index(drop=True)


def places_of(folds: pd.DataFrame) -> dict[str, slice]:
    """Where each patient's rows lie in such arrays, or, of the patients of one fold, in those of its slices."""
    ends = folds["n_slices"].cumsum()
    return {p: slice(end - n, end) for p, n, end in zip(folds["patient"], folds["n_slices"], ends, strict=True)}
