"""A trained network's raw outputs."""

from collections.abc import Callable

import numpy as np

from oneclick.common.arrays import array_file, chunks
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import InputFiles


def predict(
    slices_npy: str,
    clicks_npy: str | None,
    models: list[str],
    predictions: list[str],
    say: Callable[[str], None],
    workers: int = 1,
) -> None:
    """Write the raw outputs of one network on all slices of the stack, float32 (n, h, w), a file for each fold's training.

    ``models`` (ONNX) and ``predictions`` are in the order of the folds. ``workers`` slices are computed at a time.
    """
    inputs = InputFiles(slices_npy, clicks_npy or None)
    n, *shape, _ = inputs.shape
    for fold, (model, prediction) in enumerate(zip(models, predictions, strict=True), start=1):
        network = load_network(model)
        with array_file(prediction, (n, *shape), np.float32) as outputs:
            for rows in chunks(n):
                outputs[rows] = network.outputs(inputs.read(rows), workers)
        say(f"fold {fold}: {n} slices predicted")
