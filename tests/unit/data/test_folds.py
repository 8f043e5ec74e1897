import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stack_files import write_stack

from oneclick.data.folds import SplitError, balanced_folds, given_folds, read_given, write_folds
from oneclick.paper.cohort import SLICES_PER_PATIENT


def sizes(n_slices, folds, n_folds):
    return [sum(n_slices[p] for p in folds if folds[p] == fold) for fold in range(1, n_folds + 1)]


@pytest.mark.parametrize("seed", [0, 1, 2024])
def test_the_papers_patients_fall_into_folds_as_equal_as_the_papers(seed):
    n_slices = {f"p{i}": n for i, n in enumerate(SLICES_PER_PATIENT)}
    found = sizes(n_slices, balanced_folds(n_slices, 5, seed), 5)
    assert sum(found) == 962 and min(found) >= 191 and max(found) <= 194


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(2, 6), st.integers(0, 5))
def test_folds_hold_every_patient_with_slices_once_and_none_is_empty(counts, n_folds, seed):
    n_slices = {f"p{i}": n for i, n in enumerate(counts)}
    with_slices = {p for p, n in n_slices.items() if n}
    if len(with_slices) < n_folds:
        with pytest.raises(
            SplitError, match=f"{len(with_slices)} patients have slices with enough tumour pixels but {n_folds}"
        ):
            balanced_folds(n_slices, n_folds, seed)
        return
    folds = balanced_folds(n_slices, n_folds, seed)
    assert set(folds) == with_slices and set(folds.values()) == set(range(1, n_folds + 1))
    found = sizes(n_slices, folds, n_folds)
    # no fold is larger than the smallest by more than the largest patient: else that patient had gone elsewhere
    assert max(found) - min(found) <= max(counts)


def test_the_seed_decides_among_patients_with_equal_slices():
    n_slices = {f"p{i}": 10 for i in range(30)}
    assert balanced_folds(n_slices, 5, 1) == balanced_folds(dict(reversed(n_slices.items())), 5, 1)
    assert balanced_folds(n_slices, 5, 1) != balanced_folds(n_slices, 5, 2)


MEND = "mend it or folds in the config file"


def test_given_folds_are_used_as_they_are():
    given = {"a": "2", "b": "1", "NA": "2", "not a patient": "7"}
    assert given_folds(["b", "NA", "a"], given, 2, "x.csv") == {"b": 1, "NA": 2, "a": 2}
    assert given_folds(["a", "b"], {"a": 2, "b": 1, "c": 2}, 2, "the sample sheet") == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"a": 1}, "patient b: no fold in x.csv; add a line for the patient, or leave the patient out"),
        ({"a": 1, "b": 3}, f"patient b: fold 3 of x.csv is not one of 1 to 2; {MEND}"),
        ({"a": "1", "b": "2.0"}, f"patient b: fold '2.0' of x.csv is not one of 1 to 2; {MEND}"),
        ({"a": "0", "b": "2"}, f"patient a: fold '0' of x.csv is not one of 1 to 2; {MEND}"),
        ({"a": "1", "b": ""}, f"patient b: fold '' of x.csv is not one of 1 to 2; {MEND}"),
        (
            {"a": 1, "b": 1, "c": 2},
            "fold 2 has no slices: no patient of x.csv with a tumour slice is in it; move a patient there or lower folds",
        ),
    ],
)
def test_given_folds_that_cannot_be_used_are_refused(given, sentence):
    with pytest.raises(SplitError) as error:
        given_folds(["a", "b"], given, 2, "x.csv")
    assert str(error.value) == sentence


def test_a_table_of_folds_as_a_study_writes_it_is_read(tmp_path):
    written = "\ufeffpatient,fold,n_slices\n007,1,4\nNA,2,2\n"
    as_spreadsheets_save_it = (written.replace(",", ";"), written.replace(",", "\t"), written.replace("\n", ",\n"))
    for text in (written, *as_spreadsheets_save_it, "Fold , PATIENT\n1,007\n2, NA\n"):
        (tmp_path / "folds.csv").write_text(text)
        assert read_given(str(tmp_path / "folds.csv")) == {"007": "1", "NA": "2"}


