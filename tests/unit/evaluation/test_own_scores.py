import numpy as np
import pytest

from oneclick.common.errors import UserError
from oneclick.evaluation.own_scores import read_any_scores, write_any_scores
from oneclick.evaluation.paper_tests import read_scores

GOOD = """method,patient,case,score,reader
mine,007,a,0.5,x
mine,007,b,0.7,x
mine,NA,a,0.9,x
other,007,a,0.4,x
other,007,b,0.6,x
other,NA,a,,x
"""


def written(tmp_path, text: str) -> str:
    (tmp_path / "my.csv").write_text(text)
    return str(tmp_path / "my.csv")


def test_scores_from_anywhere_become_a_table_of_scores(tmp_path):
    write_any_scores(written(tmp_path, GOOD), str(tmp_path / "scores.csv"))
    scores = read_scores(tmp_path / "scores.csv")
    assert scores["patient"].tolist() == ["007", "007", "NA"] * 2
    assert scores["slice"].tolist() == [0, 1, 0] * 2
    assert scores["dice"].tolist()[:5] == [0.5, 0.7, 0.9, 0.4, 0.6] and np.isnan(scores["dice"][5])


@pytest.mark.parametrize(
    "change, words",
    [
        (
            ("method,patient,case,score", "method,patient,slice,dice"),
            "there is no column case, score; its first line",
        ),
        (("mine,NA,a,0.9", "mine,NA,a,high"), "line 4: the score high is no number; write it as 0.5"),
        (("mine,NA,a,0.9", "mine,,a,0.9"), "line 4: the patient is empty"),
        (("other,007,b", "other,007,a"), "line 6: other has a second score on case a of patient 007; keep one"),
        (("other,007,b", "other,007,c"), "mine has no line for case c of patient 007 as others have"),
        (("other,", "mine,"), "fewer than two methods"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, change, words):
    with pytest.raises(UserError, match=words) as error:
        read_any_scores(written(tmp_path, GOOD.replace(*change)))
    assert "my.csv" in str(error.value)


def test_a_file_that_is_no_table(tmp_path):
    (tmp_path / "my.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(UserError, match=r"cannot be read|no column"):
        read_any_scores(str(tmp_path / "my.csv"))


def test_columns_may_be_in_capitals_and_in_any_order(tmp_path):
    text = "Score, Case ,Patient,Method\n0.5,1,p,a\n0.6,1,p,b\n"
    assert read_any_scores(written(tmp_path, text))["dice"].tolist() == [0.5, 0.6]
