"""When a scan began, out of headers that say it in several ways, or not at all."""

from math import log2

import pytest
from pydicom.dataset import Dataset

from oneclick.data.dicom.files import fail_of
from oneclick.data.dicom.suv import PHILIPS_ACTIVITY, PHILIPS_SUV, conversion, suv_factor
from oneclick.data.dicom.times import GE_INJECTION, GE_START, SIEMENS_START
from oneclick.data.volume import ScanError

F18 = 6586.2
FAIL = fail_of("p", "x.dcm")


def headers(acquired=("100000", "100300", "100600"), **elements):
    """Headers of slices whose frames began at these times: 70 kg, 350 MBq of F-18 at 9; ``R_`` goes before elements of the
    injection; None deletes an element, a list has one value a slice."""
    slices = []
    for k, time in enumerate(acquired):
        header, tracer = Dataset(), Dataset()
        header.Units, header.DecayCorrection, header.CorrectedImage = "BQML", "START", ["ATTN", "DECY"]
        header.PatientWeight, header.SeriesTime, header.AcquisitionTime = 70, "100000", time
        header.SeriesDate = header.AcquisitionDate = "20240305"
        tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = 350e6, F18
        tracer.RadiopharmaceuticalStartTime = "090000"
        header.RadiopharmaceuticalInformationSequence = [tracer]
        for name, value in elements.items():
            value = value[k] if isinstance(value, list) else value
            item, keyword = (tracer, name[2:]) if name.startswith("R_") else (header, name)
            if value is None and keyword in item:
                delattr(item, keyword)
            elif value is not None:
                setattr(item, keyword, value)
        slices.append(header)
    return slices


def private(slices, **elements):
    for header in slices:
        for tag, value in elements.items():
            header.add_new(int(tag[1:], 16), "DT" if len(value) > 9 else "DS", value)
    return slices


def minutes(slices):
    """Minutes by which the dose decays, out of the factor: 70 kg and 350 MBq give 0.0002 without decay."""
    way = conversion(slices, FAIL)
    factor = suv_factor(slices[0], way, FAIL)
    return log2(factor / 0.0002) * F18 / 60


def doubts(slices):
    return [doubt.problem for doubt in conversion(slices, FAIL).doubts]


FRAMES = {"ActualFrameDuration": "180000", "FrameReferenceTime": ["89858", "269858", "449858"]}
"""Three frames of 3 min from the scan's start on: that of F-18 is on average at 90 - ln 2 / 6586.2 * 180^2 / 24 s."""
HOUR = pytest.approx(60, abs=1e-3)


@pytest.mark.parametrize("frames", [{}, FRAMES])
@pytest.mark.parametrize("series", ["100000", "100000.5", "095930"])
def test_a_header_whose_sources_agree_raises_no_doubt(series, frames):
    slices = headers(SeriesTime=series, **frames)
    assert minutes(slices) == pytest.approx(60 if "10" in series else 59.5, abs=0.01) and doubts(slices) == []
    assert conversion(slices, FAIL).source.startswith("Bq/ml: SeriesTime, ")


def test_a_series_of_the_last_frames_began_before_them():
    slices = headers(("102000", "102300"), ActualFrameDuration="180000", FrameReferenceTime=["1289858", "1469858"])
    assert minutes(slices) == HOUR and doubts(slices) == []
    slices = headers(("102000", "102300"))
    assert minutes(slices) == HOUR
    assert doubts(slices) == [
        "the header's times of the scan's start differ, in minutes after the injection: SeriesTime 60.0, the earliest "
        "AcquisitionTime 80.0; taken is SeriesTime, and the farthest would give 1.13 times the SUV"
    ]


