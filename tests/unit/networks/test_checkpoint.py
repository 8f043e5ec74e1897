"""A training that goes on from a checkpoint ends as one that was never interrupted, to the last bit."""

import os
import signal
import subprocess
import sys
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from stack_files import write_folds, write_stack

from oneclick.data.rows import read_rows
from oneclick.networks.backend import prepare_backend

prepare_backend(2)


from oneclick.networks import checkpoint, training  # noqa: E402
from oneclick.networks.batches import slices_in_files, slices_in_memory  # noqa: E402
from oneclick.networks.checkpoint import Checkpoint, identity_of, open_checkpoint, read_arrays, write_arrays  # noqa: E402
from oneclick.networks.fit import Settings, fit  # noqa: E402
from oneclick.networks.inputs import InputFiles  # noqa: E402
from oneclick.networks.trained_files import TrainedFiles  # noqa: E402
from oneclick.networks.training import Training, train  # noqa: E402

LINEAR = Settings(4, 4, 0.003, "linear", 0.25, "shuffled", None)
STOPPING = Settings(12, 4, 0.3, "sigmoid", 0.25, "shuffled", 2, dropout="byte")
COUNTED = ["epoch", "loss", "val_loss"]
"""What of a history must be equal; the seconds are not."""
RNG = np.random.default_rng(4)
X = RNG.random((18, 16, 16, 2), np.float32)
Y = (X[..., 0] + 0.2 * RNG.random((18, 16, 16)) > 0.9).astype(np.uint8)


class Killed(Exception):
    """In place of a signal."""


def kill_after(epoch: int):
    """For ``say``: ends the training when it tells of an epoch, whose state is not saved yet."""

    def say(line: str) -> None:
        if line.startswith(f"epoch {epoch + 1}/"):
            raise Killed

    return say


@pytest.fixture
def every_epoch(monkeypatch):
    """A checkpoint after each epoch, however short it was."""
    monkeypatch.setattr(checkpoint, "SHARE", 1e9)


def equal(one, other) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


def go_on(folder: Path, settings: Settings, say):
    at = open_checkpoint(folder / "c.npz", "this training", say)
    return fit(slices_in_memory(X, Y), np.arange(18) < 5, settings, 3, say, at)


KILLED_IN_THE_SECOND_EPOCH = """
import os, pathlib, signal, sys
sys.path[:0] = sys.argv[1:4]
import small_network
import test_checkpoint as test
from oneclick.networks import fit

def kill(self, batch, logs=None):
    if len(self.rows) == 1 and batch == 1:
        os.kill(os.getpid(), signal.SIGKILL)

test.checkpoint.SHARE = 1e9
fit.build_unet = small_network.build_small
fit.Progress.on_train_batch_end = kill
test.go_on(pathlib.Path(sys.argv[4]), test.LINEAR, print)
"""


@pytest.mark.slow  # in a process of its own
def test_a_killed_training_ends_with_the_weights_and_history_of_an_uninterrupted_one(tmp_path, every_epoch, small_network):
    scripts = Path(training.__file__).parents[2]
    command = [sys.executable, "-c", KILLED_IN_THE_SECOND_EPOCH, scripts, *Path(__file__).parents[:2], tmp_path]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL and done.stdout.count("epoch") == 1, done.stderr
    with pytest.raises(Killed):
        go_on(tmp_path, LINEAR, kill_after(3))
    said = []
    model, history = go_on(tmp_path, LINEAR, said.append)
    assert [line[:21] for line in said] == ["resumed after epoch 3", said[1][:21]] and said[1].startswith("epoch 4/4")
    whole, whole_history = fit(slices_in_memory(X, Y), np.arange(18) < 5, LINEAR, 3, lambda line: None)
    assert equal(model, whole)
    pd.testing.assert_frame_equal(history[COUNTED], whole_history[COUNTED], check_exact=True)
    assert (np.diff(history["seconds"]) > 0).all()


