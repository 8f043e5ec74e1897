"""How far the outlines of two masks lie apart: 95 % Hausdorff distance and surface Dice, by the library surface-distance.

The library, of the authors of surface Dice, weighs every piece of an outline by its length (of a surface: its area); of the
tools that Podobnik and Vrtovec compare (2024, doi 10.48550/arXiv.2410.02630) most count pixels instead. It is imported here
only, and never sees an empty mask: what then holds is said here.
"""

import numpy as np
import surface_distance

ROUNDING_MM = 1e-6
"""A distance that equals the tolerance on paper must not exceed it for a rounding error."""


def surface_measures(
    truth: np.ndarray, predicted: np.ndarray, spacing_mm: tuple[float, ...], tolerance_mm: float
) -> tuple[float, float]:
    """The 95 % Hausdorff distance in mm and the surface Dice (0 to 1) of two masks of 0 and 1, (h, w) or (n, h, w), with
    pixels of ``spacing_mm`` along each axis.

    95 % Hausdorff distance: within it of the other outline lie 95 % of each outline (Huttenlocher et al. 1993, doi
    10.1109/34.232073, with a percentile for the maximum; the larger of both directions). Without an outline there is no
    distance: NaN if either mask is empty.
    Surface Dice: the part of both outlines that lies within ``tolerance_mm`` of the other (Nikolov et al. 2021, doi
    10.2196/26151). 0 if one mask is empty, NaN if both are. Raises ValueError on masks of different shapes.
    """
    truth, predicted = np.asarray(truth, bool), np.asarray(predicted, bool)
    if truth.shape != predicted.shape:
        raise ValueError(f"a mask of {predicted.shape} does not fit one of {truth.shape}")
    if not truth.any() or not predicted.any():
        return float("nan"), 0.0 if truth.any() or predicted.any() else float("nan")
    distances = surface_distance.compute_surface_distances(truth, predicted, spacing_mm)
    return (
        float(surface_distance.compute_robust_hausdorff(distances, 95)),
        float(surface_distance.compute_surface_dice_at_tolerance(distances, tolerance_mm + ROUNDING_MM)),
    )
