"""Measure the budgets of docs/explanation/speed.md and write them into it: make bench

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
from collections.abc import Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))

from digests import comment  # noqa: E402

SNAKEMAKE = str(Path(sys.executable).parent / "snakemake")
PAPER = ["--configfile", "studies/paper.yaml"]
UNTRAINED = """
import sys
sys.path.append("workflow/scripts")
from oneclick.networks.backend import prepare_backend
prepare_backend(1)
import keras
from oneclick.networks.training import write_network
from oneclick.networks.unet import build_unet
keras.utils.set_random_seed(1)  # for other weights give other numbers of positive pixels
for network, channels in (("plain", 1), ("random", 2), ("center", 2)):
    model = build_unet((128, 128), channels, "linear")
    write_network(model, "linear", f"untrained-{network}.keras", f"untrained-{network}.onnx")
"""
TRAIN = """
import shutil
from pathlib import Path

for kind, path in (("keras", snakemake.output.model_keras), ("onnx", snakemake.output.model_onnx)):
    shutil.copy(f"untrained-{snakemake.wildcards.network}.{kind}", path)
Path(snakemake.output.history_csv).write_text("epoch,loss,val_loss,seconds\\n1,0.1,0.1,1.0\\n")
"""
# What takes the time of a study, and of all but its training; numbers of these are older when their code is another
ALL_BUT_TRAINING = (
    "verify",
    "preprocess",
    "stack",
    "predict",
    "threshold",
    "postprocess",
    "score",
    "export_masks",
    "tables",
)
STUDY = ("phantom", "train", *ALL_BUT_TRAINING)
# What a job of the workflow imports before it does anything, and how many such jobs are timed
STARTS = {
    "nothing": ("pass", 40),
    "numpy and nibabel (preprocess)": ("import sys; sys.path.append(%r); import oneclick.data.slices", 20),
    "pandas as well (tables)": ("import sys; sys.path.append(%r); import oneclick.report.paper_tables", 20),
    "seaborn (figures)": ("import sys; sys.path.append(%r); import oneclick.report.box_plots", 8),
    "ONNX Runtime (predict)": ("import sys; sys.path.append(%r); import oneclick.networks.inference", 20),
    "TensorFlow (train)": ("import sys; sys.path.append(%r); import oneclick.networks.training", 6),
}


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


def write_between(path: Path, name: str, text: str, code: Sequence[str] = ()) -> None:
    """Put a text between the marks ``<!-- name -->`` and ``<!-- /name -->`` of a file.

    ``code``: what its numbers depend on, the script that measured them first (``digests.script_of``). A comment keeps their
    digests, which ``make results-check`` compares with those of the day. Raises ValueError if the marks are not there."""
    text = f"{comment(code)}\n{text}" if code else text
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, found, rest = path.read_text().partition(begin)
    if not found or end not in rest:
        raise ValueError(f"{path}: write the lines {begin.strip()} and {end} where {name} is to stand")
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
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("node_modules"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def default_study(folder: Path, cores: str) -> list[tuple[str, str, str]]:
    first = run(folder, SNAKEMAKE, "--cores", cores)
    report = run(folder, SNAKEMAKE, "--report", "results/provenance.html")
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


def stages(folder: Path, wall: float, cores: int) -> list[tuple[str, str, str]]:
    """Rows on what the jobs of a run took of its wall time; those of prediction take all cores."""
    jobs = benchmarks(folder)
    share = {
        rule: seconds * (cores if rule in ("predict", "verify") else 1) / cores for rule, (_, seconds, _) in jobs.items()
    }
    found = []
    for rule in sorted(share, key=share.get, reverse=True):
        n, seconds, memory = jobs[rule]
        if share[rule] >= 0.5:
            found.append(
                (f"{rule}, {n} jobs", f"{seconds:.1f} s of jobs, {share[rule]:.1f} s of the cores", f"{memory:.0f} MiB")
            )
    rest = wall - sum(share.values())
    return [*found, ("starting jobs, small jobs, cores that wait", f"{rest:.1f} s", "")]


def paper_study(folder: Path, cores: str) -> tuple[list, list]:
    """The paper's study without phantom-making and training: a copy of an untrained network takes the place of each."""
    dry = run(folder, SNAKEMAKE, "--dry-run", *PAPER)
    phantoms = run(folder, SNAKEMAKE, "--cores", cores, "--until", "phantom", *PAPER)
    shutil.rmtree(folder / "logs-paper/phantom")
    run(folder, sys.executable, "-c", UNTRAINED)
    (folder / "workflow/scripts/train.py").write_text(TRAIN)
    study = run(folder, SNAKEMAKE, "--cores", cores, *PAPER)
    report = run(folder, SNAKEMAKE, "--report", "results-paper/provenance.html", *PAPER)
    again = run(folder, SNAKEMAKE, "--cores", cores, *PAPER)
    predict = benchmarks(folder / "logs-paper")["predict"][1]
    made = ("tables", "box_plots")
    tables = run(folder, SNAKEMAKE, "--cores", cores, "--forcerun", *made, "--until", *made, *PAPER) - again
    rows = [
        ("dry run of `studies/paper.yaml`", f"{dry:.1f} s", "5 s"),
        ("its 100 phantom patients", f"{phantoms:.0f} s", ""),
        ("*all but training* and phantom-making", f"{study + report:.0f} s", "60 s"),
        ("of it prediction of 14,070 slices / report", f"{predict:.0f} / {report:.0f} s", ""),
        ("of it tables, tests and box plots of 5 x 938 scores", f"{tables:.1f} s", "5 s"),
        ("the same study a second time (nothing to do)", f"{again:.1f} s", ""),
    ]
    return rows, stages(folder / "logs-paper", study, int(cores))


