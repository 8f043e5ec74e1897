"""Memory and speed of a training, whose slices come from files: python benchmarks/memory.py

Memory: the peak of a whole training job (`networks.training.train`, to the written network) whose epoch is cut after some
steps, for cohorts of 1,000 to 100,000 slices; and, where they fit, of Keras's own way with all slices in memory. Speed:
slices a second after the first epoch, in both ways in turn. Each number comes from a process of its own. Writes
benchmarks/memory.csv, memory_speed.csv and their tables in benchmarks/README.md. Needs 3 GB of disk for the largest cohort.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from bench import ROOT, machine, write_between

sys.path.append(str(ROOT / "workflow/scripts"))

PER_PATIENT = 10
KINDS = {"slices": np.float32, "masks": np.uint8, "clicks": np.uint8}
STEPS = 40
"""Of the one epoch whose memory is measured, and as many of validation."""
FILES, ARRAYS = "here, from files", "Keras, all in memory"
MEMORY = [(FILES, 1_000), (FILES, 10_000), (FILES, 100_000), (ARRAYS, 1_000), (ARRAYS, 10_000)]
SIZE, BATCH = 64, 32
FAST = {"precision": "mixed_bfloat16", "dropout": "byte"}
# what, rows and columns, batch, settings
SPEED = [
    ("128 x 128, as the paper", (128, 128), 32, {}),
    ("64 x 64", (64, 64), 8, {}),
    ("88 x 72, bfloat16, dropout: byte", (88, 72), 32, FAST),
    ("64 x 64, bfloat16, dropout: byte", (64, 64), 8, FAST),
]
SPEED_SLICES, SPEED_EPOCHS = 512, 3


def make_cohort(folder: Path, slices: int, shape: tuple[int, int]) -> None:
    """A stack of ``slices`` of noise and one patient's more, the only one of the first of two folds."""
    from oneclick.common.arrays import array_file

    rng, n = np.random.default_rng(1), slices + PER_PATIENT
    with ExitStack() as opened:
        files = (array_file(folder / f"{kind}.npy", (n, *shape), dtype) for kind, dtype in KINDS.items())
        arrays = [opened.enter_context(file) for file in files]
        for first in range(0, n, PER_PATIENT):
            images = rng.random((PER_PATIENT, *shape), np.float32)
            for array, part in zip(arrays, (images, images > 0.97, images > 0.999), strict=True):
                array[first : first + PER_PATIENT] = part[: n - first]


def peak_mib() -> float:
    """Of this process since it began; the peak of getrusage would be that of the process that started it, if higher."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def training(folder: str, way: str, epochs: int, steps: int | None, batch: int, options: dict) -> dict[str, float]:
    """Peak memory in MiB, after imports and at the end, and slices a second after the first epoch."""
    from oneclick.networks.backend import prepare_backend

    prepare_backend(1)
    import keras

    from oneclick.networks.fit import Settings
    from oneclick.networks.inputs import InputFiles
    from oneclick.networks.trained_files import TrainedFiles
    from oneclick.networks.training import Training, train

    keras.config.set_max_steps_per_epoch(steps)
    inputs, masks_npy = InputFiles(f"{folder}/slices.npy", f"{folder}/clicks.npy"), f"{folder}/masks.npy"
    patients = np.arange(inputs.shape[0]) // PER_PATIENT
    rows = pd.DataFrame({"patient": patients, "fold": np.where(patients > 0, 2, 1)})
    fraction = 0.3 if steps else 0
    settings = Settings(epochs, batch, 0.001, "linear", fraction, "shuffled", None, **options)
    found = {"imports": peak_mib()}
    with tempfile.TemporaryDirectory() as out:
        history = f"{out}/history.csv"
        if way == FILES:
            files = TrainedFiles(f"{out}/n.keras", f"{out}/n.onnx", history)
            of_fold = Training("n", 1, settings, 1, "code")
            train(of_fold, inputs, masks_npy, rows, files, lambda line: None)
        else:
            in_memory(inputs, masks_npy, settings, history)
        seconds = [float(line.split(",")[-1]) for line in Path(history).read_text().splitlines()[1:]]
    found["peak"] = peak_mib()
    if epochs > 1:
        found["rate"] = (len(rows) - PER_PATIENT) * (epochs - 1) / (seconds[-1] - seconds[0])
    return found


def in_memory(inputs, masks_npy: str, settings, history_csv: str) -> None:
    """Keras's own way: all slices of all patients but the first in arrays, which Keras cuts into batches."""
    import keras

    from oneclick.networks.fit import Progress
    from oneclick.networks.unet import ByteDropout, build_unet

    x = inputs.read(slice(PER_PATIENT, None))
    y = np.load(masks_npy)[PER_PATIENT:, ..., None].astype(np.float32)
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


