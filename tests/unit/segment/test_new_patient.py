from dataclasses import replace

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from dicom_files import save_series
from simple_patient import AFFINE, simple_patient

from oneclick.clicks.files import ClickError
from oneclick.common.errors import UserError
from oneclick.data.grid import Grid
from oneclick.segment.check import check_new_patients
from oneclick.segment.ensemble import MethodRules, combine, method_masks
from oneclick.segment.measured import MeasuredFiles, measure
from oneclick.segment.new_patient import Preparation, prepare
from oneclick.segment.prepared import PreparedFiles

LPS = np.diag([-2.0, -2.0, 3.0, 1.0])


def test_each_folds_output_is_compared_with_its_own_threshold_and_the_mean_decides():
    outputs = np.array([[[[0.5, 0.9, 0.2]]], [[[0.1, 0.3, 0.4]]]])  # 2 folds, 1 slice of 1 x 3 pixels
    # less 0.4 and 0.2: 0.1 and -0.1 is 0 on average, 0.5 and 0.1, -0.2 and 0.2
    np.testing.assert_array_equal(combine(outputs, np.array([0.4, 0.2])), [[[0, 1, 0]]])
    np.testing.assert_array_equal(combine(outputs, np.array([0.2, 0.4])), [[[0, 1, 0]]])
    np.testing.assert_array_equal(combine(outputs, np.array([0.4, 0.19])), [[[1, 1, 1]]])


def test_a_loud_fold_does_not_outvote_the_others():
    outputs = np.array([0.9, 0.9, -1e4])[:, None, None, None]  # a linear output may be anything
    assert combine(outputs, np.array([0.4, 0.4, 0.0])).item() == 1
    assert combine(-outputs, np.array([0.4, 0.4, 0.9])).item() == 0


def test_a_method_keeps_clicked_components_and_leaves_unclicked_slices_to_the_automatic_network():
    two = np.array([[1, 0, 1], [0, 0, 1]], np.uint8)
    one = np.array([[0, 1, 0], [0, 0, 0]], np.uint8)
    masks = {"plain": np.stack([two, two]), "center": np.stack([one, one])}
    clicks = np.zeros((2, 2, 3), np.uint8)
    clicks[0, 1, 2] = 1
    rules = MethodRules({}, "plain", 8)
    kept = method_masks(masks, clicks, {"network": "plain", "keep": "center"}, rules)
    np.testing.assert_array_equal(kept, [[[0, 0, 1], [0, 0, 1]], two])
    np.testing.assert_array_equal(method_masks(masks, clicks, {"network": "center"}, rules), [one, two])
    np.testing.assert_array_equal(masks["plain"], [two, two])  # not changed on the way


def seen(*mm):
    """What a study's networks saw, pixels and slices, all patients alike."""
    sides = zip(("rows", "columns", "slices"), mm, strict=True)
    return {side: dict.fromkeys(("least", "median", "most"), m) for side, m in sides}


AS_IT_IS = Preparation("refuse", "skip", 8, None, "area", seen(2, 2, 3))


def scan(tmp_path, name="pet.nii.gz"):
    pet = np.random.default_rng(4).gamma(2, 2, (8, 8, 5)).astype(np.float32)
    pet[..., 4] = 3.0  # a constant slice
    nib.save(nib.Nifti1Image(pet, LPS), tmp_path / name)
    return pet, str(tmp_path / name)


def files_in(folder):
    names = ("slices.npy", "matrices.npy", "slices.csv", "found.csv", "grid.json")
    return PreparedFiles(*(str(folder / name) for name in names))


def run_prepare(tmp_path, pet_path, lines, settings=AS_IT_IS):
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\n" + "".join(f"p,{line}\n" for line in lines))
    out = files_in(tmp_path)
    prepare("p", pet_path, str(tmp_path / "clicks.csv"), settings, out)
    tables = pd.read_csv(out.slices_csv), pd.read_csv(out.clicks_csv)
    return np.load(out.slices_npy), np.load(out.clicks_npy), *tables


def test_clicked_slices_and_their_clicks(tmp_path):
    pet, path = scan(tmp_path)
    images, matrices, table, clicks = run_prepare(tmp_path, path, ["2,3,3", "5,6,1", "7,7,3"])
    assert table[["index", "slice", "n_clicks"]].values.tolist() == [[0, 1, 1], [1, 3, 2]]
    assert [np.argwhere(matrix).tolist() for matrix in matrices] == [[[5, 6]], [[2, 3], [7, 7]]]
    plane = pet[..., 3]
    np.testing.assert_allclose(images[1], (plane - plane.min()) / np.ptp(plane), rtol=1e-5)
    columns = ["slice", "component", "row", "column", "i", "j", "k"]
    assert clicks[columns].values.tolist() == [[3, 1, 2, 3, 2, 3, 3], [1, 1, 5, 6, 5, 6, 1], [3, 2, 7, 7, 7, 7, 3]]


