"""The comparison with a notebook's way: what its intervals are over, by numbers computed by hand."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

import notebook_table  # noqa: E402


def dice_of(added: dict[str, float]) -> pd.DataFrame:
    """Two folds of two patients of one slice each, five methods: 0.5 by the notebook, and more by so much here."""
    rows = []
    for method in notebook_table.NETWORK:
        for number, patient in enumerate("abcd"):
            place = method, 1 + number // 2, patient, 3
            rows.append((*place, 0.5, "notebook"))
            rows.append((*place, 0.5 + added[method] * (number + 1), "here"))
    return pd.DataFrame(rows, columns=["method", "fold", "patient", "slice", "dice", "way"])


def test_differences_are_those_of_pairs_trainings_and_patients():
    dice = dice_of({"CNNonly": 0.01, "CNNrand": 0.02, "CNNcm": 0.03, "rand1CNN": 0.04, "cm1CNN": -0.1})
    found = notebook_table.differences(dice, "here")
    # of patients 1 and 2 the median is that of 1.5, of 3 and 4 that of 3.5
    assert found["fold and method"].loc[1, "CNNrand"] == pytest.approx(0.03)
    assert found["fold and method"].loc[2, "cm1CNN"] == pytest.approx(-0.35)
    assert len(found["fold and method"]) == 10
    # the three methods of the plain network have 0.02 on average
    assert found["training (fold and network)"].round(6).tolist() == [-0.15, 0.03, 0.06, -0.35, 0.07, 0.14]
    # and all five 0 in all
    np.testing.assert_allclose(found["patient"], 0, atol=1e-12)


def test_an_interval_is_students():
    # mean 2, SD 1, n 3: the 97.5 % quantile of t with 2 degrees of freedom is 4.3027
    low, high = notebook_table.interval(pd.Series([1.0, 2.0, 3.0]))
    assert (low, high) == pytest.approx((2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4)


@pytest.mark.parametrize(("apart", "verdict"), [(0.0001, "yes"), (0.004, "no"), (-0.004, "no")])
def test_equal_is_what_lies_within_the_margin_on_both_sides(apart, verdict):
    lines = notebook_table.equality(dice_of(dict.fromkeys(notebook_table.NETWORK, apart)), "here")
    assert [line.split(" | ")[-1].strip(" |") for line in lines[2:5]] == [verdict] * 3


def test_slices_that_one_way_lacks_are_found():
    with pytest.raises(AssertionError, match="other slices"):
        notebook_table.differences(dice_of(dict.fromkeys(notebook_table.NETWORK, 0.1)).iloc[1:], "here")


def test_the_methods_are_those_of_the_papers_study():
    study = yaml.safe_load((ROOT / "studies/paper.yaml").read_text())
    assert {name: row["network"] for name, row in study["methods"].items()} == notebook_table.NETWORK
