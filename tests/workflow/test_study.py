"""What `make run` says: results on success, plain words and the errors once more at the end otherwise."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from test_bad_input import OWN, write

MAKEFILE = Path(__file__).parents[2] / "Makefile"
# Not what `make test` hands down: a make below another prints which folder it enters, and takes over its study.
HANDED_DOWN = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "CORES", "STUDY", "TARGET", "PET"}
ALONE = {name: value for name, value in os.environ.items() if name not in HANDED_DOWN}


def make(*words):
    return subprocess.run(
        ["make", "-n", "-f", MAKEFILE, *words], capture_output=True, text=True, cwd=MAKEFILE.parent, env=ALONE
    )


def run_study(study, name="config.yaml", *target):
    command = [sys.executable, "workflow/study.py", name, "2", *target]
    return subprocess.run(command, cwd=study.folder, capture_output=True, text=True)


@pytest.mark.parametrize(
    "text, words",
    [
        (None, "my.yaml: there is no such file of settings"),
        ("folds: 2\nfolds: 3\n", "my.yaml, line 2: folds stands there twice (first in line 1), and only one would count"),
        ("folds: 2\ncohort: {phantom: {patients: 3\n", "my.yaml, line 3: this is not YAML"),
        ("", "my.yaml: there are no settings in it"),
        ("results: Snakefile\n", "results: Snakefile is a file; name a folder"),
        ("segment: {models: results}\n", "this is no study but settings of segment; write make segment STUDY=my.yaml"),
    ],
)
def test_settings_that_cannot_be_read(fresh, text, words):
    if text is not None:
        (fresh.folder / "my.yaml").write_text(text)
    done = run_study(fresh, "my.yaml")
    assert done.returncode == 1 and words in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words, said",
    [
        ("run my-study.yaml", "make takes my-study.yaml for a command; write make run STUDY=my-study.yaml"),
        ("my-study.yaml", "make takes my-study.yaml for a command; write make run STUDY=my-study.yaml"),
        ("segment my-segment.yml", "make takes my-segment.yml for a command; write make segment STUDY=my-segment.yml"),
        ("run study=x", "make knows no study=; write make run STUDY=my-study.yaml"),
        ("check Study=x", "make knows no Study=; write make check STUDY=my-study.yaml"),
        ("run STUDY= x", "STUDY= is empty; write its value behind it without a space"),
        ("run TARGET=", "TARGET= is empty"),
        ("run offsets", "make knows no command offsets; make help lists all"),
        ("run segment", "more than one thing at a time; write make run, then make segment"),
        ("check TARGET=offsets", "make check has no TARGET; leave it out, or write make run"),
        ("click-page my-study.yaml", "make takes my-study.yaml for a command; write make click-page STUDY=my-study.yaml"),
        ("click-page TARGET=click_page", "make click-page has no TARGET; leave it out, or write make run"),
        ("click_page", "make knows no command click_page; make help lists all"),
        ("reader-study TARGET=readers", "make reader-study has no TARGET; leave it out, or write make run"),
        ("run click-page", "more than one thing at a time; write make run, then make click-page"),
        ("cores=3", "make knows no cores=; write make run"),
        ("run PET=scans/P07", "make run has no PET; leave it out, or write make nifti"),
    ],
)
def test_make_refuses_what_it_would_pass_over(words, said):
    done = make(*words.split())
    assert done.returncode and said in done.stderr and len(done.stderr.splitlines()) == 1
    assert not done.stdout


@pytest.mark.parametrize(
    "words, command",
    [
        ("run", "study.py config.yaml 2 all"),
        ("run STUDY=my.yaml CORES=8 TARGET=beyond", "study.py my.yaml 8 beyond"),
        ("check STUDY=my.yaml", "study.py my.yaml 2 check"),
        ("segment STUDY=my.yaml", "study.py my.yaml 2 segment"),
        ("statistics STUDY=my.yaml", "study.py my.yaml 2 statistics"),
        ("segment", "study.py studies/segment.yaml 2 segment"),
        ("click-page", "study.py studies/click-page.yaml 2 click_page"),
        ("click-page STUDY=my.yaml", "study.py my.yaml 2 click_page"),
        ("reader-study STUDY=my.yaml", "study.py my.yaml 2 reader_study"),
    ],
)
def test_what_make_calls(words, command, tmp_path):
    (tmp_path / "values.mk").write_text("$(info STUDY=$(STUDY) CORES=$(CORES) TARGET=$(TARGET))\n")
    done = make("-f", tmp_path / "values.mk", "-o", ".venv/.run", "-o", ".venv/.page", "CORES=2", *words.split())
    given = dict(word.split("=") for word in done.stdout.splitlines()[0].split())
    said = re.sub(r'"\$(\w+)"', lambda name: given[name[1]], done.stdout)
    assert f"python workflow/{command}\n" in said, done.stdout + done.stderr


@pytest.mark.parametrize(
    "text, target, words",
    [
        ("folds: 2\n", "segment", "my.yaml: there is no section segment in it; copy studies/segment.yaml and fill it in"),
        ("folds: 2\n", "statistics", "and write make statistics STUDY=my-statistics.yaml"),
        ("statistics: {scores: a.csv}\n", "all", "write make statistics STUDY=my.yaml"),
        ("statistics: {scores: a.csv}\n", "segment", "write make statistics STUDY=my.yaml"),
        ("segment: {models: results}\n", "reader_study", "write make segment STUDY=my.yaml"),
        ("segment: {models: results}\n", "click_page", "write make segment STUDY=my.yaml"),
        ("click_page: {models: results}\n", "all", "settings of click-page; write make click-page STUDY=my.yaml"),
        ("click_page: {models: results}\n", "segment", "write make click-page STUDY=my.yaml"),
    ],
)
def test_each_command_names_the_one_that_its_file_is_for(fresh, text, target, words):
    (fresh.folder / "my.yaml").write_text(text)
    done = run_study(fresh, "my.yaml", target)
    assert done.returncode == 1 and words in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_check_alone_reads_the_scans_and_draws_them(fresh):
    (fresh.folder / "config.yaml").write_text(OWN)
    for patient in "abc":
        write(fresh, patient)
    done = run_study(fresh, "config.yaml", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    where = "The check of all scans is results/verification.csv, PET and masks of all are drawn in results/contact_sheets"
    assert done.stdout.endswith(f"\n{where}\n")
    made = {str(path.relative_to(fresh.folder / "results")) for path in (fresh.folder / "results").rglob("*.*")}
    assert made == {"verification.csv", "contact_sheets/scans-001.png", "provenance/runs.csv"}


def test_a_page_of_networks_that_are_not_there(fresh):
    (fresh.folder / "my.yaml").write_text("click_page: {models: networks/phantom}\n")
    done = run_study(fresh, "my.yaml", "click_page")
    assert done.returncode == 1 and not done.stdout
    missing = "there is no finished study in networks/phantom (networks/phantom/settings.json is missing)"
    assert f"my.yaml: click_page.models: {missing}" in done.stderr


def test_a_page_of_a_study_that_has_not_run_is_announced_and_needs_its_packages(fresh):
    done = run_study(fresh, "config.yaml", "click_page")
    assert done.returncode == 1
    assert done.stdout == "There is no finished study in results yet: it is run first, and then its page is made\n"
    missing = "The click page needs packages of JavaScript that are not installed here"
    assert done.stderr.splitlines()[-1] == f"{missing}; run make click-page STUDY=my-study.yaml once, which installs them"
    assert not (fresh.folder / "results").exists()


def test_a_number_of_cores_that_is_none(fresh):
    command = [sys.executable, "workflow/study.py", "config.yaml", "eight"]
    done = subprocess.run(command, cwd=fresh.folder, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr == "CORES=eight is no number of cores; write CORES=2\n"


def test_errors_of_the_scans_are_the_last_words(fresh):
    (fresh.folder / "config.yaml").write_text(OWN)
    write(fresh, "a")
    write(fresh, "b", mask=False)
    done = run_study(fresh)
    assert done.returncode != 0 and not (fresh.folder / "results/report.html").is_file()
    assert done.stderr.splitlines()[-1].startswith("patient b: data/b/mask.nii.gz: the file is missing")
    assert "Traceback" not in done.stdout + done.stderr


def test_a_finished_study_gets_its_report_and_is_told_where_it_is(copy_of_finished):
    study, results = copy_of_finished, copy_of_finished.folder / "results"
    before = (results / "report.html").read_bytes()
    done = run_study(study)
    n = len(pd.read_csv(results / "warnings.csv"))
    last = f"{n} warnings: in the report and in results/warnings.csv\nThe report is results/report.html\n"
    assert n > 1 and done.returncode == 0 and done.stdout.endswith(last)
    assert (results / "report.html").read_bytes() == before  # nothing has changed
    provenance = (results / "provenance.html").read_text()
    assert "report.html beside this one" in provenance and "4  By patients" in provenance
    assert str(study.folder) not in provenance
    assert "Contact sheets" in before.decode()
    sheets = {path.name for path in (results / "contact_sheets").iterdir()}
    assert sheets == {"scans-001.png", "predictions-001.png"}
    # what was computed was announced, and what computes nothing is not
    said = (study.folder / "said.txt").read_text()
    assert re.search(r"This run takes about \d+ (minute|second)s? on 2 cores, .* of it for 6 trainings of 2 epochs", said)
    assert "This run takes" not in done.stdout + done.stderr
