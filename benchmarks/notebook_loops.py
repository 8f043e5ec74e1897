"""The paper's study as a notebook does it, for `notebook_way.py`: one process, plain Keras, Python loops over pixels.

float32 and Keras's own `fit` on arrays, with the threads that TensorFlow takes by itself, one network after another; Keras's
`predict`; a text file for each predicted slice; 25 thresholds. The loops were written for this comparison; nothing of the
authors' notebook is here. Of this project it uses the network, and what both ways must share: which slices validate, how a
PET slice is resized, the seeds.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from bench import ROOT
from loops import click_by_loops, components_by_loops, dice_by_loops, keep_by_loops, mask_by_loops

sys.path.append(str(ROOT / "workflow/scripts"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

THRESHOLDS = [0.04 * step for step in range(1, 26)]
"""All of the range of a sigmoid output, which this comparison has."""


@contextmanager
def clock(took: dict[str, float], stage: str) -> Iterator[None]:
    """Add the seconds of what is done within to those of a stage."""
    begun = time.monotonic()
    yield
    took[stage] = took.get(stage, 0.0) + time.monotonic() - begun


def clicks_of(masks: np.ndarray, kind: str, seed: int, patients: list[str], numbers: list[int]) -> np.ndarray:
    """Matrices (n, size, size) with a 1 at the click of each component of each mask."""
    from oneclick.common.randomness import generator

    matrices = np.zeros_like(masks)
    for mask, matrix, patient, number in zip(masks, matrices, patients, numbers, strict=True):
        for component, pixels in enumerate(components_by_loops(mask), start=1):
            matrix[click_by_loops(pixels, kind, generator(seed, "random click", patient, number, component))] = 1
    return matrices


def cut_slices(folder: Path, settings: dict) -> dict[str, float]:
    """Write notebook/slices.npz: images, masks, matrices of clicks, patients and numbers of slices; seconds by stage.

    Ends if masks or clicks are not the workflow's: the two would not do the same study.
    """
    took: dict[str, float] = {}
    with clock(took, "masks and slices"):
        import nibabel as nib

        from oneclick.data.grid import grid_of, resize
        from oneclick.data.slices import scale_to_unit

        size, fewest = (settings["preprocess"][key] for key in ("size", "min_positive"))
        images, masks, patients, numbers = [], [], [], []
        for at in sorted((folder / "phantoms/results/cohort").iterdir()):
            pet, mask = nib.load(at / "pet.nii.gz"), nib.load(at / "mask.nii.gz")
            grid = grid_of(pet.get_fdata(dtype=np.float32), pet.affine, size, None)
            planes, truth = grid.planes(pet.get_fdata(dtype=np.float32)), grid.planes(np.asarray(mask.dataobj))
            for number in range(len(truth)):
                if truth[number].any() and (small := mask_by_loops(truth[number], size)).sum() >= fewest:
                    images.append(scale_to_unit(resize(planes[number : number + 1], grid, "area"))[0])
                    masks.append(small)
                    patients.append(at.name)
                    numbers.append(number)
    arrays = {"images": np.array(images), "masks": np.array(masks)}
    with clock(took, "clicks"):
        for kind in ("random", "center"):
            arrays[kind] = clicks_of(arrays["masks"], kind, settings["seed"], patients, numbers)
    for name, file in {"masks": "masks", "random": "clicks/random", "center": "clicks/center"}.items():
        theirs = np.load(folder / f"here/results/{file}.npy")
        if not np.array_equal(arrays[name], theirs):
            sys.exit(f"{file}: {np.count_nonzero(arrays[name] != theirs)} pixels differ from the workflow's")
    (folder / "notebook").mkdir(exist_ok=True)
    np.savez(folder / "notebook/slices.npz", **arrays, patients=patients, numbers=numbers)
    return took


def train(x: np.ndarray, y: np.ndarray, validates: np.ndarray, training: dict, seed: int):
    """A network as a notebook trains it, on slices x (n, h, w, channels) with masks y (n, h, w)."""
    import keras

    from oneclick.networks.unet import build_unet

    keras.utils.set_random_seed(seed % 2**32)
    model = build_unet(x.shape[1:3], x.shape[3], training["output"])
    model.compile(keras.optimizers.Adam(training["learning_rate"]), keras.losses.BinaryCrossentropy())
    y, patience = y[..., None].astype(np.float32), training["early_stopping"]
    stopping = [keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)] if patience else []
    model.fit(
        x[~validates],
        y[~validates],
        batch_size=training["batch_size"],
        epochs=training["epochs"],
        validation_data=(x[validates], y[validates]),
        callbacks=stopping,
        verbose=0,
    )
    return model


def outputs_by_texts(predicted: np.ndarray, folder: Path) -> np.ndarray:
    """Outputs (n, h, w), each written as a text file and read again."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, output in enumerate(predicted):
        np.savetxt(folder / f"{number}.txt", output)
    return np.array([np.loadtxt(folder / f"{number}.txt") for number in range(len(predicted))])


