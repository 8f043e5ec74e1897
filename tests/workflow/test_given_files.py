"""What the user gives counts as changed when it is another file, also an older one of the same size (cp -p, unzip)."""

import os
import shutil
from pathlib import Path

import pytest
from stubs import arguments_of, finished_stubs
from test_reruns_by_setting import CHECK, FROM_FOLDS, STUDY

STUDIES = {
    "files": {"cohort": {"pet": "data/{patient}/pet.nii.gz", "mask": "data/{patient}/mask.nii.gz"}, "folds": 2},
    "pairs": {"cohort": {"pet": "pairs/{patient}/pet.hdr", "mask": "pairs/{patient}/mask.img"}, "folds": 2},
    "dicom": {"cohort": {"pet": "dicom/{patient}/pet", "mask": "dicom/{patient}/mask.dcm"}, "folds": 2},
    "given": {
        "cohort": {"phantom": {"patients": 4, "matrix": 64, "slices": [20, 20]}},
        "folds": 2,
        "given_folds": "folds-of-others.csv",
        "networks": {"plain": {"clicks": "none"}},
        "methods": {"CNNonly": {"network": "plain"}},
    },
    "scores": {"statistics": {"scores": "scores.csv"}},
}
STATISTICS = {"any_scores", "by_patient", "write_up"}
# file: (study, the rules that ought to run, of these the ones that run for one patient)
FILES = {
    "data/b/pet.nii.gz": ("files", STUDY, {"preprocess"}),
    "data/b/mask.nii.gz": ("files", STUDY, {"preprocess"}),
    "pairs/b/pet.hdr": ("pairs", STUDY, {"preprocess"}),
    "pairs/b/pet.img": ("pairs", STUDY, {"preprocess"}),
    "pairs/b/mask.hdr": ("pairs", STUDY, {"preprocess"}),
    "pairs/b/mask.img": ("pairs", STUDY, {"preprocess"}),
    "dicom/b/pet/2.dcm": ("dicom", STUDY | {"convert"}, {"preprocess", "convert"}),
    "dicom/b/mask.dcm": ("dicom", STUDY | {"convert"}, {"preprocess", "convert"}),
    "folds-of-others.csv": ("given", FROM_FOLDS, set()),
    "scores.csv": ("scores", STATISTICS, set()),
}
TARGETS = {"scores": "statistics"}


def older(path: Path) -> None:
    """Put an older file of the same size in the place of a file."""
    size = path.stat().st_size
    path.unlink()  # the links of other copies stay as they are
    path.write_bytes(b"x" * size)
    os.utime(path, (1.6e9, 1.6e9))


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> dict[str, dict[str, int]]:
    """The jobs of studies as they are, and after each file was replaced."""
    folder = tmp_path_factory.mktemp("stubs")
    tomorrow = 2e9  # and later: scans dated ahead of the clock are like others
    for file in FILES:
        for patient in "abcd":
            path = folder / file.replace("/b/", f"/{patient}/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
            os.utime(path, (tomorrow, tomorrow))
    stubs = finished_stubs(folder, STUDIES, TARGETS)
    asked = {study: arguments_of(folder, study, STUDIES[study], study, TARGETS.get(study, "all")) for study in STUDIES}
    found = stubs.jobs_of(dict(asked))
    changed = {}
    for n, (file, (study, *_)) in enumerate(FILES.items()):
        copy = folder / f"copy-{n}"
        for part in ("data", "pairs", "dicom", "folds-of-others.csv", "scores.csv", f"results-{study}", f"logs-{study}"):
            if (folder / part).is_dir():
                shutil.copytree(folder / part, copy / part, copy_function=os.link)
            else:
                os.link(folder / part, copy / part)
        older(copy / file)
        # With what Snakemake recommends to those who want nothing but files to count, files do.
        triggers = ["--rerun-triggers", "mtime"] if n % 2 else []
        changed[file] = [*asked[study], "--directory", str(copy), *triggers]
    return found | stubs.jobs_of(changed)


@pytest.mark.parametrize("study", STUDIES)
def test_without_a_change_nothing_runs_though_files_are_dated_in_the_future(runs, study):
    assert runs[study] == {}


@pytest.mark.parametrize("file", FILES)
def test_an_older_file_in_the_place_of_another_is_noticed(runs, file):
    _, rules, for_one = FILES[file]
    assert set(runs[file]) - {"statistics"} == rules
    once = {rule for rule in CHECK | {"preprocess", "convert"} if runs[file].get(rule, 0) == 1}
    assert once == (CHECK & rules) | for_one
