"""One click per lesion: the segmentation of the clicked slice gives the click of the next one, until nothing is found."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import ndimage

from oneclick.clicks.components import label_components
from oneclick.clicks.encoding import Encoding, encode
from oneclick.clicks.simulated import center_click, click_matrix
from oneclick.common.tables import read_table, write_table
from oneclick.data.grid import Grid, resize
from oneclick.data.masks import read_nifti_mask_on
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.scan_masks import scan_mask, write_mask
from oneclick.data.slices import scale_to_unit
from oneclick.data.stack import StackFiles, read_grids
from oneclick.methods.postprocessing import refine, segment
from oneclick.metrics.dice import score_slices
from oneclick.networks.inputs import with_clicks
from oneclick.questions.walk.tables import WAYS, with_dice

MaskOf = Callable[[int, tuple[int, int]], np.ndarray]
"""The predicted mask (h, w) of a slice, by its number, for a click (row, column) on it."""


@dataclass(frozen=True)
class Method:
    """A method of a finished study: its row in the config (``settings``), whether its network ``sees`` clicks and how they
    are encoded, and the ``connectivity`` of components of a slice: 8 or 4."""

    settings: dict
    sees: bool
    encoding: Encoding
    connectivity: int


@dataclass(frozen=True)
class Scans:
    """The patients' scans, in the order of their names: PET and true mask as NIfTI, and which of its labels are tumour."""

    pets: list[str]
    scan_masks: list[str]
    labels: list[list[int] | None]


def component_at(mask: np.ndarray, click: tuple[int, int], connectivity: int, pixel_mm: tuple[float, float]) -> np.ndarray:
    """The component, bool (h, w), of a mask (h, w) that holds the click (row, column), or else the one nearest to it in mm;
    empty if the mask is. ``pixel_mm``: a pixel's size along rows and columns."""
    labels, _ = label_components(mask, connectivity)
    pixels = np.argwhere(labels)
    if not len(pixels):
        return np.zeros(mask.shape, bool)
    distance = (((pixels - click) * pixel_mm) ** 2).sum(axis=1)
    return labels == labels[tuple(pixels[np.argmin(distance)])]


def walk(
    start: int,
    click: tuple[int, int],
    mask_of: MaskOf,
    n_slices: int,
    connectivity: int,
    pixel_mm: tuple[float, float],
) -> dict[int, np.ndarray]:
    """What one click (row, column) on slice ``start`` of ``n_slices`` finds: masks, bool (h, w), by slice number; nothing if
    the mask of that slice is empty.

    Of each slice's mask stays the component at the click (:func:`component_at`). The next slice is clicked at the pixel of
    that component closest to its centre of mass. A direction ends at the scan's end, or where the next component is empty
    or shares no pixel, laid over it, with the last one.
    """

    def found(number: int, at: tuple[int, int]) -> np.ndarray:
        return component_at(mask_of(number, at), at, connectivity, pixel_mm)

    first = found(start, click)
    masks = {start: first} if first.any() else {}
    for step in (1, -1) if masks else ():
        last, number = first, start + step
        while 0 <= number < n_slices:
            mask = found(number, center_click(last, "closest"))
            if not (mask & last).any():
                break
            masks[number] = last = mask
            number += step
    return masks


def label_lesions(truth: np.ndarray) -> np.ndarray:
    """Lesions of a true mask (slices, h, w), all slices of the scan: labels from 1, int of that shape. Pixels that touch at
    least at a corner, in a slice or the next one, belong together (26-connected)."""
    return ndimage.label(truth, structure=np.ones((3, 3, 3)))[0]


def nearest_lesions(lesions: np.ndarray, voxel_mm: tuple[float, float, float]) -> np.ndarray:
    """The lesion nearest in mm to each pixel (slices, h, w) of the scan, so that each predicted pixel counts for one lesion.
    ``voxel_mm``: how far slices, rows and columns lie apart."""
    places = ndimage.distance_transform_edt(lesions == 0, voxel_mm, return_distances=False, return_indices=True)
    return lesions[tuple(places)]


