import pandas as pd
import pytest

from oneclick.questions.conclusions.conclusions import (
    against_a_threshold,
    how_far_off,
    how_many_clicks,
    where_to_click,
    which_claims,
    which_method,
    write_conclusions,
)
from oneclick.report.marks import Notices

METHODS = pd.DataFrame(
    {
        "method": ["CNNonly", "rand1CNN", "cm1CNN", "grow41"],
        "median_dice": [0.5, 0.6, 0.7, 0.55],
        "ci_low": [0.45, 0.55, 0.65, 0.5],
        "ci_high": [0.55, 0.65, 0.75, 0.6],
    }
)
PAIRS = pd.DataFrame(
    [
        ("grow41", "cm1CNN", -0.15, -0.2, -0.1, 0.0004),
        ("grow41", "rand1CNN", -0.04, -0.09, 0.01, 0.2),
        ("cm1CNN", "rand1CNN", 0.1, 0.05, 0.15, 0.01),
        ("cm1CNN", "CNNonly", 0.2, 0.1, 0.3, 0.001),
        ("rand1CNN", "CNNonly", 0.1, 0.05, 0.15, 0.02),
        ("grow41", "CNNonly", 0.05, 0.0, 0.1, 0.04),
    ],
    columns=["method_a", "method_b", "median_difference", "ci_low", "ci_high", "clustered_p_holm"],
)
USUAL = {"look_alikes": 1, "contact": None, "contrast": 1, "lesion_size": 1, "counts": 1}
MARGINS = pd.DataFrame(
    [
        ("as_it_is", None, None, "random", "rand1CNN", "CNNrand", 0.001, "alike"),
        ("look_alikes-3", "look_alikes", 3, "random", "rand1CNN", "CNNrand", -0.1, "keep"),
        ("contrast-0.6", "contrast", 0.6, "random", "rand1CNN", "CNNrand", 0.1, "network"),
        ("contrast-0.6", "contrast", 0.6, "center", "cm1CNN", "CNNcm", 0.2, "network"),
    ],
    columns=["point", "parameter", "value", "click", "network_method", "keep_method", "margin", "verdict"],
)
CROSS = pd.DataFrame(
    [
        ("CNNrand", "none", "random", "random", True, 0.9),  # no network that sees clicks
        ("grow41", "classical", "human", "human", True, 0.95),
        ("rand1CNN", "random", "none", "random", True, 0.6),
        ("rand1CNN", "random", "none", "center", False, 0.62),
        ("hot1CNN", "suvmax", "none", "suvmax", True, 0.65),
        ("cm1CNN", "center", "none", "center", True, 0.7),
        ("cm1CNN", "center", "none", "random", False, 0.5),
        ("cm1CNN", "center", "none", "human", False, 0.68),
    ],
    columns=["method", "network_clicks", "keep", "clicked", "own", "median_dice"],
).assign(ci_low=lambda t: t["median_dice"] - 0.05, ci_high=lambda t: t["median_dice"] + 0.05)
RADII = pd.DataFrame(
    [("rand1CNN", "all", 20.0), ("cm1CNN", "all", 5.0), ("cm1CNN", "small", 2.5)],
    columns=["method", "size", "safe_radius_mm"],
)
WALK = pd.DataFrame(
    [
        ("rand1CNN", "lesions", 0.1, 0.2, 0.1, 0.0, 0.1, 1.5, 12.0),
        ("rand1CNN", "patients", 0.55, 0.6, -0.04, -0.1, 0.02, 1.5, 12.0),
        ("cm1CNN", "patients", 0.5, 0.72, -0.2, -0.3, -0.1, 1.5, 12.0),
    ],
    columns=[
        *("method", "level", "dice_one_click", "dice_every_slice", "difference", "difference_ci_low", "difference_ci_high"),
        *("clicks_one_click", "clicks_every_slice"),
    ],
)
CLAIMS = pd.DataFrame(
    [
        ("The centre is best", "cm1CNN", "CNNonly", "stands"),
        ("The centre is best", "cm1CNN", "rand1CNN", "stands"),
        ("Keeping helps", "CNNrand", "CNNonly", "reversed"),
        ("Spread is alike", "cm1CNN", "rand1CNN", "not contradicted"),
        ("Keeping varies more", "CNNcm", "CNNonly", "not shown"),
    ],
    columns=["claim", "method_a", "method_b", "verdict"],
)


