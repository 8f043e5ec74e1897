"""Seconds against accuracy: what a segmentation costs a person, by a declared model of time, and how good it is."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

NO_CLICK, EVERY_SLICE, PER_LESION = "no click", "a click on every slice", "one click per lesion"
BY_HAND = "by hand"
"""The method, and its use, of drawing all contours."""


@dataclass(frozen=True)
class Effort:
    """The model of time: seconds for a click, for a predicted slice that is corrected, and for a slice drawn from nothing;
    the Dice of what was drawn or corrected (1, or that of two observers); the percentages of slices to correct; where the
    seconds of a click come from (``source``)."""

    seconds_per_click: float
    seconds_per_corrected_slice: float
    seconds_per_contour: float
    dice_by_hand: float
    corrected_percent: tuple[float, ...]
    source: str = "assumed"


def corrected(dice: np.ndarray, percent: float, by_hand: float) -> tuple[np.ndarray, int]:
    """Dice (n,) of slices after the worst ``percent`` of them, rounded up, were corrected by hand to ``by_hand``, and their
    number; a slice that was better stays as it is."""
    n = math.ceil(round(len(dice) * percent / 100, 6))
    after = np.sort(dice)
    after[:n] = np.maximum(after[:n], by_hand)
    return after, n


def frontier(seconds: np.ndarray, dice: np.ndarray) -> np.ndarray:
    """Which points (n,) are on the Pareto frontier: no other takes no more seconds and has no less Dice, better in one of
    the two; bool. Equal points are both on it."""
    seconds, dice = np.asarray(seconds, float), np.asarray(dice, float)
    no_worse = (seconds[:, None] <= seconds) & (dice[:, None] >= dice)
    better = (seconds[:, None] < seconds) | (dice[:, None] > dice)
    return ~(no_worse & better).any(axis=0)


def effort_table(
    scores: pd.DataFrame, walked: pd.DataFrame, n_clicks: dict[str, int], n_lesions: int, effort: Effort
) -> pd.DataFrame:
    """A row per method, use of it and percentage of slices corrected, and one for contours by hand: method, use,
    corrected_percent, clicks, corrected_slices, seconds (all three of a patient, mean), n_slices, n_patients, median_dice,
    mean_dice, frontier and frontier_mean (whether it is on the frontier of median, of mean Dice against seconds).

    ``scores`` and ``walked`` (method, patient, slice, dice) have the scored slices with the study's clicks and with one
    click per lesion, the latter also the slices without tumour in which something was found; ``n_clicks``: the study's
    clicks by method, 0 for one without; ``n_lesions``: all patients' lesions.
    """
    n_patients, rows = scores["patient"].nunique(), []

    def add(method: str, use: str, percent: float, clicks: float, slices: int, seconds: float, dice: np.ndarray) -> None:
        of_patient = [total / n_patients for total in (clicks, slices, seconds)]
        rows.append((method, use, percent, *of_patient, len(dice), n_patients, np.median(dice), np.mean(dice)))

    uses = [(scores, NO_CLICK, n_clicks), (scores, EVERY_SLICE, n_clicks), (walked, PER_LESION, None)]
    for method in scores["method"].unique():
        for table, use, clicks_of in uses:
            dice = table.loc[table["method"] == method, "dice"].to_numpy()
            clicks = n_lesions if clicks_of is None else clicks_of[method]
            if not len(dice) or (use == EVERY_SLICE and clicks == 0) or (use == NO_CLICK and clicks > 0):
                continue
            for percent in (0, *effort.corrected_percent):
                after, n = corrected(dice, percent, effort.dice_by_hand)
                seconds = clicks * effort.seconds_per_click + n * effort.seconds_per_corrected_slice
                add(method, use, percent, clicks, n, seconds, after)
    n_slices = len(scores.drop_duplicates(["patient", "slice"]))
    drawn = np.full(n_slices, effort.dice_by_hand)
    add(BY_HAND, BY_HAND, 100, 0, n_slices, n_slices * effort.seconds_per_contour, drawn)
    columns = ["method", "use", "corrected_percent", "clicks", "corrected_slices", "seconds", "n_slices", "n_patients"]
    table = pd.DataFrame(rows, columns=[*columns, "median_dice", "mean_dice"])
    table["frontier"] = frontier(table["seconds"], table["median_dice"])
    table["frontier_mean"] = frontier(table["seconds"], table["mean_dice"])
    return table
