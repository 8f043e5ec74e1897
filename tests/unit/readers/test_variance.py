"""Components of variance beside published ones and those that a hand computes."""

import numpy as np
import pandas as pd
import pytest

from oneclick.readers.variance import Cells, components, interval, variance_table

# Diameters that six samples of penicillin left on each of 24 plates (Davies and Goldsmith 1972; data Penicillin of lme4)
PENICILLIN = """
27 23 26 23 23 21  27 23 26 23 23 21  25 21 25 24 24 20  26 23 25 23 23 20  25 22 26 22 23 20  24 22 25 23 22 19
24 20 23 21 22 19  26 22 26 24 24 21  24 21 24 22 22 20  24 21 24 23 22 19  26 23 26 24 24 21  25 22 26 24 24 20
26 24 26 24 25 22  26 23 26 23 23 20  26 23 25 24 24 22  25 22 25 23 23 20  25 21 24 23 23 20  25 22 24 23 23 19
24 21 23 21 21 19  26 23 26 24 24 21  25 21 24 22 22 18  25 22 25 22 22 20  24 21 24 22 24 19  24 21 24 22 21 18
"""


def test_crossed_effects_are_those_that_lme4_publishes():
    """Bates 2010, lme4: Mixed-effects modeling with R, section 2.1.2, by REML."""
    values = np.array(PENICILLIN.split(), float)
    plates, samples = np.repeat(np.arange(24), 6), np.tile(list("ABCDEF"), 24)
    found = components(Cells.of(values, samples, plates))
    assert found["patients"] == pytest.approx(0.84671, abs=5e-5)
    assert found["readers"] == pytest.approx(1.93156, abs=5e-5)
    assert found["within"] == pytest.approx(0.54992, abs=5e-5)
    assert np.isnan(found["both"])


# Two readers (rows), two patients, two clicks each
BALANCED = np.array([[[1, 3], [9, 11]], [[12, 14], [12, 14]]], float)


def test_a_balanced_study_has_the_components_of_analysis_of_variance():
    """Cells 2, 10, 13, 13; mean 9.5; readers 6, 13; patients 7.5, 11.5. Mean squares: readers 4 (3.5^2 + 3.5^2) = 98,
    patients 4 (2^2 + 2^2) = 32, both 2 (4 * 2^2) = 32, within (8 * 1) / 4 = 2. The components: within 2, both (32 - 2) / 2
    = 15, patients (32 - 32) / 4 = 0, readers (98 - 32) / 4 = 16.5."""
    readers, patients, _ = (axis.ravel() for axis in np.indices(BALANCED.shape))
    found = components(Cells.of(BALANCED.ravel(), readers, patients))
    squared = {name: sd**2 for name, sd in found.items()}
    assert squared == pytest.approx({"readers": 16.5, "patients": 0, "both": 15, "within": 2}, abs=0.01)


def test_one_reader_tells_nothing_between_readers():
    """One-way: three patients, means 1, 2, 6, two clicks each, 1 apart: within 0.5, between (2 * 7 - 0.5) / 2 = 6.75."""
    values = np.array([0.5, 1.5, 1.5, 2.5, 5.5, 6.5])
    found = components(Cells.of(values, np.zeros(6), np.repeat([0, 1, 2], 2)))
    assert np.isnan(found["readers"]) and np.isnan(found["both"])
    assert found["within"] ** 2 == pytest.approx(0.5, abs=1e-3) and found["patients"] ** 2 == pytest.approx(6.75, abs=1e-2)


def test_a_study_without_one_patient_has_all_others():
    cells = Cells.of(np.array([1.0, 2.0, 4.0, 5.0]), np.array([0, 0, 1, 0]), np.array([0, 0, 0, 1]))
    assert cells.n.tolist() == [[2, 1], [1, 0]] and cells.mean.tolist() == [[1.5, 5], [4, 0]]
    assert cells.squares.tolist() == [[0.5, 0], [0, 0]]
    left = cells.without(0)
    assert left.n.tolist() == [[1]] and left.mean.tolist() == [[5]]  # the second reader read nobody else


def test_the_interval_is_that_of_the_jackknife():
    """Logarithms 0, 1 and 2 around their mean: sqrt(2 / 3 (1 + 0 + 1)); t of 2 degrees of freedom is 4.303."""
    half = 4.3027 * np.sqrt(4 / 3)
    low, high = interval(3.0, np.exp([0.0, 1.0, 2.0]))
    assert (low, high) == pytest.approx((3 * np.exp(-half), 3 * np.exp(half)), rel=1e-3)
    half = 4.3027 * np.sqrt(2 / 3 * 2 / 3)  # of 0 1 0
    assert interval(0.5, np.array([0.0, 1.0, 0.0])) == pytest.approx((0, 0.5 + half), rel=1e-3)
    assert np.isnan(interval(1.0, np.array([1.0, 2.0]))).all()


def test_what_was_put_in_comes_out():
    rng = np.random.default_rng(5)
    n_readers, n_patients, n = 12, 60, 6
    readers, patients = (axis.ravel() for axis in np.indices((n_readers, n_patients, n))[:2])
    values = rng.normal(0, 2, n_readers)[readers] + rng.normal(0, 1.5, n_patients)[patients]
    values += rng.normal(0, 1, (n_readers, n_patients))[readers, patients] + rng.normal(0, 3, len(readers))
    found = components(Cells.of(values, readers, patients))
    assert found["within"] == pytest.approx(3, rel=0.03) and found["both"] == pytest.approx(1, rel=0.15)
    assert found["patients"] == pytest.approx(1.5, rel=0.25) and found["readers"] == pytest.approx(2, rel=0.5)


def test_the_table_has_intervals_around_its_estimates():

    rng = np.random.default_rng(1)
    readers, patients = (axis.ravel() for axis in np.indices((3, 12, 5))[:2])
    values = rng.normal(0, 2, 12)[patients] + rng.normal(0, 3, len(readers))
    clicks = pd.DataFrame({"reader": readers.astype(str), "patient": patients.astype(str), "left_mm": values})
    table = variance_table(["left_mm"], clicks).set_index("component")
    assert (table["n_clicks"] == 180).all() and (table["n_patients"] == 12).all()
    within = table.loc["within"]
    assert within["ci_low"] < within["sd"] < within["ci_high"] and 2.5 < within["sd"] < 3.5
    assert table["share"].sum() == pytest.approx(1)
