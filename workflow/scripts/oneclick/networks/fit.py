"""Train a network on slices (Rainio et al. 2024, section 2.3, doi 10.1007/s13721-024-00483-0).

Nothing here writes a network: so it needs no exporter, and computes wherever Keras does.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import pandas as pd

from oneclick.networks.batches import Batches, Source
from oneclick.networks.checkpoint import Checkpoint, Resume
from oneclick.networks.unet import ByteDropout, build_unet


@dataclass(frozen=True)
class Settings:
    """How to train. ``early_stopping``: epochs without a lower validation loss after which training ends and the best
    weights come back (30 in the authors' notebook), or None (the paper). ``runs``: how often a network is trained, each time
    from other initial weights, and which run to ``use``: the first that is ``sound`` and does not predict all pixels
    negative, after which no other is trained; or the ``best`` on its training slices; or ``each``, a network of its own, of
    which one is trained here. ``precision``, ``dropout`` and ``crop`` are those of the config."""

    epochs: int
    batch_size: int
    learning_rate: float
    output: str
    validation_fraction: float
    validation_split: str
    early_stopping: int | None
    runs: int = 1
    use: str = "sound"
    precision: str = "float32"
    dropout: str = "float"
    crop: str = "none"


COLUMNS = ("epoch", "loss", "val_loss", "seconds")
"""Of a training's history; seconds since the start, without those that a killed process computed in vain."""


def clock(seconds: float) -> str:
    """Minutes and seconds, as 2:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Progress(keras.callbacks.Callback):
    """Tells epoch, loss, validation loss and the time left after each epoch, and keeps them."""

    def __init__(self, epochs: int, say: Callable[[str], None]):
        super().__init__()
        self.epochs, self.say, self.rows, self.start = epochs, say, [], time.monotonic()

    def resume(self, rows: np.ndarray) -> None:
        """Go on after ``rows`` (epochs, columns of the history); the time since the last of them is not counted."""
        self.rows = [{**dict(zip(COLUMNS, row, strict=True)), "epoch": int(row[0])} for row in rows.tolist()]
        self.start -= self.rows[-1]["seconds"]
        self.say(f"resumed after epoch {len(self.rows)}")

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.monotonic() - self.start
        left = seconds / (epoch + 1) * (self.epochs - epoch - 1)
        row = dict(zip(COLUMNS, (epoch + 1, logs["loss"], logs.get("val_loss", np.nan), seconds), strict=True))
        self.rows.append(row)
        self.say(
            f"epoch {epoch + 1}/{self.epochs}  loss {row['loss']:.4f}  validation {row['val_loss']:.4f}  {clock(left)} left"
        )


def fit(
    source: Source,
    validates: np.ndarray,
    settings: Settings,
    seed: int,
    say: Callable[[str], None],
    checkpoint: Checkpoint | None = None,
) -> tuple[keras.Model, pd.DataFrame]:
    """A network trained on the slices of a source, and its history (``COLUMNS``).

    ``validates`` bool (n,): slices that do not train. Binary cross-entropy is taken of the network's output clipped to
    (0, 1), also where that output is linear. With a ``checkpoint`` the training goes on from there, and keeps its state
    there; the weights are those of a training that was never interrupted.
    """
    keras.utils.set_random_seed(seed % 2**32)
    dropout = {"float": keras.layers.Dropout, "byte": ByteDropout}[settings.dropout]
    # The loss of a sigmoid is taken of what goes into it, where the gradient never vanishes. With TensorFlow Keras does so
    # by itself, with jax and torch it does not, and trainings would collapse.
    sigmoid = settings.output == "sigmoid"
    last = "linear" if sigmoid else settings.output
    model = build_unet(source.shape[:2], source.shape[2], last, dropout, settings.precision)
    model.compile(keras.optimizers.Adam(settings.learning_rate), keras.losses.BinaryCrossentropy(from_logits=sigmoid))
    progress, stopping, done, epochs = Progress(settings.epochs, say), None, 0, settings.epochs
    callbacks = [progress, keras.callbacks.TerminateOnNaN()]
    if settings.early_stopping is not None:
        patience = settings.early_stopping
        stopping = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
        callbacks.append(stopping)
    if checkpoint is not None:
        callbacks.append(resume := Resume(checkpoint, progress, stopping))
        done = resume.epochs
        epochs = done if resume.is_over else epochs
    trains = Batches(source, np.flatnonzero(~validates), settings.batch_size, seed, done)
    validation = Batches(source, np.flatnonzero(validates), settings.batch_size)
    model.fit(
        trains,
        steps_per_epoch=trains.steps,
        validation_data=validation if validation.steps else None,
        validation_steps=validation.steps or None,
        initial_epoch=done,
        epochs=epochs,
        shuffle=False,  # of the batches; the slices are
        verbose=0,
        callbacks=callbacks,
    )
    if sigmoid:
        model = keras.Model(model.inputs, keras.ops.sigmoid(model.outputs[0]))
    return model, pd.DataFrame(progress.rows)
