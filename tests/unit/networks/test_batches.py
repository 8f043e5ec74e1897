"""Batches out of the stack's files are those of whole arrays in memory, in an order that belongs to the epoch."""

import os
from pathlib import Path

import numpy as np
import pytest

from oneclick.networks.backend import prepare_backend

prepare_backend(2)

from oneclick.networks.batches import CHUNK, Batches, around_bodies, held, slices_in_files, slices_in_memory  # noqa: E402
from oneclick.networks.inputs import InputFiles  # noqa: E402
from oneclick.networks.window import window_around_body, window_sides  # noqa: E402


@pytest.fixture
def files(tmp_path):
    """Slices, masks and clicks of 8 slices, and the paths of their arrays."""
    rng = np.random.default_rng(0)
    images, masks = rng.random((8, 5, 6), np.float32), rng.integers(0, 2, (8, 5, 6)).astype(np.uint8)
    arrays, paths = (images, masks, 1 - masks), [str(tmp_path / f"{name}.npy") for name in ("slices", "masks", "clicks")]
    for path, array in zip(paths, arrays, strict=True):
        np.save(path, array)
    return arrays, paths


def test_rows_come_from_the_places_in_the_stack_where_they_are(files):
    (images, masks, clicks), (slices_npy, masks_npy, clicks_npy) = files
    train, some = np.array([1, 2, 4, 5, 7]), np.array([4, 0, 3, 0])
    source = slices_in_files(InputFiles(slices_npy, clicks_npy), masks_npy, train)
    assert (source.n, source.shape) == (5, (5, 6, 2))
    x, y = source.read(some)
    rows = [7, 1, 5, 1]
    assert x.dtype == np.float32 and y.dtype == np.uint8
    np.testing.assert_array_equal(x[..., 0], images[rows])
    np.testing.assert_array_equal(x[..., 1], clicks[rows])
    np.testing.assert_array_equal(y, masks[rows])
    without = slices_in_files(InputFiles(slices_npy, None), masks_npy, train)
    assert without.shape == (5, 6, 1)
    np.testing.assert_array_equal(without.read(some)[0][..., 0], images[rows])


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what a process has mapped")
def test_no_file_stays_open_or_mapped(files, tmp_path):
    _, (slices_npy, masks_npy, clicks_npy) = files
    inputs = InputFiles(slices_npy, clicks_npy)
    source = slices_in_files(inputs, masks_npy, np.arange(8))
    kept = source.read(np.arange(8)), inputs.read(slice(2, 4)), InputFiles(slices_npy, None).read(slice(8)), inputs.shape
    opened = [os.readlink(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd") if number.isdigit()
              and os.path.exists(f"/proc/self/fd/{number}")]  # fmt: skip
    assert not any(path.startswith(str(tmp_path)) for path in opened)
    assert str(tmp_path) not in Path("/proc/self/maps").read_text() and len(kept) == 4


def test_few_slices_stay_in_memory_and_more_are_read_from_their_files(files):
    (images, masks, clicks), (slices_npy, masks_npy, clicks_npy) = files
    train, size = np.array([0, 2, 3, 5, 6, 7]), 6 * 5 * 6 * (4 + 4 + 1)
    source = slices_in_files(InputFiles(slices_npy, clicks_npy), masks_npy, train)
    assert held(source, size - 1) is source
    kept = held(source, size)
    for npy in (slices_npy, masks_npy, clicks_npy):
        os.remove(npy)
    assert (kept.n, kept.shape) == (6, (5, 6, 2))
    x, y = kept.read(np.array([5, 1]))
    assert x.dtype == np.float32 and y.dtype == np.uint8
    np.testing.assert_array_equal(x, np.stack([images, clicks], axis=-1)[[7, 2]])
    np.testing.assert_array_equal(y, masks[[7, 2]])


def test_chunks_hold_each_row_once():
    n = 2 * CHUNK + 3
    x = np.arange(n, dtype=np.float32)[:, None, None, None]
    source = slices_in_memory(x, x[..., 0])
    assert [len(rows) for rows, _, _ in source.chunks()] == [CHUNK, CHUNK, 3]
    assert np.concatenate([x.ravel() for _, x, _ in source.chunks()]).tolist() == list(range(n))
    assert np.concatenate([y.ravel() for _, _, y in source.chunks(np.array([5, 2]))]).tolist() == [5, 2]


def rows_of(batches: Batches, index: int) -> list[int]:
    """The rows of a batch of :func:`numbered`."""
    x, y = batches[index]
    assert y.dtype == np.float32 and y.shape == (len(x), 1, 1, 1) and (y[..., 0] == x[..., 0]).all()
    return x.ravel().astype(int).tolist()


def numbered(n: int):
    x = np.arange(n, dtype=np.float32)[:, None, None, None]
    return slices_in_memory(x, x[..., 0].astype(np.uint8))


def test_the_order_of_an_epoch_belongs_to_seed_and_epoch():
    source, rows = numbered(30), np.arange(10, 30)

    def epochs(seed, first, n):
        batches = Batches(source, rows, 8, seed, first)
        assert batches.steps == 3
        parts = [[rows_of(batches, 3 * epoch + step) for step in range(3)] for epoch in range(n)]
        assert all([len(part) for part in epoch] == [8, 8, 4] for epoch in parts)
        return [[row for part in epoch for row in part] for epoch in parts]

    all_of_them = epochs(7, 0, 4)
    assert all(sorted(order) == rows.tolist() for order in all_of_them)
    assert len({tuple(order) for order in all_of_them}) == 4 and rows.tolist() not in all_of_them
    assert epochs(7, 2, 2) == all_of_them[2:]  # a training that goes on after the second epoch
    assert epochs(8, 0, 1)[0] != all_of_them[0]
    # Keras reads ahead, and reads the first batches twice: what a batch holds does not depend on what was read before
    batches = Batches(source, rows, 8, 7)
    assert [rows_of(batches, index) for index in (9, 0, 3)] == [all_of_them[epoch][:8] for epoch in (3, 0, 1)]


def test_slices_that_validate_come_in_their_order_every_time():
    batches = Batches(numbered(9), np.array([1, 4, 8]), 2)
    assert [rows_of(batches, index) for index in range(4)] == [[1, 4], [8], [1, 4], [8]]


def test_windows_around_bodies_are_those_of_whole_arrays():
    rng = np.random.default_rng(1)
    x, y = np.zeros((2 * CHUNK + 1, 48, 56, 2), np.float32), np.zeros((2 * CHUNK + 1, 48, 56), np.uint8)
    for image, mask in zip(x, y, strict=True):
        row, column = rng.integers(0, 30, 2)
        image[row : row + 12, column : column + 16, 0] = 1
        image[row + 3, column + 4, 1] = mask[row + 3, column + 4] = 1
    said, sides = [], window_sides(x[..., 0])
    cropped = around_bodies(slices_in_memory(x, y), said.append)
    rows = np.array([2 * CHUNK, 0, 7])
    windows = [window_around_body(x[row, ..., 0], sides) for row in rows]
    images, masks = cropped.read(rows)
    assert cropped.shape == (*sides, 2) and sides[0] < 48 and sides[1] < 56
    np.testing.assert_array_equal(images, [x[row][window] for row, window in zip(rows, windows, strict=True)])
    np.testing.assert_array_equal(masks, [y[row][window] for row, window in zip(rows, windows, strict=True)])
    assert said == [f"cropped to {sides[0]} x {sides[1]} pixels around the body"]
