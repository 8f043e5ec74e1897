"""The Dice that a click around its place gives, as maps on the patients' scans."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.interpolate import RegularGridInterpolator

from oneclick.data.nifti import write_on_scan
from oneclick.data.rows import places_of, read_rows
from oneclick.data.stack import read_grids
from oneclick.other_clicks.answers import read_answers

NOT_ASKED = -1.0
"""The value of a map where no click was asked for; a Dice of 0 is an answer."""


def asked_dice(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distances in mm (d,), directions in degrees (a,) and Dice (d, a) of one method's answers for one slice. A click that
    was not moved has no direction: its Dice counts for all."""
    wide = table.pivot(index="distance_mm", columns="direction", values="dice").sort_index().sort_index(axis=1)
    wide.loc[0] = wide.loc[0, 0]
    return wide.index.to_numpy(float), wide.columns.to_numpy(float), wide.to_numpy()


def dice_map(table: pd.DataFrame, matrix: np.ndarray, pixel_mm: tuple[float, float]) -> np.ndarray:
    """The Dice (h, w), float32, that a click on each pixel gives, from one method's answers for one slice with the click
    ``matrix`` (h, w): interpolated linearly in distance and direction, ``NOT_ASKED`` beyond the largest distance.

    Where a slice has several clicks, all were moved alike: around each lies the same map, and a pixel belongs to the nearest
    click. A slice without a click, which a reader left out, was asked nothing. ``pixel_mm``: a pixel's size along rows and
    columns.
    """
    if not matrix.any():
        return np.full(matrix.shape, NOT_ASKED, np.float32)
    distances, directions, dice = asked_dice(table)
    apart = np.indices(matrix.shape) - np.argwhere(matrix)[:, :, None, None]
    rows, columns = np.moveaxis(apart * np.array(pixel_mm)[:, None, None], 1, 0)  # each (clicks, h, w), in mm
    nearest = np.hypot(rows, columns).argmin(axis=0)[None]
    rows, columns = (np.take_along_axis(x, nearest, axis=0)[0] for x in (rows, columns))
    distance, direction = np.hypot(rows, columns), np.degrees(np.arctan2(columns, rows)) % 360
    around = np.concatenate([dice, dice[:, :1]], axis=1)  # the first direction again at 360 degrees
    found = RegularGridInterpolator((distances, np.append(directions, 360.0)), around)
    inside = distance <= distances[-1]
    values = np.full(matrix.shape, NOT_ASKED, np.float32)
    values[inside] = found(np.stack([distance[inside], direction[inside]], axis=-1))
    return values


def write_maps(method: str, answers_csv: str, clicks_npy: str, slices_csv: str, grids_json: str, maps: str) -> None:
    """Write a volume (float32) for each patient, so that it lies on the PET scan, ``{patient}.nii.gz`` in the folder
    ``maps``: :func:`dice_map` on the slices that were asked about, ``NOT_ASKED`` elsewhere. ``clicks_npy`` holds the clicks
    of the ``method``."""
    rows, clicks = read_rows(slices_csv), np.load(clicks_npy, mmap_mode="r")
    table, places = read_answers([answers_csv], [method]), places_of(rows)
    of_slices = dict(list(table[table["method"] == method].groupby(["patient", "slice"])))
    for patient, grid in read_grids(grids_json).items():
        here = places.get(patient, slice(0))
        volume = np.full(grid.shape, NOT_ASKED, np.float32, order="F")
        planes = grid.planes(volume)  # a view: what is written to it is written to the volume
        for matrix, number in zip(clicks[here], rows["slice"].to_numpy()[here], strict=True):
            values = dice_map(of_slices[patient, number], matrix, grid.pixel_mm)
            planes[number] = grid.to_plane(values - NOT_ASKED) + NOT_ASKED  # to_plane has 0 beyond the grid
        write_on_scan(Path(maps, f"{patient}.nii.gz"), volume, grid.geometry, text=f"oneclick-pet, {grid}")
