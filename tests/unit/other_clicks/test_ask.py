import numpy as np
import pandas as pd
import pytest
from stack_files import write_folds, write_stack

from oneclick.clicks.encoding import Encoding
from oneclick.data.grid import grid_of
from oneclick.data.stack import PatientSlices
from oneclick.methods.classical import classical_methods
from oneclick.methods.trained import Asked, TrainedNetwork, network_method, network_methods, remembered
from oneclick.other_clicks.ask import ask, false_components, radius_mm, write_answers
from oneclick.other_clicks.places import Clicked, offsets

MM = (2.0, 4.0)


def clicked(*places: tuple[int, int]) -> np.ndarray:
    matrix = np.zeros((1, 11, 11), np.uint8)
    for place in places:
        matrix[(0, *place)] = 1
    return matrix


def square() -> np.ndarray:
    """A tumour of 3 x 3 pixels around (5, 5)."""
    truth = np.zeros((1, 11, 11), np.uint8)
    truth[0, 4:7, 4:7] = 1
    return truth


def asked(network_clicks="center", **methods) -> Asked:
    return Asked(methods, network_clicks, Encoding(), 8)


def believer(matrices: np.ndarray) -> np.ndarray:
    """A network that predicts a square of 3 x 3 pixels around each click, and nothing else."""
    around = np.zeros(matrices.shape, np.float32)
    for n, row, column in np.argwhere(matrices):
        around[n, row - 1 : row + 2, column - 1 : column + 2] = 1
    return around


def answers(methods, clicks, truth, distances):
    grid = grid_of(np.zeros((11, 11, 1)), np.diag([-1.0, -1, 1, 1]), 11, None)
    slices = PatientSlices("p", slice(0, 1), pd.DataFrame(), truth.astype(float), truth, grid)
    return ask(methods, offsets(slices, clicks, distances), truth, 0, 8)


def test_the_radius_is_that_of_the_largest_component():
    mask = np.zeros((9, 9), np.uint8)
    mask[0, 0], mask[3:6, 3:6] = 1, 1
    assert radius_mm(mask, 8, MM) == pytest.approx(np.sqrt(9 * 8 / np.pi))


def test_a_network_that_believes_the_click_loses_what_its_square_loses():
    method = network_method(believer, 0.5, asked(), {"network": "n"})
    found = answers({"m": method}, {"center": clicked((5, 5))}, square(), (0, 1))
    # four directions shift by a pixel along an axis (6 of 9 pixels stay), four by 0.71 mm along both, a pixel each (4 of 9)
    assert found["dice"].tolist() == pytest.approx([1, *[6 / 9, 4 / 9] * 4])
    assert found["n_false"].tolist() == [0, *[3, 5] * 4]
    assert found["false_components"].sum() == 0
    assert set(found["method"]) == {"m"}


def test_a_click_that_leaves_its_component_loses_it_where_clicks_choose():
    outputs = square().astype(np.float32)
    outputs[0, 0, 0] = 1  # a false component, so that clicks matter
    seen = []
    method = network_method(lambda clicks: seen.append(clicks) or outputs, 0.5, asked("none"), {"keep": "center"})
    found = answers({"m": method}, {"center": clicked((5, 5))}, square(), (0, 1, 3))
    assert found.groupby("distance_mm")["dice"].mean().tolist() == pytest.approx([1, 1, 0])
    assert all(clicks is None for clicks in seen)  # the network sees none


def test_any_function_from_clicks_to_masks_is_a_method():
    def both(clicks):  # a classical method, say: a pixel on each click
        return clicks["center"] | clicks["random"]

    truth = clicked((5, 5), (0, 0))
    place = Clicked({"center": clicked((5, 5)), "random": clicked((0, 0))}, {"place": "x"}, np.array([True]))
    found = ask({"m": both}, [place], truth, 0, 8)
    assert found[["row", "place", "method", "dice", "n_false"]].to_numpy().tolist() == [[0, "x", "m", 1.0, 0]]


def test_slices_without_the_place_are_left_out():
    truth = np.concatenate([square(), square()])
    place = Clicked({"center": truth}, {"place": "x"}, np.array([False, True]))
    assert ask({"m": lambda clicks: clicks["center"]}, [place], truth, 0, 8)["row"].tolist() == [1]


def test_components_without_a_true_pixel_are_false():
    mask = square()[0].copy()
    mask[0, 0] = mask[9, 9] = 1
    assert false_components(square()[0], mask, 8) == 2
    assert false_components(square()[0], square()[0], 8) == 0