@pytest.mark.slow
def test_early_stopping_ends_where_it_would_have_ended_and_no_epoch_is_trained_again(tmp_path, every_epoch, small_network):
    with pytest.raises(Killed):
        go_on(tmp_path, STOPPING, kill_after(4))  # one epoch after the best
    model, history = go_on(tmp_path, STOPPING, lambda line: None)
    whole, whole_history = fit(slices_in_memory(X, Y), np.arange(18) < 5, STOPPING, 3, lambda line: None)
    assert equal(model, whole)
    pd.testing.assert_frame_equal(history[COUNTED], whole_history[COUNTED], check_exact=True)
    # it ended early, and with the best weights, not the last
    assert 4 < len(history) < STOPPING.epochs and history["val_loss"].idxmin() < len(history) - 1
    # killed once more, when the network was about to be written
    said = []
    again, same = go_on(tmp_path, STOPPING, said.append)
    assert equal(again, whole) and said == [f"resumed after epoch {len(history)}"] and same.equals(history)


def test_the_state_holds_the_random_numbers_of_dropout(tmp_path, small_network):
    """Else the weights above could agree only because a training of so few steps hardly depends on them."""
    for settings in (LINEAR, STOPPING):
        at = Checkpoint(tmp_path / f"{settings.dropout}.npz", "this training")
        model, _ = fit(
            slices_in_memory(X, Y),
            np.zeros(18, bool),
            replace(settings, epochs=1, early_stopping=None),
            3,
            lambda line: None,
            at,
        )
        states = [layer.seed_generator.state for layer in model.layers if hasattr(layer, "seed_generator")]
        arrays = read_arrays(at.path).values()
        assert len(states) == 2
        for state in states:
            # [seed, draws]: one draw a step, and 18 slices are 5 steps
            seed, draws = np.asarray(state).tolist()
            assert draws == 5 and any(array.tolist() == [seed, draws] for array in arrays)


@pytest.fixture
def study(tmp_path):
    """The arguments of a training on all slices but the first, and where its files lie: one for each name."""
    files = write_stack(tmp_path, {"a": [3], "b": list(range(17))}, X[..., 0], Y)
    np.save(tmp_path / "clicks.npy", Y)
    rows = read_rows(files.slices_csv, write_folds(tmp_path, {"a": 1, "b": 2}))
    inputs = InputFiles(files.slices_npy, str(tmp_path / "clicks.npy"))

    def files_in(name: str) -> TrainedFiles:
        return TrainedFiles(*(str(tmp_path / name / ending) for ending in ("m.keras", "m.onnx", "fold-1/history.csv")))

    return (inputs, files.masks_npy, rows), files_in


def kill_in_second_run(epoch: int):
    """For ``say``: ends a training in its second run when it tells of an epoch."""
    lines = []

    def say(line):
        lines.append(line)
        if sum(line.startswith(f"epoch {epoch}/") for line in lines) == 2:
            raise Killed

    return say


@pytest.mark.slow
def test_a_training_goes_on_with_the_run_that_it_was_at(tmp_path, every_epoch, small_network, monkeypatch, study):
    monkeypatch.setattr(training, "write_network", lambda model, *rest: models.append(model))
    monkeypatch.setattr(training, "is_collapsed", lambda model, source, rows: next(collapsed))
    of_training, files_in = study
    said, models, of_three = [], [], Training("n", 1, replace(LINEAR, runs=3, epochs=3), 1, "code")
    collapsed = iter([True])
    with pytest.raises(Killed):
        train(of_three, *of_training, files_in("killed"), kill_in_second_run(3))
    collapsed = iter([False])
    train(of_three, *of_training, files_in("killed"), said.append)
    assert said[1:] == ["resumed after epoch 2", *said[-2:]] and said[-2].startswith("epoch 3/3")
    # also of a run that another process has trained
    assert said[-1].startswith("warning: run 1 collapsed (all pixels are predicted negative), so run 2, of other weights,")
    collapsed = iter([True, False])
    train(of_three, *of_training, files_in("whole"), said.append)
    assert equal(*models)
    assert not list(tmp_path.rglob("*.npz*"))  # nothing is left of a training that is over


