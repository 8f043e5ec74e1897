"""Results in words that several pages share."""

import numpy as np

from oneclick.evaluation.clustered import swaps


def point_in_words(parameter: str | float | None, value: float, usual: dict) -> str:
    """A point in words, from the varied parameter and its value; ``usual``: the study's own values."""
    if not isinstance(parameter, str):
        return "the cohort as it is"
    if parameter == "contact":
        share = f"{value:.0%} of primaries touch physiological uptake"
        return {0: "primaries apart from physiological uptake", 1: "primaries that touch physiological uptake"}.get(
            value, share
        )
    if parameter == "after_treatment":
        return f"{value:.0%} of patients after treatment" if value else "no patient after treatment"
    without = {"look_alikes": "no look-alikes", "reader": "masks that are the truth"}
    if value == 0 and parameter in without:
        return without[parameter]
    less, more = {
        "look_alikes": ("fewer look-alikes", "more look-alikes"),
        "contrast": ("fainter tumours", "hotter tumours"),
        "lesion_size": ("narrower tumours", "wider tumours"),
        "counts": ("fewer counts", "more counts"),
        "reader": ("smaller errors of the masks", "larger errors of the masks"),
    }[parameter]
    return f"{less if value < usual[parameter] else more} (\u00d7 {value:g})"


def radius_in_words(safe_mm: float, farthest_mm: float) -> str:
    """A safe radius in words; ``farthest_mm``: as far as clicks were moved."""
    if np.isnan(safe_mm):
        return "no Dice to lose"
    return f"{safe_mm:g} mm" if safe_mm < farthest_mm else f"{safe_mm:g} mm or more"


def swaps_in_words(n_patients: int, seed: int | None = None) -> str:
    """How many swaps of two methods the permutation tests look at: all, so that p is exact, or drawn ones, with their
    ``seed`` if it is given."""
    n, exact = swaps(n_patients)
    if exact:
        return f"all {n:,} swaps, so p is exact"
    return f"{n:,} swaps drawn at random" + (f" with the seed {seed}" if seed is not None else "")


def of_pairs(n: int) -> str:
    """For how many tests p-values are corrected."""
    return f"all {n} pairs" if n != 1 else "the one pair, which changes nothing"


def p_text(p: float) -> str:
    """A p-value for print: 0.023, or < 0.001; a dash for NaN."""
    return "\u2013" if np.isnan(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"
