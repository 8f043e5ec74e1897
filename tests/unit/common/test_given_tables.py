"""Tables as spreadsheets save them: read right where they are beyond doubt, else refused with the line and the mend."""

import pytest

from oneclick.common.errors import UserError
from oneclick.common.given_tables import read_given_table


def table(tmp_path, text: str | bytes, columns=("name", "value")):
    (tmp_path / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_given_table(tmp_path / "t.csv", columns)


def refusal(tmp_path, text: str | bytes) -> str:
    with pytest.raises(UserError) as error:
        table(tmp_path, text).numbers("value")
    assert "\n" not in str(error.value)
    return str(error.value).removeprefix(f"{tmp_path}/t.csv: ")


@pytest.mark.parametrize(
    "text",
    [
        "name,value\na,0.5\n007,1.25\n",
        "\ufeffName , VALUE\r\na,0.5\r\n007, 1.25\r\n",  # BOM, capitals, blanks, ends of lines of Windows
        '"name","value"\n"a","0.5"\n"007", "1.25"\n',
        "name,value,\na,0.5,\n007,1.25,\n",  # commas at line ends
        "name,value\na,0.5,\n007,1.25,,\n",
        "name,value,note\na,0.5,\n\n,,\n007,1.25,x\n",  # empty lines
        "name;value\na;0,5\n007;1,25\n",  # as a spreadsheet in German saves it
        "name\tvalue\na\t0.5\n007\t1.25\n",
        "sep=;\nname;value\na;0,5\n007;1,25\n",
        'name,value\na,"0,5"\n007,"1,25"\n',
        "\nname,value\na,.5\n007,12.5e-1\n",
        "value,name\n0.5,a\n1.25,007\n",
    ],
)
def test_what_is_beyond_doubt_is_read(tmp_path, text):
    for content in (text, text.lstrip("\ufeff").encode("utf-16")):
        found = table(tmp_path, content)
        assert list(found.column("name").values()) == ["a", "007"]
        numbers, problems = found.numbers("value")
        assert list(numbers.values()) == [0.5, 1.25] and problems == []


def test_minus_signs_of_typesetters_are_minus_signs(tmp_path):
    assert table(tmp_path, "name,value\na,\u22120.5\n").numbers("value")[0] == {"line 2": -0.5}


COLUMNS_MEND = "name the columns name, value in the first line, each once"


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "the file is empty; save it again"),
        (" \n\n", "the file is empty; save it again"),
        ("name,score\na,1\n", f"there is no column value; {COLUMNS_MEND}"),
        ("a,1\nb,2\n", f"there is no column name, value; {COLUMNS_MEND}"),
        ("name,value,value\na,1,2\n", f"there are two columns value; {COLUMNS_MEND}"),
        (
            "name,value\na,0,5\nb,0,7\n",
            "line 2 has 3 cells for 2 columns (and 1 more lines); write decimal points, or save it with semicolons between "
            "the cells",
        ),
        ("name,value\na,1\nb\n", "line 3 has 1 cell for 2 columns; fill it up, delete what is too much, or delete the line"),
        ('name,value\n"a,1\nb,2\n', "line 3 is not readable as CSV (unexpected end of data); save it again"),
        (b"PK\x03\x04\0\0", "it is a workbook of a spreadsheet or a zip file, no CSV; save the sheet as CSV (UTF-8)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "it is an Excel workbook, no CSV; save the sheet as CSV (UTF-8)"),
        (b"\x1f\x8b\x08\0", "it is compressed; unpack it"),
        ("name,value\na,1\nM\u00fcller,2\n".encode("cp1252"), "line 3: this is no text in UTF-8; save it as CSV (UTF-8)"),
        (b"name,value\0\n", "this is no text; save the table as CSV (UTF-8)"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path, text, sentence):
    assert refusal(tmp_path, text) == sentence


@pytest.mark.parametrize(
    "cells, sentence",
    [
        (("0.5", "high"), "line 3: the value 'high' is no number; write it as 0.5"),
        (("0.5", "1_000"), "line 3: the value '1_000' is no number; write it as 0.5"),
        (("0.5", "1 000"), "line 3: the value '1 000' is no number; write it as 0.5"),
        (("81 %", "82%"), "line 2: the value '81 %' is no number; write 81 % as 0.81, or as 81 in all lines"),
        (
            ("0.5", '"0,7"'),
            "the values have points and commas, as 0.5 (line 2) and 0,7 (line 3); write all numbers with a decimal point, "
            "or all with a decimal comma, and nothing between thousands",
        ),
        (
            ('"1,234.5"', "2"),
            "the values have points and commas, as 1,234.5 (line 2) and 1,234.5 (line 2); write all numbers with a decimal "
            "point, or all with a decimal comma, and nothing between thousands",
        ),
        (
            ("987", '"1,234"'),
            "line 3: the value 1,234 may be thousands or have a decimal comma; write it with a decimal point, and nothing "
            "between thousands",
        ),
    ],
)
def test_numbers_that_can_be_read_in_two_ways_or_in_none_are_refused(tmp_path, cells, sentence):
    found = table(tmp_path, "name,value\n" + "".join(f"a,{cell}\n" for cell in cells))
    _, problems = found.numbers("value")
    assert problems == [f"{tmp_path}/t.csv: {sentence}"]


def test_a_file_that_cannot_be_opened(tmp_path):
    with pytest.raises(UserError, match=r"no\.csv: the file is missing; put it there, or mend the path"):
        read_given_table(tmp_path / "no.csv", ("a",))
    with pytest.raises(UserError, match=r"cannot be read \(Is a directory\); mend the path, or its rights"):
        read_given_table(tmp_path, ("a",))


def test_between_semicolons_three_digits_after_a_comma_are_decimals(tmp_path):
    assert table(tmp_path, "name;value\na;1,234\n").numbers("value") == ({"line 2": 1.234}, [])
