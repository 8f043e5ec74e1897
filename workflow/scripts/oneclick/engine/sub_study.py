"""A study run as a part of another run: Snakemake in Snakemake, in a folder of its own; standard library and PyYAML only."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from oneclick.common.errors import UserError


def command(study_yaml: Path, target: str, snakefile: str, cores: int, conda: bool) -> list[str]:
    """How Snakemake is started; all files of the study lie in the folder of its settings."""
    software = ["--software-deployment-method", "conda", "--conda-prefix", str(Path(".snakemake/conda").resolve())]
    # The settings last, for Snakemake takes all words after --configfile for settings. Its own lock would outlive a kill.
    return [
        *(sys.executable, "-m", "snakemake", target, "--snakefile", snakefile, "--directory", str(study_yaml.parent)),
        *("--cores", str(cores), "--nolock", *(software if conda else []), "--configfile", str(study_yaml)),
    ]


def run_study(
    study: dict,
    study_yaml: str,
    *,
    target: str,
    snakefile: str,
    cores: int,
    conda: bool,
    log: str,
    say: Callable[[str], None],
) -> None:
    """Write the settings of a study to ``study_yaml`` and make its ``target`` beside them, as far as it is not made yet.

    How many steps are done is said as they are, all else goes to the standard error. While it runs, the folder is locked,
    by the system, so that the lock ends with the processes whatever ends them. Raises UserError if another run holds it, and
    if the study fails, with what its jobs said.
    """
    path = Path(study_yaml).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    errors = path.parent / "errors.txt"
    with open(path.parent / "running", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"another run is at work in {path.parent}; wait until it is over, or end it") from None
        path.write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
        errors.unlink(missing_ok=True)
        with subprocess.Popen(
            command(path, target, snakefile, cores, conda),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"ONECLICK_ERRORS": str(errors)},
            pass_fds=[lock.fileno()],
        ) as process:
            try:
                for line in process.stdout:
                    if line.rstrip().endswith("%) done"):
                        say(line.strip())
                    else:
                        print(line, end="", file=sys.stderr)
            except KeyboardInterrupt:
                process.wait()  # it was interrupted as well, and ends its jobs
                raise
    if process.returncode:
        said = errors.read_text(encoding="utf-8").strip() if errors.exists() else f"{log} says why"
        raise UserError(f"its study in {path.parent} stopped; {said}")
