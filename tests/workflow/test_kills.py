"""Runs that are killed, or find no disk, memory or leave to write: the same command goes on, to an undisturbed run's files.

Each test makes a copy of the finished tiny study lose a few files, disturbs the jobs that make them again, and starts the
same command once more. A job stands still where the test wants it because the unfinished file that it is about to write is
already there, as a pipe that nobody empties.
"""

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import onnx
import psutil
import pytest
from conftest import SNAKEMAKE

SLICES = [f"results/preprocessed/phantom-002/{name}" for name in ("slices.npy", "masks.npy", "slices.csv", "grid.json")]
SCANS = [f"results/cohort/phantom-002/{kind}.nii.gz" for kind in ("pet", "mask")]
MASKS = "results/masks/CNNonly"
MODEL, CLICKED = (
    [f"results/models/{network}/fold-1{end}" for end in (".keras", ".onnx", "/history.csv")]
    for network in ("plain", "center")
)
CUT = {
    "preprocess": (SLICES, SLICES[1]),
    "phantom": (SCANS, SCANS[1]),
    "train": (MODEL, MODEL[0]),
}
"""For each rule what one of its jobs makes, and the file in the writing of which it is killed."""
GOES_ON = "the same command goes on from here"
MORE_MEMORY = "a job was killed by the system, most often because the memory was not enough; run fewer jobs at a time"


