import numpy as np
import pytest

from oneclick.evaluation.bland_altman import intervals, limits_of_agreement, spread

# Bland and Altman 1986 (doi 10.1016/S0140-6736(86)90837-8), table: first measurements of peak expiratory flow, l/min
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]


def test_the_published_example():
    found = limits_of_agreement(np.subtract(WRIGHT, MINI), np.arange(17))
    # the paper: mean difference -2.1, SD 38.8, limits -79.7 and 75.5 (it takes 2 SD)
    assert (round(found["bias"], 1), round(found["sd"], 1)) == (-2.1, 38.8)
    limits = [found["bias"] - 2 * found["sd"], found["bias"] + 2 * found["sd"]]
    assert limits == pytest.approx([-79.7, 75.5], abs=0.1)
    assert found["loa_high"] - found["loa_low"] == pytest.approx(3.92 * found["sd"])


def test_several_differences_a_patient_by_hand():
    # Patients a: 1, 3; b: 5, 7; c: 0, 2. Means 2, 6, 1, of all 3: MSB = 2 (1 + 9 + 4) / 2 = 14, MSW = 6 / 3 = 2, m0 = 2
    differences, patients = np.array([1.0, 5, 0, 3, 7, 2]), np.array(list("abcabc"))
    assert spread(differences, patients) == pytest.approx(np.sqrt((14 - 2) / 2 + 2))
    # of unequal numbers: a: 0, 2; b: 5; MSB = (2 * 4/9*4 + 1 * 64/9) / 1 = 32/3, MSW = 2, m0 = 3 - 5/3 = 4/3
    assert spread(np.array([0.0, 2, 5]), np.array(list("aab"))) == pytest.approx(np.sqrt((32 / 3 - 2) / (4 / 3) + 2))


def test_no_negative_part_between_patients():
    assert spread(np.array([-1.0, 1, -1, 1]), np.array(list("aabb"))) == pytest.approx(np.sqrt(2))


def test_too_few_differences():
    assert np.isnan(spread(np.array([1.0]), np.array(["a"])))
    assert spread(np.array([1.0, 3.0]), np.array(["a", "a"])) == pytest.approx(np.sqrt(2))


def test_intervals_hold_what_they_should():
    # 400 patients, differences of mean 1 and SD 2: standard errors 0.1 of the bias and about 0.17 of a limit
    differences, patients = np.random.default_rng(5).normal(1, 2, 400), np.arange(400)
    found, limits = intervals(differences, patients, np.random.default_rng(1)), limits_of_agreement(differences, patients)
    assert found["bias_ci_high"] - found["bias_ci_low"] == pytest.approx(2 * 1.96 * 0.1, rel=0.15)
    assert found["loa_high_ci_high"] - found["loa_high_ci_low"] == pytest.approx(2 * 1.96 * np.sqrt(3 * 4 / 400), rel=0.2)
    for name in ("bias", "loa_low", "loa_high"):
        assert found[f"{name}_ci_low"] < limits[name] < found[f"{name}_ci_high"]


def test_a_patient_drawn_twice_counts_as_two():
    # One difference a patient, 0 or 4: a draw of the same patient only has SD 0, one of both the ordinary 2.83.
    found = intervals(np.array([0.0, 4.0]), np.array(["a", "b"]), np.random.default_rng(1))
    assert found["loa_low_ci_low"] == pytest.approx(2 - 1.96 * np.sqrt(8))
    assert np.isnan(list(intervals(np.array([0.0, 4.0]), np.array(["a", "a"]), np.random.default_rng(1)).values())).all()
