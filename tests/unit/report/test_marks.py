"""Who needs the physician's mask, and that pages and figures say so while files of numbers do not."""

import pandas as pd
import pytest

from oneclick.clicks.kinds import needs_mask
from oneclick.questions.offsets import figure as offsetfigure
from oneclick.report import box_plots, flowchart
from oneclick.report.marks import MARK, NOTE, Notices, notes, with_marks

NETWORKS = {
    "plain": {"clicks": "none"},
    "random": {"clicks": "random"},
    "center": {"clicks": "center"},
    "person": {"clicks": "human"},
}


@pytest.mark.parametrize(
    "method, needs",
    [
        ({"network": "plain"}, False),
        ({"network": "random"}, False),
        ({"network": "center"}, True),
        ({"network": "plain", "keep": "center"}, True),
        ({"network": "plain", "keep": "inner"}, True),
        ({"network": "random", "keep": "suvmax"}, False),
        ({"network": "person"}, False),  # who aims at the centre, but has no mask
        ({"classical": "watershed", "clicks": "suvmax"}, False),
        ({"classical": "watershed", "clicks": "inner"}, True),
    ],
)
def test_what_needs_the_mask(method, needs):
    assert needs_mask(method, NETWORKS) is needs


def test_names_are_marked_where_they_are_names_of_methods():
    table = pd.DataFrame({"method_a": ["a", "b"], "method_b": ["b", "c"], "n": [1, 2]})
    shown = with_marks(table, ["b"])
    assert shown["method_a"].tolist() == ["a", f"b{MARK}"] and shown["method_b"].tolist() == [f"b{MARK}", "c"]
    assert table["method_a"].tolist() == ["a", "b"]
    assert notes(shown["method_a"]) == [NOTE] and notes(["a", "c"]) == []


@pytest.fixture
def scores_csv(tmp_path):
    rows = [("a", "p", 0, 1, 0.1, 5), ("a", "q", 0, 1, 0.3, 5), ("b", "p", 0, 1, 0.5, 5), ("b", "q", 0, 1, 0.6, 5)]
    columns = ["method", "patient", "slice", "fold", "dice", "n_true"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "s.csv", index=False)
    return tmp_path / "s.csv"


def test_pages_mark_oracles_and_csv_files_do_not(scores_csv, written):
    folder = written(scores_csv, oracles=["b"])
    for name in ("median_dice", "wilcoxon", "f_test", "scores"):
        html = (folder / f"{name}.html").read_text()
        assert f"b{MARK}" in html and f">a{MARK}" not in html and "an oracle" in html
    assert f"<th>a</th><th>b{MARK}</th>" in html
    assert not any(MARK in path.read_text() for path in folder.glob("*.csv"))
    assert not any(MARK in path.read_text() for path in written(scores_csv).glob("*.html"))


def texts(fig) -> str:
    artists = [*fig.texts, *(text for ax in fig.axes for text in [*ax.texts, *ax.get_yticklabels()])]
    artists += [text for legend in fig.legends for text in legend.get_texts()]
    return "\n".join(text.get_text() for text in artists)


def test_figures_mark_oracles(scores_csv):
    methods = {"a": {"network": "plain"}, "b": {"network": "plain", "keep": "center"}}
    curves = pd.DataFrame({"method": ["a", "b"], "distance_mm": 0.0, "median_dice": 0.5, "ci_low": 0.4, "ci_high": 0.6})
    radii = pd.DataFrame({"method": ["a", "b"], "size": "all", "safe_radius_mm": 0.0, "n_slices": 2})
    in_radii = curves.rename(columns={"distance_mm": "distance_radii"}).assign(n_slices=2)
    drawn = [
        lambda notices: box_plots.draw_box_plots(pd.read_csv(scores_csv), notices),
        lambda notices: flowchart.draw_flowchart(NETWORKS, methods, notices),
        lambda notices: offsetfigure.draw_offsets(curves, in_radii, radii, notices),
    ]
    for draw in drawn:
        found = texts(draw(Notices(["b"])))
        assert f"b{MARK}" in found and f"a{MARK}" not in found and NOTE in found
        assert MARK not in texts(draw(Notices()))
