"""From the stored unit of a PET series to SUV by body weight.

SUV = activity concentration [Bq/ml] * body weight [g] / dose [Bq], the dose decayed to the time that the activities are
decay-corrected to: EANM guideline, Boellaard et al. 2015, doi 10.1007/s00259-014-2961-x; the elements are those of the
vendor-neutral recipe in the FDG-PET/CT profile of the Quantitative Imaging Biomarkers Alliance. That time is found by
:mod:`dicom.times` and :mod:`dicom.timing`; :mod:`dicom.plausible` looks at the numbers.
"""

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pydicom
from pydicom.tag import Tag

from oneclick.data.dicom import times
from oneclick.data.dicom.files import TO_NIFTI, Fail, lacks, positive, term
from oneclick.data.dicom.plausible import LEAST_DOSE, MOST_WEIGHT, dose_doubts, half_life_doubts
from oneclick.data.dicom.timing import timing
from oneclick.data.volume import Doubt

PHILIPS_SUV, PHILIPS_ACTIVITY = 0x70531000, 0x70531009
# The elements that are read here.
ELEMENTS = [*times.ELEMENTS, "Units", "SUVType", "DecayCorrection", "CorrectedImage", "PatientWeight"]
ELEMENTS += ["RadiopharmaceuticalInformationSequence", PHILIPS_SUV, PHILIPS_ACTIVITY]
# What else must be the same in all slices.
ONE = ("DecayCorrection", "RadionuclideHalfLife", "RadiopharmaceuticalStartTime", "RadiopharmaceuticalStartDateTime")
# Philips rounds its factors to three digits.
ROUNDED = 0.01

# The standard's other terms (PS3.3, C.8.9.1), which alone are repeated in messages.
UNITS = "NONE CM2 CM2ML PCNT CPS MGMINML UMOLMINML MLMING MLG 1CM UMOLML PROPCNTS PROPCPS MLMINML MLML STDDEV"
SUV_TYPES = "BSA LBM LBMJAMES128 LBMJANMA IBW"


@dataclass(frozen=True)
class Conversion:
    """How a series becomes SUV: the ``unit`` of its rescaled pixels; the ``source`` of the SUV in words; the ``half_lives``
    that the dose decays, None where it is not needed; what is doubtful."""

    unit: str
    source: str
    half_lives: float | None = None
    doubts: tuple[Doubt, ...] = ()


def _philips(header: pydicom.Dataset, tag: int) -> float:
    """A private factor, 0 if there is none; where its creator was taken out it is bytes, which float takes too."""
    value = header[tag].value if tag in header else None
    number = float(value or 0)
    return number if math.isfinite(number) else 0.0


def _unit(header: pydicom.Dataset, fail: Fail) -> str:
    """``SUV``, ``Bq/ml``, or of counts the factor of Philips that is to be used. Raises ScanError on anything else."""
    units, kind, corrected = header.get("Units"), header.get("SUVType"), header.get("CorrectedImage")
    if corrected and "ATTN" not in corrected:
        raise fail("the scan is not corrected for attenuation", "give the series that is")
    if units == "GML":
        if kind and kind != "BW":
            raise fail(f"the SUV is {term(kind, SUV_TYPES)}, not by body weight (BW)", "export SUV by body weight, or Bq/ml")
        return "SUV"
    if units == "BQML":
        return "Bq/ml"
    if not units:
        raise lacks("Units", fail)
    if units != "CNTS":
        raise fail(f"the unit is {term(units, UNITS)}, not GML, BQML or CNTS", "export the scan in Bq/ml or SUV")
    if _philips(header, PHILIPS_SUV) > 0:
        return "counts x (7053,1000)"
    if _philips(header, PHILIPS_ACTIVITY) > 0:
        return "counts x (7053,1009)"
    wrong = "the unit is counts, without a factor (7053,1000) to SUV or (7053,1009) to Bq/ml"
    raise fail(wrong, "export it in Bq/ml or SUV")


def _tracer(header: pydicom.Dataset, fail: Fail) -> pydicom.Dataset:
    tracers = header.get("RadiopharmaceuticalInformationSequence") or []
    if not tracers:
        raise lacks("RadiopharmaceuticalInformationSequence", fail)
    if len(tracers) > 1:
        raise fail(f"the header names {len(tracers)} injections", TO_NIFTI)
    return tracers[0]


def _weight(header: pydicom.Dataset, fail: Fail) -> float:
    """kg."""
    weight = positive(header, "PatientWeight", fail)
    if weight > MOST_WEIGHT:
        raise fail(f"PatientWeight (0010,1030) is {weight:g} kg, more than anyone weighs", f"give it in kg: {TO_NIFTI}")
    return weight


