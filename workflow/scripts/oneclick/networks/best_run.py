"""Of several trainings of a network the one that is best on its own training slices."""

import shutil
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from oneclick.common.files import whole
from oneclick.common.tables import read_table
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import network_input
from oneclick.networks.thresholds import best_threshold


def choose(
    fold: int,
    folds_csv: str,
    slices_npys: dict[str, str],
    masks_npys: dict[str, str],
    clicks_npys: dict[str, str] | None,
    runs: Sequence[tuple[str, str, str]],
    chosen: tuple[str, str, str],
    both_empty: float,
    runs_csv: str,
    say: Callable[[str], None],
) -> None:
    """Copy the files of the best of ``runs`` (Keras model, ONNX model, history) to ``chosen``, and write how good each was:
    run (1, 2, ...), median_train_dice, chosen (0 or 1).

    Best is the highest median Dice on the slices outside ``fold``, those that validated included, at the threshold that is
    best for the run, as in ``thresholds.csv``; of equals the first. "We could train the CNNs numerous times and only choose
    the iteration rounds with the best results in the training set to predict the test set data" (Rainio et al. 2024,
    section 4, doi 10.1007/s13721-024-00483-0). Input paths are by patient.
    """
    folds = read_table(folds_csv)
    patients = sorted(set(slices_npys) - set(folds.loc[folds["fold"] == fold, "patient"]))
    x = network_input([slices_npys[p] for p in patients], clicks_npys and [clicks_npys[p] for p in patients])
    truth = np.concatenate([np.load(masks_npys[p]) for p in patients])
    medians = []
    for number, (_, onnx, _) in enumerate(runs, 1):
        medians.append(best_threshold(load_network(onnx).outputs(x), truth, both_empty)[1])
        say(f"run {number} of {len(runs)}: median Dice {medians[-1]:.3f} on its training slices")
    best = int(np.argmax(medians))
    say(f"run {best + 1} is chosen")
    for run_file, file in zip(runs[best], chosen, strict=True):
        with whole(file) as part:
            shutil.copyfile(run_file, part)
    numbers = np.arange(1, len(runs) + 1)
    table = {"run": numbers, "median_train_dice": medians, "chosen": (numbers == best + 1).astype(int)}
    pd.DataFrame(table).to_csv(runs_csv, index=False)
