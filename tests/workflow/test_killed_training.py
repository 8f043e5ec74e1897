"""A training that was killed with its Snakemake goes on from its last epoch, to the weights that it would have had."""

import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

NETWORK = "results/models/center/fold-1"


def weights(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a ``.keras`` file, by their names."""
    found = {}
    with zipfile.ZipFile(path) as archive, h5py.File(BytesIO(archive.read("model.weights.h5"))) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def test_a_killed_training_goes_on_from_its_last_epoch(finished, copy_of_finished):
    study, target = copy_of_finished, f"{NETWORK}.onnx"
    (study.folder / target).unlink()
    checkpoint = study.folder / NETWORK / "checkpoint.npz"
    command = [str(Path(sys.executable).parent / "snakemake"), "--cores", "1", target]
    running = subprocess.Popen(command, cwd=study.folder, start_new_session=True, stderr=subprocess.DEVNULL)
    while not checkpoint.exists():  # written after the first of two epochs
        assert running.poll() is None, "the training was over before it could be killed"
        time.sleep(0.001)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    study.snakemake("--unlock")
    done = study.snakemake(target)
    assert done.returncode == 0, done.stdout + done.stderr
    log = (study.folder / "logs/train/center/fold-1.log").read_text()
    # 2 if the machine was so slow that the kill came late
    assert re.search("resumed after epoch [12]$", log, re.M) and "epoch 1/2" not in log
    mine, undisturbed = (weights(at.folder / f"{NETWORK}.keras") for at in (study, finished))
    assert mine.keys() == undisturbed.keys() and len(mine) == 36
    assert all(np.array_equal(mine[name], undisturbed[name]) for name in mine)
    columns = ["epoch", "loss", "val_loss"]
    histories = [pd.read_csv(at.folder / NETWORK / "history.csv")[columns] for at in (study, finished)]
    pd.testing.assert_frame_equal(*histories, check_exact=True)
    assert [path.name for path in checkpoint.parent.iterdir()] == ["history.csv"]
