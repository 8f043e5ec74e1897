"""Contact sheets of what a study predicted: true and predicted masks on a slice of each patient."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from oneclick.data.body import body_box
from oneclick.data.stack import StackFiles
from oneclick.evaluation.paper_tests import read_scores
from oneclick.report.contact_sheets import Tile, View, draw_sheet, near, save_sheet
from oneclick.report.marks import Notices, marked
from oneclick.report.outlines import TRUE_COLOUR
from oneclick.report.scan_sheet import warnings_by_patient
from oneclick.report.style import colours, decimals, notice_lines

PICTURES = 27.0
"""How high the pictures of a patient are at most, in mm."""


def compared(scores: pd.DataFrame, clicked: Collection[str]) -> list[str]:
    """The methods whose masks are drawn: the first without a click, and of those ``clicked`` that with the highest median
    Dice (the first of equal ones), as far as there are such."""
    methods = list(dict.fromkeys(scores["method"]))
    medians = scores.groupby("method", sort=False)["dice"].median().reindex(methods)
    best = medians[[method in clicked for method in methods]].dropna()
    return [method for method in methods if method not in clicked][:1] + ([str(best.idxmax())] if len(best) else [])


def prediction_tile(patient: str, slices, masks: dict[str, np.ndarray], dice: dict[str, dict], warnings: list[str]) -> Tile:
    """The slice of a patient (:class:`stack.PatientSlices`) with most true tumour, with the true mask and those of the
    methods, uint8 (n, h, w); ``dice``: of each method by slice."""
    row = int(np.argmax(slices.masks.sum(axis=(1, 2))))
    number = int(slices.numbers[row])
    picture = slices.images[row].T
    drawn = tuple(np.asarray(mask[row]).T for mask in (slices.masks, *masks.values()))
    across, down = slices.grid.pixel_mm
    whole = View(picture, drawn, (down, across), "RL", body_box(picture, drawn))
    union = np.any(drawn, axis=0)
    found = ", ".join(decimals(dice[method].get((patient, number), np.nan)) for method in masks)
    return Tile(
        patient, [[whole, near(whole, union)]], [f"slice {number}, {int(drawn[0].sum())} pixels; Dice {found}"], warnings
    )


def write_prediction_sheet(
    verification_csv: str,
    scores_csv: str,
    stack: StackFiles,
    segmentations: list[str],
    png: str,
    patients: list[str],
    methods: dict[str, bool],
    page: tuple[int, int],
    notices: Notices,
) -> None:
    """Write a page of ``patients``. ``methods``: whether each uses clicks, in the order of
    the files of their ``segmentations``; ``page``: which of how many."""
    scores, warnings = read_scores(scores_csv), warnings_by_patient(verification_csv)
    drawn = compared(scores, [method for method, clicked in methods.items() if clicked])
    paths = dict(zip(methods, segmentations, strict=True))
    predicted = {method: np.load(paths[method], mmap_mode="r") for method in drawn}
    dice = {
        method: dict(zip(zip(rows["patient"], rows["slice"], strict=True), rows["dice"], strict=True))
        for method, rows in scores[scores["patient"].isin(patients)].groupby("method")
    }
    tiles = {patient: Tile(patient, [], ["no slice with enough tumour"], warnings.get(patient, [])) for patient in patients}
    for part in stack.patients():
        if part.patient in tiles:
            masks = {method: mask[part.where] for method, mask in predicted.items()}
            tiles[part.patient] = prediction_tile(part.patient, part, masks, dice, tiles[part.patient].warnings)
    palette = colours(methods)
    names = {"true mask": TRUE_COLOUR} | {marked(method, notices): palette[method] for method in drawn}
    title = f"True and predicted masks, page {page[0]} of {page[1]}"
    save_sheet(draw_sheet(list(tiles.values()), title, names, PICTURES, notice_lines(drawn, notices)), png)