def write(name: str, table: pd.DataFrame, head: str, lines: list[str]) -> None:
    """A table as CSV beside this script, and its lines in the README."""
    table.to_csv(ROOT / f"benchmarks/{name}.csv", index=False)
    begin = [f"{date.today()}, {machine()}; one thread.", "", head, "| --- " * (head.count("|") - 1) + "|"]
    write_between(ROOT / "benchmarks/README.md", name, "\n".join(begin + lines), ("benchmarks/memory.py",))


def measure_memory(folder: str | None) -> None:
    rows, lines = [], []
    for way, slices in MEMORY:
        with tempfile.TemporaryDirectory(dir=folder) as cohort:
            make_cohort(Path(cohort), slices, (SIZE, SIZE))
            found = measured(cohort, way, 1, STEPS, BATCH, {})
        rows.append((way, slices, round(found["imports"]), round(found["peak"])))
        lines.append("| {} | {:,} | {} MiB | {} MiB |".format(*rows[-1]))
        print(lines[-1], flush=True)
    table = pd.DataFrame(rows, columns=["way", "slices", "imports_mib", "peak_mib"])
    write(
        "memory", table, f"| slices of {SIZE} x {SIZE} pixels, batches of {BATCH} | slices | after imports | peak |", lines
    )


def measure_speed(repeats: int, folder: str | None) -> None:
    rows, lines = [], []
    for name, shape, batch, options in SPEED:
        rates = {ARRAYS: [], FILES: []}
        with tempfile.TemporaryDirectory(dir=folder) as cohort:
            make_cohort(Path(cohort), SPEED_SLICES, shape)
            for turn in range(repeats):
                # Each way is first in every other turn.
                for way in (ARRAYS, FILES) if turn % 2 else (FILES, ARRAYS):
                    rates[way].append(measured(cohort, way, SPEED_EPOCHS, None, batch, options)["rate"])
                    rows.append((name, batch, way, turn + 1, round(rates[way][-1], 2)))
        ratios = [one / other for one, other in zip(rates[FILES], rates[ARRAYS], strict=True)]
        medians = [f"{statistics.median(rates[way]):.1f}" for way in (ARRAYS, FILES)]
        apart = f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"
        lines.append(f"| {name}, batches of {batch} | {' | '.join(medians)} | {apart} |")
        print(lines[-1], flush=True)
    table = pd.DataFrame(rows, columns=["what", "batch", "way", "turn", "slices_per_s"])
    head = f"| slices/s, medians of {repeats} turns | {ARRAYS} | {FILES} | ratio (its range) |"
    write("memory_speed", table, head, lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", help="where the cohorts are made, for a time")
    parser.add_argument("--only-memory", action="store_true", help="leave the speed out, which takes longest")
    parser.add_argument("--worker")
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(training(*json.loads(arguments.worker))))
    else:
        measure_memory(arguments.folder)
        if not arguments.only_memory:
            measure_speed(arguments.repeats, arguments.folder)
