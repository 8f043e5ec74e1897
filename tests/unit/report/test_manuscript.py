from few_scores import scores

from oneclick.evaluation.by_patient import Outcome, method_table, pair_table
from oneclick.report.manuscript import latex, markdown, methods_paragraph, tex, write_up
from oneclick.report.marks import ORACLE, Notices


def test_tables_for_print():
    rows = [["method", "95 %"], ["a_b", "0.1"]]
    assert markdown(rows) == "| method | 95 % |\n| --- | --- |\n| a_b | 0.1 |"
    assert r"a\_b & 0.1 \\" in latex(rows, "Median") and r"method & 95 \% \\" in latex(rows, "Median")
    assert tex("50 % < {x}") == r"50 \% $<$ \{x\}"


def test_the_paragraph_has_the_numbers_of_the_tables():
    table = scores("aa", mine=[0.5, 0.7], other=[0.4, 0.6])
    text = methods_paragraph(method_table(table, 3), pair_table(table, 3), 3, Outcome("Surface Dice", "lesions"))
    assert text.startswith("Surface Dice of 2 methods was compared on 2 lesions of 1 patients.")
    assert "random seed 3" in text and "nan" not in text


def test_files_for_a_paper(tmp_path):
    table = scores("xxyyzz", a=[0.5, 0.6] * 3, b=[0.7, 0.8] * 3)
    table.to_csv(tmp_path / "scores.csv", index=False)
    method_table(table, 1).to_csv(tmp_path / "m.csv", index=False)
    pair_table(table, 1).to_csv(tmp_path / "p.csv", index=False)
    paths = [tmp_path / name for name in ("scores.csv", "m.csv", "p.csv", "s.md", "s.tex")]
    figures = [[tmp_path / f"{name}.{kind}" for kind in ("png", "svg", "pdf")] for name in ("medians", "differences")]
    write_up(*paths, *figures, 1, Outcome(), Notices(["b"]))
    assert f"| b{ORACLE} - a | +0.200 | +0.200 to +0.200 | +1.00 |" in (tmp_path / "s.md").read_text()
    assert r"b$\dagger$ - a & +0.200 & +0.200 to +0.200 & +1.00 &" in (tmp_path / "s.tex").read_text()
    assert f"b{ORACLE}" in (tmp_path / "differences.svg").read_text()
