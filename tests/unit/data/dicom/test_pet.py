import random
import resource
import tracemalloc
import warnings
from pathlib import Path

import dicom_files as files
import nibabel as nib
import numpy as np
import pydicom
import pytest
from dicom_files import MARK, SHAPE, injection, pet_slice, save, save_series, stored_pixels

from oneclick.data.dicom.contours import read_contours
from oneclick.data.dicom.pet import frame_of_reference, read_dicom_pet
from oneclick.data.dicom.segmentation import read_segmentation
from oneclick.data.volume import ScanError, Volume

REAL = Path(__file__).parents[5] / "shared/real_pet"
AFFINE = [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 30], [0, 0, 0, 1]]
# SUV of 1 Bq/ml: 70 kg; 350 MBq an hour, one half-life, before the scan
SUV_OF_BQ = 70_000 / 175e6


def fails(path, *words, read=read_dicom_pet):
    with pytest.raises(ScanError) as error:
        read(path, "p7")
    message = str(error.value)
    assert message.startswith(f"patient p7: {path}") and "\n" not in message and "; " in message
    for word in words:
        assert word in message, message
    return message


def rescaled(shape=SHAPE):
    return stored_pixels(shape) * (0.5 + 0.25 * np.arange(shape[2]))


def with_injection(**elements):
    return {"RadiopharmaceuticalInformationSequence": [injection(**elements)], "Units": "BQML"}


def factor(folder):
    """SUV of 1 in the stored unit."""
    read = read_dicom_pet(folder, "p").data
    return float(read[-1, -1, -1] / rescaled()[-1, -1, -1])


@pytest.mark.skipif(not REAL.is_dir(), reason="no real PET in ../shared/real_pet")
@pytest.mark.parametrize("patient", ["STS_002", "STS_019"])
def test_real_series_equal_their_nifti_twins(patient):
    read = read_dicom_pet(REAL / f"dicom/{patient}/PET/image", patient)
    twin = nib.load(REAL / f"nifti/{patient}/PET_image.nii.gz")
    assert read.data.dtype == np.float32 and read.affine.dtype == np.float64
    np.testing.assert_allclose(read.data, twin.get_fdata(), rtol=0, atol=1e-5)
    # NIfTI's affine is float32
    np.testing.assert_allclose(read.affine.astype(np.float32), twin.affine, rtol=0, atol=1e-5)


def test_each_slice_has_its_slope_and_its_place(tmp_path):
    read = read_dicom_pet(save_series(tmp_path), "p")
    assert read.data.dtype == np.float32 and read.affine.dtype == np.float64
    np.testing.assert_array_equal(read.data, rescaled())
    np.testing.assert_allclose(read.affine, AFFINE)


def test_the_intercept_is_added(tmp_path):
    read = read_dicom_pet(save_series(tmp_path, RescaleIntercept=-7), "p")
    np.testing.assert_array_equal(read.data, rescaled() - 7)


def test_the_intercept_is_converted_with_the_activity(tmp_path):
    read = read_dicom_pet(save_series(tmp_path, RescaleIntercept=-7, **with_injection()), "p")
    np.testing.assert_allclose(read.data, (rescaled() - 7) * SUV_OF_BQ, rtol=1e-6)


def test_names_of_files_do_not_order_the_slices(tmp_path):
    for k, name in enumerate("cadb"):
        save(pet_slice(k), tmp_path / name)
    read = read_dicom_pet(tmp_path, "p")
    np.testing.assert_array_equal(read.data, rescaled())
    np.testing.assert_allclose(read.affine, AFFINE)


def test_slices_whose_normal_is_to_the_feet_still_go_to_the_head(tmp_path):
    read = read_dicom_pet(save_series(tmp_path, ImageOrientationPatient=[-1, 0, 0, 0, 1, 0]), "p")
    np.testing.assert_array_equal(read.data, rescaled())
    np.testing.assert_allclose(read.affine, [[2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 30], [0, 0, 0, 1]])


