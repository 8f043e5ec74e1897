from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oneclick.common.files import write_json
from oneclick.data.grid import Grid
from oneclick.data.stack import StackFiles
from oneclick.questions.measures.measure import agreement, lesion_pairs, patient_rows, stacked, write_measures
from oneclick.questions.measures.tables import agreement_table, read_measures, score_tables, summary, summary_row

# The library's release imports from namespaces that SciPy 2 drops; envs/requirements.in says so.
pytestmark = pytest.mark.filterwarnings("ignore:Please import")

SPACING = (5.0, 2.0, 4.0)
"""mm along slices, rows and columns: a voxel has 0.04 ml."""


def planes(n, *boxes):
    """Slices of 12 x 12 pixels; a box is slices, rows, columns."""
    masks = np.zeros((n, 12, 12), np.uint8)
    for box in boxes:
        masks[tuple(slice(*ends) for ends in box)] = 1
    return masks


def test_a_gap_between_slices_is_empty():
    volume = stacked(planes(3, ((0, 3), (0, 2), (0, 2))), [4, 5, 8])
    assert volume.sum(axis=(1, 2)).tolist() == [4, 4, 0, 0, 4]


def test_volumes_and_glycolysis_by_hand():
    true, predicted = planes(2, ((0, 2), (0, 2), (0, 5))), planes(2, ((0, 1), (0, 2), (0, 5)))  # 20 and 10 voxels
    values = np.full(true.shape, 3.0)
    values[1] = 5.0
    found = agreement(true, predicted, values, SPACING, 0.04, 5)
    assert found["dice"] == pytest.approx(20 / 30)
    assert (found["mtv_true_ml"], found["mtv_pred_ml"]) == (pytest.approx(0.8), pytest.approx(0.4))
    assert (found["mtv_error_ml"], found["tlg_true"]) == (pytest.approx(-0.4), pytest.approx(0.4 * 3 + 0.4 * 5))
    assert (found["tlg_pred"], found["tlg_error"]) == (pytest.approx(1.2), pytest.approx(-2.0))
    assert found["hd95_mm"] == 5  # the faces of the missing slice


def test_empty_masks_have_no_dice_and_volumes_of_0():
    none = planes(1)[0]
    found = agreement(none, none, none, SPACING[1:], 0.04, 5)
    assert np.isnan([found[name] for name in ("dice", "hd95_mm", "surface_dice")]).all()
    assert [found[name] for name in ("mtv_true_ml", "mtv_error_ml", "tlg_pred", "tlg_error")] == [0, 0, 0, 0]


def test_a_lesion_is_compared_with_all_that_touches_it():
    true = planes(2, ((0, 2), (0, 3), (0, 3)), ((0, 1), (8, 10), (8, 10)))
    predicted = planes(2, ((0, 1), (2, 5), (2, 3)), ((1, 2), (0, 1), (0, 1)), ((0, 1), (11, 12), (0, 1)))
    (first, of_first), (second, of_second) = lesion_pairs(true, predicted)
    assert (first.sum(), second.sum()) == (18, 4)
    np.testing.assert_array_equal(of_first, predicted * (np.arange(12) < 11)[:, None])  # without what touches nothing
    assert not of_second.any()


@pytest.fixture
def rows():
    # Slices 3, 4 and 6: the tumour of slice 6 is a lesion of its own, and the prediction misses it.
    true = planes(3, ((0, 3), (2, 6), (2, 6)))
    predicted = planes(3, ((0, 2), (2, 6), (2, 6)), ((0, 1), (10, 11), (0, 5)))
    found = patient_rows(true, predicted, np.full(true.shape, 2.0), np.array([3, 4, 6]), SPACING, 5)
    return pd.DataFrame(found).set_index("level")


def test_a_row_for_each_slice_lesion_and_patient(rows):
    assert rows.index.tolist() == ["slice"] * 3 + ["lesion"] * 2 + ["patient"]
    assert rows.loc["slice", "slice"].tolist() == [3, 4, 6]
    assert rows.loc["slice", "dice"].tolist() == pytest.approx([32 / 37, 1, 0])
    assert rows.loc["slice", "fp_ml"].tolist() == pytest.approx([0.2, 0, 0])
    assert rows.loc["slice", "fn_ml"].tolist() == pytest.approx([0, 0, 0.64])
    assert rows.loc["slice", "hd95_mm"].iloc[1] == 0 and np.isnan(rows.loc["slice", "hd95_mm"].iloc[2])


def test_lesions_do_not_reach_across_slices_that_were_not_scored(rows):
    assert rows.loc["lesion", "dice"].tolist() == [1, 0]
    assert rows.loc["lesion", "mtv_true_ml"].tolist() == pytest.approx([1.28, 0.64])
    assert rows.loc["lesion", "surface_dice"].tolist() == [1, 0]


