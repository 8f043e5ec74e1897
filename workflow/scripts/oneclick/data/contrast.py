"""Whether a tumour mask lies on what is hot: that of another patient, a flipped or a shifted one does not.

The hot share of a lesion: the part of its voxels that are hotter than nine tenths of the tissue ``NEAR`` to ``FAR`` mm
around it; 0.1 by chance. Of 31 real sarcomas (The Cancer Imaging Archive, doi 10.7937/K9/TCIA.2015.7GO2GSKS), 30 have 0.33
to 0.99. STS_020 has 0.09: most of its tumour (median SUV 0.66) is colder than the tissue around it (1.16), and the warning
is right. The phantoms of config.yaml have 0.67 to 1.
"""

from dataclasses import dataclass

import nibabel as nib
import numpy as np
from scipy import ndimage

from oneclick.data.grid import Grid
from oneclick.data.mask_guard import box_of
from oneclick.data.placement import ENOUGH
from oneclick.data.volume import Doubt

NEAR, FAR = 5, 15
"""mm: farther than a scanner blurs, and nearer than other organs."""
AROUND = 0.9
LEAST_SHARE = 0.2
"""Twice what chance gives. Of masks of one sarcoma on the scan of another that overlap by less than 0.2 (Dice), 8 of 10 have
less."""
FLIPPED = 0.15
"""By so much the hot share of a flipped mask must be larger before the mask is doubted. It is larger for one of the real
masks, that of STS_020, by 0.12."""
FINE, FEWEST, MOST = 2.5, 20, 50_000
"""Distances are measured on voxels of at least so many mm; so many voxels of tissue around a lesion are needed; of more
voxels of a lesion, some serve."""
COLD_VOXELS = 10
"""A single lesion of fewer voxels is not doubted: nodes may be small and cold."""
SIDES = ("left and right", "front and back", "head and feet")
"""What a flip along rows, columns and slices exchanges."""


@dataclass(frozen=True)
class Lesion:
    """``inside`` (3, n) and ``around`` (3, m): voxels (i, j, k) of a lesion and of the tissue around it."""

    inside: tuple[np.ndarray, ...]
    around: tuple[np.ndarray, ...]


def _thinned(places: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    return tuple(line[:: -(-len(line) // MOST)] for line in places) if len(places[0]) else places


def lesions_of(mask: np.ndarray, voxel: np.ndarray) -> list[Lesion]:
    """The 26-connected lesions of a mask (i, j, k) with voxels of (3,) mm, each with what lies ``NEAR`` to ``FAR`` mm around
    it and is no tumour; those without such tissue are left out."""
    if not mask.any():
        return []
    room = np.ceil(FAR / voxel).astype(int)
    wide = tuple(slice(max(0, part.start - n), part.stop + n) for part, n in zip(box_of(mask), room, strict=True))
    start = [part.start for part in wide]
    labels, _ = ndimage.label(mask[wide], np.ones((3, 3, 3)))
    steps = np.maximum(1, FINE // voxel).astype(int)
    found = []
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        wide = tuple(slice(max(0, part.start - n), part.stop + n) for part, n in zip(box, room, strict=True))
        coarse = labels[wide][tuple(slice(None, None, step) for step in steps)]
        if not np.any(coarse == label):
            continue
        distance = ndimage.distance_transform_edt(coarse != label, sampling=voxel * steps)
        around = np.nonzero((distance > NEAR) & (distance <= FAR) & (coarse == 0))
        if len(around[0]) < FEWEST:
            continue
        inside = np.nonzero(labels[box] == label)
        inside = tuple(line + part.start + a for line, part, a in zip(inside, box, start, strict=True))
        around = tuple(line * step + part.start + a for line, step, part, a in zip(around, steps, wide, start, strict=True))
        found.append(Lesion(_thinned(inside), _thinned(around)))
    return found


@dataclass(frozen=True)
class Contrast:
    """Of each lesion (n,): the hot ``share`` of its voxels, its ``mean`` and ``voxels``; of the tissue around, the median
    (``usual``) and what the hottest tenth exceeds (``hot``)."""

    share: np.ndarray
    mean: np.ndarray
    voxels: np.ndarray
    usual: np.ndarray
    hot: np.ndarray

    def of_all(self, name: str) -> float:
        """A mean over all lesions' voxels."""
        return float(np.average(getattr(self, name), weights=self.voxels))


def contrast(pet: np.ndarray, lesions: list[Lesion], flip: int | None = None) -> Contrast:
    """The contrast of lesions on a PET (i, j, k), or of the same flipped along the stored axis ``flip``."""

    def values(places: tuple[np.ndarray, ...]) -> np.ndarray:
        return pet[
            tuple(
                n - 1 - line if axis == flip else line for axis, (line, n) in enumerate(zip(places, pet.shape, strict=True))
            )
        ]

    rows = []
    for lesion in lesions:
        inside, around = values(lesion.inside), values(lesion.around)
        usual, hot = np.quantile(around, (0.5, AROUND))
        rows.append((np.mean(inside > hot), inside.mean(dtype=np.float64), len(inside), usual, hot))
    return Contrast(*np.array(rows, float).T)


def contrast_doubts(pet: np.ndarray, mask: np.ndarray, affine: np.ndarray, grid: Grid) -> list[Doubt]:
    """What is doubtful about a mask (i, j, k) on its PET of the same shape, whose ``grid`` says which axes are which: that
    it would fit better if it were flipped, that it lies on nothing hot, that some of its lesions are colder than what lies
    around them. One doubt at most, the first of these that holds."""
    if mask.size < ENOUGH or not (lesions := lesions_of(mask, nib.affines.voxel_sizes(affine))):
        return []
    here = contrast(pet, lesions)
    share = here.of_all("share")
    shares = [contrast(pet, lesions, axis).of_all("share") for axis in grid.axes] if share <= 1 - FLIPPED else [0.0]
    best = int(np.argmax(shares))
    hot = f"{share:.0%} of the mask's voxels are hotter than {AROUND:.0%} of the tissue {NEAR} to {FAR} mm around it"
    if shares[best] > share + FLIPPED:
        wrong = f"{hot}, but {shares[best]:.0%} if it is flipped so that {SIDES[best]} change places"
        return [Doubt(wrong, "look whether the mask lies on the tumour")]
    if share < LEAST_SHARE:
        mean, tenth = here.of_all("mean"), here.of_all("hot")
        chance = (
            f"as {1 - AROUND:.0%} would be by chance (their mean is {mean:.3g}, a tenth of that tissue exceeds {tenth:.3g})"
        )
        return [Doubt(f"{hot}, {chance}", "look whether it is this patient's mask and in its place")]
    cold = (here.share <= 1 - AROUND) & (here.mean < here.usual) & (here.voxels >= COLD_VOXELS)
    if not cold.any():
        return []
    worst = int(np.argmax(np.where(cold, here.voxels, 0)))
    number = int(np.median(lesions[worst].inside[grid.axes[2]]))
    mean, usual = here.mean[worst], here.usual[worst]
    of_all = f"{int(cold.sum())} of the mask's {len(lesions)} lesions {'is' if cold.sum() == 1 else 'are'}"
    wrong = f"{of_all} no hotter than what lies around (on slice {number} its mean is {mean:.3g}, around {usual:.3g})"
    return [Doubt(wrong, "look whether it is a tumour")]