def part_of(path):
    return path.with_name(f".part-{path.name}")


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@contextlib.contextmanager
def running(study, *targets):
    """Snakemake at work, in a group of processes of its own as in a terminal; what is left of it is ended at the end."""
    command = [SNAKEMAKE, "--cores", "2", *targets]
    with open(study.folder / "said.txt", "w+") as said:
        process = psutil.Popen(
            command,
            cwd=study.folder,
            stdout=said,
            stderr=subprocess.STDOUT,
            process_group=0,
            # also where the tests were started in the background, whose processes ignore Ctrl-C
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        process.said = lambda: (study.folder / "said.txt").read_text()
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def stopped_at(study, rule):
    """Snakemake at work on the files of a rule, its job in the middle of writing one of them."""
    files, cut = CUT[rule]
    for name in files:
        (study.folder / name).unlink()
    part = part_of(study.folder / cut)
    os.mkfifo(part)
    # Numpy does not write to a pipe, but waits for somebody to open it.
    pipe = None if cut.endswith(".npy") else os.open(part, os.O_RDONLY | os.O_NONBLOCK)
    with running(study, *files) as process:
        if pipe is None:
            wait_for(lambda: (study.folder / files[0]).exists() or process.poll() is not None)
            time.sleep(0.2)
        else:
            assert select.select([pipe], [], [], 120)[0], process.said()
        assert process.poll() is None, process.said()
        yield process, job_of(process)
    if pipe is not None:
        os.close(pipe)
    part.unlink(missing_ok=True)
    part.write_bytes(b"half")  # what a kill leaves


def job_of(process):
    """The process of the one script that is running, which Snakemake may have started through a shell."""
    jobs = [child for child in process.children(recursive=True) if ".snakemake/scripts/" in child.cmdline()[-1]]
    assert len(jobs) == 1, jobs
    return jobs[0]


def gone(*processes, seconds=10):
    return not psutil.wait_procs(processes, timeout=seconds)[1]


def content(path):
    """What must be equal of a file: all bytes, but of a network its weights, of a training's history not the seconds."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as file:
            return file.read("model.weights.h5")
    if path.suffix == ".onnx":  # whose converter gives some tensors other names each time
        return sorted((tuple(part.dims), part.raw_data) for part in onnx.load(path).graph.initializer)
    if path.name == "history.csv":
        return [line.rpartition(",")[0] for line in path.read_text().splitlines()]
    return path.read_bytes()


def goes_on(study, finished, files, jobs):
    """The same command does ``jobs`` and no other, and ends with the files of the undisturbed run and nothing beside."""
    done = study.snakemake(*files)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    stats = re.search(r"job +count\n-[- ]+\n(.*?)\n\n", said, re.S)[1]
    assert {rule: int(n) for rule, n in re.findall(r"^(\w+) +(\d+)$", stats, re.M) if rule != "total"} == jobs
    for name in files:
        assert content(study.folder / name) == content(finished.folder / name), name
    assert study.jobs(*files) == {}
    assert not list(study.folder.rglob(".part-*"))


@pytest.mark.parametrize("rule", CUT)
def test_a_killed_run_takes_its_job_along_and_goes_on(copy_of_finished, finished, rule):
    files, cut = CUT[rule]
    with stopped_at(copy_of_finished, rule) as (snakemake, job):
        snakemake.kill()
        snakemake.wait()
        assert gone(job), "the job of the killed run is still at work"
        assert not (copy_of_finished.folder / cut).exists()
    goes_on(copy_of_finished, finished, files, {rule: 1})


def test_a_killed_job_is_explained_and_leaves_nothing(copy_of_finished, finished):
    files, _ = CUT["phantom"]
    with stopped_at(copy_of_finished, "phantom") as (snakemake, job):
        assert (copy_of_finished.folder / SCANS[0]).exists()  # what it had written before
        job.kill()
        assert snakemake.wait(120) == 1
        assert f"\nphantom: {MORE_MEMORY}" in snakemake.said() and "Traceback" not in snakemake.said()
        assert not any((copy_of_finished.folder / name).exists() for name in files)
    goes_on(copy_of_finished, finished, files, {"phantom": 1})


def test_a_training_that_is_killed_in_an_epoch_and_then_interrupted_goes_on(copy_of_finished, finished):
    folder = copy_of_finished.folder
    for name in CLICKED:
        (folder / name).unlink()
    log, network = folder / "logs/train/center/fold-1.log", folder / "results/models/center/fold-1"
    log.unlink()
    # in the second of two epochs, and when the training has just been started again
    for moment, number in ((network / "checkpoint.npz", signal.SIGKILL), (log, signal.SIGINT)):
        with running(copy_of_finished, *CLICKED) as snakemake:
            wait_for(lambda path=moment: path.exists() and (path != log or "slices train" in log.read_text()))
            job = job_of(snakemake)
            if number == signal.SIGKILL:
                snakemake.kill()
                assert snakemake.wait(120) == -number
            else:  # Ctrl-C reaches all processes of a terminal
                os.killpg(snakemake.pid, number)
                assert snakemake.wait(120) == 1
                assert f"train center fold 1: interrupted; {GOES_ON}" in snakemake.said()
                assert "Traceback" not in snakemake.said()
            assert gone(job), "the job of the ended run is still at work"
            assert not any((folder / name).exists() for name in CLICKED)
        log.unlink()
    goes_on(copy_of_finished, finished, CLICKED, {"train": 1})
    # 2 if the machine was so slow that the kill came late
    assert re.search("resumed after epoch [12]$", log.read_text(), re.M) and "epoch 1/2" not in log.read_text()
    assert [path.name for path in network.iterdir()] == ["history.csv"]


def test_sigterm_lets_running_jobs_finish_and_starts_no_other(copy_of_finished, finished):
    segmentations = "results/segmentations/CNNonly.npy"
    (copy_of_finished.folder / segmentations).unlink()
    shutil.rmtree(copy_of_finished.folder / MASKS)
    with running(copy_of_finished, MASKS) as snakemake:
        wait_for(lambda: any(".snakemake/scripts/" in " ".join(child.cmdline()) for child in snakemake.children(True)))
        snakemake.terminate()
        assert snakemake.wait(120) == 1 and "Traceback" not in snakemake.said()
    assert content(copy_of_finished.folder / segmentations) == content(finished.folder / segmentations)
    goes_on(copy_of_finished, finished, [MASKS], {"export_masks": 1})


def test_a_second_run_in_the_same_folder_is_sent_away(copy_of_finished, finished):
    files, _ = CUT["phantom"]
    with stopped_at(copy_of_finished, "phantom") as (snakemake, job):
        second = copy_of_finished.snakemake(*files)
        said = second.stdout + second.stderr
        words = f"another run is at work in results (process {snakemake.pid}): wait until it is over, or end it with Ctrl-C"
        assert second.returncode == 1 and words in said and "Traceback" not in said
        assert snakemake.poll() is None and job.is_running() and (copy_of_finished.folder / SCANS[0]).exists()
    goes_on(copy_of_finished, finished, files, {"phantom": 1})


def test_what_a_power_cut_leaves_is_no_hindrance(copy_of_finished, finished):
    """Snakemake's own lock, the list of unfinished files, and a file that the disk got in part."""
    files, cut = CUT["preprocess"]
    incomplete = copy_of_finished.folder / "results/provenance/incomplete"
    with stopped_at(copy_of_finished, "preprocess") as _:
        assert len(list(incomplete.iterdir())) == len(files)
    (copy_of_finished.folder / cut).write_bytes(b"half")
    (copy_of_finished.folder / ".snakemake/locks").mkdir(exist_ok=True)
    (copy_of_finished.folder / ".snakemake/locks/0.output.lock").write_text("\n".join(files) + "\n")
    goes_on(copy_of_finished, finished, files, {"preprocess": 1})


def shell(study, commands):
    """Commands with mounts that are theirs alone and end with them, as root or, where that is allowed, like root."""
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    unshare = ["unshare", *rights, "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*unshare, "mount", "-t", "tmpfs", "x", "/mnt"]).returncode:
        pytest.skip("nothing can be mounted here: not root, and no user namespaces")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [*unshare, "sh", "-c", commands], cwd=study.folder, env=environment, capture_output=True, text=True
    )


def test_a_full_disk_is_named_and_with_room_the_same_command_goes_on(copy_of_finished, finished):
    files, _ = CUT["preprocess"]
    size = sum((finished.folder / name).stat().st_size for name in files)
    done = shell(
        copy_of_finished,
        f"mount -t tmpfs -o size={size // 2} full results/preprocessed\n"
        f"snakemake --cores 2 {' '.join(files)} && exit 9\n"
        "find results/preprocessed -type f | sed 's/^/left: /'\n"
        "mount -o remount,size=100% results/preprocessed\n"
        f"snakemake --cores 2 {' '.join(files)} || exit 8\n"
        "cp -r results/preprocessed/phantom-002 kept",
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert re.search(
        rf"^preprocess phantom-002: {SLICES[0]}: no space left on the disk; free some, and {GOES_ON}$", said, re.M
    )
    assert "Traceback" not in said and "left: " not in said
    for name in files:
        assert content(copy_of_finished.folder / "kept" / Path(name).name) == content(finished.folder / name)


def test_results_that_cannot_be_written_are_named(copy_of_finished, finished):
    files, _ = CUT["preprocess"]
    for name in files:
        (copy_of_finished.folder / name).unlink()
    done = shell(
        copy_of_finished,
        f"mount --bind results results && mount -o remount,bind,ro results\nsnakemake --cores 2 {' '.join(files)}",
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in said
    assert "results: the folder results cannot be written; mend its rights, or name another folder" in said
    goes_on(copy_of_finished, finished, files, {"preprocess": 1})


def test_a_folder_that_cannot_be_written_is_no_place_to_start_in_but_others_are(fresh, tmp_path_factory):
    here, elsewhere = fresh.folder, tmp_path_factory.mktemp("elsewhere")
    done = shell(
        fresh,
        f"mount --bind {here} {here} && mount -o remount,bind,ro {here} && cd {here}\n"
        "snakemake --cores 1 --dry-run results/verification.csv && exit 9\n"
        f"cd {elsewhere} && snakemake --cores 1 --snakefile {here}/Snakefile --configfile {here}/config.yaml "
        "results/cohort/phantom-001/mask.nii.gz",
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "Traceback" not in said, said
    where = (
        f"start it in a folder of yours with --snakefile {here}/Snakefile, where paths in the settings are from that folder"
    )
    assert f"\n{here}: the folder that snakemake was started in cannot be written; {where}\n" in said
    assert (elsewhere / "results/cohort/phantom-001/mask.nii.gz").exists()


def test_weights_are_compared_by_what_they_hold(finished):
    """The comparison of the tests above can fail: another fold's network is another."""
    one, other = (finished.folder / f"results/models/plain/fold-{fold}.keras" for fold in (1, 2))
    assert content(one) != content(other) and np.frombuffer(content(one), np.uint8).size > 10_000
