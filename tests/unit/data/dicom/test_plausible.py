"""Weights, doses, half-lives and SUVs that are no patient's."""

import re

import numpy as np
import pytest
from dicom_files import injection, pet_slice, save
from pydicom.dataset import Dataset

from oneclick.data.dicom.pet import read_dicom_pet
from oneclick.data.dicom.plausible import body_doubts, dose_doubts, half_life_doubts
from oneclick.data.volume import ScanError

F18 = {"RadionuclideHalfLife": 6586.2, "Radiopharmaceutical": "FDG"}
SHAPE = (64, 64, 4)


def series(folder, suv=1.0, tracer=(), **elements):
    """The doubts of a series of 350 MBq in 70 kg, an hour after the injection: a body of one SUV, in air."""
    pixels = np.zeros(SHAPE[:2], np.uint16)
    pixels[6:58, 4:60] = 1000
    activity = suv / (70_000 / (350e6 * 2 ** (-3600 / 6586.2)))
    for k in range(SHAPE[2]):
        own = {"Units": "BQML", "RescaleSlope": f"{activity / 1000:.9g}", "PixelData": pixels.tobytes()}
        own["RadiopharmaceuticalInformationSequence"] = [injection(**F18 | dict(tracer))]
        save(pet_slice(k, SHAPE, **own | elements), folder / str(k))
    return [doubt.problem for doubt in read_dicom_pet(folder, "p7").doubts]


def test_a_scan_as_it_should_be_raises_no_doubt(tmp_path):
    assert series(tmp_path) == []


@pytest.mark.parametrize("weight", [1, 2.4, 301])
def test_a_weight_that_is_hardly_anyones(tmp_path, weight):
    wrong = f"PatientWeight (0010,1030) is {weight} kg, and the SUV is in proportion to it"
    doubts = series(tmp_path, PatientWeight=weight)
    assert doubts[0] == wrong and ["the mean SUV over the body" in doubt for doubt in doubts[1:]] == [True] * (weight < 3)


@pytest.mark.parametrize("weight", [999, 70_000])
def test_a_weight_that_nobody_has(tmp_path, weight):
    with pytest.raises(ScanError) as error:
        series(tmp_path, PatientWeight=weight)
    wrong = (
        f"PatientWeight (0010,1030) is {weight} kg, more than anyone weighs; give it in kg: mend the header, or give the "
    )
    assert str(error.value) == f"patient p7: {tmp_path}/0: {wrong}scan as NIfTI in SUV"


@pytest.mark.parametrize("dose", [350, 350_000])
def test_a_dose_in_other_units(tmp_path, dose):
    with pytest.raises(ScanError) as error:
        series(tmp_path, tracer={"RadionuclideTotalDose": dose})
    assert f"RadionuclideTotalDose (0018,1074) is {dose} Bq, too little for a scan; give it in Bq: " in str(error.value)


@pytest.mark.parametrize(
    "other, wrong",
    [
        ({"PatientWeight": 7}, "PatientWeight (0010,1030) is 7 kg in some slices and 70 kg in others"),
        (
            {"tracer": {"RadionuclideTotalDose": 35e6}},
            "RadionuclideTotalDose (0018,1074) is 3.5e+07 Bq in some slices and 3.5e+08 Bq in others",
        ),
        ({"DecayCorrection": "ADMIN"}, "DecayCorrection (0054,1102) is not the same in all slices"),
        (
            {"tracer": {"RadionuclideHalfLife": 4062.6}},
            "RadionuclideHalfLife (0018,1075) is not the same in all slices",
        ),
        (
            {"tracer": {"RadiopharmaceuticalStartTime": "080000"}},
            "RadiopharmaceuticalStartTime (0018,1072) is not the same in all slices",
        ),
    ],
)
def test_a_header_that_was_mended_in_one_file_alone(tmp_path, other, wrong):
    series(tmp_path / "mended")
    series(tmp_path / "scan", **other)
    (tmp_path / "mended/0").replace(tmp_path / "scan/0")
    with pytest.raises(ScanError) as error:
        read_dicom_pet(tmp_path / "scan", "p7")
    mend = "write the right one into all of them: mend the header, or give the scan as NIfTI in SUV"
    assert str(error.value) == f"patient p7: {tmp_path}/scan/0: {wrong}; {mend}"


