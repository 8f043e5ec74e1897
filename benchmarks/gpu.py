"""The trainings of the paper's study on a GPU, beside those on a processor: python benchmarks/gpu.py train PACK

On a machine with the workflow, after `make run STUDY=studies/paper.yaml`, or as much of it as makes settings, folds, clicks:

    python benchmarks/gpu.py pack results-paper PACK   # slices, masks, clicks, folds, settings, scores if there: 10 MB
    pip download --dest PACK/wheels --only-binary=:all: --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 \\
        --python-version 3.12 keras==3.15.1            # the version of Python is that of the machine with the GPU: 26 MB

On that machine, which has PyTorch or JAX, pandas and SciPy, and needs neither TensorFlow nor a network, from a checkout:

    pip install --no-index --find-links PACK/wheels keras
    KERAS_BACKEND=torch python benchmarks/gpu.py train PACK --at-a-time 5

Each of the study's 15 trainings is a process of its own, as it is a job of the workflow; ``--at-a-time`` of them share the
GPU. It prints the minutes from the first start to the last end, and each method's median Dice beside that of the scores in
PACK, as Markdown for benchmarks/README.md, and keeps them in PACK/gpu-{backend}.md.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.append(str(Path(__file__).parents[1] / "workflow/scripts"))


def pack(results: Path, to: Path) -> None:
    """Gather what the trainings read of a study, its settings and its scores, in a folder of few files."""
    to.mkdir(parents=True, exist_ok=True)
    clicks = {path.stem: path for path in (results / "clicks").glob("*.npy")}
    files = {"slices": results / "slices.npy", "masks": results / "masks.npy"} | clicks
    np.savez_compressed(to / "stack.npz", **{name: np.load(path) for name, path in files.items()})
    for name in ("settings.json", "slices.csv", "folds.csv"):
        shutil.copy(results / name, to / name)
    if (results / "scores.csv").exists():
        shutil.copy(results / "scores.csv", to / "scores.csv")


def settings_of(at: Path) -> dict:
    """The settings of a packed study, whose networks see clicks as pixels of 1: without an encoding, as in the paper."""
    return json.loads((at / "settings.json").read_text())


def unpack(at: Path) -> None:
    """The files of a stack, as the workflow has them, from a packed one."""
    for name, array in np.load(at / "stack.npz").items():
        np.save(at / f"{name}.npy", array)


def train(at: Path, network: str, fold: int, changes: dict) -> None:
    """Train a network on all slices but those of a fold, by the workflow's own functions, and write its outputs on all.
    ``changes``: of the study's settings of training."""
    started = time.monotonic()
    from oneclick.networks.backend import prepare_backend

    prepare_backend(1)
    from oneclick.common.randomness import generator, seed_of
    from oneclick.data.rows import read_rows
    from oneclick.networks.batches import held, slices_in_files
    from oneclick.networks.fit import Settings, fit
    from oneclick.networks.inputs import InputFiles
    from oneclick.networks.validation import validation_rows

    rows = read_rows(at / "slices.csv", at / "folds.csv")
    trains = np.flatnonzero(rows["fold"] != fold)
    study = settings_of(at)
    kind, seed, settings = study["networks"][network]["clicks"], study["seed"], Settings(**study["training"] | changes)
    inputs = InputFiles(str(at / "slices.npy"), None if kind == "none" else str(at / f"{kind}.npy"))
    patients, share = rows["patient"].to_numpy()[trains], settings.validation_fraction
    validates = validation_rows(patients, share, settings.validation_split, generator(seed, "validation", fold))
    source = held(slices_in_files(inputs, str(at / "masks.npy"), trains))
    imported = time.monotonic()
    model, history = fit(source, validates, settings, seed_of(seed, "training", network, fold), lambda line: None)
    fitted = time.monotonic()
    outputs = model.predict(inputs.read(slice(None)), batch_size=64, verbose=0)[..., 0]
    np.save(at / f"outputs-{network}-{fold}.npy", np.asarray(outputs, np.float32))
    took = {"imports": imported - started, "first epoch": float(history["seconds"].iloc[0])}
    took |= {"training": fitted - imported, "prediction": time.monotonic() - fitted, "loss": float(history["loss"].iloc[-1])}
    print(json.dumps(took))


def train_all(at: Path, at_a_time: int, changes: dict) -> tuple[float, pd.DataFrame]:
    """Seconds from the first start to the last end of all trainings, and a row for each: network, fold, its seconds."""
    study = settings_of(at)

    def one(of: tuple[str, int]) -> dict:
        network, fold = of
        command = [sys.executable, __file__, "one", str(at), network, str(fold), json.dumps(changes)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        return {"network": network, "fold": fold} | json.loads(done.stdout.splitlines()[-1])

    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(at / "compiled"))  # what one process of jax compiled serves all
    started = time.monotonic()
    with ThreadPoolExecutor(at_a_time) as pool:
        rows = list(pool.map(one, [(name, fold) for fold in range(1, study["folds"] + 1) for name in study["networks"]]))
    return time.monotonic() - started, pd.DataFrame(rows)


