"""An earlier commit against the code as it is: python benchmarks/before_after.py f130f4e

What is planned for many patients, whose scans are empty files: a dry run, and a run with nothing left to do. Then the
default study as `make run` makes it, and which of its results differ. Both commits take turns in one session. Writes
benchmarks/before_after.csv and the table in benchmarks/README.md. The earlier code must run with today's environment.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from bench import ALL_BUT_TRAINING, ROOT, machine, write_between

TABLE = ROOT / "benchmarks/before_after.csv"
PYTHON = str(Path(sys.executable).absolute())
QUICK_TOUCH = "import snakemake.cli, snakemake.executors.touch as t; t.Executor.SLEEPING_TIME = 0; snakemake.cli.main()"
"""Snakemake waits for each job that it only touches, to tell the dates of its files apart."""


def measured(folder: Path, *command: str) -> tuple[float, float, float]:
    """Seconds, seconds of the processor with those of its jobs, and GB at its highest, of a command that must succeed."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if status:
            said.seek(0)
            sys.exit(f"{' '.join(command)[:300]} failed:\n{said.read().decode()[-3000:]}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e9


def plan(folder: Path, *arguments: str) -> tuple[float, float, float]:
    return measured(folder, PYTHON, "-c", QUICK_TOUCH, "--cores", "2", "--configfile", "many.yaml", *arguments)


def make_cohort(folder: Path, patients: int) -> None:
    """A study of patients whose scans are empty files."""
    for number in range(patients):
        at = folder / f"data/p{number:05d}"
        at.mkdir(parents=True)
        for kind in ("pet", "mask"):
            (at / f"{kind}.nii.gz").touch()
    cohort = {kind: f"data/{{patient}}/{kind}.nii.gz" for kind in ("pet", "mask")}
    (folder / "many.yaml").write_text(yaml.safe_dump({"results": "results-many", "cohort": cohort}))


def make_results(folder: Path) -> None:
    """Empty files that Snakemake takes for the results of that study."""
    said = subprocess.run(
        [PYTHON, "-m", "snakemake", "--cores", "1", "--configfile", "many.yaml", "--summary"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for line in said.stdout.splitlines():
        cells = line.split("\t")
        if len(cells) > 4 and cells[4] == "missing":
            path = folder / cells[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            is_file = path.suffix or path.name == "verified"
            path.touch() if is_file else path.mkdir(exist_ok=True)
    plan(folder, "--touch", "--forceall")


def different(old: Path, new: Path) -> list[str]:
    """The files of both results folders whose contents differ."""
    shared = sorted(
        path.relative_to(old) for path in old.rglob("*") if path.is_file() and (new / path.relative_to(old)).is_file()
    )
    return [str(path) for path in shared if (old / path).read_bytes() != (new / path).read_bytes()]


def equal_scores(old: Path, new: Path) -> bool:
    """Whether all scores are equal to the last bit, in whatever order their rows are."""
    keys = ["method", "patient", "slice"]
    one, other = (pd.read_csv(at / "scores.csv").sort_values(keys, ignore_index=True) for at in (old, new))
    return bool(np.array_equal(one["dice"], other["dice"]) and one[keys].equals(other[keys]))


def write_table(commit: str) -> None:
    """The table of benchmarks/README.md, from the file."""
    table = pd.read_csv(TABLE)
    lines = [f"{table['date'][0]}, {table['machine'][0]}; `python benchmarks/before_after.py {commit}`.", ""]
    lines += [f"| what | at {commit} | after | ratio |", "| --- | --- | --- | --- |"]
    for what, rows in table.groupby("what", sort=False):
        medians = rows.groupby("commit")[["seconds", "cpu_seconds", "gb"]].median().loc[["before", "after"]]
        cells = [f"{s:.0f} s, {cpu:.0f} s of the processor, {gb:.2f} GB" for s, cpu, gb in medians.itertuples(index=False)]
        ratio = medians.loc["after"] / medians.loc["before"]
        cells.append(f"{ratio['seconds']:.2f}, {ratio['cpu_seconds']:.2f}, {ratio['gb']:.2f}")
        lines.append(f"| {what} | {' | '.join(cells)} |")
    write_between(
        ROOT / "benchmarks/README.md", "before_after", "\n".join(lines), ("benchmarks/before_after.py", *ALL_BUT_TRAINING)
    )


def main(commit: str, patients: int, turns: int, runs: bool) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folders = {"before": Path(place, "before"), "after": Path(place, "after")}
        for name, which in (("before", commit), ("after", "HEAD")):
            subprocess.run(
                ["git", "worktree", "add", "--detach", folders[name], which], cwd=ROOT, check=True, capture_output=True
            )
        try:
            for folder in folders.values():
                (folder / ".venv").symlink_to(Path(sys.executable).absolute().parents[1])
                make_cohort(folder, patients)

            def note(what: str, name: str, seconds: float, cpu: float, gb: float) -> None:
                rows.append((what, name, round(seconds, 2), round(cpu, 2), round(gb, 3)))
                print(*rows[-1], flush=True)

            for _ in range(turns):
                for name, folder in folders.items():
                    note(f"dry run of {patients} patients", name, *plan(folder, "--dry-run"))
            for folder in folders.values():
                make_results(folder)
            for _ in range(turns):
                for name, folder in folders.items():
                    note(f"nothing to do, {patients} patients", name, *plan(folder))
            for name, folder in folders.items() if runs else ():
                note("make run after installation", name, *measured(folder, PYTHON, "workflow/study.py", "config.yaml", "2"))
            old, new = (folder / "results" for folder in folders.values())
            if runs:
                print("scores equal:", equal_scores(old, new), "| files that differ:", ", ".join(different(old, new)))
        finally:
            for folder in folders.values():
                subprocess.run(["git", "worktree", "remove", "--force", folder], cwd=ROOT, check=True)
    table = pd.DataFrame(rows, columns=["what", "commit", "seconds", "cpu_seconds", "gb"])
    table.assign(date=date.today(), before=commit, machine=machine()).to_csv(TABLE, index=False)
    write_table(commit)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("commit")
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--only-plans", action="store_true", help="leave the default study out")
    arguments = parser.parse_args()
    main(arguments.commit, arguments.patients, arguments.turns, not arguments.only_plans)
