import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from dicom_files import save_series
from simple_patient import AFFINE, simple_patient

from oneclick.clicks.files import Click, ClickError
from oneclick.common.errors import UserError
from oneclick.data.grid import Grid, grid_of
from oneclick.segment.ensemble import MethodRules, combine, method_masks
from oneclick.segment.new_patient import Preparation, check_new_patients, measure, place_clicks, prepare
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


def test_a_click_beyond_the_grid_is_named():
    grid = grid_of(np.ones((40, 40, 3)), LPS, 8, 2.0)  # 8 of 40 voxels, in the middle of the body
    assert place_clicks([Click((16, 23, 1))], grid, "p", "clicks.csv") == [(1, 0, 7)]
    message = r"patient p: clicks.csv: the click at voxel \(2, 16, 1\) lies beyond the grid of 8 x 8 pixels of 2 mm; raise"
    with pytest.raises(ClickError, match=message):
        place_clicks([Click((16, 16, 1)), Click((2, 16, 1))], grid, "p", "clicks.csv")


def scan(tmp_path, name="pet.nii.gz"):
    pet = np.random.default_rng(4).gamma(2, 2, (8, 8, 5)).astype(np.float32)
    pet[..., 4] = 3.0  # a constant slice
    nib.save(nib.Nifti1Image(pet, LPS), tmp_path / name)
    return pet, str(tmp_path / name)


def files_in(folder):
    names = ("slices.npy", "matrices.npy", "slices.csv", "found.csv", "grid.json")
    return PreparedFiles(*(str(folder / name) for name in names))


def run_prepare(tmp_path, pet_path, lines, unclicked="skip"):
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\n" + "".join(f"p,{line}\n" for line in lines))
    out = files_in(tmp_path)
    prepare("p", pet_path, str(tmp_path / "clicks.csv"), Preparation("refuse", unclicked, 8, None, "area"), out)
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
    _, matrices, table, _ = run_prepare(tmp_path, path, ["2,3,3"], "automatic")
    assert table["slice"].tolist() == [0, 1, 2, 3] and table["n_clicks"].tolist() == [0, 0, 0, 1]
    assert matrices.sum(axis=(1, 2)).tolist() == [0, 0, 0, 1]


def test_a_click_on_a_constant_slice(tmp_path):
    _, path = scan(tmp_path)
    with pytest.raises(ClickError, match=r"patient p: .*clicks.csv: slice 4 has a click but is constant; check the click"):
        run_prepare(tmp_path, path, ["2,3,4"])
    assert not list(tmp_path.glob("*.npy"))


def run_measure(tmp_path, pet_path, segmentations, say):
    """The lesions of segmentations by method."""
    files = files_in(tmp_path)
    for method, found in segmentations.items():
        np.save(tmp_path / f"{method}.npy", found)
    paths = [[str(tmp_path / f"{method}.{end}") for method in segmentations] for end in ("npy", "nii.gz")]
    measure("p", files, pet_path, list(segmentations), *paths, str(tmp_path / "lesions.csv"), say)
    return pd.read_csv(tmp_path / "lesions.csv")


def test_lesions_and_masks_of_each_method(tmp_path):
    pet, path = scan(tmp_path)
    run_prepare(tmp_path, path, ["2,2,1", "5,5,3"])
    found = np.zeros((2, 8, 8), np.uint8)
    found[0, 2:4, 2:5] = 1
    said = []
    table = run_measure(tmp_path, path, {"a": found, "b": 0 * found}, said.append)
    assert table[["patient", "method", "lesion", "n_voxels", "n_clicks"]].values.tolist() == [["p", "a", 1, 6, 1]]
    assert table["volume_ml"][0] == pytest.approx(6 * 12 / 1000)
    assert table["suv_max"][0] == pytest.approx(pet[2:4, 2:5, 1].max())
    mask, header = nib.load(tmp_path / "a.nii.gz"), nib.load(path).header
    np.testing.assert_array_equal(mask.affine, LPS)
    for code in ("qform_code", "sform_code", "xyzt_units"):
        assert mask.header[code] == header[code]
    assert np.argwhere(np.asarray(mask.dataobj)).tolist() == [[i, j, 1] for i in (2, 3) for j in (2, 3, 4)]
    assert mask.header["descrip"].item() == b"oneclick-pet, 8 x 8 pixels of the whole plane"
    assert said == [
        "warning: patient p: a segments nothing on the clicked slice 3",
        "warning: patient p: b segments nothing on the clicked slice 1",
        "warning: patient p: b segments nothing on the clicked slice 3",
    ]


