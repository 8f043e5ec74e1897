import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from oneclick.paper import results as paper
from oneclick.report import paper_tables as tables

COLUMNS = ["method", "patient", "slice", "fold", "dice", "n_true"]


@pytest.fixture
def scores_csv(tmp_path):
    """Three methods, one with a name that needs escaping, on four slices of three patients in two folds."""
    rows = []
    for method, dice in {
        "CNNonly": (0.1, 0.2, 0.3, 0.6),
        "cm1CNN": (0.5, 0.6, 0.7, 0.8),
        "a<b&c": (0, 0, 0, 1),
    }.items():
        for i, value in enumerate(dice):
            rows.append((method, ("p", "p", "q", "r")[i], i, (1, 1, 1, 2)[i], value, 5))
    path = tmp_path / "scores.csv"
    pd.DataFrame(rows, columns=COLUMNS).to_csv(path, index=False)
    return path


def cells(html: str, row: str) -> list[str]:
    """The texts of the cells of the row that begins with a heading."""
    line = next(line for line in html.splitlines() if f'<th scope="row">{row}</th>' in line)
    return [re.sub(r"<(?!/?[bi]>).*?>", "", cell) for cell in re.findall(r"<td.*?>(.*?)</td>", line)]


def test_median_table_has_the_papers_values_beside_ours(scores_csv, tmp_path, written):
    written(scores_csv)
    table = pd.read_csv(tmp_path / "median_dice.csv").set_index(["method", "test_set"])
    assert table.loc[("cm1CNN", "all"), "median_dice"] == pytest.approx(0.65)
    assert table.loc[("cm1CNN", "all"), "paper_median_dice"] == 0.708
    assert np.isnan(table.loc[("CNNonly", "2"), "paper_median_dice"])
    assert table.loc[("cm1CNN", "all"), "paper_sd_dice"] == 0.205
    assert table.loc["a<b&c", ["paper_median_dice", "paper_sd_dice"]].isna().all(axis=None)

    html = (tmp_path / "median_dice.html").read_text()
    assert cells(html, "1") == ["3 / 2", "0.200", "&ndash;", "<b>0.600</b>", "&ndash;", "0.000", "&ndash;"]
    assert cells(html, "2") == ["1 / 1", "0.600", "&ndash;", "0.800", "&ndash;", "<b>1.000</b>", "&ndash;"]
    assert cells(html, "All test sets")[:3] == ["4 / 3", "0.250", "0.535"]
    assert cells(html, "Standard deviation")[1:3] == ["0.216", "0.293"]


def test_the_papers_test_sets_stand_beside_five_of_ours_only(tmp_path, written):
    rows = [("cm1CNN", f"p{fold}", 0, fold, fold / 10, 5) for fold in range(1, 6)]
    pd.DataFrame(rows, columns=COLUMNS).to_csv(tmp_path / "s.csv", index=False)
    written(tmp_path / "s.csv")
    table = pd.read_csv(tmp_path / "median_dice.csv")
    assert table["paper_median_dice"].tolist() == [0.739, 0.650, 0.715, 0.780, 0.654, 0.708]
    assert cells((tmp_path / "median_dice.html").read_text(), "2") == ["1 / 1", "<b>0.200</b>", "<b>0.650</b>"]


def test_collapsed_trainings_are_named_below_the_table(scores_csv, tmp_path, written):
    thresholds = pd.DataFrame(
        [("plain", 1, 0.3, 0.7), ("plain", 2, 0.0, 0.0), ("center", 1, 0.2, 0.6)],
        columns=["network", "fold", "threshold", "median_train_dice"],
    )
    thresholds.to_csv(tmp_path / "thresholds.csv", index=False)
    networks = {"CNNonly": "plain", "cm1CNN": "center", "a<b&c": "plain"}
    sentences = tables.collapsed_trainings(tmp_path / "thresholds.csv", networks)
    assert len(sentences) == 1
    assert sentences[0].startswith("The training of network plain for test set 2 collapsed")
    assert "says nothing about CNNonly, a<b&c;" in sentences[0]
    written(scores_csv, tmp_path / "thresholds.csv", networks)
    assert "says nothing about CNNonly, a&lt;b&amp;c;" in (tmp_path / "median_dice.html").read_text()
    assert tables.collapsed_trainings([], {"grow": None}) == []  # of a study without networks


