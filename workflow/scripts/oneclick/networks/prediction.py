"""A trained network's raw outputs."""

from collections.abc import Callable

import numpy as np

from oneclick.common.files import whole
from oneclick.common.tables import read_table
from oneclick.data.folds import rows_of
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import network_input


def predict(
    folds_csv: str,
    slices_npys: dict[str, str],
    clicks_npys: dict[str, str] | None,
    models: dict[int, str],
    test_npys: dict[int, str],
    train_npys: dict[int, str],
    say: Callable[[str], None],
    workers: int = 1,
) -> None:
    """Write the raw outputs of one network, float32 (n, h, w), for each fold: of its test slices and of its training
    slices (those that validated included), both in the order of ``folds.csv``.

    Input paths are by patient; models (ONNX) and outputs by fold.
    """
    folds = read_table(folds_csv)
    patients = list(folds["patient"])
    x = network_input([slices_npys[p] for p in patients], clicks_npys and [clicks_npys[p] for p in patients])
    fold_of_row = rows_of(folds)["fold"].to_numpy()
    for fold, path in models.items():
        outputs = load_network(path).outputs(x, workers)
        with whole(test_npys[fold]) as part:
            np.save(part, outputs[fold_of_row == fold])
        with whole(train_npys[fold]) as part:
            np.save(part, outputs[fold_of_row != fold])
        say(f"fold {fold}: {len(x)} slices predicted")
