import pytest

from oneclick.common.errors import UserError
from oneclick.common.rows import concatenate


def test_tables_are_joined_under_one_header(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.csv").write_text("x,y\n3,4\n5,6\n")
    (tmp_path / "c.csv").write_text("x,z\n3,4\n")
    concatenate([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "x,y\n1,2\n3,4\n5,6\n"
    with pytest.raises(UserError, match=r"c\.csv has the columns x,z"):
        concatenate([tmp_path / "a.csv", tmp_path / "c.csv"], tmp_path / "other.csv")
    assert not (tmp_path / "other.csv").is_file()
