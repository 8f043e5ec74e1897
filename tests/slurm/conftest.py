"""A SLURM for all tests of this folder, and a copy of the workflow for each."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import cluster as slurm
import pytest
from copied import Workflow, copy_of_workflow


@pytest.fixture(scope="session")
def cluster(tmp_path_factory) -> Iterator[slurm.Cluster]:
    if reason := slurm.why_not():
        pytest.skip(reason)
    with slurm.running(tmp_path_factory.mktemp("slurm")) as running:
        yield running


@pytest.fixture
def workflow(tmp_path) -> Iterator[Workflow]:
    """The workflow, with nothing computed, and small rules of this folder beside it. Its jobs do not outlive the test."""
    made = copy_of_workflow(tmp_path)
    (tmp_path / "config.yaml").write_text("results: results\n")  # is read whatever the rules
    shutil.copy(Path(__file__).with_name("small.smk"), tmp_path)
    yield made
    subprocess.run(["scancel", "--user=root"])
