"""The files of a stack of slices, for tests of what reads them; written without the code that the workflow has for it."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from oneclick.data.grid import Grid
from oneclick.data.stack import StackFiles


def plane_of(size: int, pixel_mm: tuple[float, float] = (1.0, 1.0)) -> Grid:
    """A grid whose pixels are the voxels of 99 planes."""
    whole = (0.0, 0.0), (1.0, 1.0), pixel_mm
    return Grid((size, size, 99), size, (0, 1, 2), (False, False), *whole, None, 3.0)


def write_stack(
    folder: Path,
    numbers: dict[str, list[int]],
    images: np.ndarray,
    masks: np.ndarray,
    grids: dict[str, Grid] | None = None,
    ranges: tuple[float, float] = (0.0, 1.0),
) -> StackFiles:
    """Write slices (n, h, h) with their masks, of patients after one another with these ``numbers`` along the scan."""
    names = [folder / name for name in ("slices.npy", "masks.npy", "slices.csv", "grids.json")]
    files = StackFiles(*map(str, names))
    np.save(files.slices_npy, np.asarray(images, np.float32))
    np.save(files.masks_npy, np.asarray(masks, np.uint8))
    rows = [(patient, index, number) for patient, listed in numbers.items() for index, number in enumerate(listed)]
    table = pd.DataFrame(rows, columns=["patient", "index", "slice"]).assign(n_positive=np.sum(masks, axis=(1, 2)))
    table.assign(lowest=ranges[0], highest=ranges[1]).to_csv(files.slices_csv, index=False)
    grids = grids or dict.fromkeys(numbers, plane_of(np.shape(images)[1]))
    Path(files.grids_json).write_text(json.dumps({patient: asdict(grid) for patient, grid in grids.items()}))
    return files


def write_folds(folder: Path, folds: dict[str, int]) -> str:
    """Write the fold of each patient; gives the path."""
    table = pd.DataFrame({"patient": list(folds), "fold": list(folds.values()), "n_slices": 1})
    table.to_csv(folder / "folds.csv", index=False)
    return str(folder / "folds.csv")
