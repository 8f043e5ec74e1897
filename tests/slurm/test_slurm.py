"""The study of a few patients on a real SLURM, and what may happen to its jobs there."""

import os
import re
import signal
import time

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from cluster import wait_until
from copied import ON_SLURM, copy_of_workflow

STUDY = """\
results: results
seed: 7
cohort: {phantom: {patients: 3, matrix: 64, slices: [12, 12]}}
preprocess: {size: 32, min_positive: 2}
folds: 2
training: {epochs: 2, batch_size: 4}
networks: {center: {clicks: center}}
methods: {cm1CNN: {network: center}, cm1CNNcm: {network: center, keep: center}}
"""


def submitted(said):
    """What was submitted (rule_train, group_patients), by SLURM's number."""
    return dict(re.findall(r"with SLURM jobid (\d+) \(log: \S+/slurm_logs/(group_[a-z]+|rule_[a-z_]+)", said))


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """The study, run by this machine without SLURM."""
    workflow = copy_of_workflow(tmp_path_factory.mktemp("local"))
    (workflow.folder / "config.yaml").write_text(STUDY)
    done = workflow.run("--cores", "2")
    assert done.returncode == 0, done.stderr
    return workflow.folder


@pytest.fixture(scope="module")
def on_slurm(cluster, tmp_path_factory):
    """The study, run by SLURM, a GPU for trainings, all messages of TensorFlow: folder and what Snakemake said."""
    workflow = copy_of_workflow(tmp_path_factory.mktemp("on-slurm"))
    (workflow.folder / "config.yaml").write_text(STUDY)
    more = ["--set-resources", "train:gpu=1", "--benchmark-extended", "--slurm-keep-successful-logs"]
    done = workflow.run(*ON_SLURM, *more, TF_CPP_MIN_LOG_LEVEL="0")
    assert done.returncode == 0, done.stdout + done.stderr
    return workflow.folder, done.stderr


def test_all_went_through_slurm_and_nothing_is_left_in_the_queue(cluster, on_slurm):
    names = submitted(on_slurm[1])
    assert [cluster.ended()[number]["JobState"] for number in names] == ["COMPLETED"] * len(names)
    assert cluster.queue() == {}
    jobs = pd.Series(names).value_counts().to_dict()
    # three patients are one job, and so are the stack, its clicks and folds, and all from the threshold to the figures
    assert jobs == {
        "group_phantoms": 1,
        "group_patients": 1,
        "group_slices": 1,
        "group_scores": 1,
        "rule_train": 2,
        "rule_export_masks": 2,
    } | dict.fromkeys(("rule_verify", "rule_scan_sheet", "rule_predict", "rule_flowchart", "rule_loss_curves"), 1)


def test_a_group_asks_for_what_its_jobs_take_side_by_side(cluster, on_slurm):
    names, ended = submitted(on_slurm[1]), cluster.ended()
    tres = {name: dict(pair.split("=") for pair in ended[number]["Tres"].split(",")) for number, name in names.items()}
    # two phantoms on two CPUs, of 500 MB beside Snakemake; and two figures, though what they read is yet to be made
    assert (tres["group_phantoms"]["cpu"], tres["group_phantoms"]["mem"]) == ("2", "1640M")
    assert int(tres["group_scores"]["mem"].rstrip("M")) >= 2 * 620


def test_results_are_those_of_the_local_run(local, on_slurm):
    folder, _ = on_slurm
    files = {path.relative_to(local) for path in (local / "results").rglob("*") if path.is_file()}
    assert files == {path.relative_to(folder) for path in (folder / "results").rglob("*") if path.is_file()}
    compared = {path for path in files if path.suffix in (".npy", ".gz", ".csv", ".json", ".html", ".md", ".tex")}
    # what says how long it took, or when
    compared -= {path for path in compared if path.name in ("history.csv", "run.csv", "runs.csv", "run.html", "report.html")}
    assert len(compared) > 30
    assert [path for path in compared if (local / path).read_bytes() != (folder / path).read_bytes()] == []


def test_trainings_ask_for_the_gpu_that_the_profile_offers_and_nothing_else_does(cluster, on_slurm):
    names = submitted(on_slurm[1])
    asked = {(name, cluster.asked(number).get("TresPerJob")) for number, name in names.items()}
    assert {what for what in asked if what[1] or what[0] == "rule_train"} == {("rule_train", "gres:gpu:1")}


