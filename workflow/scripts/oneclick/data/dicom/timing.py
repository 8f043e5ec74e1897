"""The time from injection to scan out of a PET series' headers, and what is doubtful about it.

:mod:`dicom.times` has the sources and their order; here all are compared with the one that is taken.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pydicom

from oneclick.data.dicom.files import TO_NIFTI, Fail, lacks
from oneclick.data.dicom.moments import DAY, LONG_LIVED, MINUTE, Moment, after, is_dummy, local_zone, moment, stamp, value
from oneclick.data.dicom.times import (
    FIRST,
    FRAMES,
    INJECTED_CLOCK,
    OWN,
    SERIES,
    acquired,
    choose,
    injections_of,
    is_early,
    series_made,
    start_offsets,
)
from oneclick.data.volume import Doubt

# A thousandth of the dose is left after as many half-lives: dates or units are wrong, no scan begins so late.
MOST_HALF_LIVES = 10
# Minutes from injection to scan. Tracers of F-18 and Ga-68 need time for their uptake; those that live less than s do not.
SOONEST, LATEST, WITHOUT_UPTAKE = 15, 240, 3000
# Minutes, between which nearly all scans of these begin: an hour is the guidelines' for FDG.
USUAL = (45, 120)
ASK = f"compare it with the scan's protocol, and if it is wrong {TO_NIFTI}"


@dataclass(frozen=True)
class Timing:
    """``seconds`` from the injection to the moment that the activities are corrected to; the ``source`` of both in words."""

    seconds: float
    source: str
    doubts: tuple[Doubt, ...]


def is_plausible(seconds: float, half_life: float) -> bool:
    """Whether a scan may begin so long after the injection."""
    soonest = SOONEST if half_life > WITHOUT_UPTAKE else 0
    latest = math.inf if half_life >= LONG_LIVED else LATEST
    return soonest * MINUTE <= seconds <= latest * MINUTE and seconds / half_life <= MOST_HALF_LIVES


def _rank(seconds: float, half_life: float) -> int:
    """0 for a usual time from injection to scan, 1 for a plausible one, 2 for another."""
    is_usual = WITHOUT_UPTAKE < half_life < LONG_LIVED and USUAL[0] <= seconds / MINUTE <= USUAL[1]
    return 0 if is_usual else 1 if is_plausible(seconds, half_life) else 2


def _differing(offsets: dict[str, float], chosen: str, philips: bool) -> dict[str, float]:
    """The sources that say another minute than the chosen one. The earliest AcquisitionTime may be later, if others agree:
    the series then lacks the scan's first frames."""
    others = {name: at for name, at in offsets.items() if name != chosen}
    if is_early(offsets, philips):
        others.pop(FRAMES, None)
    agreed = chosen in OWN.values() or any(
        abs(at - offsets[chosen]) <= MINUTE for name, at in others.items() if name != FIRST
    )
    if agreed and others.get(FIRST, -math.inf) >= offsets[chosen]:
        del others[FIRST]
    return {name: at for name, at in others.items() if abs(at - offsets[chosen]) > MINUTE}


def _listed(offsets: dict[str, float]) -> str:
    return ", ".join(f"{name} {seconds / MINUTE:.1f}" for name, seconds in offsets.items())


def _times(seconds: float, half_life: float) -> str:
    """What the SUV would be multiplied with if the injection were so much earlier, or the scan later."""
    return f"{2 ** min(seconds / half_life, 99):.3g}"


def _start_doubts(offsets: dict[str, float], chosen: str, half_life: float, philips: bool) -> list[Doubt]:
    if list(offsets) == [SERIES]:
        wrong = f"only SeriesTime says when the scan began, {offsets[SERIES] / MINUTE:.1f} minutes after the injection"
        return [Doubt(f"{wrong}, and it may be when the series was made", ASK)]
    if not (others := _differing(offsets, chosen, philips)):
        return []
    far = max(others.values(), key=lambda at: abs(at - offsets[chosen]))
    wrong = (
        f"the header's times of the scan's start differ, in minutes after the injection: {_listed(offsets)}; taken is "
        f"{chosen}, and the farthest would give {_times(far - offsets[chosen], half_life)} times the SUV"
    )
    return [Doubt(wrong, ASK)]


def _by_dates(headers: Sequence[pydicom.Dataset], injection: Moment, half_life: float) -> float | None:
    """Seconds from injection to scan by the header's dates, None where it has none."""
    moments = [stamp(value(headers[0], tag), local_zone(headers[0])) for tag in OWN]
    moments += [acquired(header) for header in headers]
    moments.append(series_made(headers[0]))
    found = [when for when in moments if when]
    if not found or not found[0].dated or not injection.dated:
        return None
    # Of slices on both sides of midnight, the first
    same = [when for when in found if abs(when.at - found[0].at) < timedelta(days=1)]
    first = min(same, key=lambda when: after(injection, when, half_life))
    return (first.at - injection.at).total_seconds()


