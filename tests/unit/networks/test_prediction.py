from pathlib import Path

import numpy as np
import pytest

from oneclick.common.arrays import chunks
from oneclick.networks import prediction
from oneclick.networks.prediction import predict


class Scaling:
    """A network whose output is a slice times a number that its file holds, and ten more at clicks."""

    def __init__(self, path):
        self.factor = float(Path(path).read_text())

    def outputs(self, x, workers):
        assert workers == 3
        lengths.append(len(x))
        return self.factor * x[..., 0] + (10 * x[..., 1] if x.shape[-1] == 2 else 0)


lengths = []
"""How many slices the networks were given at a time."""


@pytest.mark.parametrize("most, parts", [(256, [9]), (4, [4, 4, 1]), (3, [3, 3, 3])])
def test_predictions_of_all_rows_chunk_by_chunk_are_those_of_whole_arrays(tmp_path, monkeypatch, most, parts):
    monkeypatch.setattr(prediction, "chunks", lambda n: chunks(n, most))
    monkeypatch.setattr(prediction, "load_network", Scaling)
    lengths.clear()
    rng = np.random.default_rng(3)
    images, clicks = rng.random((9, 2, 3), np.float32), rng.integers(0, 2, (9, 2, 3)).astype(np.uint8)
    slices_npy, clicks_npy = (str(tmp_path / f"{name}.npy") for name in ("slices", "clicks"))
    np.save(slices_npy, images)
    np.save(clicks_npy, clicks)
    models, outputs = ([str(tmp_path / f"{kind}/fold-{fold}") for fold in (1, 2)] for kind in ("models", "predictions"))
    (tmp_path / "models").mkdir()
    for path, factor in zip(models, (2, 3), strict=True):
        Path(path).write_text(str(factor))
    said = []
    for given, at_clicks in ((clicks_npy, 10), ([], 0)):  # as a rule gives no file
        predict(slices_npy, given, models, outputs, said.append, workers=3)
        for path, factor in zip(outputs, (2, 3), strict=True):
            found = np.load(path)
            assert found.dtype == np.float32
            np.testing.assert_allclose(found, factor * images + at_clicks * clicks, rtol=1e-6)
    assert lengths == parts * 4 and said == ["fold 1: 9 slices predicted", "fold 2: 9 slices predicted"] * 2


def test_no_slices_no_predictions(tmp_path, monkeypatch):
    monkeypatch.setattr(prediction, "load_network", Scaling)
    np.save(tmp_path / "slices.npy", np.zeros((0, 2, 3), np.float32))
    (tmp_path / "model").write_text("2")
    predict(str(tmp_path / "slices.npy"), None, [str(tmp_path / "model")], [str(tmp_path / "out.npy")], print)
    assert np.load(tmp_path / "out.npy").shape == (0, 2, 3)
