"""What becomes of a slice whose click misses its tumour by far."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from oneclick.other_clicks.answers import by_place, interval, medians, table_of_methods
from oneclick.other_clicks.place_names import MISSES, OWN


def miss_table(table: pd.DataFrame, made_for: Mapping[str, Sequence[str]], seed: int) -> pd.DataFrame:
    """A row for each method and place: the columns of :func:`answers.table_of_methods`, place; n_slices that have such a
    place, n_patients, median_dice, ci_low, ci_high, loss (of median Dice against the study's own clicks on the same slices);
    mean_false_ml, false_ml_low, false_ml_high (false-positive volume of a slice, its mean and 95 % interval when patients
    are drawn); false_component_share (of the slices on which a predicted component has no true pixel)."""

    def statistics(part: pd.DataFrame) -> pd.DataFrame:
        found = medians(by_place(part, "place"), seed, "misses").set_index("place")
        for place, answers in part.groupby("place", sort=False):
            volumes, patients = answers["false_ml"].to_numpy(float), answers["patient"].to_numpy()
            limits = interval(volumes, patients, np.mean, seed, "misses")
            found.loc[place, ["mean_false_ml", "false_ml_low", "false_ml_high"]] = volumes.mean(), *limits
            found.loc[place, "false_component_share"] = (answers["false_components"] > 0).mean()
        found.loc[OWN, "loss"] = 0.0
        return found.reset_index()

    order = {place: number for number, place in enumerate((OWN, *MISSES))}
    in_order = table.sort_values("place", key=lambda places: places.map(order), kind="stable")
    return table_of_methods(in_order, made_for, statistics)
