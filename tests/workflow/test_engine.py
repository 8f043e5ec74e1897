"""What the engine works around in Snakemake (workflow/rules/engine.smk).

Each test is of Snakemake alone. It fails as soon as a newer one no longer needs the work-around: then that can go.
"""

import contextlib
import os
import signal
import subprocess
import time

import pytest
from conftest import SNAKEMAKE


@pytest.fixture
def alone(tmp_path):
    """Starts Snakemake, with a Snakefile but without our profile, in a group of processes of its own."""
    started = []

    def start(snakefile: str, *arguments: str) -> subprocess.Popen:
        (tmp_path / "Snakefile").write_text(snakefile)
        said = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        started.append(
            subprocess.Popen([SNAKEMAKE, "--cores", "1", *arguments], cwd=tmp_path, start_new_session=True, **said)
        )
        return started[-1]

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def said(process: subprocess.Popen) -> str:
    return process.communicate(timeout=120)[0]


LONG = 'rule long:\n    output: "made"\n    shell: "sleep 60 & echo $! > number; wait; touch {output}"\n'


def test_a_kill_leaves_snakemakes_lock_and_its_jobs(tmp_path, alone):
    # hence run_lock.begin() and job.end_with_run()
    run, end = alone(LONG), time.monotonic() + 120
    while not (tmp_path / "number").exists() or not (number := (tmp_path / "number").read_text()):
        assert time.monotonic() < end and run.poll() is None
        time.sleep(0.1)
    run.kill()
    run.wait()
    time.sleep(1.5)
    os.kill(int(number), 0)  # its job is still there
    assert "cannot be locked" in said(alone(LONG))


def test_beside_an_error_of_the_rules_snakemake_names_our_file(alone):
    # hence engine.smk's cannot_start()
    error = "raise WorkflowError('folds is missing')\n"
    words = said(alone(f"from snakemake.exceptions import WorkflowError\n{error}"))
    assert "folds is missing" in words and "/Snakefile" in words and "line 2" in words


def test_an_edit_of_an_imported_module_reruns_nothing(tmp_path, alone):
    # hence engine.smk's script_digest()
    rule = 'rule one:\n    output: "made"\n    script: "one.py"\n'
    (tmp_path / "one.py").write_text("import sys\nsys.path.append('.')\nfrom module import f\nf()\n")
    (tmp_path / "module.py").write_text("def f():\n    open('made', 'w')\n")
    run = alone(rule)
    assert "100%" in said(run) and run.returncode == 0
    (tmp_path / "module.py").write_text("def f():\n    print('other', file=open('made', 'w'))\n")
    assert "Nothing to be done" in said(alone(rule, "--dry-run"))


def test_a_new_scan_is_checked_and_then_not_used(tmp_path, alone):
    # hence engine.smk's Following
    rules = 'rule cut:\n    input: ancient("checked"), "scan"\n    output: "slices"\n    shell: "touch {output}"\n'
    rules += 'rule check:\n    input: "scan"\n    output: "checked"\n    shell: "touch {output}"\n'
    (tmp_path / "scan").touch()
    run = alone(rules)
    assert "100%" in said(run) and run.returncode == 0
    time.sleep(1.1)
    (tmp_path / "scan").write_text("another")
    words = said(alone(rules, "--dry-run"))
    assert "rule check:" in words and "rule cut:" not in words


MADE = 'rule one:\n    input: "scan"\n    output: "results/made"\n    params: {}\n    shell: "touch {{output}}"\n'


def done(process: subprocess.Popen) -> None:
    words = said(process)
    assert process.returncode == 0 and "100%" in words, words


def test_an_older_file_in_the_place_of_another_is_not_noticed(tmp_path, alone):
    # hence engine.smk's Provenance, _input
    (tmp_path / "scan").write_text("old")
    done(alone(MADE.format(1)))
    (tmp_path / "scan").write_text("another")
    os.utime(tmp_path / "scan", (1.6e9, 1.6e9))
    assert "Nothing to be done" in said(alone(MADE.format(1), "--dry-run"))


def test_results_that_were_moved_have_no_past(tmp_path, alone):
    # hence engine.smk's Provenance, which goes where they go, and refuses results without
    (tmp_path / "scan").touch()
    done(alone(MADE.format(1)))
    (tmp_path / "results").rename(tmp_path / "moved")
    moved = MADE.replace("results/", "moved/")
    assert "Nothing to be done" in said(alone(moved.format(2), "--dry-run"))


def test_a_file_dated_in_the_future_ends_the_run(tmp_path, alone):
    # hence engine.smk's check_output_mtime
    (tmp_path / "scan").touch()
    os.utime(tmp_path / "scan", (time.time() + 86400,) * 2)
    words = said(alone(MADE.format(1)))
    assert "clock skew" in words and not (tmp_path / "results/made").exists()


def test_a_newer_file_counts_whatever_the_triggers_are(tmp_path, alone):
    # hence engine.smk's is_newer: what is dated in the future would be made again with every run
    (tmp_path / "scan").touch()
    done(alone(MADE.format(1)))
    (tmp_path / "scan").write_text("another")
    os.utime(tmp_path / "scan", (time.time() + 86400,) * 2)
    assert "rule one:" in said(alone(MADE.format(1), "--dry-run", "--rerun-triggers", "params", "input"))


def test_a_report_does_not_say_that_results_are_of_other_settings(tmp_path, alone):
    # hence engine.smk's report_of_these_settings
    (tmp_path / "scan").touch()
    reported = MADE.replace('"results/made"', 'report("results/made")')
    done(alone(reported.format(1)))
    run = alone(reported.format(2), "--report", "report.html")
    assert "rule one" not in said(run) and run.returncode == 0 and (tmp_path / "report.html").exists()


def test_a_home_that_cannot_be_written_gives_a_traceback(tmp_path, alone, monkeypatch):
    # hence the profile's shared-fs-usage
    (tmp_path / "scan").touch()
    monkeypatch.setenv("HOME", "/proc/nowhere")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert "FileNotFoundError" in said(alone(MADE.format(1)))
    usage = ["persistence", "input-output", "software-deployment", "sources", "storage-local-copies"]
    done(alone(MADE.format(1), "--shared-fs-usage", *usage))
