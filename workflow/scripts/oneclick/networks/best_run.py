"""Of several runs of a training the one that is best on its own training slices."""

import shutil
from collections.abc import Callable

import numpy as np
import pandas as pd

from oneclick.common.arrays import chunks
from oneclick.common.files import whole
from oneclick.common.tables import write_table
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import InputFiles
from oneclick.networks.thresholds import best_of, pixels_above_0
from oneclick.networks.trained_files import TrainedFiles


def choose(
    files: TrainedFiles,
    runs: int,
    inputs: InputFiles,
    masks_npy: str,
    rows: np.ndarray,
    both_empty: float,
    say: Callable[[str], None],
) -> None:
    """Copy the files of the best of so many ``runs`` to ``files``, and write how good each was: run (1, 2, ...),
    median_train_dice, chosen (0 or 1).

    Best is the highest median Dice on the training slices, ``rows`` of the stack, those that validated included, at the
    threshold that is best for the run, as in ``thresholds.csv``; of equals the first. "We could train the CNNs numerous
    times and only choose the iteration rounds with the best results in the training set to predict the test set data"
    (Rainio et al. 2024, section 4, doi 10.1007/s13721-024-00483-0).
    """
    masks, numbers = np.load(masks_npy, mmap_mode="r"), np.arange(1, runs + 1)
    found, medians = [files.of_run(run) for run in numbers], []
    for run in numbers:
        network = load_network(found[run - 1].model_onnx)
        parts = (rows[part] for part in chunks(len(rows)))
        pixels = pixels_above_0((network.outputs(inputs.read(some)), masks[some]) for some in parts)
        medians.append(best_of(pixels, both_empty)[1])
        say(f"run {run} of {runs}: median Dice {medians[-1]:.3f} on its training slices")
    best = int(np.argmax(medians))
    say(f"run {best + 1} is chosen")
    for name in ("model_keras", "model_onnx", "history_csv"):
        with whole(getattr(files, name)) as part:
            shutil.copyfile(getattr(found[best], name), part)
    table = {"run": numbers, "median_train_dice": medians, "chosen": (numbers == best + 1).astype(int)}
    write_table(pd.DataFrame(table), files.runs_csv)
