"""A map of phantom cohorts: whole studies as points, run by Snakemake in Snakemake."""

from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONFIG = """\
seed: 7
map: {parameters: {look_alikes: [0, 1]}}
cohort: {phantom: {patients: 4, matrix: 64, slices: [20, 20]}}
preprocess: {size: 32, min_positive: 2}
folds: 2
training: {epochs: 1, batch_size: 8}
networks: {plain: {clicks: none}, center: {clicks: center}}
methods: {CNNonly: {network: plain}, CNNcm: {network: plain, keep: center}, cm1CNN: {network: center}}
"""


@pytest.fixture
def mapped(fresh):
    (fresh.folder / "map.yaml").write_text(CONFIG)
    return fresh


def test_a_map_runs_its_points_and_only_what_is_missing(mapped):
    target = ("map", "--configfile", "map.yaml")
    jobs = mapped.jobs(*target)
    assert (jobs["point"], jobs["map_tables"], jobs["train"]) == (1, 1, 4)  # the study itself is a point as well
    done = mapped.snakemake(*target)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "point look_alikes-0: " in said and "(100%) done" in said
    results = mapped.folder / "results"
    margins = pd.read_csv(results / "tables/map_margins.csv")
    assert margins["point"].tolist() == ["as_it_is", "look_alikes-0"]
    for row in margins.itertuples():
        point = "." if row.point == "as_it_is" else f"points/{row.point}/results"
        scores = pd.read_csv(results / point / "scores.csv")
        median = scores.groupby("method")["dice"].median()
        assert row.margin == pytest.approx(median["cm1CNN"] - median["CNNcm"])
    study = yaml.safe_load((results / "points/look_alikes-0/study.yaml").read_text())
    assert study["cohort"]["phantom"]["look_alikes"] == 0
    assert "With a click at the tumour's centre of mass" in unescape((results / "tables/map.html").read_text())
    assert mapped.jobs(*target) == {}
    # A point that was cut short goes on: its networks are not trained again.
    point = results / "points/look_alikes-0"
    trained = (point / "results/models/plain/fold-1.keras").stat().st_mtime_ns
    (point / "results/scores.csv").unlink()
    assert mapped.snakemake(*target).returncode == 0
    assert (point / "results/models/plain/fold-1.keras").stat().st_mtime_ns == trained


def test_the_map_of_the_repository_can_be_made(fresh):
    study = fresh.folder / "studies.yaml"
    study.write_text((ROOT / "studies/map.yaml").read_text())
    jobs = fresh.jobs("map", "--configfile", "studies.yaml")
    assert jobs["point"] == 8 and jobs["train"] == 9


def test_what_is_wrong_is_said_in_a_sentence(mapped):
    mapped.edit("map.yaml", "look_alikes: [0, 1]", "look_alikes: [-1]")
    done = mapped.snakemake("map", "--configfile", "map.yaml")
    said = done.stdout + done.stderr
    assert done.returncode and "cohort.phantom.look_alikes: -1 is less than the minimum of 0" in said
    assert "This study cannot start" in said and "Traceback" not in said


def test_a_study_without_a_map_says_so(fresh):
    done = fresh.snakemake("map", "-n")
    said = done.stdout + done.stderr
    assert done.returncode and "this study has no section map" in said and "Traceback" not in said
