"""Networks and methods made for one kind of click, clicked with another."""

from collections.abc import Mapping, Sequence

import pandas as pd

from oneclick.ask.answers import by_place, medians
from oneclick.clicks.kinds import KINDS


def cross_table(table: pd.DataFrame, kinds: Mapping[str, Sequence[str]], seed: int) -> pd.DataFrame:
    """A row for each method and kind of click: method, network_clicks and keep (the kinds that it was made for: those that
    its network was trained with and those that choose components, none where it uses none; classical without a network, and
    the kind that it grows from), clicked (the kind that stands in for both), own (whether that is its own), oracle (whether
    that kind needs the physician's mask), then as :func:`answers.medians` without the loss. ``kinds``: network_clicks and
    keep of each method."""
    parts = []
    for method, part in table.groupby("method", sort=False):
        found = medians(by_place(part, "clicked"), seed, "cross").drop(columns="loss")
        network, keep = kinds[method]
        found.insert(0, "method", method)
        found.insert(1, "network_clicks", network)
        found.insert(2, "keep", keep)
        found.insert(4, "own", [{kind} == {network, keep} - {"none", "classical"} for kind in found["clicked"]])
        found.insert(5, "oracle", found["clicked"].isin(KINDS))
        parts.append(found)
    return pd.concat(parts, ignore_index=True)
