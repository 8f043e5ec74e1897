"""The sentence of the report's first page."""

import numpy as np
import pandas as pd
import pytest

from oneclick.evaluation.by_patient import Outcome, method_table, pair_table
from oneclick.report.headline import compared, headline

PAPERS = {
    "CNNonly": ("none", "none"),
    "CNNrand": ("none", "random"),
    "CNNcm": ("none", "center"),
    "rand1CNN": ("random", "none"),
    "cm1CNN": ("center", "none"),
}


@pytest.mark.parametrize(
    "kinds, expected",
    [
        (PAPERS, ("cm1CNN", "CNNonly")),
        ({name: PAPERS[name] for name in ("rand1CNN", "CNNcm", "CNNonly")}, ("rand1CNN", "CNNonly")),
        ({"hot": ("suvmax", "none"), "both": ("center", "center"), "bare": ("none", "none")}, ("both", "bare")),
        ({"CNNcm": ("none", "center"), "CNNonly": ("none", "none")}, ("CNNcm", "CNNonly")),
        ({"grown": ("classical", "suvmax"), "CNNonly": ("none", "none")}, ("grown", "CNNonly")),
        ({"grown": ("classical", "suvmax"), "cm1CNN": ("center", "none")}, None),
        ({"CNNonly": ("none", "none")}, None),
    ],
)
def test_what_is_compared_depends_on_the_methods_alone(kinds, expected):
    assert compared(kinds) == expected


def tables(without, clicked, order=("CNNonly", "cm1CNN")):
    """The tables by patients of methods, from the Dice of each patient's one slice."""
    dice = {"CNNonly": without, "cm1CNN": clicked}
    rows = [(m, f"p{n}", 1, value) for m in order for n, value in enumerate(dice[m])]
    scores = pd.DataFrame(rows, columns=["method", "patient", "slice", "dice"])
    return method_table(scores, 1), pair_table(scores, 1)


WITHOUT = np.linspace(0.3, 0.6, 20)


@pytest.mark.parametrize("order", [("CNNonly", "cm1CNN"), ("cm1CNN", "CNNonly")])
def test_a_gain_is_said_with_its_interval_whatever_the_order_of_the_methods(order):
    # gains of 0.1 to 0.3, in the median 0.2, in an order that has nothing to do with the Dice
    gains = np.linspace(0.1, 0.3, 20)[np.random.default_rng(3).permutation(20)]
    methods, pairs = tables(WITHOUT, WITHOUT + gains, order)
    row = pairs.iloc[0]
    low, high = sorted(abs(value) for value in (row.ci_low, row.ci_high))
    assert 0.1 < low < 0.2 < high < 0.3
    said = headline(methods, pairs, {name: PAPERS[name] for name in order}, Outcome(), phantom=False)
    assert said == (
        "One click per tumour and slice, at the tumour's centre of mass (which only the physician's mask tells), given to "
        f"the network raised the Dice of a slice by 0.200 in the median (95 % interval {low:.3f} to {high:.3f}, by "
        "patients; n = 20 slices of 20 patients): cm1CNN against CNNonly."
    )


def test_a_loss_is_said_as_a_loss():
    methods, pairs = tables(WITHOUT, WITHOUT - 0.125)
    said = headline(methods, pairs, {name: PAPERS[name] for name in ("CNNonly", "cm1CNN")}, Outcome(), phantom=False)
    assert "lowered the Dice of a slice by 0.125 in the median (95 % interval 0.125 to 0.125, by" in said


def test_no_difference_is_said_where_the_interval_holds_0_and_phantoms_are_called_so():
    methods, pairs = tables(WITHOUT, WITHOUT + np.tile([-0.2, 0.2], 10) + 0.01)
    said = headline(methods, pairs, {name: PAPERS[name] for name in ("CNNonly", "cm1CNN")}, Outcome(), phantom=True)
    assert said.startswith("Phantom results: One click")
    assert " changed the Dice of a slice by +0.010 in the median (95 % interval \u2212" in said
    assert said.endswith("), so no difference is shown: cm1CNN against CNNonly.")


def test_a_study_without_a_comparison_says_its_first_median():
    methods, pairs = tables(WITHOUT, WITHOUT, ("cm1CNN",))
    said = headline(methods, pairs, {"cm1CNN": PAPERS["cm1CNN"]}, Outcome(), phantom=False)
    assert said.startswith("cm1CNN has a median Dice of 0.450 (95 % interval 0.") and "does not say what a click" in said
