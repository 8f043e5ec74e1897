import numpy as np
import pandas as pd
import pytest

from oneclick.common.errors import UserError
from oneclick.evaluation.by_patient import Outcome
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


def test_scores_from_anywhere_become_a_table_of_scores_with_the_names_of_the_file(tmp_path):
    said = []
    path = written(tmp_path, GOOD.replace(",a,", ",007,"))
    write_any_scores(path, str(tmp_path / "scores.csv"), Outcome(cases="cases"), said.append)
    first = (tmp_path / "scores.csv").read_text().splitlines()[:3]
    assert first == ["method,patient,case,score", "mine,007,007,0.5", "mine,007,b,0.7"]
    scores = read_scores(tmp_path / "scores.csv")
    assert scores["patient"].tolist() == ["007", "007", "NA"] * 2
    assert scores["slice"].tolist() == ["007", "b", "007"] * 2
    assert scores["dice"].tolist()[:5] == [0.5, 0.7, 0.9, 0.4, 0.6] and np.isnan(scores["dice"][5])
    left_out = (
        "1 of 3 cases are left out for want of a Dice of every method (missing of other: 1), and with them 1 patient (NA)."
    )
    assert said == [f"{path}: {left_out}"]


@pytest.mark.parametrize(
    "change, words",
    [
        (
            ("method,patient,case,score", "method,patient,slice,dice"),
            "there is no column case, score; name the columns method, patient, case, score",
        ),
        (("mine,NA,a,0.9", "mine,NA,a,high"), "line 4: the score 'high' is no number; write it as 0.5"),
        (("mine,NA,a,0.9", "mine,,a,0.9"), "line 4: the patient is empty"),
        (
            ("other,007,b", "other,007,a"),
            "line 6: other has a second score on case a of patient 007, after line 5; keep one",
        ),
        (("other,007,b", "other,007,c"), "mine has no line for case c of patient 007 as others have"),
        (("other,", "mine,"), "fewer than two methods"),
        (
            ("0.9", "inf"),
            r"line 4: the score inf is not finite, and no mean or permutation could hold it; give all such cases one finite "
            "penalty, or leave the cell empty, which leaves the case out for all methods",
        ),
        (("0.9", "-Infinity"), "line 4: the score -Infinity is not finite"),
        (("0.9", "1e999"), "line 4: the score 1e999 is not finite"),
        (("0.9", "#DIV/0!"), "line 4: the score '#DIV/0!' is no number"),
        (
            ("0.9", "90"),
            "line 4: a Dice of 90 is not between 0 and 1; name in statistics.measure what the scores are, or write them as "
            "parts of 1",
        ),
        (
            ("mine,NA,a,0.9", "mine,NA,a,0,9"),
            "line 4 has 6 cells for 5 columns; write decimal points, or save it with semicolons",
        ),
        (
            ("0.4,x\nother,007,b,0.6", ",x\nother,007,b,NaN"),
            "other has no score at all; fill in its scores, or delete its lines",
        ),
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
    assert read_any_scores(written(tmp_path, text))["score"].tolist() == [0.5, 0.6]


def test_tables_of_other_spreadsheets_have_the_same_scores(tmp_path):
    good = read_any_scores(written(tmp_path, GOOD))
    german = GOOD.replace(",", ";").replace("0.", "0,")
    commas_at_ends = GOOD.replace("\n", ",\n")
    for text in (german, commas_at_ends, "sep=;\n" + german, GOOD.replace(",", "\t"), "\ufeff" + GOOD.replace("\n", "\r\n")):
        pd.testing.assert_frame_equal(read_any_scores(written(tmp_path, text)), good)


@pytest.mark.parametrize("cell", ["", "nan", "NaN", "NA", "n/a", "#N/A", "None", "NULL"])
def test_what_stands_for_no_score(tmp_path, cell):
    scores = read_any_scores(written(tmp_path, GOOD.replace("0.9", cell)))["score"]
    assert np.flatnonzero(scores.isna()).tolist() == [2, 5]


def test_infinite_scores_are_counted(tmp_path):
    path = written(tmp_path, GOOD.replace("0.9", "inf").replace("0.4", "+INF"))
    with pytest.raises(UserError, match=r"my\.csv: line 4 \(and 1 more\): the score inf is not finite"):
        read_any_scores(path, "HD95")


def test_scores_that_no_case_shares_cannot_be_compared(tmp_path):
    text = "method,patient,case,score\na,p,1,0.5\na,p,2,\nb,p,1,\nb,p,2,0.5\n"
    with pytest.raises(UserError, match="no case has a score of every method, so nothing can be compared; fill in scores"):
        read_any_scores(written(tmp_path, text))


def test_another_measure_than_dice_may_be_of_any_size(tmp_path):
    path = written(tmp_path, GOOD.replace("0.9", "90").replace("0.5", "-3"))
    assert read_any_scores(path, "HD95")["score"].tolist()[:3] == [-3, 0.7, 90]