@pytest.mark.parametrize(
    "frames, expected, source",
    [
        (FRAMES, 60, "AcquisitionTime less FrameReferenceTime"),
        # 2.5 min of a longer frame were left out of the series
        ({**FRAMES, "FrameReferenceTime": ["239858", "419858", "599858"]}, 57.5, "AcquisitionTime less FrameReferenceTime"),
        ({}, 60, "the earliest AcquisitionTime"),
        ({**FRAMES, "FrameReferenceTime": "0"}, 60, "the earliest AcquisitionTime"),
        # One time of all frames, as some scanners write it, says nothing of the start.
        ({**FRAMES, "FrameReferenceTime": ["89858", "389858", "689858"]}, 60, "the earliest AcquisitionTime"),
    ],
)
def test_a_series_that_was_made_later_is_doubted(frames, expected, source):
    slices = headers(SeriesTime="113000", **frames)
    assert minutes(slices) == pytest.approx(expected, abs=1e-3)
    assert f"Bq/ml: {source}, {expected:.1f} min after" in conversion(slices, FAIL).source
    (doubt,) = doubts(slices)
    assert "SeriesTime 150.0, " in doubt and f"taken is {source}, " in doubt
    assert f"would give {2 ** ((150 - expected) * 60 / F18):.3g} times the SUV" in doubt


def test_frames_of_ge_are_counted_from_their_start():
    ge = {
        "FrameReferenceTime": ["0", "180000", "360000"],
        "ActualFrameDuration": "180000",
        "Manufacturer": "GE MEDICAL SYSTEMS",
    }
    slices = headers(**ge)
    assert minutes(slices) == HOUR and doubts(slices) == []
    slices = headers(("102000", "102300"), SeriesTime="113000", **ge | {"FrameReferenceTime": ["1200000", "1380000"]})
    assert minutes(slices) == HOUR and len(doubts(slices)) == 1


@pytest.mark.parametrize("manufacturer, expected", [("Philips Medical Systems", 60), ("SIEMENS", 58.9)])
def test_a_dummy_before_the_scan_is_not_believed(manufacturer, expected):
    """111111 in all slices of a scan that began at 11:17:20; FrameReferenceTime counts from 66 s before."""
    times = {"R_RadiopharmaceuticalStartTime": "101720", "SeriesTime": "111111", "Manufacturer": manufacturer}
    frames = {**FRAMES, "FrameReferenceTime": ["155858", "335858", "515858"]}
    slices = headers(("111720", "112020", "112320"), **times, **frames)
    assert minutes(slices) == pytest.approx(expected, abs=1e-3)
    (doubt,) = doubts(slices)
    assert "SeriesTime 53.9, AcquisitionTime less FrameReferenceTime 58.9, the earliest AcquisitionTime 60.0" in doubt


def test_frames_of_philips_that_are_a_minute_early_raise_no_doubt():
    frames = {**FRAMES, "FrameReferenceTime": ["155858", "335858", "515858"]}
    slices = headers(Manufacturer="Philips Medical Systems", **frames)
    assert minutes(slices) == HOUR and doubts(slices) == []
    assert len(doubts(headers(Manufacturer="SIEMENS", **frames))) == 1


def test_dummies_that_agree_are_doubted():
    slices = headers(("111111", "111111"), SeriesTime="111111", R_RadiopharmaceuticalStartTime="101111")
    assert minutes(slices) == HOUR
    assert doubts(slices) == ["SeriesTime is 11:11:11, as dummies of de-identified scans are"]
    slices = headers(("121111", "121411"), SeriesTime="121111", R_RadiopharmaceuticalStartTime="111111")
    assert minutes(slices) == HOUR
    assert doubts(slices) == ["RadiopharmaceuticalStartTime is 11:11:11, as dummies of de-identified scans are"]
    slices = headers(("010000", "010000"), SeriesTime="010000", R_RadiopharmaceuticalStartDateTime="20240305000000")
    assert "RadiopharmaceuticalStartDateTime is 00:00:00, as dummies of de-identified scans are" in doubts(slices)


def test_a_dummy_is_not_believed_without_frames_either():
    slices = headers(("111720", "112020"), SeriesTime="111111", R_RadiopharmaceuticalStartTime="101720")
    assert minutes(slices) == HOUR and len(doubts(slices)) == 1
    slices = headers(("111111", "111411"), SeriesTime="111111", R_RadiopharmaceuticalStartTime="101111")
    assert minutes(slices) == HOUR and doubts(slices) == []


