import numpy as np
import pandas as pd
import pytest

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
    """Two patients, folds in the order q, p; every array is filled with a number that tells its slice."""
    pd.DataFrame({"patient": ["q", "p"], "fold": [1, 2], "n_slices": [2, 3]}).to_csv(tmp_path / "folds.csv")
    files = {}
    for patient, numbers in {"q": [4, 6], "p": [10, 11, 15]}.items():
        names = [tmp_path / f"{patient}-{end}" for end in ("slices.npy", "masks.npy", "slices.csv")]
        fill = np.array(numbers)[:, None, None] * np.ones((1, 8, 8))
        np.save(names[0], fill.astype(np.float32))
        np.save(names[1], fill.astype(np.uint8))
        pd.DataFrame({"patient": patient, "index": range(len(numbers)), "slice": numbers}).to_csv(names[2])
        files[patient] = tuple(names)
    order = np.array([4, 6, 10, 11, 15], dtype=np.uint8)
    np.save(tmp_path / "a.npy", order[:, None, None] * np.ones((1, 8, 8), dtype=np.uint8))
    dice = [("q", 4, 0.5), ("q", 6, 0.0), ("p", 10, 0.5), ("p", 11, 0.6), ("p", 15, 1.0)]
    scores = scores_of([("a", *row) for row in dice] + [("b", *row[:2], row[2] / 2) for row in dice])
    return tmp_path, scores, files


def test_arrays_and_dice_are_those_of_the_chosen_slices(study):
    folder, scores, files = study
    first, last = examples.read_examples(scores, folder / "folds.csv", files, {"a": folder / "a.npy"})
    assert (first.patient, first.slice, first.dice) == ("q", 6, {"a": 0.0, "b": 0.0})
    assert (last.patient, last.slice, last.dice) == ("p", 15, {"a": 1.0, "b": 0.5})
    for example in (first, last):
        for array in (example.pet, example.truth, example.masks["a"]):
            assert array.shape == (8, 8)
            assert (array == example.slice).all()


def test_masks_of_another_number_of_slices_are_refused(study):
    folder, scores, files = study
    np.save(folder / "a.npy", np.zeros((4, 8, 8), dtype=np.uint8))
    with pytest.raises(ValueError, match=r"method a are of 4 slices but folds.csv has 5"):
        examples.read_examples(scores, folder / "folds.csv", files, {"a": folder / "a.npy"})