NAMES = "name the columns patient, fold in the first line, each once"


@pytest.mark.parametrize(
    "content, wrong",
    [
        (b"", "the file is empty; save it again"),
        (b"patient,n_slices\na,1\n", f"there is no column fold; {NAMES}"),
        (b"patient,fold\na,1\nb,2,3,4\n", "line 3 has 4 cells for 2 columns; put what holds a comma between quotes"),
        # each line one cell too many: pandas took the first for an index, and so folds for patients
        (
            b"patient,fold\na,1,1\nb,2,2\n",
            "line 2 has 3 cells for 2 columns (and 1 more lines); put what holds a comma between quotes",
        ),
        (b"patient,fold\na\n", "line 2 has 1 cell for 2 columns; fill it up, delete what is too much, or delete the line"),
        (b"\x80patient,fold\n", "line 1: this is no text in UTF-8; save it as CSV (UTF-8)"),
        (b"patient,fold\na,1\nb,1\na,2\n", "patient a stands there more than once; give each patient one line"),
    ],
)
def test_another_file_is_refused_with_what_is_wrong(tmp_path, content, wrong):
    path = tmp_path / "folds.csv"
    path.write_bytes(content)
    with pytest.raises(SplitError) as error:
        read_given(str(path))
    assert str(error.value) == f"{path}: {wrong}"


@pytest.fixture
def slices_csv(tmp_path) -> str:
    """Four slices of 007, two each of NA and c."""
    planes = np.ones((8, 2, 2))
    return write_stack(tmp_path, {"c": [1, 2], "007": [3, 4, 5, 6], "NA": [1, 9]}, planes, planes).slices_csv


def test_table_of_balanced_folds(tmp_path, slices_csv):
    write_folds(slices_csv, None, None, 2, 1, tmp_path / "folds.csv")
    assert (tmp_path / "folds.csv").read_text() == "patient,fold,n_slices\n007,1,4\nNA,2,2\nc,2,2\n"


def test_a_file_of_folds_goes_before_the_sample_sheet_and_this_before_balance(tmp_path, slices_csv):
    (tmp_path / "given.csv").write_text("fold,patient\n2,007\n2,c\n1,NA\n3,who left\n")
    sheet = {"007": 1, "c": 2, "NA": 1, "who has no slice": 2}
    write_folds(slices_csv, str(tmp_path / "given.csv"), sheet, 2, 1, tmp_path / "folds.csv")
    assert (tmp_path / "folds.csv").read_text() == "patient,fold,n_slices\nNA,1,2\n007,2,4\nc,2,2\n"
    write_folds(slices_csv, None, sheet, 2, 1, tmp_path / "folds.csv")
    assert (tmp_path / "folds.csv").read_text() == "patient,fold,n_slices\n007,1,4\nNA,1,2\nc,2,2\n"
    with pytest.raises(SplitError, match=r"^patient NA: no fold in the sample sheet; add a line"):
        write_folds(slices_csv, None, {"007": 1, "c": 2}, 2, 1, tmp_path / "folds.csv")
    with pytest.raises(SplitError, match=rf"^patient c: fold '2' of {tmp_path}/given\.csv is not one of 1 to 1; mend"):
        write_folds(slices_csv, str(tmp_path / "given.csv"), sheet, 1, 1, tmp_path / "folds.csv")


def test_the_folds_of_a_finished_study_give_the_same_folds_again(tmp_path, slices_csv):
    write_folds(slices_csv, None, None, 2, 1, tmp_path / "first.csv")
    write_folds(slices_csv, str(tmp_path / "first.csv"), None, 2, 99, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "first.csv").read_bytes()