def test_all_slices_but_constant_ones_are_there_for_automatic_segmentation(tmp_path):
    _, path = scan(tmp_path)
    _, matrices, table, _ = run_prepare(tmp_path, path, ["2,3,3"], replace(AS_IT_IS, unclicked="automatic"))
    assert table["slice"].tolist() == [0, 1, 2, 3] and table["n_clicks"].tolist() == [0, 0, 0, 1]
    assert matrices.sum(axis=(1, 2)).tolist() == [0, 0, 0, 1]


def test_a_click_on_a_constant_slice(tmp_path):
    _, path = scan(tmp_path)
    with pytest.raises(ClickError, match=r"patient p: .*clicks.csv: slice 4 is constant around its click; check the click"):
        run_prepare(tmp_path, path, ["2,3,4"])
    assert not list(tmp_path.glob("*.npy"))


def run_measure(tmp_path, pet_path, segmentations, say):
    """The lesions of segmentations by method."""
    files = files_in(tmp_path)
    for method, found in segmentations.items():
        np.save(tmp_path / f"{method}.npy", found)
    found, masks = ([str(tmp_path / f"{method}.{end}") for method in segmentations] for end in ("npy", "nii.gz"))
    tables = [str(tmp_path / name) for name in ("lesions.csv", "on_lesions.csv", "summary.csv")]
    measure("p", files, pet_path, list(segmentations), found, MeasuredFiles(masks, *tables), say)
    return [pd.read_csv(table, keep_default_na=False) for table in tables]


def test_lesions_and_masks_of_each_method(tmp_path):
    pet, path = scan(tmp_path)
    run_prepare(tmp_path, path, ["2,2,1", "5,5,3"])
    found = np.zeros((2, 8, 8), np.uint8)
    found[0, 2:4, 2:5] = 1
    said = []
    table, on_lesions, summary = run_measure(tmp_path, path, {"a": found, "b": 0 * found}, said.append)
    assert table[["patient", "method", "lesion", "n_voxels", "n_clicks"]].values.tolist() == [["p", "a", 1, 6, 1]]
    assert table["volume_ml"][0] == 0.072  # 6 * 12 mm3
    assert table["suv_max"][0] == round(float(pet[2:4, 2:5, 1].max()), 3)
    mask, header = nib.load(tmp_path / "a.nii.gz"), nib.load(path).header
    np.testing.assert_array_equal(mask.affine, LPS)
    for code in ("qform_code", "sform_code", "xyzt_units"):
        assert mask.header[code] == header[code]
    assert np.argwhere(np.asarray(mask.dataobj)).tolist() == [[i, j, 1] for i in (2, 3) for j in (2, 3, 4)]
    assert mask.header["descrip"].item() == b"oneclick-pet, 8 x 8 pixels of the whole plane"
    voxels, suv = [[2, 2, 1], [5, 5, 3]], [round(float(pet[voxel]), 3) for voxel in ((2, 2, 1), (5, 5, 3))]
    lines = [["p", method, *voxel, at] for method in "ab" for voxel, at in zip(voxels, suv, strict=True)]
    assert on_lesions.iloc[:, :-1].values.tolist() == lines and on_lesions["lesion"].tolist() == [1, 0, 0, 0]
    beside = [f"SUV {at:.3g} at voxel {tuple(voxel)}" for voxel, at in zip(voxels, suv, strict=True)]
    warnings = [
        f"1 of 2 clicked slices is empty (3), 1 of 2 clicks lies on no lesion ({beside[1]})",
        f"2 of 2 clicked slices are empty (1, 3), 2 of 2 clicks lie on no lesion ({beside[0]}; {beside[1]})",
    ]
    assert summary.values.tolist() == [
        ["p", "a", 2, 1, 2, 1, 1, 0, 0.072, warnings[0]],
        ["p", "b", 2, 2, 2, 2, 0, 0, 0.0, warnings[1]],
    ]
    mend = "look at the pictures, and whether the clicks are in the system that their file gives (RAS or LPS, voxels from 0)"
    assert said == [f"warning: patient p: {method}: {words}; {mend}" for method, words in zip("ab", warnings, strict=True)]


