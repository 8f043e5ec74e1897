import pandas as pd
import pytest

from oneclick.report import box_plots
from oneclick.report.marks import Notices


@pytest.fixture
def scores():
    dice = {"CNNonly": [0.1, 0.2, 0.6, float("nan")], "other$": [0.5, 0.9, 0.7, 0.6]}
    rows = [(m, "pqqr"[i], i, 1, value) for m, values in dice.items() for i, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "fold", "dice"])


def test_box_plots_show_the_medians_and_the_papers_beside(scores):
    fig = box_plots.draw_box_plots(scores, Notices())
    ax = fig.axes[0]
    lines = [line for line in ax.lines if line.get_linewidth() == 1.8]
    assert [float(line.get_xdata()[0]) for line in lines] == pytest.approx([0.2, 0.65])
    diamonds = [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in ax.lines if line.get_marker() == "D"]
    assert diamonds == [(0.535, 0.0)]
    texts = [text.get_text() for text in ax.texts]
    assert texts[3:] == ["3", "0.200", "0.535", "4", "0.650", "\u2013"]
    assert "of 3 patients" in fig.texts[0].get_text()
    assert "Phantom" not in fig.texts[0].get_text()
    assert "Phantom" in box_plots.draw_box_plots(scores, Notices(phantom=True)).texts[0].get_text()


def test_without_a_method_of_the_paper_there_is_no_marker_for_it(scores):
    ax = box_plots.draw_box_plots(scores[scores["method"] == "other$"], Notices()).axes[0]
    assert ax.get_legend() is None
    assert not [line for line in ax.lines if line.get_marker() == "D"]


def test_box_plots_are_equal_files_without_a_date(scores, tmp_path):
    scores.to_csv(tmp_path / "scores.csv", index=False)
    for name in ("a", "b"):
        files = tmp_path / f"{name}.png", tmp_path / f"{name}.svg"
        box_plots.write_box_plots(tmp_path / "scores.csv", *files, Notices())
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert "<dc:date>" not in (tmp_path / "a.svg").read_text()
