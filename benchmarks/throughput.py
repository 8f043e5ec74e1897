"""Measure training, prediction and one click against what this machine can do: python benchmarks/throughput.py

Every row is measured in processes of its own, all rows in turn and the turns repeated; the table has medians, and ratios to
the first row of its kind. Writes benchmarks/throughput.csv and the table in benchmarks/README.md.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from datetime import date

import numpy as np
from bench import ROOT, machine, write_between

sys.path.append(str(ROOT / "workflow/scripts"))

TABLE = ROOT / "benchmarks/throughput.csv"
WINDOW = (88, 72)
"""What `crop: body` sees of the 128 x 128 pixels of the paper-size phantom."""
FULL = (128, 128)
BATCH, SLICES, EPOCHS = 32, 256, 3
PLAIN = {"precision": "float32", "dropout": "float"}
BYTE = {"precision": "float32", "dropout": "byte"}
BFLOAT = {"precision": "mixed_bfloat16", "dropout": "float"}
FAST = {"precision": "mixed_bfloat16", "dropout": "byte"}
# kind, name, processes at a time, options of the function of that kind
ROWS = [
    ("ceiling", "matrix product 4096 x 4096, float32", 1, {"threads": 2, "what": "product", "dtype": "float32"}),
    ("ceiling", "matrix product 4096 x 4096, bfloat16", 1, {"threads": 2, "what": "product", "dtype": "bfloat16"}),
    ("ceiling", "3 x 3 convolution, 32 filters, float32", 1, {"threads": 2, "what": "convolution", "dtype": "float32"}),
    ("ceiling", "3 x 3 convolution, 32 filters, bfloat16", 1, {"threads": 2, "what": "convolution", "dtype": "bfloat16"}),
    ("training", "float32 (the paper), 1 process of 2 threads", 1, {"threads": 2, "shape": FULL, **PLAIN}),
    ("training", "float32 (the paper), 2 processes of 1 thread", 2, {"threads": 1, "shape": FULL, **PLAIN}),
    ("training", "+ dropout: byte, 2 processes", 2, {"threads": 1, "shape": FULL, **BYTE}),
    ("training", "+ bfloat16, 2 processes", 2, {"threads": 1, "shape": FULL, **BFLOAT}),
    ("training", "+ bfloat16, dropout: byte, 2 processes", 2, {"threads": 1, "shape": FULL, **FAST}),
    ("training", "+ bfloat16, dropout: byte, 1 process of 2 threads", 1, {"threads": 2, "shape": FULL, **FAST}),
    ("training", "+ bfloat16, dropout: byte, crop: body, 2 processes", 2, {"threads": 1, "shape": WINDOW, **FAST}),
    ("prediction", "Keras predict, batches of 16, 2 threads", 1, {"threads": 2, "by": "keras", "shape": FULL}),
    ("prediction", "ONNX Runtime, a slice at a time, 2 threads", 1, {"threads": 2, "by": "onnx", "shape": FULL}),
    ("prediction", "the same, crop: body", 1, {"threads": 2, "by": "onnx", "shape": WINDOW}),
    ("click", "Keras predict, 1 network, 1 core", 1, {"threads": 1, "by": "keras", "networks": 1, "slices": 1}),
    ("click", "1 network, 1 core", 1, {"threads": 1, "by": "onnx", "networks": 1, "slices": 1}),
    ("click", "mean of 5 networks, 1 core", 1, {"threads": 1, "by": "onnx", "networks": 5, "slices": 1}),
    ("click", "60 slices, 5 networks, 2 cores", 1, {"threads": 2, "by": "onnx", "networks": 5, "slices": 60}),
    ("threshold", "exact, 1,000 slices", 1, {"slices": 1000}),
]
CONVOLUTION = {
    "float32": "3 x 3 convolution, 32 filters, float32",
    "mixed_bfloat16": "3 x 3 convolution, 32 filters, bfloat16",
}
GFLOP = 0.9075
"""Operations of a slice of 128 x 128 x 2 forward, counted layer by layer; with gradients it is three times as many."""
UNITS = {"ceiling": "GFLOP/s", "training": "slices/s", "prediction": "slices/s", "click": "ms", "threshold": "ms"}


def noise(n: int, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.random((n, *shape, 2), np.float32), (rng.random((n, *shape)) > 0.97).astype(np.uint8)


def ceiling(threads: int, what: str, dtype: str) -> float:
    """GFLOP/s of one operation of the library that trains."""
    from oneclick.networks.backend import prepare_backend

    prepare_backend(threads)
    import tensorflow as tf

    if what == "product":
        one = tf.cast(tf.random.normal((4096, 4096)), dtype)
        operation, operations = tf.function(lambda: tf.matmul(one, one)), 2 * 4096**3
    else:
        images = tf.cast(tf.random.normal((32, 128, 128, 32)), dtype)
        filters = tf.cast(tf.random.normal((3, 3, 32, 32)), dtype)
        operation = tf.function(lambda: tf.nn.conv2d(images, filters, 1, "SAME"))
        operations = 2 * 9 * 32 * 32 * 32 * 128 * 128
    operation()
    return operations / seconds(operation, 10) / 1e9


def seconds(call, repeats: int) -> float:
    """The median time of a call."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def training(threads: int, shape: list[int], precision: str, dropout: str) -> float:
    """Slices a second that this project trains, without validation, after the first epoch."""
    from oneclick.networks.backend import prepare_backend

    prepare_backend(threads)
    from oneclick.networks.batches import slices_in_memory
    from oneclick.networks.fit import Settings, fit

    settings = Settings(EPOCHS, BATCH, 0.001, "linear", 0, "last", None, precision=precision, dropout=dropout)
    slices = slices_in_memory(*noise(SLICES, tuple(shape)))
    _, history = fit(slices, np.zeros(SLICES, bool), settings, 1, lambda line: None)
    return SLICES * (EPOCHS - 1) / (history["seconds"].iloc[-1] - history["seconds"].iloc[0])


