"""How far off a click of a classical method may be: :mod:`oneclick.offsets` without a network."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from oneclick import classical
from oneclick.encodings import Encoding
from oneclick.grid import Grid
from oneclick.inputs import read_table
from oneclick.offsets import Method, radius_mm, scores_of_moved_clicks


def write_offsets(
    name: str,
    settings: dict,
    connectivity: int,
    both_empty: float,
    folds_csv: str,
    slices_npys: dict[str, str],
    masks_npys: dict[str, str],
    slices_csvs: dict[str, str],
    grid_jsons: dict[str, str],
    clicks_npys: dict[str, str],
    distances_mm: Sequence[float],
    offsets_csv: str,
) -> None:
    """Write the table of :func:`offsets.write_offsets` for a classical method, ``settings`` its row in the config. Paths are
    by patient."""
    method, tables = Method(settings, Encoding(), connectivity, both_empty), []
    for patient, fold in read_table(folds_csv)[["patient", "fold"]].itertuples(index=False):
        table, pixel_mm = read_table(slices_csvs[patient]), Grid.read(grid_jsons[patient]).pixel_mm
        truth = np.load(masks_npys[patient])

        def masks_of(x: np.ndarray, pixel_mm=pixel_mm) -> np.ndarray:
            """What a network's outputs are to a network: masks (n, h, w) of slices and clicks (n, h, w, 2)."""
            return np.stack(
                [classical.segment(*channels, settings, pixel_mm, connectivity) for channels in np.moveaxis(x, 3, 1)]
            )

        images = classical.in_unit(np.load(slices_npys[patient]), table)
        dice = scores_of_moved_clicks(
            images, truth, np.load(clicks_npys[patient]), None, masks_of, 0.5, method, pixel_mm, distances_mm
        )
        slices = table[["patient", "slice"]].assign(method=name, fold=fold)
        slices["radius_mm"] = [radius_mm(mask, connectivity, pixel_mm) for mask in truth]
        tables += [slices.assign(distance_mm=mm, dice=row) for mm, row in zip(distances_mm, dice, strict=True)]
    columns = ["method", "patient", "slice", "fold", "radius_mm", "distance_mm", "dice"]
    pd.concat(tables)[columns].to_csv(offsets_csv, index=False)