def test_the_best_method_the_best_without_a_mask_and_when():
    text = which_method(METHODS, PAIRS, MARGINS, ["cm1CNN"], USUAL)
    assert text == (
        "cm1CNN has the highest median Dice, 0.700 (95 % interval 0.650 to 0.750), rand1CNN the next, 0.600 (p = 0.010 by "
        "patients, with Holm); cm1CNN needs the physician's mask to place its click, and of the methods "
        "that do not, rand1CNN has "
        "0.600 (95 % interval 0.550 to 0.650); over 3 phantom cohorts, a click at a random pixel of "
        "the tumour was better in "
        "the network in 1 (fainter tumours (\u00d7 0.6)); better used to keep components in 1 (more "
        "look-alikes (\u00d7 3)); "
        "alike both ways in 1 (the cohort as it is)."
    )


def test_the_best_method_without_oracles_and_map():
    text = which_method(METHODS.iloc[:2], PAIRS, None, [], USUAL)
    assert text.startswith("rand1CNN has the highest median Dice, 0.600") and text.endswith(
        "(p = 0.020 by patients, with Holm)."
    )


def test_where_to_click_counts_networks_only_and_says_what_is_lost():
    assert where_to_click(CROSS) == (
        "Of the clicks that need no mask, the best is at the tumour's hottest pixel: hot1CNN has "
        "0.650 (95 % interval 0.600 to "
        "0.700), against 0.700 of cm1CNN, clicked at the tumour's centre of mass (which only the physician's mask tells); "
        "the median of cm1CNN clicked otherwise differs by -0.200 at a random pixel of the tumour and -0.020 where a person "
        "might click."
    )


def test_how_far_off_says_at_least_where_no_farther_click_was_tried():
    assert how_far_off(RADII, ["rand1CNN", "cm1CNN"], 20.0) == (
        "A click may lie off by 20 mm or more with rand1CNN and 5 mm with cm1CNN (small tumours: 2.5 mm) before the median "
        "Dice loses 0.05."
    )


def test_a_threshold_against_the_networks_whichever_comes_first_in_a_pair():
    assert against_a_threshold(METHODS, PAIRS, ["grow41"], ["cm1CNN"]) == (
        "Without any training, grow41 has a median Dice of 0.550; cm1CNN (best network, 0.700) beats it: median difference "
        "+0.150 (+0.100 to +0.200), p < 0.001; rand1CNN (best that needs no mask, 0.600) is not shown to differ from it: "
        "median difference +0.040 (-0.010 to +0.090), p = 0.200."
    )


def test_how_many_clicks_tells_of_the_best_each_way():
    text = how_many_clicks(WALK)
    assert text.startswith(
        "cm1CNN has a Dice of patients in 3-D of 0.720 with 12.0 clicks a patient, one on every slice, and 0.500"
    )
    assert (
        "; rand1CNN has a Dice of patients in 3-D of 0.600 with 12.0 clicks" in text
        and "0.550 with 1.5, one per lesion" in text
    )


def test_claims_stand_in_all_their_pairs_or_not():
    assert which_claims(CLAIMS) == (
        "Of the paper's 4 claims, 2 stand in all pairs (The centre is best; Spread is alike), "
        "and 3 of 5 pairs stand by "
        "patients with Holm's correction; the opposite was found for CNNrand and CNNonly."
    )


@pytest.fixture
def tables(tmp_path):
    offsets = pd.DataFrame({"distance_mm": [0, 20]})
    parts = {"methods": METHODS, "pairs": PAIRS, "claims": CLAIMS, "cross": CROSS, "radii": RADII, "offsets": offsets}
    for name, table in (parts | {"walk": WALK, "margins": MARGINS}).items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    return {name: str(tmp_path / f"{name}.csv") for name in [*parts, "walk", "margins"]}


def test_six_sentences_on_a_page_and_as_a_table(tables, tmp_path):
    paths = {kind: str(tmp_path / f"c.{kind}") for kind in ("csv", "html")}
    write_conclusions(tables, ["grow41"], USUAL, Notices(["cm1CNN"], phantom=True), **paths)
    page = (tmp_path / "c.html").read_text()
    answers = pd.read_csv(tmp_path / "c.csv")["answer"]
    assert answers[2].endswith("before the median Dice loses 0.05.") and len(answers) == 6
    assert page.count("<li>") == 6 and "Phantom cohort" in page
    assert "5 mm with cm1CNN (small tumours: 2.5 mm) and 20 mm or more with rand1CNN" in page


def test_without_a_map_the_first_sentence_ends_sooner(tables, tmp_path):
    paths = {kind: str(tmp_path / f"c.{kind}") for kind in ("csv", "html")}
    write_conclusions(tables | {"margins": []}, ["grow41"], {}, Notices(["cm1CNN"]), **paths)
    answers = pd.read_csv(tmp_path / "c.csv")["answer"]
    assert "phantom cohorts" not in answers[0] and "Phantom cohort" not in (tmp_path / "c.html").read_text()
