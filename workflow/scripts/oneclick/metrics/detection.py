"""Which components of a true mask a prediction finds, and which it makes up."""

import numpy as np
from scipy import ndimage


def components(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Labels of the components of a mask (h, w) or (n, h, w), 1 to n in raster order, and n. Pixels that share a corner
    belong together, and voxels that share an edge (8- and 18-connected, as in the autoPET challenge)."""
    return ndimage.label(mask, structure=ndimage.generate_binary_structure(mask.ndim, 2))


def _touched(labels: np.ndarray, n: int, other: np.ndarray) -> np.ndarray:
    """Which of the components 1 to n (bool, n) share a voxel with the other mask."""
    return np.bincount(labels[other > 0], minlength=n + 1)[1:] > 0


def detection(truth: np.ndarray, predicted: np.ndarray, voxel_ml: float) -> dict[str, float]:
    """How components of two masks (h, w) or (n, h, w) find each other; one shared voxel is enough.

    - n_true, n_found: components of the true mask, and those that the prediction touches; n_pred, n_hit: the reverse;
    - fn_ml: volume of the true components that the prediction misses wholly; fp_ml: volume of the predicted ones that touch
      no true one (autoPET challenge, Gatidis et al. 2024, doi 10.1038/s42256-024-00912-9). 0 if there are none;
    - sensitivity n_found / n_true, NaN without true components; precision n_hit / n_pred, NaN without predicted ones;
    - f1: their harmonic mean (as for lesions in Kuijf et al. 2019, doi 10.1109/TMI.2019.2905770): 0 if nothing is found,
      NaN if both masks are empty.
    """
    (true_labels, n_true), (labels, n_pred) = components(truth), components(predicted)
    found, hit = _touched(true_labels, n_true, predicted), _touched(labels, n_pred, truth)
    missed = np.bincount(true_labels.ravel(), minlength=n_true + 1)[1:][~found].sum()
    false = np.bincount(labels.ravel(), minlength=n_pred + 1)[1:][~hit].sum()
    counts = {"n_true": n_true, "n_found": int(found.sum()), "n_pred": n_pred, "n_hit": int(hit.sum())}
    return {"fp_ml": false * voxel_ml, "fn_ml": missed * voxel_ml} | counts | rates(**counts)


def rates(n_true: int, n_found: int, n_pred: int, n_hit: int) -> dict[str, float]:
    """Sensitivity, precision and f1 of :func:`detection` from counts of components."""
    sensitivity = n_found / n_true if n_true else float("nan")
    precision = n_hit / n_pred if n_pred else float("nan")
    nothing = 0.0 if n_true or n_pred else float("nan")
    f1 = 2 * sensitivity * precision / (sensitivity + precision) if n_found else nothing
    return {"sensitivity": sensitivity, "precision": precision, "f1": f1}
