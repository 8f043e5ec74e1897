"""Memory and speed of a training, whose slices come from files: python benchmarks/memory.py

Memory: the peak of a whole training job (`networks.training.train`, to the written network) whose epoch is cut after some
steps, for cohorts of 1,000 to 100,000 slices; and, where they fit, of Keras's own way with all slices in memory. Speed:
slices a second after the first epoch, in both ways in turn. Each number comes from a process of its own. Writes
benchmarks/memory.csv and the table in benchmarks/README.md. Needs 3 GB of disk for the largest cohort.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
from bench import ROOT, machine, write_between

sys.path.append(str(ROOT / "workflow/scripts"))

TABLE = ROOT / "benchmarks/memory.csv"
PER_PATIENT = 10
STEPS = 40
"""Of the one epoch whose memory is measured, and as many of validation."""
FILES, ARRAYS = "here, from files", "Keras, all in memory"
MEMORY = [(FILES, 1_000), (FILES, 10_000), (FILES, 100_000), (ARRAYS, 1_000), (ARRAYS, 10_000)]
SIZE, BATCH = 64, 32
FAST = {"precision": "mixed_bfloat16", "dropout": "byte"}
# what, rows and columns, batch, settings
SPEED = [
    ("128 x 128, as the paper", (128, 128), 32, {}),
    ("64 x 64, as config.yaml", (64, 64), 8, {}),
    ("88 x 72, bfloat16, dropout: byte", (88, 72), 32, FAST),
    ("64 x 64, bfloat16, dropout: byte", (64, 64), 8, FAST),
]
SPEED_SLICES, SPEED_EPOCHS = 512, 3


def make_cohort(folder: Path, slices: int, shape: tuple[int, int]) -> None:
    """Patients of ``PER_PATIENT`` slices of noise, in two folds, of which the first has one patient."""
    rng, lines = np.random.default_rng(1), ["patient,fold,n_slices"]
    for number in range(slices // PER_PATIENT + 1):
        patient = f"p{number:05d}"
        lines.append(f"{patient},{2 if number else 1},{PER_PATIENT}")
        at = folder / patient
        at.mkdir()
        images = rng.random((PER_PATIENT, *shape), np.float32)
        np.save(at / "slices.npy", images)
        np.save(at / "masks.npy", (images > 0.97).astype(np.uint8))
        np.save(at / "clicks.npy", (images > 0.999).astype(np.uint8))
    (folder / "folds.csv").write_text("\n".join(lines) + "\n")


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def paths_of(folder: Path) -> list[dict[str, str]]:
    patients = sorted(path.name for path in folder.iterdir() if path.is_dir())
    return [{p: str(folder / p / f"{kind}.npy") for p in patients} for kind in ("slices", "masks", "clicks")]


def training(folder: str, way: str, epochs: int, steps: int | None, batch: int, options: dict) -> dict[str, float]:
    """Peak memory in MiB, after imports and at the end, and slices a second after the first epoch."""
    from oneclick.networks.backend import prepare_backend

    prepare_backend(1)
    import keras

    from oneclick.networks.training import Settings, train

    keras.config.set_max_steps_per_epoch(steps)
    images, masks, clicks = paths_of(Path(folder))
    fraction = 0.3 if steps else 0
    settings = Settings(epochs, batch, 0.001, "linear", fraction, "shuffled", None, **options)
    found = {"imports": peak_mib()}
    with tempfile.TemporaryDirectory() as out:
        history = f"{out}/history.csv"
        if way == FILES:
            files = (f"{out}/n.keras", f"{out}/n.onnx", history, f"{out}/checkpoint.npz")
            train("n", 1, f"{folder}/folds.csv", images, masks, clicks, settings, 1, *files, "code", lambda line: None)
        else:
            in_memory(images, masks, clicks, settings, history)
        seconds = [float(line.split(",")[-1]) for line in Path(history).read_text().splitlines()[1:]]
    found["peak"] = peak_mib()
    if epochs > 1:
        found["rate"] = (len(images) - 1) * PER_PATIENT * (epochs - 1) / (seconds[-1] - seconds[0])
    return found


def in_memory(images: dict, masks: dict, clicks: dict, settings, history_csv: str) -> None:
    """Keras's own way: all slices of all patients but the first in arrays, which Keras cuts into batches."""
    import keras
    import pandas as pd

    from oneclick.networks.inputs import network_input
    from oneclick.networks.training import Progress
    from oneclick.networks.unet import ByteDropout, build_unet

    x = network_input(list(images.values())[1:], list(clicks.values())[1:])
    y = np.concatenate([np.load(path) for path in list(masks.values())[1:]])[..., None].astype(np.float32)
    dropout = {"float": keras.layers.Dropout, "byte": ByteDropout}[settings.dropout]
    model = build_unet(x.shape[1:3], 2, settings.output, dropout, settings.precision)
    model.compile(keras.optimizers.Adam(settings.learning_rate), keras.losses.BinaryCrossentropy())
    n, progress = round(settings.validation_fraction * len(x)), Progress(settings.epochs, lambda line: None)
    model.fit(
        x[n:],
        y[n:],
        validation_data=(x[:n], y[:n]) if n else None,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        verbose=0,
        callbacks=[progress],
    )
    pd.DataFrame(progress.rows).to_csv(history_csv, index=False)


