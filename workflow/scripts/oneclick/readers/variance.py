"""Between and within readers: components of variance, with readers and patients as crossed random effects."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

COMPONENTS = ("readers", "patients", "both", "within")
"""readers: between readers, over all patients; patients: what a patient does to all readers' clicks; both: what a patient
does to one reader's; within: from click to click of a reader in a patient."""
NONE = 1e-3
"""A standard deviation of less than this part of that within is none."""


@dataclass(frozen=True)
class Cells:
    """Values gathered by reader and patient, arrays (readers, patients): how many values ``n``, their ``mean`` (0 where
    there are none), and the sum of ``squares`` around it."""

    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, readers: np.ndarray, patients: np.ndarray) -> "Cells":
        """Of values (n,) with their readers and patients (n,)."""
        codes = [np.unique(names, return_inverse=True)[1] for names in (readers, patients)]
        shape = tuple(int(code.max()) + 1 for code in codes)
        cell, size = np.ravel_multi_index(codes, shape), int(np.prod(shape))
        n = np.bincount(cell, minlength=size)
        mean = np.bincount(cell, values, minlength=size) / np.maximum(n, 1)
        squares = np.bincount(cell, (values - mean[cell]) ** 2, minlength=size)
        return cls(*(table.reshape(shape) for table in (n, mean, squares)))

    def without(self, patient: int) -> "Cells":
        """Those of all but one patient, and of the readers who read others."""
        tables = [np.delete(table, patient, axis=1) for table in (self.n, self.mean, self.squares)]
        some = tables[0].any(axis=1)
        return Cells(*(table[some] for table in tables))


def _deviance(ratios: np.ndarray, cells: Cells) -> tuple[float, float]:
    """Twice the negative log of the restricted likelihood, profiled over mean and variance within, and that variance, for
    standard deviations of readers, patients and both over that within (``ratios`` (3,)).

    Determinant and residual of the penalised least squares of Bates, Mächler, Bolker and Walker 2015, doi
    10.18637/jss.v067.i01, section 3.4. The effect of both is taken into the weight of a cell's mean, and patients, of whom
    there are most, are eliminated first, for their block is diagonal. Sums are written out: products of such small matrices
    wait for threads.
    """
    by_reader, by_patient, by_both = ratios
    weight = cells.n / (1 + cells.n * by_both**2)
    # Around their middle, lest digits be lost where squares are taken from each other
    means = cells.mean - (cells.n * cells.mean).sum() / cells.n.sum()
    weighted = np.stack([weight, weight * means])
    of_patients = 1 + by_patient**2 * weight.sum(axis=0)
    off = by_reader * by_patient * weight
    schur = np.diag(1 + by_reader**2 * weight.sum(axis=1)) - np.einsum("rp,sp,p->rs", off, off, 1 / of_patients)
    right_patients = by_patient * weighted.sum(axis=1)
    right = by_reader * weighted.sum(axis=2) - np.einsum("rp,ap,p->ar", off, right_patients, 1 / of_patients)
    factor = np.linalg.cholesky(schur)
    part = np.linalg.solve(factor, right.T)
    squares = np.einsum("arp,brp->ab", weighted, np.stack([np.ones_like(means), means]))
    squares = (
        squares
        - np.einsum("ap,bp,p->ab", right_patients, right_patients, 1 / of_patients)
        - np.einsum("ra,rb->ab", part, part)
    )
    (of_mean, of_both), (_, of_values) = squares
    n = cells.n.sum()
    variance = (cells.squares.sum() + of_values - of_both**2 / of_mean) / (n - 1)
    determinant = np.log(of_patients).sum() + 2 * np.log(np.diag(factor)).sum()
    determinant += np.log1p(cells.n * by_both**2).sum() + np.log(of_mean)
    return determinant + (n - 1) * np.log(variance), variance


def components(cells: Cells) -> dict[str, float]:
    """The standard deviation of each of ``COMPONENTS`` by restricted maximum likelihood. Where each cell has one value, what
    a patient does to one reader's clicks is not told from what differs within; it counts as within. With a single reader,
    or patient, that component is NaN."""
    n_readers, n_patients = cells.n.shape
    told = np.array([n_readers > 1, n_patients > 1, n_readers > 1 and n_patients > 1 and (cells.n > 1).any()])
    if cells.n.sum() < 3 or not told.any():
        return dict.fromkeys(COMPONENTS, np.nan)
    if cells.squares.sum() + np.ptp(cells.mean[cells.n > 0]) == 0:  # all the same
        return dict.fromkeys(COMPONENTS, 0.0)

    def ratios(theta: np.ndarray) -> np.ndarray:
        full = np.zeros(3)
        full[told] = theta
        return full

    start = np.full(told.sum(), 0.5)
    # A search without derivatives finds a ratio of 0, at the edge, as well.
    found = optimize.minimize(
        lambda theta: _deviance(ratios(theta), cells)[0], start, method="Nelder-Mead",
        bounds=[(0, 1e3)] * len(start), options={"xatol": 1e-5, "fatol": 1e-8, "maxiter": 2000},
    )  # fmt: skip
    best = ratios(np.where(found.x < NONE, 0.0, found.x))
    within = float(np.sqrt(_deviance(best, cells)[1]))
    effects = np.where(told, within * best, np.nan).tolist()
    return dict(zip(COMPONENTS, [*effects, within], strict=True))


def interval(sd: float, without: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of a standard deviation from those without each of the patients in turn (n,), by the jackknife on
    the logarithm (Arvesen and Schmitz 1970, Robust procedures for variance component problems using the jackknife,
    Biometrics 26, 677-686) with Student's t; not on the logarithm where one is 0. The readers stay the same."""
    n = len(without)
    if n < 3 or not np.isfinite([sd, *without]).all():
        return np.nan, np.nan
    log = sd > 0 and (without > 0).all()
    values = np.log(without) if log else without
    half = stats.t.ppf(0.975, n - 1) * np.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum())
    return (float(sd * np.exp(-half)), float(sd * np.exp(half))) if log else (float(max(0.0, sd - half)), float(sd + half))


def variance_table(quantities: Sequence[str], clicks: pd.DataFrame) -> pd.DataFrame:
    """The components of each of the ``quantities``, columns of ``clicks`` (with reader, patient): quantity, component, sd
    with its 95 % interval by patients (:func:`interval`: ci_low, ci_high), share of the variance, n_clicks, n_readers,
    n_patients."""
    rows = []
    for quantity in quantities:
        values, readers, patients = (clicks[name].to_numpy() for name in (quantity, "reader", "patient"))
        cells = Cells.of(values, readers, patients)
        found = components(cells)
        without = [components(cells.without(patient)) for patient in range(cells.n.shape[1])]
        total = np.nansum([found[name] ** 2 for name in COMPONENTS])
        for name in COMPONENTS:
            low, high = interval(found[name], np.array([of[name] for of in without]))
            share = found[name] ** 2 / total if total > 0 else np.nan
            rows.append((quantity, name, found[name], low, high, share, len(values), *cells.n.shape))
    columns = ["quantity", "component", "sd", "ci_low", "ci_high", "share", "n_clicks", "n_readers", "n_patients"]
    return pd.DataFrame(rows, columns=columns)