def test_coronal_slices(tmp_path):
    for k in range(4):
        place = {"ImageOrientationPatient": [1, 0, 0, 0, 0, -1], "ImagePositionPatient": [0, 5.0 * k, 50]}
        save(pet_slice(k, **place), tmp_path / f"{k}")
    read = read_dicom_pet(tmp_path, "p")
    np.testing.assert_array_equal(read.data, rescaled())
    np.testing.assert_allclose(read.affine, [[-2, 0, 0, 0], [0, 0, -5, 0], [0, -3, 0, 50], [0, 0, 0, 1]], atol=1e-12)


def test_one_slice_is_as_thick_as_it_says(tmp_path):
    save(pet_slice(0), tmp_path / "0")
    np.testing.assert_allclose(read_dicom_pet(tmp_path, "p").affine, AFFINE)
    save(pet_slice(0, SliceThickness=None), tmp_path / "0")
    fails(tmp_path, "SliceThickness (0018,0050) is missing")


def test_run_length_pixels_are_read_and_other_packings_named(tmp_path):
    folder = save_series(tmp_path / "a")
    for path in folder.iterdir():
        data = pydicom.dcmread(path)
        data.compress(pydicom.uid.RLELossless)
        save(data, path)
    np.testing.assert_array_equal(read_dicom_pet(folder, "p").data, rescaled())
    data = pet_slice(0)
    data.file_meta.TransferSyntaxUID = pydicom.uid.JPEG2000Lossless
    data.PixelData = pydicom.encaps.encapsulate([bytes(60)])
    fails(save(data, tmp_path / "b/0").parent, "JPEG 2000", "export the series uncompressed")


def test_a_deflated_file_is_not_unpacked(tmp_path):
    data = pet_slice(0)
    data.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    save(data, tmp_path / "0")
    fails(tmp_path, "deflated", "export it without compression")


def test_other_files_are_passed_over_and_subfolders_not_entered(tmp_path):
    folder = save_series(tmp_path)
    (folder / "notes.txt").write_text("x" * 500)
    (folder / "empty").touch()
    save(pet_slice(9, Modality="CT", SeriesInstanceUID="1.2.3.8"), folder / "ct.dcm")
    save(files.structure_set({}), folder / "rs.dcm")
    save(pet_slice(9, SOPClassUID="1.2.840.10008.5.1.4.1.1.7"), folder / "screenshot.dcm")
    save(pet_slice(9), folder / "sub/9.dcm")
    np.testing.assert_array_equal(read_dicom_pet(folder, "p").data, rescaled())


def test_no_series(tmp_path):
    fails(tmp_path / "none", "the folder is missing")
    save(pet_slice(9), tmp_path / "sub/9.dcm")
    fails(tmp_path, "no PET slice is in this folder", f"give {tmp_path}/sub")
    fails(tmp_path / "sub/9.dcm", "this is a file, not a folder")


@pytest.mark.parametrize("kind", [None, "", "BW"])
def test_suv_is_not_converted_again(tmp_path, kind):
    np.testing.assert_array_equal(read_dicom_pet(save_series(tmp_path, SUVType=kind or ""), "p").data, rescaled())


@pytest.mark.parametrize("kind", ["LBM", "BSA", "IBW", "LBMJANMA"])
def test_other_suv_is_refused(tmp_path, kind):
    fails(save_series(tmp_path, SUVType=kind), f"the SUV is {kind}, not by body weight")


@pytest.mark.parametrize("unit", ["PROPCPS", "CM2ML", "UMOLML"])
def test_other_units_are_refused(tmp_path, unit):
    fails(save_series(tmp_path, Units=unit), f"the unit is {unit}, not GML, BQML or CNTS")


def test_activity_decays_from_the_injection_to_the_start_of_the_series(tmp_path):
    assert factor(save_series(tmp_path, **with_injection())) == pytest.approx(SUV_OF_BQ, rel=1e-6)


def test_activity_that_is_corrected_to_the_injection_does_not_decay(tmp_path):
    elements = with_injection(RadiopharmaceuticalStartTime=None, RadionuclideHalfLife=None)
    folder = save_series(tmp_path, **elements, DecayCorrection="ADMIN")
    assert factor(folder) == pytest.approx(70_000 / 350e6, rel=1e-6)


