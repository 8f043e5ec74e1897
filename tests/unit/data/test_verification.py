import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from dicom_files import contour, injection, save, save_series, structure_set
from simple_patient import AFFINE, simple_patient

from oneclick.data.findings import lines_of
from oneclick.data.slice_guard import Slicing
from oneclick.data.verification import Scans, VerificationError, write_verification


class Cohort:
    """Patients on disk, good ones unless said otherwise."""

    def __init__(self, folder):
        self.folder, self.rows, self.rois = folder, [], None

    def add(self, patient, pet=None, mask=None, pet_affine=None, mask_affine=None):
        rng = np.random.default_rng(len(self.rows))
        pet = rng.random((6, 5, 4)).astype(np.float32) if pet is None else pet
        mask = np.zeros((6, 5, 4), np.uint8) if mask is None else mask
        if not mask.any() and mask.shape == (6, 5, 4) and patient != "empty":
            mask[2:4, 2:4, 1] = 1
        paths = [str(self.folder / f"{patient}-{kind}.nii.gz") for kind in ("pet", "mask")]
        affine = np.diag([2.0, 2.0, 3.0, 1.0])
        for path, data, own in zip(paths, (pet, mask), (pet_affine, mask_affine), strict=True):
            nib.save(nib.Nifti1Image(data, affine if own is None else own), path)
        self.rows.append((patient, *paths))
        return self

    def verify(self, n_folds=2, workers=1, labels=None, spacing=None, min_positive=1):
        self.said, columns = [], list(map(list, zip(*self.rows, strict=True)))
        scans = Scans(*columns, [labels] * len(self.rows), [self.rois] * len(self.rows))
        csv = self.folder / "verification.csv"
        write_verification(scans, Slicing(4, spacing, "area", min_positive), n_folds, csv, self.said.append, workers)
        return pd.read_csv(self.folder / "verification.csv", keep_default_na=False)


@pytest.fixture
def cohort(tmp_path):
    return Cohort(tmp_path).add("a").add("b")


def refused(cohort, *lines, n_folds=2):
    with pytest.raises(VerificationError) as error:
        cohort.verify(n_folds)
    found = str(error.value).splitlines()
    assert found[0] == f"{len(lines)} problem{'s' * (len(lines) > 1)} with the scans"
    for line, words in zip(found[1:], lines, strict=True):
        for word in words:
            assert word in line, line
    assert not list(cohort.folder.glob("*.csv"))


@pytest.mark.parametrize("workers", [1, 3])
def test_good_patients(cohort, workers):
    table = cohort.verify(workers=workers)
    assert table[["patient", "level", "shape", "voxel_mm", "n_positive_voxels"]].values.tolist() == [
        ["a", "ok", "6 x 5 x 4", "2 x 2 x 3", 4],
        ["b", "ok", "6 x 5 x 4", "2 x 2 x 3", 4],
    ]


def test_all_problems_are_reported_at_once(cohort):
    cohort.add("part", mask=np.resize([0, 1, 0.5], (6, 5, 4)))
    far = np.diag([2.0, 2.0, 3.0, 1.0])
    far[0, 3] = 100
    cohort.add("far", mask=np.ones((6, 5, 3), np.uint8), mask_affine=far)
    cohort.add("place", mask_affine=np.diag([2.0, 2.0, 3.5, 1.0]))
    cohort.rows.append(("gone", str(cohort.folder / "no-pet.nii.gz"), str(cohort.folder / "no-mask.nii.gz")))
    refused(
        cohort,
        ["patient part: ", "part-mask.nii.gz: the mask holds fractions (e.g. 0.5); make it 0 and 1"],
        ["patient far: ", "far-mask.nii.gz: the tumour of the mask (6 x 5 x 3 voxels) lies outside the PET"],
        [
            "patient place: ",
            "place-mask.nii.gz: the mask lies 1.50 mm away",
            "; see which of the two is right, and whether it is this patient's mask: give",
        ],
        ["patient gone: ", "no-pet.nii.gz: the file is missing; put it there"],
        ["patient gone: ", "no-mask.nii.gz: the file is missing; put it there"],
    )