def test_lesions_without_a_click_are_named_wherever_they_lie(tmp_path):
    pet, path = scan(tmp_path)
    run_prepare(tmp_path, path, ["1,1,1"], replace(AS_IT_IS, unclicked="automatic"))
    found, said = np.zeros((4, 8, 8), np.uint8), []
    found[1, 0:2, 0:2] = found[1, 4:8, 4:8] = found[3, 0, 0:7] = 1  # clicked, not clicked, and on a slice without a click
    table, on_lesions, summary = run_measure(tmp_path, path, {"a": found}, said.append)
    assert table[["lesion", "n_voxels", "n_clicks"]].values.tolist() == [[1, 16, 0], [2, 7, 0], [3, 4, 1]]
    assert on_lesions["lesion"].tolist() == [3]
    named = (f"SUV up to {part.max():.3g} in lesion {n}" for n, part in ((1, pet[4:8, 4:8, 1]), (2, pet[0, 0:7, 3])))
    warning = f"2 of 3 lesions hold no click ({'; '.join(named)})"
    assert summary.values.tolist() == [["p", "a", 1, 0, 1, 0, 3, 2, 0.324, warning]]  # 27 voxels of 12 mm3
    assert [line.split("; look")[0] for line in said] == [f"warning: patient p: a: {warning}"]


def test_a_patient_on_whom_all_is_well_is_not_spoken_of(tmp_path):
    _, path = scan(tmp_path)
    run_prepare(tmp_path, path, ["1,1,1", "6,6,1"])
    found, said = np.zeros((1, 8, 8), np.uint8), []
    found[0, :2, :2] = found[0, 5:, 5:] = 1
    *_, summary = run_measure(tmp_path, path, {"a": found}, said.append)
    assert said == [] and summary.values.tolist() == [["p", "a", 1, 0, 2, 0, 2, 0, 0.156, ""]]


def test_many_are_counted_and_some_named(tmp_path):
    _, path = scan(tmp_path)
    run_prepare(tmp_path, path, [f"{i},{i},{k}" for i in range(4) for k in range(4)])
    said = []
    run_measure(tmp_path, path, {"a": np.zeros((4, 8, 8), np.uint8)}, said.append)
    assert len(said) == 1 and "4 of 4 clicked slices are empty (0, 1, 2, and 1 more), 16 of 16 clicks" in said[0]
    assert said[0].count("SUV") == 3 and "; and 13 more)" in said[0]


def test_without_any_lesion_there_is_a_table_of_none(tmp_path):
    _, path = scan(tmp_path)
    run_prepare(tmp_path, path, ["2,2,1"])
    assert Grid.read(tmp_path / "grid.json").size == 8
    table, *_ = run_measure(tmp_path, path, {"a": np.zeros((1, 8, 8), np.uint8)}, print)
    assert len(table) == 0 and list(table)[:4] == ["patient", "method", "lesion", "n_voxels"]


def checked(tmp_path, patients, pets, settings, say=print, phantom=False, trained_on=None):
    """The rows of the check's table."""
    clicks = [str(tmp_path / "clicks.csv")] * len(patients)
    check_new_patients(patients, pets, clicks, settings, phantom, trained_on, str(tmp_path / "out.csv"), say)
    return pd.read_csv(tmp_path / "out.csv", keep_default_na=False)


def test_all_problems_of_all_patients_at_once(tmp_path):
    _, good = scan(tmp_path)
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,1,1,1\nb,9,1,1\nb,1,9,1\nc,1,1,1\nB,1,1,1\n")
    (tmp_path / "broken.nii.gz").write_bytes(b"x" * 400)
    with pytest.raises(UserError) as error:
        checked(tmp_path, ["a", "b", "c"], [good, good, str(tmp_path / "broken.nii.gz")], AS_IT_IS)
    lines = str(error.value).splitlines()
    assert lines[0] == "4 problems with scans and clicks" and len(lines) == 5
    assert "line 3 lies at voxel (9, 1, 1)" in lines[1] and "line 4 lies at voxel (1, 9, 1)" in lines[2]
    assert "patient c: " in lines[3] and not (tmp_path / "out.csv").exists()
    assert "clicks.csv: it has clicks of patient B, who has no PET; mend the name" in lines[4]
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,1,1,1\n")
    assert checked(tmp_path, ["a"], [good], AS_IT_IS).values.tolist() == [
        ["a", "ok", "", "", "", "8 x 8 x 5", "2 x 2 x 3", "2 x 2", "", 1]
    ]


def test_networks_of_phantoms_are_a_warning(tmp_path):
    _, good = scan(tmp_path)
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,1,1,1\n")
    said = []
    rows = checked(tmp_path, ["a"], [good], AS_IT_IS, said.append, phantom=True)
    assert rows[["patient", "level", "file"]].values.tolist() == [["", "warning", "segment.models"], ["a", "ok", ""]]
    assert said == [
        "warning: cohort: segment.models: the networks were trained on phantoms, so their masks of patients are no evidence "
        "of anything; use networks that were trained on patients"
    ]


