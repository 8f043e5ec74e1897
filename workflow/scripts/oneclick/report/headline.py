"""What a click is worth, in one sentence with its interval."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from oneclick.clicks.kinds import place_of
from oneclick.evaluation.by_patient import Outcome


def compared(kinds: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    """The two methods that the sentence compares, chosen by what they are and not by how they did: the first that is
    clicked, and the first that is not; None if one of them is not there.

    ``kinds``: of each method the kind of click that its network sees and that which keeps components, none where it uses
    none; classical, and the kind that it grows from, of a method without a network. Of the clicked, a network that sees the
    centre goes first (the paper's best), then one that sees another click, then the rest.
    """
    without = [method for method, of_method in kinds.items() if tuple(of_method) == ("none", "none")]
    order = (
        lambda network, keep: network == "center",
        lambda network, keep: network not in ("none", "classical"),
        lambda network, keep: network == "none" and keep != "none",
        lambda network, keep: network == "classical",
    )
    clicked = [method for fits in order for method, of_method in kinds.items() if fits(*of_method)]
    return (clicked[0], without[0]) if clicked and without else None


def _number(value: float, sign: bool = False) -> str:
    if np.isnan(value):
        return "\u2013"
    return f"{value + 0.0:{'+' if sign else ''}.3f}".replace("-", "\u2212")  # + 0.0, for nobody writes -0.000


def _what(network: str, keep: str) -> str:
    if network == "classical":
        return f"One click per tumour and slice, {place_of(keep)}, without any training,"
    if network == "none":
        return f"Keeping only what is clicked, with one click per tumour and slice {place_of(keep)},"
    return f"One click per tumour and slice, {place_of(network)}, given to the network"


def headline(
    methods: pd.DataFrame, pairs: pd.DataFrame, kinds: Mapping[str, tuple[str, str]], outcome: Outcome, phantom: bool
) -> str:
    """The sentence, from the tables of :mod:`by_patient`. The difference is the median of the cases' differences between the
    two methods of :func:`compared`, with its interval from drawing patients: it is not the difference of two medians. No
    difference is said where the interval holds 0. Where nothing can be compared, the first method's median."""
    first, n = methods.iloc[0], outcome.n_of(methods)
    chosen = compared(kinds)
    start = "Phantom results: " if phantom else ""
    if chosen is None:
        interval = f"95 % interval {_number(first.ci_low)} to {_number(first.ci_high)}, by patients; n = {n}"
        return (
            f"{start}{first.method} has a median {outcome.measure} of {_number(first.median_dice)} ({interval}). No method "
            "without a click stands beside one with a click, so this study does not say what a click is worth."
        )
    clicked, without = chosen
    tests = {(row.method_a, row.method_b): (row.median_difference, row.ci_low, row.ci_high) for row in pairs.itertuples()}
    difference, low, high = tests.get(chosen) or [-value for value in np.take(tests[without, clicked], [0, 2, 1])]
    change = f"by {_number(abs(difference))}" if low > 0 or high < 0 else f"by {_number(difference, sign=True)}"
    verb = "raised" if low > 0 else "lowered" if high < 0 else "changed"
    bounds = (low, high) if low > 0 else (-high, -low) if high < 0 else (low, high)
    interval = f"95 % interval {_number(bounds[0])} to {_number(bounds[1])}, by patients; n = {n}"
    unclear = "" if low > 0 or high < 0 else ", so no difference is shown"
    who = f"{_what(*kinds[clicked])} {verb} the {outcome.measure} of a slice {change} in the median"
    return f"{start}{who} ({interval}){unclear}: {clicked} against {without}."
