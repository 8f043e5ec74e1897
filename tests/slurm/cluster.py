"""A real SLURM of one node, this machine, for the tests: started without systemd, in a folder of its own, and stopped."""

import contextlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Where SLURM looks by itself. SLURM_CONF is no help: the executor takes all SLURM_* from the environment of a job's step.
ETC = Path("/etc/slurm")
PROGRAMS = ["setpriv", "munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "scontrol"]


def why_not() -> str:
    """Why no SLURM can be started here, in a sentence; empty if it can."""
    if os.geteuid() != 0:
        return "SLURM is not tested: its daemons can be started by root only"
    if missing := [name for name in PROGRAMS if not shutil.which(name)]:
        return f"SLURM is not tested: there is no {', '.join(missing)} (Debian packages slurmctld slurmd slurm-client munge)"
    if (ETC / "slurm.conf").exists() and not (ETC / "slurm.conf").is_symlink():
        return f"SLURM is not tested: this machine belongs to a cluster, by {ETC}/slurm.conf"
    if _succeeds("scontrol", "ping"):
        return "SLURM is not tested: another of these tests has one running on this machine"
    if not importlib.util.find_spec("snakemake_executor_plugin_slurm"):
        return "SLURM is not tested: Snakemake's executor for it is not installed; make slurm"
    return ""


@dataclass(frozen=True)
class Cluster:
    """A running SLURM and the folder of its files."""

    folder: Path

    def queue(self) -> dict[str, str]:
        """The jobs that wait or run, with their states."""
        return dict(line.split() for line in _lines("squeue", "--noheader", "--format=%i %T"))

    def ended(self) -> dict[str, dict[str, str]]:
        """What SLURM wrote of each job at its end (JobState, Tres, ...), by its number; of several runs the last."""
        file = self.folder / "jobs.txt"
        jobs = [dict(re.findall(r"(\w+)=(\S*)", line)) for line in file.read_text().splitlines()] if file.exists() else []
        return {job["JobId"]: job for job in jobs}

    def asked(self, job: str) -> dict[str, str]:
        """What SLURM knows of a job: Restarts, TresPerJob (its GPUs) and more; lines of several words are cut."""
        return dict(re.findall(r"(\w+)=(\S*)", "\n".join(_lines("scontrol", "show", "job", job))))


def _lines(*command: str) -> list[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def wait_until(what: Callable[[], object], seconds: float, saying: str) -> None:
    """Wait until ``what()`` is true; AssertionError, ``saying`` what was awaited, if that takes longer than ``seconds``."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"after {seconds} s still not: {saying}"
        time.sleep(0.2)


def _write_files(folder: Path) -> None:
    """The settings of the daemons and a key for munge."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    values = {"host": _host(), "folder": folder, "cpus": len(os.sched_getaffinity(0)), "memory": memory}
    template = Path(__file__).with_name("slurm.conf.in").read_text()
    (folder / "slurm.conf").write_text(re.sub(r"\{(host|folder|cpus|memory)\}", lambda name: str(values[name[1]]), template))
    gpus = [f"NodeName={_host()} Name=gpu File=/dev/{file}\n" for file in ("null", "zero")]
    (folder / "gres.conf").write_text("".join(gpus))
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o400)
    for name in ("state", "spool"):
        (folder / name).mkdir()


def _host() -> str:
    return socket.gethostname().partition(".")[0]


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """SLURM, from its start to its end, with its files and logs in ``folder``."""
    _write_files(folder)
    socket_file = folder / "munge.socket"
    files = [f"--{name}-file={folder}/munge.{name}" for name in ("key", "pid", "log", "seed")]
    daemons = [
        (["munged", "--foreground", "--force", f"--socket={socket_file}", *files], socket_file.exists),
        (["slurmctld", "-D"], lambda: _succeeds("scontrol", "ping")),
        (["slurmd", "-D", "-N", _host()], lambda: _lines("sinfo", "--noheader", "--format=%T") == ["idle"]),
    ]
    with contextlib.ExitStack() as ends:
        ETC.mkdir(exist_ok=True)
        for name in ("slurm.conf", "gres.conf"):
            (ETC / name).unlink(missing_ok=True)
            (ETC / name).symlink_to(folder / name)
            ends.callback((ETC / name).unlink)
        for command, is_up in daemons:
            log = ends.enter_context(open(folder / f"{command[0]}.log", "w"))
            # It ends with these tests, also if they are killed.
            daemon = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], stdout=log, stderr=log)
            ends.callback(daemon.wait, 30)
            ends.callback(daemon.terminate)
            wait_until(is_up, 60, f"{command[0]} answers; see {log.name}")
        ends.callback(subprocess.run, ["scancel", "--user=root"])
        yield Cluster(folder)
