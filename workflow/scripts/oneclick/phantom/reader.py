"""Masks as readers draw them: each tumour's true extent, drawn with a person's errors.

Published readers of primary tumours of the head and neck agree in 3-D with a Dice of 0.61 (HECKTOR 2020: Oreiller et
al. 2022, doi 10.1016/j.media.2021.102336) to about 0.8; on PET/CT with 0.69, on CT alone with 0.57 (Gudi et al. 2017,
cited there and in doi 10.1007/978-3-030-67194-5_1). Along the body they differ more: at the lower border of
nasopharyngeal targets with an SD of 7.7 mm, where the whole surface had 4.4 mm (Rasch et al. 2010, Radiation Oncology
5:21).

``BOUNDARY_MM`` and ``FAINT`` are set so that two of these readers agree with 0.69 on tumours of the usual uptake and
with 0.57 on faint ones, and by nothing else (tools/reader_agreement.py). Nothing here was chosen by looking at a
method's results.
"""

from dataclasses import dataclass

import numpy as np

from oneclick.phantom.shapes import Axes, Waves, ellipsoid_level, random_waves
from oneclick.phantom.tumours import Lesion

# SD (mm) of a drawn boundary about the true one: half of its variance is of the outline as a whole, half varies along it
BOUNDARY_MM = 2.5
# Correlation length along the outline (mm), about the radius of a tumour; assumed
ALONG_MM = 10.0
# Where a tumour ends along the body, readers err by so many times BOUNDARY_MM: 7.7 / 4.4
ENDS = 1.75
# A tumour no hotter than a tonsil may be (SUVmax) is drawn by anatomy: a smooth ellipsoid, with so many times the errors
FAINT_SUV, FAINT = 4.0, 1.5
# Who draws a tumour at all draws its middle (relative to its extent), and so much of its length
MIDDLE = 0.35


@dataclass(frozen=True)
class Reading:
    """How one reader draws one tumour: the outline lies ``bias`` + ``rough`` times ``along`` mm outside the true one, and
    stops ``below`` and ``above`` (mm) before its ends; ``faint`` tumours are drawn by anatomy."""

    bias: float
    rough: float
    along: Waves
    below: float
    above: float
    faint: bool


def draw_reading(rng: np.random.Generator, tumour: Lesion, times: float = 1) -> Reading:
    """One reader's errors on a tumour, ``times`` as large as published ones."""
    faint = tumour.suv_max < FAINT_SUV
    sd = BOUNDARY_MM * times * (FAINT if faint else 1)
    bias, *ends = rng.normal(0, 1, 3)
    along = random_waves(rng, ALONG_MM)
    below, above = (max(float(end), 0.0) * ENDS * sd for end in ends)
    return Reading(float(bias) * sd / np.sqrt(2), sd / np.sqrt(2), along, below, above, faint)


def drawn(tumour: Lesion, reading: Reading, axes: Axes) -> tuple[tuple[slice, slice, slice], np.ndarray]:
    """The box of ``axes`` that holds the drawn tumour, and where it is in that box, bool (i, j, k)."""
    most = tumour.radii * 1.4 + max(reading.bias, 0) + 3 * reading.rough
    box = axes.box(tumour.centre, most)
    part = axes.part(box)
    smooth = ellipsoid_level(part, tumour.centre, tumour.radii)
    level = smooth if reading.faint else tumour.level(part)
    x, y, z = (axis - c for axis, c in zip((part.x, part.y, part.z), tumour.centre, strict=True))
    distance = np.sqrt((x**2)[:, None, None] + (y**2)[:, None] + z**2)
    # Along the line from the centre the true boundary lies at distance / level.
    outside = distance - distance / np.maximum(level, 1e-6)
    inside = (outside < reading.bias + reading.rough * reading.along(part)) | (level < MIDDLE)
    length = tumour.radii[2]
    for end, along in ((reading.below, -z), (reading.above, z)):
        if end > 0:  # a reader who misses no end may draw beyond it
            inside &= along < length - min(end, (1 - MIDDLE) * length)
    return box, inside


def drawn_mask(tumours: list[Lesion], axes: Axes, outline, rng: np.random.Generator, times: float = 1) -> np.ndarray:
    """The mask uint8 (i, j, k) that one reader draws of a patient's tumours inside the body, with errors ``times`` as large
    as published ones; ``outline`` as for :func:`tumours.tumour_mask`."""
    mask = np.zeros(axes.shape, np.uint8)
    for tumour in tumours:
        box, inside = drawn(tumour, draw_reading(rng, tumour, times), axes)
        mask[box] |= inside & (outline(axes.part(box)) < 1)
    return mask
