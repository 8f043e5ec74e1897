"""A PET scanner: from an activity map to a reconstructed image, all slices of a volume at once.

Parallel projections of every slice with one sparse system matrix; Poisson counts with attenuation and a known background
of scattered and random events; OSEM (Hudson and Larkin 1994, doi 10.1109/42.363108) with attenuation in its model, so that
the image is corrected for it while its noise is that of the counts that were left; Gaussian post-filter.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse

# Attenuation of 511 keV photons in water, per mm (NIST XCOM)
WATER = 0.0096
FWHM_TO_SIGMA = 1 / np.sqrt(8 * np.log(2))


@dataclass(frozen=True)
class Scanner:
    """``fwhm`` resolution and ``filter_fwhm`` post-filter, mm; ``counts`` true events per mm of slice thickness;
    ``background`` scattered and random events per true event; OSEM ``subsets`` and ``iterations``; ``angles`` of view."""

    fwhm: float
    filter_fwhm: float
    counts: float
    background: float
    subsets: int = 12
    iterations: int = 3
    angles: int = 120


def blur(volume: np.ndarray, fwhm: float, spacing: tuple[float, float, float]) -> np.ndarray:
    """Gaussian blur of a volume (i, j, k) by ``fwhm`` mm on voxels of ``spacing`` mm; keeps the total."""
    return ndimage.gaussian_filter(volume, [fwhm * FWHM_TO_SIGMA / s for s in spacing], mode="reflect", truncate=3)


def system_matrix(where: np.ndarray, pixel: float, angles: int) -> list[sparse.csr_array]:
    """For each angle, the matrix (bins, pixels) float32 that projects the pixels where ``where`` (n, n) is true.

    A pixel of ``pixel`` mm adds ``pixel`` times its value, shared linearly by the two bins nearest to its centre; so a
    projection sums to the image's sum times ``pixel``, at every angle.
    """
    n = len(where)
    rows, columns = np.nonzero(where)
    x, y = (index + 0.5 - n / 2 for index in (rows, columns))
    bins = int(np.ceil(n * np.sqrt(2))) + 2
    pixels, matrices = np.arange(len(rows)), []
    for angle in np.arange(angles) * np.pi / angles:
        position = x * np.cos(angle) + y * np.sin(angle) + bins / 2 - 0.5
        first = np.floor(position).astype(np.int32)
        upper = (position - first).astype(np.float32)
        weights = np.concatenate([1 - upper, upper]) * np.float32(pixel)
        where_to = np.concatenate([first, first + 1]), np.concatenate([pixels, pixels])
        matrices.append(sparse.csr_array((weights, where_to), shape=(bins, len(pixels)), dtype=np.float32))
    return matrices


def osem(
    subsets: list[sparse.csr_array],
    counts: list[np.ndarray],
    factors: list[np.ndarray],
    background: list[np.ndarray],
    n: int,
) -> np.ndarray:
    """Image (pixels, slices) float32 after ``n`` iterations of OSEM from an image of ones.

    For each subset: ``subsets`` matrix (lines, pixels), ``counts`` measured (lines, slices), ``factors`` expected counts
    per unit of projection, ``background`` expected counts from elsewhere.
    """
    transposed = [matrix.T.tocsr() for matrix in subsets]
    sensitivity = [np.maximum(t @ f, 1e-9) for t, f in zip(transposed, factors, strict=True)]
    image = np.ones((subsets[0].shape[1], counts[0].shape[1]), np.float32)
    for _ in range(n):
        for matrix, back, y, f, b, s in zip(subsets, transposed, counts, factors, background, sensitivity, strict=True):
            expected = f * (matrix @ image) + b
            image *= (back @ (f * y / np.maximum(expected, 1e-6))) / s
    return image


def scan(
    suv: np.ndarray,
    body: np.ndarray,
    spacing: tuple[float, float, float],
    scanner: Scanner,
    rng: np.random.Generator | None,
) -> np.ndarray:
    """The reconstructed image (n, n, k) float32, SUV, of an activity map (n, n, k), SUV, with its ``body`` (bool).

    ``spacing`` (mm), equal in the plane. Without ``rng`` the counts carry no noise.
    """
    seen = ndimage.binary_dilation(body.any(axis=2), iterations=3)
    activity = blur(suv, scanner.fwhm, spacing)[seen]
    matrices = system_matrix(seen, spacing[0], scanner.angles)
    # Views of a subset stand as far apart as can be, and successive subsets lie between them.
    order = [list(range(first, scanner.angles, scanner.subsets)) for first in range(scanner.subsets)]
    subsets = [sparse.vstack([matrices[view] for view in views]).tocsr() for views in order]
    survive = [np.exp(-WATER * (matrix @ body[seen].astype(np.float32))) for matrix in subsets]
    projected = [s * (matrix @ activity) for matrix, s in zip(subsets, survive, strict=True)]
    total = sum(p.sum(axis=0) for p in projected).mean()
    per_unit = scanner.counts * spacing[2] / total
    factors = [(s * per_unit).astype(np.float32) for s in survive]
    background = []
    for p in projected:
        # Scatter and randoms are smooth; a constant in each slice is their coarsest picture.
        level = scanner.background * per_unit * p.sum(axis=0) / len(p)
        background.append(np.broadcast_to(level.astype(np.float32), p.shape))
    expected = [p * per_unit + b for p, b in zip(projected, background, strict=True)]
    counts = [(rng.poisson(e) if rng else e).astype(np.float32) for e in expected]
    image = np.zeros(suv.shape, np.float32)
    image[seen] = osem(subsets, counts, factors, background, scanner.iterations)
    return blur(image, scanner.filter_fwhm, spacing)
