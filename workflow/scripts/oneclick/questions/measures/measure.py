"""Measures of a method's masks beside the Dice per slice: of slices, of lesions, and of patients in 3-D.

All on the slices' own grid. A patient's scored slices are stacked by their numbers; those that were not scored, of which
nothing is known, are empty in both masks, so that no component reaches across them. A lesion is a component of the true
mask.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from oneclick.common.tables import write_table
from oneclick.data.stack import StackFiles
from oneclick.metrics.detection import components, detection
from oneclick.metrics.dice import dice
from oneclick.metrics.surfaces import surface_measures

LEVELS = ("slice", "lesion", "patient")
COLUMNS = (
    "method", "level", "patient", "slice", "lesion", "fold", "dice", "hd95_mm", "surface_dice", "fp_ml", "fn_ml",
    "n_true", "n_found", "n_pred", "n_hit", "sensitivity", "precision", "f1",
    "mtv_true_ml", "mtv_pred_ml", "mtv_error_ml", "tlg_true", "tlg_pred", "tlg_error",
)  # fmt: skip


def stacked(planes: np.ndarray, numbers: Sequence[int]) -> np.ndarray:
    """Slices (n, h, w) with their rising ``numbers`` as a volume (last - first + 1, h, w), 0 where a number is missing."""
    numbers = np.asarray(numbers) - numbers[0]
    volume = np.zeros((numbers[-1] + 1, *planes.shape[1:]), planes.dtype)
    volume[numbers] = planes
    return volume


def agreement(
    truth: np.ndarray,
    predicted: np.ndarray,
    values: np.ndarray,
    spacing_mm: tuple[float, ...],
    voxel_ml: float,
    tolerance_mm: float,
) -> dict[str, float]:
    """How two masks (h, w) or (n, h, w) agree: dice (NaN if both are empty), hd95_mm and surface_dice
    (:func:`surfaces.surface_measures`), and of each mask, with the error (predicted less true):

    - mtv_ml: the metabolic tumour volume, which is that of the mask: no threshold is applied to it;
    - tlg: total lesion glycolysis, the sum of the scan's ``values`` in the mask times the volume of a voxel (Larson et al.
      1999, doi 10.1016/S1095-0397(99)00016-3), in the scan's unit times ml. An empty mask has 0 of both.
    """
    n_true, n_pred, n_both = (int(np.count_nonzero(mask)) for mask in (truth, predicted, truth & predicted))
    hd95, surface = surface_measures(truth, predicted, spacing_mm, tolerance_mm)
    found = {"dice": float(dice(n_true, n_pred, n_both, np.nan)), "hd95_mm": hd95, "surface_dice": surface}
    tlg = [float(values[mask > 0].sum(dtype=np.float64)) * voxel_ml for mask in (truth, predicted)]
    for name, true, pred in (("mtv_{}_ml", n_true * voxel_ml, n_pred * voxel_ml), ("tlg_{}", *tlg)):
        found |= {name.format("true"): true, name.format("pred"): pred, name.format("error"): pred - true}
    return found


def lesion_pairs(truth: np.ndarray, predicted: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each lesion of a true mask (n, h, w), in raster order: its own mask (n, h, w), and the predicted components that
    touch it, together, as another; empty if it was missed. A component that touches several lesions counts for each."""
    (true_labels, n_true), (labels, n) = components(truth), components(predicted)
    pairs = []
    for lesion in range(1, n_true + 1):
        mask = true_labels == lesion
        touching = np.bincount(labels[mask], minlength=n + 1) > 0
        touching[0] = False
        pairs.append((mask, touching[labels]))
    return pairs


def patient_rows(
    truth: np.ndarray,
    predicted: np.ndarray,
    values: np.ndarray,
    numbers: np.ndarray,
    spacing_mm: tuple[float, float, float],
    tolerance_mm: float,
) -> list[dict]:
    """The rows of one patient for the table of :func:`write_measures`: each slice, each lesion, and the patient in 3-D.

    Masks of 0 and 1 and the scan's ``values`` (n, h, w), slice ``numbers`` (n,) rising; ``spacing_mm`` along slices, rows
    and columns. The columns of :func:`detection` are those of slices and patients only.
    """
    voxel_ml = float(np.prod(spacing_mm)) / 1000
    rows = []
    for number, true, pred, value in zip(numbers, truth, predicted, values, strict=True):
        row = agreement(true, pred, value, spacing_mm[1:], voxel_ml, tolerance_mm) | detection(true, pred, voxel_ml)
        rows.append({"level": "slice", "slice": number} | row)
    truth, predicted, values = (stacked(planes, numbers) for planes in (truth, predicted, values))
    for lesion, (true, pred) in enumerate(lesion_pairs(truth, predicted), start=1):
        row = agreement(true, pred, values, spacing_mm, voxel_ml, tolerance_mm)
        rows.append({"level": "lesion", "lesion": lesion} | row)
    row = agreement(truth, predicted, values, spacing_mm, voxel_ml, tolerance_mm) | detection(truth, predicted, voxel_ml)
    return [*rows, {"level": "patient"} | row]


def write_measures(
    method: str,
    stack: StackFiles,
    folds_csv: str,
    segmentations_npy: str,
    tolerance_mm: float,
    measures_csv: str,
    say: Callable[[str], None],
) -> None:
    """Write a method's measures, a row for each slice, lesion and patient (column level), in the columns ``COLUMNS``; what
    is undefined, or is not of a level, is empty."""
    segmentations, rows = np.load(segmentations_npy, mmap_mode="r"), []
    patients = list(stack.patients(folds_csv))
    for slices in patients:
        truth, predicted = np.array(slices.masks), np.array(segmentations[slices.where])
        spacing_mm = (slices.grid.slice_mm, *slices.grid.pixel_mm)
        found = patient_rows(truth, predicted, slices.values, slices.numbers, spacing_mm, tolerance_mm)
        about = {"method": method, "patient": slices.patient, "fold": slices.rows["fold"].iloc[0]}
        rows += [about | row for row in found]
    say(f"{len(patients)} patients measured")
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    counts = ["slice", "lesion", "n_true", "n_found", "n_pred", "n_hit"]
    write_table(table.astype(dict.fromkeys(counts, "Int64")), measures_csv)
