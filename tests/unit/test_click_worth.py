"""The conclusions' sentences say what their tables say."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def worth():
    path = Path(__file__).parents[2] / "tools/click_worth.py"
    spec = importlib.util.spec_from_file_location("click_worth", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cohort(worth, **tables):
    methods = pd.DataFrame(
        {"method": ["CNNonly", "hum1CNN", "grow41"], "median_dice": [0.5, 0.7, 0.6], "n_slices": 30, "n_patients": 4}
    )
    return worth.Cohort("phantoms", "beyond", {"by_patient_methods": methods} | tables)


def pairs(p, a="hum1CNN", b="CNNonly"):
    return pd.DataFrame(
        {"method_a": [a], "method_b": [b], "median_difference": [0.1], "ci_low": [0.02], "ci_high": [0.2]}
        | {"clustered_p_holm": [p]}
    )


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0004, "p < 0.001"), (0.047, "p = 0.047"), (0.05, "not shown, p = 0.05"), (0.6, "not shown, p = 0.60")],
)
def test_a_difference_is_shown_by_its_p(worth, p, words):
    text = worth.should_i([cohort(worth, by_patient_pairs=pairs(p))])
    assert f"+0.100 on phantoms (+0.020 to +0.200; {words}; medians 0.700 and 0.500)" in text


@pytest.mark.parametrize(
    ("ps", "answer"),
    [((0.01, 0.04), "Yes."), ((0.3, 0.05), "Not shown."), ((0.3, 0.01), "Yes on sarcomas; not shown on phantoms.")],
)
def test_the_answer_follows_from_all_cohorts(worth, ps, answer):
    cohorts = [cohort(worth, by_patient_pairs=pairs(p)) for p in ps]
    cohorts[1] = replace(cohorts[1], name="sarcomas")
    assert worth.should_i(cohorts).startswith(f"{answer} A click")


def test_a_click_that_makes_it_worse_is_no_answer_of_yes(worth):
    worse = cohort(worth, by_patient_pairs=pairs(0.01, "CNNonly", "hum1CNN"))
    assert worth.should_i([worse]).startswith("Not always: the opposite is shown as well.")


def test_a_pair_the_other_way_round_is_turned(worth):
    turned = cohort(worth, by_patient_pairs=pairs(0.01, "CNNonly", "hum1CNN"))
    assert worth.compared(turned, "hum1CNN", "CNNonly") == (-0.1, -0.2, -0.02, 0.01)


def test_radii_losses_and_trainings(worth):
    radii = pd.DataFrame({"method": "hum1CNN", "size": ["all", "small"], "safe_radius_mm": [20.0, 7.5]})
    found = cohort(
        worth,
        safe_radius=radii,
        offsets=pd.DataFrame({"distance_mm": [0.0, 20.0]}),
        misses=pd.DataFrame(
            {
                "method": ["hum1CNN"],
                "place": ["hot spot"],
                "median_dice": [0.3],
                "loss": [0.4],
                "ci_low": [0.2],
                "ci_high": [0.35],
            }
            | {"n_slices": [28]}
        ),
        repeats_pairs=pd.DataFrame(
            {"method_a": ["hum1CNN"], "method_b": ["CNNonly"], "n_above": [2], "n_runs": [3]}
            | {"lowest_difference": [-0.01], "highest_difference": [0.05]}
        ),
    )
    precisely = worth.how_precisely([found])
    assert precisely.startswith("Within 20 mm of its place, in small tumours 7.5 mm.")
    assert "20 mm or more on phantoms (small tumours: 7.5 mm)" in precisely
    beside = worth.beside([found])
    assert beside.startswith("Then no click is better.")
    assert "from 0.700 to 0.300 on phantoms (0.200 to 0.350, n = 28; CNNonly: 0.500)" in beside
    assert "in 2 of 3 trainings on phantoms (by -0.010 to +0.050)" in worth.how_much_luck([found])


def test_cohorts_with_the_least_and_the_most_gain_are_named(worth):
    points = pd.DataFrame(
        {
            "parameter": ["look_alikes", "look_alikes", None, "reader"],
            "value": [0, 3, None, 0],
            "method": ["cm1CNN", "cm1CNN", "cm1CNN", "rand1CNN"],
            "gain": [0.01, 0.2, 0.1, 0.9],
            "gain_low": [0.0, 0.1, 0.05, 0.8],
            "gain_high": [0.02, 0.3, 0.2, 1.0],
        }
    )
    text = worth.on_whom(points)
    assert text == (
        "Most: more look-alikes (\u00d7 3). Of 3 phantom cohorts, cm1CNN gains most over CNNonly in: "
        "more look-alikes (\u00d7 3) (+0.200, +0.100 to +0.300); and least in: no look-alikes (+0.010, +0.000 to +0.020)."
    )


def test_a_threshold_is_met_by_slices_and_in_3d(worth):
    rows = [("hum1CNN", 0.75, 0.7, 0.8, 7.2), ("grow41", 0.57, 0.4, 0.65, 44.7)]
    measures = pd.DataFrame(
        [(method, "patient", "median", "dice", dice, low, high) for method, dice, low, high, _ in rows]
        + [(method, "patient", "median", "hd95_mm", hd95, 1, 99) for method, *_, hd95 in rows],
        columns=["method", "level", "statistic", "measure", "value", "ci_low", "ci_high"],
    )
    methods = pd.DataFrame({"method": ["hum1CNN", *worth.CLASSICAL], "median_dice": [0.7, 0.6, 0.5, 0.4, 0.3, 0.2]})
    found = worth.Cohort(
        "phantoms",
        "beyond",
        {"by_patient_methods": methods, "measures": measures, "by_patient_pairs": pairs(0.3, b="grow41")},
    )
    text = worth.against_threshold([found])
    assert text.startswith("Not shown by slices.") and "medians 0.700 and 0.600) against grow41" in text
    assert "0.750 (0.700 to 0.800; HD95 7 mm) against 0.570 (0.400 to 0.650; HD95 45 mm) on phantoms" in text
