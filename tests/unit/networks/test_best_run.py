"""Of made-up runs the one that is best on its own training slices."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from stack_files import write_stack

from oneclick.common.arrays import chunks
from oneclick.networks import best_run
from oneclick.networks.best_run import TrainedFiles, choose
from oneclick.networks.inputs import InputFiles


class MadeUp:
    """A network that predicts what it was made up to on three slices that are filled with 0, 1 and 2."""

    def __init__(self, made_up):
        self.made_up = made_up

    def outputs(self, x):
        assert x.shape[1:] == (4, 4, 1) and len(x) <= 2
        return self.made_up[x[:, 0, 0, 0].astype(int)]


def outputs(*n_hit: int) -> np.ndarray:
    """Slices of which so many of the 4 true pixels, those of the first row, are predicted."""
    found = np.zeros((3, 4, 4), np.float32)
    for row, n in zip(found, n_hit, strict=True):
        row[0, :n] = 0.7
    return found


@pytest.mark.parametrize(
    "runs, medians, best",
    [
        # Dice of 4, 2 and 0 of 4 pixels: 1, 2/3, 0. The second has the higher mean, the first the higher median.
        ([(2, 2, 0), (4, 0, 0), (0, 0, 0)], [2 / 3, 0, 0], 1),
        ([(0, 0, 0), (2, 2, 2), (4, 4, 0)], [0, 2 / 3, 1], 3),
        ([(0, 2, 2), (2, 0, 2)], [2 / 3, 2 / 3], 1),
    ],
)
def test_the_highest_median_dice_on_the_training_slices_is_chosen(tmp_path, monkeypatch, runs, medians, best):
    monkeypatch.setattr(best_run, "chunks", lambda n: chunks(n, 2))  # which are two parts of the three slices
    monkeypatch.setattr(best_run, "load_network", lambda path: MadeUp(outputs(*runs[int(Path(path).stem[-1]) - 1])))
    numbers = np.array([0, 1, 0, 1, 2])
    masks = np.zeros((5, 4, 4), np.uint8)
    masks[2:, 0] = 1  # those of a, who tests, are empty
    stacked = write_stack(tmp_path, {"a": [1, 2], "b": [1, 2], "c": [1]}, numbers[:, None, None] * np.ones((4, 4)), masks)
    chosen = TrainedFiles(*(str(tmp_path / name) for name in ("fold-1.keras", "fold-1.onnx", "fold-1/history.csv")))
    (tmp_path / "fold-1").mkdir()
    of_runs = [chosen.of_run(run) for run in range(1, len(runs) + 1)]
    for run, files in enumerate(of_runs, start=1):
        for path in (files.model_keras, files.model_onnx, files.history_csv):
            assert Path(path).parent == tmp_path / "fold-1"
            Path(path).write_text(f"{run}{Path(path).suffix}")
    said = []
    inputs = InputFiles(stacked.slices_npy, None)
    choose(chosen, len(runs), inputs, stacked.masks_npy, np.array([2, 3, 4]), 0, said.append)
    made = chosen.model_keras, chosen.model_onnx, chosen.history_csv
    assert [Path(path).read_text() for path in made] == [f"{best}.keras", f"{best}.onnx", f"{best}.csv"]
    # until the checkpoint is gone, for a training that was killed here chooses again
    assert all(Path(path).exists() for files in of_runs for path in (files.model_keras, files.model_onnx, files.history_csv))
    chosen.remove_runs(len(runs))
    assert sorted(path.name for path in (tmp_path / "fold-1").iterdir()) == ["history.csv", "runs.csv"]
    table = pd.read_csv(tmp_path / "fold-1/runs.csv")
    assert table.columns.tolist() == ["run", "median_train_dice", "chosen"]
    np.testing.assert_allclose(table["median_train_dice"], medians)
    assert table["run"].tolist() == list(range(1, len(runs) + 1))
    assert table["chosen"].tolist() == [int(run == best) for run in table["run"]]
    assert said[-1] == f"run {best} is chosen" and said[0].startswith(f"run 1 of {len(runs)}: median Dice ")