def test_a_real_dose_of_fdg_by_hand(tmp_path):
    # exp(-ln 2 * 65.5 min / 109.77 min) = 0.661264: 85 kg * 1000 / (370 MBq * 0.661264) = 3.47410e-4
    tracer = {"RadionuclideTotalDose": 370e6, "RadionuclideHalfLife": 6586.2, "RadiopharmaceuticalStartTime": "085430.0"}
    folder = save_series(tmp_path, **with_injection(**tracer), PatientWeight="85")
    assert factor(folder) == pytest.approx(3.47410e-4, rel=1e-5)


def test_a_series_that_was_made_later_began_with_its_acquisition(tmp_path):
    folder = save_series(tmp_path, **with_injection(), SeriesTime="183000")
    assert factor(folder) == pytest.approx(70_000 / (350e6 * 2 ** -(3630 / 3600)), rel=1e-6)


def test_a_series_that_was_made_the_day_after_began_with_its_acquisition(tmp_path):
    folder = save_series(tmp_path, **with_injection(), SeriesTime="010000", SeriesDate="20200302")
    assert factor(folder) == pytest.approx(70_000 / (350e6 * 2 ** -(3630 / 3600)), rel=1e-6)


def test_without_dates_the_times_do(tmp_path):
    elements = with_injection(RadiopharmaceuticalStartDateTime="19991231090000", RadiopharmaceuticalStartTime=None)
    folder = save_series(tmp_path, **elements, SeriesDate=None, AcquisitionDate=None)
    assert factor(folder) == pytest.approx(SUV_OF_BQ, rel=1e-6)


def test_an_injection_before_midnight(tmp_path):
    times = {"SeriesTime": "003000", "AcquisitionTime": "003100"}
    folder = save_series(tmp_path, **with_injection(RadiopharmaceuticalStartTime="233000"), **times)
    assert factor(folder) == pytest.approx(SUV_OF_BQ, rel=1e-6)


@pytest.mark.parametrize(
    "moment, zone",
    [
        ("20200301090000.000000", None),
        ("20200301090000+0100", None),
        ("20200301080000+0000", "+0100"),
        ("20200301143000+0530", "+0000"),
        ("20200229233000-0930", "+0000"),
    ],
)
def test_the_moment_of_injection_goes_before_its_time(tmp_path, moment, zone):
    tracer = {"RadiopharmaceuticalStartDateTime": moment, "RadiopharmaceuticalStartTime": "070000"}
    zones = {"TimezoneOffsetFromUTC": zone} if zone else {}
    assert factor(save_series(tmp_path, **with_injection(**tracer), **zones)) == pytest.approx(SUV_OF_BQ, rel=1e-6)


def test_an_injection_of_another_day(tmp_path):
    tracer = {"RadiopharmaceuticalStartDateTime": "20200229090000", "RadionuclideHalfLife": 25 * 3600}
    folder = save_series(tmp_path, **with_injection(**tracer))
    assert factor(folder) == pytest.approx(SUV_OF_BQ, rel=1e-6)


@pytest.mark.parametrize(
    "moment, words", [("20200301110000", "begins -1 half-lives"), ("20190301010000", "begins 8.79e+03 half-lives")]
)
def test_dates_that_cannot_be(tmp_path, moment, words):
    tracer = {"RadiopharmaceuticalStartDateTime": moment, "RadiopharmaceuticalStartTime": None}
    fails(save_series(tmp_path, **with_injection(**tracer)), words, "compare dates")


@pytest.mark.parametrize(
    "moment, words",
    [
        # After the scan, so the time of day goes before it
        ("20200301110000", "the header's times of the injection differ"),
        ("20190301090000", "by its dates the scan begins 366.04 days after the injection"),
    ],
)
def test_dates_that_cannot_be_are_doubted_where_times_of_day_can(tmp_path, moment, words):
    folder = save_series(tmp_path, **with_injection(RadiopharmaceuticalStartDateTime=moment))
    assert factor(folder) == pytest.approx(SUV_OF_BQ, rel=1e-6)
    assert any(words in doubt.problem for doubt in read_dicom_pet(folder, "p").doubts)


