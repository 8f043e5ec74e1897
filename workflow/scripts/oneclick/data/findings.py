"""What a check of all scans found: the columns of its table, its rows, and their lines."""

from collections.abc import Callable, Sequence

import pandas as pd

COLUMNS = ("patient", "level", "file", "problem", "mend", "shape", "voxel_mm", "suv_from")
COLUMNS += ("n_positive_voxels", "n_tumour_slices", "n_slices")


def finding(
    columns: Sequence[str], patient: str, level: str, file: str = "", problem: str = "", mend: str = ""
) -> dict[str, str]:
    """A row of a check's table, whose other ``columns`` are empty."""
    given = {"patient": patient, "level": level, "file": file, "problem": problem, "mend": mend}
    return dict.fromkeys(columns, "") | given


def lines_of(table: pd.DataFrame, level: str, with_files: bool = True) -> list[str]:
    """A line for each row of a level (``warning``, ``error``) of the table of :func:`verify`: patient, file, what, mend.
    Files are left out where the line goes to others, for folders tell of people."""
    lines = []
    for row in table[table["level"] == level].to_dict("records"):
        where = [
            f"patient {row['patient']}" if row["patient"] else "cohort",
            row["file"] if with_files else "",
            row["problem"],
        ]
        lines.append("; ".join(filter(None, (": ".join(filter(None, where)), row["mend"]))))
    return lines


def say_findings(table: pd.DataFrame, say: Callable[[str], None]) -> None:
    """Say the warnings of a check's table, and print its notes, which go to the log."""
    for line in lines_of(table, "note"):
        print(f"note: {line}")
    for line in lines_of(table, "warning"):
        say(f"warning: {line}")
