"""Tables of the workflow that a person corrected in a spreadsheet."""

import pytest

from oneclick.common.errors import UserError
from oneclick.common.tables import read_table

TABLE = "patient,fold\n007,1\nNA,2\n"


def written(tmp_path, text: str | bytes) -> str:
    (tmp_path / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(tmp_path / "t.csv")


@pytest.mark.parametrize(
    "text", [TABLE, "\ufeff" + TABLE.replace("\n", "\r\n"), TABLE.replace("1\n", "1,\n").replace("2\n", "2,\n")]
)
def test_names_are_text_and_columns_stay_where_they_are(tmp_path, text):
    table = read_table(written(tmp_path, text))
    assert table["patient"].tolist() == ["007", "NA"] and table["fold"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "text, wrong",
    [
        (
            TABLE.replace("1\n", "1,x\n").replace("2\n", "2,x\n"),
            "its lines have other cells than its first line names columns",
        ),
        (TABLE.replace("2\n", "2,x\n"), "its lines have other cells than its first line names columns"),
        ("", "its lines have other cells than its first line names columns"),
        (b"patient,fold\n\x80,1\n", "or it is no text; save it as it was, or delete it and run again"),
        (TABLE.replace(",", ";"), "its cells are separated by semicolons or tabs; save it with commas between them"),
    ],
)
def test_what_was_saved_otherwise_is_refused_in_a_sentence(tmp_path, text, wrong):
    path = written(tmp_path, text)
    with pytest.raises(UserError) as error:
        read_table(path)
    assert str(error.value).startswith(f"{path}: ") and wrong in str(error.value) and "\n" not in str(error.value)
