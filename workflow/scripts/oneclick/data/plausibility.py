"""Whether the values of a PET can be those of a PET: each finding a doubt with its numbers.

The bounds were set on 31 real FDG scans of sarcomas (The Cancer Imaging Archive, doi 10.7937/K9/TCIA.2015.7GO2GSKS, cut out
around the tumour) and the phantoms of config.yaml, none of which raises one. Beside each bound stands what was found there.
"""

from collections.abc import Callable, Iterator

import numpy as np

from oneclick.data.grid import Grid
from oneclick.data.mask_guard import listed
from oneclick.data.placement import ENOUGH, place_doubts
from oneclick.data.volume import Doubt, Volume

SAMPLE = 2**15
"""Voxels from which percentiles come, drawn at random."""
FEW_VALUES = 256
"""Of 8 bits; real scans, even small ones, have 23,000 different values or more."""
NEGATIVE, MEDIAN_NEGATIVE = 0.1, 0.02
"""The 1st percentile, and the median, may lie below 0 by this part of the 99.9th. Real scans have no negative voxels;
filtered back projection and splines make small ones, as many as positive ones in air; CT in HU reaches 0.5."""
FAR, FAR_ALONE, ALONE = 20, 5, 1 / 3
"""The hottest voxel of a real scan is 1.1 to 4.5 times the 99.9th percentile, and its hottest neighbour has 0.67 of it or
more. Hotter than ``FAR`` times is an error or an injection site; so is hotter than ``FAR_ALONE`` times if no neighbour has
``ALONE`` of it, for a scanner blurs over more than one voxel. The 99.9th percentile of a real scan is 1.3 to 3.3 times the
99th; where it is more than ``FAR`` times, it is itself of voxels far above, and the 99th counts."""
OFFSET = 0.3
"""The least voxel may be this part of the 99.9th percentile; in all real scans it is 0."""
HOT_EDGE = 0.7
"""The median of the outermost pixels, as a part of the 99.9th percentile; they have at most 0.05 in real scans."""
EMPTY = 0.3
"""More of the slices than this, or of a plane's lines on one side, hold nothing."""
STEP, DARK = 2, 0.1
"""A slice whose mean is so many times that of both its neighbours, or below both by as much, was scaled by another number
(DICOM has a RescaleSlope for each). Real scans have 1.08 at most, phantoms 1.13. Slices of air, with less than ``DARK`` of
the mean of all, are not asked."""
WATER, AIR_HU = (900, 1150), -900
"""Where soft tissue lies in a CT whose numbers begin with 0 instead of -1024, and what only CT has as its least number."""
MOST_NUMBERS = 12
"""Of slices in a message."""
MOST_SUV, LEAST_SUV = 1000, 1
"""No tissue has a higher SUV, not even a full bladder; Bq/ml are above. No patient has less everywhere; [0, 1] is."""


def _sample(pet: np.ndarray) -> np.ndarray:
    """Voxels of a volume, sorted: all of a small one, otherwise as many as ``SAMPLE``, drawn in the same way each time."""
    flat = pet.ravel(order="K")
    return np.sort(flat if flat.size <= SAMPLE else flat[np.random.default_rng(0).integers(0, flat.size, SAMPLE)])


def _percentile(sample: np.ndarray, percent: float) -> float:
    return float(sample[round(percent / 100 * (len(sample) - 1))])


def _hottest_tissue(sample: np.ndarray) -> tuple[float, float]:
    """The percentile that all but a few voxels far above lie below, and what it is."""
    percent = 99 if 0 < FAR * _percentile(sample, 99) < _percentile(sample, 99.9) else 99.9
    return percent, _percentile(sample, percent)


