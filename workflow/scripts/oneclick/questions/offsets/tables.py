"""How far off a click may be: statistics of clicks moved by so many mm in eight directions."""

import numpy as np
import pandas as pd

from oneclick.other_clicks.answers import by_place, medians
from oneclick.questions.offsets.safe_radius import safe_radius

SIZES = ("small", "medium", "large")
"""Thirds of the slices by the radius of their tumours."""
RADII = np.arange(0, 5.01, 0.25)
"""Offsets in radii of the tumour at which Dice is read."""


def with_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Answers to moved clicks with the column size: the third of the slices, by radius, that a slice is in."""
    slices = table.drop_duplicates(["patient", "slice"])
    edges = slices["radius_mm"].quantile([1 / 3, 2 / 3]).to_numpy()
    return table.assign(size=np.array(SIZES)[np.searchsorted(edges, table["radius_mm"], side="left")])


def curve(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Of one method, a row per distance: distance_mm, then as :func:`answers.medians`, a slice's Dice being the mean over
    the directions and the loss that against unmoved clicks."""
    return medians(by_place(table, "distance_mm"), seed, "offsets")


def curve_in_radii(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The same by distance_radii, the distance over the radius of the slice's tumour, each slice's Dice interpolated between
    the distances asked. As long as half of the slices reach: of large tumours, 20 mm are few radii. The loss is that of the
    slices that reach."""
    wide = by_place(table, "distance_mm")
    radii = table.drop_duplicates(["patient", "slice"]).set_index(["patient", "slice"])["radius_mm"].loc[wide.index]
    asked = wide.columns.to_numpy(float)
    found = [np.interp(RADII * r, asked, dice, right=np.nan) for r, dice in zip(radii, wide.to_numpy(), strict=True)]
    found = pd.DataFrame(found, index=wide.index, columns=pd.Index(RADII, name="distance_radii"))
    return medians(found.loc[:, found.notna().mean() >= 0.5], seed, "offsets")


def offset_tables(table: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The curves of all methods in mm and in radii (method, then :func:`curve`, :func:`curve_in_radii`), and the safe radii:
    method, size (all, small, medium, large), n_slices, radius_mm (median of the tumours), median_dice (of unmoved clicks),
    safe_radius_mm."""
    in_mm, in_radii, radii = [], [], []
    for method, of_method in with_sizes(table).groupby("method", sort=False):
        for curves, function in ((in_mm, curve), (in_radii, curve_in_radii)):
            found = function(of_method, seed)
            found.insert(0, "method", method)
            curves.append(found)
        for size in ("all", *SIZES):
            part = of_method if size == "all" else of_method[of_method["size"] == size]
            if len(part):
                found, slices = curve(part, seed), part.drop_duplicates(["patient", "slice"])
                dice = found["median_dice"].iloc[0]
                radii.append((method, size, len(slices), slices["radius_mm"].median(), dice, safe_radius(found)))
    columns = ["method", "size", "n_slices", "radius_mm", "median_dice", "safe_radius_mm"]
    curves = (pd.concat(parts, ignore_index=True) for parts in (in_mm, in_radii))
    return *curves, pd.DataFrame(radii, columns=columns)
