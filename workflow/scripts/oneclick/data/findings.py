"""What the check of all scans found: the columns of its table, and its lines."""

import pandas as pd

COLUMNS = ("patient", "level", "file", "problem", "mend", "shape", "voxel_mm", "suv_from")
COLUMNS += ("n_positive_voxels", "n_tumour_slices", "n_slices")


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
