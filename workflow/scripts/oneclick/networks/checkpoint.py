"""The state of a training in a file, from which it goes on after its process has been killed, as if nothing had happened."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from oneclick.common.files import part_of, whole
from oneclick.networks.batches import Source

SHARE = 0.01
"""The part of the time that writing checkpoints may take: short epochs have one now and then, long ones one each."""


def identity_of(facts: object, source: Source) -> str:
    """A digest of what a training depends on: facts that ``repr`` tells apart, its slices, and what computes."""
    digest = hashlib.sha256(repr((facts, keras.backend.backend(), keras.version())).encode())
    for _, *arrays in source.chunks():
        for array in arrays:
            digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays to one file, all or nothing: the file is either the one before or the new one."""
    with whole(path) as part, open(part, "wb") as file:
        np.savez(file, **arrays)


def read_arrays(path: Path) -> dict[str, np.ndarray] | None:
    """The arrays of such a file; None if there is none. Raises ValueError if it cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except FileNotFoundError:
        return None
    except Exception as error:  # a damaged archive raises one of many
        raise ValueError(f"{path} cannot be read ({type(error).__name__})") from error


@dataclass
class Checkpoint:
    """Where the training with this ``identity`` keeps its state: which ``attempt`` it is at (0, 1, ...), and the ``arrays``
    that this attempt goes on from, None at its beginning."""

    path: Path
    identity: str
    attempt: int = 0
    arrays: dict[str, np.ndarray] | None = None

    def start_again(self) -> None:
        """Go to the beginning of the next attempt."""
        self.attempt, self.arrays = self.attempt + 1, None

    def remove(self) -> None:
        """Remove the file, and what a killed process left of it."""
        for path in (self.path, part_of(self.path)):
            path.unlink(missing_ok=True)


def open_checkpoint(path: str | Path, identity: str, say: Callable[[str], None]) -> Checkpoint:
    """The checkpoint at a path, at the beginning of its training if there is none or it is of no use: then ``say`` why."""
    path = Path(path)
    try:
        arrays = read_arrays(path)
        if arrays is not None and str(arrays.get("identity")) != identity:
            raise ValueError(f"{path} belongs to other settings, code or data")
    except ValueError as error:
        say(f"{error}: the training starts from the beginning")
        arrays = None
    return Checkpoint(path, identity, int(arrays["attempt"]) if arrays else 0, arrays)


class Resume(keras.callbacks.Callback):
    """Brings a training's state back from a checkpoint, and writes it after epochs; to be the last of the callbacks.

    The state: all variables of the network, those of the dropout's random numbers included, and of its optimizer; the rows
    of ``progress.rows``; what ``stopping`` (an EarlyStopping, or None) has seen; and whether the training is over.
    """

    STOPPING = ("best", "best_epoch", "wait", "stopped_epoch")

    def __init__(self, checkpoint: Checkpoint, progress, stopping: keras.callbacks.EarlyStopping | None):
        super().__init__()
        self.checkpoint, self.progress, self.stopping = checkpoint, progress, stopping
        self.cost, self.written = 0.0, time.monotonic()
        arrays = checkpoint.arrays
        self.epochs = len(arrays["history"]) if arrays else 0
        self.is_over = bool(arrays and arrays["is_over"])

    def variables(self) -> list[keras.Variable]:
        self.model.optimizer.build(self.model.trainable_variables)
        return [*self.model.variables, *self.model.optimizer.variables]

    def on_train_begin(self, logs=None):
        arrays = self.checkpoint.arrays
        if arrays is None:
            return
        for number, variable in enumerate(self.variables()):
            variable.assign(arrays[f"variable {number}"])
        self.progress.resume(arrays["history"])
        if self.stopping is not None and "stopping" in arrays:
            for name, value in zip(self.STOPPING, arrays["stopping"].tolist(), strict=True):
                setattr(self.stopping, name, value if name == "best" else int(value))
            self.stopping.best_weights = [arrays[f"best {number}"] for number in range(len(self.model.weights))]

    def on_epoch_end(self, epoch, logs=None):
        is_over = self.model.stop_training or epoch + 1 == self.params["epochs"]
        # The end is always written: the network is written next, which takes seconds.
        if is_over or self.cost <= SHARE * (time.monotonic() - self.written):
            self.write(is_over)

    def write(self, is_over: bool) -> None:
        start = time.monotonic()
        arrays = {
            "identity": np.array(self.checkpoint.identity),
            "attempt": np.array(self.checkpoint.attempt),
            "is_over": np.array(is_over),
            "history": np.array([list(row.values()) for row in self.progress.rows]),
        }
        arrays |= {f"variable {n}": keras.ops.convert_to_numpy(one.value) for n, one in enumerate(self.variables())}
        if self.stopping is not None and self.stopping.best_weights is not None:
            arrays["stopping"] = np.array([getattr(self.stopping, name) for name in self.STOPPING], float)
            arrays |= {f"best {n}": value for n, value in enumerate(self.stopping.best_weights)}
        write_arrays(self.checkpoint.path, arrays)
        self.written = time.monotonic()
        self.cost = self.written - start