def networks(threads: int, by: str, shape: tuple[int, int], n: int) -> list:
    """Functions from slices (n, rows, columns, 2) to raw outputs, of untrained networks."""
    import tempfile

    from oneclick.networks.backend import prepare_backend

    prepare_backend(threads)
    from oneclick.networks.inference import load_network
    from oneclick.networks.training import write_network
    from oneclick.networks.unet import build_unet

    found = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(n):
            model, path = build_unet(shape, 2, "linear"), f"{folder}/network.onnx"
            write_network(model, "linear", f"{folder}/network.keras", path)
            network = load_network(path)
            if by == "keras":
                found.append(lambda x, model=model: model.predict(x, batch_size=16, verbose=0))
            else:
                found.append(lambda x, network=network: network.outputs(x, threads))
    return found


def prediction(threads: int, by: str, shape: list[int]) -> float:
    (network,) = networks(threads, by, tuple(shape), 1)
    x = noise(SLICES, tuple(shape))[0]
    network(x[:32])
    return SLICES / seconds(lambda: network(x), 3)


def click(threads: int, by: str, networks: int, slices: int) -> float:
    """Milliseconds from slices in memory to the mean output of the networks."""
    loaded = globals()["networks"](threads, by, FULL, networks)
    x = noise(slices, FULL)[0]
    return 1000 * seconds(lambda: np.mean([network(x) for network in loaded], axis=0), 30 if slices == 1 else 5)


def threshold(slices: int) -> float:
    """Milliseconds to find the threshold of made-up outputs: blobs that cover 6 % of the slices, and tumours among them."""
    from scipy import ndimage

    from oneclick.networks.thresholds import best_of, pixels_above_0

    rng = np.random.default_rng(1)
    field = ndimage.gaussian_filter(rng.standard_normal((slices, *FULL)), (0, 4, 4))
    field = ((field - np.quantile(field, 0.94)) / field.max()).astype(np.float32)
    truth = (field + 0.1 * rng.standard_normal((slices, 1, 1)) > 0.3).astype(np.uint8)
    return 1000 * seconds(lambda: best_of(pixels_above_0([(field, truth)]), 0.0), 5)


def measured(kind: str, processes: int, options: dict) -> float:
    """A row's number: rates of processes that run together are added."""
    command = [sys.executable, __file__, "--worker", kind, json.dumps(options)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(processes)]
    return sum(float(process.communicate()[0].splitlines()[-1]) for process in started)


def share(kind: str, options: dict, median: float, found: dict[str, list[float]]) -> str:
    """The GFLOP/s of a row of slices/s, and which part of the convolution's they are; empty for other rows."""
    if UNITS[kind] != "slices/s":
        return " | "
    pixels = options["shape"][0] * options["shape"][1] / (FULL[0] * FULL[1])
    gflops = median * GFLOP * pixels * (3 if kind == "training" else 1)
    ceiling_of_it = statistics.median(found[CONVOLUTION[options.get("precision", "float32")]])
    return f"{gflops:.0f} | {gflops / ceiling_of_it:.0%}"


def main(repeats: int) -> None:
    found = {name: [] for _, name, _, _ in ROWS}
    for turn in range(repeats):
        for kind, name, processes, options in ROWS:
            found[name].append(measured(kind, processes, options))
            print(f"turn {turn + 1}: {kind}: {name}: {found[name][-1]:.1f} {UNITS[kind]}", flush=True)
    lines = [f"{date.today()}, {machine()}; medians of {repeats} turns.", ""]
    lines.append("| kind | what | measured | ratio | GFLOP/s | of the convolution of its type |")
    lines.append("| --- " * 6 + "|")
    rows, first = ["kind,what,unit," + ",".join(f"turn_{turn + 1}" for turn in range(repeats))], {}
    for kind, name, _, options in ROWS:
        median = statistics.median(found[name])
        ratio = median / first.setdefault(kind, median)
        value = f"{median:{'.0f' if median >= 1000 else '.3g'}} {UNITS[kind]}"
        lines.append(f"| {kind} | {name} | {value} | {ratio:.2f} | {share(kind, options, median, found)} |")
        rows.append(",".join([kind, f'"{name}"', UNITS[kind], *(f"{value:.4g}" for value in found[name])]))
    TABLE.write_text("\n".join(rows) + "\n")
    write_between(ROOT / "benchmarks/README.md", "throughput", "\n".join(lines), ("benchmarks/throughput.py",))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--worker", nargs=2)
    arguments = parser.parse_args()
    if arguments.worker:
        kind, options = arguments.worker
        workers = {f.__name__: f for f in (ceiling, training, prediction, click, threshold)}
        print(workers[kind](**json.loads(options)))
    else:
        main(arguments.repeats)
