import numpy as np
import pytest

from oneclick.common.errors import UserError
from oneclick.evaluation.by_patient import method_table, pair_table
from oneclick.evaluation.own_scores import read_any_scores, write_any_scores
from oneclick.evaluation.paper_tests import read_scores
from oneclick.report.manuscript import latex, markdown, methods_paragraph, p_text, tex, write_wording

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


def test_p_values_for_print():
    assert [p_text(p) for p in (0.0004, 0.001, 0.0234, 1.0)] == ["< 0.001", "0.001", "0.023", "1.000"]


def test_tables_for_print():
    rows = [["method", "95 %"], ["a_b", "0.1"]]
    assert markdown(rows) == "| method | 95 % |\n| --- | --- |\n| a_b | 0.1 |"
    assert r"a\_b & 0.1 \\" in latex(rows, "Median") and r"method & 95 \% \\" in latex(rows, "Median")
    assert tex("50 % < {x}") == r"50 \% $<$ \{x\}"


def test_the_paragraph_has_the_numbers_of_the_tables(tmp_path):
    scores = read_any_scores(written(tmp_path, GOOD))
    methods, pairs = method_table(scores, 3), pair_table(scores, 3)
    text = methods_paragraph(methods, pairs, 3, "Surface Dice", "lesions")
    assert text.startswith("Surface Dice of 2 methods was compared on 2 lesions of 1 patients.")
    assert "random seed 3" in text and "nan" not in text


def test_files_for_a_paper(tmp_path):
    lines = [
        f"{m},{p},{c},{s}" for m, base in (("a", 0.5), ("b", 0.7)) for p in "xyz" for c, s in ((0, base), (1, base + 0.1))
    ]
    scores = read_any_scores(written(tmp_path, "method,patient,case,score\n" + "\n".join(lines) + "\n"))
    method_table(scores, 1).to_csv(tmp_path / "m.csv", index=False)
    pair_table(scores, 1).to_csv(tmp_path / "p.csv", index=False)
    write_wording(tmp_path / "m.csv", tmp_path / "p.csv", 1, "Dice", "slices", tmp_path / "s.md", tmp_path / "s.tex")
    assert "| b - a | +0.200 | +0.200 to +0.200 | +1.00 |" in (tmp_path / "s.md").read_text()
    assert r"b - a & +0.200 & +0.200 to +0.200 & +1.00 &" in (tmp_path / "s.tex").read_text()