def test_what_shared_networks_were_trained_on_is_a_warning(tmp_path):
    _, good = scan(tmp_path)
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,1,1,1\n")
    said = []
    rows = checked(tmp_path, ["a"], [good], AS_IT_IS, said.append, trained_on="scans of 31 sarcomas")
    assert rows[["patient", "level", "file"]].values.tolist() == [["", "warning", "segment.models"], ["a", "ok", ""]]
    assert said == [
        "warning: cohort: segment.models: the networks were trained on scans of 31 sarcomas; look at each mask, for of "
        "other scans they know nothing"
    ]
    both = checked(tmp_path, ["a"], [good], AS_IT_IS, phantom=True, trained_on="simulated patients")
    assert both["problem"].tolist() == [
        "the networks were trained on phantoms, so their masks of patients are no evidence of anything",
        "",
    ]


def test_doubts_are_warnings_and_what_was_done_are_notes(tmp_path, capsys):
    pet, _ = scan(tmp_path)
    nib.save(nib.Nifti1Image(1000 * pet, LPS), tmp_path / "becquerel.nii.gz")
    pet[:2, :2, :3] = 0
    nib.save(nib.Nifti1Image(pet, LPS), tmp_path / "air.nii.gz")
    pets, said = [str(tmp_path / f"{name}.nii.gz") for name in ("becquerel", "air", "pet")], []
    text = "patient,i,j,k\na,4,4,2\nb,0,0,1\nc,1,1,1\nc,1,1,1\n"
    (tmp_path / "clicks.csv").write_text(text)
    table = checked(tmp_path, ["a", "b", "c"], pets, AS_IT_IS, said.append)
    assert table[["patient", "level"]].values.tolist() == [["a", "warning"], ["b", "warning"], ["c", "ok"], ["c", "note"]]
    assert "which is no SUV" in table["problem"][0] and table["file"][0] == pets[0]
    assert "1 of 1 clicks lies in air" in table["problem"][1] and table["file"][1].endswith("clicks.csv")
    assert len(said) == 2 and said[1].startswith(f"warning: patient b: {tmp_path / 'clicks.csv'}: 1 of 1 clicks lies in air")
    assert "note: patient c: " in capsys.readouterr().out and "is counted once" in table["problem"][3]


def test_a_study_that_does_not_know_its_pixels_is_named_unless_it_has_a_spacing(tmp_path):
    _, path = scan(tmp_path)
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,1,1,1\n")
    table = checked(tmp_path, ["a"], [path], replace(AS_IT_IS, seen_mm=None))
    assert table[["patient", "level", "file"]].values.tolist() == [["", "warning", "segment.models"], ["a", "ok", ""]]
    assert "before it kept its pixel sizes" in table["problem"][0]
    assert len(checked(tmp_path, ["a"], [path], replace(AS_IT_IS, seen_mm=None, spacing=2.0))) == 1


def test_doubts_on_the_suv_of_dicom_are_said(tmp_path):
    folder, said = save_series(tmp_path / "pet", RescaleSlope=0.001), []
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,2,2,1\n")
    table = checked(tmp_path, ["a"], [str(folder)], replace(AS_IT_IS, seen_mm=None, spacing=2.0), said.append)
    wrong = "the mean SUV over the body is 0.0595, where about 1 is expected"
    assert said[0].startswith(f"warning: patient a: {folder}: {wrong}; compare unit, weight, dose and times")
    assert table["suv_from"][0] == "SUV" and wrong in table["problem"][0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda pet: 5000 * pet, "the hottest voxel is 3.648e+04, which is no SUV, and nor will its lesions' be; convert"),
        (lambda pet: 1000 * pet - 1000, "% of the PET's voxels are negative (least -1000, median -9"),
        (lambda pet: (pet > 3).astype(np.float32), "the PET holds only 2 different values, from 0 to 1, as a mask does"),
        (lambda pet: np.where(pet == pet.max(), 1e6, pet), "1 voxel of the PET is hotter than 5 times the 99.9th"),
    ],
)
def test_the_doubts_of_the_check_of_a_study_are_said_of_new_scans_too(tmp_path, fault, words):
    pet, said = simple_patient()[0], []
    nib.save(nib.Nifti1Image(fault(pet).astype(np.float32), AFFINE), tmp_path / "pet.nii.gz")
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\np,12,26,5\n")
    as_study = replace(AS_IT_IS, size=32, spacing=4.0)
    table = checked(tmp_path, ["p"], [str(tmp_path / "pet.nii.gz")], as_study, said.append)
    assert f"warning: patient p: {tmp_path / 'pet.nii.gz'}: " in said[0] and words in said[0]
    assert words.split(";")[0] in table["problem"][0]
