"""Between and within readers: components of variance, with readers and patients as crossed random effects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, optimize

from oneclick.common.randomness import generator
from oneclick.readers.draws import Draws

COMPONENTS = ("readers", "patients", "both", "within")
"""readers: between readers, over all patients; patients: what a patient does to all readers' clicks; both: what a patient
does to one reader's; within: from click to click of a reader in a patient."""
DRAWS = 300
SMALLEST = 1e-5
"""Of a standard deviation over that within, from which the search begins to call it none."""


@dataclass(frozen=True)
class Cells:
    """Values gathered by reader and patient: the numbers of ``reader`` and ``patient`` of each cell (c,), how many values
    ``n`` (c,), their ``mean`` (c,), and the sum of ``squares`` (c,) around it."""

    reader: np.ndarray
    patient: np.ndarray
    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, readers: np.ndarray, patients: np.ndarray) -> "Cells":
        """Of values (n,) with their readers and patients (n,)."""
        codes = [np.unique(names, return_inverse=True)[1] for names in (readers, patients)]
        cells, of_cell = np.unique(np.column_stack(codes), axis=0, return_inverse=True)
        of_cell = of_cell.ravel()
        n = np.bincount(of_cell).astype(float)
        means = np.bincount(of_cell, values) / n
        squares = np.bincount(of_cell, (values - means[of_cell]) ** 2)
        return cls(cells[:, 0], cells[:, 1], n, means, squares)

    def drawn(self, counts: np.ndarray) -> "Cells":
        """Those of patients who were drawn, ``counts`` (patients,) times; each time a patient counts as another one."""
        order = np.concatenate(
            [np.flatnonzero(self.patient == patient) for patient in np.repeat(range(len(counts)), counts)]
        )
        sizes = np.bincount(self.patient, minlength=len(counts))
        patient = np.repeat(np.arange(counts.sum()), np.repeat(sizes, counts))
        return Cells(self.reader[order], patient, self.n[order], self.mean[order], self.squares[order])


def _deviance(ratios: np.ndarray, cells: Cells, columns: Sequence[np.ndarray], interaction: bool) -> tuple[float, float]:
    """Twice the negative log of the restricted likelihood, profiled over mean and variance within, and that variance, for
    standard deviations of the effects over that within (``ratios``).

    Bates, Mächler, Bolker and Walker 2015, doi 10.18637/jss.v067.i01, section 3.4: the determinant and the residual of the
    penalised least squares. The effect of both is taken into the weight of a cell's mean.
    """
    extra = ratios[-1] ** 2 if interaction else 0.0
    weight = cells.n / (1 + cells.n * extra)
    z = np.column_stack([ratio * column for ratio, column in zip(ratios, columns, strict=False)])
    weighted = weight[:, None] * z
    factor, lower = linalg.cho_factor(z.T @ weighted + np.eye(z.shape[1]), lower=True)
    x = np.ones(len(cells.n))

    def inverse(y: np.ndarray) -> np.ndarray:
        return weight * y - weighted @ linalg.cho_solve((factor, lower), weighted.T @ y)

    of_mean = x @ inverse(x)
    beta = inverse(x) @ cells.mean / of_mean
    rest = cells.mean - beta
    residual = cells.squares.sum() + rest @ inverse(rest)
    n = cells.n.sum()
    determinant = 2 * np.log(np.diag(factor)).sum() + np.log1p(cells.n * extra).sum() + np.log(of_mean)
    variance = residual / (n - 1)
    return determinant + (n - 1) * np.log(variance), variance


def components(cells: Cells) -> dict[str, float]:
    """The standard deviation of each of ``COMPONENTS`` by restricted maximum likelihood. Where each cell has one value, what
    a patient does to one reader's clicks is not told from what differs within; it counts as within. With a single reader,
    or patient, that component is NaN."""
    names, columns, many = [], [], cells.n.sum() > len(cells.n)
    for name, codes in (("readers", cells.reader), ("patients", cells.patient)):
        if codes.max() > 0:
            names.append(name)
            columns.append(np.eye(codes.max() + 1)[codes])
    interaction = many and len(names) == 2
    if cells.n.sum() < 3 or not names:
        return dict.fromkeys(COMPONENTS, np.nan)

    def lowest(theta: np.ndarray) -> float:
        return _deviance(theta, cells, columns, interaction)[0]

    if cells.squares.sum() + np.ptp(cells.mean) == 0:  # all the same
        return dict.fromkeys(COMPONENTS, 0.0)
    start = np.full(len(names) + interaction, 0.5)
    found = optimize.minimize(lowest, start, method="L-BFGS-B", bounds=[(0, 1e3)] * len(start))
    theta = np.where(found.x < SMALLEST, 0.0, found.x)
    within = float(np.sqrt(_deviance(theta, cells, columns, interaction)[1]))
    result = {"readers": np.nan, "patients": np.nan, "both": np.nan, "within": within}
    of_effects = [*names, *(["both"] if interaction else [])]
    return result | {name: float(within * ratio) for name, ratio in zip(of_effects, theta, strict=True)}


def variance_table(quantities: Sequence[str], clicks: pd.DataFrame, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """The components of each of the ``quantities``, columns of ``clicks`` (with reader, patient): quantity, component, sd
    with its 95 % interval when patients are drawn and the readers are kept (ci_low, ci_high), share of the variance,
    n_clicks, n_readers, n_patients."""
    rows = []
    for quantity in quantities:
        values, readers, patients = (clicks[name].to_numpy() for name in (quantity, "reader", "patient"))
        cells = Cells.of(values, readers, patients)
        drawn = Draws.of(patients, generator(seed, "draws of variance", quantity), draws)
        found = [components(cells.drawn(counts)) for counts in drawn.counts]
        total = np.nansum([found[0][name] ** 2 for name in COMPONENTS])
        for name in COMPONENTS:
            sd, low, high = drawn.interval(np.array([of[name] for of in found]))
            share = sd**2 / total if total > 0 else np.nan
            rows.append((quantity, name, sd, low, high, share, len(values), len(set(readers)), len(set(patients))))
    columns = ["quantity", "component", "sd", "ci_low", "ci_high", "share", "n_clicks", "n_readers", "n_patients"]
    return pd.DataFrame(rows, columns=columns)


def half_width(sd: Mapping[str, float], readers: int, patients: int, clicks: float, others: bool = True) -> float:
    """Half of the 95 % interval of a mean over all clicks, of a study with so many readers and patients and ``clicks`` of a
    reader in a patient; ``sd``: those of ``COMPONENTS``. With ``others`` it is for other readers as well, else for these
    readers alone (Shavelson and Webb 1991, Generalizability Theory, chapter 5, for crossed facets)."""
    variance = sd["patients"] ** 2 / patients + sd["both"] ** 2 / (readers * patients)
    variance += sd["within"] ** 2 / (readers * patients * clicks)
    if others:
        variance += sd["readers"] ** 2 / readers
    return float(1.96 * np.sqrt(variance))
