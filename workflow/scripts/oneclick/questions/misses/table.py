"""What becomes of a slice whose click misses its tumour by far."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from oneclick.ask.answers import by_place, interval, medians
from oneclick.ask.place_names import MISSES, OWN


def miss_table(table: pd.DataFrame, kinds: Mapping[str, Sequence[str]], seed: int) -> pd.DataFrame:
    """A row for each method and place: method, network_clicks, keep (see the table of cross), place; n_slices that
    have such a place, n_patients, median_dice, ci_low, ci_high, loss (of median Dice against the study's own clicks on the
    same slices); mean_false_ml, false_ml_low, false_ml_high (false-positive volume of a slice, its mean and 95 % interval
    when patients are drawn); false_component_share (of the slices on which a predicted component has no true pixel)."""
    order = {place: number for number, place in enumerate((OWN, *MISSES))}
    table, parts = table.sort_values("place", key=lambda places: places.map(order), kind="stable"), []
    for method, part in table.groupby("method", sort=False):
        found = medians(by_place(part, "place"), seed, "misses").set_index("place")
        network, keep = kinds[method]
        for place, answers in part.groupby("place", sort=False):
            volumes, patients = answers["false_ml"].to_numpy(float), answers["patient"].to_numpy()
            limits = interval(volumes, patients, np.mean, seed, "misses")
            share = (answers["false_components"] > 0).mean()
            found.loc[place, ["mean_false_ml", "false_ml_low", "false_ml_high"]] = volumes.mean(), *limits
            found.loc[place, "false_component_share"] = share
        found.loc[OWN, "loss"] = 0.0
        found = found.reset_index()
        for at, (name, value) in enumerate((("method", method), ("network_clicks", network), ("keep", keep))):
            found.insert(at, name, value)
        parts.append(found)
    return pd.concat(parts, ignore_index=True)
