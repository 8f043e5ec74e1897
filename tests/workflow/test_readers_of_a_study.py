"""A whole reader study with simulated readers: from their files of events to tables, figure and report."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, Study, done_once

READ = """\
clicks: {readers: readers/*.csv}
reader_study: {readers: [sim1, sim2, sim3], patients: 5, repeated: 1}
methods:
  CNNonly: {network: plain}
  CNNrand: {network: plain, keep: random}
  rand1CNN: {network: random}
  cm1CNN: {network: center}
  kept: {network: plain, keep: simulated-reader}
  own: {network: plain, keep: simulated-reader-sim1}
"""
AFTER_A_READER = {
    "read_reader": 1,
    "reader_places": 1,
    "reader_tables": 1,
    "reader_worth": 1,
    "reader_page": 1,
    "readers": 1,
    "other_clicks": 3,
}
"""What follows for the question from the file of a reader, beside the clicks of the kinds that it is of."""


def simulate(study: Study) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/simulated_readers.py"), "config.yaml"],
        cwd=study.folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def read(finished, tmp_path_factory) -> Study:
    """The tiny study with three simulated readers, asked what their clicks are; not to be changed."""

    def run(folder):
        folder.rmdir()
        study = finished.copy(folder)
        with open(folder / "config.yaml", "a") as file:
            file.write(READ)
        simulate(study)
        for target in ("readers", "all"):
            done = study.snakemake(target)
            assert done.returncode == 0, done.stdout + done.stderr

    return Study(done_once(tmp_path_factory, "read", run))


def test_readers_go_all_the_way_to_the_report(read):
    results = read.folder / "results"
    table = pd.read_csv(results / "tables/readers.csv").set_index(["group", "measure"])
    assert {"all", "sim1", "sim2", "sim3"} <= set(table.index.get_level_values("group"))
    # with what they were given: 3, 4 and 5 mm, 2.5 to 4 seconds
    assert 2.5 < table.at[("all", "spread_mm"), "value"] < 5.5
    assert 2.5 < table.at[("all", "seconds_per_click"), "value"] < 4
    assert table.at[("sim1", "seconds_per_click"), "value"] < table.at[("sim3", "seconds_per_click"), "value"]
    assert table.at[("all", "within_reader_mm"), "n"] > 0

    measured = yaml.safe_load((results / "readers/measured.yaml").read_text())
    assert measured["clicks"]["human_sigma_mm"] == pytest.approx(table.at[("all", "human_sigma_mm"), "value"], abs=0.01)
    assert "3 simulated readers, 5 patients" in measured["effort"]["source"]

    worth = pd.read_csv(results / "tables/readers_worth.csv")
    kinds = [f"simulated-reader-sim{n}" for n in (1, 2, 3)]
    assert list(dict.fromkeys(worth["clicked"])) == ["simulated readers", "random", "center", "human", *kinds]
    pairs = pd.read_csv(results / "tables/readers_pairs.csv")
    assert len(pairs) == 3 * worth["method"].nunique() and (pairs["method_a"] == "simulated readers").all()

    assert "simulated reader" in (results / "tables/readers.html").read_text()
    report = (results / "report.html").read_text()
    assert "What a simulated click is" in report and "kept\u2021" in report


def test_a_kind_is_what_the_readers_clicked(read):
    """The clicks of sim1 as a kind are those of its file, to the pixel, on the slices of the study."""
    results = read.folder / "results"
    own = pd.read_csv(results / "readers/clicks/sim1.csv").query("repeat == 0")
    kind = pd.read_csv(results / "clicks/simulated-reader-sim1.csv")
    slices = set(map(tuple, pd.read_csv(results / "slices.csv")[["patient", "slice"]].to_numpy()))
    on_slices = {(patient, round(k)) for patient, k in zip(own["patient"], own["k"], strict=True)} & slices
    assert set(map(tuple, kind[["patient", "slice"]].to_numpy())) == on_slices
    merged = kind.merge(own.assign(slice=own["k"].round().astype(int)), on=["patient", "slice"], suffixes=("", "_own"))
    # a pixel of 32 is two voxels of 64
    assert (np.abs(merged["i"] - merged["i_own"]) <= 1.5).sum() >= len(kind)
    of_all = pd.read_csv(results / "clicks/simulated-reader.csv")
    assert set(of_all["patient"]) <= set(own["patient"])


def test_a_changed_file_of_a_reader_reruns_what_follows_and_nothing_else(read, tmp_path):
    study = read.copy(tmp_path / "study")
    assert study.jobs("readers") == {} == study.jobs("all")
    path = study.folder / "readers/sim2.csv"
    lines = path.read_text().splitlines()
    click = next(n for n, line in enumerate(lines) if ",click," in line)
    cells = lines[click].split(",")
    cells[9] = f"{float(cells[9]) + 3:.3f}"
    path.write_text("\n".join([*lines[:click], ",".join(cells), *lines[click + 1 :], ""]))
    jobs = study.jobs("readers")
    assert {rule: jobs.get(rule) for rule in AFTER_A_READER} == AFTER_A_READER
    assert set(jobs) - set(AFTER_A_READER) == {"reader_clicks", "click_matrices"}
    assert jobs["reader_clicks"] == jobs["click_matrices"] == 2  # of sim2, and of all readers, which a method uses
    # The method that keeps by sim1 does not follow from sim2; that of all readers does.
    assert study.jobs("results/scores/own.csv") == {}
    assert study.jobs("results/scores/kept.csv")["postprocess"] == 1
    assert "train" not in study.jobs("all")


def test_a_wrong_file_ends_in_one_sentence(read, tmp_path):
    study = read.copy(tmp_path / "study")
    path = study.folder / "readers/sim3.csv"
    path.write_text(path.read_text().replace("sim3,", "sim1,", 1))
    done = study.snakemake("results/readers/clicks/sim3.csv")
    assert done.returncode == 1
    assert "readers/sim3.csv: line 2: the reader is sim1, and the file that of sim3; give each reader a file" in done.stderr
    (study.folder / "readers/other.csv").touch()
    done = study.asked("--dry-run", "readers")
    assert "clicks.readers: there is a file of other, who is none of sim1, sim2, sim3; add the code" in done.stderr