PAGES = "median_dice", "wilcoxon", "f_test", "scores"


def test_names_are_escaped_and_nothing_is_loaded(scores_csv, written):
    for name in PAGES:
        html = (written(scores_csv) / f"{name}.html").read_text()
        assert "a&lt;b&amp;c" in html
        assert "a<b" not in html
        assert not re.search(r"https?:|src=|href=|@import|url\(", html)
        assert "Phantom" not in html


def test_phantom_results_are_called_so(scores_csv, written):
    folder = written(scores_csv, phantom=True)
    assert all("Phantom cohort" in (folder / f"{name}.html").read_text() for name in PAGES)


def test_a_row_a_slice_with_the_dice_of_each_method(tmp_path, written):
    rows = [("b<", "q", 3, 2, 0.25, 7), ("b<", "NA", 10, 1, 1.0, 9), ("a", "q", 3, 2, 0.5, 7), ("a", "NA", 10, 1, 0.0, 9)]
    pd.DataFrame(rows, columns=COLUMNS).to_csv(tmp_path / "s.csv", index=False)
    html = (written(tmp_path / "s.csv") / "scores.html").read_text()
    body = html.partition("<tbody>")[2]
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in body.splitlines() if line.startswith("<tr>")]
    assert found == [["NA", "10", "1", "9", "1.000", "0.000"], ["q", "3", "2", "7", "0.250", "0.500"]]
    assert "<th>b&lt;</th><th>a</th>" in html


def test_wilcoxon_table(scores_csv, tmp_path, written):
    written(scores_csv)
    table = pd.read_csv(tmp_path / "wilcoxon.csv")
    assert list(table["method_a"] + " " + table["method_b"]) == ["a<b&c cm1CNN", "a<b&c CNNonly", "cm1CNN CNNonly"]
    assert list(table["paper_p_value"].fillna(-1)) == [-1, -1, 8.44e-58]
    html = (tmp_path / "wilcoxon.html").read_text()
    # cm1CNN - CNNonly: .4 .4 .4 .2, all positive with ties: z = 5 / sqrt(7.5 - 0.5), p = 0.0588
    assert cells(html, "cm1CNN")[:2] == ["<i>0.0588</i>", "8.44 &times; 10&minus;58"]
    assert "n = 4 slices of 3 patients" in html
    assert "treats the slices of one patient as independent" in html


def test_f_table(scores_csv, tmp_path, written):
    written(scores_csv)
    table = pd.read_csv(tmp_path / "f_test.csv").set_index(["method_a", "method_b"])
    # sums of squares .05 and .14
    assert table.loc[("cm1CNN", "CNNonly"), "f"] == pytest.approx(0.05 / 0.14)
    assert table.loc[("cm1CNN", "CNNonly"), "paper_p_value"] == paper.F_TEST_FLOOR
    assert cells((tmp_path / "f_test.html").read_text(), "cm1CNN / CNNonly")[1:3] == ["0.357", "0.598"]


def test_one_method_has_nothing_to_compare(scores_csv, tmp_path, written):
    scores = pd.read_csv(scores_csv)
    scores[scores["method"] == "CNNonly"].to_csv(scores_csv, index=False)
    written(scores_csv)
    assert all("nothing to compare" in (tmp_path / f"{name}.html").read_text() for name in ("wilcoxon", "f_test"))
    assert list(pd.read_csv(tmp_path / "wilcoxon.csv").columns)[:3] == ["method_a", "method_b", "n"]


def test_statistics_and_tables_do_not_load_a_plotting_library():
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; import oneclick.evaluation.paper_tests, oneclick.report.paper_tables; "
        "print([m for m in ('matplotlib', 'seaborn', 'nibabel') if m in sys.modules])"
    )
    folder = tables.__file__.rsplit("oneclick", 1)[0]
    done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
