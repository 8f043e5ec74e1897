"""A map of phantom cohorts: its points are studies of their own, which workflow/cohort_map.py runs one after the other."""

import subprocess
import sys
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import copy_of_workflow

from oneclick.settings.cohort_map import points_and_uses
from oneclick.settings.study import check_config

ROOT = Path(__file__).parents[2]
CONFIG = """\
seed: 7
cohort_map: {parameters: {look_alikes: [0, 1]}}
cohort: {phantom: {patients: 4, matrix: 64, slices: [20, 20]}}
preprocess: {size: 32, min_positive: 2}
folds: 2
training: {epochs: 1, batch_size: 8}
networks: {plain: {clicks: none}, center: {clicks: center}}
methods: {CNNonly: {network: plain}, CNNcm: {network: plain, keep: center}, cm1CNN: {network: center}}
"""
MAP = ("cohort_map", "--configfile", "map.yaml")
NOT_RUN = "map.yaml: cohort_map: look_alikes-0 has not run with these settings; run make cohort-map STUDY=map.yaml first\n"


def run_map(study, name="map.yaml"):
    """What make cohort-map does."""
    command = [sys.executable, "workflow/cohort_map.py", name, "2"]
    return subprocess.run(command, cwd=study.folder, capture_output=True, text=True)


def refused(done):
    """Whether a run ended before any job with the sentence that names the make target."""
    said = done.stdout + done.stderr
    assert done.returncode and f"The map of cohorts cannot start:\n{NOT_RUN}" in said and "Traceback" not in said, said
    return "Job stats" not in said


@pytest.fixture
def mapped(fresh):
    (fresh.folder / "map.yaml").write_text(CONFIG)
    return fresh


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A map that was refused before its points had run, and then made; not to be changed."""
    study = copy_of_workflow(tmp_path_factory.mktemp("drawn"), "")
    (study.folder / "map.yaml").write_text(CONFIG)
    assert refused(study.snakemake(*MAP)) and not list((study.folder / "results").rglob("*.nii.gz"))
    done = run_map(study)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nPoint 1 of 1: look_alikes-0\n" in done.stdout and "(100%) done" in done.stdout + done.stderr
    assert done.stdout.endswith("The map is results/tables/cohort_map.html\n")
    return study


def test_margins_are_those_of_the_points(drawn):
    results = drawn.folder / "results"
    margins = pd.read_csv(results / "tables/cohort_map_margins.csv")
    assert margins["point"].tolist() == ["as_it_is", "look_alikes-0"]
    for row in margins.itertuples():
        point = "." if row.point == "as_it_is" else f"points/{row.point}/results"
        scores = pd.read_csv(results / point / "scores.csv")
        median = scores.groupby("method")["dice"].median()
        assert row.margin == pytest.approx(median["cm1CNN"] - median["CNNcm"])
    study = yaml.safe_load((results / "points/look_alikes-0/study.yaml").read_text())
    assert study["cohort"]["phantom"]["look_alikes"] == 0
    assert "With a click at the tumour's centre of mass" in unescape((results / "tables/cohort_map.html").read_text())


def test_a_second_run_does_nothing(drawn):
    before = {path: path.stat().st_mtime_ns for path in (drawn.folder / "results").rglob("*") if path.is_file()}
    done = run_map(drawn)
    said = done.stdout + done.stderr
    assert done.returncode == 0 and said.count("Nothing to be done") == 2, said
    assert before == {path: path.stat().st_mtime_ns for path in (drawn.folder / "results").rglob("*") if path.is_file()}


def test_a_point_that_was_cut_short_goes_on_and_the_map_waits_for_it(drawn, tmp_path):
    study = drawn.copy(tmp_path / "study")
    point = study.folder / "results/points/look_alikes-0/results"
    trained = (point / "models/plain/fold-1.keras").stat().st_mtime_ns
    (point / "scores.csv").unlink()
    for target in ("cohort_map", "results/figures/cohort_map.svg"):
        assert refused(study.asked(target, "--configfile", "map.yaml"))
    assert "all" not in study.jobs("--configfile", "map.yaml")  # the study itself does not need its points
    assert run_map(study).returncode == 0
    assert (point / "models/plain/fold-1.keras").stat().st_mtime_ns == trained
    assert study.jobs(*MAP) == {}


def test_a_point_of_other_settings_is_not_read(drawn, tmp_path):
    study = drawn.copy(tmp_path / "study")
    study.edit("map.yaml", "seed: 7", "seed: 8")
    assert refused(study.asked(*MAP, "-n"))


def test_each_point_of_the_repository_is_a_study(fresh, monkeypatch):
    monkeypatch.chdir(fresh.folder)
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    runs, patients = {}, {"map": 30, "beyond": 60}
    for name in patients:
        study = yaml.safe_load((ROOT / f"studies/{name}.yaml").read_text())
        point = points_and_uses(check_config(study, schema), schema)[0][-1]
        point.write()
        runs[name] = [point.scores_csv, "--configfile", point.study_yaml]
    for name, jobs in fresh.jobs_of(runs).items():
        assert jobs["phantom"] == jobs["preprocess"] == patients[name]
        assert jobs["train"] % 3 == 0 and "cohort_map" not in jobs


@pytest.mark.parametrize("run", [lambda study: study.asked(*MAP), run_map], ids=["snakemake", "make"])
def test_what_is_wrong_is_said_in_a_sentence(mapped, run):
    mapped.edit("map.yaml", "look_alikes: [0, 1]", "look_alikes: [-1]")
    done = run(mapped)
    said = done.stdout + done.stderr
    assert done.returncode and "cohort_map.parameters.look_alikes, value -1: " in said
    assert "cohort.phantom.look_alikes: -1 is less than the minimum of 0" in said
    assert "This study cannot start" in said and "Traceback" not in said
    mapped.edit("map.yaml", "cohort_map: {parameters: {look_alikes: [-1]}}", "")
    done = run(mapped)
    said = done.stdout + done.stderr
    assert done.returncode and "this study has no such section" in said and "Traceback" not in said
