import signal
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from oneclick.common.errors import UserError
from oneclick.common.randomness import generator, seed_of
from oneclick.common.rows import concatenate
from oneclick.data.grid import grid_of
from oneclick.data.scan_masks import export_masks

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"


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
    done, log = run_job(tmp_path, f"import os; {lost}")
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
    body = f"open({str(tmp_path / '.part-a.npy')!r}, 'wb'); open({str(tmp_path / 'log')!r}); raise OSError({text!r})"
    done, log = run_job(tmp_path, body)
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


def test_tables_are_joined_under_one_header(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.csv").write_text("x,y\n3,4\n5,6\n")
    (tmp_path / "c.csv").write_text("x,z\n3,4\n")
    concatenate([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "x,y\n1,2\n3,4\n5,6\n"
    with pytest.raises(UserError, match=r"c\.csv has the columns x,z"):
        concatenate([tmp_path / "a.csv", tmp_path / "c.csv"], tmp_path / "other.csv")
    assert not (tmp_path / "other.csv").is_file()


def test_seeds_belong_to_their_purpose():
    assert seed_of(1, "click", "p", 11) == seed_of(1, "click", "p", 11)
    # neither concatenation of words nor another order gives the same
    seeds = {
        seed_of(1, "click", "p", 11),
        seed_of(11, "click", "p", 1),
        seed_of(1, "click", "p1", 1),
        seed_of(1, "p", "click", 11),
    }
    assert len(seeds) == 4
    assert generator(1, "a").integers(1 << 40) == generator(1, "a").integers(1 << 40) != generator(2, "a").integers(1 << 40)


def test_masks_lie_on_the_scan_in_slices_of_their_patient(tmp_path):
    affine = np.array([[-2.0, 0, 0, 50], [0, -2, 0, 60], [0, 0, 4, -30], [0, 0, 0, 1]])
    slices = {"a": [3], "b": [1, 2], "none": []}
    masks = np.zeros((3, 2, 2), np.uint8)
    masks[0, 0, 0] = masks[1, 0, 1] = masks[2, 1, 0] = 1  # b's two slices, then a's
    np.save(tmp_path / "masks.npy", masks)
    pd.DataFrame({"patient": ["b", "a"], "fold": [1, 2], "n_slices": [2, 1]}).to_csv(tmp_path / "folds.csv")
    for patient, numbers in slices.items():
        nib.save(nib.Nifti1Image(np.ones((4, 6, 5), np.float32), affine), tmp_path / f"{patient}.nii.gz")
        pd.DataFrame({"slice": numbers}).to_csv(tmp_path / f"{patient}.csv")
        grid_of(np.zeros((4, 6, 5)), affine, 2, None).write(tmp_path / f"{patient}.json")
    files = [{p: tmp_path / f"{p}.{end}" for p in slices} for end in ("csv", "json", "nii.gz")]
    out = {p: tmp_path / f"{p}-out.nii.gz" for p in slices}
    export_masks(tmp_path / "folds.csv", tmp_path / "masks.npy", *files, out)
    found = {p: np.asarray(nib.load(path).dataobj) for p, path in out.items()}
    assert not found["none"].any()
    expected = np.zeros((4, 6, 5))
    expected[:2, :3, 1] = expected[:2, 3:, 2] = 1
    np.testing.assert_array_equal(found["b"], expected)
    expected[:] = 0
    expected[2:, :3, 3] = 1
    np.testing.assert_array_equal(found["a"], expected)
    np.testing.assert_allclose(nib.load(out["a"]).affine, affine)
