"""Train one network on one fold's training slices of the stack, and write it (Rainio et al. 2024, section 2.3, doi
10.1007/s13721-024-00483-0)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import keras
import numpy as np
import pandas as pd

from oneclick.common.files import whole
from oneclick.common.randomness import generator, seed_of
from oneclick.common.tables import write_table
from oneclick.common.warned import Warned
from oneclick.networks.backend import precision_of
from oneclick.networks.batches import Source, around_bodies, held, slices_in_files
from oneclick.networks.checkpoint import identity_of, open_checkpoint
from oneclick.networks.fit import Settings, fit
from oneclick.networks.inputs import InputFiles
from oneclick.networks.onnx_export import write_onnx, write_onnx_elsewhere
from oneclick.networks.trained_files import TrainedFiles
from oneclick.networks.unet import build_unet
from oneclick.networks.validation import validation_rows


def write_network(model: keras.Model, output: str, model_keras: str, model_onnx: str) -> None:
    """Write a trained network, in float32 and with the layers of Keras alone, as a ``.keras`` file for others and for more
    training, and as ONNX, for slices of any size, with the window that it was trained on among its metadata."""
    *window, channels = model.input_shape[1:]
    plain = build_unet(tuple(window), channels, output)
    plain.set_weights(model.get_weights())
    with whole(model_keras) as part:
        plain.save(part)
    with whole(model_onnx) as part:
        if keras.backend.backend() == "tensorflow":
            write_onnx(plain, output, part)
        else:
            write_onnx_elsewhere(model_keras, output, part)


def is_collapsed(model: keras.Model, source: Source, rows: np.ndarray) -> bool:
    """Whether no tumour pixel of any of the slices ``rows`` has an output above 0: with a linear output clipped to (0, 1)
    the loss then has no gradient, and no further epoch helps."""
    chunks = source.chunks(rows)
    return not any((model.predict_on_batch(x)[..., 0][y > 0] > 0).any() for _, x, y in chunks)


@dataclass(frozen=True)
class Training:
    """Which training it is: of a ``network`` on all slices but those of ``fold``, by ``settings`` and ``seed``, by the code
    whose digest is ``code``."""

    network: str
    fold: int
    settings: Settings
    seed: int
    code: str


def train(
    training: Training,
    inputs: InputFiles,
    masks_npy: str,
    rows: pd.DataFrame,
    files: TrainedFiles,
    say: Callable[[str], None],
    choose: Callable | None = None,
) -> None:
    """Train a network on its slices of the stack and write model and history.

    ``rows``: those of the stack, with the fold of each. All networks of a fold share the slices that validate; each has its
    own initial weights, and others in each run. ``choose``: :func:`best_run.choose`, needed with ``use`` ``best`` only, so
    that what it rests on does not count for other trainings. The checkpoint holds the state of the training until it is
    over. If it is there and belongs to the same training, the training goes on from there.
    """
    network, fold, seed = training.network, training.fold, training.seed
    outside = np.flatnonzero(rows["fold"] != fold)
    patients = rows["patient"].to_numpy()[outside]
    source = slices_in_files(inputs, masks_npy, outside)
    settings = replace(training.settings, precision=precision_of(training.settings.precision))
    split = settings.validation_fraction, settings.validation_split
    validates = validation_rows(patients, *split, generator(seed, "validation", fold))
    n = len(np.unique(patients))
    say(f"{(~validates).sum()} slices train, {validates.sum()} validate, {n} patients; {settings.precision}")
    facts = (network, fold, patients.tolist(), settings, seed, training.code)
    checkpoint = open_checkpoint(files.checkpoint_npz, identity_of(facts, source), say)
    if settings.crop == "body":
        source = around_bodies(source, say)
    source = held(source)
    while checkpoint.attempt < settings.runs:
        attempt = checkpoint.attempt
        purpose = ("training", network, fold) + ((attempt,) if attempt else ())
        model, history = fit(source, validates, settings, seed_of(seed, *purpose), say, checkpoint)
        run = files if settings.use != "best" else files.of_run(attempt + 1)
        last = attempt + 1 == settings.runs
        if settings.use == "best" or last or not is_collapsed(model, source, np.flatnonzero(~validates)):
            write_network(model, settings.output, run.model_keras, run.model_onnx)
            write_table(history, run.history_csv)
            if settings.use != "best":
                break
        else:
            say("all pixels are predicted negative: the training collapsed and starts again with other weights")
        checkpoint.start_again()
    if settings.use == "best":
        choose(files, settings.runs, inputs, masks_npy, outside, say=say)
    elif attempt := checkpoint.attempt:  # said once more, for a table, also of a training that was killed since
        runs = "run 1" if attempt == 1 else f"runs 1 to {attempt}"
        wrong = f"{runs} collapsed (all pixels are predicted negative), so run {attempt + 1}, of other weights, is used"
        say(Warned(wrong, "look at its loss curve"))
    checkpoint.remove()
    files.remove_runs(settings.runs)
