"""The published values of the study that this workflow repeats, as constants.

Source of every number: Rainio et al. (2024), One-click annotation to improve segmentation by a convolutional neural
network for PET images of head and neck cancer patients, doi 10.1007/s13721-024-00483-0 (CC BY 4.0). Our methods are compared
with the paper's by their names.
"""

CITATION = "Rainio et al. (2024)"

METHODS = ("CNNonly", "CNNrand", "CNNcm", "rand1CNN", "cm1CNN")

N_SLICES, N_PATIENTS_WITH_SLICES = 962, 89

MEDIAN_DICE = {
    "1": dict(zip(METHODS, (0.571, 0.593, 0.604, 0.659, 0.739), strict=True)),
    "2": dict(zip(METHODS, (0.431, 0.484, 0.500, 0.571, 0.650), strict=True)),
    "3": dict(zip(METHODS, (0.480, 0.525, 0.568, 0.631, 0.715), strict=True)),
    "4": dict(zip(METHODS, (0.492, 0.525, 0.533, 0.516, 0.780), strict=True)),
    "5": dict(zip(METHODS, (0.656, 0.681, 0.698, 0.695, 0.654), strict=True)),
    "all": dict(zip(METHODS, (0.535, 0.563, 0.593, 0.615, 0.708), strict=True)),
}
"""Table 1: test set -> method -> median Dice."""

SD_DICE = dict(zip(METHODS, (0.293, 0.331, 0.320, 0.196, 0.205), strict=True))
"""Section 3: standard deviation of Dice over all test sets (the paper does not say whether of sample or population)."""

WILCOXON_P = {
    ("cm1CNN", "CNNonly"): 8.44e-58,
    ("cm1CNN", "CNNrand"): 5.64e-43,
    ("cm1CNN", "CNNcm"): 3.52e-35,
    ("cm1CNN", "rand1CNN"): 5.13e-26,
    ("rand1CNN", "CNNonly"): 1.82e-28,
    ("rand1CNN", "CNNrand"): 5.44e-19,
    ("rand1CNN", "CNNcm"): 2.50e-12,
    ("CNNcm", "CNNonly"): 0.00612,
    ("CNNcm", "CNNrand"): 9.09e-07,
    ("CNNrand", "CNNonly"): 0.0487,
}
"""Table 2: (row, column) -> p-value of the Wilcoxon signed-rank test."""

F_TEST_FLOOR = 2.22e-16
"""The spacing of doubles at 1, where 1 - cdf cannot get lower unless to 0: in table 3 a floor, not a p-value."""

F_TEST_P = {
    ("cm1CNN", "CNNonly"): F_TEST_FLOOR,
    ("cm1CNN", "CNNrand"): F_TEST_FLOOR,
    ("cm1CNN", "CNNcm"): F_TEST_FLOOR,
    ("cm1CNN", "rand1CNN"): 0.167,
    ("rand1CNN", "CNNonly"): F_TEST_FLOOR,
    ("rand1CNN", "CNNrand"): F_TEST_FLOOR,
    ("rand1CNN", "CNNcm"): F_TEST_FLOOR,
    ("CNNcm", "CNNonly"): 0.00572,
    ("CNNcm", "CNNrand"): 0.302,
    ("CNNrand", "CNNonly"): 0.000149,
}
"""Table 3: (row, column) -> two-sided p-value of the F-test of equal variances."""


def median_dice(method: str, test_set: str = "all") -> float:
    """The paper's median Dice of a method on a test set ("1" to "5", "all"); NaN where the paper has none."""
    return MEDIAN_DICE.get(test_set, {}).get(method, float("nan"))


def sd_dice(method: str, test_set: str = "all") -> float:
    """The paper's standard deviation of a method's Dice, given for all test sets together only; NaN elsewhere."""
    return SD_DICE.get(method, float("nan")) if test_set == "all" else float("nan")


def wilcoxon_p(method_a: str, method_b: str) -> float:
    """The paper's Wilcoxon p-value for two methods in either order; NaN where the paper has none."""
    return WILCOXON_P.get((method_a, method_b), WILCOXON_P.get((method_b, method_a), float("nan")))


def f_test_p(method_a: str, method_b: str) -> float:
    """The paper's F-test p-value for two methods in either order; NaN where the paper has none."""
    return F_TEST_P.get((method_a, method_b), F_TEST_P.get((method_b, method_a), float("nan")))
