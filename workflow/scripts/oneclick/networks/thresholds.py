"""The threshold of a network and fold (Rainio et al. 2024, section 2.3: "from the predictions of the training set")."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oneclick.common.arrays import chunks
from oneclick.common.tables import write_table
from oneclick.common.warned import Warned
from oneclick.data.rows import read_rows
from oneclick.metrics.dice import dice

# Powers of two, so that the edges of bins are exact in binary and no value falls on the wrong side of one.
FIRST_BINS, BINS = 256, 32


@dataclass(frozen=True)
class Interval:
    """Thresholds from ``low`` to ``high``: the pixels with outputs between them (value, row of the slice, positive in
    truth), and the counts (n,) of all pixels, and of the true ones, above ``high``."""

    low: float
    high: float
    values: np.ndarray
    rows: np.ndarray
    positive: np.ndarray
    n_above: np.ndarray
    n_hit: np.ndarray


def _counts_above_edges(bins: np.ndarray, rows: np.ndarray, n_bins: int, n_above: np.ndarray) -> np.ndarray:
    """Pixels (n_bins + 1, n) above each edge, from bin and row of each pixel and the pixels (n,) above the last edge."""
    n = len(n_above)
    counts = np.empty((n_bins + 1, n), np.int32)
    counts[:-1] = np.bincount(bins * n + rows, minlength=n * n_bins).reshape(n_bins, n)
    counts[-1] = n_above
    return counts[::-1].cumsum(axis=0, dtype=np.int32)[::-1]


def _medians(n_true: np.ndarray, n_pred: np.ndarray, n_overlap: np.ndarray, both_empty: float) -> np.ndarray:
    # A bin's slices lie side by side in memory: their medians take a third of the time.
    return np.median(dice(n_true, n_pred, n_overlap, both_empty), axis=1)


@dataclass(frozen=True)
class Pixels:
    """What thresholds from 0 depend on in n slices: the ``values`` of the outputs above 0, the ``rows`` of the slices that
    they are in, whether they are ``positive`` in truth; and the true pixels ``n_true`` (n,) of each slice."""

    values: np.ndarray
    rows: np.ndarray
    positive: np.ndarray
    n_true: np.ndarray


def pixels_above_0(parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> Pixels:
    """The pixels of slices that come in parts, so that only few are in memory: outputs float and truth of 0 and 1, (m, h, w)
    each."""
    found, n = [], 0
    for outputs, truth in parts:
        truth = truth.astype(bool)
        above_0 = np.flatnonzero(outputs > 0)
        rows, n_true = above_0 // outputs[0].size, np.array([np.count_nonzero(mask) for mask in truth])
        found.append((outputs.ravel()[above_0], n + rows, truth.ravel()[above_0], n_true))
        n += len(outputs)
    return Pixels(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


def best_of(pixels: Pixels, both_empty: float) -> tuple[float, float]:
    """The threshold in [0, 1) with the highest median Dice, and that median; a pixel is positive if its output exceeds it.

    ``both_empty`` is the Dice of two empty masks. The maximum is exact over all thresholds, not over a grid: [0, 1) is
    divided into bins; no threshold inside a bin can give a slice more than the overlap at the bin's lower edge with the
    predicted pixels at its upper edge, so bins whose median of that bound does not exceed the best median at an edge are
    done with. The others are divided again, until none is left. Among the edges with the best median, the lowest of the
    first division that has it is taken.
    """
    n, n_true = len(pixels.n_true), pixels.n_true
    values, rows, positive = pixels.values, pixels.rows, pixels.positive
    higher = values >= 1
    n_pred_at_1, n_hit_at_1 = (np.bincount(rows[found], minlength=n) for found in (higher, higher & positive))
    below = (values[~higher], rows[~higher], positive[~higher])
    intervals = [Interval(0.0, 1.0, *below, n_pred_at_1, n_hit_at_1)]
    best, best_median, n_bins = 0.0, -1.0, FIRST_BINS
    while intervals:
        divided = []
        for part in intervals:
            width = (part.high - part.low) / n_bins
            # Bin b holds the outputs above its lower edge and up to its upper edge: positive means above the threshold.
            # All numbers here are exact: the first width is a power of two, later values are float64.
            bins = np.ceil((part.values - part.low) / width).astype(np.int64) - 1
            n_pred = _counts_above_edges(bins, part.rows, n_bins, part.n_above)
            n_hit = _counts_above_edges(bins[part.positive], part.rows[part.positive], n_bins, part.n_hit)
            medians = _medians(n_true, n_pred[:-1], n_hit[:-1], both_empty)
            if medians.max() > best_median:
                best, best_median = part.low + medians.argmax() * width, medians.max()
            # Nothing predicted at the upper edge and nothing true: inside the bin this may still become two empty masks.
            bounds = _medians(n_true, np.maximum(n_pred[1:], n_hit[:-1]), n_hit[:-1], both_empty)
            open_bins = bounds > best_median
            inside_open = np.flatnonzero(open_bins[bins])
            order = inside_open[np.argsort(bins[inside_open], kind="stable")]
            ends = np.searchsorted(bins[order], np.arange(n_bins + 1))
            for b in np.flatnonzero(open_bins):
                inside = order[ends[b] : ends[b + 1]]
                held = (part.values[inside].astype(np.float64), part.rows[inside], part.positive[inside])
                low = part.low + b * width
                divided.append((bounds[b], Interval(low, low + width, *held, n_pred[b + 1], n_hit[b + 1])))
        # Thresholds around a single value of the outputs give no masks other than those at the edges.
        intervals = [p for bound, p in divided if bound > best_median and np.ptp(p.values) > 0]
        n_bins = BINS
    # Thresholds from the largest output below 1 on leave only what is 1 and more; they are the lower edge of no bin.
    median_at_1 = np.median(dice(n_true, n_pred_at_1, n_hit_at_1, both_empty))
    if median_at_1 > best_median:
        best, best_median = below[0].max(initial=0.0), median_at_1
    return float(best), float(best_median)


def write_thresholds(
    network: str,
    slices_csv: str,
    folds_csv: str,
    masks_npy: str,
    predictions: list[str],
    both_empty: float,
    thresholds_csv: str,
    say: Callable[[str], None],
) -> None:
    """Write a network's thresholds: network, fold, threshold, median_train_dice. ``predictions``: its raw outputs on all
    slices of the stack, by fold. Says which folds' networks are of no use, as some of the paper's were that predicted all
    pixels negative."""
    folds, masks = read_rows(slices_csv, folds_csv)["fold"].to_numpy(), np.load(masks_npy, mmap_mode="r")
    table = []
    for fold, path in enumerate(predictions, start=1):
        outputs, trains = np.load(path, mmap_mode="r"), np.flatnonzero(folds != fold)
        parts = (trains[part] for part in chunks(len(trains)))
        threshold, median = best_of(pixels_above_0((outputs[rows], masks[rows]) for rows in parts), both_empty)
        table.append((network, fold, threshold, median))
        if median == 0:
            wrong = f"fold {fold}: no threshold finds a tumour in most training slices, the training has collapsed"
            say(Warned(wrong, "see its loss curve, and raise training.runs"))
    write_table(pd.DataFrame(table, columns=["network", "fold", "threshold", "median_train_dice"]), thresholds_csv)
