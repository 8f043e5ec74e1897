import numpy as np
import pandas as pd
import pytest

from oneclick.questions.walk.tables import patients_of, walk_summary


def lesions(method: str = "m") -> pd.DataFrame:
    """Patient a: two lesions, 10 pixels of 10 found and 0 of 30; b and c: one, 5 of 10 found. Every slice: all found."""
    rows = [("a", 1, 4, 10, 10, 10, 2), ("a", 2, 5, 30, 0, 0, 0), ("b", 1, 3, 10, 10, 5, 1), ("c", 1, 3, 10, 10, 5, 1)]
    table = pd.DataFrame(
        rows,
        columns=[
            "patient",
            "lesion",
            "clicks_every_slice",
            "n_true",
            "n_pred_one_click",
            "n_overlap_one_click",
            "n_slices_beyond",
        ],
    )
    table = table.assign(method=method, fold=1, clicks_one_click=1, n_pred_every_slice=table["n_true"])
    found, total = table["n_overlap_one_click"], table["n_true"] + table["n_pred_one_click"]
    return table.assign(n_overlap_every_slice=table["n_true"], dice_one_click=2 * found / total, dice_every_slice=1.0)


def test_a_patient_is_the_sum_of_the_lesions():
    table = patients_of(lesions(), 0).set_index("patient")
    assert table["n_lesions"].to_dict() == {"a": 2, "b": 1, "c": 1}
    assert table["clicks_one_click"].tolist() == [2, 1, 1]
    assert table["clicks_every_slice"].tolist() == [9, 3, 3]
    assert table["dice_one_click"].tolist() == pytest.approx([2 * 10 / (10 + 40), 0.5, 0.5])


def test_medians_of_lesions_and_of_patients():
    summary = walk_summary(pd.concat([lesions(), lesions("other")]), 0, 1)
    assert summary[["method", "level", "n"]].to_numpy().tolist() == [
        ["m", "lesions", 4], ["m", "patients", 3], ["other", "lesions", 4], ["other", "patients", 3],
    ]  # fmt: skip
    # lesions: 1, 0, 0.5, 0.5; patients: 0.4, 0.5, 0.5
    assert summary["dice_one_click"].tolist() == pytest.approx([0.5] * 4)
    assert summary["difference"].tolist() == pytest.approx([-0.5] * 4)
    assert summary.loc[0, ["clicks_one_click", "clicks_every_slice", "n_slices_beyond"]].tolist() == pytest.approx(
        [4 / 3, 5, 4 / 3]
    )
    assert (summary["dice_every_slice_ci_low"] == 1).all() and (summary["dice_every_slice_ci_high"] == 1).all()
    assert summary.loc[1, "dice_one_click_ci_low"] == pytest.approx(0.4)  # only a drawn
    assert summary.loc[1, "dice_one_click_ci_high"] == pytest.approx(0.5)


def test_of_one_patient_there_is_no_interval():
    one = lesions()[lambda table: table["patient"] == "b"]
    assert np.isnan(walk_summary(one, 0, 1)[["dice_one_click_ci_low", "difference_ci_high"]].to_numpy()).all()
