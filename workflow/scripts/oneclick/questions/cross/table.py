"""Networks and methods made for one kind of click, clicked with another."""

from collections.abc import Mapping, Sequence

import pandas as pd

from oneclick.clicks.kinds import KINDS
from oneclick.other_clicks.answers import by_place, medians, table_of_methods


def cross_table(table: pd.DataFrame, made_for: Mapping[str, Sequence[str]], seed: int) -> pd.DataFrame:
    """A row for each method and kind of click: the columns of :func:`answers.table_of_methods`, clicked (the kind that
    stands in for both of the method's), own (whether that is its own), oracle (whether that kind needs the physician's
    mask), then as :func:`answers.medians` without the loss."""

    def statistics(part: pd.DataFrame) -> pd.DataFrame:
        return medians(by_place(part, "clicked"), seed, "cross").drop(columns="loss")

    found = table_of_methods(table, made_for, statistics)
    kinds = found[["clicked", "network_clicks", "keep"]].to_numpy()
    found.insert(4, "own", [{clicked} == set(own) - {"none", "classical"} for clicked, *own in kinds])
    found.insert(5, "oracle", found["clicked"].isin(KINDS))
    return found
