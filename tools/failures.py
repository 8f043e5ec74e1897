"""How the methods of a finished study of the phantom fail: python tools/failures.py results-paper 2024

Prints a row a method, of all slices: those with no overlap with the tumour; those with a false component (one that touches
no tumour); the size of the components that touch it relative to the tumour (median); and the share of false positive pixels
that lie in the brain.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from finished import markdown, number

sys.path.append(str(Path(__file__).parents[1] / "workflow/scripts"))

from oneclick.clicks.components import label_components
from oneclick.common.randomness import generator
from oneclick.common.tables import read_table
from oneclick.phantom.anatomy import paint
from oneclick.phantom.patient import draw_patient

COLUMNS = ("method", "no overlap", "false component", "size of hits / tumour", "false positive pixels in the brain")


def brain_masks(patient: str, numbers: np.ndarray, seed: int, size: int, slices: list[int] | None) -> np.ndarray:
    """Where the brain of a phantom patient is on the slices of these numbers, bool (n, size, size)."""
    head, _, axes = draw_patient(patient, seed, size, slices)
    brain = paint(head, axes, generator(seed, "phantom tissue", patient))[2]
    return np.moveaxis(brain[:, :, numbers], 2, 0)


def failures(folder: Path, seed: int | None, drawn: list[int] | None = None) -> tuple[pd.DataFrame, float]:
    """The table (``COLUMNS``, shares of 1) and the share of slices that show brain; without a phantom's seed, no brain.

    ``drawn``: the phantom's setting ``slices``."""
    slices, truth = read_table(folder / "slices.csv"), np.load(folder / "masks.npy").astype(bool)
    brain = np.zeros_like(truth)
    if seed is not None:
        numbers = slices.groupby("patient", sort=False)["slice"]
        brain = np.concatenate([brain_masks(patient, n.to_numpy(), seed, truth.shape[1], drawn) for patient, n in numbers])
    rows = []
    for method in dict.fromkeys(pd.read_csv(folder / "scores.csv")["method"]):
        predicted = np.load(folder / f"segmentations/{method}.npy").astype(bool)
        false_components, sizes = [], []
        for mask, true in zip(predicted, truth, strict=True):
            labels, n = label_components(mask, 8)
            hit = np.unique(labels[true & mask])
            false_components.append(n > len(hit))
            if len(hit):
                sizes.append(np.isin(labels, hit).sum() / true.sum())
        false = predicted & ~truth
        missed = 1 - (predicted & truth).any(axis=(1, 2)).mean()
        in_brain = (false & brain).sum() / false.sum() if false.any() else np.nan
        size = np.median(sizes) if sizes else np.nan
        rows.append((method, missed, np.mean(false_components), size, in_brain))
    return pd.DataFrame(rows, columns=COLUMNS), float(brain.any(axis=(1, 2)).mean())


def as_markdown(folder: Path, seed: int | None, drawn: list[int] | None = None) -> list[str]:
    table, with_brain = failures(folder, seed, drawn)
    columns = COLUMNS if seed is not None else COLUMNS[:-1]
    lines = [f"Of the slices {with_brain:.0%} show brain.", ""] if seed is not None else []
    rows = []
    for method, missed, false, size, in_brain in table.itertuples(index=False):
        cells = [method, f"{missed:.1%}", f"{false:.1%}", number(size, 2), "" if np.isnan(in_brain) else f"{in_brain:.1%}"]
        rows.append(cells[: len(columns)])
    return lines + markdown(columns, rows)


if __name__ == "__main__":
    print("\n".join(as_markdown(Path(sys.argv[1]), int(sys.argv[2]))))
