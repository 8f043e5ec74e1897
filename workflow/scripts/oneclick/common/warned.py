"""What a job warns of: a line for the terminal that is a row of a table as well, so that what is said is not forgotten."""

import csv
from collections.abc import Iterable

from oneclick.common.files import whole

COLUMNS = ("patient", "job", "file", "problem", "mend")
"""Of a table of warnings; the job as the terminal names it, e.g. train center fold 2."""


class Warned(str):
    """A warning as it is printed: ``warning: patient P07: file: problem; mend``, without what is empty.

    A job says it like any other line; the table of its rule keeps the parts. ``problem`` is what is possible but doubtful,
    with its numbers; ``mend`` what to do.
    """

    def __new__(cls, problem: str, mend: str = "", patient: str = "", file: str = ""):
        where = ["warning", f"patient {patient}" if patient else "", file, problem]
        line = super().__new__(cls, "; ".join(filter(None, (": ".join(filter(None, where)), mend))))
        line.problem, line.mend, line.patient, line.file = problem, mend, patient, file
        return line


def rows_of(job: str, warnings: Iterable[Warned]) -> list[tuple[str, ...]]:
    """The warnings of a job as rows (``COLUMNS``)."""
    return [(line.patient, job, line.file, line.problem, line.mend) for line in warnings]


def write_warnings(path: str, job: str, warnings: Iterable[Warned]) -> None:
    """Write the warnings of a job as a table, which may be empty."""
    with whole(path) as part, open(part, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows_of(job, warnings)])
