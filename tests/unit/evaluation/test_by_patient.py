import numpy as np
import pandas as pd
import pytest
from few_scores import FEW, scores

from oneclick.evaluation import by_patient


def test_pairs_by_hand():
    table = by_patient.pair_table(FEW, 1).set_index(["method_a", "method_b"])
    assert list(table.index) == [("cm1CNN", "CNNcm"), ("cm1CNN", "CNNonly"), ("CNNcm", "CNNonly")]
    row = table.loc[("CNNcm", "CNNonly")]
    # differences 0.1, 0.1 | 0, 0 | -0.1: ranks 2, 2 and -2
    assert row["median_difference"] == 0
    assert row["rank_biserial"] == pytest.approx(2 / 6)
    assert (row["higher"], row["lower"]) == (1, 1)
    row = table.loc[("cm1CNN", "CNNonly")]
    assert row["median_difference"] == pytest.approx(0.4)
    assert (row["higher"], row["lower"], row["rank_biserial"]) == (2, 0, 1)
    # means of patients 0.4, 0.3, 0: of eight swaps, four (a and b of one sign) are as far from 0 as they are
    assert row["permutation_p"] == 0.5
    assert row["variance_ratio"] == pytest.approx(np.var([6, 8, 7, 9, 9]) / np.var([2, 4, 5, 5, 9]))


def test_p_values_are_corrected_for_all_pairs():
    table = by_patient.pair_table(FEW, 1)
    for name in ("clustered", "permutation"):
        smallest = table[f"{name}_p"].idxmin()
        assert table.loc[smallest, f"{name}_p_holm"] == pytest.approx(min(1, 3 * table[f"{name}_p"].min()))
        assert (table[f"{name}_p_holm"] >= table[f"{name}_p"]).all()


def test_methods_by_hand():
    table = by_patient.method_table(FEW, 1).set_index("method")
    assert table.loc["CNNonly", "median_dice"] == 0.5
    assert table["n_slices"].tolist() == [5] * 3 and table["n_patients"].tolist() == [3] * 3
    # Only cohorts of these three patients can be drawn: the lowest median is that of a alone, the highest that of c alone.
    assert 0.3 <= table.loc["CNNonly", "ci_low"] <= 0.5 <= table.loc["CNNonly", "ci_high"] <= 0.9
    # means of patients 0.3, 0.5, 0.9: MSB 0.12, MSW 0.01, m0 1.6; sum of squared sizes over n is 9 / 5
    assert table.loc["CNNonly", "intraclass_correlation"] == pytest.approx(0.11 / 0.126)
    assert table.loc["CNNonly", "design_effect"] == pytest.approx(1 + 0.8 * 0.11 / 0.126)


def test_an_interval_is_wider_where_slices_of_a_patient_are_alike():
    rng = np.random.default_rng(1)
    patients = "".join(letter * 8 for letter in "abcdefghijklmnopqrst")
    alike = np.repeat(rng.normal(0, 1, 20), 8) + rng.normal(0, 0.1, 160)
    table = by_patient.method_table(scores(patients, alike=list(alike), mixed=list(rng.permutation(alike))), 1)
    width = (table["ci_high"] - table["ci_low"]).tolist()
    assert width[0] > 2 * width[1]
    assert table["intraclass_correlation"][0] > 0.9 > 0.2 > table["intraclass_correlation"][1]


def test_what_the_paper_finds_in_alike_slices_of_two_patients_is_not_found_by_patients():
    dice = {"CNNonly": [0.5] * 40, "cm1CNN": [0.6] * 20 + [0.7] * 20}
    row = by_patient.pair_table(scores("a" * 20 + "b" * 20, **dice), 1).iloc[0]
    assert row["slices_p"] < 1e-7
    assert row["clustered_p"] > 0.05 and row["permutation_p"] > 0.4


def test_slices_without_a_dice_of_all_methods_are_left_out():
    with_gap = FEW.copy()
    with_gap.loc[0, "dice"] = np.nan
    assert by_patient.method_table(with_gap, 1)["n_slices"].tolist() == [4] * 3


