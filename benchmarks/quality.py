"""Is faster training as good? python benchmarks/quality.py FOLDER [--seeds 5] [--patients 40]

For each seed, a cohort of phantoms of its own goes through the workflow once per way of training; all else is the paper's,
at 64 x 64 pixels. Writes benchmarks/quality.csv: the median Dice of each output, way, seed, fold and method; what is there
already is not measured again, also after an interruption. Each way is compared with the first by its paired differences over
seeds and folds: their mean and its 95 % interval (Student's t).
"""

import argparse
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import yaml
from bench import ROOT, SNAKEMAKE, STUDY, copy_of_workflow, machine, write_between
from scipy import stats

FAST = {"precision": "mixed_bfloat16", "dropout": "byte"}
# name, settings of training, names of the networks: initial weights are drawn from seed, name and fold
WAYS = {
    "float32": ({}, ("plain", "center")),
    "bfloat16, byte dropout, crop": (FAST | {"crop": "body"}, ("plain", "center")),
    "bfloat16, byte dropout": (FAST, ("plain", "center")),
    "float32, other initial weights": ({}, ("plain2", "center2")),
}
# the paper's network, as it is after the last epoch; and one whose training is a matter of luck less, as it is at its best
OUTPUTS = {
    "linear": {},
    "sigmoid": {"output": "sigmoid", "early_stopping": 20},
}
TABLE = ROOT / "benchmarks/quality.csv"


def study(seed: int, patients: int, way: str, output: str) -> dict:
    training, (plain, center) = WAYS[way]
    return {
        "results": "results",
        "seed": seed,
        "cohort": {"phantom": {"patients": patients, "matrix": 64}},
        "preprocess": {"size": 64, "min_positive": 2},
        "training": {"epochs": 50, "batch_size": 16, "restarts": 3, **OUTPUTS[output], **training},
        "networks": {plain: {"clicks": "none"}, center: {"clicks": "center"}},
        "methods": {"CNNonly": {"network": plain}, "cm1CNN": {"network": center}},
    }


def measure(folder: Path, seeds: int, patients: int, output: str, ways: int, cores: str) -> pd.DataFrame:
    """Columns output, way, seed, fold, method, n_slices, median_dice, seconds (of all trainings)."""
    parts = [pd.read_csv(TABLE)] if TABLE.exists() else []
    done_before = set(zip(parts[0]["output"], parts[0]["seed"], parts[0]["way"], strict=True)) if parts else set()
    for seed in range(1, seeds + 1):
        at = folder / output / str(seed)
        if not at.exists():
            at.mkdir(parents=True)
            copy_of_workflow(at)
        for way in list(WAYS)[:ways]:
            if (output, seed, way) in done_before:
                continue
            (at / "study.yaml").write_text(yaml.safe_dump(study(seed, patients, way, output)))
            command = [SNAKEMAKE, "--cores", cores, "--configfile", "study.yaml", "--", "results/scores.csv"]
            done = subprocess.run(command, cwd=at, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
            scores = pd.read_csv(at / "results/scores.csv")
            table = scores.groupby(["fold", "method"], sort=False)["dice"].agg(n_slices="size", median_dice="median")
            logs = (at / "logs/train").rglob("*.tsv")
            seconds = sum(float(pd.read_csv(path, sep="\t")["s"].iloc[0]) for path in logs)
            parts.append(table.reset_index().assign(output=output, way=way, seed=seed, seconds=round(seconds, 1)))
            print(f"{output}, seed {seed}, {way}: {seconds:.0f} s of training", flush=True)
            pd.concat(parts).to_csv(TABLE, index=False)
    return pd.concat(parts)


def differences(table: pd.DataFrame) -> list[str]:
    """A line of Markdown for each output, way but the first and method, of all seeds and folds that went both ways."""
    pairs = table.pivot_table(index=["output", "method", "seed", "fold"], columns="way", values="median_dice", sort=False)
    first, *others = WAYS
    lines = [f"| output | training | method | median of medians ({first}) | mean difference | 95 % interval | SD | pairs |"]
    lines.append("| --- " * 8 + "|")
    for output in reversed(OUTPUTS):
        for way in others:
            for method, part in pairs.loc[output].groupby(level="method", sort=False):
                both = part[[first, way]].dropna() if way in part else part.iloc[:0]
                if len(both) < 2:
                    continue
                apart = both[way] - both[first]
                half = stats.t.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) / len(apart) ** 0.5
                medians = f"{both[way].median():.3f} ({both[first].median():.3f})"
                interval = f"{apart.mean() - half:+.4f} to {apart.mean() + half:+.4f}"
                cells = [
                    output,
                    way,
                    method,
                    medians,
                    f"{apart.mean():+.4f}",
                    interval,
                    f"{apart.std():.3f}",
                    str(len(apart)),
                ]
                lines.append("| " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--output", choices=list(OUTPUTS), default="linear")
    parser.add_argument("--ways", type=int, default=len(WAYS), help="only the first so many ways")
    parser.add_argument("--cores", default="2")
    arguments = parser.parse_args()
    table = measure(arguments.folder, arguments.seeds, arguments.patients, arguments.output, arguments.ways, arguments.cores)
    text = [
        f"**Phantom results**, {date.today()}, {machine()}.",
        f"Cohorts of {arguments.patients} phantom patients, 5 folds, 64 x 64 pixels, 50 epochs; a pair is a fold of a",
        "cohort, trained both ways. `linear`: the paper's output, weights of the last epoch; `sigmoid`: sigmoid output,",
        "weights of the epoch with the lowest validation loss.",
        "",
        *differences(table),
    ]
    write_between(ROOT / "benchmarks/README.md", "quality", "\n".join(text), ("benchmarks/quality.py", *STUDY))


if __name__ == "__main__":
    main()
