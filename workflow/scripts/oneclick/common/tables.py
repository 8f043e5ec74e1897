"""Tables in CSV files."""

import pandas as pd

from oneclick.common.files import whole


def read_table(path: str) -> pd.DataFrame:
    """A CSV table of the workflow; the name of a patient is text also if it is "007" or "NA"."""
    return pd.read_csv(path, dtype=dict.fromkeys(("patient", "method", "network"), str), keep_default_na=False)


def write_table(table: pd.DataFrame, path: str) -> None:
    """Write a table as CSV, without its index."""
    with whole(path) as part:
        table.to_csv(part, index=False)
