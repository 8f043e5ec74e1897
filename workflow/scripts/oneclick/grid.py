"""Where the pixels of a slice lie on the scan that it came from."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Grid:
    """How slices of ``size`` x ``size`` pixels lie on a scan of ``shape`` (i, j, k) voxels: the whole plane is resized.

    Pixel rows follow voxel axis i, pixel columns voxel axis j.
    """

    shape: tuple[int, int, int]
    size: int

    def voxel_of_pixel(self, row: int, column: int) -> tuple[int, int]:
        """The voxel (i, j) at the centre of a pixel."""
        return tuple(int((p + 0.5) * n / self.size) for p, n in zip((row, column), self.shape, strict=False))

    def to_scan(self, mask: np.ndarray) -> np.ndarray:
        """A slice mask (size, size) on the voxels (i, j) of the scan: each voxel takes the pixel that holds its centre."""
        row, column = (((np.arange(n) + 0.5) * self.size / n).astype(int) for n in self.shape[:2])
        return mask[np.ix_(row, column)]

    def write(self, path: Path | str) -> None:
        Path(path).write_text(json.dumps({"shape": list(self.shape), "size": self.size}) + "\n")

    @staticmethod
    def read(path: Path | str) -> "Grid":
        grid = json.loads(Path(path).read_text())
        return Grid(tuple(grid["shape"]), grid["size"])
