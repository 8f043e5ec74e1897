from pathlib import Path

import pandas as pd
import pytest
from few_scores import FEW, scores

from oneclick.evaluation.by_patient import LeftOut, Outcome
from oneclick.report.by_patient_page import write_by_patient
from oneclick.report.manuscript import methods_paragraph
from oneclick.report.marks import Notices


def written(folder: Path, table: pd.DataFrame, classical=(), outcome=Outcome(), notices=Notices()) -> list[Path]:  # noqa: B008
    """The files of methods, pairs and claims, and the page, of a table of scores."""
    files = [folder / name for name in ("methods.csv", "pairs.csv", "claims.csv", "page.html")]
    table.to_csv(folder / "scores.csv", index=False)
    write_by_patient(folder / "scores.csv", *files, 1, classical, outcome, notices)
    return files


def test_oracles_are_marked_on_the_page_and_not_in_the_tables(tmp_path):
    files = written(tmp_path, FEW, notices=Notices(["cm1CNN", "CNNcm"]))
    html = files[3].read_text()
    assert "cm1CNN\u2020 &minus; CNNonly<" in html and "cm1CNN\u2020 &gt; CNNcm\u2020" in html and "an oracle" in html
    assert not any("\u2020" in file.read_text() for file in files[:3])


def test_claims_are_on_the_page_with_what_became_of_them(tmp_path):
    files = written(tmp_path, FEW)
    html = files[3].read_text()
    assert "A click given to the network improves on fully automatic segmentation (4): not shown<" in html
    row = html.partition("cm1CNN &gt; CNNonly</th>")[2].partition("</tr>")[0]
    assert row.startswith("<td>8.44 &times; 10<sup>&minus;58</sup></td>") and row.endswith("<td>not shown</td>")


def test_the_page_says_how_patients_were_permuted_and_what_was_left_out(tmp_path):
    html = written(tmp_path, FEW)[3].read_text()
    assert "(all 8 swaps, so p is exact); of 3 patients it cannot be below 0.25; the statistic" in html
    assert "Two-sided; p of 0.05" in html and "left out" not in html
    html = written(tmp_path, FEW.assign(dice=FEW["dice"].where(FEW.index != 4)))[3].read_text()
    assert "1 of 5 slices are left out for want of a Dice of every method (missing of CNNonly: 1), and with them" in html
    assert "n = 4 slices of 2 patients" in html
    many = scores("abcdefghijklmn", x=[0.1] * 14, y=[0.2] * 14)
    html = written(tmp_path, many)[3].read_text()
    assert "(10,000 swaps drawn at random)" in html and "corrected for the one pair, which changes nothing" in html


def test_where_the_papers_claims_are_not_asked_for_no_file_of_them_is_written(tmp_path):
    FEW.to_csv(tmp_path / "scores.csv", index=False)
    files = [tmp_path / name for name in ("methods.csv", "pairs.csv", "page.html")]
    write_by_patient(tmp_path / "scores.csv", *files[:2], None, files[2], 1, (), Outcome("HD95", "cases"), Notices())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["methods.csv", "page.html", "pairs.csv", "scores.csv"]


def test_the_page_says_what_was_compared(tmp_path):
    files = written(tmp_path, FEW, notices=Notices(phantom=True))
    html = files[3].read_text()
    assert "n = 5 slices of 3 patients" in html and "cm1CNN &minus; CNNonly" in html and "phantom results" in html
    assert pd.read_csv(files[1])["median_difference"].tolist() == pytest.approx([0.3, 0.4, 0.0])


def test_where_each_patient_is_one_case_nobody_reads_of_patients_of_a_patient(tmp_path):
    table = scores("abc", cm1CNN=[0.6, 0.7, 0.8], CNNonly=[0.5, 0.6, 0.6])
    files = written(tmp_path, table, outcome=Outcome(cases="patients"))
    assert "<p>Each patient is one case; n = 3 patients.</p>" in files[3].read_text()
    methods, pairs = pd.read_csv(files[0]), pd.read_csv(files[1])
    paragraph = methods_paragraph(methods, pairs, LeftOut.from_scores(table), 1, Outcome(cases="patients"))
    assert paragraph.startswith("Dice of 2 methods was compared on 3 patients. Each patient is one case. Medians")


def test_one_method_has_nothing_to_compare_with(tmp_path):
    files = written(tmp_path, scores("aab", CNNonly=[0.1, 0.2, 0.3]))
    assert pd.read_csv(files[1]).empty and pd.read_csv(files[2]).empty and "Differences" not in files[3].read_text()


def test_the_page_begins_with_what_beats_a_network(tmp_path):
    table = scores("aabbcc", CNNonly=[0.1, 0.2, 0.3, 0.2, 0.1, 0.3], grow=[0.5, 0.6, 0.7, 0.6, 0.5, 0.7])
    files = written(tmp_path, table, classical=["grow"])
    text, pairs = files[3].read_text(), pd.read_csv(files[1])
    assert pairs["clustered_p_holm"].iloc[0] == pytest.approx(0.0833, abs=1e-4)  # three patients alike: z = sqrt(3)
    assert text.index("grow, without any training") < text.index("What is measured in one patient")
    assert "(0.200; paired +0.400, p = 0.083, no difference shown)" in text
