"""What a real click is: how far from the tumour's centre, its hottest voxel and its border, how often beside it, how
fast."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from oneclick.common.randomness import generator
from oneclick.readers.draws import DRAWS, Draws, farthest, mean, quantile, share_interval, spread

ALL = "all"
THIRDS = {"radius_mm": ("small", "medium", "large"), "contrast": ("faint", "middle", "hot")}
COLUMNS = ("group", "measure", "unit", "value", "ci_low", "ci_high", "n", "n_patients")


@dataclass(frozen=True)
class Read:
    """The tables of a reader study: ``clicks`` and ``targets`` (:mod:`places`), ``readings`` (:class:`events.Reading`). Was
    a slice or a lesion ``asked`` for?"""

    clicks: pd.DataFrame
    targets: pd.DataFrame
    readings: pd.DataFrame
    asked: str

    def of(self, reader: str) -> "Read":
        """What one reader did."""
        return Read(*(table[table["reader"] == reader] for table in (self.clicks, self.targets, self.readings)), self.asked)

    @property
    def axes(self) -> list[str]:
        return ["left", "back"] if self.asked == "slice" else ["head", "left", "back"]

    @property
    def hits(self) -> pd.DataFrame:
        """The clicks on a target, the last of each."""
        return self.clicks[self.clicks["counts"]]


Measured = tuple[str, str, Callable[[np.ndarray], np.ndarray] | np.ndarray, np.ndarray]
"""A measure, its unit, its statistic of weights (m, n), or of a share the hits (n,), and the patients (n,) of what it is
of."""


def offset_measures(read: Read) -> Iterator[Measured]:
    """Of the clicks on a target: bias_..._mm (mean offset from the centre of mass along each axis), spread_mm (robust,
    around each reader's own), human_sigma_mm (what the simulated click of the kind human needs: the spread, and the bias as
    if it had no direction), distance_mm and distance_95_mm (median and 95th percentile), tail_95 (the latter around the
    reader's own bias, over that of normal offsets of the spread: 1 without tails), distance_radii, hot_..._mm and hot_mm
    (from the hottest voxel), border_mm (median, below 0 inside), outside (share)."""
    hits = read.hits
    if not len(hits):
        return
    patients, readers = hits["patient"].to_numpy(), hits["reader"].to_numpy()
    offsets = hits[[f"{axis}_mm" for axis in read.axes]].to_numpy(float)
    for axis, values in zip(read.axes, offsets.T, strict=True):
        yield f"bias_{axis}_mm", "mm", mean(values), patients
    of_spread = spread(offsets, readers)
    yield "spread_mm", "mm", of_spread, patients

    # The bias counts as in the whole study: in draws its square is larger by what they vary.
    of_bias = mean_square_bias(offsets, readers) / len(read.axes)
    yield "human_sigma_mm", "mm", lambda weights: np.sqrt(of_spread(weights) ** 2 + of_bias), patients
    distance = hits["distance_mm"].to_numpy(float)
    yield "distance_mm", "mm", quantile(distance, 0.5), patients
    yield "distance_95_mm", "mm", quantile(distance, 0.95), patients
    normal = float(np.sqrt(stats.chi2.ppf(0.95, len(read.axes))))
    far = farthest(offsets, readers, 0.95)

    def tail(weights: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):  # of clicks that all lie on one place
            return far(weights) / (normal * of_spread(weights))

    yield "tail_95", "", tail, patients
    yield "distance_radii", "radii", quantile(hits["radii"].to_numpy(float), 0.5), patients
    for axis in read.axes:
        yield f"hot_{axis}_mm", "mm", mean(hits[f"hot_{axis}_mm"].to_numpy(float)), patients
    yield "hot_mm", "mm", quantile(hits["hot_mm"].to_numpy(float), 0.5), patients
    yield "border_mm", "mm", quantile(hits["border_mm"].to_numpy(float), 0.5), patients
    yield "outside", "share", (hits["border_mm"] > 0).to_numpy(float), patients


def mean_square_bias(offsets: np.ndarray, readers: np.ndarray) -> float:
    """The square of how far each reader's mean offset, of offsets (n, axes), lies from 0, its mean over all clicks."""
    found = 0.0
    for reader in np.unique(readers):
        own = offsets[readers == reader]
        found += len(own) * (own.mean(axis=0) ** 2).sum()
    return found / len(offsets)


def share_measures(read: Read) -> Iterator[Measured]:
    """missed: of the clicks on slices with tumour (of all, in a study of lesions) those with no tumour within ``MISS_MM``,
    which is human_miss; errors_per_patient: places clicked where no target is, a reading; not_clicked, lesions_not_clicked:
    of the targets, and of the lesions in space, those that a reading left out."""
    clicks, targets = read.clicks, read.targets
    aimed = clicks[clicks["counts"] | (clicks["error"] == "far")]
    if len(aimed):
        yield "missed", "share", (aimed["error"] == "far").to_numpy(float), aimed["patient"].to_numpy()
    where = ["reader", "patient", "repeat"]
    wrong = clicks[clicks["error"] != ""].groupby(where).size()
    of_reading = wrong.reindex(pd.MultiIndex.from_frame(read.readings[where]), fill_value=0)
    yield "errors_per_patient", "places", mean(of_reading.to_numpy(float)), read.readings["patient"].to_numpy()
    if len(targets):
        yield "not_clicked", "share", 1 - targets["clicked"].to_numpy(float), targets["patient"].to_numpy()
        lesions = targets.groupby([*where, "lesion"], as_index=False)["clicked"].max()
        yield "lesions_not_clicked", "share", 1 - lesions["clicked"].to_numpy(float), lesions["patient"].to_numpy()


def time_measures(read: Read) -> Iterator[Measured]:
    """seconds_per_click: since the click before, or since the patient was shown, with what was undone between them and
    without breaks; its mean is what effort.seconds_per_click asks for. seconds_per_patient: until the reader went on."""
    if len(read.clicks):
        seconds = read.clicks["seconds"].to_numpy(float)
        yield "seconds_per_click", "s", mean(seconds), read.clicks["patient"].to_numpy()
    yield "seconds_per_patient", "s", mean(read.readings["seconds"].to_numpy(float)), read.readings["patient"].to_numpy()


def pair_measures(read: Read) -> Iterator[Measured]:
    """within_reader_mm: the standard deviation, along an axis, of a reader's click on a target around the reader's mean of
    both readings; between_readers_mm: the same of the first readings of any two readers. Root mean squares of differences
    over the square root of 2."""
    hits, axes = read.hits, [f"{axis}_mm" for axis in read.axes]
    where = ["patient", "target"] + ["slice"] * (read.asked == "slice")
    first, second = (hits[hits["repeat"] == repeat][["reader", *where, *axes]] for repeat in (0, 1))
    pairs = {"within_reader_mm": first.merge(second, on=["reader", *where], suffixes=("", "_2"))}
    both = first.merge(first, on=where, suffixes=("", "_2"))
    pairs["between_readers_mm"] = both[both["reader"] < both["reader_2"]]
    for name, table in pairs.items():
        if len(table):
            squares = sum((table[axis] - table[f"{axis}_2"]) ** 2 for axis in axes).to_numpy(float) / (2 * len(axes))
            yield name, "mm", _root_of(mean(squares)), table["patient"].to_numpy()


def _root_of(statistic: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda weights: np.sqrt(statistic(weights))


ALL_MEASURES = (offset_measures, share_measures, time_measures, pair_measures)
OF_A_GROUP = (offset_measures, share_measures)


def measured(read: Read, group: str, measures: tuple, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """The ``measures`` of a ``group`` of clicks, a row each (``COLUMNS``), with 95 % intervals when patients are drawn and
    the readers are kept; of shares as :func:`draws.share_interval`. n: how many clicks, targets, readings or pairs it is
    of."""
    patients = read.readings["patient"].to_numpy()
    drawn = Draws.of(patients, generator(seed, "draws of a reader study", group), draws)
    rows = []
    for of in measures:
        for name, unit, statistic, whose in of(read):
            is_share = unit == "share"
            found = share_interval(statistic, whose) if is_share else drawn.interval(drawn.estimate(statistic, whose))
            rows.append((group, name, unit, *found, len(whose), len(set(whose))))
    return pd.DataFrame(rows, columns=COLUMNS)


def groups_of(read: Read) -> Iterator[tuple[str, Read, tuple]]:
    """What is told by itself: all, each reader, thirds of the targets by size and by contrast; with what is measured of
    it."""
    yield ALL, read, ALL_MEASURES
    for reader in dict.fromkeys(read.readings["reader"]):
        yield reader, read.of(reader), ALL_MEASURES
    one = read.targets.drop_duplicates(["patient", "slice", "target"])
    for column, names in THIRDS.items():
        limits = np.nanquantile(one[column], [1 / 3, 2 / 3]) if one[column].notna().any() else None
        for number, name in enumerate(names if limits is not None else ()):
            clicks, targets = (
                table[table[column].notna() & (np.searchsorted(limits, table[column], side="left") == number)]
                for table in (read.clicks, read.targets)
            )
            yield name, Read(clicks, targets, read.readings, read.asked), OF_A_GROUP


def real_click_table(read: Read, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """:func:`measured` of all :func:`groups_of`. Thirds by size and contrast have no misses: these are on no target."""
    tables = [measured(of, group, measures, seed, draws) for group, of, measures in groups_of(read)]
    table = pd.concat(tables, ignore_index=True)
    without = table["measure"].isin(["missed", "errors_per_patient", "lesions_not_clicked"])
    return table[~(without & table["group"].isin([name for names in THIRDS.values() for name in names]))].reset_index(
        drop=True
    )
