"""Who changes a file below results by hand gets what follows from it, and nothing else.

Which jobs follow from a file is computed from Snakemake's own graph: those that have it as input, and those that have an
output of these, and so on.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from conftest import TINY, Study, copy_of_workflow
from scipy import ndimage
from stubs import arguments_of, finished_stubs

STUDY = {
    "seed": 7,
    "cohort": {"phantom": {"patients": 2, "matrix": 64, "slices": [20, 20]}},
    "preprocess": {"size": 32, "min_positive": 2},
    "folds": 2,
    "networks": {
        "plain": {"clicks": "none"},
        "random": {"clicks": "random"},
        "center": {"clicks": "center", "encoding": "disk", "encoding_mm": 20},
    },
    "methods": {
        "CNNonly": {"network": "plain"},
        "CNNcm": {"network": "plain", "keep": "center"},
        "rand1CNN": {"network": "random"},
        "cm1CNN": {"network": "center"},
        "grown": {"classical": "region_growing", "clicks": "suvmax"},
    },
}


TARGETS = {"all", "beyond", "offsets", "cross", "misses", "measures", "walk", "effort"}
"""Rules that do nothing: whether they run is of no interest."""


def name_of(job: dict) -> str:
    return " ".join([job["rule"], *job["wildcards"].values()])


def jobs_of(done: subprocess.CompletedProcess) -> list[dict]:
    """The graph that a run with --dag has said."""
    assert done.returncode == 0, done.stderr
    return [job for job in json.loads(done.stdout) if job["rule"] not in TARGETS]


def downstream(jobs: list[dict], file: str) -> set[str]:
    """The jobs that follow from a file."""
    files, found = {file}, {}
    while new := [job for job in jobs if name_of(job) not in found and not files.isdisjoint(job["input"])]:
        found |= {name_of(job): job for job in new}
        files |= {output for job in new for output in job["output"]}
    return set(found)


def kinds_of_files(jobs: list[dict]) -> list[str]:
    """Of each output of each rule the file of one job, the last by its name."""
    kinds = {}
    for path, kind in sorted((path, (job["rule"], n)) for job in jobs for n, path in enumerate(job["output"])):
        kinds[kind] = path
    return list(kinds.values())


def change(path: Path, older: bool) -> None:
    """Write other contents, in a directory into a file of it: now, or as of long ago."""
    path = path / "one.nii.gz" if path.is_dir() else path
    contents = path.read_bytes() if path.exists() else b""
    path.unlink(missing_ok=True)  # the links of other copies stay as they are
    path.write_bytes(contents + b"x")
    if older:
        os.utime(path, (1.6e9, 1.6e9))


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> tuple[list[dict], dict[str, set[str]]]:
    """The graph of a finished study with all questions, and the jobs that would run after each kind of file was changed."""
    folder = tmp_path_factory.mktemp("stubs")
    stubs = finished_stubs(folder, {"study": STUDY}, {"study": "beyond"})
    arguments = [*arguments_of(folder, "study", STUDY, "study", "beyond"), "--dag"]
    before = jobs_of(stubs.asked(*arguments))
    assert not any(job["runs"] for job in before)
    runs = {}
    for n, file in enumerate(kinds_of_files(before)):
        copy = folder / f"copy-{n}"
        for part in ("results-study", "logs-study"):
            shutil.copytree(folder / part, copy / part, copy_function=os.link)
        change(copy / file, older=n % 2 == 1)
        runs[file] = [*arguments, "--directory", copy]
    after = {file: jobs_of(done) for file, done in stubs.runs(runs).items()}
    return before, {file: {name_of(job) for job in jobs if job["runs"]} for file, jobs in after.items()}


def test_each_kind_of_file_reruns_exactly_what_is_downstream(planned):
    jobs, reruns = planned
    assert len(reruns) > 60
    wrong = {file: sorted(reruns[file] ^ downstream(jobs, file)) for file in reruns}
    assert {file: names for file, names in wrong.items() if names} == {}


def test_the_graph_says_what_follows_from_a_mask_and_from_a_click(planned):
    # By hand, so that a graph that lacks an input does not prove itself.
    _, reruns = planned
    of_mask = {name.split()[0] for name in reruns["results-study/preprocessed/phantom-002/masks.npy"]}
    assert {"stack", "clicks", "folds", "train", "predict", "threshold", "score", "tables", "measure_masks"} <= of_mask
    assert not {"phantom", "verify", "preprocess"} & of_mask
    of_click = reruns["results-study/clicks/suvmax.csv"]
    assert {"click_matrices suvmax", "segment_classical grown", "score grown", "scores", "tables"} <= of_click
    assert not {name for name in of_click if name.split()[0] in ("train", "predict", "clicks", "stack")}


def results_of(study: Study) -> dict[str, bytes]:
    """All files of the results but for those that hold times or dates."""
    root = study.folder / "results"
    timed = ("history.csv", "report.html")
    paths = [path for path in root.rglob("*") if path.is_file() and path.name not in timed and path.suffix != ".keras"]
    paths = [path for path in paths if path.relative_to(root).parts[0] != "provenance"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def test_a_mask_corrected_half_way_gives_the_study_that_had_it_from_the_start(copy_of_finished, tmp_path):
    half_way = copy_of_finished
    path = half_way.folder / "results/cohort/phantom-002/mask.nii.gz"
    mask = nib.load(path)
    # the tumour, smaller by a layer
    nib.save(nib.Nifti1Image(ndimage.binary_erosion(mask.dataobj).astype(np.uint8), mask.affine, mask.header), path)
    before = results_of(half_way)
    done = half_way.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    after = results_of(half_way)
    assert before["scores.csv"] != after["scores.csv"] and before["masks.npy"] != after["masks.npy"]
    (tmp_path / "start").mkdir()
    from_the_start = copy_of_workflow(tmp_path / "start", TINY)
    for part in ("cohort", "provenance"):
        shutil.copytree(half_way.folder / "results" / part, from_the_start.folder / "results" / part)
    done = from_the_start.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    assert results_of(from_the_start) == after