def _date_doubts(
    headers: Sequence[pydicom.Dataset], injection: Moment, seconds: float, half_life: float, fail: Fail
) -> list[Doubt]:
    """Doubts on dates. Raises ScanError if the scan is before the injection, or days after it, and times of day cannot be
    right either."""
    apart = _by_dates(headers, injection, half_life)
    if half_life >= LONG_LIVED:
        if apart is not None:
            return []
        wrong = "the header lacks dates, and the injection is taken to be less than a day before the scan"
        return [Doubt(wrong, ASK)]
    if apart is not None and not 0 <= apart < DAY:
        if not is_plausible(seconds, half_life):
            wrong = f"the scan begins {apart / half_life:.3g} half-lives after the injection"
            raise fail(wrong, f"compare dates, times and half-life in the header and {TO_NIFTI}")
        wrong = f"by its dates the scan begins {apart / DAY:.5g} days after the injection, so they are no true dates"
        return [Doubt(f"{wrong}; by times of day, which are taken, it is {seconds / MINUTE:.1f} minutes", ASK)]
    days = [str(headers[0].get(keyword) or "") for keyword in ("SeriesDate", "AcquisitionDate")]
    stamps = [moment(day, "1200") for day in days if day]
    if len(stamps) == 2 and abs(stamps[1].at - stamps[0].at) > timedelta(days=7):
        wrong = f"SeriesDate and AcquisitionDate are {abs((stamps[1].at - stamps[0].at).days)} days apart"
        return [Doubt(f"{wrong}; times of day are taken, {seconds / MINUTE:.1f} minutes after the injection", ASK)]
    return []


def _injection_doubts(injections: dict[str, Moment], chosen: str, seconds: float, half_life: float) -> list[Doubt]:
    apart = {
        name: seconds + (injections[chosen].at - when.at).total_seconds() % DAY
        for name, when in injections.items()
        if name != chosen
    }
    # Of two times of day the nearer way round the clock
    apart = {name: before - DAY if before - seconds > DAY / 2 else before for name, before in apart.items()}
    others = {name: before for name, before in apart.items() if abs(before - seconds) > MINUTE}
    if not others:
        return []
    far = max(others.values(), key=lambda before: abs(before - seconds))
    wrong = (
        f"the header's times of the injection differ, in minutes before the scan: {_listed({chosen: seconds} | others)}; "
        f"taken is {chosen}, and the farthest would give {_times(far - seconds, half_life)} times the SUV"
    )
    return [Doubt(wrong, ASK)]


def _dummy_doubts(
    headers: Sequence[pydicom.Dataset], injections: dict[str, Moment], name: str, source: str, seconds: float
) -> list[Doubt]:
    """Doubts on times that are one digit over and over: of the injection, and of a start that no other frame's time shows to
    be a true one."""
    times = [(name, injections[name].at)]
    if len({acquired(header) for header in headers}) <= 1 and source != FRAMES:
        times.append((source, injections[name].at + timedelta(seconds=seconds)))
    return [
        Doubt(f"{what} is {when:%H:%M:%S}, as dummies of de-identified scans are", ASK)
        for what, when in times
        if is_dummy(when)
    ]


def timing(headers: Sequence[pydicom.Dataset], tracer: pydicom.Dataset, half_life: float, fail: Fail) -> Timing:
    """The time from the injection to the scan's start out of the headers of a series' slices; ``half_life`` in s.

    Of several times of the injection the first is taken that is usual, else plausible: GE's if it has the scan's too,
    RadiopharmaceuticalStartDateTime, RadiopharmaceuticalStartTime. Raises ScanError, by ``fail``, if either time is missing,
    or if no source can be right: before the injection, or more than ten half-lives after it.
    """
    injections = injections_of(headers[0], tracer)
    if not injections:
        raise lacks(INJECTED_CLOCK, fail)
    philips = "PHILIPS" in str(headers[0].get("Manufacturer") or "").upper()
    series = series_made(headers[0])
    dummy = series is not None and is_dummy(series.at)
    found = {}
    for name, injection in injections.items():
        offsets = start_offsets(headers, injection, half_life)
        possible = {source: at for source, at in offsets.items() if 0 <= at / half_life <= MOST_HALF_LIVES}
        source = choose(possible or offsets, philips, dummy)
        if source is None:
            raise lacks("SeriesTime", fail)
        found[name] = offsets, source
    name = min(found, key=lambda name: _rank(found[name][0][found[name][1]], half_life))  # the first of the least
    offsets, source = found[name]
    seconds = offsets[source]
    doubts = _date_doubts(headers, injections[name], seconds, half_life, fail)
    doubts += _dummy_doubts(headers, injections, name, source, seconds)
    if not 0 <= seconds / half_life <= MOST_HALF_LIVES:
        wrong = f"the scan begins {seconds / half_life:.3g} half-lives after the injection"
        raise fail(wrong, f"compare dates, times and half-life in the header and {TO_NIFTI}")
    if not is_plausible(seconds, half_life):
        doubts.append(Doubt(f"the scan begins {seconds / MINUTE:.1f} minutes after the injection", ASK))
    doubts += _start_doubts(offsets, source, half_life, philips) + _injection_doubts(injections, name, seconds, half_life)
    return Timing(seconds, f"{source}, {seconds / MINUTE:.1f} min after {name}", tuple(doubts))
