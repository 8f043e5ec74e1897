"""A tiny study, run once from phantom to report in a copy of the workflow, for all tests that look at its results."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SNAKEMAKE = str(Path(sys.executable).parent / "snakemake")
CORES = "1" if "PYTEST_XDIST_WORKER" in os.environ else "2"
"""Of each study's run: tests that run side by side share the cores among them."""
TINY = """\
results: results
seed: 7
cohort: {phantom: {patients: 5, matrix: 64, slices: [20, 20]}}
preprocess: {size: 32, min_positive: 2}
folds: 2
training: {epochs: 2, batch_size: 4}
"""
SHALLOW = {
    "CONTRACTING = ((16, 0.1), (32, 0.1), (64, 0.2), (64, 0.2))": "CONTRACTING = ((16, 0.1), (64, 0.2))",
    "EXPANDING = (32, 32, 16)": "EXPANDING = (16,)",
}


def pytest_collection_modifyitems(items):
    """Whole files go to whoever is free (--dist loadfile). The long ones come first, so that nobody waits for one at last:
    those that run studies, and of them those with few tests."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.parent != Path(__file__).parent, tests[item.path]))


def jobs_in(said: str) -> dict[str, int]:
    """The jobs by rule that a dry run says it would do."""
    stats = re.search(r"job +count\n-[- ]+\n(.*?)\n\n", said, re.S)
    counts = dict(re.findall(r"^(\w+) +(\d+)$", stats[1], re.M)) if stats else {}
    return {rule: int(n) for rule, n in counts.items() if rule not in ("all", "total")}


@cache
def forks() -> subprocess.Popen:
    """The process of forks.py; it ends with this one."""
    command = [sys.executable, Path(__file__).with_name("forks.py")]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@dataclass(frozen=True)
class Study:
    """A copy of the workflow in a folder of its own, with the settings of one study."""

    folder: Path

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess:
        """A run that may do jobs."""
        return self.runs({"": arguments})[""]

    def runs(self, runs: dict[str, list[str]]) -> dict[str, subprocess.CompletedProcess]:
        """Several runs, by name (see forks.py); side by side, so only such as do no job: dry ones, and what cannot start."""
        for name, arguments in runs.items():
            runs[name] = ["--cores", CORES, *map(str, arguments)]
        print(json.dumps([str(self.folder), runs]), file=forks().stdin, flush=True)
        answer = json.loads(forks().stdout.readline())
        assert isinstance(answer, dict), answer
        return {name: subprocess.CompletedProcess(runs[name], *said) for name, said in answer.items()}

    def asked(self, *arguments: str) -> subprocess.CompletedProcess:
        """A run that does no job."""
        return self.runs({"": arguments})[""]

    def jobs(self, *arguments: str) -> dict[str, int]:
        """The jobs that a run would do, by rule."""
        return self.jobs_of({"": arguments})[""]

    def jobs_of(self, runs: dict[str, list[str]]) -> dict[str, dict[str, int]]:
        """The same for several runs, by name."""
        jobs = {}
        for name, done in self.runs({name: ["--dry-run", *arguments] for name, arguments in runs.items()}).items():
            assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
            jobs[name] = jobs_in(done.stdout + done.stderr)
        return jobs

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text()
        assert text.count(old) == 1, f"{path} holds {old!r} {text.count(old)} times"
        (self.folder / path).write_text(text.replace(old, new))

    def copy(self, folder: Path) -> "Study":
        """A copy with its results, to be changed."""
        shutil.copytree(self.folder, folder, copy_function=shutil.copy2, symlinks=True)
        return Study(folder)


def copy_of_workflow(folder: Path, config: str, shallow: bool = True) -> Study:
    """The workflow with the settings of a study. Its U-Net has two levels, unless it is not to be ``shallow``: most of the
    seconds of a tiny training go into making the paper's four ready."""
    for name in ("Snakefile", "workflow", "profiles", "envs"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, folder / name)
    (folder / "config.yaml").write_text(config)
    study = Study(folder)
    for old, new in SHALLOW.items() if shallow else ():
        study.edit("workflow/scripts/oneclick/networks/unet.py", old, new)
    return study


def done_once(factory: pytest.TempPathFactory, name: str, do: Callable[[Path], None]) -> Path:
    """A folder in which something was done once for all processes that share the tests: the first does it, others wait.

    Args:
        do: gets the empty folder.
    """
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = base / name, base / f"{name}.done"
    with open(base / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a process that failed
            folder.mkdir()
            do(folder)
            done.touch()
    return folder


@pytest.fixture
def fresh(tmp_path) -> Study:
    """The workflow with nothing computed yet."""
    return copy_of_workflow(tmp_path, TINY)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Study:
    """The tiny study after its run; not to be changed."""

    def run(folder: Path) -> None:
        # On two cores, for most other tests wait for it.
        done = copy_of_workflow(folder, TINY).snakemake("--cores", "2")
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "said.txt").write_text(done.stdout + done.stderr)

    return Study(done_once(tmp_path_factory, "finished", run))


@pytest.fixture
def copy_of_finished(finished, tmp_path) -> Study:
    """A copy of the finished study, to be changed."""
    return finished.copy(tmp_path / "study")
