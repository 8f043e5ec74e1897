"""How long a study trains on paper: python benchmarks/cost.py

Training is nearly all of a study, and its cost is a count: a slice that trains costs a forward and two backward passes, one
that validates a forward pass, in each epoch of each network of each fold. The rates are those of `throughput.csv`. Writes
the table in docs/explanation/speed.md, and how well the model fits the training jobs of `notebook_way.py`.
"""

import json

import pandas as pd
from bench import ROOT, write_between
from digests import code_of
from throughput import FULL, TABLE, WINDOW

PLAIN = "float32 (the paper), 2 processes of 1 thread"
NOTEBOOK = {
    "here, whole slices": "+ bfloat16, dropout: byte, 2 processes",
    "here, crop: body": "+ bfloat16, dropout: byte, crop: body, 2 processes",
}
FAST = "+ bfloat16, dropout: byte, crop: body, 2 processes"
START = 8
"""Seconds of a training job before its first step: importing TensorFlow and tracing the network."""
VALIDATION = 0.3
STUDIES = {
    "the paper: 962 slices, 15 networks": (962, 15),
    "one network a fold": (962, 5),
    "10 times the slices": (9620, 15),
}
CORES = (2, 8, 15)


def rate(way: str) -> float:
    """Slices a second and core that train, as measured in two processes at a time."""
    row = pd.read_csv(TABLE).set_index("what").loc[way]
    return row.filter(like="turn_").median() / 2


def core_seconds(trained: float, networks: int, epochs: int, way: str) -> float:
    """Core seconds to train ``networks`` networks, each on ``trained`` slices of which ``VALIDATION`` validates."""
    passes = (1 - VALIDATION) + VALIDATION / 3
    return networks * (epochs * trained * passes / rate(way) + START)


def hours(slices: int, networks: int, cores: int, way: str, epochs: int = 50, folds: int = 5) -> float:
    """Wall time of all trainings: one network a core, so that no more cores are of use than there are networks."""
    rounds = -(-networks // cores)
    return rounds * core_seconds(slices * (folds - 1) / folds, 1, epochs, way) / 3600


def table() -> list[str]:
    lines = [
        f"| hours of training, 50 epochs | {' | '.join(f'{n} cores: paper / faster' for n in CORES)} |",
        "| --- " * 4 + "|",
    ]
    for name, (slices, networks) in STUDIES.items():
        cells = [f"{hours(slices, networks, n, PLAIN):.1f} / {hours(slices, networks, n, FAST):.1f}" for n in CORES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    rates = f"{rate(PLAIN):.0f} slices a second and core the paper's way, {rate(FAST):.0f} the faster one"
    return [
        f"Constants, from `make bench`: {rates}",
        f"(128 x 128 pixels, of which the faster way sees {WINDOW[0]} x {WINDOW[1]}; another size costs as its pixels),",
        f"{START} s for a training to start. Measured with two trainings at a time; more at a time are extrapolated.",
        "",
        *lines,
    ]


def checked() -> str:
    """The core seconds of the training jobs of `notebook_way.py` beside those of the model."""
    run, scores = json.loads((TABLE.parent / "notebook.json").read_text()), pd.read_csv(TABLE.parent / "notebook.csv")
    n, size, epochs = int(scores.groupby(["way", "method"]).size().iloc[0]), run["study"]["size"], run["study"]["epochs"]
    found = []
    for way in [way for way in NOTEBOOK if way in run]:
        modelled = core_seconds(n * 4 / 5 * size**2 / FULL[0] ** 2, 15, epochs, NOTEBOOK[way])
        found.append(f"{run[way]['jobs']['training']:.0f} core s ({modelled:.0f} modelled) for *{way}*")
    return (
        f"The 15 trainings of {n} slices of {size} x {size} pixels and {epochs} epochs beside the notebook took "
        f"{' and '.join(found)}."
    )


if __name__ == "__main__":
    # As old as what was measured, and not known where that is not
    rates, jobs = (code_of(ROOT / "benchmarks/README.md", block) for block in ("throughput", "notebook"))
    code = ["benchmarks/cost.py", *rates, *jobs] if rates and jobs else []
    write_between(ROOT / "docs/explanation/speed.md", "cost", "\n".join([*table(), "", checked()]), code)
