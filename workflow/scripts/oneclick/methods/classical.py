"""One-click methods without training: a click on one PET slice, in the scan's own unit, becomes a mask.

All of them begin at the local maximum, the hottest pixel within ``NEAR_MM`` of the click, so that a click beside it means
the same lesion. Where that is not above 0 there is nothing to segment. No number below was tuned on a study's results.
"""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from oneclick.clicks.components import label_components
from oneclick.common.arrays import array_file
from oneclick.data.stack import PatientSlices, StackFiles
from oneclick.methods.method import Method
from oneclick.methods.postprocessing import refine

NEAR_MM = 10.0
"""How far from the click the local maximum is looked for."""
SHELL_MM = (5.0, 15.0)
"""The background lies so far from the region: beyond most of the blur, before most other organs."""
FAR_MM = 60.0
"""Farther from the local maximum is no lesion."""
CORE = 0.8
"""Part of the local maximum that belongs to the lesion whatever the background."""
INSIDE, OUTSIDE = 0.75, 0.25
"""Seeds of watershed and random walker, as parts of the way from background to maximum: lesion above, outside below."""
ROUNDS = 20
"""Most rounds of finding region and background in turn."""
ROUNDING = 1e-6
"""Of a threshold; slices are stored in single precision."""


def local_maximum(image: np.ndarray, click: tuple[int, int], pixel_mm: tuple[float, float]) -> tuple[int, int]:
    """The hottest pixel (row, column) of an image (h, w) within ``NEAR_MM`` of a click (row, column), the first in raster
    order of equals. ``pixel_mm``: a pixel's size along rows and columns."""
    near = _distance_mm(image.shape, click, pixel_mm) <= NEAR_MM
    row, column = np.unravel_index(np.argmax(np.where(near, image, -np.inf)), image.shape)
    return int(row), int(column)


def _distance_mm(shape: tuple[int, int], place: tuple[int, int], pixel_mm: tuple[float, float]) -> np.ndarray:
    """The distance (h, w) in mm of each pixel from a place (row, column)."""
    rows, columns = (mm * (np.arange(n) - at) for n, at, mm in zip(shape, place, pixel_mm, strict=True))
    return np.hypot(rows[:, None], columns)


def grown(image: np.ndarray, start: tuple[int, int], threshold: float, connectivity: int) -> np.ndarray:
    """The pixels, bool (h, w), of an image (h, w) that are not below a positive threshold and connected with the pixel
    ``start``; none if that is below. ``connectivity``: 8 or 4."""
    labels, _ = label_components(image >= threshold * (1 - ROUNDING), connectivity)
    return (labels == labels[start]) & (labels > 0)


def region_growing(image: np.ndarray, start: tuple[int, int], percent: float, connectivity: int) -> np.ndarray:
    """The pixels, bool (h, w), of at least so many per cent of the local maximum at ``start``, connected with it.

    41 % and 50 % of SUVmax are the contours of the EANM's guidelines (Boellaard et al. 2015, doi 10.1007/s00259-014-2961-x);
    theirs are of a lesion's maximum in 3-D, here it is that of the slice, near the click.
    """
    return grown(image, start, percent / 100 * image[start], connectivity)


def background(image: np.ndarray, start: tuple[int, int], pixel_mm: tuple[float, float], connectivity: int) -> float:
    """The uptake around a lesion of an image (h, w) with the local maximum at ``start``: the median of the shell
    ``SHELL_MM`` around what is connected and at least midway between it and the maximum; 0 where the slice ends before it.

    Region and background are found in turn until the region stays, as in the iterative method of van Dalen et al. 2007
    (Nucl Med Commun 28, 485-493), whose model of the scanner's blur is left out. The first region is that of a background of
    0, or if it reaches beyond ``FAR_MM``, for it has leaked into the background, the lesion's ``CORE``.
    """
    top, found = image[start], 0.0
    region = grown(image, start, top / 2, connectivity)
    if (_distance_mm(image.shape, start, pixel_mm)[region] > FAR_MM).any():
        region = grown(image, start, CORE * top, connectivity)
    for _ in range(ROUNDS):
        away = ndimage.distance_transform_edt(~region, sampling=pixel_mm)
        shell = (away > SHELL_MM[0]) & (away <= SHELL_MM[1])
        # Beside something hotter the shell may be above the maximum; then nothing but that stands out.
        found = min(max(float(np.median(image[shell])), 0.0), top) if shell.any() else 0.0
        last, region = region, grown(image, start, (found + top) / 2, connectivity)
        if (region == last).all():
            break
    return found


def adaptive_threshold(
    image: np.ndarray, start: tuple[int, int], pixel_mm: tuple[float, float], connectivity: int
) -> np.ndarray:
    """The pixels, bool (h, w), connected with the local maximum at ``start``, of at least the mean of it and the
    :func:`background`: 0.5 (BG + MAX) of Boellaard et al. 2004 (J Nucl Med 45, 1519-1527)."""
    threshold = (background(image, start, pixel_mm, connectivity) + image[start]) / 2
    return grown(image, start, threshold, connectivity)


