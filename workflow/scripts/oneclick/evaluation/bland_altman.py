"""Agreement of two measurements of the same volumes: bias and 95 % limits of agreement (Bland and Altman 1986)."""

import numpy as np

from oneclick.evaluation import clustered


def spread(differences: np.ndarray, patients: np.ndarray) -> float:
    """Standard deviation of the difference of a single pair of measurements, from differences (n,) of which each patient
    (n,) may have several; NaN of fewer than two.

    With one difference a patient, the ordinary one. With several, the square root of the variance between patients plus that
    within them, (MSB - MSW) / m0 + MSW of :func:`clustered.mean_squares` (Bland and Altman 2007, doi
    10.1080/10543400701329422, section on true values that vary); the part between patients is never below 0. Of a single
    patient, the ordinary one as well.
    """
    if len(differences) < 2:
        return float("nan")
    if len(set(patients)) in (1, len(differences)):
        return float(np.std(differences, ddof=1))
    between, within, m0 = clustered.mean_squares(differences, patients)
    return float(np.sqrt(max((between - within) / m0, 0.0) + within))


def limits_of_agreement(differences: np.ndarray, patients: np.ndarray) -> dict[str, float]:
    """bias (mean), sd (:func:`spread`), and the limits bias -+ 1.96 sd between which 95 % of differences are expected
    (Bland and Altman 1986, doi 10.1016/S0140-6736(86)90837-8), loa_low and loa_high."""
    bias, sd = float(np.mean(differences)), spread(differences, patients)
    return {"bias": bias, "sd": sd, "loa_low": bias - 1.96 * sd, "loa_high": bias + 1.96 * sd}


def intervals(differences: np.ndarray, patients: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """95 % intervals of bias and limits when whole patients are drawn: bias_ci_low, bias_ci_high, loa_low_ci_low, ..., by
    :func:`clustered.bootstrap_intervals`; a patient drawn twice counts as two. NaN of a single patient."""
    order = np.argsort(patients, kind="stable")
    differences, patients = np.asarray(differences, float)[order], np.asarray(patients)[order]
    begins = np.r_[True, patients[1:] != patients[:-1]]
    names = ("bias", "loa_low", "loa_high")

    def statistic(drawn: np.ndarray) -> np.ndarray:
        found = limits_of_agreement(drawn[:, 0], np.cumsum(drawn[:, 1]))
        return np.array([found[name] for name in names])

    table = np.stack([differences, begins, begins], axis=1)
    low, high = clustered.bootstrap_intervals(table, patients, statistic, rng, draws=1000)
    return {
        f"{name}_ci_{end}": float(value)
        for column, name in enumerate(names)
        for end, value in (("low", low[column]), ("high", high[column]))
    }