def test_constant_slice(cohort):
    pet = np.random.default_rng(9).random((6, 5, 4)).astype(np.float32)
    pet[:, :, 0] = pet[:, :, 1] = 7
    cohort.add("flat", pet=pet)  # slice 0 is constant too but holds no tumour
    refused(cohort, ["patient flat: ", "flat-pet.nii.gz: slice 1 holds a tumour but is constant; repair the scan"])


def test_a_tumour_beyond_the_grid_is_said_with_the_other_problems(cohort):
    pet, affine = np.random.default_rng(9).random((9, 5, 4)).astype(np.float32), np.diag([2.0, 2.0, 3.0, 1.0])
    mask = np.zeros((9, 5, 4), np.uint8)
    mask[8, 2:4, 1] = mask[8, 2, 3] = mask[4, 2, 2] = 1
    cohort.add("wide", pet, mask, affine, affine)
    assert "wide" in set(cohort.verify(spacing=5.0)["patient"])  # 4 pixels of 5 mm are wider than the scan
    with pytest.raises(VerificationError, match="1 problem") as error:
        cohort.verify(spacing=2.5)
    line = str(error.value).splitlines()[1]
    words = (
        "wide-mask.nii.gz: the tumour of slice 1 (and of 1 more) reaches beyond the grid of 4 x 4 pixels of 2.5 mm; raise"
    )
    assert line.startswith("patient wide: ") and words in line


def test_an_empty_mask_is_a_warning(cohort):
    table = cohort.add("empty").verify()
    assert table["level"].tolist() == ["ok", "ok", "warning"]
    path = cohort.rows[-1][2]
    line = "patient empty: {}the mask is empty: the patient contributes no slice; check that the tumour was saved"
    assert cohort.said == ["warning: " + line.format(f"{path}: ")]
    assert lines_of(table, "warning", with_files=False) == [line.format("")]
    assert "contributes no slice" in table["problem"][2] and table["n_positive_voxels"][2] == 0


def test_what_the_study_leaves_out_is_a_warning(cohort):
    small = np.zeros((6, 5, 4), np.uint8)
    small[1:4, 1:4, 2], small[5, 4, 0] = 1, 1
    table = cohort.add("c", mask=small).verify(min_positive=2, n_folds=1)
    # on 4 x 4 pixels of 1.5 x 1.25 voxels a square of 2 x 2 voxels has 2 pixels of at least 5/16, one of 3 x 3 has 6,
    # and one voxel 1
    assert table["n_slices"].tolist() == [1, 1, 1]
    assert table["problem"][2] == (
        "1 of 2 lesions (the largest of 1 voxels) are in no slice of the study, on 4 x 4 pixels of the whole plane"
    )
    table = cohort.verify(min_positive=5, n_folds=1)
    wrong = "no slice has preprocess.min_positive (5) tumour pixels on 4 x 4 pixels of the whole plane"
    assert table["problem"].tolist()[:2] == [f"{wrong}: the patient contributes no slice"] * 2
    assert table["level"].tolist()[:2] == ["warning"] * 2 and table["n_slices"].tolist()[:2] == [0, 0]
    (cohort.folder / "verification.csv").unlink()
    with pytest.raises(VerificationError, match="cohort: 1 of 3 patients have a slice with tumour, fewer than the 2 folds"):
        cohort.verify(min_positive=5)


def test_a_label_that_no_mask_of_the_cohort_has_is_a_warning(cohort):
    two = np.zeros((6, 5, 4), np.uint8)
    two[1:3, 1:3, 1], two[3:5, 2:4, 2] = 1, 2
    cohort.add("c", mask=two)
    assert cohort.verify(labels=[1, 2])["level"].tolist().count("warning") == 0  # in one patient is enough
    table = cohort.verify(labels=[1, 3])
    row = table[table["level"] == "warning"].iloc[0]
    assert row["patient"] == "" and row["problem"] == "no patient has the label '3' of cohort.labels"
    assert row["mend"] == "mend it or leave it out; in the masks are, with their number: 1 (3), 2 (1)"
    assert cohort.said == [f"warning: cohort: {row['problem']}; {row['mend']}"]


