"""Tables in CSV files."""

import re
import warnings
from pathlib import Path

import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.files import whole


def read_table(path: str) -> pd.DataFrame:
    """A CSV table of the workflow; the name of a patient is text also if it is "007" or "NA". Raises UserError as
    :func:`read_csv`."""
    return read_csv(path, dtype=dict.fromkeys(("patient", "method", "network"), str))


def read_csv(path: str | Path, **options) -> pd.DataFrame:
    """A CSV table by pandas, with its ``options``. Raises UserError if a person corrected it and saved it in another way:
    with semicolons, or with other cells in a line than the header has columns."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # of cells that would be dropped
            # index_col: else one cell too many in each line would shift all columns
            table = pd.read_csv(path, keep_default_na=False, index_col=False, encoding="utf-8-sig", **options)
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError, UnicodeDecodeError):
        wrong = "its lines have other cells than its first line names columns, or it is no text"
        raise UserError(f"{path}: {wrong}; save it as it was, or delete it and run again") from None
    if len(table.columns) == 1 and re.search("[;\t]", str(table.columns[0])):
        wrong = "its cells are separated by semicolons or tabs"
        raise UserError(f"{path}: {wrong}; save it with commas between them and decimal points, or delete it and run again")
    return table


def write_table(table: pd.DataFrame, path: str) -> None:
    """Write a table as CSV, without its index."""
    with whole(path) as part:
        table.to_csv(part, index=False)