def start_up(folder: Path, cores: str) -> list[tuple[str, str, str]]:
    """Rows on what a Snakemake job costs that imports something and does nothing: wall time of many, times cores."""
    found, nothing = [], 0.0
    for name, (code, n) in STARTS.items():
        (folder / "start.py").write_text(code.replace("%r", repr(str(ROOT / "workflow/scripts"))) + "\n")
        (folder / "Snakefile").write_text(
            f"rule all:\n    input:\n        expand('done/{{n}}', n=range({n}))\n\n"
            "rule one:\n    output:\n        touch('done/{n}')\n    script:\n        'start.py'\n"
        )
        shutil.rmtree(folder / "done", ignore_errors=True)
        (folder / "done").mkdir()
        nothing = nothing or run(folder, SNAKEMAKE, "--cores", cores, "--until", "all", "--dry-run")
        seconds = run(folder, SNAKEMAKE, "--cores", cores)
        found.append((name, f"{(seconds - nothing) * int(cores) / n:.2f} s", ""))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cores", default="2")
    parser.add_argument("--skip-paper", action="store_true")
    arguments = parser.parse_args()
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        rows = default_study(copy_of_workflow(Path(folder)), arguments.cores)
    if not arguments.skip_paper:
        with tempfile.TemporaryDirectory() as folder:
            more, parts = paper_study(copy_of_workflow(Path(folder)), arguments.cores)
            rows += more
    with tempfile.TemporaryDirectory() as folder:
        starts = start_up(Path(folder), arguments.cores)
    lines = [
        f"Measured by `make bench` on {date.today()}: {machine()}; {arguments.cores} cores used, one run of each",
        "command, wall times. *All but training* runs the paper-size study with untrained networks in place of trained ones",
        "(time and size of their predictions are those of trained ones, but their masks have more components).",
        "",
        "| what | measured | budget |",
        "| --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    inside = [
        f"{date.today()}, {machine()}; {arguments.cores} cores, one run.",
        "",
        "| *all but training* of the paper-size study | took | largest memory |",
        "| --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in parts),
        "",
        "| a job that only imports | core seconds a job |",
        "| --- | --- |",
        *(f"| {name} | {seconds} |" for name, seconds, _ in starts),
    ]
    write_between(ROOT / "benchmarks/README.md", "stages", "\n".join(inside), ("benchmarks/bench.py", *ALL_BUT_TRAINING))
    with open(ROOT / "benchmarks/bench.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("what", "measured", "budget_or_memory"), *rows, *parts, *starts])
    write_between(ROOT / "docs/explanation/speed.md", "bench", "\n".join(lines), ("benchmarks/bench.py", *STUDY))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