def test_regions_are_asked_of_dicom_and_labels_of_nifti(cohort):
    cohort.rois = ["GTV"]
    assert cohort.verify()["problem"].tolist()[-1] == "cohort.roi is given, but no mask is DICOM: it says nothing"
    assert cohort.said == [
        "warning: cohort: cohort.roi is given, but no mask is DICOM: it says nothing; use cohort.labels, or leave it out"
    ]


def test_a_tumour_that_is_too_small_for_the_voxels_of_the_pet_is_not_called_empty(cohort):
    crumb = np.zeros((18, 15, 12), np.uint8)
    crumb[7, 7, 7] = 1  # a 27th of a voxel
    affine = np.diag([2 / 3, 2 / 3, 1.0, 1.0])
    affine[:3, 3] = [-2 / 3, -2 / 3, -1]
    table = cohort.add("c", mask=crumb, mask_affine=affine).verify()
    problems = table.loc[(table["patient"] == "c") & (table["level"] == "warning"), "problem"].tolist()
    assert problems[0] == "nothing of the tumour is left on the grid of the PET: the patient contributes no slice"
    assert problems[1] == "0.000444 ml of the mask became 0 ml (100% less) on the PET's voxels of 2 x 2 x 3 mm"
    assert problems[2] == "1 of 1 lesions of the mask (0.00044 ml) vanishes on the grid of the PET"


def test_a_region_that_no_patient_of_the_cohort_has_is_a_warning(tmp_path):
    """DICOM: one patient has no node, which says nothing; a name that nobody has is named once."""
    columns = [[], [], []]
    for patient, regions in (("a", ("GTVp", "GTVn")), ("b", ("gtvp ",))):
        pet = save_series(tmp_path / patient / "pet", (8, 8, 4))
        squares = {name: [contour([(-9, -19), (-1, -19), (-1, -7), (-9, -7)], 34)] for name in regions}
        for column, value in zip(
            columns, (patient, str(pet), str(save(structure_set(squares), tmp_path / patient / "rs.dcm"))), strict=True
        ):
            column.append(value)

    def verified(*roi):
        said = []
        scans = Scans(*columns, [None, None], [list(names) for names in roi])
        write_verification(scans, Slicing(8, None, "area", 1), 2, tmp_path / "out.csv", said.append)
        table = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
        return table, [line for line in said if line.startswith("warning: cohort")]

    table, said = verified(("GTVp", "GTVn"), ("GTVp", "GTVn"))
    assert said == []
    assert "there is no region 'GTVn'; tumour is gtvp" in table["problem"].tolist()
    _, said = verified(("GTVp", "lymph*"), ("GTVp",))
    mend = "mend it or leave it out; in the masks are, with their number: GTVp (1), GTVn (1), gtvp (1)"
    assert said == [f"warning: cohort: no patient has the region 'lymph*' of cohort.roi; {mend}"]


def test_a_mask_of_the_body_is_a_warning(cohort):
    pet, tumour = np.zeros((2, 40, 40, 4), np.float32)
    pet[10:30, 10:30] = np.random.default_rng(1).uniform(1, 2, (20, 20, 4))
    pet[16:24, 16:24] += 5
    tumour[16:24, 16:24] = 1  # 0.16 of the body
    cohort.add("tumour", pet, tumour.astype(np.uint8)).add("body", pet + 0.01, (pet > 0).astype(np.uint8)).verify()
    said = [line for line in cohort.said if "of the body is tumour" in line]
    assert len(said) == 1 and said[0].startswith("warning: patient body: ")
    share = int(said[0].partition("% of the body")[0].rpartition(" ")[2])
    assert 60 <= share <= 100  # the smoothed body of 576 to 640 pixels holds all 400
    assert said[0].endswith("is tumour; look whether this is the mask of a tumour, or of the body")


def test_an_inverted_mask_is_a_warning(cohort):
    half, inverted = np.zeros((2, 6, 5, 4), np.uint8)
    half[:3], inverted[...] = 1, 1
    inverted[2:4, 2:4, 1] = 0
    table = cohort.add("half", mask=half).add("inverted", mask=inverted).verify()
    assert table["level"].tolist() == ["ok", "ok", "ok", "warning"]
    wrong = "97% of the scan's voxels are tumour; look whether the mask is inverted: its background must be 0"
    assert cohort.said == [f"warning: patient inverted: {cohort.rows[-1][2]}: {wrong}"]


