"""Measure the budgets of the README and write them into it: make bench

Everything runs in a folder of its own, from nothing. Times are wall times of whole commands, one run each; they belong to
the machine that the table names and are never asserted in a test.
"""

import argparse
import csv
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
SNAKEMAKE = str(Path(sys.executable).parent / "snakemake")
PAPER = ["--configfile", "studies/paper.yaml"]
UNTRAINED = """
import sys
sys.path.append("workflow/scripts")
from oneclick.backend import prepare_backend
prepare_backend(1)
from pathlib import Path
from oneclick.training import write_network
from oneclick.unet import build_unet
for network, channels in (("plain", 1), ("random", 2), ("center", 2)):
    for fold in range(1, 6):
        folder = Path(f"results-paper/models/{network}/fold-{fold}")
        folder.mkdir(parents=True, exist_ok=True)
        write_network(build_unet((128, 128), channels, "linear"), "linear", f"{folder}.keras", f"{folder}.onnx")
        (folder / "history.csv").write_text("epoch,loss,val_loss,seconds\\n1,0.1,0.1,1.0\\n")
"""


def machine() -> str:
    """Processor, cores, memory and system, without any name of the machine."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text().splitlines()
        cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), cpu)
        flags = next((line for line in lines if line.startswith("flags")), "").split()
        cpu += " with " + next((name for name in ("avx512f", "avx2", "avx") if name in flags), "no AVX")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def write_between(path: Path, name: str, text: str) -> None:
    """Put a text between the marks ``<!-- name -->`` and ``<!-- /name -->`` of a file."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = path.read_text().partition(begin)
    path.write_text(f"{before}{begin}{text}\n{end}{rest.partition(end)[2]}")


def run(folder: Path, *command: str) -> float:
    """Seconds that a command takes; it must succeed."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return time.monotonic() - start


def benchmarks(folder: Path) -> dict[str, tuple[int, float, float]]:
    """Jobs, their total seconds and the largest memory (MiB) of each rule, from Snakemake's benchmark files."""
    found: dict[str, tuple[int, float, float]] = {}
    for path in sorted(folder.rglob("*.tsv")):
        rule = path.relative_to(folder).parts[0]
        with path.open() as file:
            row = next(csv.DictReader(file, delimiter="\t"))
        n, seconds, memory = found.get(rule, (0, 0.0, 0.0))
        peak = 0.0 if row["max_rss"] in ("NA", "-") else float(row["max_rss"])
        found[rule] = n + 1, seconds + float(row["s"]), max(memory, peak)
    return found


def copy_of_workflow(folder: Path) -> Path:
    names = ["Snakefile", "config.yaml", "studies", "workflow", "profiles", "envs"]
    for name in names:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def default_study(folder: Path, cores: str) -> list[tuple[str, str, str]]:
    first = run(folder, SNAKEMAKE, "--cores", cores)
    report = run(folder, SNAKEMAKE, "--report", "results/report.html")
    again = run(folder, SNAKEMAKE, "--cores", cores)
    jobs = benchmarks(folder / "logs")
    peak = max(memory for _, _, memory in jobs.values())
    training = jobs["train"][1] / int(cores)
    size = (folder / "results/report.html").stat().st_size / 2**20
    return [
        ("`make run` after installation", f"{first + report:.0f} s", "300 s"),
        ("of it training, if both cores shared it evenly", f"{training:.0f} s", ""),
        ("of it the report", f"{report:.0f} s, {size:.1f} MiB", ""),
        ("largest memory of a job", f"{peak / 1024:.2f} GiB ({max(jobs, key=lambda rule: jobs[rule][2])})", "4 GiB"),
        ("`snakemake` a second time (nothing to do)", f"{again:.1f} s", ""),
    ]


def paper_study(folder: Path, cores: str) -> list[tuple[str, str, str]]:
    """The paper's study without phantom-making and training: its networks are there before, untrained."""
    dry = run(folder, SNAKEMAKE, "--dry-run", *PAPER)
    phantoms = run(folder, SNAKEMAKE, "--cores", cores, "--until", "phantom", *PAPER)
    before = run(folder, SNAKEMAKE, "--cores", cores, "--until", "clicks", "folds", *PAPER)
    run(folder, sys.executable, "-c", UNTRAINED)
    predict = run(folder, SNAKEMAKE, "--cores", cores, "--until", "predict", *PAPER)
    after = run(folder, SNAKEMAKE, "--cores", cores, *PAPER)
    report = run(folder, SNAKEMAKE, "--report", "results-paper/report.html", *PAPER)
    jobs = benchmarks(folder / "logs-paper")
    slowest = ("verify", "preprocess", "predict", "threshold", "export_masks")
    shares = ", ".join(f"{rule} {jobs[rule][1]:.0f} s" for rule in slowest)
    return [
        ("dry run of `studies/paper.yaml`", f"{dry:.1f} s", "5 s"),
        ("its 100 phantom patients", f"{phantoms:.0f} s", ""),
        ("*all but training* and phantom-making", f"{before + predict + after + report:.0f} s", "180 s"),
        (
            "of it to clicks and folds / prediction / thresholds to figures / report",
            f"{before:.0f} / {predict:.0f} / {after:.0f} / {report:.0f} s",
            "",
        ),
        ("job seconds of it", shares, ""),
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cores", default="2")
    parser.add_argument("--skip-paper", action="store_true")
    arguments = parser.parse_args()
    rows = []
    for part in [default_study] + ([] if arguments.skip_paper else [paper_study]):
        with tempfile.TemporaryDirectory() as folder:
            rows += part(copy_of_workflow(Path(folder)), arguments.cores)
    lines = [
        f"Measured by `make bench` on {date.today()}: {machine()}; {arguments.cores} cores used, one run of each",
        "command, wall times. *All but training* runs the paper-size study with networks that are there already (untrained:",
        "time and size of their predictions are those of trained ones, but their masks have more components).",
        "",
        "| what | measured | budget |",
        "| --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    write_between(ROOT / "README.md", "bench", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
