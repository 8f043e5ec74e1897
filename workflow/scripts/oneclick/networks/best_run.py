"""Of several runs of a training the one that is best on its own training slices."""

import shutil
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from oneclick.common.arrays import chunks
from oneclick.common.files import whole
from oneclick.common.tables import write_table
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import InputFiles
from oneclick.networks.thresholds import best_of, pixels_above_0


@dataclass(frozen=True)
class TrainedFiles:
    """The files of a training: model for Keras and as ONNX, and history. The others lie beside the history."""

    model_keras: str
    model_onnx: str
    history_csv: str

    @property
    def checkpoint_npz(self) -> Path:
        """No output of the rule: Snakemake would remove it before the job that is to go on from there."""
        return Path(self.history_csv).with_name("checkpoint.npz")

    @property
    def runs_csv(self) -> Path:
        return Path(self.history_csv).with_name("runs.csv")

    def of_run(self, run: int) -> "TrainedFiles":
        """Those of one run, until the best is chosen."""
        beside = Path(self.history_csv).with_name(f"run-{run}")
        return TrainedFiles(*(f"{beside}{ending}" for ending in (".keras", ".onnx", ".csv")))

    def remove_runs(self, runs: int) -> None:
        """Remove the files of so many runs; when no checkpoint would have them chosen from again."""
        for run in range(1, runs + 1):
            for path in astuple(self.of_run(run)):
                Path(path).unlink(missing_ok=True)


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
