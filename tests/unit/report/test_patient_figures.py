from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from oneclick.evaluation import by_patient
from oneclick.evaluation.by_patient import Outcome
from oneclick.report import patient_figures
from oneclick.report.manuscript import write_up
from oneclick.report.marks import NOTES, Notices

OUTCOME, NOTICES = Outcome(), Notices()


def scores_of(names: list[str], n_patients: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    rows = [
        (method, f"p{patient}", number, 1, rng.uniform(0.2, 0.6) + 0.3 * (order == 0))
        for order, method in enumerate(names)
        for patient in range(n_patients)
        for number in range(3)
    ]
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "fold", "dice"])


def both(names: list[str], outcome: Outcome = OUTCOME, notices: Notices = NOTICES):
    scores = scores_of(names)
    methods, pairs = by_patient.method_table(scores, 1), by_patient.pair_table(scores, 1)
    figures = (
        patient_figures.draw_medians(scores, methods, outcome, notices),
        patient_figures.draw_differences(methods, pairs, outcome, notices),
    )
    return scores, methods, pairs, figures


def words(fig) -> list[str]:
    artists = [*fig.texts, *(text for ax in fig.axes for text in [*ax.texts, *ax.get_yticklabels()])]
    return [text.get_text() for text in artists]


def test_medians_and_intervals_lie_over_the_patients_medians():
    scores, methods, _, (fig, _) = both(["b", "a"])
    ax = fig.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "a"]
    for y, method in enumerate(["b", "a"]):
        of_patients = scores[scores["method"] == method].groupby("patient")["dice"].median()
        dots = np.asarray(ax.collections[y].get_offsets())
        assert sorted(dots[:, 0]) == pytest.approx(sorted(of_patients))
        assert all(abs(dots[:, 1] - y) < 0.5)
        interval, point = ax.lines[2 * y], ax.lines[2 * y + 1]
        assert list(interval.get_xdata()) == methods.loc[y, ["ci_low", "ci_high"]].tolist()
        assert point.get_xdata()[0] == scores.loc[scores["method"] == method, "dice"].median()
    assert any(text.startswith("n = 18 slices of 6 patients.") for text in words(fig))


def test_a_row_of_the_forest_is_a_pair_and_filled_where_it_is_found():
    _, _, pairs, (_, fig) = both(["b", "a", "c"])
    pairs.loc[0, "clustered_p_holm"], pairs.loc[1:, "clustered_p_holm"] = 0.049, 0.05
    methods = by_patient.method_table(scores_of(["b", "a", "c"]), 1)
    fig = patient_figures.draw_differences(methods, pairs, OUTCOME, NOTICES)
    ax = fig.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["c \u2212 a", "c \u2212 b", "a \u2212 b"]
    points = [line for line in ax.lines if line.get_marker() == "o"]
    assert [point.get_xdata()[0] for point in points] == pairs["median_difference"].tolist()
    assert [point.get_markerfacecolor() for point in points] == [patient_figures.BLUE, "white", "white"]
    assert {"0.049", "0.050"} <= set(words(fig))
    assert any("Holm's correction for all 3 pairs" in text for text in words(fig))


def test_the_axis_of_differences_has_round_ticks_that_hold_all_intervals():
    _, methods, pairs, _ = both(["b", "a", "c"])
    pairs["median_difference"], pairs["ci_low"], pairs["ci_high"] = 0.0, -0.144, 0.193
    ax = patient_figures.draw_differences(methods, pairs, OUTCOME, NOTICES).axes[0]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["\u22120.2", "\u22120.1", "0", "+0.1", "+0.2"]
    assert ax.get_xlim()[0] < -0.2 and ax.get_xlim()[1] > 0.2
    pairs["ci_low"], pairs["ci_high"] = 0.0, 0.0
    ax = patient_figures.draw_differences(methods, pairs, OUTCOME, NOTICES).axes[0]
    assert "0" in [label.get_text() for label in ax.get_xticklabels()]
    assert "0.000  (0.000 to 0.000)" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("n", [2, 5, 9, 12])
def test_all_text_stays_on_the_page_and_no_name_runs_into_its_neighbour(n):
    names = [f"a_name_of_a_method_{i}" for i in range(n)]
    *_, figures = both(
        names, Outcome("95 % Hausdorff distance (mm)", "lesions"), Notices(names[:1], phantom=True, drawn=names[1:])
    )
    for fig in figures:
        FigureCanvasAgg(fig).draw()
        page = fig.bbox
        texts = [*fig.texts, *(text for ax in fig.axes for text in [*ax.texts, *ax.get_yticklabels(), ax.xaxis.label])]
        boxes = [text.get_window_extent() for text in texts]
        for box in boxes:
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= page.width and box.y1 <= page.height
        boxes += [label.get_window_extent() for ax in fig.axes for label in ax.get_xticklabels()]
        for one, other in combinations(boxes, 2):
            assert not one.overlaps(other)
        assert all(any(mark in text for text in words(fig)) for mark in NOTES)
        assert all(note in "\n".join(words(fig)) for note in NOTES.values())
        assert "Phantom cohort" in "\n".join(words(fig))


@pytest.mark.parametrize("names, n_patients", [(["solo"], 5), (["a", "b"], 1)])
def test_little_to_compare(names, n_patients, tmp_path):
    scores = scores_of(names, n_patients)
    scores.to_csv(tmp_path / "s.csv", index=False)
    by_patient.method_table(scores, 1).to_csv(tmp_path / "m.csv", index=False)
    by_patient.pair_table(scores, 1).to_csv(tmp_path / "p.csv", index=False)
    files = [tuple(tmp_path / f"{name}.{kind}" for kind in ("png", "svg", "pdf")) for name in ("medians", "differences")]
    paths = [tmp_path / name for name in ("s.csv", "m.csv", "p.csv", "a.md", "a.tex")]
    write_up(*paths, *files, 1, OUTCOME, NOTICES)
    assert ("nothing to compare" in files[1][1].read_text()) == (len(names) == 1)
    first = [file.read_bytes() for part in files for file in part]
    write_up(*paths, *files, 1, OUTCOME, NOTICES)
    assert first == [file.read_bytes() for part in files for file in part]