@pytest.mark.parametrize("tag", [f"x{GE_START:08x}", f"x{SIEMENS_START:08x}", "x00189701"])
def test_what_the_scanner_says_itself_goes_first(tag):
    slices = private(headers(SeriesTime="111111"), **{tag: "20240305100000.00"})
    assert minutes(slices) == HOUR and len(doubts(slices)) == 1
    assert f"({tag[1:5]},{tag[5:].upper()}), 60.0 min after" in conversion(slices, FAIL).source
    slices = private(headers(("102000", "102300")), **{tag: "20240305100000.00"})
    assert minutes(slices) == HOUR and doubts(slices) == []
    assert minutes(private(headers(), **{tag: "20240305100000+0100"})) == HOUR


def test_a_private_element_without_its_creator_is_read():
    slices = headers(SeriesTime="111111")
    for header in slices:
        header.add_new(GE_START, "UN", b"20240305100000.00 ")
    assert minutes(slices) == HOUR


@pytest.mark.parametrize("series", [None, ""])
def test_without_series_time(series):
    slices = headers(SeriesTime=series, **FRAMES)
    assert minutes(slices) == HOUR and doubts(slices) == []


def test_series_time_alone_is_doubted():
    slices = headers(AcquisitionTime=None, SeriesTime="113000")
    assert minutes(slices) == pytest.approx(150, abs=1e-3)
    assert doubts(slices) == [
        "only SeriesTime says when the scan began, 150.0 minutes after the injection, and it may be when the series was made"
    ]
    slices = headers(AcquisitionTime=None, AcquisitionDateTime="20240305100000", SeriesTime="113000")
    assert minutes(slices) == HOUR


OVER_MIDNIGHT = ("234000", "235000", "000000", "001000")


@pytest.mark.parametrize("series", ["234000", "003000", None])
@pytest.mark.parametrize(
    "days",
    [
        {"AcquisitionDate": ["20240305", "20240305", "20240306", "20240306"]},
        {"AcquisitionDate": None, "SeriesDate": None},
        {"AcquisitionDate": "", "SeriesDate": ""},
        {"AcquisitionDate": "00000000", "SeriesDate": "0"},
        {"AcquisitionDate": "20000101", "SeriesDate": "20000101"},
    ],
)
def test_a_scan_over_midnight(series, days):
    """From 0:00 on, as with the least of the times of day, the SUV would be 2^(1200 / 6586.2) = 1.13 times as high."""
    slices = headers(OVER_MIDNIGHT, SeriesTime=series, R_RadiopharmaceuticalStartTime="224000", **days)
    assert minutes(slices) == HOUR


def test_an_injection_before_midnight_and_a_scan_after_it():
    dates = {"AcquisitionDate": "20240306", "SeriesDate": "20240306"}
    slices = headers(("003000",), SeriesTime="003000", R_RadiopharmaceuticalStartDateTime="20240305233000", **dates)
    slices[0].RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "233000"
    assert minutes(slices) == HOUR and doubts(slices) == []
    slices[0].SeriesDate = slices[0].AcquisitionDate = "20240305"  # a dummy
    assert minutes(slices) == HOUR
    assert doubts(slices) == [
        "by its dates the scan begins -0.95833 days after the injection, so they are no true dates; by times of day, which "
        "are taken, it is 60.0 minutes"
    ]


def test_dates_that_were_shifted_differently_are_doubted():
    slices = headers(R_RadiopharmaceuticalStartDateTime="18850305090000", SeriesDate="19950305", AcquisitionDate="19950305")
    assert minutes(slices) == HOUR
    (doubt,) = doubts(slices)
    assert "by its dates the scan begins 40176 days after the injection" in doubt
    slices = headers(SeriesDate="18850305", AcquisitionDate="19950305")
    assert minutes(slices) == HOUR
    (doubt,) = doubts(slices)
    assert doubt.startswith("SeriesDate and AcquisitionDate are 40176 days apart; times of day are taken, 60.0 minutes")


def test_ges_own_two_times_are_a_pair():
    pair = {f"x{GE_START:08x}": "19950305140000", f"x{GE_INJECTION:08x}": "19950305130000"}
    slices = private(headers(SeriesTime="111111", SeriesDate="18850305", AcquisitionDate="18850305"), **pair)
    assert minutes(slices) == HOUR
    assert conversion(slices, FAIL).source == "Bq/ml: GE's (0009,100D), 60.0 min after GE's (0009,103B)"
    assert len(doubts(slices)) == 2  # of the start, and of the injection


