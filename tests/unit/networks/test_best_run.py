"""Of made-up runs the one that is best on its own training slices."""

import numpy as np
import pandas as pd
import pytest

from oneclick.networks import best_run
from oneclick.networks.best_run import choose

SLICES = {"a": 2, "b": 2, "c": 1}


class MadeUp:
    """A network that predicts what it was made up to on the slices of b and c, which train for fold 1, in their order."""

    def __init__(self, outputs):
        self.made_up = outputs

    def outputs(self, x):
        assert x.shape == (3, 4, 4, 1) and x[:, 0, 0, 0].tolist() == [1, 1, 2]
        return self.made_up


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
    monkeypatch.setattr(best_run, "load_network", lambda path: MadeUp(outputs(*runs[int(path.stem) - 1])))
    pd.DataFrame({"patient": list(SLICES), "fold": [1, 2, 3], "n_slices": SLICES.values()}).to_csv(tmp_path / "folds.csv")
    images, masks = {}, {}
    for number, (patient, n) in enumerate(SLICES.items()):
        images[patient], masks[patient] = tmp_path / f"{patient}-x.npy", tmp_path / f"{patient}-y.npy"
        np.save(images[patient], np.full((n, 4, 4), number, np.float32))
        truth = np.zeros((n, 4, 4), np.uint8)
        truth[:, 0] = 1
        np.save(masks[patient], truth)
    files = [tuple(tmp_path / f"{run}.{end}" for end in ("keras", "onnx", "csv")) for run in range(1, len(runs) + 1)]
    for paths in files:
        for path in paths:
            path.write_text(path.name)
    chosen, said = tuple(tmp_path / f"chosen.{end}" for end in ("keras", "onnx", "csv")), []
    choose(1, tmp_path / "folds.csv", images, masks, None, files, chosen, 0, tmp_path / "runs.csv", said.append)
    assert [path.read_text() for path in chosen] == [f"{best}.keras", f"{best}.onnx", f"{best}.csv"]
    table = pd.read_csv(tmp_path / "runs.csv")
    np.testing.assert_allclose(table["median_train_dice"], medians)
    assert table["run"].tolist() == list(range(1, len(runs) + 1))
    assert table["chosen"].tolist() == [int(run == best) for run in table["run"]]
    assert said[-1] == f"run {best} is chosen" and said[0].startswith(f"run 1 of {len(runs)}: median Dice ")