def score(at: Path) -> pd.Series:
    """The median Dice of each method, by the workflow's own functions."""
    from oneclick.evaluation.scores import write_scores
    from oneclick.methods.postprocessing import write_segmentations
    from oneclick.networks.thresholds import write_thresholds

    study = settings_of(at)
    both_empty, connectivity = study["scores"]["both_empty"], study["clicks"]["connectivity"]
    slices, fold_of, masks = (str(at / name) for name in ("slices.csv", "folds.csv", "masks.npy"))
    folds = range(1, study["folds"] + 1)
    outputs = {name: [str(at / f"outputs-{name}-{fold}.npy") for fold in folds] for name in study["networks"]}
    for name in outputs:
        write_thresholds(name, slices, fold_of, masks, outputs[name], both_empty, str(at / f"thresholds-{name}.csv"), print)
    medians = {}
    for method, of in study["methods"].items():
        name, found, table = of["network"], str(at / f"{method}.npy"), str(at / f"{method}.csv")
        kept = str(at / f"{of['keep']}.npy") if "keep" in of else None
        thresholds = str(at / f"thresholds-{name}.csv")
        write_segmentations(slices, fold_of, thresholds, outputs[name], kept, {}, connectivity, found)
        write_scores(method, slices, fold_of, masks, found, both_empty, table)
        medians[method] = pd.read_csv(table)["dice"].median()
    return pd.Series(medians)


def device() -> str:
    """The GPU's kind, or that there is none; asked in a process of its own, for it is to hold no memory of it."""
    code = {
        "torch": "import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else 'no GPU')",
        "jax": "import jax; print(jax.devices()[0].device_kind if jax.default_backend() == 'gpu' else 'no GPU')",
    }.get(os.environ["KERAS_BACKEND"], "print('no GPU asked for')")
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()


def report(at: Path, seconds: float, rows: pd.DataFrame, at_a_time: int, changes: dict) -> list[str]:
    """Lines of Markdown: minutes, what one training took, and median Dice beside the processor's."""
    training = settings_of(at)["training"] | changes
    backend, commit = os.environ["KERAS_BACKEND"], ["git", "rev-parse", "--short", "HEAD"]
    here = subprocess.run(commit, cwd=Path(__file__).parent, capture_output=True, text=True).stdout.strip()
    n = len(pd.read_csv(at / "slices.csv"))
    mean = rows.drop(columns=["network", "fold"]).mean()
    what = f"{device()}, KERAS_BACKEND={backend}, {training['precision']}"
    lines = [
        f"**Phantom results**, {date.today()}, at {here or 'an unknown commit'}; {what}.",
        f"{len(rows)} trainings of {n} slices, {training['epochs']} epochs, {at_a_time} at a time:",
        f"**{seconds / 60:.1f} minutes**.",
        f"One took {mean['imports']:.1f} s to start, {mean['training']:.1f} s to train (its first epoch",
        f"{mean['first epoch']:.1f} s) and {mean['prediction']:.1f} s to predict, on average.",
        "",
        "| median Dice | here | the processor | difference |",
        "| --- | --- | --- | --- |",
    ]
    path = at / "scores.csv"
    theirs = pd.read_csv(path).groupby("method")["dice"].median() if path.exists() else pd.Series(dtype=float)
    for method, median in score(at).items():
        beside = f"{theirs[method]:.3f} | {median - theirs[method]:+.3f}" if method in theirs else "not packed | "
        lines.append(f"| {method} | {median:.3f} | {beside} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack")
    packing.add_argument("results", type=Path)
    training, one = commands.add_parser("train"), commands.add_parser("one")
    for command in (packing, training, one):
        command.add_argument("folder", type=Path)
    training.add_argument("--at-a-time", type=int, default=5)
    training.add_argument("--epochs", type=int, help="those of the study where left out")
    training.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    for name, kind in {"network": str, "fold": int, "changes": json.loads}.items():
        one.add_argument(name, type=kind)
    a = parser.parse_args()
    if a.command == "pack":
        pack(a.results, a.folder)
    elif a.command == "one":
        train(a.folder, a.network, a.fold, a.changes)
    else:
        os.environ.setdefault("KERAS_BACKEND", "torch")
        unpack(a.folder)
        changes = {"precision": a.precision} | ({"epochs": a.epochs} if a.epochs else {})
        lines = report(a.folder, *train_all(a.folder, a.at_a_time, changes), a.at_a_time, changes)
        (a.folder / f"gpu-{os.environ['KERAS_BACKEND']}.md").write_text("\n".join(lines) + "\n")
        print("\n".join(lines))


if __name__ == "__main__":
    main()
