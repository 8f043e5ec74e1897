"""A trained network's raw outputs."""

from collections.abc import Callable

import keras
import numpy as np

from oneclick.inputs import network_input, read_table, rows_of

# How many slices at once changes speed and memory only; 16 were nearly twice as fast as 64, whose layers fill the caches.
BATCH_SIZE = 16


def predict(
    folds_csv: str,
    slices_npys: dict[str, str],
    clicks_npys: dict[str, str] | None,
    models: dict[int, str],
    test_npys: dict[int, str],
    train_npys: dict[int, str],
    say: Callable[[str], None],
) -> None:
    """Write the raw outputs of one network, float32 (n, h, w), for each fold: of its test slices and of its training
    slices (those that validated included), both in the order of ``folds.csv``.

    Input paths are by patient; models and outputs by fold.
    """
    folds = read_table(folds_csv)
    patients = list(folds["patient"])
    x = network_input([slices_npys[p] for p in patients], clicks_npys and [clicks_npys[p] for p in patients])
    fold_of_row = rows_of(folds)["fold"].to_numpy()
    for fold, path in models.items():
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
        outputs = model.predict(x, batch_size=BATCH_SIZE, verbose=0)[..., 0]
        np.save(test_npys[fold], outputs[fold_of_row == fold])
        np.save(train_npys[fold], outputs[fold_of_row != fold])
        say(f"fold {fold}: {len(x)} slices predicted")