def test_a_patient_in_3d(rows):
    patient = rows.loc["patient"]
    assert patient["dice"] == pytest.approx(2 * 32 / (48 + 37))
    assert (patient["fp_ml"], patient["fn_ml"]) == (pytest.approx(0.2), pytest.approx(0.64))
    assert (patient["sensitivity"], patient["precision"], patient["f1"]) == (0.5, 0.5, 0.5)
    assert (patient["mtv_error_ml"], patient["tlg_error"]) == (pytest.approx(-0.44), pytest.approx(-0.88))


@pytest.fixture
def written(tmp_path):
    """The table of a method that misses all of patient 007 and has patient NA right; values run from 1 to 5."""
    true = planes(2, ((0, 2), (2, 6), (2, 6)))
    grid = Grid((12, 12, 9), 12, (0, 1, 2), (False, False), (0, 0), (1, 1), SPACING[1:], None, SPACING[0])
    stack = StackFiles(*(str(tmp_path / name) for name in ("slices.npy", "masks.npy", "slices.csv", "grids.json")))
    np.save(stack.slices_npy, np.concatenate([true, true]).astype(np.float32))
    np.save(stack.masks_npy, np.concatenate([true, true]))
    lines = [f"{patient},{index},{number},16,1.0,5.0" for patient in ("007", "NA") for index, number in enumerate((7, 8))]
    Path(stack.slices_csv).write_text("\n".join(["patient,index,slice,n_positive,lowest,highest", *lines]) + "\n")
    write_json(stack.grids_json, {patient: asdict(grid) for patient in ("007", "NA")})
    (tmp_path / "folds.csv").write_text("patient,fold,n_slices\nNA,1,2\n007,2,2\n")
    np.save(tmp_path / "found.npy", np.concatenate([0 * true, true]))
    files = (str(tmp_path / name) for name in ("folds.csv", "found.npy"))
    write_measures("m", stack, *files, 5, str(tmp_path / "m.csv"), print)
    return read_measures(tmp_path / "m.csv")


def test_the_table_of_a_method(written):
    assert written["level"].tolist() == ["slice", "slice", "lesion", "patient"] * 2
    assert written["patient"].tolist() == ["007"] * 4 + ["NA"] * 4
    assert written["fold"].tolist() == [2] * 4 + [1] * 4
    patients = written[written["level"] == "patient"].set_index("patient")
    # 32 voxels of 0.04 ml at the highest value, 5
    assert patients["tlg_true"].tolist() == pytest.approx([6.4, 6.4])
    assert patients["tlg_pred"].tolist() == pytest.approx([0, 6.4])
    assert patients.loc["NA", "hd95_mm"] == 0 and np.isnan(patients.loc["007", "hd95_mm"])


def test_what_is_undefined_is_counted(written):
    found = summary(written, 1).set_index(["level", "measure", "statistic"])
    hd95 = found.loc[("patient", "hd95_mm", "median")]
    assert (hd95["n"], hd95["n_undefined"], hd95["n_patients"], hd95["value"]) == (1, 1, 1, 0)
    assert found.loc[("slice", "dice", "median"), ["n", "n_undefined", "value", "mean"]].tolist() == [4, 0, 0.5, 0.5]
    assert found.loc[("lesion", "sensitivity", "pooled"), ["n", "value"]].tolist() == [2, 0.5]
    assert found.loc[("lesion", "precision", "pooled"), ["n", "value"]].tolist() == [1, 1]
    assert found.loc[("lesion", "f1", "pooled"), "value"] == pytest.approx(2 / 3)
    assert found.loc[("patient", "precision", "median"), ["n", "n_undefined"]].tolist() == [1, 1]


def test_a_measure_that_is_nowhere_defined():
    row = summary_row(np.array([np.nan, np.nan]), np.array(["a", "b"]), np.random.default_rng(0))
    assert (row["n"], row["n_undefined"]) == (0, 2) and np.isnan(row["value"])


def test_limits_of_agreement_of_volumes(written):
    found = agreement_table(written, 1).set_index(["level", "measure"])
    # errors 0 and -1.28 ml
    assert found.loc[("patient", "mtv_error_ml"), ["n", "bias", "sd"]].tolist() == pytest.approx(
        [2, -0.64, 1.28 / np.sqrt(2)]
    )
    assert found.loc[("lesion", "tlg_error"), "bias"] == pytest.approx(-3.2)


def test_scores_for_the_statistics(written):
    found = score_tables(written)
    assert found["patient_mtv_absolute_error_ml"].to_numpy().tolist()[0] == ["m", "007", 1, pytest.approx(1.28)]
    assert found["slice_dice"]["case"].tolist() == [7, 8, 7, 8]
    assert found["lesion_dice"][["patient", "case", "score"]].to_numpy().tolist() == [["007", 1, 0], ["NA", 1, 1]]