@pytest.mark.parametrize("value", [None, 0, "", "nan", -1])
@pytest.mark.parametrize(
    "keyword, tag",
    [
        ("PatientWeight", "(0010,1030)"),
        ("RadionuclideTotalDose", "(0018,1074)"),
        ("RadionuclideHalfLife", "(0018,1075)"),
        ("RadiopharmaceuticalStartTime", "(0018,1072)"),
    ],
)
def test_what_the_conversion_needs_is_named(tmp_path, keyword, tag, value):
    if keyword == "RadiopharmaceuticalStartTime" and value not in (None, ""):
        value = "9 o'clock"
    elements = {"Units": "BQML", keyword: value} if keyword == "PatientWeight" else with_injection(**{keyword: value})
    fails(save_series(tmp_path, **elements), f"{keyword} {tag} is missing", "give the scan as NIfTI in SUV")


def test_other_missing_elements_are_named(tmp_path):
    elements = with_injection()
    both = {"SeriesTime": None, "AcquisitionTime": None}
    fails(save_series(tmp_path / "a", **elements, **both), "SeriesTime (0008,0031) is missing")
    fails(save_series(tmp_path / "b", **elements, DecayCorrection=None), "DecayCorrection (0054,1102) is missing")
    fails(save_series(tmp_path / "c", Units=None), "Units (0054,1001) is missing")
    fails(save_series(tmp_path / "d", RescaleSlope=None), "RescaleSlope (0028,1053) is missing")
    gone = {"Units": "BQML", "RadiopharmaceuticalInformationSequence": None}
    fails(save_series(tmp_path / "e", **gone), "RadiopharmaceuticalInformationSequence (0054,0016) is missing")
    two = {"Units": "BQML", "RadiopharmaceuticalInformationSequence": [injection(), injection()]}
    fails(save_series(tmp_path / "f", **two), "the header names 2 injections")
    fails(save_series(tmp_path / "g", PixelSpacing=None), "PixelSpacing (0028,0030) is missing")
    fails(save_series(tmp_path / "h", ImageOrientationPatient=[1, 0, 0, 1, 0, 0]), "ImageOrientationPatient (0020,0037)")
    fails(save_series(tmp_path / "i", ImagePositionPatient=["nan", 0, 0]), "ImagePositionPatient (0020,0032) is missing")


def test_a_dose_in_mbq_is_refused(tmp_path):
    fails(save_series(tmp_path, **with_injection(RadionuclideTotalDose=350)), "is 350 Bq, too little", "give it in Bq")


@pytest.mark.parametrize("correction", ["NONE", "OTHER"])
def test_other_decay_corrections_are_refused(tmp_path, correction):
    folder = save_series(tmp_path, **with_injection(), DecayCorrection=correction)
    shown = "NONE" if correction == "NONE" else "no term of DICOM"  # which may be any text
    fails(folder, f"the decay correction is {shown}, not START or ADMIN")


def test_a_scan_without_attenuation_correction_is_refused(tmp_path):
    fails(save_series(tmp_path, CorrectedImage=["DECY", "SCAT"]), "not corrected for attenuation", "give the series that is")


def save_philips(folder, creator, **factors):
    for k in range(SHAPE[2]):
        data = pet_slice(k, Units="CNTS", **{"RadiopharmaceuticalInformationSequence": [injection()]})
        if creator:
            data.add_new(0x70530010, "LO", "Philips PET Private Group")
        for tag, value in factors.items():
            data.add_new(int(tag[1:], 16), "DS" if creator else "UN", value if creator else f"{value} ".encode())
        save(data, folder / str(k))
    return folder


@pytest.mark.parametrize("creator", [True, False])
def test_counts_with_the_factors_of_philips(tmp_path, creator):
    both = save_philips(tmp_path / "a", creator, x70531000="0.0025", x70531009="3.5")
    assert factor(both) == pytest.approx(0.0025, rel=1e-6)
    activity = save_philips(tmp_path / "b", creator, x70531000="0.0", x70531009="3.5")
    assert factor(activity) == pytest.approx(3.5 * SUV_OF_BQ, rel=1e-6)
    fails(save_philips(tmp_path / "c", creator), "the unit is counts", "(7053,1000)", "(7053,1009)", "export it in Bq/ml")


@pytest.mark.parametrize("gone", [1, 2])
def test_a_missing_slice(tmp_path, gone):
    (save_series(tmp_path, (6, 5, 8)) / f"{gone}.dcm").unlink()
    fails(tmp_path, "the slices are 4.00 to 8.00 mm apart: some are missing", "copy all slices")