@pytest.mark.slow
def test_a_training_killed_in_its_second_run_does_not_train_the_first_again(
    tmp_path, every_epoch, small_network, monkeypatch, study
):
    def write(model, output, model_keras, model_onnx):
        written.append((Path(model_keras).name, model))
        for path in (model_keras, model_onnx):
            Path(path).write_text("network")

    def choose(files, runs, inputs, masks_npy, rows, say):
        assert all(Path(path).exists() for run in range(1, runs + 1) for path in astuple(files.of_run(run)))
        assert rows.tolist() == list(range(1, 18))
        if killed:
            raise Killed

    monkeypatch.setattr(training, "write_network", write)
    of_training, files_in = study
    written, said, killed = [], [], True
    of_two = Training("n", 1, replace(LINEAR, runs=2, use="best", epochs=3), 1, "code")

    def go_on(name, say):
        train(of_two, *of_training, files_in(name), say, choose)

    with pytest.raises(Killed):
        go_on("killed", kill_in_second_run(3))
    first = (tmp_path / "killed/fold-1/run-1.csv").read_bytes()
    assert [name for name, _ in written] == ["run-1.keras"]
    for epochs in (1, 0):  # of the second run one is left to train; then none, for it was killed while the best was chosen
        with pytest.raises(Killed):
            go_on("killed", said.append)
        assert said[1] == f"resumed after epoch {3 - epochs}" and len(said) == 2 + epochs
        assert written[-1][0] == "run-2.keras" and (tmp_path / "killed/fold-1/run-1.csv").read_bytes() == first
        said.clear()
    killed = False
    go_on("killed", said.append)
    assert [path for path in (tmp_path / "killed/fold-1").iterdir()] == []  # neither checkpoint nor runs
    go_on("whole", said.append)
    assert [name for name, _ in written] == ["run-1.keras", *["run-2.keras"] * 3, "run-1.keras", "run-2.keras"]
    models = [model for _, model in written]
    assert equal(models[0], models[4]) and all(equal(model, models[5]) for model in models[1:4])
    assert not equal(models[0], models[1])


def test_another_training_never_goes_on_from_a_checkpoint(tmp_path):
    write_arrays(tmp_path / "c.npz", {"identity": np.array("this"), "attempt": np.array(2), "history": np.zeros((3, 4))})
    said = []
    found = open_checkpoint(tmp_path / "c.npz", "this", said.append)
    assert (found.attempt, len(found.arrays["history"]), said) == (2, 3, [])
    other = open_checkpoint(tmp_path / "c.npz", "that", said.append)
    assert (other.attempt, other.arrays) == (0, None)
    assert said == [f"{tmp_path}/c.npz belongs to other settings, code or data: the training starts from the beginning"]
    none = open_checkpoint(tmp_path / "none.npz", "that", said.append)
    assert none.arrays is None and len(said) == 1


def test_a_training_is_known_by_what_its_slices_hold(study):
    (inputs, masks_npy, _), _ = study
    rows = np.array([1, 2, 5, 17])

    def known(facts="facts", clicks=True, rows=rows):
        read = inputs if clicks else InputFiles(inputs.slices_npy, None)
        return identity_of(facts, slices_in_files(read, masks_npy, rows))

    first = known()
    os.utime(inputs.slices_npy, (1, 1))
    assert known() == first  # dates do not matter
    found = [first, known("other facts"), known(clicks=False), known(rows=rows[:3]), known(rows=rows[::-1])]
    for path in (inputs.slices_npy, inputs.clicks_npy, masks_npy):
        array, date = np.load(path), os.stat(path).st_mtime_ns
        for row, counts in ((3, False), (5, True)):
            changed = array.copy()
            changed[row, 4, 7] = 1 - changed[row, 4, 7]
            np.save(path, changed)
            os.utime(path, ns=(date, date))
            if counts:
                found.append(known())
            else:  # a row of others
                assert known() == first
        np.save(path, array)
    assert len(set(found)) == len(found) == 8 and known() == first


