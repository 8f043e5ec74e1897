"""From the injection to the moment that a PET series is decay-corrected to: all sources of both in its headers, compared.

The sources of the scan's start, in this order:

1. what the scanner says itself: DecayCorrectionDateTime (0018,9701), or the private elements of GE (0009,100D) and Siemens
   (0071,1022);
2. SeriesTime, unless it is after the earliest AcquisitionTime, for a series that was made out of another has the time of its
   making; nor is it taken if it is a minute away from both of the following, as dummies of de-identified scans are;
3. AcquisitionTime + the time of the average count rate in the frame - FrameReferenceTime, of slices that agree; GE's
   FrameReferenceTime is that of the frame's start, the others' that of its average count rate;
4. the earliest AcquisitionTime; of Philips before 3 where it is at most two minutes after it: on real scans 3 was a minute
   early, and 4 right.

2 to 4 are the vendor-neutral recipe of the FDG-PET/CT profile of the Quantitative Imaging Biomarkers Alliance (QIBA, version
1.13, appendix G), which takes GE's element after SeriesTime; 1 before 2, with Siemens' element, is from the manual of the
reference objects (Vacha et al., oncoray.github.io/suv_computation). Where a header is consistent both orders are one.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pydicom

from oneclick.data.dicom.files import TO_NIFTI, Fail, lacks
from oneclick.data.dicom.moments import DAY, LONG_LIVED, MINUTE, Moment, after, local_zone, moment, stamp, value
from oneclick.data.volume import Doubt

GE_START, GE_INJECTION, SIEMENS_START = 0x0009100D, 0x0009103B, 0x00711022
# The elements that are read here; those of the injection stand in RadiopharmaceuticalInformationSequence.
ELEMENTS = ["SeriesDate", "SeriesTime", "AcquisitionDate", "AcquisitionTime", "AcquisitionDateTime", "TimezoneOffsetFromUTC"]
ELEMENTS += ["DecayCorrectionDateTime", "FrameReferenceTime", "ActualFrameDuration", "Manufacturer"]
ELEMENTS += [GE_START, GE_INJECTION, SIEMENS_START]

SERIES, FRAMES, FIRST = "SeriesTime", "AcquisitionTime less FrameReferenceTime", "the earliest AcquisitionTime"
OWN = {
    "DecayCorrectionDateTime": "DecayCorrectionDateTime (0018,9701)",
    GE_START: "GE's (0009,100D)",
    SIEMENS_START: "Siemens' (0071,1022)",
}
INJECTED, INJECTED_CLOCK, GE_INJECTED = (
    "RadiopharmaceuticalStartDateTime",
    "RadiopharmaceuticalStartTime",
    "GE's (0009,103B)",
)

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


def _injections(header: pydicom.Dataset, tracer: pydicom.Dataset) -> dict[str, Moment]:
    """The sources of the injection's time; GE's own is first where the scan's is there as well, for they are a pair."""
    found = {
        INJECTED: stamp(tracer.get("RadiopharmaceuticalStartDateTime"), local_zone(header)),
        INJECTED_CLOCK: moment(None, tracer.get("RadiopharmaceuticalStartTime")),
    }
    own = {GE_INJECTED: stamp(value(header, GE_INJECTION), local_zone(header))}
    found = own | found if stamp(value(header, GE_START)) else found | own
    return {name: when for name, when in found.items() if when}


def _acquired(header: pydicom.Dataset) -> Moment | None:
    date = header.get("AcquisitionDate") or header.get("SeriesDate")
    return moment(date, header.get("AcquisitionTime")) or stamp(header.get("AcquisitionDateTime"), local_zone(header))


def _milliseconds(header: pydicom.Dataset, keyword: str) -> float | None:
    number = header.get(keyword)
    return None if number in (None, "") or not math.isfinite(float(number)) else float(number)


def _back(header: pydicom.Dataset, half_life: float) -> float | None:
    """Seconds from the scan's start to the start of a slice's frame, None where the header does not say.

    A frame of length T has its average count rate at ln(x / (1 - exp(-x))) / l, with l = ln 2 / half-life and x = l T.
    """
    reference, length = _milliseconds(header, "FrameReferenceTime"), _milliseconds(header, "ActualFrameDuration")
    if reference is not None and str(header.get("Manufacturer") or "").upper().startswith("GE"):
        return reference / 1000 if reference >= 0 else None
    if not reference or not length or min(reference, length) <= 0:
        return None
    rate = math.log(2) / half_life
    x = rate * length / 1000
    return reference / 1000 - math.log(x / -math.expm1(-x)) / rate