def lesion_counts(lesions: np.ndarray, nearest: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (n,) of a predicted mask (slices, h, w) that are nearest to each of n lesions, and those that hit it."""
    n, predicted = int(lesions.max()) + 1, np.asarray(predicted, bool)
    return np.bincount(nearest[predicted], minlength=n)[1:], np.bincount(lesions[predicted], minlength=n)[1:]


def predictor(
    planes: np.ndarray, grid: Grid, resize_pet: str, output_of: Callable[[np.ndarray], np.ndarray], threshold: float,
    method: Method,
) -> MaskOf:  # fmt: skip
    """The masks of a method on any slice of a scan's ``planes`` (slices, rows, columns), made ready as the study's slices
    are; empty on a constant slice. ``output_of``: the network's raw output (h, w) for an input (h, w, channels)."""

    @cache
    def image(number: int) -> np.ndarray | None:
        resized = resize(planes[number : number + 1], grid, resize_pet)
        return None if resized.min() == resized.max() else scale_to_unit(resized)

    @cache
    def unclicked(number: int) -> np.ndarray:
        return output_of(with_clicks(image(number), None)[0])

    def mask_of(number: int, click: tuple[int, int]) -> np.ndarray:
        matrix = click_matrix([click], grid.size)
        if image(number) is None:
            return np.zeros_like(matrix)
        if method.sees:
            clicks = encode(matrix[None], method.encoding, grid.pixel_mm)
            output = output_of(with_clicks(image(number), clicks)[0])
        else:
            output = unclicked(number)
        kept = matrix if "keep" in method.settings else None
        return refine(segment(output, threshold), kept, method.settings, method.connectivity)

    return mask_of


def clicked_slice(lesion: np.ndarray, components: dict[int, np.ndarray]) -> tuple[int, int]:
    """The slice of a lesion (slices, h, w) with its largest cross-section, the first among equals, and the number of the
    largest component there. ``components``: labels (h, w) of a slice's components, by slice number."""
    number = int(np.argmax(lesion.sum(axis=(1, 2))))
    return number, int(np.bincount(components[number][lesion[number]]).argmax())


def walk_patient(
    truth: np.ndarray,
    counted: np.ndarray,
    every_slice: np.ndarray,
    clicks: pd.DataFrame,
    mask_of: MaskOf,
    connectivity: int,
    voxel_mm: tuple[float, float, float],
) -> tuple[pd.DataFrame, np.ndarray]:
    """One walk for each lesion of a patient: a row each, and the union of all walks, bool (slices, h, w).

    ``truth`` and ``every_slice`` (slices, h, w): the true mask and the method's with a click on every slice, empty where the
    study has no slice; ``counted`` (slices,): slices whose pixels count, here all but those with too little tumour to be
    scored. ``clicks``: the study's (slice, component, row, column); a lesion is clicked in :func:`clicked_slice`, where the
    study clicked its largest component. Without that click, which a person may have deleted, nothing is found. Predicted
    pixels count for the nearest lesion. Columns: lesion, slice (clicked), n_slices, n_slices_segmented (by this walk),
    n_slices_beyond (of these, counted ones without this lesion), clicks_one_click, clicks_every_slice, n_true, and, for each
    of ``WAYS``, n_pred, n_overlap (pixels).
    """
    lesions = label_lesions(truth)
    places = {(row.slice, row.component): (row.row, row.column) for row in clicks.itertuples()}
    components = {int(n): label_components(truth[n], connectivity)[0] for n in np.flatnonzero(truth.any(axis=(1, 2)))}
    union, rows = np.zeros(truth.shape, bool), []
    for label in range(1, int(lesions.max()) + 1):
        lesion = lesions == label
        number, component = clicked_slice(lesion, components)
        start = places.get((number, component))
        found = walk(number, start, mask_of, len(truth), connectivity, voxel_mm[1:]) if start else {}
        for at, mask in found.items():
            union[at] |= mask
        held = np.flatnonzero(lesion.any(axis=(1, 2)))
        beyond = sum(counted[at] and at not in held for at in found)
        n_clicks = sum((at, of_slice) in places for at in held for of_slice in np.unique(components[at][lesion[at]]))
        about = (label, number, len(held), len(found), beyond)
        rows.append((*about, int(start is not None), n_clicks, np.count_nonzero(lesion)))
    columns = ["lesion", "slice", "n_slices", "n_slices_segmented", "n_slices_beyond"]
    table = pd.DataFrame(rows, columns=[*columns, *(f"clicks_{way}" for way in WAYS), "n_true"])
    nearest = nearest_lesions(lesions, voxel_mm)
    for way, predicted in zip(WAYS, (union, every_slice), strict=True):
        counts = lesion_counts(lesions, nearest, predicted & counted[:, None, None])
        table[f"n_pred_{way}"], table[f"n_overlap_{way}"] = counts
    return table, union


def write_walks(
    name: str,
    method: Method,
    stack: StackFiles,
    scans: Scans,
    folds_csv: str,
    thresholds_csv: str,
    models: list[str],
    segmentations_npy: str,
    clicks_csv: str,
    resize_pet: str,
    both_empty: float,
    lesions_csv: str,
    walked_csv: str,
    masks: str,
    workers: int,
    say: Callable[[str], None],
) -> None:
    """Write a method's walks: ``lesions_csv``, a row per lesion of the scored slices (method, patient, fold, the columns of
    :func:`walk_patient`, dice_one_click, dice_every_slice); ``walked_csv``, Dice with one click per lesion of the scored
    slices and of those without tumour in which something was found (0), with the columns of scores.csv; and, in the folder
    ``masks``, ``{patient}.nii.gz`` in the geometry of the scan. ``models`` (ONNX) are by fold; ``workers`` patients walk
    at a time."""
    from oneclick.networks.inference import load_network  # of no use to those who only read the walks

    grids, slices_of = read_grids(stack.grids_json), {slices.patient: slices for slices in stack.patients(folds_csv)}
    thresholds = read_table(thresholds_csv).set_index("fold")["threshold"]
    networks = [load_network(path) for path in models]
    segmentations, clicks = np.load(segmentations_npy, mmap_mode="r"), read_table(clicks_csv)

    def of_patient(
        patient: str, pet_path: str, mask_path: str, labels: list[int] | None
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        grid = grids[patient]
        union = np.zeros((grid.shape[grid.axes[2]], grid.size, grid.size), bool)
        found = pd.DataFrame(), pd.DataFrame()
        if slices := slices_of.get(patient):
            numbers, fold = slices.numbers, slices.rows["fold"].iloc[0]
            truth, every_slice = np.zeros_like(union, np.uint8), np.zeros_like(union, np.uint8)
            truth[numbers], every_slice[numbers] = slices.masks, segmentations[slices.where]
            pet = read_nifti_pet(pet_path, patient)
            # Of slices with tumour, those that the study leaves out are neither right nor wrong.
            mask = read_nifti_mask_on(mask_path, patient, labels, pet, pet_path)
            counted = ~grid.planes(mask.data).any(axis=(1, 2))
            counted[numbers] = True
            output_of, threshold = networks[fold - 1].output, thresholds[fold]
            table, union = walk_patient(
                truth,
                counted,
                every_slice,
                clicks[clicks["patient"] == patient],
                predictor(grid.planes(pet.data), grid, resize_pet, output_of, threshold, method),
                method.connectivity,
                (grid.slice_mm, *grid.pixel_mm),
            )
            about = {"method": name, "patient": patient, "fold": fold}
            # Slices without tumour that a walk entered were not to be found: their Dice is 0.
            shown = np.union1d(numbers, np.flatnonzero(counted & union.any(axis=(1, 2))))
            scores = score_slices(truth[shown], union[shown].astype(np.uint8), both_empty)
            walked = pd.DataFrame({**about, "slice": shown})[["method", "patient", "slice", "fold"]]
            lesions = pd.DataFrame({**about, "lesion": table["lesion"]})
            lesions = with_dice(pd.concat([lesions, table.drop(columns="lesion")], axis=1), both_empty)
            found = lesions, pd.concat([walked, scores], axis=1)
        write_mask(Path(masks, f"{patient}.nii.gz"), scan_mask(union.astype(np.uint8), np.arange(len(union)), grid), grid)
        return found

    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(of_patient, grids, scans.pets, scans.scan_masks, scans.labels)
        lesions, walked = zip(*found, strict=True)
    write_table(pd.concat(lesions), lesions_csv)
    write_table(pd.concat(walked), walked_csv)
    say(f"{sum(map(len, lesions))} lesions walked")