def test_a_training_is_known_by_network_fold_patients_settings_seed_and_code(study, monkeypatch):
    def opened(path, identity, say):
        found.append(identity)
        raise Killed

    monkeypatch.setattr(training, "open_checkpoint", opened)
    (*arrays, rows), files_in = study
    found = []
    one = Training("n", 1, LINEAR, 1, "code")
    others = {"network": "n.2", "fold": 2, "settings": replace(LINEAR, runs=2), "seed": 2, "code": "edited"}
    renamed = rows.assign(patient=rows["patient"].replace("b", "c"))
    trainings = [(one, rows), (replace(one, settings=replace(LINEAR)), rows), (one, renamed)]
    for which, table in trainings + [(replace(one, **{name: value}), rows) for name, value in others.items()]:
        with pytest.raises(Killed):
            train(which, *arrays, table, files_in("out"), lambda line: None)
    assert found[0] == found[1] and len(set(found)) == 7


def test_a_damaged_checkpoint_is_not_used(tmp_path):
    path = tmp_path / "c.npz"
    write_arrays(path, {"identity": np.array("this"), "attempt": np.array(0), "history": np.arange(400.0)})
    whole, said = path.read_bytes(), []
    ends = [whole[:n] for n in (0, 1, 100, len(whole) // 2, len(whole) - 1)]
    middle = whole.index(np.float64(200).tobytes())
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for damaged in (*ends, flipped, b"text"):
        path.write_bytes(damaged)
        assert open_checkpoint(path, "this", said.append).arrays is None
    assert len(said) == 7 and all(line.startswith(f"{path} cannot be read (") for line in said)


def test_nothing_is_pickled(tmp_path):
    np.savez(tmp_path / "c.npz", identity=np.array([print], dtype=object))
    with pytest.raises(ValueError, match="cannot be read"):
        read_arrays(tmp_path / "c.npz")


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path, monkeypatch):
    path = tmp_path / "c.npz"
    write_arrays(path, {"a": np.zeros(2)})

    def no_space(file, **arrays):
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.np, "savez", no_space)
    with pytest.raises(OSError, match="No space left"):
        write_arrays(path, {"a": np.ones(2)})
    assert read_arrays(path)["a"].tolist() == [0, 0] and [p.name for p in tmp_path.iterdir()] == ["c.npz"]


def test_a_process_killed_while_it_writes_leaves_the_checkpoint_before(tmp_path, monkeypatch):
    path = tmp_path / "c.npz"
    write_arrays(path, {"a": np.zeros(2)})

    def half(file, **arrays):
        file.write(b"half of it")
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(checkpoint.np, "savez", half)
    child = os.fork()
    if not child:
        write_arrays(path, {"a": np.ones(2)})
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert read_arrays(path)["a"].tolist() == [0, 0] and len(list(tmp_path.iterdir())) == 2
    Checkpoint(path, "this").remove()
    assert not list(tmp_path.iterdir())


def test_writing_takes_a_hundredth_of_the_time(tmp_path, monkeypatch):
    """With a clock that makes an epoch 1 s long and writing 25 ms: one checkpoint after the first epoch, for nobody knows
    yet what it costs, then after each third, and one at the end."""
    now, written = [0.0], []

    class Model:
        stop_training = False

    def write(self, is_over):
        written.append(epoch)
        now[0] += 0.025
        self.cost, self.written = 0.025, now[0]

    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(checkpoint.Resume, "write", write)
    resume = checkpoint.Resume(Checkpoint(tmp_path / "c.npz", "this"), None, None)
    resume.set_model(Model())
    resume.set_params({"epochs": 9})
    for epoch in range(1, 10):
        now[0] += 1
        resume.on_epoch_end(epoch - 1)
    assert written == [1, 4, 7, 9]