def test_the_same_time_in_other_digits_is_the_same(tmp_path):
    series(tmp_path / "a", tracer={"RadiopharmaceuticalStartTime": "090000"})
    doubts = series(tmp_path / "b", tracer={"RadiopharmaceuticalStartTime": "090000.00"})
    (tmp_path / "a/0").replace(tmp_path / "b/0")
    assert [doubt.problem for doubt in read_dicom_pet(tmp_path / "b", "p7").doubts] == doubts


@pytest.mark.parametrize("dose, per_kg", [(3.5e9, "50"), (5e6, "0.0714")])
def test_a_dose_that_is_no_usual_one(tmp_path, dose, per_kg):
    doubt, mean = series(tmp_path, tracer={"RadionuclideTotalDose": dose})
    amount = f"{dose / 1e6:g} MBq, for 70 kg {per_kg} MBq/kg"
    assert mean.startswith("the mean SUV over the body is ")
    assert doubt == f"RadionuclideTotalDose (0018,1074) is {amount}, where 2 to 10 are usual"


@pytest.mark.parametrize("weight, dose", [(3.5, 20e6), (12, 60e6), (70, 350e6), (150, 550e6), (70, 1500e6), (80, 10e6)])
def test_weights_and_doses_of_newborns_to_the_heavy(weight, dose):
    assert dose_doubts(weight, dose) == []


def tracer(meaning=None, name=None):
    item = Dataset()
    if meaning:
        code = Dataset()
        code.CodeMeaning = meaning
        item.RadionuclideCodeSequence = [code]
    if name:
        item.Radiopharmaceutical = name
    return item


@pytest.mark.parametrize(
    "item, half_life",
    [
        (tracer("^18^Fluorine"), 6588),
        (tracer("18F"), 6600),
        (tracer("^68^Gallium"), 4057.7),
        (tracer("F-18", "FDG -- fluorodeoxyglucose"), 6586.2001953125),
        (tracer(name="Fluorodeoxyglucose F^18^"), 6586.2),
        (tracer(name="FDG"), 6586.2),
        (tracer("^89^Zirconium"), 78.4 * 3600),
        (tracer(), 1223.4),
        (tracer(name="another"), 597.9),
    ],
)
def test_half_lives_as_headers_round_them(item, half_life):
    assert half_life_doubts(item, half_life) == []


@pytest.mark.parametrize(
    "item, half_life, true",
    [
        (tracer("^18^Fluorine"), 4062.6, "4062.6 s, not that of F-18, 6586.2 s"),
        (tracer("^68^Gallium"), 6586.2, "6586.2 s, not that of Ga-68, 4062.6 s"),
        (tracer(name="FDG"), 109.77, "109.77 s, not that of F-18, 6586.2 s"),
        (tracer(), 3600, "3600 s, not that of a nuclide in use in PET"),
    ],
)
def test_the_half_life_of_another_nuclide(item, half_life, true):
    (doubt,) = half_life_doubts(item, half_life)
    assert doubt.problem == f"RadionuclideHalfLife (0018,1075) is {true}"


@pytest.mark.parametrize("suv", [0.1, 7, 5000])
@pytest.mark.parametrize("units", ["GML", "BQML"])
def test_a_body_whose_mean_is_no_suv(tmp_path, suv, units):
    slope = {"RescaleSlope": f"{suv / 1000:.6g}"} if units == "GML" else {}
    (doubt,) = series(tmp_path, suv, Units=units, **slope)
    said = re.fullmatch("the mean SUV over the body is (.*), where about 1 is expected", doubt)
    # The body's mask reaches three pixels into the air, for it is drawn on a smoothed slice.
    assert float(said[1]) == pytest.approx(suv * 52 * 56 / (58 * 62), rel=0.05)


def test_the_mean_is_over_the_body_alone():
    suv = np.zeros((40, 40, 3), np.float32)
    suv[10:30, 5:35] = 0.9
    assert body_doubts(suv) == []
    # With the air it were 0.4 * 0.375 = 0.15.
    suv[10:30, 5:35] = 0.4
    assert body_doubts(suv) == []
    assert body_doubts(np.zeros((4, 4, 3), np.float32)) == []
