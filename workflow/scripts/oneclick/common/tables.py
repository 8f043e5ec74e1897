"""Tables in files."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.files import whole


def concatenate(paths: list[str], path: str) -> None:
    """Write the rows of CSV files under one header. Raises UserError if their headers differ."""
    texts = [Path(part).read_text(encoding="utf-8").partition("\n") for part in paths]
    header = texts[0][0]
    for part, (other, _, _) in zip(paths, texts, strict=True):
        if other != header:
            raise UserError(f"{part} has the columns {other}, {paths[0]} has {header}; delete both and run again")
    with whole(path) as part:
        Path(part).write_text("\n".join([header, "".join(rows for _, _, rows in texts)]), encoding="utf-8")


def write_rows(path: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write a CSV file of a header and rows."""
    with whole(path) as part, open(part, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def read_table(path: str) -> pd.DataFrame:
    """A CSV table of the workflow; the name of a patient is text also if it is "007" or "NA"."""
    return pd.read_csv(path, dtype={"patient": str}, keep_default_na=False)
