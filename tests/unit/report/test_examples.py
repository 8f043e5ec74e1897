import numpy as np
import pandas as pd
import pytest
from stack_files import plane_of, write_stack

from oneclick.common.errors import UserError
from oneclick.data.rows import read_rows
from oneclick.report import examples


def scores_of(rows: list[tuple[str, str, int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "dice"]).assign(fold=1)


def test_slices_nearest_to_the_percentiles_by_hand():
    # Dice 0, 0.05, ..., 1 in slices 0 to 20: the percentiles 5, 35, 65, 95 are slices 1, 7, 13, 19.
    rows = [("a", f"p{i:02d}", i, i / 20) for i in range(21)] + [("b", f"p{i:02d}", i, 0.5) for i in range(21)]
    assert examples.choose_examples(scores_of(rows)) == [("p01", 1), ("p07", 7), ("p13", 13), ("p19", 19)]


def test_at_most_one_slice_a_patient():
    # Slices 1 and 7 are of one patient: the second goes to the next nearest, 6 before 8 by the rule for ties.
    rows = [("a", "p01" if i in (1, 7) else f"p{i:02d}", i, i / 20) for i in range(21)]
    assert examples.choose_examples(scores_of(rows)) == [("p01", 1), ("p06", 6), ("p13", 13), ("p19", 19)]


def test_ties_go_to_the_first_patient_and_slice_whatever_the_order_of_rows():
    rows = [("a", patient, number, 0.5) for patient in ("q", "p") for number in (9, 3)]
    assert examples.choose_examples(scores_of(rows), n=4) == [("p", 3), ("q", 3)]
    assert examples.choose_examples(scores_of(rows), n=1) == [("p", 3)]


def test_another_reference_method_and_dice_without_a_value():
    rows = [("a", "p", 0, 0.1), ("a", "q", 0, 0.9), ("b", "p", 0, 0.9), ("b", "q", 0, float("nan"))]
    assert examples.choose_examples(scores_of(rows), "b") == [("p", 0)]
    with pytest.raises(ValueError, match="Method c has no Dice"):
        examples.choose_examples(scores_of(rows), "c")


@pytest.fixture
def study(tmp_path):
    """Two patients, q before p; every array is filled with a number that tells its slice."""
    order = np.array([4, 6, 10, 11, 15])[:, None, None] * np.ones((8, 8))
    grids = {"q": plane_of(8, (2.0, 3.0)), "p": plane_of(8)}
    files = write_stack(tmp_path, {"q": [4, 6], "p": [10, 11, 15]}, order, order, grids)
    np.save(tmp_path / "a.npy", order.astype(np.uint8))
    dice = [("q", 4, 0.5), ("q", 6, 0.0), ("p", 10, 0.5), ("p", 11, 0.6), ("p", 15, 1.0)]
    scores = scores_of([("a", *row) for row in dice] + [("b", *row[:2], row[2] / 2) for row in dice])
    clicks = "patient,slice,component,row,column\nq,6,1,2,3\np,6,1,9,9\np,15,1,4,5\np,15,2,6,7\n"
    (tmp_path / "clicks.csv").write_text(clicks)
    paths = files, {"a": tmp_path / "a.npy"}, {"random": tmp_path / "clicks.csv"}
    return scores, paths


def test_arrays_and_dice_are_those_of_the_chosen_slices(study):
    scores, paths = study
    first, last = examples.read_examples(scores, *paths)
    assert (first.patient, first.slice, first.dice) == ("q", 6, {"a": 0.0, "b": 0.0})
    assert (last.patient, last.slice, last.dice) == ("p", 15, {"a": 1.0, "b": 0.5})
    assert first.clicks["random"].tolist() == [[2, 3]] and last.clicks["random"].tolist() == [[4, 5], [6, 7]]
    assert first.pixel_mm == (2.0, 3.0) and last.pixel_mm == (1.0, 1.0)
    for example in (first, last):
        for array in (example.pet, example.truth, example.masks["a"]):
            assert array.shape == (8, 8)
            assert (array == example.slice).all()


@pytest.mark.parametrize("other, times", [(3, 0), (6, 2)])
def test_a_slice_that_the_stack_does_not_have_once_is_refused(study, other, times):
    scores, paths = study
    table = read_rows(paths[0].slices_csv)
    table.loc[0 if times else 1, "slice"] = other  # q's slices are 6 and 6, or 4 and 3
    table.to_csv(paths[0].slices_csv, index=False)
    with pytest.raises(UserError, match=rf"slices\.csv: slice 6 of patient q is there {times} times; mend or delete it"):
        examples.read_examples(scores, *paths)