def test_fewer_patients_with_a_tumour_than_folds(cohort):
    refused(
        cohort.add("empty"),
        ["cohort: 2 of 3 patients have a slice with tumour, fewer than the 3 folds; add patients"],
        n_folds=3,
    )


def test_a_copied_scan_is_a_warning(cohort):
    pet = np.asarray(nib.load(cohort.rows[0][1]).dataobj)
    rows = cohort.add("c", pet=pet).verify().iloc[-2:]
    assert rows[["patient", "level"]].values.tolist() == [["c", "warning"], ["a", "warning"]]
    assert [row.rsplit("the PET has the same voxels as that of patient ")[1] for row in rows["problem"]] == ["a", "c"]


def test_a_doubt_about_values_places_or_masks_is_one_row_and_said_once(tmp_path):
    (pet, mask), turned = simple_patient(), AFFINE.copy()
    turned[0, 3] += 8
    cohort = Cohort(tmp_path)
    spike = pet.copy()
    spike[20, 20, 5] = 1e6
    scans = {
        "good": (pet, mask),
        "another": simple_patient(2, centre=(26, 14, 6)),
        "spike": (spike, simple_patient(radius=3.5)[1]),
        "flipped": (pet[:, ::-1], mask[::-1, ::-1]),
        "becquerel": (5000 * simple_patient(3)[0], np.roll(mask, 1, axis=0)),
    }
    for patient, scan in scans.items():
        cohort.add(patient, *scan, AFFINE, AFFINE)
    image = nib.load(cohort.rows[1][1])
    image.set_qform(turned, 1)
    nib.save(nib.Nifti1Image(image.get_fdata(dtype=np.float32), image.affine, image.header), cohort.rows[1][1])
    table = cohort.verify()
    warned = table[table["level"] == "warning"]
    assert warned["patient"].tolist() == ["another", "spike", "flipped"]
    words = ["lie 8 mm apart (2 voxels)", "(1e+06 at voxel (20, 20, 5))", "but 100% if it is flipped so that left and right"]
    for problem, expected in zip(warned["problem"], words, strict=True):
        assert expected in problem
    assert [path.rsplit("-")[-1] for path in warned["file"]] == ["pet.nii.gz", "pet.nii.gz", "mask.nii.gz"]
    assert cohort.said == [f"warning: {line}" for line in lines_of(table, "warning")]
    assert table[["patient", "level"]].values[-2:].tolist() == [["becquerel", "ok"], ["becquerel", "note"]]
    assert "which is no SUV" in table["problem"].iloc[-1]


def test_the_same_mask_of_two_patients_is_a_warning(tmp_path):
    pet, mask = simple_patient()
    cohort = Cohort(tmp_path).add("a", pet, mask, AFFINE, AFFINE).add("b", simple_patient(2)[0], mask, AFFINE, AFFINE)
    cohort.add("c", pet.copy(), np.roll(mask, 1, axis=0), AFFINE, AFFINE)
    said = [": ".join(line.split(": ")[1:2] + line.split(": ")[3:]) for line in map(str, (cohort.verify(), cohort.said)[1])]
    assert said == [
        "patient b: the mask has the same voxels as that of patient a; check that one was not copied",
        "patient a: the mask has the same voxels as that of patient b; check that one was not copied",
        "patient c: the PET has the same voxels as that of patient a; check that one was not copied",
        "patient a: the PET has the same voxels as that of patient c; check that one was not copied",
    ]


def test_what_is_doubtful_about_a_pet_is_said_with_what_is_wrong_with_its_mask(tmp_path):
    pet, mask = simple_patient()
    cohort = Cohort(tmp_path).add("a", pet, mask, AFFINE, AFFINE).add("b", mask.astype(np.float32), mask / 2, AFFINE, AFFINE)
    refused(cohort, ["patient b: ", "b-mask.nii.gz: the mask holds fractions (e.g. 0.5)"])
    assert len(cohort.said) == 1 and "the PET holds only 2 different values, from 0 to 1, as a mask does" in cohort.said[0]


