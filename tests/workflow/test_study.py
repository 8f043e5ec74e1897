"""What `make run` says: results on success, plain words and the errors once more at the end otherwise."""

import subprocess
import sys

import pytest
from test_bad_input import OWN, write


def run_study(study, name="config.yaml"):
    command = [sys.executable, "workflow/study.py", name, "2"]
    return subprocess.run(command, cwd=study.folder, capture_output=True, text=True)


@pytest.mark.parametrize(
    "text, words",
    [
        (None, "The study my.yaml does not exist"),
        ("folds: 2\ncohort: {phantom: {patients: 3\n", "my.yaml, line 3: this is not YAML"),
        ("", "my.yaml: there are no settings in it"),
        ("results: Snakefile\n", "results: Snakefile is a file; name a folder"),
        ("segment: {models: results}\n", "this is no study; run it with snakemake --cores 8 segment --configfile my.yaml"),
    ],
)
def test_settings_that_cannot_be_read(fresh, text, words):
    if text is not None:
        (fresh.folder / "my.yaml").write_text(text)
    done = run_study(fresh, "my.yaml")
    assert done.returncode == 1 and words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_errors_of_the_scans_are_the_last_words(fresh):
    (fresh.folder / "config.yaml").write_text(OWN)
    write(fresh, "a")
    write(fresh, "b", mask=False)
    done = run_study(fresh)
    assert done.returncode != 0 and not (fresh.folder / "results/report.html").is_file()
    assert done.stderr.splitlines()[-1].startswith("patient b: data/b/mask.nii.gz: the file is missing")
    assert "Traceback" not in done.stdout + done.stderr


def test_a_finished_study_gets_its_report_and_is_told_where_it_is(copy_of_finished):
    (copy_of_finished.folder / "results/report.html").unlink(missing_ok=True)
    done = run_study(copy_of_finished)
    assert done.returncode == 0 and done.stdout.endswith("The report is results/report.html\n")
    assert (copy_of_finished.folder / "results/report.html").stat().st_size > 1_000_000
