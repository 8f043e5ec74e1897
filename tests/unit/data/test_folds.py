import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneclick.data.folds import SplitError, balanced_folds, given_folds, write_folds
from oneclick.networks.validation import validation_rows
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


def test_folds_of_a_sample_sheet():
    assert given_folds({"a": 3, "b": 1, "c": 0}, {"a": 2, "b": 1, "c": 2}, 2) == {"a": 2, "b": 1}
    with pytest.raises(SplitError, match="fold 2 has no slices"):
        given_folds({"a": 3, "b": 0}, {"a": 1, "b": 2}, 2)
    with pytest.raises(SplitError, match=r"patient b: fold 3 .* not one of 1 to 2"):
        given_folds({"a": 3, "b": 1}, {"a": 1, "b": 3}, 2)


def test_table_of_folds(tmp_path):
    said = []
    write_folds({"007": 4, "NA": 2, "c": 2, "d": 0}, None, 2, 1, tmp_path / "folds.csv", said.append)
    assert (tmp_path / "folds.csv").read_text() == "patient,fold,n_slices\n007,1,4\nNA,2,2\nc,2,2\n"
    assert said == ["warning: patient d: no slice has preprocess.min_positive tumour pixels; the patient is left out"]


PATIENTS = np.repeat(["a", "b", "c", "d"], [5, 5, 6, 4])


def test_shuffled_validation_takes_a_share_of_the_slices():
    rows = validation_rows(PATIENTS, 0.3, "shuffled", np.random.default_rng(1))
    assert rows.sum() == 6
    assert (rows != validation_rows(PATIENTS, 0.3, "shuffled", np.random.default_rng(2))).any()


def test_the_notebook_validates_on_the_last_slices():
    rows = validation_rows(PATIENTS, 0.3, "last", np.random.default_rng(1))
    np.testing.assert_array_equal(np.flatnonzero(rows), np.arange(14, 20))


@given(st.integers(0, 100))
def test_patient_wise_validation_keeps_patients_whole(seed):
    rows = validation_rows(PATIENTS, 0.5, "patients", np.random.default_rng(seed))
    assert 0 < rows.sum() <= 10
    assert all(rows[p == PATIENTS].all() or not rows[p == PATIENTS].any() for p in "abcd")


def test_no_validation():
    assert not validation_rows(PATIENTS, 0, "shuffled", np.random.default_rng(1)).any()
    assert not validation_rows(PATIENTS, 0, "last", np.random.default_rng(1)).any()
