"""The names of networks and methods with training.use: each, where every run is a network of its own.

The first run has the name of the config, cm1CNN, the second is cm1CNN.2; no name in the config holds a dot. Weights are
drawn for the name, so the first run is the same whether there are others or not. Standard library only.
"""

import csv

from oneclick.common.errors import UserError
from oneclick.common.rows import write_rows


def numbered(name: str, run: int) -> str:
    """The name of a run (1, 2, ...) of a network, or of a method that uses it."""
    return name if run == 1 else f"{name}.{run}"


def named(numbered_name: str) -> tuple[str, int]:
    """Name in the config and number of a run: the reverse of :func:`numbered`."""
    name, _, run = numbered_name.partition(".")
    return name, int(run or 1)


def write_with_runs(paths: list[str], path: str) -> None:
    """Write the rows of CSV files whose first column is a numbered name under one header, with the name of the config and,
    in a second column ``run``, the number. Raises UserError if the files' headers differ."""
    header, rows = None, []
    for part in paths:
        with open(part, newline="", encoding="utf-8") as file:
            columns, *lines = csv.reader(file)
        if header not in (None, columns):
            raise UserError(f"{part} has other columns than {paths[0]}; delete both and run again")
        header = columns
        rows += [[*named(first), *others] for first, *others in lines]
    write_rows(path, [header[0], "run", *header[1:]], rows)
