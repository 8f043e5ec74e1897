"""Shapes of the phantom as functions of position, so that they can be drawn on any grid.

Positions are head coordinates in mm: x to the right, y forward, z up (RAS), with 0 at the middle of the hard palate.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Axes:
    """Positions of voxel centres along x (i), y (j) and z (k), mm, each 1-D."""

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.x), len(self.y), len(self.z)

    def box(self, centre: np.ndarray, half: np.ndarray) -> tuple[slice, slice, slice]:
        """The voxels within ``half`` (3,) of ``centre`` (3,), mm, along each axis."""
        slices = []
        for axis, c, h in zip((self.x, self.y, self.z), centre, half, strict=True):
            inside = np.flatnonzero(np.abs(axis - c) <= h)
            slices.append(slice(inside[0], inside[-1] + 1) if len(inside) else slice(0, 0))
        return tuple(slices)

    def part(self, box: tuple[slice, slice, slice]) -> "Axes":
        return Axes(self.x[box[0]], self.y[box[1]], self.z[box[2]])


@dataclass(frozen=True)
class Waves:
    """A smooth random field of mean 0 and variance 1: cosines of random direction, wavelength and phase."""

    vectors: np.ndarray
    phases: np.ndarray

    def __call__(self, axes: Axes) -> np.ndarray:
        """Values (i, j, k), float32, at voxel centres."""
        field = np.zeros(axes.shape, np.float32)
        for (kx, ky, kz), phase in zip(self.vectors, self.phases, strict=True):
            # cos(a + b + c) from the separate axes: one complex product instead of a cosine per voxel
            i, j = np.exp(1j * (kx * axes.x + phase)), np.exp(1j * ky * axes.y)
            k = np.exp(1j * kz * axes.z)
            field += (i[:, None, None] * j[:, None] * k).real.astype(np.float32)
        return field * np.sqrt(2 / len(self.phases))


def random_waves(rng: np.random.Generator, length: float, n: int = 12) -> Waves:
    """Waves with a correlation length of ``length`` mm."""
    return Waves(rng.normal(0, 1 / length, (n, 3)), rng.uniform(0, 2 * np.pi, n))


def ellipsoid_level(axes: Axes, centre: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Relative distance (i, j, k) from the centre of an ellipsoid: below 1 inside, 1 on its surface."""
    u, v, w = ((axis - c) / r for axis, c, r in zip((axes.x, axes.y, axes.z), centre, radii, strict=True))
    return np.sqrt((u**2)[:, None, None] + (v**2)[:, None] + w**2)
