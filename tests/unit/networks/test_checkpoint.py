"""A training that goes on from a checkpoint ends as one that was never interrupted, to the last bit."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oneclick.networks.backend import prepare_backend

prepare_backend(2)


from oneclick.networks import checkpoint, training  # noqa: E402
from oneclick.networks.batches import slices_in_memory  # noqa: E402
from oneclick.networks.checkpoint import Checkpoint, identity_of, open_checkpoint, read_arrays, write_arrays  # noqa: E402
from oneclick.networks.training import Settings, fit, train  # noqa: E402

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

def kill(self, batch, logs=None):
    if len(self.rows) == 1 and batch == 1:
        os.kill(os.getpid(), signal.SIGKILL)

test.checkpoint.SHARE = 1e9
test.training.build_unet = small_network.build_small
test.training.Progress.on_train_batch_end = kill
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


def test_a_restarted_training_goes_on_with_the_attempt_that_it_was_at(tmp_path, every_epoch, small_network, monkeypatch):
    monkeypatch.setattr(training, "write_network", lambda model, *rest: models.append(model))
    monkeypatch.setattr(training, "is_collapsed", lambda model, source, rows: next(collapsed))
    pd.DataFrame({"patient": ["a", "b"], "fold": [1, 2], "n_slices": [1, 17]}).to_csv(tmp_path / "folds.csv")
    images, masks, clicks = ({p: str(tmp_path / f"{p}-{kind}.npy") for p in "ab"} for kind in "xyc")
    for files, array in ((images, X[..., 0]), (masks, Y), (clicks, Y)):
        np.save(files["a"], array[:1])
        np.save(files["b"], array[1:])

    def go_on(name, say):
        settings = replace(LINEAR, restarts=2, epochs=3)
        out = (tmp_path / "h.csv", tmp_path / f"{name}.npz", "code")
        train("n", 1, str(tmp_path / "folds.csv"), images, masks, clicks, settings, 1, "m.keras", "m.onnx", *out, say)

    said, models, lines = [], [], []

    def kill_in_second_attempt(line):
        lines.append(line)
        if sum(line.startswith("epoch 3/3") for line in lines) == 2:
            raise Killed

    collapsed = iter([True])
    with pytest.raises(Killed):
        go_on("killed", kill_in_second_attempt)
    collapsed = iter([False])
    go_on("killed", said.append)
    assert said[1:] == ["resumed after epoch 2", said[-1]] and said[-1].startswith("epoch 3/3")
    collapsed = iter([True, False])
    go_on("whole", said.append)
    assert equal(*models)
    assert not list(tmp_path.glob("*.npz*"))  # nothing is left of a training that is over


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


def test_a_training_is_known_by_settings_code_and_what_files_hold(tmp_path):
    files = [tmp_path / "a.npy", tmp_path / "b.npy"]
    for number, path in enumerate(files):
        np.save(path, np.full(3, number))
    first = identity_of((LINEAR, 1, "code"), files)
    os.utime(files[0], (1, 1))
    assert identity_of((replace(LINEAR), 1, "code"), files) == first  # dates do not matter
    others = [identity_of(facts, files) for facts in ((STOPPING, 1, "code"), (LINEAR, 2, "code"), (LINEAR, 1, "edited"))]
    others += [identity_of((LINEAR, 1, "code"), paths) for paths in (files[:1], files[::-1])]
    date = os.stat(files[1]).st_mtime_ns
    np.save(files[1], np.full(3, 7))
    os.utime(files[1], ns=(date, date))
    others.append(identity_of((LINEAR, 1, "code"), files))
    assert len({first, *others}) == 7


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
