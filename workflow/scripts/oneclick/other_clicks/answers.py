"""What methods answered when asked with other clicks: the tables of :mod:`ask`, and their statistics."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.randomness import generator
from oneclick.evaluation import clustered


def read_answers(paths: Sequence[str], methods: Sequence[str]) -> pd.DataFrame:
    """The tables of several networks as one, in the order of the methods. Raises UserError if there is none."""
    if not paths:
        raise UserError("no method of this study has a click that could be moved; add one to methods")
    table = pd.concat([pd.read_csv(path, dtype={"patient": str, "method": str}, keep_default_na=False) for path in paths])
    order = {method: number for number, method in enumerate(methods)}
    return table.sort_values("method", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def interval(values: np.ndarray, patients: np.ndarray, statistic: Callable, seed: int, purpose: str) -> tuple[float, float]:
    """The 95 % interval of a ``statistic`` (with an axis, as np.median) of values (n,) when their patients (n,) are
    drawn."""
    rng = generator(seed, "bootstrap", purpose)
    found = clustered.bootstrap_intervals(values[:, None], patients, lambda x: statistic(x, axis=0), rng, draws=1000)
    return float(found[0, 0]), float(found[1, 0])


def by_place(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Dice of one method's slices (index: patient, slice; mean over what else differs) by the place in a ``column``, places
    in the order of the table; NaN where a slice has no such place."""
    wide = table.groupby(["patient", "slice", column])["dice"].mean().unstack()
    return wide[list(dict.fromkeys(table[column]))]


def medians(wide: pd.DataFrame, seed: int, purpose: str) -> pd.DataFrame:
    """A row for each column of Dice as :func:`by_place` gives them: n_slices, n_patients, median_dice, its 95 % interval
    when patients are drawn (ci_low, ci_high), loss (of median Dice against the first column, on the same slices)."""
    rows = []
    for column in wide:
        part = wide[wide[column].notna()]
        patients, values = part.index.get_level_values("patient").to_numpy(), part[column].to_numpy()
        median = np.median(values) if len(values) else np.nan
        low, high = interval(values, patients, np.median, seed, purpose)
        loss = np.median(part.iloc[:, 0]) - median if len(values) else np.nan
        rows.append((column, len(part), len(set(patients)), median, low, high, loss))
    names = ["n_slices", "n_patients", "median_dice", "ci_low", "ci_high", "loss"]
    return pd.DataFrame(rows, columns=[wide.columns.name, *names])


def table_of_methods(
    table: pd.DataFrame, made_for: Mapping[str, Sequence[str]], statistics: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    """The ``statistics`` of each method's answers, below one another, after the columns method, network_clicks and keep.
    These are the kinds of click that a method was ``made_for``: which its network was trained with and which choose
    components, none where it uses none; classical without a network, and the kind that it grows from."""
    parts = []
    for method, part in table.groupby("method", sort=False):
        found = statistics(part)
        names = dict(zip(("method", "network_clicks", "keep"), (method, *made_for[method]), strict=True))
        parts.append(pd.DataFrame(names, index=found.index).join(found))
    return pd.concat(parts, ignore_index=True)
