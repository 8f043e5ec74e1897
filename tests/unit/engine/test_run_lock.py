"""One run at a time, whose jobs end with it, and plain words for those that died."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from oneclick.common.errors import UserError
from oneclick.engine.job import RUN
from oneclick.engine.run_lock import begin, deaths

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"
JOB = "from oneclick.engine.job import logged; import time\nwith logged('log'):\n    open('started', 'w'); time.sleep(100)"
# A run that starts one job in a shell, as Snakemake does, and says its number.
RUNNING = """\
import subprocess, sys, time
from oneclick.engine.run_lock import begin
begin("results", "logs/running")
print(subprocess.Popen(["sh", "-c", '"$0" -c "$1"; true', sys.executable, sys.argv[1]]).pid, flush=True)
time.sleep(100)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RUN, "")  # begin() sets it for the jobs of this process: undone after the test
    return tmp_path


def start(job):
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS)}
    process = subprocess.Popen([sys.executable, "-c", RUNNING, job], stdout=subprocess.PIPE, text=True, env=environment)
    return process, int(process.stdout.readline())


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_there(pid):
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc, which is there on Linux")
def test_a_killed_run_takes_its_jobs_along_and_leaves_no_lock(place):
    run, shell = start(JOB)
    wait_for(Path("started").exists)
    with pytest.raises(UserError, match=rf"another run is at work in results \(process {run.pid}\): wait until it is over"):
        begin("results", "logs/running")
    assert is_there(shell)
    run.kill()
    run.wait()
    wait_for(lambda: not is_there(shell), 2)
    begin("results", "logs/running")
    assert Path("logs/running").read_text() == str(os.getpid())


def test_two_studies_with_folders_of_their_own_run_beside_each_other(place):
    begin("results-a", "logs-a/running")
    begin("results-b", "logs-b/running")
    assert os.environ[RUN] == str(place / "logs-b/running")


def test_a_place_that_cannot_be_written_is_named(place):
    Path("file").touch()
    with pytest.raises(UserError, match=r"^results: file/results cannot be made: not a directory$"):
        begin("file/results", "logs/running")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; tests/workflow/test_kills.py mounts it read-only")
def test_a_folder_of_others_is_named(place):
    Path("results").mkdir(mode=0o555)
    with pytest.raises(UserError, match=r"^results: the folder results cannot be written; mend its rights"):
        begin("results", "logs/running")


def test_of_dead_jobs_is_said_what_to_do():
    # lines of Snakemake 9.27.1
    log = """\
CalledProcessError in file "/x/Snakefile", line 5:
Command 'set -euo pipefail;  /x/bin/python /x/.snakemake/scripts/tmp8jt05rjm.train.py' died with <Signals.SIGKILL: 9>.
Command 'set -euo pipefail;  /x/bin/python /x/.snakemake/scripts/tmp1o_k_t4e.best_run.py' died with <Signals.SIGTERM: 15>.
Command 'set -euo pipefail;  /x/bin/python /x/.snakemake/scripts/tmp1o_k_t4f.predict.py' returned non-zero exit status 137.
Command 'set -euo pipefail;  /x/bin/python /x/.snakemake/scripts/tmp1o_k_t4f.verify.py' returned non-zero exit status 1.
"""
    killed = "a job was killed by the system, most often because the memory was not enough; run fewer jobs at a time"
    first, second, third = deaths(log)
    assert first.startswith(f"train: {killed}") and third.startswith(f"predict: {killed}")
    assert second == "best_run: a job was ended by SIGTERM; the same command goes on from here"
