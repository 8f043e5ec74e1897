"""Methods of a finished study, asked with clicks again, give what the study's own files would."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from stack_files import plane_of, write_folds, write_stack

from oneclick.clicks.encoding import Encoding
from oneclick.methods.trained import Asked, TrainedNetwork, network_methods, remembered
from oneclick.networks import inference


@dataclass
class Near:
    """A network that predicts the slice, and the click channel of what it sees, times the number in its file."""

    path: str

    def outputs(self, x, workers):
        assert workers == 2
        computed.append((Path(self.path).name, len(x)))
        return float(Path(self.path).read_text()) * (x[..., 0] + x[..., 1])


computed = []
"""The file of each network that was asked, and how many slices it saw."""


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Patients a, of fold 2, and b, of fold 1, with pixels of 1 and 2 mm; two networks, and their thresholds."""
    computed.clear()
    monkeypatch.setattr(inference, "load_network", Near)
    images = np.zeros((3, 5, 5))
    images[:, 0, 0] = 0.5, 0.25, 0.125
    grids = {"a": plane_of(5), "b": plane_of(5, (2.0, 2.0))}
    files = write_stack(tmp_path, {"a": [3, 4], "b": [9]}, images, np.ones((3, 5, 5)), grids)
    pd.DataFrame({"network": "n", "fold": [2, 1], "threshold": [0.25, 0.75]}).to_csv(tmp_path / "thresholds.csv")
    models = [str(tmp_path / f"fold-{fold}.onnx") for fold in (1, 2)]
    for path, factor in zip(models, (8, 1), strict=True):
        Path(path).write_text(str(factor))
    return files.patients(write_folds(tmp_path, {"a": 2, "b": 1})), str(tmp_path / "thresholds.csv"), models


def clicked(*places: tuple[int, int]) -> np.ndarray:
    """A click on each of some slices."""
    matrices = np.zeros((len(places), 5, 5), np.uint8)
    for matrix, place in zip(matrices, places, strict=True):
        matrix[place] = 1
    return matrices


def pixels(masks: np.ndarray) -> list:
    assert masks.dtype == np.uint8
    return [sorted(map(tuple, np.argwhere(mask).tolist())) for mask in masks]


def test_a_network_sees_the_clicks_as_it_was_trained_to_and_is_that_of_the_patients_fold(study):
    patients, thresholds_csv, models = study
    asked = Asked({"all": {}, "kept": {"keep": "other"}}, "center", Encoding("disk", 2.0, "mm"), 8)
    methods_of = network_methods(asked, TrainedNetwork(thresholds_csv, models, []), workers=2)
    first = methods_of(a := next(patients))
    assert a.patient == "a" and list(first) == ["all", "kept"]
    near = [(1, 3), (2, 2), (2, 3), (2, 4), (3, 3)]
    disk = [*near, (0, 3), (4, 3), (2, 1), (1, 2), (1, 4), (3, 2), (3, 4)]  # 2 mm are two pixels of a
    clicks = {"center": clicked((2, 3), (2, 3)), "other": clicked((0, 0), (2, 3))}
    # fold 2: above 0.25 are the disk's 1 and the first slice's 0.5, but not the second's 0.25
    assert pixels(first["all"](clicks)) == [sorted([(0, 0), *disk]), sorted(disk)]
    assert pixels(first["kept"](clicks)) == [[(0, 0)], sorted(disk)]
    assert computed == [("fold-2.onnx", 2)]  # both methods have the network's outputs of it
    assert pixels(first["all"]({"center": clicked((2, 3), (4, 4))}))[0] == sorted([(0, 0), *disk])
    assert computed == [("fold-2.onnx", 2), ("fold-2.onnx", 1)]  # the slice with another click alone
    second = methods_of(next(patients))
    # fold 1: eight times as much, above 0.75; 2 mm are one pixel of b
    assert pixels(second["all"]({"center": clicked((2, 3))})) == [sorted([(0, 0), *near])]
    assert computed[2:] == [("fold-1.onnx", 1)]


def test_of_a_network_without_clicks_its_predictions_are_taken(study, tmp_path):
    patients, thresholds_csv, _ = study
    predictions = [str(tmp_path / f"fold-{fold}.npy") for fold in (1, 2)]
    outputs = np.zeros((3, 5, 5), np.float32)
    outputs[:, 1, 1], outputs[:, 3, 3] = [0.5, 0.25, 1], 1
    np.save(predictions[1], outputs)
    np.save(predictions[0], outputs / 2 + 0.5)
    asked = Asked({"plain": {}, "kept": {"keep": "center"}}, "none", Encoding(), 8)
    methods_of = network_methods(asked, TrainedNetwork(thresholds_csv, [], predictions), workers=2)
    a, b = (methods_of(slices) for slices in patients)
    assert pixels(a["plain"]({})) == [[(1, 1), (3, 3)], [(3, 3)]]
    # of several components the clicked ones stay; a single one stays without a click
    assert pixels(a["kept"]({"center": clicked((1, 1), (0, 0))})) == [[(1, 1)], [(3, 3)]]
    assert pixels(b["plain"]({})) == [[(1, 1), (3, 3)]] and computed == []


def test_outputs_are_computed_once_for_a_slice_with_the_same_clicks():
    seen = []

    def compute(rows, matrices):
        seen.append(rows.tolist())
        return matrices * 10.0 + rows[:, None, None]

    outputs = remembered(compute)
    first = outputs(clicked((0, 0), (1, 1)))
    np.testing.assert_array_equal(first, clicked((0, 0), (1, 1)) * 10.0 + np.arange(2)[:, None, None])
    np.testing.assert_array_equal(outputs(clicked((0, 0), (1, 1))), first)
    swapped = outputs(clicked((1, 1), (1, 1)))  # the same clicks on another slice are another input
    np.testing.assert_array_equal(swapped[1], first[1])
    assert swapped[0, 1, 1] == 10 and seen == [[0, 1], [0]]