def test_no_job_takes_more_threads_than_it_asked_for(on_slurm):
    # by themselves, these two take all that Snakemake's --cores allows, and on a node that is all CPUs
    for rule in ("verify/verify", "predict/center"):
        assert pd.read_csv(on_slurm[0] / f"logs/{rule}.tsv", sep="\t")["threads"].tolist() == [1]


def test_what_a_job_says_is_in_its_log_and_what_tensorflow_says_too(on_slurm):
    folder, _ = on_slurm
    log = (folder / "logs/train/center/fold-1.log").read_text()
    assert "epoch 2/2  loss 0." in log and "cpu_feature_guard" in log
    of_slurm = [path.read_text() for path in (folder / ".snakemake/slurm_logs/rule_train").rglob("*.log")]
    assert len(of_slurm) == 2 and all("epoch 2/2" in text and "cpu_feature_guard" not in text for text in of_slurm)


def test_a_job_that_was_killed_for_memory_is_tried_again_with_twice_as_much(cluster, workflow):
    done = workflow.run(*ON_SLURM, "--snakefile", "small.smk", "hungry.txt")
    assert done.returncode == 0, done.stderr
    states = [
        (cluster.ended()[number]["JobState"], cluster.ended()[number]["Tres"].split(",")[1])
        for number in submitted(done.stderr)
    ]
    assert [mem for _, mem in states] == ["mem=420M", "mem=840M"] and states[0][0] != "COMPLETED" == states[1][0]
    assert (workflow.folder / "hungry.txt").read_text() == "840\n"


def test_a_job_that_fails_is_reported_in_plain_words_and_the_check_is_not_tried_again(cluster, workflow):
    (workflow.folder / "config.yaml").write_text(
        "results: results\nfolds: 2\ncohort: {pet: 'data/{patient}/pet.nii.gz', mask: 'data/{patient}/mask.nii.gz'}\n"
    )
    for patient, fill in (("a", 1.0), ("b", np.nan)):
        (workflow.folder / "data" / patient).mkdir(parents=True)
        scan = np.random.default_rng(1).random((40, 40, 3)).astype(np.float32) * fill
        for kind, voxels in (("pet", scan), ("mask", np.ones((40, 40, 3), np.uint8))):
            nib.save(nib.Nifti1Image(voxels, np.diag([4, 4, 4, 1])), workflow.folder / f"data/{patient}/{kind}.nii.gz")
    done = workflow.run(*ON_SLURM, "results/verification.csv")
    sentence = "patient b: data/b/pet.nii.gz: 4800 voxels are NaN or infinite"
    assert done.returncode == 1 and sentence in done.stderr
    assert "logs/verify/verify.log" in done.stderr and "Traceback" not in done.stderr
    assert sentence in (workflow.folder / "logs/verify/verify.log").read_text()
    assert len(submitted(done.stderr)) == 1 and cluster.queue() == {}


def test_ctrl_c_leaves_no_job_in_the_queue(cluster, workflow):
    running = workflow.start(*ON_SLURM, "--snakefile", "small.smk", "long-1.txt", "long-2.txt", "long-3.txt")
    # the profile's cores limit what a job may ask for, not how many jobs are in the queue
    states = ["PENDING", "RUNNING", "RUNNING"]
    wait_until(lambda: sorted(cluster.queue().values()) == states, 600, "two jobs run and one waits")
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(900) == 1
    wait_until(lambda: cluster.queue() == {}, 120, "the queue is empty")
    assert not list(workflow.folder.glob("long-*.txt"))


def test_after_sigterm_running_jobs_end_and_no_other_begins(cluster, workflow):
    running = workflow.start(*ON_SLURM, "--snakefile", "small.smk", "second.txt")
    wait_until((workflow.folder / "first.txt.runs").exists, 600, "the first job runs")
    running.terminate()
    assert running.wait(900) == 1
    assert (
        cluster.queue() == {} and (workflow.folder / "first.txt").exists() and not (workflow.folder / "second.txt").exists()
    )


def test_a_job_that_goes_back_into_the_queue_is_waited_for_and_not_submitted_again(cluster, workflow):
    running = workflow.start(*ON_SLURM, "--snakefile", "small.smk", "first.txt")
    wait_until((workflow.folder / "first.txt.runs").exists, 600, "the job runs")
    (number,) = cluster.queue()
    os.spawnlp(os.P_WAIT, "scontrol", "scontrol", "requeue", number)
    assert running.wait(900) == 0
    said = (workflow.folder / "said.txt").read_text()
    assert list(submitted(said)) == [number] and cluster.asked(number)["Restarts"] == "1"
    assert (workflow.folder / "first.txt.runs").read_text() == "started\n" * 2
