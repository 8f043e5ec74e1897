import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oneclick.networks.validation import validation_rows

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
