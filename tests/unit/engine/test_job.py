import os
import signal
import subprocess
import sys
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from oneclick.engine.job import arguments
from oneclick.report.marks import Notices

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"


def test_a_script_gets_what_its_rule_names_and_classes_gather_it():
    # warnings that a job has as input are its own business, those that it has as output are written for it
    parts = {"input": {"a_csv": "a", "b_npy": "b"}, "output": {"c_csv": "c", "warnings_csv": "w"}}
    params = {"files": 3, "pair": {"x": 1, "y": 2}, "code": "digest"}
    rule = SimpleNamespace(**parts, params=params)
    pair, files = make_dataclass("Pair", ["x", "y"]), make_dataclass("Files", ["a_csv", "c_csv"])
    assert arguments(rule) == {"a_csv": "a", "b_npy": "b", "c_csv": "c", "files": 3, "pair": {"x": 1, "y": 2}}
    found = arguments(rule, pair=pair, of=files)
    assert found == {"b_npy": "b", "files": 3, "pair": pair(1, 2), "of": files("a", "c")}


def run_job(tmp_path, body, before=None):
    code = f"import sys; sys.path.append({str(SCRIPTS)!r})\nfrom oneclick.engine.job import logged\n"
    code += f"with logged({str(tmp_path / 'log')!r}, 'train plain fold 1') as say:\n    {body}\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, preexec_fn=before)
    return done, (tmp_path / "log").read_text()


def test_a_users_error_is_one_sentence_in_the_log(tmp_path):
    done, log = run_job(
        tmp_path, "from oneclick.common.errors import UserError; raise UserError('patient p: the mask is missing; add it')"
    )
    assert done.returncode == 1 and log == "patient p: the mask is missing; add it\n"
    assert done.stderr == "train plain fold 1: patient p: the mask is missing; add it\n"


def test_our_own_error_keeps_its_traceback(tmp_path):
    done, log = run_job(tmp_path, "[][0]")
    assert done.returncode == 1 and "Traceback" in log and "IndexError" in log
    assert done.stderr.startswith("train plain fold 1: IndexError, which is a defect of this program; /")


def test_an_interrupted_job_says_so_without_a_traceback(tmp_path):
    done, log = run_job(tmp_path, "raise KeyboardInterrupt")
    assert (done.returncode, log) == (130, "")
    assert done.stderr == "train plain fold 1: interrupted; the same command goes on from here\n"


