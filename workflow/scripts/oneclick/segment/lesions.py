"""What clinicians read off a lesion: volume, SUVmax, SUVpeak, SUVmean, metabolic tumour volume, total lesion glycolysis."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import ndimage

from oneclick.clicks.files import Click

COLUMNS = (
    "lesion",
    "n_voxels",
    "volume_ml",
    "suv_max",
    "suv_peak",
    "suv_mean",
    "mtv_ml",
    "tlg",
    "centroid_i",
    "centroid_j",
    "centroid_k",
)
DIGITS = dict.fromkeys(("volume_ml", "suv_max", "suv_peak", "suv_mean", "mtv_ml", "tlg"), 3) | {
    f"centroid_{axis}": 1 for axis in "ijk"
}
"""After the point, in tables that people read; the smallest voxels of a PET have 0.004 ml."""
COUNTS = ("lesion", "n_voxels", "n_clicks")
# A sphere of 1 cm3 = 1000 mm3: 6.2035 mm.
PEAK_RADIUS = (3 * 1000 / (4 * math.pi)) ** (1 / 3)


def sphere_offsets(affine: np.ndarray, radius: float = PEAK_RADIUS) -> np.ndarray:
    """Offsets (n, 3) int64 in voxels (i, j, k) from a voxel to those whose centres lie at most ``radius`` mm from its own.

    ``affine`` (4, 4) leads from voxel indices to mm; its axes may be of any length and oblique.
    """
    axes = np.asarray(affine, np.float64)[:3, :3]
    # Index i of a point x mm away is (row i of the inverse) . x, hence at most the row's length times the radius.
    reach = np.floor(radius * np.linalg.norm(np.linalg.inv(axes), axis=1) + 1e-9).astype(int)
    offsets = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij"), axis=-1).reshape(-1, 3)
    return offsets[np.linalg.norm(offsets @ axes.T, axis=1) <= radius]


def suv_peak(voxels: np.ndarray, pet_suv: np.ndarray, offsets: np.ndarray) -> float:
    """The highest mean SUV among the spheres of ``offsets`` (m, 3) around ``voxels`` (n, 3), one lesion's (i, j, k).

    Voxels of a sphere outside the volume are left out of its mean; those outside the lesion count.
    """
    reach = np.abs(offsets).max(axis=0)
    low, high = voxels.min(axis=0), voxels.max(axis=0) + 1
    # The lesion's box with room for spheres, zero where there is no scan, so that one flat index serves for each offset.
    block, known = np.zeros((2, *(high - low + 2 * reach)))
    start, stop = np.maximum(low - reach, 0), np.minimum(high + reach, pet_suv.shape)
    inner = tuple(slice(a, b) for a, b in zip(start - low + reach, stop - low + reach, strict=True))
    block[inner] = pet_suv[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))]
    known[inner] = 1
    centres = np.ravel_multi_index(tuple((voxels - low + reach).T), block.shape)
    steps = offsets @ np.array([block.shape[1] * block.shape[2], block.shape[2], 1])
    block, known = block.ravel(), known.ravel()
    total, n = np.zeros(len(voxels)), np.zeros(len(voxels))
    for step in steps:
        total += block[centres + step]
        n += known[centres + step]
    return float((total / n).max())


def number_lesions(mask: np.ndarray) -> np.ndarray:
    """The lesions of a mask (i, j, k), tumour where not 0, as 1, 2, ... by falling volume, equal ones by their first voxel,
    and 0 elsewhere; int32. A lesion is a component whose voxels touch at least at a corner (26-connected)."""
    labels, n = ndimage.label(mask, structure=np.ones((3, 3, 3)))
    boxes = enumerate(ndimage.find_objects(labels), start=1)  # np.bincount would copy all voxels as int64
    sizes = np.array([np.count_nonzero(labels[box] == label) for label, box in boxes], int)
    numbers = np.zeros(n + 1, labels.dtype)
    numbers[1 + np.argsort(-sizes, kind="stable")] = np.arange(1, n + 1)
    return numbers[labels]


def lesion_table(
    lesions: np.ndarray, pet_suv: np.ndarray, affine: np.ndarray, clicks: Sequence[Click] | None = None
) -> pd.DataFrame:
    """One row for each lesion. ``lesions`` (i, j, k): their numbers (:func:`number_lesions`); ``pet_suv`` (i, j, k) in SUV;
    ``affine`` (4, 4) from voxels to mm. Columns:

    - lesion, n_voxels (int64), volume_ml;
    - suv_max, suv_mean: of the lesion's voxels;
    - suv_peak: the highest mean in a sphere of 1 cm3 whose centre is that of a lesion's voxel (PERCIST, Wahl et al. 2009,
      doi 10.2967/jnumed.108.057307; the "global intensity peak" of the IBSI, Zwanenburg et al. 2020,
      doi 10.1148/radiol.2020191145). A voxel counts wholly if its centre is in the sphere, within the lesion or not; the
      part of a sphere outside the volume is left out;
    - mtv_ml: the metabolic tumour volume that this mask gives, which is volume_ml: no threshold is applied to the mask;
    - tlg: total lesion glycolysis, suv_mean times mtv_ml (Larson et al. 1999, doi 10.1016/S1095-0397(99)00016-3);
    - centroid_i, centroid_j, centroid_k: mean voxel indices of the lesion, not weighted with SUV;
    - n_clicks (int64), only if ``clicks`` are given: those on the lesion's voxels. Clicks beside all lesions are in no row.

    No lesion gives an empty table with these columns. Raises ValueError if lesions and PET are not of one 3-D shape.
    """
    if lesions.ndim != 3 or lesions.shape != pet_suv.shape:
        raise ValueError(f"a mask of {lesions.shape} voxels does not fit a PET of {pet_suv.shape}")
    clicked = [int(lesions[click.voxel]) for click in clicks or ()]
    millilitres = abs(np.linalg.det(np.asarray(affine, np.float64)[:3, :3])) / 1000
    offsets, rows = sphere_offsets(affine), []
    for lesion, box in enumerate(ndimage.find_objects(lesions), start=1):
        voxels = np.argwhere(lesions[box] == lesion) + [axis.start for axis in box]
        suv = pet_suv[tuple(voxels.T)].astype(np.float64)
        volume = len(voxels) * millilitres
        row = (lesion, len(voxels), volume, suv.max(), suv_peak(voxels, pet_suv, offsets), suv.mean(), volume)
        rows.append((*row, suv.mean() * volume, *voxels.mean(axis=0), clicked.count(lesion)))
    table = pd.DataFrame(rows, columns=[*COLUMNS, "n_clicks"])
    table = table.astype({column: "int64" if column in COUNTS else "float64" for column in table})
    return table if clicks is not None else table.drop(columns="n_clicks")
