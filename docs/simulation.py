"""Are the intervals and tests of Table 4 right where slices of a patient are alike? python docs/simulation.py [COHORTS]

Draws cohorts whose two methods are equally good, with what a patient's slices share (a normal patient effect on the
difference, intraclass correlation 0.5, skewed slice noise) and 3 to 17 slices a patient, and counts how often the 95 %
interval of the median difference misses the truth and how often each test finds p < 0.05. Writes the table in
docs/statistics.md.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "workflow/scripts"), str(ROOT / "benchmarks")]

from bench import write_between  # noqa: E402

from oneclick import clustered  # noqa: E402
from oneclick.statistics import equal_variances, signed_rank  # noqa: E402

PATIENTS = (15, 31, 90)


def cohort(n_patients: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores of two methods with one distribution (n,) and the patient of each slice."""
    patients = np.repeat(np.arange(n_patients), rng.integers(3, 18, n_patients))
    shared, own = rng.normal(0, 1, (2, n_patients)), rng.standard_t(5, (2, len(patients))) / np.sqrt(5 / 3)
    return *(shared[:, patients] + own), patients


def rates(n_patients: int, cohorts: int, rng: np.random.Generator) -> dict[str, float]:
    """The share of cohorts in which an interval misses 0, or a test finds p < 0.05."""
    found = dict.fromkeys(("interval", "paper", "clustered", "permutation", "f_test", "pitman_morgan", "variances"), 0)
    for _ in range(cohorts):
        a, b, patients = cohort(n_patients, rng)
        d = a - b
        low, high = clustered.bootstrap_intervals(d[:, None], patients, lambda x: np.median(x, axis=0), rng, draws=400)[:, 0]
        found["interval"] += not low <= 0 <= high
        found["paper"] += signed_rank(a, b)[1] < 0.05
        found["clustered"] += clustered.clustered_signed_rank(d, patients)[1] < 0.05
        found["permutation"] += clustered.permutation_test(d, patients, rng, draws=500)[1] < 0.05
        found["f_test"] += equal_variances(a, b)[1] < 0.05
        found["pitman_morgan"] += clustered.pitman_morgan(a, b)[1] < 0.05
        found["variances"] += clustered.variance_permutation(a, b, patients, rng, draws=500)[1] < 0.05
    return {name: n / cohorts for name, n in found.items()}


def main(cohorts: int) -> None:
    columns = [rates(n, cohorts, np.random.default_rng(n)) for n in PATIENTS]
    names = {
        "interval": "95 % interval of the median difference misses 0",
        "paper": "Wilcoxon, slices independent (the paper)",
        "clustered": "clustered signed ranks",
        "permutation": "patients permuted",
        "f_test": "F-test of variances, slices independent (the paper)",
        "pitman_morgan": "Pitman and Morgan, slices independent",
        "variances": "variances, patients permuted",
    }
    lines = [
        f"{cohorts} simulated cohorts each; 5 % is right.",
        "",
        f"| false positives | {' | '.join(f'{n} patients' for n in PATIENTS)} |",
        "| --- " * (len(PATIENTS) + 1) + "|",
        *(f"| {text} | {' | '.join(f'{column[name]:.1%}' for column in columns)} |" for name, text in names.items()),
    ]
    print("\n".join(lines))
    write_between(ROOT / "docs/statistics.md", "simulation", "\n".join(lines))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