@pytest.mark.parametrize(
    "lost",
    [
        "import gc; gc.callbacks.append(lambda *_: gc.callbacks.clear() or os.kill(os.getpid(), 2)); gc.collect(); "
        "say('epoch 1')",
        "exec('try: os.kill(os.getpid(), 2)\\nexcept KeyboardInterrupt: raise RuntimeError')",
    ],
    ids=["ignored by the garbage collector", "made another error by a library"],
)
def test_an_interruption_that_a_library_swallows_is_not_lost(tmp_path, lost):
    # also where the tests themselves run in the background and ignore Ctrl-C
    done, log = run_job(tmp_path, f"import os; {lost}", before=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    assert done.returncode == 130 and "epoch 1" not in log
    assert done.stderr == "train plain fold 1: interrupted; the same command goes on from here\n"


def test_a_job_that_was_started_to_ignore_interruptions_does(tmp_path):
    body = "import os; os.kill(os.getpid(), 2); say('epoch 1')"
    done, log = run_job(tmp_path, body, before=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    assert (done.returncode, log, done.stderr) == (0, "epoch 1\n", "train plain fold 1: epoch 1\n")


def test_a_lack_of_memory_is_said_in_plain_words(tmp_path):
    body = "import numpy, resource; resource.setrlimit(resource.RLIMIT_AS, (2 << 30,) * 2); numpy.ones(1 << 29)"
    done, log = run_job(tmp_path, body)
    assert done.returncode == 1 and log.startswith("there is not enough memory; run fewer jobs at a time (--cores 1, ")
    assert done.stderr == f"train plain fold 1: {log}"


def test_a_lost_file_is_named_with_the_way_to_make_it_again(tmp_path):
    done, log = run_job(tmp_path, "import numpy; numpy.load('results/preprocessed/a/masks.npy')")
    assert done.returncode == 1
    assert log == (
        "results/preprocessed/a/masks.npy: there is no such file; if it lies among the results, the whole study (no target "
        "named) makes it again\n"
    )


@pytest.mark.parametrize(
    "text",
    ["[Errno 28] No space left on device", "1000 requested and 24 written"],  # as h5py and numpy say it
)
def test_a_full_disk_is_said_with_the_file_that_was_written(tmp_path, text):
    lines = f"with whole({str(tmp_path / 'a.npy')!r}): raise OSError({text!r})"
    done, log = run_job(tmp_path, f"from oneclick.common.files import whole; exec({lines!r})")
    assert done.returncode == 1
    assert log == f"{tmp_path}/a.npy: no space left on the disk; free some, and the same command goes on from here\n"
    assert done.stderr == f"train plain fold 1: {log}"


def test_a_full_disk_of_the_log_does_not_hide_the_reason(tmp_path):
    (tmp_path / "log").symlink_to("/dev/full")
    code = f"import sys; sys.path.append({str(SCRIPTS)!r})\nfrom oneclick.engine.job import logged\n"
    code += f"with logged({str(tmp_path / 'log')!r}, 'verify') as say:\n    say('3 patients')\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode and "Traceback" not in done.stderr
    assert done.stderr.startswith(f"verify: {tmp_path}/log: no space left on the disk; free some")


def test_progress_is_seen_in_log_and_terminal_and_other_output_in_the_log(tmp_path):
    done, log = run_job(tmp_path, "say('epoch 1/2'); print('library talk'); import os; os.write(2, b'native talk\\n')")
    assert done.returncode == 0
    assert log.split("\n")[:-1] == ["epoch 1/2", "library talk", "native talk"] or sorted(log.split()) == sorted(
        ["epoch", "1/2", "library", "talk", "native", "talk"]
    )
    assert (done.stdout, done.stderr) == ("", "train plain fold 1: epoch 1/2\n")


class Named(dict):
    """As Snakemake's lists of inputs, outputs and params: items are the named ones."""


@dataclass(frozen=True)
class Rules:
    seed: int
    connectivity: int = 8


def test_the_arguments_of_a_script_are_the_named_inputs_outputs_and_params_of_its_rule():
    snakemake = SimpleNamespace(
        input=Named(slices_csv="s.csv", clicks_npy=[]),
        output=Named(clicks_csv="c.csv"),
        params=Named(rules={"seed": 7}, notices={"oracles": ["a"], "phantom": True}, both_empty=0, code="0123456789ab"),
    )
    assert arguments(snakemake, rules=Rules, notices=Notices) == {
        "slices_csv": "s.csv",
        "clicks_npy": [],
        "clicks_csv": "c.csv",
        "rules": Rules(7),
        "notices": Notices(["a"], True),
        "both_empty": 0,
    }
    snakemake.params = Named(rules={"seed": 7, "of another rule": 1}, code="0123456789ab")
    with pytest.raises(TypeError, match="of another rule"):
        arguments(snakemake, rules=Rules)


def test_a_job_is_named_by_its_rule_and_wildcards(tmp_path):
    code = f"import sys; sys.path.append({str(SCRIPTS)!r})\nfrom types import SimpleNamespace\n"
    code += "from oneclick.engine.job import job\n"
    code += f"snakemake = SimpleNamespace(rule='train', log=[{str(tmp_path / 'log')!r}],"
    code += " output={}, wildcards={'network': 'center.2', 'fold': '3'})\nwith job(snakemake) as say:\n    say('epoch 1')\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "train center.2 fold 3: epoch 1\n")
    assert (tmp_path / "log").read_text() == "epoch 1\n"


def test_what_a_job_warns_of_is_said_and_kept_in_its_table(tmp_path):
    code = f"""
import sys; sys.path.append({str(SCRIPTS)!r})
from types import SimpleNamespace
from oneclick.common.warned import Warned
from oneclick.engine.job import job
log, output = [{str(tmp_path / "log")!r}], dict(made="made", warnings_csv={str(tmp_path / "w.csv")!r})
wildcards = dict(network="plain", fold="2")
with job(SimpleNamespace(rule="train", log=log, wildcards=wildcards, output=output)) as say:
    say("epoch 1")
    say(Warned("9 pixels are lost", "crop less"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    line = "train plain fold 2: warning: 9 pixels are lost; crop less"
    assert done.stderr.splitlines() == ["train plain fold 2: epoch 1", line]
    assert (tmp_path / "log").read_text().splitlines() == ["epoch 1", "warning: 9 pixels are lost; crop less"]
    table = "patient,job,file,problem,mend\n,train plain fold 2,,9 pixels are lost,crop less\n"
    assert (tmp_path / "w.csv").read_text() == table


CHECK_OF_SCANS = """
import os, runpy, sys, types
sys.path.append(sys.argv[1])

def write_verification(scans, slicing, workers, say):
    import numpy as np
    one = np.ones((1500, 1500))
    assert (one @ one == 1500).all()
    print(len(os.listdir("/proc/self/task")))

for name, of in (("verification", "Scans"), ("slice_guard", "Slicing")):
    module = sys.modules[f"oneclick.data.{name}"] = types.ModuleType(name)
    setattr(module, of, type(of, (), {"__dataclass_fields__": {}}))
sys.modules["oneclick.data.verification"].write_verification = write_verification
job = types.SimpleNamespace(rule="verify", wildcards={}, log=[sys.argv[2]], threads=4, input={}, output={}, params={})
runpy.run_path(sys.argv[1] + "/verify.py", {"snakemake": job})
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_the_check_of_scans_multiplies_in_its_own_threads_alone(tmp_path):
    many = os.environ | dict.fromkeys(
        ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "4"
    )  # as Snakemake sets them for four threads
    command = [sys.executable, "-c", CHECK_OF_SCANS, str(SCRIPTS), str(tmp_path / "log")]
    done = subprocess.run(command, env=many, capture_output=True, text=True)
    assert (tmp_path / "log").read_text() == "1\n", done.stderr
