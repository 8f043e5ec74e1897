import platform

import numpy as np
import pandas as pd
from few_scores import scores

from oneclick.common.version import VERSION
from oneclick.evaluation.by_patient import LeftOut, Outcome, method_table, pair_table
from oneclick.report.manuscript import latex, markdown, methods_paragraph, references, tex, write_up
from oneclick.report.marks import DRAWN, ORACLE, Notices


def test_tables_for_print():
    rows = [["method", "95 %"], ["a_b", "0.1"]]
    assert markdown(rows) == "| method | 95 % |\n| --- | --- |\n| a_b | 0.1 |"
    assert r"a\_b & 0.1 \\" in latex(rows, "Median") and r"method & 95 \% \\" in latex(rows, "Median")
    assert tex("50 % < {x}") == r"50 \% $<$ \{x\}"


def paragraph(table: pd.DataFrame, outcome: Outcome) -> str:
    methods, pairs = method_table(table, 3), pair_table(table, 3)
    return methods_paragraph(methods, pairs, LeftOut.from_scores(table), 3, outcome)


def test_the_paragraph_has_the_numbers_of_the_tables():
    text = paragraph(scores("aa", mine=[0.5, 0.7], other=[0.4, 0.6]), Outcome("Surface Dice", "lesions"))
    assert text.startswith("Surface Dice of 2 methods was compared on 2 lesions of 1 patients.")
    assert "random seed 3" in text and "nan" not in text


def test_the_paragraph_says_how_it_was_tested_and_with_what():
    rng = np.random.default_rng(1)
    few = scores("aabbccddee", **{name: list(rng.uniform(0, 1, 10)) for name in "xyz"})
    few.loc[[0, 1, 12], "dice"] = np.nan
    text = paragraph(few, Outcome())
    lost = (
        "on 7 slices of 4 patients; 3 of 10 slices, without a Dice of every method, were left out, and with them 1 patient."
    )
    assert lost in text
    assert "All tests were two-sided, at a level of 0.05." in text
    assert (
        "(all 16 swaps, so p is exact)" in text
        and "P-values of each test were corrected for the 3 pairs (Holm 1979)." in text
    )
    assert f"oneclick-pet {VERSION}, Python {platform.python_version()}, NumPy {np.__version__}" in text
    assert "Phipson" not in text and not any("Phipson" in work for work in references(text))
    for name in ("Rosner, Glynn and Lee 2006", "Holm 1979", "Kerby 2014", "Hesterberg 2015", "Virtanen et al. 2020"):
        assert name in text and [work for work in references(text) if work.startswith(name)]
    many = "".join(letter * 2 for letter in "abcdefghijklmn")  # of 14 patients 16,384 swaps are too many
    text = paragraph(scores(many, **{name: list(rng.uniform(0, 1, 28)) for name in "xy"}), Outcome())
    assert "(10,000 swaps drawn at random with the seed 3, Phipson and Smyth 2010)" in text
    assert "doi 10.2202/1544-6115.1585." in "\n".join(references(text))
    assert "With one pair of methods p-values needed no correction." in text and "Holm" not in text


def test_of_one_method_the_paragraph_has_no_tests():
    text = paragraph(scores("aab", solo=[0.1, 0.2, 0.3]), Outcome())
    assert "test" not in text and "Medians are given with 95 % percentile intervals" in text


def test_files_for_a_paper(tmp_path):
    table = scores("xxyyzz", a=[0.5, 0.6] * 3, b=[0.7, 0.8] * 3)
    table.to_csv(tmp_path / "scores.csv", index=False)
    method_table(table, 1).to_csv(tmp_path / "m.csv", index=False)
    pair_table(table, 1).to_csv(tmp_path / "p.csv", index=False)
    paths = [tmp_path / name for name in ("scores.csv", "m.csv", "p.csv", "s.md", "s.tex")]
    figures = [[tmp_path / f"{name}.{kind}" for kind in ("png", "svg", "pdf")] for name in ("medians", "differences")]
    write_up(*paths, *figures, 1, Outcome(), Notices(["b"], drawn=["a"]))
    assert f"| b{ORACLE} - a{DRAWN} | +0.200 | +0.200 to +0.200 | +1.00 |" in (tmp_path / "s.md").read_text()
    assert r"b$\dagger$ - a$\ddagger$ & +0.200 & +0.200 to +0.200 & +1.00 &" in (tmp_path / "s.tex").read_text()
    assert f"b{ORACLE}" in (tmp_path / "differences.svg").read_text()
