"""Where the pixels of a slice lie on the scan that it came from, and how they get their values from it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import nibabel as nib
import numpy as np

from oneclick.common.files import write_json
from oneclick.data.volume import Geometry

BODY = 0.05
"""A line of voxels belongs to the body if its mean along the slices exceeds this part of the highest such mean."""


@dataclass(frozen=True)
class Grid:
    """How slices of ``size`` x ``size`` pixels lie on a scan of ``shape`` (i, j, k) voxels as stored.

    ``axes``: the stored axes along which rows, columns and slices are counted. ``flipped``: whether rows and columns are
    counted against them, so that rows go to the patient's left and columns to the back whatever the file's orientation.
    A slice's number is its index along the stored axis. ``start``: where the first pixel begins, ``pixel``: how long a
    pixel is, both in voxels, along rows and columns; ``pixel_mm``: the same in mm. ``spacing``: the pixel in mm that was
    asked for, along both or each of them, None if the whole plane was resized. ``slice_mm``: from one slice's middle to
    that of the next. ``geometry``: that of the scan's file, for masks that are to lie on it.
    """

    shape: tuple[int, int, int]
    size: int
    axes: tuple[int, int, int]
    flipped: tuple[bool, bool]
    start: tuple[float, float]
    pixel: tuple[float, float]
    pixel_mm: tuple[float, float]
    spacing: float | tuple[float, float] | None
    slice_mm: float
    geometry: Geometry | None = None

    @property
    def pixel_ml(self) -> float:
        """The volume of a pixel, as thick as slices are apart, in ml."""
        return self.pixel_mm[0] * self.pixel_mm[1] * self.slice_mm / 1000

    def planes(self, volume: np.ndarray) -> np.ndarray:
        """A volume (i, j, k) as (slices, rows, columns), a view: transaxial whatever the orientation of the file."""
        row, column, number = self.axes
        return volume.transpose(number, row, column)[:, *(slice(None, None, -1 if flip else 1) for flip in self.flipped)]

    @property
    def plane(self) -> tuple[int, int]:
        """Rows and columns of a plane, in voxels."""
        return self.shape[self.axes[0]], self.shape[self.axes[1]]

    def voxel_of_pixel(self, number: int, row: int, column: int) -> tuple[int, int, int]:
        """The voxel (i, j, k), as stored, at the centre of a pixel of slice ``number``; the nearest if it lies outside."""
        voxel = [0, 0, number]
        for axis, place in enumerate((row, column)):
            n = self.plane[axis]
            index = min(max(int(np.floor(self.start[axis] + (place + 0.5) * self.pixel[axis])), 0), n - 1)
            voxel[axis] = n - 1 - index if self.flipped[axis] else index
        stored = [0, 0, 0]
        for axis, index in zip(self.axes, voxel, strict=True):
            stored[axis] = index
        return tuple(stored)

    def in_plane(self, i: int, j: int, k: int) -> tuple[int, int, int]:
        """The slice of a voxel as stored, and its row and column among the voxels of that plane."""
        voxel = [(i, j, k)[axis] for axis in self.axes]
        place = [n - 1 - at if flip else at for at, n, flip in zip(voxel, self.plane, self.flipped, strict=False)]
        return voxel[2], place[0], place[1]

    def pixel_of_voxel(self, i: int, j: int, k: int) -> tuple[int, int, int] | None:
        """The slice, row and column that hold the centre of a voxel as stored, or None if it lies beyond the grid."""
        number, *place = self.in_plane(i, j, k)
        pixel = [int(np.floor((at + 0.5 - s) / p)) for at, s, p in zip(place, self.start, self.pixel, strict=True)]
        return (number, *pixel) if all(0 <= p < self.size for p in pixel) else None

    def to_plane(self, mask: np.ndarray) -> np.ndarray:
        """A slice mask (size, size) on the voxels (rows, columns) of a plane: each takes the pixel that holds its centre, 0
        beyond the grid."""
        places, inside = [], []
        for n, start, pixel in zip(self.plane, self.start, self.pixel, strict=True):
            place = np.floor((np.arange(n) + 0.5 - start) / pixel).astype(int)
            inside.append((place >= 0) & (place < self.size))
            places.append(np.clip(place, 0, self.size - 1))
        return mask[np.ix_(*places)] * (inside[0][:, None] & inside[1])

    def __str__(self) -> str:
        pixels = f"{self.size} x {self.size} pixels"
        if self.spacing is None:
            return f"{pixels} of the whole plane"
        sides = self.spacing if isinstance(self.spacing, tuple) else (self.spacing,)
        return f"{pixels} of {' x '.join(f'{side:g}' for side in sides)} mm"

    def write(self, path: Path | str) -> None:
        write_json(path, asdict(self), indent=None)

    @staticmethod
    def of(content: dict) -> "Grid":
        """The grid from what JSON holds of it."""
        fields = {key: tuple(value) if isinstance(value, list) else value for key, value in content.items()}
        return Grid(**fields | {"geometry": content["geometry"] and Geometry(**content["geometry"])})

    @staticmethod
    def read(path: Path | str) -> "Grid":
        return Grid.of(json.loads(Path(path).read_text(encoding="utf-8")))


def transaxial(affine: np.ndarray) -> tuple[tuple[int, int, int], tuple[bool, bool]]:
    """Which stored axes rows, columns and slices of transaxial planes follow, and whether the first two are flipped so that
    rows go to the left and columns to the back (the order in which DICOM stores a supine patient).

    ``affine`` (4, 4) from voxel indices to mm in RAS; of an oblique scan, the nearest axes are taken.
    """
    sides = nib.io_orientation(affine)  # for each stored axis: the axis of the body, and 1 towards right, front, head
    axes = tuple(int(np.flatnonzero(sides[:, 0] == body)[0]) for body in range(3))
    return axes, tuple(bool(sides[axis, 1] > 0) for axis in axes[:2])


def tilt(affine: np.ndarray) -> float:
    """Degrees between the planes that :func:`transaxial` takes and true transaxial ones."""
    along = affine[:3, transaxial(affine)[0][2]]
    return float(np.degrees(np.arccos(min(1.0, abs(along[2]) / np.linalg.norm(along)))))


def body_extent(planes: np.ndarray) -> list[tuple[int, int]]:
    """The first row and that after the last, and the same of columns, of the body in planes (slices, rows, columns)."""
    mean = planes.mean(axis=0, dtype=np.float64)
    body = mean > BODY * mean.max()
    if not body.any():
        return [(0, n) for n in body.shape]
    return [(int(np.argmax(line)), len(line) - int(np.argmax(line[::-1]))) for line in (body.any(axis=1), body.any(axis=0))]


def grid_of(pet: np.ndarray, affine: np.ndarray, size: int, spacing: float | tuple[float, float] | None) -> Grid:
    """The grid of a scan, PET (i, j, k) with its affine (4, 4).

    Without ``spacing`` the whole plane is resized, as in the paper (section 2.2). With ``spacing`` (mm), pixels are squares
    of that size, or so long along rows and columns. A scan smaller than the grid lies in its middle, with zeros around it;
    of a larger one, the part around the body is taken. The grid begins at a voxel's edge, so that pixels as large as voxels
    are the voxels.
    """
    axes, flipped = transaxial(affine)
    *voxel, slice_mm = nib.affines.voxel_sizes(affine)[list(axes)]

    def grid(start: tuple, pixel: tuple) -> Grid:
        in_mm = tuple(float(n * mm) for n, mm in zip(pixel, voxel, strict=True))
        return Grid(tuple(pet.shape), size, axes, flipped, start, pixel, in_mm, spacing, float(slice_mm))

    whole = grid((0.0, 0.0), (1.0, 1.0))
    if spacing is None:
        return grid((0.0, 0.0), tuple(n / size for n in whole.plane))
    sides = spacing if isinstance(spacing, tuple) else (spacing, spacing)
    start, pixel = [], []
    for n, mm, side, (first, after) in zip(whole.plane, voxel, sides, body_extent(whole.planes(pet)), strict=True):
        pixel.append(float(side / mm))
        covered = size * pixel[-1]
        middle = n / 2 if covered >= n else min(max((first + after) / 2, covered / 2), n - covered / 2)
        start.append(float(np.rint(middle - covered / 2)))
    return grid(tuple(start), tuple(pixel))


def resize_weights(n_in: int, n_out: int, method: str, start: float = 0.0, pixel: float | None = None) -> np.ndarray:
    """The matrix (n_out, n_in) that resizes one axis of an image.

    Output pixels begin at ``start`` and are ``pixel`` long, in input pixels; by default they cover the input. Rows sum to 1,
    or less where a pixel reaches beyond the input, as if there were zeros.

    ``area``: each output pixel is the mean of the input pixels that it covers, each weighted by the covered part.
    ``bilinear``: linear interpolation at the centre of the output pixel, without smoothing, as OpenCV's
    ``INTER_LINEAR`` does it in the authors' notebook; at exactly 4:1 this is the mean of the central two of four.
    """
    pixel = n_in / n_out if pixel is None else pixel
    if method == "area":
        edges = start + np.arange(n_out + 1) * pixel
        covered = np.minimum(edges[1:, None], np.arange(1, n_in + 1)) - np.maximum(edges[:-1, None], np.arange(n_in))
        return np.clip(covered, 0, None) / pixel
    if method == "bilinear":
        centre = start + (np.arange(n_out) + 0.5) * pixel
        position = np.clip(centre - 0.5, 0, n_in - 1)
        weights = np.clip(1 - np.abs(position[:, None] - np.arange(n_in)), 0, None)
        return weights * ((centre >= 0) & (centre <= n_in))[:, None]
    raise ValueError(f"unknown resize method {method!r}: use 'area' or 'bilinear'")


def resize(planes: np.ndarray, grid: Grid, method: str) -> np.ndarray:
    """Planes (n, rows, columns) of a scan as float64 (n, size, size) on its grid; see :func:`resize_weights`."""
    rows, columns = (
        resize_weights(n, grid.size, method, start, pixel)
        for n, start, pixel in zip(planes.shape[1:], grid.start, grid.pixel, strict=True)
    )
    return rows @ planes.astype(np.float64) @ columns.T
