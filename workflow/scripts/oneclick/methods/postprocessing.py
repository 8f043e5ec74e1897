"""From a network's raw outputs to the masks of a method (Rainio et al. 2024, section 2.4)."""

import numpy as np
from scipy import ndimage

from oneclick.clicks.components import label_components
from oneclick.common.arrays import array_file
from oneclick.common.tables import read_table
from oneclick.data.rows import read_rows


def keep_clicked_components(mask: np.ndarray, click_matrix: np.ndarray, connectivity: int) -> np.ndarray:
    """The mask (h, w) without the components that hold no click, if it has more than one; uint8.

    A mask of one component stays as it is, clicked or not; a mask of several, none of them clicked, becomes empty
    (paper, section 2.4). ``click_matrix`` (h, w) is 1 at the clicks; each click counts on its own, also where two touch.
    """
    labels, n = label_components(mask, connectivity)
    if n <= 1:
        return mask.astype(np.uint8)
    clicked = labels[np.asarray(click_matrix, bool)]
    return np.isin(labels, clicked[clicked > 0]).astype(np.uint8)


def remove_small_components(mask: np.ndarray, min_pixels: int, connectivity: int) -> np.ndarray:
    """The mask (h, w) without its components of fewer than ``min_pixels`` pixels; uint8."""
    labels, _ = label_components(mask, connectivity)
    large = np.bincount(labels.ravel()) >= min_pixels
    large[0] = False
    return large[labels].astype(np.uint8)


def fill_holes(mask: np.ndarray, connectivity: int) -> np.ndarray:
    """The mask (h, w) with the holes of its components filled; uint8. What touches at corners is connected for the mask or
    for what is around it, never for both."""
    around = ndimage.generate_binary_structure(2, {8: 1, 4: 2}[connectivity])
    return ndimage.binary_fill_holes(mask, around).astype(np.uint8)


def refine(mask: np.ndarray, click_matrix: np.ndarray | None, method: dict, connectivity: int) -> np.ndarray:
    """A predicted mask (h, w) as a ``method`` of the config wants it, uint8: with the ``click_matrix`` (h, w), clicked
    components only; of those, none of fewer than ``min_pixels`` pixels; then, with ``fill_holes``, without holes."""
    if click_matrix is not None:
        mask = keep_clicked_components(mask, click_matrix, connectivity)
    if method.get("min_pixels", 1) > 1:
        mask = remove_small_components(mask, method["min_pixels"], connectivity)
    return fill_holes(mask, connectivity) if method.get("fill_holes", False) else mask.astype(np.uint8)


def segment(outputs: np.ndarray, threshold: float) -> np.ndarray:
    """The pixels of raw outputs, of any shape, above the threshold; uint8."""
    return (outputs > threshold).astype(np.uint8)


def write_segmentations(
    slices_csv: str,
    folds_csv: str,
    thresholds_csv: str,
    predictions: list[str],
    clicks_npy: str | None,
    refinement: dict,
    connectivity: int,
    segmentations_npy: str,
) -> None:
    """Write the masks of one method: uint8 (n, size, size), a row a slice of the stack.

    ``predictions``: its network's raw outputs, a file for each fold's training. A test slice is segmented by the training of
    its fold, with the threshold of that. ``clicks_npy``: click matrices if the method keeps clicked components only.
    ``refinement``: the method's settings for :func:`refine`.
    """
    folds = read_rows(slices_csv, folds_csv)["fold"].to_numpy()
    threshold_of = read_table(thresholds_csv).set_index("fold")["threshold"]
    outputs_of = {fold: np.load(path, mmap_mode="r") for fold, path in enumerate(predictions, start=1)}
    clicks = np.load(clicks_npy, mmap_mode="r") if clicks_npy else [None] * len(folds)
    with array_file(segmentations_npy, outputs_of[1].shape, np.uint8) as segmentations:
        for row, (fold, click) in enumerate(zip(folds, clicks, strict=True)):
            mask = segment(outputs_of[fold][row], threshold_of[fold])
            segmentations[row] = refine(mask, click, refinement, connectivity)