def start_offsets(headers: Sequence[pydicom.Dataset], injection: Moment, half_life: float) -> dict[str, float]:
    """Seconds from the injection to the scan's start by each source that the headers of its slices have."""
    offsets = {}
    for tag, name in OWN.items():
        if own := stamp(value(headers[0], tag), local_zone(headers[0])):
            offsets[name] = after(injection, own, half_life)
    acquired = [(when, _back(header, half_life)) for header in headers if (when := _acquired(header))]
    first = min((when for when, _ in acquired), key=lambda when: after(injection, when, half_life), default=None)
    date = headers[0].get("SeriesDate") or headers[0].get("AcquisitionDate")
    if series := moment(date, headers[0].get("SeriesTime")):
        offsets[SERIES] = after(injection, series, half_life)
        if first and first.dated and series.dated and series.at.date() > first.at.date():
            # Made days after: its time of day must not be taken for one before the scan.
            offsets[SERIES] = after(injection, first, half_life) + (series.at - first.at).total_seconds()
    if first:
        starts = [after(injection, when, half_life) - back for when, back in acquired if back is not None]
        if starts and max(starts) - min(starts) <= MINUTE:
            offsets[FRAMES] = sorted(starts)[len(starts) // 2]
        offsets[FIRST] = after(injection, first, half_life)
    return offsets


def _is_early(offsets: dict[str, float], philips: bool) -> bool:
    """Whether FrameReferenceTime counts from a while before the first frame, as that of Philips does."""
    return philips and FRAMES in offsets and 0 <= offsets[FIRST] - offsets[FRAMES] <= 2 * MINUTE


def choose(offsets: dict[str, float], philips: bool = False, dummy: bool = False) -> str | None:
    """The source of the scan's start among ``offsets`` in seconds, by the order above; None if there is none. ``dummy``:
    SeriesTime is one digit over and over."""
    own = next((name for name in OWN.values() if name in offsets), None)
    series, frames, first = (offsets.get(name) for name in (SERIES, FRAMES, FIRST))
    if own or first is None:
        return own or (SERIES if series is not None else None)
    if series is not None and series <= first + 1:
        away = all(abs(series - other) > MINUTE for other in (frames, first) if other is not None)
        if not away or (frames is None and not dummy):
            return SERIES
    if frames is None or frames > first + MINUTE or _is_early(offsets, philips):
        return FIRST
    return FRAMES


def _differing(offsets: dict[str, float], chosen: str, philips: bool) -> dict[str, float]:
    """The sources that say another minute than the chosen one. The earliest AcquisitionTime may be later, if others agree:
    the series then lacks the scan's first frames."""
    others = {name: at for name, at in offsets.items() if name != chosen}
    if _is_early(offsets, philips):
        others.pop(FRAMES, None)
    agreed = chosen in OWN.values() or any(
        abs(at - offsets[chosen]) <= MINUTE for name, at in others.items() if name != FIRST
    )
    if agreed and others.get(FIRST, -math.inf) >= offsets[chosen]:
        del others[FIRST]
    return {name: at for name, at in others.items() if abs(at - offsets[chosen]) > MINUTE}


def is_plausible(seconds: float, half_life: float) -> bool:
    """Whether a scan may begin so long after the injection."""
    soonest = SOONEST if half_life > WITHOUT_UPTAKE else 0
    latest = math.inf if half_life >= LONG_LIVED else LATEST
    return soonest * MINUTE <= seconds <= latest * MINUTE and seconds / half_life <= MOST_HALF_LIVES


def _rank(seconds: float, half_life: float) -> int:
    """0 for a usual time from injection to scan, 1 for a plausible one, 2 for another."""
    is_usual = WITHOUT_UPTAKE < half_life < LONG_LIVED and USUAL[0] <= seconds / MINUTE <= USUAL[1]
    return 0 if is_usual else 1 if is_plausible(seconds, half_life) else 2


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
    moments += [_acquired(header) for header in headers]
    date = headers[0].get("SeriesDate") or headers[0].get("AcquisitionDate")
    moments.append(moment(date, headers[0].get("SeriesTime")))
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
        wrong = f"by its dates the scan begins {apart / DAY:.3g} days after the injection, so they are no true dates"
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


def timing(headers: Sequence[pydicom.Dataset], tracer: pydicom.Dataset, half_life: float, fail: Fail) -> Timing:
    """The time from the injection to the scan's start out of the headers of a series' slices; ``half_life`` in s.

    Of several times of the injection the first is taken that is usual, else plausible: GE's if it has the scan's too,
    RadiopharmaceuticalStartDateTime, RadiopharmaceuticalStartTime. Raises ScanError, by ``fail``, if either time is missing,
    or if no source can be right: before the injection, or more than ten half-lives after it.
    """
    injections = _injections(headers[0], tracer)
    if not injections:
        raise lacks(INJECTED_CLOCK, fail)
    philips = "PHILIPS" in str(headers[0].get("Manufacturer") or "").upper()
    clock = re.sub(r"\..*", "", str(headers[0].get("SeriesTime") or ""))
    found = {}
    for name, injection in injections.items():
        offsets = start_offsets(headers, injection, half_life)
        possible = {source: at for source, at in offsets.items() if 0 <= at / half_life <= MOST_HALF_LIVES}
        source = choose(possible or offsets, philips, len(set(clock)) == 1)
        if source is None:
            raise lacks("SeriesTime", fail)
        found[name] = offsets, source
    name = min(found, key=lambda name: _rank(found[name][0][found[name][1]], half_life))  # the first of the least
    offsets, source = found[name]
    seconds = offsets[source]
    doubts = _date_doubts(headers, injections[name], seconds, half_life, fail)
    if not 0 <= seconds / half_life <= MOST_HALF_LIVES:
        wrong = f"the scan begins {seconds / half_life:.3g} half-lives after the injection"
        raise fail(wrong, f"compare dates, times and half-life in the header and {TO_NIFTI}")
    if not is_plausible(seconds, half_life):
        doubts.append(Doubt(f"the scan begins {seconds / MINUTE:.1f} minutes after the injection", ASK))
    doubts += _start_doubts(offsets, source, half_life, philips) + _injection_doubts(injections, name, seconds, half_life)
    return Timing(seconds, f"{source}, {seconds / MINUTE:.1f} min after {name}", tuple(doubts))
