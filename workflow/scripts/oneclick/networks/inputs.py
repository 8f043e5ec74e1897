"""What a network sees: slices, with clicks as a second channel."""

from dataclasses import dataclass

import numpy as np


def with_clicks(images: np.ndarray, clicks: np.ndarray | None) -> np.ndarray:
    """PET slices (n, h, w) as a network's input, float32 (n, h, w, channels): channel 0 is the slice, channel 1 its clicks
    (n, h, w); there is one channel only without (Rainio et al. 2024, section 2.2)."""
    return images[..., None] if clicks is None else np.stack([images, clicks.astype(np.float32)], axis=-1)


@dataclass(frozen=True)
class InputFiles:
    """The files of the stack from which a network's inputs are read: slices, and click matrices or what they are encoded to,
    None for a network without clicks.

    A file is mapped while rows of it are copied, and no longer: pages that were read count as the process's memory as long
    as they are mapped.
    """

    slices_npy: str
    clicks_npy: str | None

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(n, h, w, channels) of all inputs."""
        return *np.load(self.slices_npy, mmap_mode="r").shape, 2 if self.clicks_npy else 1

    def read(self, rows: np.ndarray | slice) -> np.ndarray:
        """The inputs of some rows, float32 (rows, h, w, channels)."""
        slices = np.array(np.load(self.slices_npy, mmap_mode="r")[rows])
        clicks = np.load(self.clicks_npy, mmap_mode="r")[rows] if self.clicks_npy else None
        return with_clicks(slices, clicks)
