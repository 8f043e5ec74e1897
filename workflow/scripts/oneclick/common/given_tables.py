"""Tables as people write and spreadsheets save them: cells between commas, semicolons or tabs. Standard library only."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as shown

from oneclick.common.errors import UserError

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")
"""May be thousands with commas between them, or a decimal comma with three digits."""
COMMAS_MEND = "write decimal points, or save it with semicolons between the cells"
NO_TEXT = {
    b"PK\x03\x04": "it is a workbook of a spreadsheet or a zip file, no CSV; save the sheet as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "it is an Excel workbook, no CSV; save the sheet as CSV (UTF-8)",
    b"\x1f\x8b": "it is compressed; unpack it",
    b"%PDF": "it is a PDF, no CSV; save the table as CSV (UTF-8)",
}
"""What a file is that begins so, and the mend."""


class Cells:
    """The lines of a table, one by one. ``separator``: what stands between cells: a comma, unless the first line has more
    semicolons or tabs, or says ``sep=;`` as Excel reads it. ``header``: the names of the columns, in lower case, after
    :meth:`begin`. Raises csv.Error on what is no CSV."""

    def __init__(self, text: str):
        first = text.lstrip("\r\n").partition("\n")[0].rstrip("\r")
        told = re.fullmatch("sep=(.)", first, re.IGNORECASE)
        self.separator = told[1] if told else max(",;\t", key=re.sub('"[^"]*"', "", first).count)
        # strict: an unclosed quote would otherwise swallow the clicks after it.
        self.reader = csv.reader(
            io.StringIO(text, newline=""), strict=True, delimiter=self.separator, skipinitialspace=self.separator != "\t"
        )
        self.told, self.header = bool(told), []

    def begin(self) -> list[str]:
        """Read the header, and give it, without empty cells at its end."""
        lines = iter(self)
        if self.told:
            next(lines)
        _, names = next(lines, ("", []))
        while names and not names[-1]:
            names.pop()
        self.header = [name.lower() for name in names]
        return self.header

    def __iter__(self) -> Iterator[tuple[str, list[str]]]:
        """Where each line stands, in words, and its cells; lines of empty cells are passed over."""
        for row in self.reader:
            if any(cells := [cell.strip() for cell in row]):
                yield f"line {self.reader.line_num}", cells


def misfit(where: str, cells: Sequence[str], n_columns: int, separator: str = ",") -> tuple[str, str] | None:
    """The problem and mend of a line whose cells are not as many as the columns, None if it has none; empty cells at its
    end do no harm. A decimal comma between commas makes two cells of one: where the line is short otherwise, or its last
    columns are left out, numbers would land in other columns without a word."""
    n = len(cells)
    if n < n_columns or any(cells[n_columns:]):
        wrong = f"{where} has {n} cell{'s' * (n != 1)} for {n_columns} columns"
        more = n > n_columns and separator == ","
        return wrong, COMMAS_MEND if more else "fill it up, delete what is too much, or delete the line"
    return None


@dataclass(frozen=True)
class GivenTable:
    """A table that a user gave: its ``path``; the ``separator`` of its cells; for each line its place in words (line 2) and
    its cells by column."""

    path: str
    separator: str
    lines: Mapping[str, Mapping[str, str]]

    def column(self, name: str) -> dict[str, str]:
        """A column's cells by line."""
        return {where: cells[name] for where, cells in self.lines.items()}

    def numbers(self, name: str) -> tuple[dict[str, float], list[str]]:
        """The numbers of a column by line, and a sentence for the first cell that is none, if there is one. Decimal commas
        count as points where that is beyond doubt; empty cells are left out."""
        cells = {where: cell.replace("\u2212", "-") for where, cell in self.column(name).items() if cell}
        with_sign = {sign: [where for where, cell in cells.items() if sign in cell] for sign in ".,"}
        if all(with_sign.values()):
            first = " and ".join(f"{cells[where[0]]} ({where[0]})" for where in with_sign.values())
            mend = "write all numbers with a decimal point, or all with a decimal comma, and nothing between thousands"
            return {}, [f"{self.path}: the {name}s have points and commas, as {first}; {mend}"]
        commas = with_sign[","]
        if commas and self.separator != ";" and all(GROUPED.fullmatch(cells[where]) for where in commas):
            doubt = f"{commas[0]}: the {name} {cells[commas[0]]} may be thousands or have a decimal comma"
            return {}, [f"{self.path}: {doubt}; write it with a decimal point, and nothing between thousands"]
        for where in commas:
            if cells[where].count(",") == 1:
                cells[where] = cells[where].replace(",", ".")
        found = {where: float(cell) for where, cell in cells.items() if NUMBER.fullmatch(cell)}
        for where, cell in cells.items():
            if where not in found:
                percent = re.fullmatch(r"[0-9.,]+\s*%", cell)
                mend = "write 81 % as 0.81, or as 81 in all lines" if percent else "write it as 0.5"
                return found, [f"{self.path}: {where}: the {name} {shown(cell)} is no number; {mend}"]
        return found, []


def read_text(path: str | Path) -> str:
    """A text file's contents. Raises UserError, in a sentence, if it cannot be read, is empty, or is no text in UTF-8."""
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: the file is missing; put it there, or mend the path") from None
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror}); mend the path, or its rights") from None
    for start, wrong in NO_TEXT.items():
        if content.startswith(start):
            raise UserError(f"{path}: {wrong}")
    # Excel's "Unicode text" is UTF-16, and says so in its first two bytes.
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UserError(f"{path}: line {line}: this is no text in UTF-8; save it as CSV (UTF-8)") from None
    if "\0" in text:
        raise UserError(f"{path}: this is no text; save the table as CSV (UTF-8)")
    if not text.strip():
        raise UserError(f"{path}: the file is empty; save it again")
    return text


def read_given_table(
    path: str | Path, columns: Sequence[str], optional: Sequence[str] = (), said_as: str = "", surplus: str = COMMAS_MEND
) -> GivenTable:
    """A table with at least the ``columns`` (their names in lower case; others are kept). Cells stay text, without blanks
    around them. ``said_as``: what messages call the file, if not by its path; ``surplus``: the mend of a line with too many
    cells between commas.

    Raises UserError with the line and the mend if the file cannot be read, a column is missing or there twice, or a line has
    other cells than the first line names columns, but for empty ones at its end.
    """
    said_as = said_as or str(path)
    try:
        text = read_text(path)
    except UserError as error:
        raise UserError(str(error).replace(str(path), said_as, 1)) from None
    table, lines, problems = Cells(text), {}, []
    try:
        header = table.begin()
        named = {"is no column": [name for name in columns if name not in header]}
        named["are two columns"] = [name for name in (*columns, *optional) if header.count(name) > 1]
        for wrong, names in named.items():
            if names:
                more = f" and, if you like, {', '.join(optional)}" if optional else ""
                mend = f"name the columns {', '.join(columns)}{more} in the first line, each once"
                raise UserError(f"{said_as}: there {wrong} {', '.join(names)}; {mend}")
        for where, cells in table:
            if wrong := misfit(where, cells, len(header), table.separator):
                mend = surplus if wrong[1] == COMMAS_MEND else wrong[1]
                problems.append(f"{said_as}: {wrong[0]}; {mend}")
            lines[where] = dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise UserError(f"{said_as}: line {table.reader.line_num} is not readable as CSV ({error}); save it again") from None
    if problems:
        more = f" (and {len(problems) - 1} more lines)" * (len(problems) > 1)
        raise UserError(problems[0].replace(" columns;", f" columns{more};", 1))
    return GivenTable(said_as, table.separator, lines)
