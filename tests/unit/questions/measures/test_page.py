from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from oneclick.questions.measures.page import draw_bland_altman, measures_page
from oneclick.questions.measures.tables import agreement_table, summary
from oneclick.report.marks import Notices


@pytest.fixture
def table():
    """Method m & co, patients a and b of a lesion and a slice each; that of b is missed."""
    rows = []
    for patient, hit in (("a", 1.0), ("b", 0.0)):
        shared = {"method": "m & co", "patient": patient, "fold": 1, "dice": hit, "hd95_mm": 4.0 if hit else np.nan}
        shared |= {"surface_dice": hit, "mtv_true_ml": 10.0, "mtv_pred_ml": 14.0 * hit, "mtv_error_ml": 14 * hit - 10}
        shared |= {"tlg_error": 0.0, "fp_ml": 0.0, "fn_ml": 10 - 10 * hit, "n_true": 1, "n_found": hit, "n_pred": hit}
        shared |= {"n_hit": hit, "sensitivity": hit, "precision": 1.0 if hit else np.nan, "f1": hit, "slice": 3, "lesion": 1}
        rows += [{"level": level} | shared for level in ("slice", "lesion", "patient")]
    return pd.DataFrame(rows)


def test_the_page_counts_what_is_undefined_and_names_the_unit(table):
    rows, limits = summary(table, 1), agreement_table(table, 1)
    page = measures_page(rows, limits, 3, phantom=False)
    assert page.count("n = 1, 1 undefined") == 4  # Hausdorff of three levels, precision of patients
    assert page.count("mean 5.00") == 2  # false-negative volume of slices and patients
    assert "m &amp; co" in page and "within 3 mm" in page
    assert "TLG error, scan's unit times ml" in page.replace("&#x27;", "'") and "Phantom" not in page
    assert "TLG error, SUV ml" in measures_page(rows, limits, 3, phantom=True)


def test_the_figure_shows_patients_bias_and_limits(table):
    ax, *_ = draw_bland_altman(table, agreement_table(table, 1), Notices()).axes
    dots = [line.get_xydata().tolist() for line in ax.lines if line.get_marker() == "o"]
    assert dots == [[[12, 4], [5, -10]]]
    # errors 4 and -10 ml: bias -3, SD 9.90
    sd = 14 / np.sqrt(2)
    levels = [line.get_ydata()[0] for line in ax.lines if line.get_marker() != "o"]
    assert levels == pytest.approx([0, -3 - 1.96 * sd, -3, -3 + 1.96 * sd])
    assert "n = 2 patients" in ax.get_title() and "bias \u22123.0" in ax.get_title()


def test_titles_and_labels_keep_apart_where_volumes_are_litres(table):
    many = pd.concat([table.assign(method=f"method{number}") for number in range(3)], ignore_index=True)
    for column in many.columns[many.columns.str.endswith("_ml")]:
        many[column] = many[column].astype(float) * 500
    fig = draw_bland_altman(many, agreement_table(many, 1), Notices())
    FigureCanvasAgg(fig).draw()
    shown = [ax.title.get_window_extent() for ax in fig.axes] + [fig.axes[0].yaxis.label.get_window_extent()]
    assert "bias \u22121500, limits" in fig.axes[0].get_title()
    assert min(box.x0 for box in shown) >= 0 and max(box.x1 for box in shown) <= fig.bbox.width
    assert all(a.x1 < b.x0 for a, b in pairwise(shown[:3]))