def _dose(header: pydicom.Dataset, fail: Fail) -> float:
    """Bq."""
    dose = positive(_tracer(header, fail), "RadionuclideTotalDose", fail)
    if dose < LEAST_DOSE:
        raise fail(f"RadionuclideTotalDose (0018,1074) is {dose:g} Bq, too little for a scan", f"give it in Bq: {TO_NIFTI}")
    return dose


def _number_or_text(value: object) -> float | str:
    """An element's value to compare: 6586.2 is 6586.20, and 090000 is 090000.00."""
    with contextlib.suppress(ValueError):
        if math.isfinite(number := float(str(value))):
            return number
    return str(value)


def _refuse_two_scales(headers: Sequence[pydicom.Dataset], fail: Fail) -> None:
    """Raise ScanError if slices name several weights, doses, half-lives, injections or decay corrections. If one header were
    mended alone, they would make a scan of two scales, and doubts look at the first alone."""
    all_right = f"write the right one into all of them: {TO_NIFTI}"
    for keyword, unit, read in (("PatientWeight", "kg", _weight), ("RadionuclideTotalDose", "Bq", _dose)):
        found = sorted({read(header, fail) for header in headers})
        if len(found) > 1:
            wrong = f"{keyword} {Tag(keyword)} is {found[0]:g} {unit} in some slices and {found[-1]:g} {unit} in others"
            raise fail(wrong, all_right)
    for keyword in ONE:
        parts = [part for header in headers for part in (header, _tracer(header, fail))]
        if len({_number_or_text(part[keyword].value) for part in parts if keyword in part}) > 1:
            raise fail(f"{keyword} {Tag(keyword)} is not the same in all slices", all_right)


def suv_of_activity(header: pydicom.Dataset, half_lives: float, fail: Fail) -> float:
    """SUV of 1 Bq/ml, the dose decayed by so many half-lives."""
    return _weight(header, fail) * 1000 / (_dose(header, fail) * 2**-half_lives)


def conversion(headers: Sequence[pydicom.Dataset], fail: Fail) -> Conversion:
    """How a series becomes SUV by body weight, out of the headers of all of its slices.

    Raises ScanError, by ``fail``, on other units, on an SUV by lean mass, surface or ideal weight, on a scan without
    attenuation correction, and on elements that the conversion needs and that are missing or cannot be right, or that
    differ between slices.
    """
    header = headers[0]
    unit = _unit(header, fail)
    if unit in ("SUV", "counts x (7053,1000)"):
        return Conversion(unit, unit)
    correction = header.get("DecayCorrection")
    if not correction:
        raise lacks("DecayCorrection", fail)
    if correction not in ("START", "ADMIN"):
        raise fail(f"the decay correction is {term(correction, 'NONE')}, not START or ADMIN", TO_NIFTI)
    _refuse_two_scales(headers, fail)
    doubts = dose_doubts(_weight(header, fail), _dose(header, fail))
    if correction == "ADMIN":
        half_lives, source = 0.0, "corrected to the injection"
    else:
        tracer = _tracer(header, fail)
        half_life = positive(tracer, "RadionuclideHalfLife", fail)
        found = timing(headers, tracer, half_life, fail)
        half_lives, source = found.seconds / half_life, found.source
        doubts += [*half_life_doubts(tracer, half_life), *found.doubts]
    own, activity = _philips(header, PHILIPS_SUV), _philips(header, PHILIPS_ACTIVITY)
    if min(own, activity) > 0:
        apart = suv_of_activity(header, half_lives, fail) * activity / own
        if abs(apart - 1) > ROUNDED:
            wrong = f"the SUV is {apart:.3g} times what Philips' factors (7053,1000) and (7053,1009) say"
            doubts.append(Doubt(wrong, f"compare weight, dose and times with the scan's protocol, or {TO_NIFTI}"))
    return Conversion(unit, f"{unit}: {source}", half_lives, tuple(doubts))


def suv_factor(header: pydicom.Dataset, way: Conversion, fail: Fail) -> float:
    """What a slice's rescaled pixels are multiplied with to be SUV by body weight. Raises ScanError, by ``fail``, if the
    slice's header lacks it or speaks of another unit than the first slice's."""
    if (unit := _unit(header, fail)) != way.unit:
        raise fail(
            f"this slice is in {unit}, and others are in {way.unit}", "leave the slices of one reconstruction in the folder"
        )
    if unit == "SUV":
        return 1.0
    if unit == "counts x (7053,1000)":
        return _philips(header, PHILIPS_SUV)
    counts = 1.0 if unit == "Bq/ml" else _philips(header, PHILIPS_ACTIVITY)
    return counts * suv_of_activity(header, way.half_lives, fail)
