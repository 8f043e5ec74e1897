"""Train one network on one fold's training slices (Rainio et al. 2024, section 2.3, doi 10.1007/s13721-024-00483-0)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import keras
import numpy as np
import pandas as pd

from oneclick.backend import precision_of
from oneclick.body import window_around_body, window_sides
from oneclick.inputs import network_input, read_table
from oneclick.onnxfile import write_onnx, write_onnx_elsewhere
from oneclick.seeds import generator, seed_of
from oneclick.splits import validation_rows
from oneclick.unet import ByteDropout, build_unet


@dataclass(frozen=True)
class Settings:
    """How to train. ``early_stopping``: epochs without a lower validation loss after which training ends and the best
    weights come back (30 in the authors' notebook), or None (the paper). ``restarts``: how often a network that predicts
    all pixels negative is trained anew from other initial weights (the paper does not say that it did). ``precision``,
    ``dropout`` and ``crop`` are those of the config."""

    epochs: int
    batch_size: int
    learning_rate: float
    output: str
    validation_fraction: float
    validation_split: str
    early_stopping: int | None
    restarts: int = 0
    precision: str = "float32"
    dropout: str = "float"
    crop: str = "none"


def clock(seconds: float) -> str:
    """Minutes and seconds, as 2:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Progress(keras.callbacks.Callback):
    """Tells epoch, loss, validation loss and the time left after each epoch, and keeps them."""

    def __init__(self, epochs: int, say: Callable[[str], None]):
        super().__init__()
        self.epochs, self.say, self.rows, self.start = epochs, say, [], time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.monotonic() - self.start
        left = seconds / (epoch + 1) * (self.epochs - epoch - 1)
        row = {"epoch": epoch + 1, "loss": logs["loss"], "val_loss": logs.get("val_loss", np.nan), "seconds": seconds}
        self.rows.append(row)
        self.say(
            f"epoch {epoch + 1}/{self.epochs}  loss {row['loss']:.4f}  validation {row['val_loss']:.4f}  {clock(left)} left"
        )


def fit(x: np.ndarray, y: np.ndarray, validates: np.ndarray, settings: Settings, seed: int, say: Callable) -> tuple:
    """A trained network and its history (epoch, loss, val_loss, seconds since the start).

    ``x`` float32 (n, h, w, channels), ``y`` (n, h, w) of 0 and 1, ``validates`` bool (n,): slices that do not train.
    Binary cross-entropy is taken of the network's output clipped to (0, 1), also where that output is linear.
    """
    keras.utils.set_random_seed(seed % 2**32)
    dropout = {"float": keras.layers.Dropout, "byte": ByteDropout}[settings.dropout]
    # The loss of a sigmoid is taken of what goes into it, where the gradient never vanishes. With TensorFlow Keras does so
    # by itself, with jax and torch it does not, and trainings would collapse.
    sigmoid = settings.output == "sigmoid"
    model = build_unet(x.shape[1:3], x.shape[3], "linear" if sigmoid else settings.output, dropout, settings.precision)
    model.compile(keras.optimizers.Adam(settings.learning_rate), keras.losses.BinaryCrossentropy(from_logits=sigmoid))
    progress = Progress(settings.epochs, say)
    callbacks = [progress, keras.callbacks.TerminateOnNaN()]
    if settings.early_stopping is not None:
        patience = settings.early_stopping
        callbacks.append(keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True))
    y = y[..., None].astype(np.float32)
    model.fit(
        x[~validates],
        y[~validates],
        validation_data=(x[validates], y[validates]) if validates.any() else None,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        shuffle=True,
        verbose=0,
        callbacks=callbacks,
    )
    if sigmoid:
        model = keras.Model(model.inputs, keras.ops.sigmoid(model.outputs[0]))
    return model, pd.DataFrame(progress.rows)


def write_network(model: keras.Model, output: str, model_keras: str, model_onnx: str) -> None:
    """Write a trained network, in float32 and with the layers of Keras alone, as a ``.keras`` file for others and for more
    training, and as ONNX, for slices of any size, with the window that it was trained on among its metadata."""
    *window, channels = model.input_shape[1:]
    plain = build_unet(tuple(window), channels, output)
    plain.set_weights(model.get_weights())
    plain.save(model_keras)
    if keras.backend.backend() == "tensorflow":
        write_onnx(plain, output, model_onnx)
    else:
        write_onnx_elsewhere(model_keras, output, model_onnx)


def is_collapsed(model: keras.Model, x: np.ndarray, y: np.ndarray) -> bool:
    """Whether no tumour pixel of any slice has an output above 0: with a linear output clipped to (0, 1) the loss then has
    no gradient, and no further epoch helps. ``x`` (n, h, w, channels), ``y`` (n, h, w) of 0 and 1."""
    return not (model.predict(x, verbose=0)[..., 0][y > 0] > 0).any()


def around_bodies(x: np.ndarray, y: np.ndarray, say: Callable[[str], None]) -> tuple[np.ndarray, np.ndarray]:
    """The slices ``x`` (n, h, w, channels) and masks ``y`` (n, h, w) in windows around the bodies, all of one size."""
    sides = window_sides(x[..., 0])
    windows = [window_around_body(image, sides) for image in x[..., 0]]
    cropped = [np.stack([array[at] for array, at in zip(arrays, windows, strict=True)]) for arrays in (x, y)]
    say(f"cropped to {sides[0]} x {sides[1]} pixels around the body")
    if lost := int(y.sum(dtype=int) - cropped[1].sum(dtype=int)):
        say(f"warning: {lost} tumour pixels lie outside of the body and train no network; choose training.crop: none")
    return tuple(cropped)


def train(
    network: str,
    fold: int,
    folds_csv: str,
    slices_npys: dict[str, str],
    masks_npys: dict[str, str],
    clicks_npys: dict[str, str] | None,
    settings: Settings,
    seed: int,
    model_keras: str,
    model_onnx: str,
    history_csv: str,
    say: Callable[[str], None],
) -> None:
    """Train ``network`` on all patients outside ``fold``, in the order of their names, and write model and history.

    Paths are by patient. All networks of a fold share the slices that validate; each has its own initial weights, and
    others after each restart.
    """
    folds = read_table(folds_csv).sort_values("patient")
    training = folds[folds["fold"] != fold]
    patients = list(training["patient"])
    x = network_input([slices_npys[p] for p in patients], clicks_npys and [clicks_npys[p] for p in patients])
    y = np.concatenate([np.load(masks_npys[p]) for p in patients])
    validates = validation_rows(
        np.repeat(training["patient"], training["n_slices"]).to_numpy(),
        settings.validation_fraction,
        settings.validation_split,
        generator(seed, "validation", fold),
    )
    settings = replace(settings, precision=precision_of(settings.precision))
    say(f"{(~validates).sum()} slices train, {validates.sum()} validate, {len(patients)} patients; {settings.precision}")
    if settings.crop == "body":
        x, y = around_bodies(x, y, say)
    for attempt in range(settings.restarts + 1):
        purpose = ("training", network, fold) + ((attempt,) if attempt else ())
        model, history = fit(x, y, validates, settings, seed_of(seed, *purpose), say)
        if attempt == settings.restarts or not is_collapsed(model, x[~validates], y[~validates]):
            break
        say("all pixels are predicted negative: the training collapsed and starts again with other weights")
    write_network(model, settings.output, model_keras, model_onnx)
    history.to_csv(history_csv, index=False)