def _few_values(pet: np.ndarray, sample: np.ndarray) -> Doubt | None:
    if 1 + np.count_nonzero(np.diff(sample)) > FEW_VALUES:
        return None
    values = np.unique(pet)
    if len(values) > min(FEW_VALUES, pet.size // 4):
        return None
    wrong = f"the PET holds only {len(values)} different values, from {values[0]:.4g} to {values[-1]:.4g}"
    if len(values) <= 2:
        return Doubt(f"{wrong}, as a mask does", "see whether the path of the PET leads to the mask")
    mend = "see whether its path leads to such a file, and give the scan with its own numbers"
    return Doubt(f"{wrong}, as a mask of several labels or a picture of 8 bits does", mend)


def _ct(sample: np.ndarray, least: float) -> Doubt | None:
    """Numbers as of CT, with air at -1024 or at 0; a share of negative ones that no PET has."""
    low, middle, high = (_percentile(sample, percent) for percent in (1, 50, 99.9))
    if low < -NEGATIVE * max(high, 0) or middle < -MEDIAN_NEGATIVE * max(high, 0):
        wrong = f"{np.mean(sample < 0):.0%} of the PET's voxels are negative (least {least:.4g}, median {middle:.4g})"
        if least <= AIR_HU:
            return Doubt(f"{wrong}, as in CT in HU", "see whether the path of the PET leads to the CT")
        return Doubt(
            wrong, "see whether this is CT, was normalised, or has a wrong intercept; give the PET as it was measured"
        )
    body = sample[sample > WATER[0] / 2]
    of_water = np.mean((body >= WATER[0]) & (body <= WATER[1])) if len(body) else 0
    if of_water > 0.5 and len(body) > 0.05 * len(sample) and high < 4096 and np.all(sample == np.rint(sample)):
        wrong = f"{of_water:.0%} of the PET's voxels outside air are whole numbers between {WATER[0]} and {WATER[1]}"
        return Doubt(f"{wrong}, as in CT whose air is 0", "see whether the path of the PET leads to the CT")
    return None


def _place(pet: np.ndarray, number: int, axis: int, extreme: Callable) -> tuple[int, ...]:
    """Where, as stored, slice ``number`` along an axis is hottest (np.argmax) or coldest. A search through the whole
    volume in another order than it is stored in takes ten times as long."""
    plane = pet[(slice(None),) * axis + (number,)]
    place = [int(index) for index in np.unravel_index(extreme(plane), plane.shape)]
    return (*place[:axis], int(number), *place[axis:])


def _far_voxels(pet: np.ndarray, sample: np.ndarray, ranges: tuple[np.ndarray, np.ndarray], axis: int) -> Doubt | None:
    """One voxel, or a few, far beyond all others. ``ranges``: the least and highest value of each slice along ``axis``."""
    (lowest, highest), (percent, usual) = ranges, _hottest_tissue(sample)
    percentile = f"the {percent:g}th percentile"
    if usual <= 0:
        return None
    if -float(lowest.min()) > usual and _percentile(sample, 1) >= -NEGATIVE * usual:
        place = _place(pet, int(lowest.argmin()), axis, np.argmin)
        many, far, becomes = np.count_nonzero(pet < -usual), "farther below 0 than", "all else becomes nearly 1"
    else:
        place = _place(pet, int(highest.argmax()), axis, np.argmax)
        around = np.sort(pet[tuple(slice(max(index - 1, 0), index + 2) for index in place)], axis=None)
        times = FAR_ALONE if around[-2] < ALONE * around[-1] else FAR
        if pet[place] <= times * usual:
            return None
        many, far, becomes = (
            np.count_nonzero(pet > times * usual),
            f"hotter than {times} times",
            f"{usual:.4g} becomes {usual / pet[place]:.2g}",
        )
    are = "1 voxel of the PET is" if many == 1 else f"{many} voxels of the PET are"
    return Doubt(
        f"{are} {far} {percentile} of {usual:.4g} ({pet[place]:.4g} at voxel {place}); as each slice is scaled to "
        f"[0, 1], {becomes} on slice {place[axis]}",
        "replace such voxels by their neighbours or export the scan again; leave them if they are an injection site",
    )


def _offset(planes: np.ndarray, sample: np.ndarray, least: float) -> Doubt | None:
    """Air that is not 0, or hotter than the body."""
    usual, planes = _percentile(sample, 99.9), planes[:: max(1, len(planes) // 16)]
    edge = np.concatenate([part.ravel() for part in (planes[:, 0], planes[:, -1], planes[:, :, 0], planes[:, :, -1])])
    if (around := float(np.median(edge))) > HOT_EDGE * usual > 0:
        wrong = f"at the edge of its slices the PET's median is {around:.4g}, near its 99.9th percentile of {usual:.4g}"
        return Doubt(wrong, "see whether its grey values are inverted or have an offset: air must be 0")
    if least > OFFSET * usual > 0:
        wrong = f"no voxel of the PET is near 0: the least is {least:.4g}, the 99.9th percentile {usual:.4g}"
        return Doubt(wrong, "see whether its intercept was forgotten: air must be 0")
    return None


def _numbered(numbers: np.ndarray) -> str:
    """The first numbers of slices in words."""
    more = f" and {len(numbers) - MOST_NUMBERS} more" if len(numbers) > MOST_NUMBERS else ""
    return f"slice {listed(numbers[:MOST_NUMBERS].tolist())}{more}"


def _many(numbers: np.ndarray, n: int) -> str:
    return f"{len(numbers)} of {n} slices {'is' if len(numbers) == 1 else 'are'}"


def _empty(planes: np.ndarray, ranges: tuple[np.ndarray, np.ndarray]) -> Iterator[Doubt]:
    """Slices that hold nothing or repeat another, and a plane of which one side holds nothing."""
    lowest, highest = ranges
    flat, n = lowest == highest, len(planes)
    filled = np.flatnonzero(~flat)
    if not len(filled):
        yield Doubt("all slices of the PET are constant", "export the scan again")
        return
    within = np.flatnonzero(flat)
    within = within[(within > filled[0]) & (within < filled[-1])]
    mend = "see whether a part of the scan was lost in the export"
    if len(within):
        yield Doubt(f"{_many(within, n)} constant between others that are not ({_numbered(within)})", mend)
    elif flat.sum() > EMPTY * n:
        yield Doubt(f"{_many(np.flatnonzero(flat), n)} constant ({_numbered(np.flatnonzero(flat))})", mend)
    alike = [k for k in filled[1:] if (lowest[k], highest[k]) == (lowest[k - 1], highest[k - 1])]
    alike = np.array([k for k in alike if np.array_equal(planes[k], planes[k - 1])], int)
    if len(alike):
        yield Doubt(
            f"{_many(alike, n)} the same as the one before ({_numbered(alike)})",
            "see whether slices were exported twice",
        )
    hottest = planes.max(axis=0)
    for axis, name in ((1, "rows"), (2, "columns")):
        line = np.flatnonzero(hottest.max(axis=2 - axis) > 0)
        empty = (line[0], planes.shape[axis] - 1 - line[-1]) if len(line) else (0, 0)
        if max(empty) > EMPTY * planes.shape[axis] and 4 * min(empty) < max(empty):
            side = "first" if empty[0] > empty[1] else "last"
            yield Doubt(f"the {side} {max(empty)} of {planes.shape[axis]} {name} of all slices are empty", mend)


def _other_scale(planes: np.ndarray, sample: np.ndarray, ranges: tuple[np.ndarray, np.ndarray]) -> Doubt | None:
    """Slices many times darker, or brighter, than those on both sides. Single hot voxels do not count, nor empty slices."""
    means = np.array([np.mean(np.clip(plane, 0, _hottest_tissue(sample)[1])) for plane in planes])
    means[ranges[0] == ranges[1]] = np.nan
    least, most = np.minimum(means[:-2], means[2:]), np.maximum(means[:-2], means[2:])
    mean, tissue = means[1:-1], DARK * np.nanmean(means)
    found = 1 + np.flatnonzero((mean * STEP < least) & (least > tissue) | (mean > STEP * most) & (mean > tissue))
    if not len(found):
        return None
    first = found[0]
    mean, before, after = (f"{means[number]:.3g}" for number in (first, first - 1, first + 1))
    wrong = (
        f"{_many(found, len(planes))} more than {STEP} times darker or brighter than both neighbours ({_numbered(found)})"
    )
    mend = "see whether each slice was scaled by its own number (RescaleSlope), and export the scan again"
    return Doubt(f"{wrong}: slice {first} has a mean of {mean}, they have {before} and {after}", mend)


def value_doubts(pet: np.ndarray, grid: Grid) -> list[Doubt]:
    """What is doubtful about the values of a PET (i, j, k), float32, in any unit, finite; ``grid`` is the scan's.

    Few different values (a mask, a picture); negative ones (CT, a wrong intercept); single voxels far beyond all others; air
    that is not 0; slices on another scale; slices, or a side of all slices, that hold nothing. Nothing is said of fewer
    than ``ENOUGH`` voxels.
    """
    if pet.size < ENOUGH:
        return []
    sample = _sample(pet)
    planes = grid.planes(pet)
    ranges = planes.min(axis=(1, 2)), planes.max(axis=(1, 2))
    least = float(ranges[0].min())
    if another := _ct(sample, least) or _few_values(pet, sample):
        return [another]  # of what is no PET all else follows
    found = [
        _far_voxels(pet, sample, ranges, grid.axes[2]),
        _offset(planes, sample, least),
        _other_scale(planes, sample, ranges),
    ]
    return [doubt for doubt in found if doubt] + list(_empty(planes, ranges))


def pet_doubts(pet: Volume, grid: Grid) -> list[Doubt]:
    """What is doubtful about a PET beyond what its reader found: where its header lays it, and its values."""
    return place_doubts(pet) + value_doubts(pet.data, grid)


def unit_doubts(pet: np.ndarray) -> list[Doubt]:
    """What says that a PET's values are no SUV; for a study that does not matter, for each of its slices is scaled."""
    hottest = float(pet.max())
    if hottest > LEAST_SUV and _hottest_tissue(_sample(pet))[1] <= MOST_SUV:  # of a few voxels far above, enough is said
        return []
    return [
        Doubt(
            f"the hottest voxel is {hottest:.4g}, which is no SUV, and nor will its lesions' be", "convert the scan to SUV"
        )
    ]
