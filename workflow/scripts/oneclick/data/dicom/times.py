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

import contextlib
import math
from collections.abc import Sequence

import pydicom

from oneclick.data.dicom.moments import MINUTE, Moment, after, local_zone, moment, stamp, value

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


def injections_of(header: pydicom.Dataset, tracer: pydicom.Dataset) -> dict[str, Moment]:
    """The sources of the injection's time; GE's own is first where the scan's is there as well, for they are a pair."""
    found = {
        INJECTED: stamp(tracer.get("RadiopharmaceuticalStartDateTime"), local_zone(header)),
        INJECTED_CLOCK: moment(None, tracer.get("RadiopharmaceuticalStartTime")),
    }
    own = {GE_INJECTED: stamp(value(header, GE_INJECTION), local_zone(header))}
    found = own | found if stamp(value(header, GE_START)) else found | own
    return {name: when for name, when in found.items() if when}


def series_made(header: pydicom.Dataset) -> Moment | None:
    """SeriesTime: when a series was begun, or made out of another."""
    return moment(header.get("SeriesDate") or header.get("AcquisitionDate"), header.get("SeriesTime"))


def acquired(header: pydicom.Dataset) -> Moment | None:
    """When the frame of a slice began."""
    date = header.get("AcquisitionDate") or header.get("SeriesDate")
    return moment(date, header.get("AcquisitionTime")) or stamp(header.get("AcquisitionDateTime"), local_zone(header))


def _milliseconds(header: pydicom.Dataset, keyword: str) -> float | None:
    with contextlib.suppress(TypeError, ValueError):  # of what is no number
        number = float(header.get(keyword))
        return number if math.isfinite(number) else None
    return None


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
    frames = [(when, _back(header, half_life)) for header in headers if (when := acquired(header))]
    first = min((when for when, _ in frames), key=lambda when: after(injection, when, half_life), default=None)
    if series := series_made(headers[0]):
        offsets[SERIES] = after(injection, series, half_life)
        if first and first.dated and series.dated and series.at.date() > first.at.date():
            # Made days after: its time of day must not be taken for one before the scan.
            offsets[SERIES] = after(injection, first, half_life) + (series.at - first.at).total_seconds()
    if first:
        starts = [after(injection, when, half_life) - back for when, back in frames if back is not None]
        if starts and max(starts) - min(starts) <= MINUTE:
            offsets[FRAMES] = sorted(starts)[len(starts) // 2]
        offsets[FIRST] = after(injection, first, half_life)
    return offsets


def is_early(offsets: dict[str, float], philips: bool) -> bool:
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
    if frames is None or frames > first + MINUTE or is_early(offsets, philips):
        return FIRST
    return FRAMES
