"""Who needs the physician's mask, and that pages and figures say so while files of numbers do not."""

from html import escape

import pandas as pd
import pytest

from oneclick.clicks.kinds import drawn_from_mask, needs_mask
from oneclick.questions.offsets import figure as offsetfigure
from oneclick.report import box_plots, flowchart
from oneclick.report.marks import DRAWN, NOTES, ORACLE, Notices, notes, notices_of, with_marks

NOTES_IN_HTML = [escape(note) for note in NOTES.values()]
NETWORKS = {
    "plain": {"clicks": "none"},
    "random": {"clicks": "random"},
    "center": {"clicks": "center"},
    "person": {"clicks": "human"},
}


@pytest.mark.parametrize(
    "method, needs, drawn",
    [
        ({"network": "plain"}, False, False),
        ({"network": "random"}, False, True),
        ({"network": "center"}, True, False),
        ({"network": "plain", "keep": "center"}, True, False),
        ({"network": "plain", "keep": "inner"}, True, False),
        ({"network": "random", "keep": "suvmax"}, False, True),
        ({"network": "random", "keep": "center"}, True, False),
        ({"network": "plain", "keep": "random"}, False, True),
        ({"network": "person"}, False, True),  # who aims at the centre, but has no mask
        ({"classical": "watershed", "clicks": "suvmax"}, False, True),
        ({"classical": "threshold"}, False, False),
        ({"classical": "watershed", "clicks": "inner"}, True, False),
    ],
)
def test_what_needs_the_mask_and_what_is_drawn_from_it(method, needs, drawn):
    assert needs_mask(method, NETWORKS) is needs and drawn_from_mask(method, NETWORKS) is drawn


def test_marks_of_methods_by_the_kinds_they_were_made_for():
    made_for = {"a": ("none", "random"), "b": ("human", "center"), "c": ("classical", "none"), "d": {"inner"}}
    assert notices_of(made_for) == Notices(["b", "d"], False, ["a"])


def test_names_are_marked_where_they_are_names_of_methods():
    table = pd.DataFrame({"method_a": ["a", "b"], "method_b": ["b", "c"], "n": [1, 2]})
    shown = with_marks(table, Notices(["b"], drawn=["c"]))
    assert shown["method_a"].tolist() == ["a", f"b{ORACLE}"] and shown["method_b"].tolist() == [f"b{ORACLE}", f"c{DRAWN}"]
    assert table["method_a"].tolist() == ["a", "b"]
    assert notes(shown["method_a"]) == [NOTES[ORACLE]] and notes(["a", "c"]) == []
    assert notes([f"c{DRAWN}", f"b{ORACLE}", ""]) == [NOTES[ORACLE], NOTES[DRAWN]]
    assert [text[0] for text in NOTES.values()] == [ORACLE, DRAWN] == ["\u2020", "\u2021"]


@pytest.fixture
def scores_csv(tmp_path):
    rows = [("a", "p", 0, 1, 0.1, 5), ("a", "q", 0, 1, 0.3, 5), ("b", "p", 0, 1, 0.5, 5), ("b", "q", 0, 1, 0.6, 5)]
    columns = ["method", "patient", "slice", "fold", "dice", "n_true"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "s.csv", index=False)
    return tmp_path / "s.csv"


def test_pages_mark_methods_and_csv_files_do_not(scores_csv, written):
    folder = written(scores_csv, oracles=["b"], drawn=["a"])
    for name in ("median_dice", "wilcoxon", "f_test", "scores"):
        html = (folder / f"{name}.html").read_text()
        assert f"b{ORACLE}" in html and f">a{ORACLE}" not in html and all(f">{note}<" in html for note in NOTES_IN_HTML)
    assert f"<th>a{DRAWN}</th><th>b{ORACLE}</th>" in html
    assert not any(mark in path.read_text() for path in folder.glob("*.csv") for mark in NOTES)
    assert not any(mark in path.read_text() for path in written(scores_csv).glob("*.html") for mark in NOTES)


def texts(fig) -> str:
    artists = [*fig.texts, *(text for ax in fig.axes for text in [*ax.texts, *ax.get_yticklabels()])]
    artists += [text for legend in fig.legends for text in legend.get_texts()]
    return "\n".join(text.get_text() for text in artists)


def test_figures_mark_methods(scores_csv):
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
        found = texts(draw(Notices(["b"], drawn=["a"])))
        assert f"b{ORACLE}" in found and f"a{DRAWN}" in found and f"a{ORACLE}" not in found
        assert all(line in found for line in NOTES.values())
        found = texts(draw(Notices(["b"])))
        assert NOTES[ORACLE] in found and DRAWN not in found
        assert not any(mark in texts(draw(Notices())) for mark in NOTES)
