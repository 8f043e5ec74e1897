"""When, where and how long a study was made: what the report says of its making, and results never hold."""

import csv
import datetime
import os
import platform
import re
import subprocess
import time
from pathlib import Path

from oneclick.common.version import VERSION

ROOT = Path(__file__).parents[4]
"""The folder of the Snakefile."""
UNKNOWN = "not known"


def commit(root: Path = ROOT) -> str:
    """The commit of the code, and whether files of it were changed since; ``UNKNOWN`` if it is not in a repository of its
    own, or Git is not there."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "--no-optional-locks", "-C", str(root), *arguments], capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        if (
            not (root / "Snakefile").is_file()
            or git("ls-files", "Snakefile") != "Snakefile"
            or git("rev-parse", "--show-prefix")
        ):
            return UNKNOWN
        changed = git("status", "--porcelain", "--untracked-files=no", "--", "Snakefile", "workflow")
        return git("rev-parse", "--short=12", "HEAD") + (", with changes" if changed else "")
    except OSError:
        return UNKNOWN


def _processor(cpuinfo: str) -> str:
    if found := re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.M):
        return found[1]
    return platform.processor() or platform.machine()


def hardware(proc: Path = Path("/proc")) -> str:
    """This machine without its name: processor, cores, memory, graphics cards of NVIDIA where there are some, system."""
    info = proc / "cpuinfo"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = [_processor(info.read_text(errors="replace") if info.is_file() else ""), f"{cores} core{'s' * (cores != 1)}"]
    if "SC_PHYS_PAGES" in os.sysconf_names:
        parts.append(f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB of memory")
    for card in sorted(proc.glob("driver/nvidia/gpus/*/information")):
        parts += re.findall(r"^Model:\s*(.+)$", card.read_text(errors="replace"), re.M)
    return ", ".join([*parts, platform.system()])


def in_words(seconds: float) -> str:
    """A time as 48 s, 3 min 5 s or 2 h 7 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def seconds_of_jobs(logs: str | Path) -> dict[str, list[float]]:
    """The seconds that each job took, by rule, from the tables that Snakemake writes beside logs (``benchmark``): of a job
    that ran more than once, its last run."""
    found = {}
    for path in sorted(Path(logs).glob("*/**/*.tsv")):
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        if rows and rows[-1].get("s"):
            found.setdefault(path.relative_to(logs).parts[0], []).append(float(rows[-1]["s"]))
    return found


def how_long(logs: str | Path, started: str | Path) -> str:
    """How long all jobs took, those of trainings among them, and the run of which this one is a part."""
    jobs = seconds_of_jobs(logs)
    n, total = sum(map(len, jobs.values())), sum(map(sum, jobs.values()))
    parts = []
    if n:
        trained = jobs.get("train", [])
        of_these = f", of these {in_words(sum(trained))} in {len(trained)} trainings" if trained else ""
        parts.append(f"{in_words(total)} of computing in {n} jobs{of_these}")
    if Path(started).is_file():
        parts.append(f"the last run took {in_words(time.time() - os.path.getmtime(started))}")
    return "; ".join(parts) or UNKNOWN


def study_name(started: str | Path) -> str:
    """The name of the settings file of the last run, which the run has written as it started."""
    return Path(started).read_text(encoding="utf-8").strip() if Path(started).is_file() else UNKNOWN


def facts(logs: str | Path) -> dict[str, str]:
    """What the report's first page says of the making: settings file, date, version and commit, machine, time."""
    started = Path(logs) / "started"
    return {
        "Settings": study_name(started),
        "Made on": datetime.date.today().isoformat(),
        "Version": f"oneclick-pet {VERSION}, commit {commit()}",
        "Machine": hardware(),
        "Time": how_long(logs, started),
    }
