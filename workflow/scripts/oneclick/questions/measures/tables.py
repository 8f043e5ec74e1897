"""What the measures of a study's methods come to: medians with intervals by patients, lesions found, limits of agreement."""

import numpy as np
import pandas as pd

from oneclick.common.randomness import generator
from oneclick.evaluation import bland_altman, clustered
from oneclick.metrics.detection import rates

OUTLINES = ("dice", "hd95_mm", "surface_dice")
ERRORS = ("mtv_error_ml", "tlg_error")
RATES = ("sensitivity", "precision", "f1")
SUMMARISED = {
    "slice": (*OUTLINES, "fp_ml", "fn_ml", *ERRORS),
    "lesion": (*OUTLINES, *ERRORS),
    "patient": (*OUTLINES, "fp_ml", "fn_ml", *RATES, *ERRORS),
}
"""The measures of each level."""
TEXT = ("method", "level", "patient")
COUNTS = ["n_true", "n_found", "n_pred", "n_hit"]
DRAWS = 1000


def read_measures(path: str) -> pd.DataFrame:
    """A table of :func:`measures.measure.write_measures`; names stay text ("007", "NA"), an empty number is NaN."""
    columns = pd.read_csv(path, nrows=0).columns
    empty = {column: [""] for column in columns if column not in TEXT}
    return pd.read_csv(path, dtype=dict.fromkeys(TEXT, str), keep_default_na=False, na_values=empty)


def summary_row(values: np.ndarray, patients: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """The median of a measure (n,) with its 95 % interval when patients are drawn, and its mean, of the values that are
    defined; n of them, n_undefined (NaN) the others, n_patients of the former. NaN if none is."""
    known = ~np.isnan(values)
    values, patients = values[known], patients[known]
    counts = {"n": len(values), "n_undefined": int((~known).sum()), "n_patients": len(np.unique(patients))}
    if not len(values):
        return counts | dict.fromkeys(("value", "ci_low", "ci_high", "mean"), float("nan"))
    low, high = clustered.bootstrap_intervals(values[:, None], patients, lambda x: np.median(x, axis=0), rng, draws=DRAWS)
    return counts | {"value": float(np.median(values)), "ci_low": low[0], "ci_high": high[0], "mean": float(values.mean())}


def _pooled(counts: np.ndarray) -> np.ndarray:
    """Sensitivity, precision and f1 of all patients' lesions, from their counts (n, 4) in the order of ``COUNTS``."""
    return np.array(list(rates(**dict(zip(COUNTS, counts.sum(axis=0), strict=True))).values()))


def pooled_rows(of_patients: pd.DataFrame, rng: np.random.Generator) -> list[dict]:
    """Sensitivity, precision and f1 of the lesions of all patients together, of the rows of patients, with 95 % intervals
    when patients are drawn; n are true, predicted, and all lesions."""
    counts, patients = of_patients[COUNTS].to_numpy(float), of_patients["patient"].to_numpy()
    low, high = clustered.bootstrap_intervals(counts, patients, _pooled, rng, draws=DRAWS)
    n_true, _, n_pred, _ = counts.sum(axis=0).astype(int)
    counts_of = (n_true, n_pred, n_true + n_pred)
    columns = zip(RATES, counts_of, _pooled(counts), low[:3], high[:3], strict=True)
    fixed = {"level": "lesion", "statistic": "pooled", "n_undefined": 0, "n_patients": len(patients), "mean": float("nan")}
    return [
        fixed | {"measure": measure, "n": n, "value": value, "ci_low": ci_low, "ci_high": ci_high}
        for measure, n, value, ci_low, ci_high in columns
    ]


def summary(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A row for each method, level and measure of a table of measures: statistic (median, or pooled: of all lesions
    together), n, n_undefined, n_patients, value, ci_low, ci_high, mean."""
    rows = []
    for method, of_method in table.groupby("method", sort=False):
        for level, measures in SUMMARISED.items():
            part = of_method[of_method["level"] == level]
            for measure in measures:
                rng = generator(seed, "bootstrap", "measures", level, measure)
                row = summary_row(part[measure].to_numpy(float), part["patient"].to_numpy(), rng)
                rows.append({"method": method, "level": level, "measure": measure, "statistic": "median"} | row)
        of_patients, rng = of_method[of_method["level"] == "patient"], generator(seed, "bootstrap", "measures", "pooled")
        rows += [{"method": method} | row for row in pooled_rows(of_patients, rng)]
    columns = "method level measure statistic n n_undefined n_patients value ci_low ci_high mean"
    return pd.DataFrame(rows)[columns.split()]


def agreement_table(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Bias and limits of agreement of predicted with true volumes and glycolysis, of patients and of lesions: method, level,
    measure, n, n_patients, then :func:`bland_altman.limits_of_agreement` and their intervals."""
    rows = []
    for (method, level), part in table[table["level"] != "slice"].groupby(["method", "level"], sort=False):
        patients = part["patient"].to_numpy()
        for measure in ERRORS:
            errors, rng = part[measure].to_numpy(float), generator(seed, "bootstrap", "bland-altman", level, measure)
            row = {"method": method, "level": level, "measure": measure, "n": len(part), "n_patients": len(set(patients))}
            limits = bland_altman.limits_of_agreement(errors, patients)
            rows.append(row | limits | bland_altman.intervals(errors, patients, rng))
    return pd.DataFrame(rows)


def score_tables(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Each measure of each level as scores for ``snakemake statistics``, by name, as patient_hd95_mm: method, patient, case
    (the number of the slice or lesion, 1 of a patient), score (NaN where undefined). Errors are without their sign, for the
    smaller one is better whichever the sign."""
    found = {}
    for level, measures in SUMMARISED.items():
        part = table[table["level"] == level]
        cases = part[level].astype(int) if level in ("slice", "lesion") else 1
        for measure in measures:
            scores = part[["method", "patient"]].assign(case=cases, score=part[measure])
            if measure in ERRORS:
                scores["score"] = scores["score"].abs()
            found[f"{level}_{measure.replace('error', 'absolute_error')}"] = scores
    return found