def seeds(image: np.ndarray, start: tuple[int, int], pixel_mm: tuple[float, float], connectivity: int) -> np.ndarray:
    """What is certain before watershed and random walker, int32 (h, w): 1 lesion, what is connected with the local maximum
    at ``start`` and at least ``INSIDE`` of the way to it from the :func:`background`; 2 outside, what is below ``OUTSIDE``
    of that way or farther than ``FAR_MM``; 0 open."""
    low = background(image, start, pixel_mm, connectivity)
    inside, outside = (low + part * (image[start] - low) for part in (INSIDE, OUTSIDE))
    far = _distance_mm(image.shape, start, pixel_mm) > FAR_MM
    labels = np.where((image < outside) | far, 2, 0).astype(np.int32)
    labels[grown(image, start, inside, connectivity)] = 1
    return labels


def watershed(image: np.ndarray, start: tuple[int, int], pixel_mm: tuple[float, float], connectivity: int) -> np.ndarray:
    """The basin of the lesion, bool (h, w), when the gradient's magnitude is flooded from the seeds: its border is where the
    image is steepest. For PET by Geets et al. 2007 (doi 10.1007/s00259-006-0363-4), who sharpen the image first."""
    from skimage.segmentation import watershed as flooded  # here, for other jobs need no scikit-image

    steepness = np.hypot(*np.gradient(image, *pixel_mm))
    found = flooded(steepness, seeds(image, start, pixel_mm, connectivity), connectivity={4: 1, 8: 2}[connectivity])
    return found == 1


def random_walker(image: np.ndarray, start: tuple[int, int], pixel_mm: tuple[float, float], connectivity: int) -> np.ndarray:
    """The pixels, bool (h, w), from which a random walker, who shuns steps between unlike pixels, comes to a seed of the
    lesion before one outside (Grady 2006, doi 10.1109/TPAMI.2006.233; for PET Bagci et al. 2011, doi
    10.1109/IEMBS.2011.6092092). What is hotter than the local maximum counts as this, so that the brain does not set the
    scale of unlike; the strength of shunning is scikit-image's default."""
    from skimage.segmentation import random_walker as walked

    labels = seeds(image, start, pixel_mm, connectivity)
    if (labels > 0).all() or (labels != 2).all():  # nothing is open, or nobody walks out
        return labels != 2
    return walked(np.clip(image / image[start], 0, 1), labels, mode="bf", spacing=pixel_mm) == 1


def segment_click(
    image: np.ndarray, click: tuple[int, int], method: dict, pixel_mm: tuple[float, float], connectivity: int
) -> np.ndarray:
    """The mask, bool (h, w), of one click (row, column) by a classical ``method`` of the config. ``image`` (h, w) is in the
    scan's unit, in which 0 is no uptake."""
    start = local_maximum(image, click, pixel_mm)
    if image[start] <= 0:
        return np.zeros(image.shape, bool)
    if method["classical"] == "region_growing":
        return region_growing(image, start, method["percent"], connectivity)
    segment = {"adaptive_threshold": adaptive_threshold, "watershed": watershed, "random_walker": random_walker}
    return segment[method["classical"]](image, start, pixel_mm, connectivity)


def segment(
    image: np.ndarray, clicks: np.ndarray, method: dict, pixel_mm: tuple[float, float], connectivity: int
) -> np.ndarray:
    """A slice's mask by a classical ``method``, uint8 (h, w): what its clicks, 1 in the matrix ``clicks`` (h, w), have
    segmented each on its own, together, then refined as the method says. Without clicks it is empty."""
    mask = np.zeros(image.shape, bool)
    for row, column in np.argwhere(clicks):
        mask |= segment_click(image, (row, column), method, pixel_mm, connectivity)
    return refine(mask, None, method, connectivity)


def write_classical(stack: StackFiles, clicks_npy: str, method: dict, connectivity: int, segmentations_npy: str) -> None:
    """Write the masks of one classical ``method`` (its settings): uint8 (n, size, size), a row a slice of the stack."""
    clicks = np.load(clicks_npy, mmap_mode="r")
    with array_file(segmentations_npy, clicks.shape, np.uint8) as segmentations:
        for slices in stack.patients():
            pairs = zip(slices.values, clicks[slices.where], strict=True)
            of_patient = [segment(image, click, method, slices.grid.pixel_mm, connectivity) for image, click in pairs]
            segmentations[slices.where] = of_patient


def classical_methods(name: str, method: dict, connectivity: int) -> Callable[[PatientSlices], dict[str, Method]]:
    """As :func:`trained.network_methods`, of one classical ``method`` (its row of the config)."""

    def methods_of(slices: PatientSlices) -> dict[str, Method]:
        values = slices.values

        def masks(clicks: dict[str, np.ndarray]) -> np.ndarray:
            pairs = zip(values, clicks[method["clicks"]], strict=True)
            return np.stack([segment(image, click, method, slices.grid.pixel_mm, connectivity) for image, click in pairs])

        return {name: masks}

    return methods_of
