"""Is faster training as good? python benchmarks/quality.py FOLDER [--seeds 5] [--patients 40]

For each seed, a cohort of phantoms of its own goes through the workflow once per way of training; all else is the paper's,
at 64 x 64 pixels. Writes benchmarks/quality.csv: the median Dice of each way, seed, fold and method; what is there already
is not measured again. Each way is compared with the first by its paired differences over seeds and folds: their mean and its
95 % interval (Student's t).
"""

import argparse
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import yaml
from bench import ROOT, SNAKEMAKE, copy_of_workflow, machine, write_between
from scipy import stats

WAYS = {
    "float32": {},
    "bfloat16, byte dropout": {"precision": "mixed_bfloat16", "dropout": "byte"},
    "bfloat16, byte dropout, crop": {"precision": "mixed_bfloat16", "dropout": "byte", "crop": "body"},
}
TABLE = ROOT / "benchmarks/quality.csv"


def study(seed: int, patients: int, training: dict) -> dict:
    return {
        "results": "results",
        "seed": seed,
        "cohort": {"phantom": {"patients": patients, "matrix": 64}},
        "preprocess": {"size": 64, "min_positive": 2},
        "training": {"epochs": 50, "batch_size": 16, "restarts": 3, **training},
        "networks": {"plain": {"clicks": "none"}, "center": {"clicks": "center"}},
        "methods": {"CNNonly": {"network": "plain"}, "cm1CNN": {"network": "center"}},
    }


def measure(folder: Path, seeds: int, patients: int, cores: str) -> pd.DataFrame:
    """Columns way, seed, fold, method, n_slices, median_dice, seconds (of all trainings)."""
    parts = [pd.read_csv(TABLE)] if TABLE.exists() else []
    done_before = set(zip(parts[0]["seed"], parts[0]["way"], strict=True)) if parts else set()
    for seed in range(1, seeds + 1):
        at = folder / str(seed)
        if not at.exists():
            at.mkdir(parents=True)
            copy_of_workflow(at)
        for way, training in WAYS.items():
            if (seed, way) in done_before:
                continue
            (at / "study.yaml").write_text(yaml.safe_dump(study(seed, patients, training)))
            command = [SNAKEMAKE, "--cores", cores, "--configfile", "study.yaml", "--", "results/scores.csv"]
            done = subprocess.run(command, cwd=at, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
            scores = pd.read_csv(at / "results/scores.csv")
            table = scores.groupby(["fold", "method"], sort=False)["dice"].agg(n_slices="size", median_dice="median")
            logs = (at / "logs/train").rglob("*.tsv")
            seconds = sum(float(pd.read_csv(path, sep="\t")["s"].iloc[0]) for path in logs)
            parts.append(table.reset_index().assign(way=way, seed=seed, seconds=round(seconds, 1)))
            print(f"seed {seed}, {way}: {seconds:.0f} s of training", flush=True)
            pd.concat(parts).to_csv(TABLE, index=False)
    return pd.concat(parts)


def differences(table: pd.DataFrame) -> list[str]:
    """A line of Markdown for each way but the first and each method, of the seeds that went all ways."""
    both = table[table.groupby("seed")["way"].transform("nunique") == len(WAYS)]
    by_way = both.pivot_table(index=["method", "seed", "fold"], columns="way", values="median_dice", sort=False)
    first, *others = WAYS
    lines = [f"| training | method | median of medians | mean difference to {first} | 95 % interval | pairs |"]
    lines.append("| --- " * 6 + "|")
    for way in others:
        for method, part in by_way.groupby(level="method", sort=False):
            apart = (part[way] - part[first]).dropna()
            half = stats.t.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) / len(apart) ** 0.5
            interval = f"{apart.mean() - half:+.4f} to {apart.mean() + half:+.4f}"
            cells = [way, method, f"{part[way].median():.3f}", f"{apart.mean():+.4f}", interval, str(len(apart))]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--cores", default="2")
    arguments = parser.parse_args()
    table = measure(arguments.folder, arguments.seeds, arguments.patients, arguments.cores)
    text = [
        f"**Phantom results**, {date.today()}, {machine()}.",
        f"{table['seed'].nunique()} cohorts of {arguments.patients} phantom patients, 5 folds, 64 x 64 pixels, 50 epochs.",
        "",
        *differences(table),
    ]
    write_between(ROOT / "benchmarks/README.md", "quality", "\n".join(text))


if __name__ == "__main__":
    main()