def test_pet_and_mask_in_one_file(cohort):
    cohort.rows.append(("same", cohort.rows[0][1], cohort.rows[0][1]))
    refused(cohort, ["patient same: ", "PET and mask are the same file; mend the paths"])


def test_labels_and_other_grids_are_noted_and_doubts_stay_in_the_log(cohort, capsys):
    cohort.add("c", mask=np.resize([0, 1, 2], (6, 5, 4)).astype(np.uint8))
    third = np.repeat(np.uint8([1, 0, 0]), 4)[:, None, None] * np.ones((12, 10, 4), np.uint8)
    cohort.add("d", mask=third, mask_affine=np.diag([1.0, 1.0, 3.0, 1.0]))
    table = cohort.verify(labels=[1])
    assert table[["patient", "level"]].values.tolist() == [[p, "ok"] for p in "abc"] + [
        ["c", "note"],
        ["d", "ok"],
        ["d", "note"],
    ]
    assert table["problem"][3] == "the mask holds label 1, 2; tumour is 1" and table["n_positive_voxels"][3] == 40
    assert "mask resampled from 12 x 10 x 4 to 6 x 5 x 4 voxels: 0.48 ml became" in table["problem"][5]
    assert cohort.said == []
    assert capsys.readouterr().out.splitlines()[0].endswith("c-mask.nii.gz: the mask holds label 1, 2; tumour is 1")


@pytest.mark.parametrize("damage", ["the last bytes are gone", "the checksum is another"])
def test_a_gzip_file_whose_voxels_can_be_read_but_whose_checksum_is_wrong_is_refused(cohort, damage):
    # so large that its header is read without its end
    noise, mask = np.random.default_rng(1).random((40, 40, 40), np.float32), np.zeros((40, 40, 40), np.uint8)
    mask[10:20, 10:20, 5:9] = 1
    cohort.add("c", pet=noise, mask=mask)
    cohort.verify()
    file = cohort.folder / "c-pet.nii.gz"
    packed = file.read_bytes()
    file.write_bytes(packed[:-6] if damage == "the last bytes are gone" else packed[:-8] + b"\0\1\2\3" + packed[-4:])
    (cohort.folder / "verification.csv").unlink()
    refused(cohort, ["c-pet.nii.gz", "patient c", "the gzip file is damaged", "copy or export it again"])


def test_what_the_suv_of_dicom_was_taken_from_and_what_is_doubtful_about_it(cohort):
    tracer = injection(RadionuclideHalfLife=6586.2, Radiopharmaceutical="FDG", RadiopharmaceuticalStartTime="085000")
    late = {"Units": "BQML", "SeriesTime": "113030", "RescaleSlope": 80, "RadiopharmaceuticalInformationSequence": [tracer]}
    folder = save_series(cohort.folder / "c", **late)
    mask = np.zeros((6, 5, 4), np.uint8)
    mask[3:, 3:, 2:] = 1  # the hottest corner
    nib.save(
        nib.Nifti1Image(mask, [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 30], [0, 0, 0, 1]]), cohort.folder / "c.nii.gz"
    )
    cohort.rows.append(("c", str(folder), str(cohort.folder / "c.nii.gz")))
    table = cohort.verify()
    source = "Bq/ml: the earliest AcquisitionTime, 70.5 min after RadiopharmaceuticalStartTime"
    assert table.groupby("patient")["suv_from"].unique().map(list).to_dict() == {"a": [""], "b": [""], "c": [source]}
    wrong = (
        "the header's times of the scan's start differ, in minutes after the injection: SeriesTime 160.5, the earliest "
        "AcquisitionTime 70.5; taken is the earliest AcquisitionTime, and the farthest would give 1.77 times the SUV"
    )
    mend = "compare it with the scan's protocol, and if it is wrong mend the header, or give the scan as NIfTI in SUV"
    assert cohort.said[0] == f"warning: patient c: {folder}: {wrong}; {mend}"
    assert table["problem"].tolist().count(wrong) == 1