def test_without_any_lesion_there_is_a_table_of_none(tmp_path):
    _, path = scan(tmp_path)
    run_prepare(tmp_path, path, ["2,2,1"])
    assert Grid.read(tmp_path / "grid.json").size == 8
    table = run_measure(tmp_path, path, {"a": np.zeros((1, 8, 8), np.uint8)}, print)
    assert len(table) == 0 and list(table)[:4] == ["patient", "method", "lesion", "n_voxels"]


def test_all_problems_of_all_patients_at_once(tmp_path):
    _, good = scan(tmp_path)
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,1,1,1\nb,9,1,1\nb,1,9,1\nc,1,1,1\nB,1,1,1\n")
    (tmp_path / "broken.nii.gz").write_bytes(b"x" * 400)
    clicks = [str(tmp_path / "clicks.csv")] * 3
    with pytest.raises(UserError) as error:
        pets = [good, good, str(tmp_path / "broken.nii.gz")]
        check_new_patients(["a", "b", "c"], pets, clicks, "refuse", 8, None, tmp_path / "out.csv", print)
    lines = str(error.value).splitlines()
    assert lines[0] == "4 problems with scans and clicks" and len(lines) == 5
    assert "line 3 lies at voxel (9, 1, 1)" in lines[1] and "line 4 lies at voxel (1, 9, 1)" in lines[2]
    assert "patient c: " in lines[3] and not (tmp_path / "out.csv").exists()
    assert "clicks.csv: it has clicks of patient B, who has no PET; mend the name" in lines[4]
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,1,1,1\n")
    check_new_patients(["a"], [good], clicks[:1], "refuse", 8, None, tmp_path / "out.csv", print)
    assert (tmp_path / "out.csv").read_text() == "patient,shape,suv_from,n_clicks,notes\na,8 x 8 x 5,,1,\n"


def test_doubts_on_the_suv_of_dicom_are_said(tmp_path):
    folder, said = save_series(tmp_path / "pet", RescaleSlope=0.001), []
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,2,2,1\n")
    clicks = [str(tmp_path / "clicks.csv")]
    check_new_patients(["a"], [str(folder)], clicks, "refuse", 8, None, tmp_path / "out.csv", said.append)
    wrong = "the mean SUV over the body is 0.0595, where about 1 is expected"
    assert said[0].startswith(f"warning: patient a: {folder}: {wrong}; compare unit, weight, dose and times")
    row = pd.read_csv(tmp_path / "out.csv").iloc[0]
    assert row["suv_from"] == "SUV" and wrong in row["notes"]


def test_what_only_the_grid_shows_is_said_with_the_other_problems(tmp_path):
    pet, path = scan(tmp_path)
    nib.save(nib.Nifti1Image(1000 * pet, LPS), tmp_path / "becquerel.nii.gz")
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\na,1,4,1\nb,4,4,4\nc,4,4,2\n")
    pets, said = [path, path, str(tmp_path / "becquerel.nii.gz")], []
    clicks = [str(tmp_path / "clicks.csv")] * 3
    with pytest.raises(UserError) as error:
        check_new_patients(["a", "b", "c"], pets, clicks, "refuse", 4, 2.0, tmp_path / "out.csv", said.append)
    lines = str(error.value).splitlines()
    assert "patient a: " in lines[1] and "(1, 4, 1) lies beyond the grid of 4 x 4 pixels of 2 mm" in lines[1]
    assert "slice 4 has a click but is constant" in lines[2] and len(lines) == 3
    assert len(said) == 1 and "which is no SUV" in said[0] and "patient c: " in said[0]


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
    paths = [str(tmp_path / name) for name in ("pet.nii.gz", "clicks.csv")]
    check_new_patients(["p"], [paths[0]], [paths[1]], "refuse", 8, None, tmp_path / "out.csv", said.append)
    assert f"warning: patient p: {paths[0]}: " in said[0] and words in said[0]
    assert words in pd.read_csv(tmp_path / "out.csv")["notes"][0]