def test_a_slice_is_computed_once_with_the_same_clicks():
    calls = []
    see = remembered(lambda rows, matrices: calls.append(rows.tolist()) or matrices * 10.0)
    both = np.concatenate([clicked((5, 5)), clicked((5, 5))])
    other = np.concatenate([clicked((5, 5)), clicked((4, 4))])
    for matrices in (both, both, other, both):
        np.testing.assert_array_equal(see(matrices), matrices * 10.0)
    assert calls == [[0, 1], [1]]  # equal clicks on another slice are another question


class Study:
    """The files of patients a and b, a tumour slice each: slice 3 of a, slice 1 of b."""

    def __init__(self, folder, truth, grid):
        self.out, self.clicks_npy = folder / "out.csv", folder / "clicks.npy"
        self.stack = write_stack(folder, {"a": [3], "b": [1]}, truth, truth, {"a": grid, "b": grid}, (1.0, 9.0))
        self.folds_csv = write_folds(folder, {"b": 1, "a": 2})  # in another order than the stack

    def answers(self, question, settings, methods_of, kind, clicks) -> pd.DataFrame:
        np.save(self.clicks_npy, clicks)
        given = {"stack": self.stack, "folds_csv": self.folds_csv, "kinds": [kind], "clicks_npys": [self.clicks_npy]}
        write_answers(question, settings, methods_of, 8, 0, **given, answers_csv=self.out, say=print)
        return pd.read_csv(self.out)


def test_answers_of_stored_outputs_have_volumes_on_the_grid(tmp_path):
    # Pixels of 2 x 2 mm, slices 5 mm apart: 0.02 ml a pixel.
    grid = grid_of(np.zeros((11, 11, 4)), np.diag([-2.0, -2, 5, 1]), 11, None)
    study = Study(tmp_path, np.concatenate([square(), square()]), grid)
    outputs = np.concatenate([square(), square()]).astype(np.float32)
    outputs[1, 0, :4] = 1  # of b, and a false component of 4 pixels
    for fold, patient in ((1, 1), (2, 0)):  # a network is asked of the patients of its own fold alone
        of_fold = np.ones_like(outputs)
        of_fold[patient] = outputs[patient]
        np.save(tmp_path / f"{fold}.npy", of_fold)
    pd.DataFrame({"fold": [1, 2], "threshold": [0.5, 0.5]}).to_csv(tmp_path / "thresholds.csv", index=False)

    both = asked("none", all={"network": "n"}, kept={"network": "n", "keep": "center"})
    files = TrainedNetwork(tmp_path / "thresholds.csv", [], [tmp_path / "1.npy", tmp_path / "2.npy"])
    clicks = np.concatenate([clicked((5, 5)), clicked((5, 5))])
    found = study.answers("cross", {"kinds": ["center"]}, network_methods(both, files, 1), "center", clicks)
    found = found.sort_values(["method", "patient"])
    assert found[["method", "patient", "slice", "fold", "clicked"]].to_numpy().tolist() == [
        [method, *place, "center"] for method in ("all", "kept") for place in (("a", 3, 2), ("b", 1, 1))
    ]
    assert found["dice"].tolist() == pytest.approx([1, 18 / 22, 1, 1])
    assert found["false_ml"].tolist() == pytest.approx([0, 0.08, 0, 0])
    assert found["false_components"].tolist() == [0, 1, 0, 0]
    assert found["radius_mm"].tolist() == pytest.approx([np.sqrt(36 / np.pi)] * 4)


def test_the_clicks_of_a_classical_method_may_be_off_by_the_disk_and_10_mm(tmp_path):
    # At 15 mm a disk of 6 mm is within 10 mm of the click in all directions, at 17 mm in none; the second disk's clicks at
    # 17 mm may not leave the slice, so that some come nearer.
    grid = grid_of(np.zeros((40, 40, 9)), np.diag([-1.0, -1, 3, 1]), 40, None)
    places = ((20, 20), (10, 30))
    clicks = np.zeros((2, 40, 40), np.uint8)
    for number, place in enumerate(places):
        clicks[(number, *place)] = 1
    truth = np.stack([np.hypot(*(np.indices((40, 40)) - np.array(place)[:, None, None])) <= 6 for place in places])
    study = Study(tmp_path, truth, grid)
    grow = {"classical": "region_growing", "percent": 41, "clicks": "human"}
    table = study.answers("offsets", {"distances_mm": (0, 15, 17)}, classical_methods("grow", grow, 8), "human", clicks)
    first = table[table["patient"] == "a"].set_index("distance_mm")
    assert (first["dice"].loc[[0, 15]] == 1).all() and len(first) == 1 + 8 + 8
    # A missed disk: the background, which is connected and even, is taken without the disk.
    assert (first["dice"].loc[17] < 0.5).all()
    assert (table.loc[table["distance_mm"] == 0, "dice"] == 1).all()
    assert first["radius_mm"].iloc[0] == pytest.approx(np.sqrt(113 / np.pi))  # pixels within 6 of a pixel
