"""A tiny study, run once from phantom to report in a copy of the workflow, for all tests that look at its results."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TINY = """\
results: results
seed: 7
cohort: {phantom: {patients: 5, matrix: 64, slices: [20, 20]}}
preprocess: {size: 32, min_positive: 2}
folds: 2
training: {epochs: 2, batch_size: 4}
"""


def jobs_in(said: str) -> dict[str, int]:
    """The jobs by rule that a dry run says it would do."""
    stats = re.search(r"job +count\n-[- ]+\n(.*?)\n\n", said, re.S)
    counts = dict(re.findall(r"^(\w+) +(\d+)$", stats[1], re.M)) if stats else {}
    return {rule: int(n) for rule, n in counts.items() if rule not in ("all", "total")}


@dataclass(frozen=True)
class Study:
    """A copy of the workflow in a folder of its own, with the settings of one study."""

    folder: Path

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [str(Path(sys.executable).parent / "snakemake"), "--cores", "2", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def jobs(self, *arguments: str) -> dict[str, int]:
        """The jobs that a run would do, by rule."""
        done = self.snakemake("--dry-run", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return jobs_in(done.stdout + done.stderr)

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text()
        assert text.count(old) == 1, f"{path} holds {old!r} {text.count(old)} times"
        (self.folder / path).write_text(text.replace(old, new))


def copy_of_workflow(folder: Path, config: str) -> Study:
    for name in ("Snakefile", "workflow", "profiles", "envs"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    (folder / "config.yaml").write_text(config)
    return Study(folder)


@pytest.fixture
def fresh(tmp_path) -> Study:
    """The workflow with nothing computed yet."""
    return copy_of_workflow(tmp_path, TINY)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Study:
    """The tiny study after its run; not to be changed."""
    study = copy_of_workflow(tmp_path_factory.mktemp("finished"), TINY)
    done = study.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    return study


@pytest.fixture
def copy_of_finished(finished, tmp_path) -> Study:
    """A copy of the finished study, to be changed."""
    shutil.copytree(finished.folder, tmp_path / "study", copy_function=shutil.copy2, symlinks=True)
    return Study(tmp_path / "study")
