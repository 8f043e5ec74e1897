"""Statistics of clicks with intervals by patients: patients are drawn with replacement, the readers are kept.

A value's weight is how often its patient was drawn. The first draw has each patient once, and gives the estimate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

DRAWS = 1000
AT_A_TIME = 4_000_000
"""Weights that are held at once, to bound memory."""


@dataclass(frozen=True)
class Draws:
    """``counts`` (1 + draws, patients): how often each of the ``patients`` was drawn, once each in the first row."""

    patients: Mapping[str, int]
    counts: np.ndarray

    @classmethod
    def of(cls, patients: np.ndarray, rng: np.random.Generator, draws: int = DRAWS) -> "Draws":
        names = sorted(set(patients))
        n = len(names)
        counts = rng.multinomial(n, np.full(n, 1 / n), draws)
        return cls({name: number for number, name in enumerate(names)}, np.vstack([np.ones(n, int), counts]))

    def weights(self, patients: np.ndarray) -> np.ndarray:
        """The weights (1 + draws, n) of values with these ``patients`` (n,)."""
        return self.counts[:, [self.patients[patient] for patient in patients]]

    def estimate(self, statistic: Callable[[np.ndarray], np.ndarray], patients: np.ndarray) -> np.ndarray:
        """A ``statistic`` of all draws (1 + draws,), from weights (m, n) to numbers (m,), some draws at a time."""
        step = max(1, AT_A_TIME // max(1, len(patients)))
        index = np.array([self.patients[patient] for patient in patients], int)
        parts = [statistic(self.counts[at : at + step][:, index]) for at in range(0, len(self.counts), step)]
        return np.concatenate(parts)

    def interval(self, estimates: np.ndarray) -> tuple[float, float, float]:
        """The estimate and its 95 % interval from those of all draws (1 + draws,): the expanded percentile interval, which
        mends what the plain one lacks with few patients (Hesterberg 2015, doi 10.1080/00031305.2015.1089789, section 5.3).
        NaN limits for fewer than two patients."""
        n = len(self.patients)
        found = estimates[1:][np.isfinite(estimates[1:])]
        if n < 2 or not len(found):
            return float(estimates[0]), np.nan, np.nan
        tail = stats.norm.cdf(np.sqrt(n / (n - 1)) * stats.t.ppf(0.025, n - 1))
        low, high = np.quantile(found, [tail, 1 - tail])
        return float(estimates[0]), float(low), float(high)


def share_interval(hits: np.ndarray, patients: np.ndarray) -> tuple[float, float, float]:
    """A share, of hits (n,) of 0 and 1 in ``patients`` (n,), and its 95 % interval by patients: Wilson's (1927, doi
    10.1080/01621459.1927.10502953), of as many hits as say the same if they are independent, with Student's t of the
    patients (Korn and Graubard 1998, Survey Methodology 24, 193-201). Drawn patients would say too little of rare events."""
    share, n = float(np.mean(hits)), len(hits)
    codes = np.unique(patients, return_inverse=True)[1]
    n_patients = int(codes.max()) + 1
    if n_patients < 2:
        return share, np.nan, np.nan
    residuals = np.bincount(codes, hits - share)
    variance, independent = n_patients / (n_patients - 1) * (residuals**2).sum() / n**2, share * (1 - share) / n
    alone = n * independent / variance if variance > 0 and independent > 0 else n
    t = stats.t.ppf(0.975, n_patients - 1)
    middle, scale = share + t**2 / (2 * alone), 1 + t**2 / alone
    half = t * np.sqrt(share * (1 - share) / alone + t**2 / (4 * alone**2))
    # Rounding may leave the limit of a share of 0 or 1 a little beyond it.
    return share, float(max(0.0, (middle - half) / scale)), float(min(1.0, (middle + half) / scale))


def mean(values: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """The mean of values (n,) by weights (m, n)."""

    def statistic(weights: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return weights @ values / weights.sum(axis=1)

    return statistic


def _sorted_quantile(values: np.ndarray, weights: np.ndarray, q: float) -> np.ndarray:
    """The quantile of sorted values (m, n) or (n,) by weights (m, n): where the weights up to a value reach the share ``q``
    of all, halfway to the next value where they reach it just so, as a median of an even number does."""
    total = np.cumsum(weights, axis=1)
    reach = q * total[:, -1:]
    rows = np.arange(len(weights))
    low, high = np.argmax(total >= reach - 1e-9, axis=1), np.argmax(total > reach + 1e-9, axis=1)
    values = np.broadcast_to(values, weights.shape)
    found = (values[rows, low] + values[rows, high]) / 2
    return np.where(total[:, -1] > 0, found, np.nan)


def quantile(values: np.ndarray, q: float) -> Callable[[np.ndarray], np.ndarray]:
    """The quantile of values (n,) by weights (m, n)."""
    order = np.argsort(values, kind="stable")
    return lambda weights: _sorted_quantile(values[order], weights[:, order], q)


def _around_readers(values: np.ndarray, readers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Values (n,) less their reader's weighted median, for each draw: (m, n)."""
    found = np.zeros(weights.shape)
    for reader in np.unique(readers):
        own = readers == reader
        found[:, own] = values[own] - quantile(values[own], 0.5)(weights[:, own])[:, None]
    return found


def spread(offsets: np.ndarray, readers: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """The robust spread along an axis, of offsets (n, axes) in mm around each reader's own median: 1.4826 times the median
    absolute deviation of each axis (Hampel 1974, doi 10.1080/01621459.1974.10482962), their root mean square. It is the
    standard deviation if the offsets are normal, and 1 % of gross misses hardly change it."""

    def statistic(weights: np.ndarray) -> np.ndarray:
        squares = []
        for values in offsets.T:
            away = np.abs(_around_readers(values, readers, weights))
            order = np.argsort(away, axis=1)
            median = _sorted_quantile(np.take_along_axis(away, order, 1), np.take_along_axis(weights, order, 1), 0.5)
            squares.append((1.4826 * median) ** 2)
        return np.sqrt(np.mean(squares, axis=0))

    return statistic


def farthest(offsets: np.ndarray, readers: np.ndarray, q: float) -> Callable[[np.ndarray], np.ndarray]:
    """The quantile of how far offsets (n, axes) lie from their reader's own median, in mm."""

    def statistic(weights: np.ndarray) -> np.ndarray:
        away = np.sqrt(sum(_around_readers(values, readers, weights) ** 2 for values in offsets.T))
        order = np.argsort(away, axis=1)
        return _sorted_quantile(np.take_along_axis(away, order, 1), np.take_along_axis(weights, order, 1), q)

    return statistic