def measured(*arguments) -> dict[str, float]:
    command = [sys.executable, __file__, "--worker", json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def main(repeats: int, folder: str | None) -> None:
    lines = [f"{date.today()}, {machine()}; one thread.", ""]
    lines += ["| slices of 64 x 64 pixels, batches of 32 | slices | after imports | peak |", "| --- " * 4 + "|"]
    rows = ["what,way,slices,imports_mib,peak_mib," + ",".join(f"turn_{n + 1}_slices_per_s" for n in range(repeats))]
    for way, slices in MEMORY:
        with tempfile.TemporaryDirectory(dir=folder) as cohort:
            make_cohort(Path(cohort), slices, (SIZE, SIZE))
            found = measured(cohort, way, 1, STEPS, BATCH, {})
        lines.append(f"| {way} | {slices:,} | {found['imports']:.0f} MiB | {found['peak']:.0f} MiB |")
        rows.append(f"memory,{way},{slices},{found['imports']:.0f},{found['peak']:.0f}{',' * repeats}")
        print(lines[-1], flush=True)
    lines += ["", f"| slices/s, medians of {repeats} turns | {ARRAYS} | {FILES} | ratio (its range) |", "| --- " * 4 + "|"]
    for name, shape, batch, options in SPEED:
        rates = {ARRAYS: [], FILES: []}
        with tempfile.TemporaryDirectory(dir=folder) as cohort:
            make_cohort(Path(cohort), SPEED_SLICES, shape)
            for turn in range(repeats):
                # Each way is first in every other turn.
                for way in (ARRAYS, FILES) if turn % 2 else (FILES, ARRAYS):
                    rates[way].append(measured(cohort, way, SPEED_EPOCHS, None, batch, options)["rate"])
        ratios = [one / other for one, other in zip(rates[FILES], rates[ARRAYS], strict=True)]
        medians = [f"{statistics.median(rates[way]):.1f}" for way in (ARRAYS, FILES)]
        apart = f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"
        lines.append(f"| {name}, batches of {batch} | {' | '.join(medians)} | {apart} |")
        for way, found in rates.items():
            rows.append(f'"{name}",{way},{SPEED_SLICES},,,' + ",".join(f"{rate:.2f}" for rate in found))
        print(lines[-1], flush=True)
    TABLE.write_text("\n".join(rows) + "\n")
    write_between(ROOT / "benchmarks/README.md", "memory", "\n".join(lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", help="where the cohorts are made, for a time")
    parser.add_argument("--worker")
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(training(*json.loads(arguments.worker))))
    else:
        main(arguments.repeats, arguments.folder)