def test_a_missing_last_slice_shows_only_in_the_headers_count(tmp_path):
    folder = save_series(tmp_path, (6, 5, 8), NumberOfSlices=8)
    assert read_dicom_pet(folder, "p").notes == ()
    (folder / "7.dcm").unlink()
    assert read_dicom_pet(folder, "p").notes == (
        "the header speaks of 8 slices, and 7 are here: some may be missing at an end",
    )


def test_distances_may_be_rounded(tmp_path):
    for off, words in [(0.035, None), (0.048, "the slices are 3.95 to 4.05 mm apart")]:
        folder = tmp_path / str(off)
        for k in range(8):
            save(pet_slice(k, (6, 5, 8), ImagePositionPatient=[0, 0, 4 * k + off * (k == 4)]), folder / str(k))
        if words:
            fails(folder, words)
        else:
            read_dicom_pet(folder, "p")


def test_shifted_slices_are_refused_and_a_tilted_stack_is_not(tmp_path):
    for k in range(4):
        save(pet_slice(k, ImagePositionPatient=[0.5 * k, 0, 4 * k]), tmp_path / f"tilted/{k}")
        save(pet_slice(k, ImagePositionPatient=[2 * (k == 2), 0, 4 * k]), tmp_path / f"shifted/{k}")
    np.testing.assert_allclose(read_dicom_pet(tmp_path / "tilted", "p").affine[:3, 2], [-0.5, 0, 4])
    fails(tmp_path / "shifted", "the slices are shifted against each other")


def test_a_slice_that_is_there_twice(tmp_path):
    folder = save_series(tmp_path)
    (folder / "copy").write_bytes((folder / "2.dcm").read_bytes())
    fails(folder, "1 slices lie where another lies", "leave each slice in the folder once")
    for k in (0, 1, 3):
        (folder / f"copy{k}").write_bytes((folder / f"{k}.dcm").read_bytes())
    fails(folder, "4 slices lie where another lies")


def test_time_points(tmp_path):
    for point in range(3):
        for k in range(SHAPE[2]):
            save(pet_slice(k, AcquisitionTime=f"1{point}0000"), tmp_path / f"{point}_{k}")
    fails(tmp_path, "the series holds 3 time points", "one frame of a dynamic scan")


def test_two_series(tmp_path):
    save(pet_slice(7, SeriesInstanceUID="1.2.3.7"), save_series(tmp_path) / "x")
    fails(tmp_path, "2 PET series are in this folder")


def test_slices_of_different_grids(tmp_path):
    save(pet_slice(4, (5, 5, 5)), save_series(tmp_path / "a") / "x")
    fails(tmp_path / "a", "slices of 6 x 5 and 5 x 5 voxels")
    save(pet_slice(0, PixelSpacing=[3, 2.1]), save_series(tmp_path / "b") / "0.dcm")
    fails(tmp_path / "b", "differ in orientation or pixel spacing")
    save(pet_slice(0, ImageOrientationPatient=[1, 0, 0, 0, 0.995, 0.1]), save_series(tmp_path / "c") / "0.dcm")
    fails(tmp_path / "c", "differ in orientation or pixel spacing")


def test_many_frames(tmp_path):
    fails(save_series(tmp_path / "a", NumberOfFrames=2), "the file holds many frames")
    fails(save_series(tmp_path / "b", SOPClassUID="1.2.840.10008.5.1.4.1.1.130"), "the file holds many frames")


def test_voxels_beyond_float32(tmp_path):
    fails(save_series(tmp_path, RescaleSlope="1e38"), "NaN or infinite")


def test_claims_of_size_take_no_memory(tmp_path):
    save_series(tmp_path / "a", Rows=65535)
    save_series(tmp_path / "b", Rows=4096, Columns=4096)
    tracemalloc.start()
    fails(tmp_path / "a", "the headers claim 6 x 65535 x 4 voxels")
    fails(tmp_path / "b", "damaged")
    assert tracemalloc.get_traced_memory()[1] < 10e6
    tracemalloc.stop()


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_a_slice_that_is_cut_short(tmp_path, part):
    path = save_series(tmp_path) / "3.dcm"
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    fails(tmp_path, "again")


