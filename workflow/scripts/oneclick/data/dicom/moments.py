"""Times in DICOM headers."""

import contextlib
import re
from datetime import datetime, timedelta
from typing import NamedTuple

import pydicom

MINUTE, DAY = 60, 86400
# s. A nuclide that lives shorter is scanned within a day, so times of day say all; dates are often dummies.
LONG_LIVED = 12 * 3600


class Moment(NamedTuple):
    """A time of a header; without a date its day is an arbitrary one."""

    at: datetime
    dated: bool


def moment(date: object, time: object) -> Moment | None:
    """DICOM's YYYYMMDD and HHMM[SS[.F]]; None without a time. What is no date counts as none."""
    parts = re.fullmatch(r"([01]\d|2[0-3]):?([0-5]\d)(?::?(\d\d(?:\.\d*)?))?", str(time or "").strip())
    if not parts:
        return None
    hours, minutes, seconds = (float(part or 0) for part in parts.groups())
    day, dated = datetime(2000, 1, 1), False
    with contextlib.suppress(ValueError):  # what stands there instead of a date
        day, dated = datetime.strptime(re.sub(r"\D", "", str(date or "")), "%Y%m%d"), True
    return Moment(day + timedelta(hours=hours, minutes=minutes, seconds=seconds), dated)


def is_dummy(when: datetime) -> bool:
    """Whether a time of day is one digit over and over, as de-identification writes it, and hardly a clock."""
    return f"{when:%H%M%S}" in ("000000", "111111", "222222")


def _zone(offset: str) -> timedelta:
    """An offset from UTC, +HHMM."""
    return timedelta(hours=int(offset[:3]), minutes=int(offset[0] + offset[3:5]))


def stamp(text: object, local: str = "") -> Moment | None:
    """DICOM's YYYYMMDDHHMM[SS[.F]][+ZZXX] in the zone ``local``, in its own if that is unknown; None if it is something
    else. Without its private creator an element is bytes."""
    text = (text.decode("ascii", "replace") if isinstance(text, bytes) else str(text or "")).strip(" \0")
    parts = re.fullmatch(r"(\d{8})(\d{4}[\d.]*)([+-]\d{4})?", text)
    if not parts or not (found := moment(*parts.groups()[:2])):
        return None
    zone = parts.group(3)
    return Moment(found.at + _zone(local) - _zone(zone), True) if zone and local else found


def value(header: pydicom.Dataset, tag: str | int) -> object:
    return header[tag].value if tag in header else None


def local_zone(header: pydicom.Dataset) -> str:
    local = str(header.get("TimezoneOffsetFromUTC") or "").strip()
    return local if re.fullmatch(r"[+-]\d{4}", local) else ""


def after(injection: Moment, when: Moment, half_life: float) -> float:
    """Seconds from the injection to a moment: by times of day, the next such time, or of a long-lived nuclide by dates."""
    apart = (when.at - injection.at).total_seconds()
    return apart if half_life >= LONG_LIVED and injection.dated and when.dated else apart % DAY
