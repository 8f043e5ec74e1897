"""Tables of clicks as people write and spreadsheets save them: cells between commas, semicolons or tabs."""

import csv
import re
from pathlib import Path
from reprlib import repr as shown

from oneclick.common.given_tables import NUMBER, Cells, misfit

VOXELS = ("i", "j", "k")
MILLIMETRES = ("x", "y", "z")
COLUMNS_MEND = "name the columns patient, i, j, k (voxels from 0) or patient, x, y, z (mm, RAS) in the first line"

# What readers find: points (place in the file, label, coordinates, 'voxel', 'RAS' or 'LPS'), problems and mends, notes.
Found = tuple[list[tuple[str, str, object, str]], list[tuple[str, str]], list[str]]


def table_points(text: str, patient: str) -> Found:
    """What a table has of one patient."""
    lines, others, problems = {}, {}, []
    table = Cells(text)
    try:
        header = table.begin()
        given = [axes for axes in (VOXELS, MILLIMETRES) if set(axes) <= set(header)]
        if len(given) == 2:
            return [], [("it has both the columns i, j, k and x, y, z", "delete those that you do not mean")], []
        axes = given[0] if given else VOXELS
        for wrong, n in (("no column is", 0), ("two columns are", 2)):
            named = [column for column in ("patient", *axes) if min(header.count(column), 2) == n]
            if named:
                return [], [(f"{wrong} named {', '.join(named)}", COLUMNS_MEND)], []
        for where, cells in table:
            line = dict(zip(header, cells, strict=False))
            names = re.split("[,;\t]", ",".join(cells))  # in whatever column the patient's has come to stand
            if patient in names and (wrong := misfit(where, cells, len(header), table.separator)):
                problems.append(wrong)
            elif not line.get("patient"):
                problems.append((f"{where} names no patient", "fill in the patient or delete the line"))
            elif line["patient"] != patient:
                others[line["patient"]] = None
            else:
                lines[where] = [line[axis] for axis in axes]
    except csv.Error as error:
        return [], [(f"line {table.reader.line_num} is not readable as CSV ({error})", "save the table again")], []
    if not lines and not problems and others:
        named = ", ".join(shown(other) for other in list(others)[:5]) + (", ..." if len(others) > 5 else "")
        problems.append((f"no line is for this patient, only for {named}", "mend the names or add the clicks"))
    if table.separator != "," and (wrong := _with_points(lines)):
        return [], [*problems, wrong], []
    system = "voxel" if axes == VOXELS else "RAS"
    return [(where, "", [_value(cell) for cell in cells], system) for where, cells in lines.items()], problems, []


def _with_points(lines: dict[str, list[str]]) -> tuple[str, str] | None:
    """Write decimal points in the place of decimal commas, or give the problem if numbers have both: 1.234 may then be a
    thousand."""
    with_sign = {sign: [where for where, cells in lines.items() if any(sign in cell for cell in cells)] for sign in ".,"}
    if all(with_sign.values()):
        wrong = f"{with_sign['.'][0]} has points in its numbers and {with_sign[','][0]} has commas"
        return wrong, "write all numbers with a decimal point, or all with a decimal comma, and nothing between thousands"
    for where in with_sign[","]:
        lines[where] = [cell.replace(",", ".") if cell.count(",") == 1 else cell for cell in lines[where]]
    return None


def _value(cell: str) -> float | str:
    return float(cell) if NUMBER.fullmatch(cell) else cell


def lines_of_table(path: str | Path) -> dict[str, list[str]]:
    """The cells of each patient's lines in a table of clicks, with those of its header; none of a file that is no such
    table."""
    lines: dict[str, list[str]] = {}
    try:
        table = Cells(Path(path).read_text(encoding="utf-8-sig"))
        column = table.begin().index("patient")
        for _, cells in table:
            if len(cells) > column and (patient := cells[column]):
                lines.setdefault(patient, [*table.header]).extend(cells)
    except (OSError, UnicodeDecodeError, csv.Error, ValueError):
        return {}
    return lines
