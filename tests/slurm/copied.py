"""Copies of the workflow, and how a test runs them: by the repository's profile, with what must be otherwise on one node."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# squeue, for sacct needs a database; the executor looks first after 5 s, not 40; at most two CPUs.
HERE = ["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "5", "--latency-wait", "5"]
ON_SLURM = ["--workflow-profile", "profiles/slurm", *HERE, "--cores", "2", "--max-threads", "1"]


@dataclass(frozen=True)
class Workflow:
    """A copy of the workflow in a folder of its own."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).parent / "snakemake"), *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run Snakemake to its end; what it says is in ``stderr``."""
        surroundings = os.environ | environment
        return subprocess.run(
            self.command(*arguments), cwd=self.folder, capture_output=True, text=True, env=surroundings, timeout=1800
        )

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start Snakemake as a terminal would, in a group of processes of its own; what it says is in the file said.txt."""
        with open(self.folder / "said.txt", "w") as said:
            return subprocess.Popen(
                self.command(*arguments),
                cwd=self.folder,
                stdout=said,
                stderr=said,
                start_new_session=True,
                # Tests that were started in the background ignore Ctrl-C, and what they start would as well.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )


def copy_of_workflow(folder: Path) -> Workflow:
    shutil.copy(ROOT / "Snakefile", folder)
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    return Workflow(folder)