def test_the_frame_of_reference(tmp_path):
    save(pet_slice(0, Modality="CT", FrameOfReferenceUID="1.2.3.6"), save_series(tmp_path / "a") / "0")
    assert frame_of_reference(tmp_path / "a") == files.FRAME
    assert frame_of_reference(save_series(tmp_path / "b", FrameOfReferenceUID=None)) is None
    assert frame_of_reference(tmp_path / "pet.nii.gz") is None


def test_nothing_that_names_the_patient_is_shown(tmp_path, capfd, caplog):
    traps = [
        {},
        {"Units": "PROPCPS"},
        {"Units": MARK},
        {"SUVType": MARK},
        {**with_injection(), "DecayCorrection": MARK},
        with_injection(RadiopharmaceuticalStartTime=MARK),
        with_injection(RadiopharmaceuticalStartDateTime=MARK),
        {**with_injection(), "SeriesDate": MARK},
        {**with_injection(), "AcquisitionTime": MARK, "SeriesTime": MARK},
        {"SeriesInstanceUID": MARK, "SOPInstanceUID": MARK},
        {"FrameOfReferenceUID": MARK},
        {"CorrectedImage": MARK},
    ]
    said = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for n, elements in enumerate(traps):
            folder = tmp_path / str(n)
            for k in range(3):
                save(pet_slice(k, **elements), folder / str(k))
        # what writing the files says of them is no matter
        warned.clear(), caplog.clear(), capfd.readouterr()
        for n in range(len(traps)):
            try:
                read = read_dicom_pet(tmp_path / str(n), "p")
                assert isinstance(read, Volume) and read.notes == ()
                said.append("")
            except ScanError as error:
                assert error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
                said.append(str(error))
    said += [str(warning.message) for warning in warned] + [caplog.text, *capfd.readouterr()]
    assert sum(map(bool, said)) >= 4
    assert not any(MARK.lower() in text.lower() for text in said), said


def mutated(raw: bytes, rng: random.Random) -> bytes:
    """A file with flipped bytes, cut short, or with values that do not fit."""
    raw = bytearray(raw)
    kind = rng.randrange(4)
    if kind == 0:
        for _ in range(rng.choice([1, 3, 30])):
            raw[rng.randrange(132, len(raw))] = rng.randrange(256)
    elif kind == 1:
        del raw[rng.randrange(len(raw)) :]
    elif kind == 2:
        at = rng.randrange(132, len(raw) - 4)
        raw[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\xfe\xff\xdd\xe0", b"nan\\"])
    else:
        at, n = rng.randrange(132, len(raw)), rng.randrange(1, 200)
        raw[at:at] = raw[at : at + n]
    return bytes(raw)


def test_whatever_the_file_holds_there_is_a_volume_or_one_sentence(tmp_path):
    folder = save_series(tmp_path / "pet", **with_injection())
    pet = read_dicom_pet(folder, "p")
    square = [(-9, -19), (-1, -19), (-1, -9), (-9, -9)]
    contours = save(files.structure_set({"tumour": [files.contour(square, z) for z in (30, 34)]}), tmp_path / "rs")
    masks = np.zeros((4, 5, 6, 1), np.uint8)
    masks[1:3, 2:4, 2:4] = 1
    segmentation = files.segmentation([pet_slice(k) for k in range(4)], masks, ["tumour"])
    segmentation.save_as(tmp_path / "seg")
    readers = [
        (folder / "2.dcm", lambda path: read_dicom_pet(path.parent, "p")),
        (contours, lambda path: read_contours(path, "p", pet)),
        (tmp_path / "seg", lambda path: read_segmentation(path, "p")),
    ]
    rng = random.Random(1)
    outcomes = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path, read in readers:
        whole = path.read_bytes()
        for _ in range(100):
            path.write_bytes(mutated(whole, rng))
            try:
                outcomes.append(type(read(path)))
            except ScanError as error:
                assert "\n" not in str(error) and MARK not in str(error)
                assert error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
                outcomes.append(ScanError)
        path.write_bytes(whole)
        assert isinstance(read(path), Volume)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert kilobytes < 200_000
    assert set(outcomes) == {Volume, ScanError} and outcomes.count(ScanError) > 60
