from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rights import open_folder, taken  # noqa: F401 (a fixture)

from oneclick.data.cohort import CohortError, check_given_folds, name_problem, new_patients, patients


def touch(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def sheet(root: Path, *lines: str) -> dict:
    (root / "scans").mkdir(exist_ok=True)
    (root / "scans/patients.tsv").write_text("\n".join(line.replace(" ", "\t") for line in lines) + "\n")
    return {"sheet": "scans/patients.tsv"}


def test_phantoms_have_numbers():
    assert list(patients({"phantom": {"patients": 2}}).index) == ["phantom-001", "phantom-002"]
    assert patients({"phantom": {"patients": 1000}}).index[0] == "phantom-0001"


def test_patients_of_patterns(tmp_path):
    touch(tmp_path, "data/b/pet.nii.gz", "data/b/mask.nii.gz", "data/001/pet.nii.gz", "data/001/mask.nii.gz", "data/x.txt")
    table = patients({"pet": "data/{patient}/pet.nii.gz", "mask": "data/{patient}/mask.nii.gz"}, tmp_path)
    assert list(table.index) == ["001", "b"]
    assert table.loc["001"].tolist()[:2] == ["data/001/pet.nii.gz", "data/001/mask.nii.gz"]
    assert table["fold"].isna().all()


def test_a_name_that_stands_twice_in_a_pattern_must_be_the_same(tmp_path):
    touch(tmp_path, "A/A__PT.nii.gz", "A/A.nii.gz", "B/A__PT.nii.gz", "B/B.nii.gz")
    table = patients({"pet": "{patient}/{patient}__PT.nii.gz", "mask": "{patient}/{patient}.nii.gz"}, tmp_path)
    assert table["pet"].tolist() == [
        "A/A__PT.nii.gz",
        "B/B__PT.nii.gz",
    ]  # the second is not there: verification says so


def test_names_within_one_folder_and_absolute_patterns(tmp_path):
    touch(tmp_path, "images/p1_0001.nii.gz", "images/p2_0001.nii.gz", "labels/p1.nii.gz", "labels/p2.nii.gz")
    pattern = {"pet": f"{tmp_path}/images/{{patient}}_0001.nii.gz", "mask": f"{tmp_path}/labels/{{patient}}.nii.gz"}
    table = patients(pattern)
    assert list(table.index) == ["p1", "p2"] and table.loc["p2", "mask"] == f"{tmp_path}/labels/p2.nii.gz"


def test_a_patient_with_one_of_two_files_is_kept_for_the_verification(tmp_path):
    touch(tmp_path, "a/pet.nii.gz", "b/mask.nii.gz")
    table = patients({"pet": "{patient}/pet.nii.gz", "mask": "{patient}/mask.nii.gz"}, tmp_path)
    assert table.loc["a", "mask"] == "a/mask.nii.gz" and table.loc["b", "pet"] == "b/pet.nii.gz"


@pytest.mark.parametrize(
    ("pattern", "scan"),
    [
        ("data/{patient}/pet.nii.gz", "data/p2/PET.nii.gz"),
        ("data/{patient}/pet.nii.gz", "data/p2/pet.nii"),
        ("data/{patient}/*/suv_{patient}.nii.gz", "data/p2/2020/suv.nii.gz"),
    ],
)
def test_a_patient_whose_scans_are_named_otherwise_does_not_vanish(tmp_path, pattern, scan):
    mask = pattern.replace("pet", "mask").replace("suv", "seg")
    known = [text.replace("{patient}", "p1").replace("*", "2020") for text in (pattern, mask)]
    touch(tmp_path, *known, "data/notes/readme.txt", "data/.p3/pet.nii.gz", "data/p4/CT/1/ct.nii.gz")
    assert list(patients({"pet": pattern, "mask": mask}, tmp_path).index) == ["p1"]
    touch(tmp_path, scan)
    wrong = (
        f"patient p2: {scan} is there, but no file that matches {pattern}; rename it, or move the folder data/p2 elsewhere"
    )
    with pytest.raises(CohortError) as caught:
        patients({"pet": pattern, "mask": mask}, tmp_path)
    assert str(caught.value) == wrong
    with pytest.raises(CohortError) as caught:
        new_patients(pattern, "data/{patient}/clicks.csv", tmp_path)
    assert str(caught.value) == wrong


def refused(cohort, root, *words):
    with pytest.raises(CohortError) as error:
        patients(cohort, root)
    for word in words:
        assert word in str(error.value), str(error.value)
    return str(error.value)


def test_patterns_that_cannot_work(tmp_path):
    refused({"pet": "data/pet.nii.gz", "mask": "{patient}.nii"}, tmp_path, "data/pet.nii.gz has no {patient} in it")
    pattern = {"pet": "none/{patient}/pet.nii.gz", "mask": "none/{patient}/mask.nii.gz"}
    refused(
        pattern,
        tmp_path,
        "no file matches none/{patient}/pet.nii.gz",
        f"looked in {tmp_path}/none",
        "mend the patterns",
    )


def test_masks_in_the_folder_of_the_scans_are_no_patients(tmp_path):
    touch(tmp_path, "P1.nii", "P1_mask.nii", "P2.nii", "P2_mask.nii", "P3_mask.nii")
    table = patients({"pet": "{patient}.nii", "mask": "{patient}_mask.nii"}, tmp_path)
    assert table["pet"].to_dict() == {"P1": "P1.nii", "P2": "P2.nii", "P3": "P3.nii"}
    assert table["mask"].to_dict() == {"P1": "P1_mask.nii", "P2": "P2_mask.nii", "P3": "P3_mask.nii"}


def test_folds_of_a_sheet_are_those_of_the_settings():
    check_given_folds(pd.Series([pd.NA, pd.NA], ["a", "b"], dtype="Int64"), 2)
    check_given_folds(pd.Series([1, 2, 1], ["a", "b", "c"], dtype="Int64"), 2)
    with pytest.raises(CohortError) as error:
        check_given_folds(pd.Series([1, 4, 1], ["a", "b", "c"], dtype="Int64"), 2)
    lines = [line.partition(";")[0] for line in str(error.value).splitlines()]
    assert lines == ["patient b: fold 4 is not one of 1 to 2", "fold 2 has no patient"]


def test_a_sheet_with_an_absolute_path(tmp_path):
    sheet(tmp_path, "patient pet mask", "a p.nii m.nii")
    table = patients({"sheet": str(tmp_path / "scans/patients.tsv")})
    assert table.loc["a", "pet"] == str(tmp_path / "scans/p.nii")


def test_sheet(tmp_path):
    table = patients(sheet(tmp_path, "patient pet mask fold", "b x/b.nii b_m.nii 2", "001 x/1.nii ../m.nii 1"), tmp_path)
    assert list(table.index) == ["001", "b"]
    assert table.loc["001"].tolist() == ["scans/x/1.nii", "m.nii", 1, None, None]
    assert str(table["fold"].dtype) == "Int64"
    assert patients(sheet(tmp_path, "mask patient pet", "m a p"), tmp_path)["fold"].isna().all()


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_sheet_of_another_spreadsheet_is_the_same(tmp_path, separator):
    lines = ("Patient pet MASK fold", "b x/b.nii b_m.nii 2", "001 x/1.nii m.nii 1")
    with_tabs = patients(sheet(tmp_path, *lines), tmp_path)
    assert with_tabs["fold"].tolist() == [1, 2] and list(with_tabs.index) == ["001", "b"]
    for end in ("", separator):  # a separator at each line's end too: pandas took the patient for an index
        text = "".join(line.replace(" ", separator) + end + "\r\n" for line in lines)
        (tmp_path / "scans/patients.tsv").write_bytes(("\ufeff" + text).encode())
        pd.testing.assert_frame_equal(patients({"sheet": "scans/patients.tsv"}, tmp_path), with_tabs)


def test_labels_and_regions_of_a_patient_go_before_those_of_the_settings(tmp_path):
    settings = sheet(tmp_path, "patient pet mask labels roi", "a p m 1,2 GTV_1;GTV_2,node*", "b p m  ", "c p m 7 ")
    table = patients(settings | {"roi": ["GTV"], "labels": None}, tmp_path)
    assert table["labels"].tolist() == [[1, 2], None, [7]]
    assert table["roi"].tolist() == [["GTV_1", "GTV_2", "node*"], ["GTV"], ["GTV"]]
    assert patients(sheet(tmp_path, "patient pet mask", "a p m") | {"labels": [3]}, tmp_path).loc["a", "labels"] == [3]


@pytest.mark.parametrize(
    "lines, words",
    [
        (["patient pet mask labels", "a p m 1,x"], ["line 2: patient a: label 'x' is not 1, 2, 3, ...; separate labels by"]),
        (
            ["patient pet", "a b"],
            ["there is no column mask; name the columns patient, pet, mask and, if you like, fold, labels, roi in the"],
        ),
        (["patient pet mask fold fold", "a p m 1 2"], ["there are two columns fold; name the columns"]),
        (
            ["patient pet mask", "a p m x", "b q n x"],
            ["line 2 has 4 cells for 3 columns (and 1 more lines); fill it up, delete"],
        ),
        (["patient pet mask fold", "a p m 1", "b q n"], ["line 3 has 3 cells for 4 columns"]),
        (["patient,pet,mask", "a,p,1,m"], ["line 2 has 4 cells for 3 columns; put what holds a comma between quotes, or"]),
        (["patient pet mask"], ["no patient is listed"]),
        (["patient pet mask", "a p m", "a q n"], ["patient a stands there more than once"]),
        (["patient pet mask", "a  m"], ["line 2: pet is empty"]),
        (["patient pet mask fold", "a p m 1", "b q n "], ["patient b has no fold but others have"]),
        (["patient pet mask fold", "a p m 0"], ["line 2: patient a: fold '0' is not 1, 2, 3"]),
        (["patient pet mask fold", "a p m 1.5"], ["fold '1.5'"]),
        (["patient pet mask", "P1 p m", "p1 q n"], ["patient 'p1': another patient is named 'P1'", "rename one"]),
    ],
)
def test_sheets_that_cannot_be_used(tmp_path, lines, words):
    refused(sheet(tmp_path, *lines), tmp_path, "patients.tsv" if "P1" not in str(lines) else "", *words)


def test_all_problems_of_a_sheet_stand_in_one_message(tmp_path):
    message = refused(sheet(tmp_path, "patient pet mask fold", "a  m 1", "a p m x", "b q n "), tmp_path)
    assert len(message.splitlines()) == 4


def test_missing_sheet(tmp_path):
    refused({"sheet": "no.tsv"}, tmp_path, "the sample sheet no.tsv is missing", "cohort.sheet")


@pytest.mark.parametrize(
    "name, word",
    [
        ("a/b", "a slash"),
        ("a b", "a space"),
        ("..", "'..'"),
        ("a..b", "'..'"),
        (".a", "begins with '.' or '-'"),
        ("-rf", "begins with '.' or '-'"),
        ("a;rm", "a shell"),
        ("$(a)", "a shell"),
        ("é", "a shell"),
        ("a\n", "a shell"),
        ("a" * 101, "longer than 100"),
    ],
)
def test_names_that_are_refused(name, word):
    assert word in name_problem(name) and repr(name) in name_problem(name)


def test_a_folder_with_a_space_is_refused_with_its_name(tmp_path):
    touch(tmp_path, "Jane Doe/pet.nii.gz", "Jane Doe/mask.nii.gz")
    refused({"pet": "{patient}/pet.nii.gz", "mask": "{patient}/mask.nii.gz"}, tmp_path, "patient 'Jane Doe'", "rename")


@given(st.text(max_size=120))
def test_a_name_is_refused_or_safe_as_a_folder(name):
    if name_problem(name) is None:
        assert Path("root", name).resolve().parent == Path("root").resolve()
        assert name.isascii() and all(c.isalnum() or c in "._-" for c in name) and len(name) <= 100


def test_ten_thousand_patients_are_listed_in_order(tmp_path):
    rows = "".join(f"p{n:05d}\ta\tb\n" for n in reversed(range(10_000)))
    (tmp_path / "s.tsv").write_text("patient\tpet\tmask\n" + rows)
    table = patients({"sheet": "s.tsv"}, tmp_path)
    assert isinstance(table, pd.DataFrame) and table.index[0] == "p00000" and table.index.is_monotonic_increasing


@pytest.mark.parametrize("what", ["data", "data/a", "scans", "scans/patients.tsv"])
def test_what_may_not_be_read_is_named(open_folder, what):  # noqa: F811
    touch(open_folder, "data/a/pet.nii.gz", "data/a/mask.nii.gz")
    cohort = sheet(open_folder, "patient pet mask", "a p.nii m.nii")
    if "data" in what:
        cohort = {"pet": "data/{patient}/pet.nii.gz", "mask": "data/{patient}/mask.nii.gz"}
    with taken(open_folder / what), pytest.raises(CohortError) as error:
        patients(cohort, open_folder)
    assert str(error.value).startswith(f"cohort: {open_folder / what}")
    assert str(error.value).endswith(": you have no right to read it; ask its owner for the right, or set it with chmod")


def test_an_empty_sheet(tmp_path):
    cohort = sheet(tmp_path)
    (tmp_path / "scans/patients.tsv").write_bytes(b"")
    with pytest.raises(
        CohortError, match=r"^scans/patients\.tsv: the file is empty \(0 bytes\); save the sample sheet again$"
    ):
        patients(cohort, tmp_path)
