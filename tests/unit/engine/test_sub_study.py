import fcntl
import sys

import pytest
import yaml

from oneclick.common.errors import UserError
from oneclick.engine import sub_study

JOB = """
import os, sys
print("Finished job 1.")
print("3 of 4 steps (75%) done", file=sys.stderr)
open(os.environ["ONECLICK_ERRORS"], "w").write("phantom p1: the disk is full")
sys.exit({status})
"""


def run(tmp_path, monkeypatch, status):
    said = []
    monkeypatch.setattr(sub_study, "command", lambda *_: [sys.executable, "-c", JOB.format(status=status)])
    arguments = {"target": "t", "snakefile": "s", "cores": 1, "conda": False, "log": "the log", "say": said.append}
    sub_study.run_study({"seed": 1, "cohort": {"phantom": {"patients": 2}}}, str(tmp_path / "a/study.yaml"), **arguments)
    return said


def test_progress_is_said_and_the_rest_is_for_the_log(tmp_path, monkeypatch, capsys):
    assert run(tmp_path, monkeypatch, 0) == ["3 of 4 steps (75%) done"]
    assert "Finished job 1." in capsys.readouterr().err
    assert yaml.safe_load((tmp_path / "a/study.yaml").read_text())["cohort"] == {"phantom": {"patients": 2}}


def test_what_a_job_said_is_the_reason(tmp_path, monkeypatch):
    with pytest.raises(UserError, match="stopped; phantom p1: the disk is full"):
        run(tmp_path, monkeypatch, 1)


def test_two_runs_do_not_share_a_folder(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    with open(tmp_path / "a/running", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(UserError, match="another run is at work in"):
            run(tmp_path, monkeypatch, 0)
    assert run(tmp_path, monkeypatch, 0)