def test_two_times_of_the_injection_are_compared():
    slices = headers(R_RadiopharmaceuticalStartDateTime="20240305070000", R_RadiopharmaceuticalStartTime="090000")
    assert minutes(slices) == HOUR
    assert doubts(slices) == [
        "the header's times of the injection differ, in minutes before the scan: RadiopharmaceuticalStartTime 60.0, "
        "RadiopharmaceuticalStartDateTime 180.0; taken is RadiopharmaceuticalStartTime, and the farthest would give 2.13 "
        "times the SUV"
    ]
    slices = headers(R_RadiopharmaceuticalStartDateTime="20240305090000", R_RadiopharmaceuticalStartTime="083000")
    assert minutes(slices) == HOUR and "the farthest would give 1.21 times the SUV" in doubts(slices)[0]
    slices = headers(R_RadiopharmaceuticalStartDateTime="20240305063000", R_RadiopharmaceuticalStartTime="070000")
    assert minutes(slices) == pytest.approx(210, abs=1e-3) and "give 0.827 times the SUV" in doubts(slices)[0]
    slices = headers(R_RadiopharmaceuticalStartDateTime="20240305090000", R_RadiopharmaceuticalStartTime="070000")
    assert minutes(slices) == HOUR and "would give 2.13 times the SUV" in doubts(slices)[0]
    # The one by which the scan could be is taken.
    slices = headers(R_RadiopharmaceuticalStartDateTime="20240305000000", R_RadiopharmaceuticalStartTime="090000")
    assert minutes(slices) == HOUR and "StartTime 60.0, RadiopharmaceuticalStartDateTime 600.0" in doubts(slices)[0]
    slices = headers(R_RadiopharmaceuticalStartDateTime="20240305090030", R_RadiopharmaceuticalStartTime="090000")
    assert doubts(slices) == []


@pytest.mark.parametrize("time, expected", [("095500", 5), ("050000", 300)])
def test_a_scan_at_no_usual_time_is_doubted(time, expected):
    slices = headers(R_RadiopharmaceuticalStartTime=time)
    assert minutes(slices) == pytest.approx(expected, abs=1e-3)
    assert doubts(slices) == [f"the scan begins {expected}.0 minutes after the injection"]


def test_a_scan_that_cannot_be_is_refused():
    with pytest.raises(ScanError, match=r"x\.dcm: the scan begins 12\.6 half-lives after the injection; compare dates"):
        conversion(headers(R_RadiopharmaceuticalStartTime="110000"), FAIL)
    with pytest.raises(ScanError, match=r"the scan begins -0\.547 half-lives after the injection"):
        conversion(headers(R_RadiopharmaceuticalStartDateTime="20240305110000", R_RadiopharmaceuticalStartTime=None), FAIL)


def test_a_nuclide_that_lives_for_days_needs_dates():
    zr89 = {"R_RadionuclideHalfLife": 282280, "R_Radiopharmaceutical": "89Zr"}
    slices = headers(R_RadiopharmaceuticalStartDateTime="20240301090000", **zr89)
    way = conversion(slices, FAIL)
    assert way.half_lives == pytest.approx((4 * 24 + 1) * 3600 / 282280) and way.doubts == ()
    assert doubts(headers(**zr89)) == [
        "the header lacks dates, and the injection is taken to be less than a day before the scan"
    ]


def test_philips_own_factors_are_a_check():
    # 0.0002 * 2^(3600 / 6586.2) = 2.921e-4
    right = {f"x{PHILIPS_SUV:08x}": "0.000292", f"x{PHILIPS_ACTIVITY:08x}": "1.0"}
    assert doubts(private(headers(), **right)) == []
    wrong = right | {f"x{PHILIPS_SUV:08x}": "0.000250"}
    assert doubts(private(headers(), **wrong)) == [
        "the SUV is 1.17 times what Philips' factors (7053,1000) and (7053,1009) say"
    ]
