"""The conclusions' sentences say what their tables say."""

from dataclasses import replace

import click_worth
import pandas as pd
import pytest
from click_worth_tables import Cohort, brings, compared, found

PAIR = "hum1CNN", "CNNonly"


def cohort(**tables):
    methods = pd.DataFrame(
        {"method": ["CNNonly", "hum1CNN", "grow41"], "median_dice": [0.5, 0.7, 0.6], "n_slices": 30, "n_patients": 4}
    )
    return Cohort("phantoms", "beyond", {"by_patient_methods": methods} | tables)


def pairs(p, a="hum1CNN", b="CNNonly", difference=0.1):
    return pd.DataFrame(
        {"method_a": [a], "method_b": [b], "median_difference": [difference], "ci_low": [0.02], "ci_high": [0.2]}
        | {"clustered_p_holm": [p]}
    )


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0004, "p < 0.001"), (0.047, "p = 0.047"), (0.05, "not shown, p = 0.05"), (0.6, "not shown, p = 0.60")],
)
def test_a_difference_is_shown_by_its_p(p, words):
    text = found(cohort(by_patient_pairs=pairs(p)), *PAIR)
    assert text == f"+0.100 on phantoms (+0.020 to +0.200; {words}; medians 0.700 and 0.500)"


@pytest.mark.parametrize(
    ("ps", "difference", "answer"),
    [
        ((0.01, 0.04), 0.1, "Yes."),
        ((0.01, 0.04), 0.03, "Yes, but by little."),
        ((0.3, 0.05), 0.1, "Not shown."),
        ((0.3, 0.01), 0.1, "Yes on sarcomas; not shown on phantoms."),
        ((0.3, 0.01), -0.1, "Not always: the opposite is shown as well."),
    ],
)
def test_the_answer_follows_from_all_cohorts(ps, difference, answer):
    cohorts = [cohort(by_patient_pairs=pairs(p, difference=difference)) for p in ps]
    cohorts[1] = replace(cohorts[1], name="sarcomas")
    assert brings(cohorts, [PAIR]) == answer


def test_comparisons_are_counted():
    both = pd.concat([pairs(0.01), pairs(0.2, "hum1CNN", "grow41")])
    answer = brings([cohort(by_patient_pairs=both)], [PAIR, ("hum1CNN", "grow41")])
    assert answer == "Yes in 1 of 2 comparisons; not shown in 1."


def test_a_pair_the_other_way_round_is_turned():
    assert compared(cohort(by_patient_pairs=pairs(0.01, "CNNonly", "hum1CNN")), *PAIR) == (-0.1, -0.2, -0.02, 0.01)


def measures(**medians):
    """Of methods the median over patients of the Dice in 3-D, with its interval, and of HD95."""
    rows = [(method, "dice", *dice) for method, (*dice, _) in medians.items()]
    rows += [(method, "hd95_mm", hd95, 1, 99) for method, (*_, hd95) in medians.items()]
    table = pd.DataFrame(rows, columns=["method", "measure", "value", "ci_low", "ci_high"])
    return table.assign(level="patient", statistic="median")


def test_tumours_missed_and_whole_patients_stand_beside_the_gain():
    scores = pd.DataFrame({"method": ["CNNonly"] * 4 + ["hum1CNN"] * 4, "dice": [0, 0, 0.5, 0.6, 0, 0.7, 0.7, 0.8]})
    whole = measures(hum1CNN=(0.75, 0.7, 0.8, 7.2), CNNonly=(0.72, 0.6, 0.74, 8.6))
    text = click_worth.should_i([cohort(by_patient_pairs=pairs(0.01), scores=scores, measures=whole)])
    assert text.startswith("Yes. A click as a person gives it (hum1CNN) brings, over no click (CNNonly), +0.100 on phantoms")
    assert "missed altogether goes from 50.0% to 25.0% on phantoms." in text
    assert "0.750 (0.700 to 0.800; HD95 7 mm) against 0.720 (0.600 to 0.740; HD95 9 mm) on phantoms." in text


def test_a_click_is_safe_as_far_as_it_is_no_worse_than_none():
    distances = [0.0, 5.0, 10.0, 15.0, 20.0]
    offsets = pd.DataFrame({"method": "hum1CNN", "distance_mm": distances, "median_dice": [0.7, 0.6, 0.5, 0.4, 0.51]})
    radii = pd.DataFrame({"method": "hum1CNN", "size": ["all", "small"], "safe_radius_mm": [20.0, 7.5]})
    text = click_worth.how_precisely([cohort(safe_radius=radii, offsets=offsets)])
    assert text.startswith("Within 10 mm.") and "10 mm on phantoms (it loses more than 0.05 not at all, in the" in text
    assert "smallest third of tumours beyond 7.5 mm; 20 mm were tried)." in text


