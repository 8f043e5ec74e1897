"""SUV of series with known answers, and of headers whose factors were published: see the README in ../shared/suv."""

import json
import tarfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from oneclick.data.dicom.files import fail_of
from oneclick.data.dicom.pet import read_dicom_pet
from oneclick.data.dicom.suv import PHILIPS_ACTIVITY, PHILIPS_SUV, conversion, suv_factor
from oneclick.data.masks import mask_on_pet, read_nifti_mask
from oneclick.data.volume import ScanError

KNOWN = Path(__file__).parents[5] / "shared/suv"
needs_known = pytest.mark.skipif(not KNOWN.is_dir(), reason="no SUV with known answers in ../shared/suv")
FROM_SERIES = "Bq/ml: SeriesTime, 60.0 min after RadiopharmaceuticalStartDateTime"
RIGHT = {
    "0_0": FROM_SERIES,
    "1_0": FROM_SERIES,
    "2_0": "SUV",
    "2_4": "counts x (7053,1000)",
    "2_5": FROM_SERIES.replace("Bq/ml", "counts x (7053,1009)"),
    "3_1": "Bq/ml: corrected to the injection",
    "3_2": "Bq/ml: AcquisitionTime less FrameReferenceTime, 60.0 min after RadiopharmaceuticalStartDateTime",
    "3_3": "Bq/ml: GE's (0009,100D), 60.0 min after RadiopharmaceuticalStartDateTime",
    "4_0": FROM_SERIES,
    "4_1": "Bq/ml: SeriesTime, 60.0 min after RadiopharmaceuticalStartTime",
    "4_2": "Bq/ml: SeriesTime, 60.0 min after RadiopharmaceuticalStartTime",
    "5_0": FROM_SERIES,
}
# These two say times that exclude each other, half an hour apart.
CONTRADICT = {"3_2": "SeriesTime 90.0, AcquisitionTime less", "3_3": "SeriesTime 60.0, AcquisitionTime less"}
REFUSED = {
    "2_1": "the SUV is LBMJAMES128, not by body weight",
    "2_2": "the SUV is IBW, not by body weight",
    "2_3": "the unit is CM2ML, not GML, BQML or CNTS",
    "3_0": "RadionuclideTotalDose (0018,1074) is 368.08 Bq, too little for a scan",
    "3_4": "the decay correction is NONE, not START or ADMIN",
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """A reference series by its number, unpacked: its folder of slices and its mask."""
    root = tmp_path_factory.mktemp("reference")

    def unpacked(number):
        with tarfile.open(KNOWN / "DRO.tar.xz") as archive:
            wanted = (one for one in archive if f"DRO_{number}/" in one.name and "/RS/" not in one.name)
            archive.extractall(root, wanted, filter="data")
        folder = root / f"DRO/DRO_{number}"
        return folder / "PT", folder / "mask/DRO_mask.nii.gz"

    return unpacked


@needs_known
@pytest.mark.parametrize("number", RIGHT)
def test_reference_series_have_their_suv(reference, number):
    slices, mask = reference(number)
    pet = read_dicom_pet(slices, "p")
    inside = pet.data[mask_on_pet(read_nifti_mask(mask, "p", None), pet, "p", slices, mask).data > 0]
    # The series hold whole numbers, of which 0.2 takes 1600: four digits are theirs.
    np.testing.assert_allclose([inside.min(), np.median(inside), inside.max()], [0.2, 1, 4], rtol=2e-3)
    assert float(np.median(inside)) == pytest.approx(1, rel=1e-4)
    assert pet.suv_from == RIGHT[number]
    assert [doubt.problem.count(CONTRADICT.get(number, "?")) for doubt in pet.doubts] == [1] * (number in CONTRADICT)


@needs_known
@pytest.mark.parametrize("number", REFUSED)
def test_other_reference_series_are_refused_with_the_reason(reference, number):
    with pytest.raises(ScanError, match=f"patient p: .*/pet_dro_{number}_slice_000.dcm: ") as error:
        read_dicom_pet(reference(number)[0], "p")
    assert REFUSED[number] in str(error.value)


def headers_of(path):
    """Headers of slices out of a JSON file with their elements, those of the injection among them."""
    headers = []
    for elements in json.loads(path.read_text()):
        header, tracer = Dataset(), Dataset()
        for tag, value in zip((PHILIPS_SUV, PHILIPS_ACTIVITY), ("SUV", "ActivityConcentration"), strict=True):
            if factor := elements["PhilipsPETPrivateGroup"].get(f"{value}ScaleFactor"):
                header.add_new(tag, "DS", factor)
        for keyword, value in elements.items():
            if pydicom.datadict.tag_for_keyword(keyword):
                setattr(tracer if keyword.startswith("Radio") else header, keyword, value)
        header.Manufacturer = "GE" if path.name.startswith("GE") else path.name
        header.RadiopharmaceuticalInformationSequence = [tracer]
        headers.append(header)
    return headers


@needs_known
@pytest.mark.parametrize(
    "name, factor, source, doubt",
    [
        # The middle slices only: FrameReferenceTime says 22 minutes, and AcquisitionTime 0.
        ("PHILIPS_BQML", 0.0007463747013889488, "SeriesTime, 61.0 min", "AcquisitionTime less FrameReferenceTime 39.8"),
        ("PHILIPS_CNTS_AND_BQML_SUV", 0.000551, "(7053,1000)", None),
        ("PHILIPS_CNTS_AND_SUV", 0.000728, "(7053,1000)", None),
        ("SIEMENS", 0.00042748316187197236, "SeriesTime, 137.7 min", None),
        ("GE_MEDICAL_AND_BQML", 0.0005367387681819742, "SeriesTime, 71.3 min", None),
        ("BQML_AC_DT_lessThan_S_DT_SIEMENS", 0.0004069156854009332, "SeriesTime, 54.2 min", None),
        # FrameReferenceTime is 0, and SeriesTime 45 minutes late
        ("CPS_AND_BQML_AC_DT_-_S_DT", 0.00026503312764157046, "the earliest AcquisitionTime, 63.2 min", "SeriesTime 108.7"),
        ("RADIOPHARM_DATETIME_UNDEFINED", 0.0003721089202818729, "SeriesTime, 64.5 min", None),
    ],
)
def test_real_headers_have_their_published_factors(name, factor, source, doubt):
    headers, fail = headers_of(KNOWN / f"headers/{name}-instances.json"), fail_of("p", "x")
    way = conversion(headers, fail)
    for header in headers:
        assert suv_factor(header, way, fail) == pytest.approx(factor, rel=1e-5)
    assert source in way.source
    assert [doubt in said.problem for said in way.doubts] == [True] * (doubt is not None)
