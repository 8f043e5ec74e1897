"""Are the intervals and tests of Table 4 right where slices of a patient are alike? python tools/simulation.py [COHORTS]

Draws cohorts whose three methods are equally good, with what a patient's slices share (a normal patient effect on each
method, intraclass correlation 0.5, slice noise of heavy tails) and 3 to 17 slices a patient, and counts how often the 95 %
intervals of the median and of the median difference hold the truth and how often each test finds p < 0.05; beside them,
what treats slices as independent. Writes the table in docs/reference/statistics.md.
"""

import sys
from pathlib import Path

import numpy as np
from scipy import stats

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "workflow/scripts"), str(ROOT / "benchmarks")]

from bench import write_between  # noqa: E402

from oneclick.evaluation import clustered  # noqa: E402
from oneclick.evaluation.paper_tests import brown_forsythe, equal_variances, signed_rank  # noqa: E402

PATIENTS = (15, 31, 90)
COVERAGE = {
    "median": "median, patients drawn",
    "median_naive": "median, slices independent (order statistics)",
    "difference": "median difference, patients drawn",
    "difference_naive": "median difference, slices independent (order statistics)",
}
"""Intervals, and what they are of."""
FALSE_POSITIVES = {
    "paper": "Wilcoxon, slices independent (the paper)",
    "clustered": "clustered signed ranks",
    "permutation": "patients permuted",
    "friedman_naive": "Friedman, slices independent",
    "friedman": "Friedman, patients' medians",
    "f_test": "F-test of variances, slices independent (the paper)",
    "brown_forsythe": "Brown and Forsythe, slices independent",
    "pitman_morgan": "Pitman and Morgan, slices independent",
    "variances": "variances, patients permuted",
}
"""Tests, and what they are called."""


def cohort(n_patients: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Scores of three methods with one distribution of median 0 (n, 3), and the patient of each slice."""
    patients = np.repeat(np.arange(n_patients), rng.integers(3, 18, n_patients))
    shared, own = rng.normal(0, 1, (n_patients, 3)), rng.standard_t(5, (len(patients), 3)) / np.sqrt(5 / 3)
    return shared[patients] + own, patients


def medians(values: np.ndarray) -> np.ndarray:
    return np.median(values, axis=0)


def holds_0(interval: tuple[float, float]) -> bool:
    return interval[0] <= 0 <= interval[1]


def as_independent(values: np.ndarray) -> tuple[float, float]:
    """The interval of a median from order statistics, as if all values were independent."""
    return tuple(stats.quantile_test(values).confidence_interval(0.95))


def rates(n_patients: int, cohorts: int, rng: np.random.Generator, draws: int = 500) -> dict[str, float]:
    """The share of cohorts in which an interval holds the truth, or a test finds p < 0.05."""
    found = dict.fromkeys((*COVERAGE, *FALSE_POSITIVES), 0)
    for _ in range(cohorts):
        scores, patients = cohort(n_patients, rng)
        a, b = scores[:, 0], scores[:, 1]
        d = a - b
        intervals = clustered.bootstrap_intervals(np.column_stack([a, d]), patients, medians, rng, draws=draws)
        of_patients = np.array([medians(scores[patients == patient]) for patient in range(n_patients)])
        held = {
            "median": intervals[:, 0],
            "median_naive": as_independent(a),
            "difference": intervals[:, 1],
            "difference_naive": as_independent(d),
        }
        p_values = {
            "paper": signed_rank(a, b)[1],
            "clustered": clustered.clustered_signed_rank(d, patients)[1],
            "permutation": clustered.permutation_test(d, patients, rng, draws=draws)[1],
            "friedman_naive": stats.friedmanchisquare(*scores.T).pvalue,
            "friedman": stats.friedmanchisquare(*of_patients.T).pvalue,
            "f_test": equal_variances(a, b)[1],
            "brown_forsythe": brown_forsythe(a, b),
            "pitman_morgan": clustered.pitman_morgan(a, b)[1],
            "variances": clustered.variance_permutation(a, b, patients, rng, draws=draws)[1],
        }
        for name, interval in held.items():
            found[name] += holds_0(interval)
        for name, p in p_values.items():
            found[name] += p < 0.05
    return {name: n / cohorts for name, n in found.items()}


def main(cohorts: int) -> None:
    columns = [rates(n, cohorts, np.random.default_rng(n)) for n in PATIENTS]
    heads = " | ".join(f"{n} patients" for n in PATIENTS)
    lines = [f"{cohorts} simulated cohorts each.", ""]
    for head, names in (
        ("95 % interval holds the truth (95 % is right)", COVERAGE),
        ("false positives (5 % is right)", FALSE_POSITIVES),
    ):
        lines += [f"| {head} | {heads} |", "| --- " * (len(PATIENTS) + 1) + "|"]
        lines += [f"| {text} | {' | '.join(f'{column[name]:.1%}' for column in columns)} |" for name, text in names.items()]
        lines.append("")
    print("\n".join(lines))
    write_between(ROOT / "docs/reference/statistics.md", "simulation", "\n".join(lines).rstrip(), ("tools/simulation.py",))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
