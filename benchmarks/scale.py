"""How time and memory grow with the number of patients: python benchmarks/scale.py (make bench-scale)

For cohorts of 100, 1,000 and 10,000 patients with tiny scans: a dry run; what a job costs, one by one and in groups of 20;
and a whole study with a copy of an untrained network in the place of each trained one. To start a job for each of 10,000
patients takes an hour, so all but some of them are preprocessed in one process. Writes benchmarks/scale.csv and the table
in benchmarks/README.md.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import yaml
from bench import ALL_BUT_TRAINING, ROOT, SNAKEMAKE, TRAIN, UNTRAINED, benchmarks, copy_of_workflow, machine, write_between

sys.path.append(str(ROOT / "workflow/scripts"))

TABLE = ROOT / "benchmarks/scale.csv"
SIZE, SLICES = 16, 4
JOBS = 60
"""Patients whose jobs are timed one by one, and as many in groups."""
AT_LEAST = 2
"""Seconds that the jobs of a rule take with the most patients, for the table to have them."""
GROUPED = ["--groups", "preprocess=patients", "--group-components", "patients=20"]
STUDY = ["--configfile", "study.yaml"]
DRY, JOB, GROUP, LEFT = "dry run", "a job", "a job in a group of 20", "run with nothing left to do"


def make_cohort(folder: Path, n: int) -> None:
    """Scans of ``SLICES`` slices, three of which have a tumour, of ``n`` patients, and the settings of their study."""
    rng, affine = np.random.default_rng(1), np.diag([-8.0, -8, 4, 1])
    mask = np.zeros((2 * SIZE, 2 * SIZE, SLICES), np.uint8)
    mask[10:18, 12:20, 1:] = 1
    for number in range(n):
        at = folder / f"data/p{number:05d}"
        at.mkdir(parents=True)
        nib.save(nib.Nifti1Image(mask + rng.random(mask.shape, np.float32), affine), at / "pet.nii.gz")
        nib.save(nib.Nifti1Image(mask, affine), at / "mask.nii.gz")
    study = yaml.safe_load((ROOT / "studies/paper.yaml").read_text())
    study |= {"results": "results", "cohort": {kind: f"data/{{patient}}/{kind}.nii.gz" for kind in ("pet", "mask")}}
    study["preprocess"] |= {"size": SIZE, "min_positive": 1}
    (folder / "study.yaml").write_text(yaml.safe_dump(study))


def measured(folder: Path, *command: str) -> tuple[float, float]:
    """Seconds and MiB, at its highest and without its jobs, of a command, which must succeed."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if status:
            said.seek(0)
            sys.exit(f"{' '.join(command)[:300]} failed:\n{said.read().decode()[-3000:]}")
    return seconds, usage.ru_maxrss / 1024


def tables_of(first: int, last: int) -> list[str]:
    return [f"results/preprocessed/p{number:05d}/slices.csv" for number in range(first, last)]


def preprocess_others(folder: Path) -> None:
    """What the rule does, in one process, for the patients who have not been preprocessed."""
    from oneclick.data.slices import Preprocess, SliceFiles, preprocess

    settings = Preprocess(SIZE, None, "area", "area", 1)
    for patient in sorted(path.name for path in (folder / "data").iterdir()):
        at = folder / "results/preprocessed" / patient
        if not at.exists():
            scans = [str(folder / f"data/{patient}/{kind}.nii.gz") for kind in ("pet", "mask")]
            made = [str(at / name) for name in ("slices.npy", "masks.npy", "slices.csv", "grid.json")]
            preprocess(patient, *scans, None, settings, SliceFiles(*made))


@contextmanager
def cohort_of(n: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield copy_of_workflow(Path(folder))


def measure(n: int) -> list[tuple[str, int, float, float]]:
    """Rows of what, patients, seconds, MiB."""
    rows = []

    def note(what: str, seconds: float, mib: float) -> None:
        rows.append((what, n, seconds, mib))
        print(f"{n} patients: {what}: {seconds:.2f} s, {mib:.0f} MiB", flush=True)

    def snakemake(*arguments: str) -> tuple[float, float]:
        return measured(folder, SNAKEMAKE, "--cores", "2", *STUDY, *arguments)

    with cohort_of(n) as folder:
        make_cohort(folder, n)
        note(DRY, *snakemake("--dry-run"))
        half = min(JOBS, n // 2)
        for what, targets, options in ((JOB, tables_of(0, half), []), (GROUP, tables_of(half, 2 * half), GROUPED)):
            planned, _ = snakemake("--dry-run", "--", *targets)
            seconds, mib = snakemake(*options, "--", *targets)
            note(what, max(seconds - planned, 0.01) / half, mib)
        preprocess_others(folder)
        subprocess.run(
            [sys.executable, "-c", UNTRAINED.replace("128", str(SIZE))], cwd=folder, check=True, capture_output=True
        )
        (folder / "workflow/scripts/train.py").write_text(TRAIN)
        snakemake()
        jobs = benchmarks(folder / "logs")
        for rule in jobs.keys() - {"preprocess", "train"}:
            count, seconds, mib = jobs[rule]
            note(f"{rule}, {count} job{'s' * (count > 1)}", seconds, mib)
        note(LEFT, *snakemake())
    return rows


def main(sizes: list[int]) -> None:
    table = pd.DataFrame([row for n in sizes for row in measure(n)], columns=["what", "patients", "seconds", "mib"])
    table.round(3).to_csv(TABLE, index=False)
    seconds, mib = (table.pivot(index="what", columns="patients", values=value) for value in ("seconds", "mib"))
    first = [DRY, LEFT, JOB, GROUP]
    others = seconds.drop(index=first)[sizes[-1]].sort_values(ascending=False)
    others = others.index[others > AT_LEAST]
    lines = [f"{date.today()}, {machine()}; one run.", ""]
    lines.append(f"| patients | {' | '.join(f'{n:,}' for n in sizes)} | exponent | memory, MiB |")
    lines.append("| --- " * (len(sizes) + 3) + "|")
    for what in [*first, *others]:
        row = seconds.loc[what, sizes]
        more, patients = row.iloc[-1] / row.iloc[-2], sizes[-1] / sizes[-2]
        exponent = math.log(more) / math.log(patients)
        peaks = ", ".join(f"{value:.0f}" for value in mib.loc[what, sizes])
        lines.append(f"| {what} | {' | '.join(f'{value:.3g} s' for value in row)} | {exponent:.2f} | {peaks} |")
    write_between(ROOT / "benchmarks/README.md", "scale", "\n".join(lines), ("benchmarks/scale.py", *ALL_BUT_TRAINING))
    print("\n".join(lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs="*", default=[100, 1000, 10000])
    main(parser.parse_args().sizes)
