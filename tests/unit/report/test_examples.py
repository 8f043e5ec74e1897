import numpy as np
import pandas as pd
import pytest

from oneclick.common.errors import UserError
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
    """Two patients in a stack; every array is filled with a number that tells its slice. Gives the scores and the files."""
    numbers = np.array([10, 11, 15, 4, 6])
    table = pd.DataFrame({"patient": list("pppqq"), "index": [0, 1, 2, 0, 1], "slice": numbers, "n_positive": 9})
    table.to_csv(tmp_path / "slices.csv", index=False)
    filled = numbers[:, None, None] * np.ones((1, 8, 8))
    for name, dtype in (("slices", np.float32), ("masks", np.uint8), ("a", np.uint8)):
        np.save(tmp_path / f"{name}.npy", filled.astype(dtype))
    dice = [("p", 10, 0.5), ("p", 11, 0.6), ("p", 15, 1.0), ("q", 4, 0.5), ("q", 6, 0.0)]
    scores = scores_of([("a", *row) for row in dice] + [("b", *row[:2], row[2] / 2) for row in dice])
    return scores, [tmp_path / name for name in ("slices.csv", "slices.npy", "masks.npy")], {"a": tmp_path / "a.npy"}


def test_arrays_and_dice_are_those_of_the_chosen_slices(study):
    scores, stack, segmentations = study
    first, last = examples.read_examples(scores, *stack, segmentations)
    assert (first.patient, first.slice, first.dice) == ("q", 6, {"a": 0.0, "b": 0.0})
    assert (last.patient, last.slice, last.dice) == ("p", 15, {"a": 1.0, "b": 0.5})
    for example in (first, last):
        for array in (example.pet, example.truth, example.masks["a"]):
            assert array.shape == (8, 8)
            assert (array == example.slice).all()


def test_a_scored_slice_that_is_not_in_the_stack_is_named(study):
    scores, stack, segmentations = study
    table = pd.read_csv(stack[0])
    table.loc[table["slice"] == 6, "slice"] = 7
    table.to_csv(stack[0], index=False)
    with pytest.raises(UserError, match=r"slices.csv: slice 6 of patient q is there 0 times"):
        examples.read_examples(scores, *stack, segmentations)
