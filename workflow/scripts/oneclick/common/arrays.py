"""Arrays in .npy files."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from oneclick.common.files import whole

CHUNK = 256
"""Rows that are in memory at a time where all of them are gone through."""


def write_array(path: str | Path, array: np.ndarray) -> None:
    """Write an array as .npy."""
    with whole(path) as part:
        np.save(part, array)


@contextlib.contextmanager
def array_file(path: str | Path, shape: tuple[int, ...], dtype: type) -> Iterator[np.ndarray]:
    """An array of zeros in a .npy file, to be filled part by part, so that it need not fit into memory."""
    with whole(path) as part:
        array = np.lib.format.open_memmap(part, "w+", dtype, shape)
        # The disk's place is taken first: where a mapped page finds none, the system kills the process without a word.
        if hasattr(os, "posix_fallocate"):  # macOS has it not
            with open(part, "r+b") as file:
                os.posix_fallocate(file.fileno(), 0, os.path.getsize(part))
        yield array
        array.flush()


def chunks(n: int, size: int = CHUNK) -> list[slice]:
    """The rows 0 to n in pieces that fit into memory."""
    return [slice(first, min(first + size, n)) for first in range(0, n, size)]