def test_losses_and_trainings():
    misses = pd.DataFrame(
        {"method": ["hum1CNN"], "place": ["hot spot"], "median_dice": [0.3], "loss": [0.4], "ci_low": [0.2]}
        | {"ci_high": [0.35], "n_slices": [28]}
    )
    repeats = pd.DataFrame(
        {"method_a": ["hum1CNN"], "method_b": ["CNNonly"], "n_above": [2], "n_runs": [3]}
        | {"lowest_difference": [-0.01], "highest_difference": [0.05]}
    )
    both = cohort(misses=misses, repeats_pairs=repeats)
    beside = click_worth.beside([both])
    assert beside.startswith("Then not clicking is better on phantoms.")
    assert "from 0.700 to 0.300 on phantoms (0.200 to 0.350, n = 28; CNNonly: 0.500)" in beside
    assert "in 2 of 3 trainings on phantoms (by -0.010 to +0.050)" in click_worth.how_much_luck([both])


CROSS = pd.DataFrame(
    [
        ("hum1CNN", "center", 0.8),
        ("hum1CNN", "human", 0.7),
        ("cm1CNN", "center", 0.9),
        ("cm1CNN", "human", 0.6),
        ("humDist", "human", 0.95),
    ],
    columns=["method", "clicked", "median_dice"],
).assign(ci_low=0.1, ci_high=1.0)


def test_the_best_place_and_the_best_network_for_a_person():
    crossed = cohort(cross=CROSS, by_patient_pairs=pairs(0.2, "cm1CNN", "rand1CNN"))
    more = pd.DataFrame({"method": ["cm1CNN", "rand1CNN"], "median_dice": [0.9, 0.8]})
    crossed.tables["by_patient_methods"] = pd.concat([crossed.tables["by_patient_methods"], more])
    where = click_worth.where([crossed])
    assert where.startswith(
        "Highest at the tumour's centre of mass. Is the centre shown to be better than a random pixel? Not shown."
    )
    assert (
        "0.800 (0.100 to 1.000) at the tumour's centre of mass, 0.700 (0.100 to 1.000) where a person might click" in where
    )
    assert "+0.100 on phantoms (+0.020 to +0.200; not shown, p = 0.20; medians 0.900 and 0.800)" in where
    network = click_worth.which_network([crossed])  # of one encoding, so without humDist
    assert network.startswith("One trained on a person's clicks.")
    assert "0.700 (0.100 to 1.000) with hum1CNN, 0.600 (0.100 to 1.000) with cm1CNN, on phantoms" in network


def test_cohorts_with_the_least_and_the_most_gain_are_named():
    points = pd.DataFrame(
        [
            ("look_alikes", 0, "cm1CNN", 0.01, 0.0, 0.02),
            ("look_alikes", 3, "cm1CNN", 0.2, 0.1, 0.3),
            (None, None, "cm1CNN", 0.1, 0.05, 0.2),
            ("look_alikes", 3, "rand1CNN", 0.9, 0.8, 1.0),
            ("reader", 0, "cm1CNN", 0.005, 0.001, 0.009),
        ],
        columns=["parameter", "value", "method", "gain", "gain_low", "gain_high"],
    )
    assert click_worth.on_whom(points) == (
        "On those with more look-alikes (\u00d7 3). Of 3 phantom cohorts the centre click (cm1CNN) gains most over CNNonly "
        "in: more look-alikes (\u00d7 3) (+0.200, +0.100 to +0.300); and least in: "
        "no look-alikes (+0.010, +0.000 to +0.020). And with masks that are the truth (+0.005, +0.001 to +0.009)."
    )


def test_a_threshold_is_met_by_slices_and_in_3d():
    whole = measures(hum1CNN=(0.75, 0.7, 0.8, 7.2), grow41=(0.57, 0.4, 0.65, 44.7))
    methods = pd.DataFrame({"method": ["hum1CNN", *click_worth.CLASSICAL], "median_dice": [0.7, 0.6, 0.5, 0.4, 0.3, 0.2]})
    tables = {"by_patient_methods": methods, "measures": whole, "by_patient_pairs": pairs(0.3, b="grow41")}
    text = click_worth.against_threshold([Cohort("phantoms", "beyond", tables)])
    assert (
        text.startswith("Not shown slice by slice; in 3-D it was not tested.")
        and "medians 0.700 and 0.600) against grow41" in text
    )
    assert "0.750 (0.700 to 0.800; HD95 7 mm) against 0.570 (0.400 to 0.650; HD95 45 mm) on phantoms" in text
