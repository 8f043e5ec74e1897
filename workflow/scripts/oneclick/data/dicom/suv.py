"""From the stored unit of a PET series to SUV by body weight.

SUV = activity concentration [Bq/ml] * body weight [g] / dose [Bq], the dose decayed to the time that the activities are
decay-corrected to: EANM guideline, Boellaard et al. 2015, doi 10.1007/s00259-014-2961-x; the elements are those of the
vendor-neutral recipe in the FDG-PET/CT profile of the Quantitative Imaging Biomarkers Alliance.
"""

import math
import re
from datetime import datetime, timedelta

import pydicom

from oneclick.data.dicom.files import TO_NIFTI, Fail, lacks, positive, term

PHILIPS_SUV, PHILIPS_ACTIVITY = 0x70531000, 0x70531009
# The elements that are read here.
ELEMENTS = ["SeriesDate", "SeriesTime", "AcquisitionDate", "AcquisitionTime", "TimezoneOffsetFromUTC"]
ELEMENTS += ["Units", "SUVType", "DecayCorrection", "CorrectedImage", "PatientWeight"]
ELEMENTS += ["RadiopharmaceuticalInformationSequence", PHILIPS_SUV, PHILIPS_ACTIVITY]
# A thousandth of the dose is left after as many half-lives: dates or units are wrong, no scan begins so late.
MOST_HALF_LIVES = 10
# No tracer is given in so little; a dose in MBq, written against the standard, is below.
LEAST_DOSE = 1e5

# The standard's other terms (PS3.3, C.8.9.1), which alone are repeated in messages.
UNITS = "NONE CM2 CM2ML PCNT CPS MGMINML UMOLMINML MLMING MLG 1CM UMOLML PROPCNTS PROPCPS MLMINML MLML STDDEV"
SUV_TYPES = "BSA LBM LBMJAMES128 LBMJANMA IBW"


def _moment(date: object, time: object) -> datetime | None:
    """DICOM's YYYYMMDD and HHMM[SS[.F]]; None without a time. Without a date the day is an arbitrary one."""
    parts = re.fullmatch(r"([01]\d|2[0-3]):?([0-5]\d)(?::?(\d\d(?:\.\d*)?))?", str(time or "").strip())
    if not parts:
        return None
    hours, minutes, seconds = (float(part or 0) for part in parts.groups())
    day = re.sub(r"\D", "", str(date or "")) or "20000101"
    return datetime.strptime(day, "%Y%m%d") + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def scan_start(headers: list[pydicom.Dataset]) -> datetime | None:
    """When the scan of these slices began: at the SeriesTime, unless the earliest AcquisitionTime is before it, for a series
    made out of another has the time of its making. None without either time."""
    moments = []
    for header in headers:
        series, acquisition = header.get("SeriesDate"), header.get("AcquisitionDate")
        moments.append(_moment(series or acquisition, header.get("SeriesTime")))
        moments.append(_moment(acquisition or series, header.get("AcquisitionTime")))
    return min((moment for moment in moments if moment), default=None)


def _zone(offset: str) -> timedelta:
    """An offset from UTC, +HHMM."""
    return timedelta(hours=int(offset[:3]), minutes=int(offset[0] + offset[3:5]))


def _injection(header: pydicom.Dataset, tracer: pydicom.Dataset, start: datetime, fail: Fail) -> datetime:
    """When the tracer was given; of a time without its date, the last one before the scan began."""
    text = str(tracer.get("RadiopharmaceuticalStartDateTime") or "").strip()
    dated = re.fullmatch(r"(\d{8})(\d{4}[\d.]*)([+-]\d{4})?", text)
    if dated and (header.get("SeriesDate") or header.get("AcquisitionDate")):
        day, time, zone = dated.groups()
        local = str(header.get("TimezoneOffsetFromUTC") or "").strip()
        if moment := _moment(day, time):
            # The other times are in the local zone; if the header does not name it, it is taken to be that of the injection.
            return moment + _zone(local) - _zone(zone) if zone and local else moment
    time = dated.group(2) if dated else tracer.get("RadiopharmaceuticalStartTime")
    if moment := _moment(start.strftime("%Y%m%d"), time):
        return moment - timedelta(days=1) if moment > start else moment
    raise lacks("RadiopharmaceuticalStartTime", fail)


def _suv_of_activity(header: pydicom.Dataset, start: datetime | None, fail: Fail) -> float:
    """SUV of 1 Bq/ml."""
    correction = header.get("DecayCorrection")
    if not correction:
        raise lacks("DecayCorrection", fail)
    if correction not in ("START", "ADMIN"):
        raise fail(f"the decay correction is {term(correction, 'NONE')}, not START or ADMIN", TO_NIFTI)
    weight = positive(header, "PatientWeight", fail)
    tracers = header.get("RadiopharmaceuticalInformationSequence") or []
    if not tracers:
        raise lacks("RadiopharmaceuticalInformationSequence", fail)
    if len(tracers) > 1:
        raise fail(f"the header names {len(tracers)} injections", TO_NIFTI)
    dose = positive(tracers[0], "RadionuclideTotalDose", fail)
    if dose < LEAST_DOSE:
        raise fail(f"RadionuclideTotalDose (0018,1074) is {dose:g} Bq, too little for a scan", f"give it in Bq: {TO_NIFTI}")
    if correction == "START":
        half_life = positive(tracers[0], "RadionuclideHalfLife", fail)
        if start is None:
            raise lacks("SeriesTime", fail)
        half_lives = (start - _injection(header, tracers[0], start, fail)).total_seconds() / half_life
        if not 0 <= half_lives <= MOST_HALF_LIVES:
            wrong = f"the scan begins {half_lives:.3g} half-lives after the injection"
            raise fail(wrong, f"compare dates, times and half-life in the header and {TO_NIFTI}")
        dose *= 2**-half_lives
    return weight * 1000 / dose


def _philips(header: pydicom.Dataset, tag: int) -> float:
    """A private factor, 0 if there is none; where its creator was taken out it is bytes, which float takes too."""
    value = header[tag].value if tag in header else None
    number = float(value or 0)
    return number if math.isfinite(number) else 0.0


def suv_factor(header: pydicom.Dataset, start: datetime | None, fail: Fail) -> float:
    """What a slice's rescaled pixels are multiplied with to be SUV by body weight; ``start`` is that of the series.

    Raises ScanError, by ``fail``, on other units, on an SUV by lean mass, surface or ideal weight, on a scan without
    attenuation correction, and on elements that the conversion needs and that are missing or cannot be right.
    """
    units, kind, corrected = header.get("Units"), header.get("SUVType"), header.get("CorrectedImage")
    if corrected and "ATTN" not in corrected:
        raise fail("the scan is not corrected for attenuation", "give the series that is")
    if units == "GML":
        if kind and kind != "BW":
            raise fail(f"the SUV is {term(kind, SUV_TYPES)}, not by body weight (BW)", "export SUV by body weight, or Bq/ml")
        return 1.0
    if units == "BQML":
        return _suv_of_activity(header, start, fail)
    if not units:
        raise lacks("Units", fail)
    if units != "CNTS":
        raise fail(f"the unit is {term(units, UNITS)}, not GML, BQML or CNTS", "export the scan in Bq/ml or SUV")
    if (factor := _philips(header, PHILIPS_SUV)) > 0:
        return factor
    if (factor := _philips(header, PHILIPS_ACTIVITY)) > 0:
        return factor * _suv_of_activity(header, start, fail)
    raise fail(
        "the unit is counts, without a factor (7053,1000) to SUV or (7053,1009) to Bq/ml", "export it in Bq/ml or SUV"
    )
