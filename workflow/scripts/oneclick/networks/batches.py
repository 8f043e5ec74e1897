"""Slices for training: in memory if they are few, else read from the stack batch by batch, so that the memory that is needed
does not grow with the cohort."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import keras
import numpy as np

from oneclick.common.randomness import generator
from oneclick.common.warned import Warned
from oneclick.networks.inputs import InputFiles
from oneclick.networks.window import window_around_body, window_sides

CHUNK = 32
"""Slices that are in memory at a time where all of them are gone through."""
HELD = 2**27
"""Bytes of slices that stay in memory while a network trains: 910 slices of 128 x 128 pixels with clicks. To read each batch
anew costs small slices some percent of the time."""


@dataclass(frozen=True)
class Source:
    """``n`` slices, of which ``read(rows)`` gives some: a network's input, float32 (rows, h, w, channels), and the masks
    (rows, h, w) of 0 and 1. ``shape``: (h, w, channels)."""

    n: int
    shape: tuple[int, int, int]
    read: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

    def chunks(self, rows: np.ndarray | None = None) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Rows, inputs and masks, at most ``CHUNK`` at a time; of all slices unless ``rows`` are given."""
        rows = np.arange(self.n) if rows is None else rows
        for first in range(0, len(rows), CHUNK):
            some = rows[first : first + CHUNK]
            yield some, *self.read(some)


def slices_in_memory(x: np.ndarray, y: np.ndarray) -> Source:
    """The slices ``x`` float32 (n, h, w, channels) with masks ``y`` (n, h, w)."""
    return Source(len(x), x.shape[1:], lambda rows: (x[rows], y[rows]))


def held(source: Source, most: int = HELD) -> Source:
    """The same slices in memory if inputs and masks take ``most`` bytes or less, else the source as it is."""
    pixels = source.shape[0] * source.shape[1]
    if source.n * pixels * (source.shape[2] * np.dtype(np.float32).itemsize + np.dtype(np.uint8).itemsize) > most:
        return source
    x, y = np.empty((source.n, *source.shape), np.float32), np.empty((source.n, *source.shape[:2]), np.uint8)
    for rows, *some in source.chunks():
        x[rows], y[rows] = some
    return slices_in_memory(x, y)


def slices_in_files(inputs: InputFiles, masks_npy: str, rows: np.ndarray) -> Source:
    """The slices in ``rows`` of the stack with their masks."""

    def read(some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return inputs.read(rows[some]), np.load(masks_npy, mmap_mode="r")[rows[some]]

    return Source(len(rows), inputs.shape[1:], read)


def around_bodies(source: Source, say: Callable[[str], None]) -> Source:
    """The slices of a source in windows around the bodies, all of one size. Only where the windows are stays in memory."""
    sides = window_sides(image for _, x, _ in source.chunks() for image in x[..., 0])
    starts, lost = np.zeros((source.n, 2), np.int32), 0
    for rows, x, y in source.chunks():
        for row, image, mask in zip(rows, x[..., 0], y, strict=True):
            window = window_around_body(image, sides)
            starts[row] = [side.start for side in window]
            lost += int(mask.sum(dtype=int) - mask[window].sum(dtype=int))
    say(f"cropped to {sides[0]} x {sides[1]} pixels around the body")
    if lost:
        say(Warned(f"{lost} tumour pixels lie outside of the body and train no network", "choose training.crop: none"))

    def read(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        windows = [tuple(slice(at, at + side) for at, side in zip(starts[row], sides, strict=True)) for row in rows]
        x, y = source.read(rows)
        return tuple(np.stack([one[at] for one, at in zip(array, windows, strict=True)]) for array in (x, y))

    return Source(source.n, (*sides, source.shape[2]), read)


class Batches(keras.utils.PyDataset):
    """The ``rows`` of a source in batches of ``size``, epoch after epoch without end: (x, y) with x float32 (size, h, w,
    channels) and y float32 (size, h, w, 1); an epoch's last batch may be smaller.

    With a ``seed`` they come in an order drawn from it and the number of the epoch alone, the first of which is ``epoch``
    (0, 1, ...): a training that goes on from the middle gets the batches that it would have got. Batches are counted through
    all epochs, for Keras reads ahead, and has no say in which epoch that is.
    """

    num_batches = None  # of all epochs, to Keras

    def __init__(self, source: Source, rows: np.ndarray, size: int, seed: int | None = None, epoch: int = 0):
        super().__init__()
        self.source, self.rows, self.size, self.epoch = source, rows, size, epoch
        self.steps = math.ceil(len(rows) / size)
        # Two, since batches of the next epoch are read while the last ones of this train.
        self.order = lru_cache(2)(lambda epoch: rows if seed is None else generator(seed, "order", epoch).permutation(rows))

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        epoch, batch = divmod(index, self.steps)
        order = self.order(self.epoch + epoch)
        x, y = self.source.read(order[batch * self.size : (batch + 1) * self.size])
        return x, y[..., None].astype(np.float32)