def fold_of_notebook(folder: Path, settings: dict, fold: int) -> dict[str, float]:
    """Train and predict with all networks of a fold and write notebook/scores-{fold}.csv; seconds by stage."""
    took: dict[str, float] = {}
    with clock(took, "training"):
        from oneclick.common.randomness import generator, seed_of
        from oneclick.networks.validation import validation_rows

    at, seed, training = folder / "notebook", settings["seed"], settings["training"]
    arrays = dict(np.load(at / "slices.npz"))
    images, masks, patients = arrays["images"], arrays["masks"], arrays["patients"]
    folds = pd.read_csv(folder / "here/results/folds.csv").set_index("patient")["fold"]
    trains = folds.loc[patients].to_numpy() != fold
    fraction, split = training["validation_fraction"], training["validation_split"]
    validates = validation_rows(patients[trains], fraction, split, generator(seed, "validation", fold))
    outputs, thresholds, scores = {}, {}, []
    for network in settings["networks"]:
        channels = [images] if network == "plain" else [images, arrays[network].astype(np.float32)]
        x = np.stack(channels, axis=-1)
        with clock(took, "training"):
            model = train(x[trains], masks[trains], validates, training, seed_of(seed, "training", network, fold))
        with clock(took, "prediction"):
            outputs[network] = outputs_by_texts(model.predict(x, verbose=0)[..., 0], at / "texts")
        shutil.rmtree(at / "texts")
        with clock(took, "thresholds"):
            training_slices = list(zip(outputs[network][trains], masks[trains], strict=True))
            found = [np.median([dice_by_loops(*pair, value) for pair in training_slices]) for value in THRESHOLDS]
            thresholds[network] = THRESHOLDS[int(np.argmax(found))]
    with clock(took, "methods and scores"):
        for method, row in settings["methods"].items():
            network, keep = row["network"], row.get("keep")
            for n in np.flatnonzero(~trains):
                mask = (outputs[network][n] > thresholds[network]).astype(np.uint8)
                mask = keep_by_loops(mask, arrays[keep][n]) if keep else mask
                scores.append((method, fold, patients[n], arrays["numbers"][n], dice_by_loops(mask, masks[n], 0.5)))
    table = pd.DataFrame(scores, columns=["method", "fold", "patient", "slice", "dice"])
    table.to_csv(at / f"scores-{fold}.csv", index=False)
    return took


def tests_and_figure(folder: Path, settings: dict) -> dict[str, float]:
    """The paper's tests of all pairs of methods, and a box plot; seconds."""
    took: dict[str, float] = {}
    with clock(took, "tests and figures"):
        import matplotlib.pyplot as plt
        from scipy import stats

        scores = pd.concat(pd.read_csv(path) for path in sorted((folder / "notebook").glob("scores-*.csv")))
        by_method = [scores.loc[scores["method"] == method, "dice"].to_numpy() for method in settings["methods"]]
        for one, other in combinations(by_method, 2):
            stats.wilcoxon(one, other)
            stats.f.sf(one.var(ddof=1) / other.var(ddof=1), len(one) - 1, len(other) - 1)
        plt.boxplot(by_method)
        plt.savefig(folder / "notebook/box_plots.png")
    return took