def test_the_same_seed_gives_the_same_tables():
    pd.testing.assert_frame_equal(by_patient.pair_table(FEW, 1), by_patient.pair_table(FEW, 1))


def test_friedman_by_hand():
    # Ranks of the three methods by patient: a 1 2 3; b 1.5 1.5 3; c 2.5 1 2.5 (sums 5, 4.5, 8.5), ties in b and c
    statistic, p = by_patient.friedman(FEW)
    sums, n, k = np.array([5.0, 4.5, 8.5]), 3, 3
    ties = 1 - (2 * (2**3 - 2)) / (n * (k**3 - k))
    expected = (12 / (n * k * (k + 1)) * (sums**2).sum() - 3 * n * (k + 1)) / ties
    assert statistic == pytest.approx(expected)
    assert p == pytest.approx(np.exp(-expected / 2))  # chi-squared of 2 degrees of freedom


def test_friedman_as_published():
    # Hollander and Wolfe 1973, page 140: three ways to round first base, 22 players; R's friedman.test has 11.143, 0.003805
    times = """5.40 5.50 5.55 5.85 5.70 5.75 5.20 5.60 5.50 5.55 5.50 5.40 5.90 5.85 5.70 5.45 5.55 5.60 5.40 5.40 5.35
        5.45 5.50 5.35 5.25 5.15 5.00 5.85 5.80 5.70 5.25 5.20 5.10 5.65 5.55 5.45 5.60 5.35 5.45 5.05 5.00 4.95
        5.50 5.50 5.40 5.45 5.55 5.50 5.55 5.55 5.35 5.45 5.50 5.55 5.50 5.45 5.25 5.65 5.60 5.40 5.70 5.65 5.55
        6.30 6.30 6.25"""
    table = np.array(times.split(), float).reshape(22, 3)
    players = "abcdefghijklmnopqrstuv"
    found = by_patient.friedman(scores(players, **dict(zip(("out", "narrow", "wide"), table.T.tolist(), strict=True))))
    assert found == (pytest.approx(11.143, abs=5e-4), pytest.approx(0.003805, abs=5e-7))


def sentences(classical: dict[str, str], **medians: float) -> list[str]:
    """Of methods with these medians; for each pair the difference of medians, and p = 0.04 with Holm."""
    methods = pd.DataFrame({"method": list(medians), "median_dice": list(medians.values())})
    names = list(medians)[::-1]
    rows = [(a, b, medians[a] - medians[b], 0.04) for n, a in enumerate(names) for b in names[n + 1 :]]
    pairs = pd.DataFrame(rows, columns=["method_a", "method_b", "median_difference", "clustered_p_holm"])
    oracles = [name for name, kind in classical.items() if kind == "center"]
    return by_patient.without_training(methods, pairs, classical, oracles, "Dice")


def test_what_beats_a_network_without_training_is_said_first_and_the_best_of_it_before_the_rest():
    classical = {"grow": "center", "walk": "suvmax", "shed": "random"}
    found = sentences(classical, CNNonly=0.53, grow=0.61, cm1CNN=0.7, shed=0.1, walk=0.65)
    assert found[0].startswith(
        "walk, without any training, has a higher median Dice (0.650) than CNNonly (0.530; paired +0.120, p = 0.040)."
    )
    assert found[1].startswith(
        "grow, without any training, has a higher median Dice (0.610) than CNNonly (0.530; paired +0.080"
    )
    assert "physician's mask" not in found[0] and found[1].endswith("Only the physician's mask can place its clicks.")
    assert len(found) == 2 and "cm1CNN" not in "".join(found)
    # also where the network's row comes after the classical one, so that the pair is turned round
    assert "paired +0.100" in sentences({"grow": "human"}, grow=0.5, CNNonly=0.4)[0]


def test_that_nothing_beats_a_network_is_said_where_there_are_both():
    assert sentences({"grow": "center"}, CNNonly=0.5, grow=0.5) == [
        "No method without training has a higher median Dice than one with a network."
    ]
    assert sentences({}, CNNonly=0.5, cm1CNN=0.6) == []
    assert sentences({"grow": "center"}, grow=0.6) == []
