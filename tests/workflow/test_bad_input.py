"""What a user can do wrong ends in a sentence that names patient, file and mend, and leaves nothing half-written behind."""

from base64 import b64decode

import nibabel as nib
import numpy as np
import pytest

OWN = "results: results\nfolds: 2\ncohort: {pet: 'data/{patient}/pet.nii.gz', mask: 'data/{patient}/mask.nii.gz'}\n"


def write(study, patient, pet=None, mask=None):
    folder = study.folder / "data" / patient
    folder.mkdir(parents=True)
    rng = np.random.default_rng(len(list(folder.parent.iterdir())))
    good = np.zeros((32, 32, 3), np.uint8)
    good[8:16, 8:16, 1:] = 1
    for name, data in (("pet", rng.random((32, 32, 3)) if pet is None else pet), ("mask", good if mask is None else mask)):
        if data is not False:
            image = nib.Nifti1Image(np.asarray(data, np.float32 if name == "pet" else np.uint8), np.diag([2, 2, 3, 1.0]))
            nib.save(image, folder / f"{name}.nii.gz")


def fails(done, *words):
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said, said
    for word in words:
        assert word in said, said
    return said


@pytest.mark.parametrize(
    "config, words",
    [
        ("cohort: {phantom: {patients: 3}}\ntraning: {epochs: 1}\n", ["unknown key traning; did you mean training?"]),
        ("cohort: {phantom: {patients: 3, matrx: 64}}\n", ["unknown key cohort.phantom.matrx; did you mean matrix?"]),
        (
            "cohort: {phantom: {patients: 3}}\nmethods: {a: {network: plian}}\n",
            ["methods.a.network: there is no network plian; did you mean plain?"],
        ),
        ("cohort: {sheet: patients.tsv}\n", ["the sample sheet patients.tsv is missing; mend cohort.sheet"]),
        (OWN, ["my.yaml: cohort: no file matches data/{patient}/pet.nii.gz", "mend the patterns in the config file"]),
        ("cohort: {phantom: {patients: 3}}\npreprocess: {size: 100}\n", ["my.yaml: preprocess.size: 100 is not a multiple"]),
        (
            OWN + "preprocess: {size: 32}\npreprocess: {min_positive: 3}\n",
            ["my.yaml, line 5: preprocess stands there twice (first in line 4)"],
        ),
    ],
)
def test_settings(fresh, config, words):
    (fresh.folder / "my.yaml").write_text(config)
    said = fails(fresh.asked("--configfile", "my.yaml"), "my.yaml", *words)
    assert ".smk" not in said and "Error" not in said, said
    assert not (fresh.folder / "results").is_dir()
    (fresh.folder / "config.yaml").write_text(config)
    fails(fresh.asked(), "This study cannot start", *(word.replace("my.yaml", "config.yaml") for word in words))
    # without the profile that looks at the command line, for whoever has a profile of their own
    fails(fresh.asked("--workflow-profile", "none", "--configfile", "my.yaml"), "This study cannot start", *words)


def test_words_after_the_settings_and_mistyped_ones(fresh):
    (fresh.folder / "my.yaml").write_text("cohort: {phantom: {patients: 5}}\n")
    for words in (["--configfile", "my.yaml", "folds"], ["folds", "--configfile", "my.yaml"]):
        assert "folds" in fresh.jobs(*words)
    for typed, said in (
        ("ofsets --configfile my.yaml", "there is no target 'ofsets'; did you mean offsets?"),
        ("--configfile my.yaml ofsets", "there is no target 'ofsets'; did you mean offsets?"),
        ("results/scors.csv", "there is no target 'results/scors.csv'; did you mean results/scores.csv, or another study"),
        ("--configfile mx.yaml", "mx.yaml: there is no such file of settings; did you mean my.yaml?"),
        ("--configfile workflow", "workflow: this is a folder; name the file of settings in it"),
        ("--configfile my.yaml --config sed=3", "--config: unknown key sed; did you mean seed?"),
        ("--configfile my.yaml --config folds=9", "my.yaml: 5 phantom patients are fewer than the 9 folds"),
    ):
        fails(fresh.asked(*typed.split()), said)


def test_segment_without_its_file(fresh):
    words = "segment needs its own file: --configfile my-segment.yaml, a copy of studies/segment.yaml"
    fails(fresh.asked("segment"), words)


@pytest.mark.parametrize(
    "text, words",
    [
        (
            "segment: {model: r, pet: 'n/{patient}', clicks: c.csv}\n",
            "my.yaml: unknown key segment.model; did you mean models?",
        ),
        ("segment: {models: nowhere, pet: 'n/{patient}', clicks: c.csv}\n", "my.yaml: segment.models: "),
        ("segment: {models: r}\nresults: a\nsegment: {models: s}\n", "my.yaml, line 3: segment stands there twice"),
        ("statistics: {scores: none.csv}\n", "my.yaml: statistics.scores: there is no file none.csv"),
        ("statistics: {scores: a.csv, scores: b.csv}\n", "my.yaml, line 1: statistics.scores stands there twice"),
        (
            "cohort: {phantom: {patients: 9}}\ncohort_map: {parameters: {contrast: [1]}}\n",
            "my.yaml: cohort_map.parameters: all values are those of the study itself",
        ),
    ],
)
def test_errors_of_all_kinds_of_settings_name_their_file(fresh, text, words):
    (fresh.folder / "my.yaml").write_text(text)
    fails(fresh.asked("--configfile", "my.yaml"), words)


def test_questions_that_a_study_cannot_be_asked_are_refused_at_once(fresh):
    settings = "folds: 2\ncohort: {phantom: {patients: 3}}\nnetworks: {plain: {clicks: none}}\nmethods: {"
    (fresh.folder / "config.yaml").write_text(settings + "CNNonly: {network: plain}}\n")
    fails(fresh.asked("offsets"), "offsets: no method of this study has a click that could be moved")
    grow = "CNNonly: {network: plain}, grow: {classical: watershed, clicks: human}}\n"
    (fresh.folder / "config.yaml").write_text(settings + grow)
    fails(fresh.asked("walk"), "walk: no method of this study has a network and a click from which")
    assert fresh.jobs("offsets")


def test_names_of_methods_are_checked_before_rules_see_them(fresh):
    (fresh.folder / "config.yaml").write_text("cohort: {phantom: {patients: 3}}\nmethods: {'../a': {network: plain}}\n")
    fails(fresh.asked(), "methods: the name ../a cannot be used")


def test_a_folder_that_is_no_patients_name(fresh):
    (fresh.folder / "config.yaml").write_text(OWN)
    write(fresh, "Jane Doe; rm -r x")
    fails(fresh.asked(), "patient 'Jane Doe; rm -r x': the name holds a space; rename the patient")


def test_all_scans_are_checked_before_anything_is_computed(fresh):
    (fresh.folder / "config.yaml").write_text(OWN)
    write(fresh, "good1")
    write(fresh, "good2")
    write(fresh, "nomask", mask=False)
    write(fresh, "far", mask=np.resize([0, 0, 0, 1], (32, 32, 4)))  # the PET has three slices
    write(fresh, "nan", pet=np.full((32, 32, 3), np.nan))
    write(fresh, "flat", pet=np.ones((32, 32, 3)))
    write(fresh, "cut")
    path = fresh.folder / "data/cut/pet.nii.gz"
    path.write_bytes(path.read_bytes()[:200])
    fails(
        fresh.snakemake(),
        "6 problems with the scans",
        "patient nomask: data/nomask/mask.nii.gz: the file is missing; put it there or mend the path",
        "patient far: data/far/mask.nii.gz: the tumour of the mask (32 x 32 x 4 voxels) lies outside the PET",
        "patient nan: data/nan/pet.nii.gz: 3072 voxels are NaN or infinite",
        "patient flat: data/flat/pet.nii.gz: slice 1 holds a tumour but is constant",
        "patient cut: data/cut/pet.nii.gz: ",
    )
    # Snakemake's record of the job that failed, and that of the run, are all, and no result.
    job, run = sorted(path for path in (fresh.folder / "results").rglob("*") if path.is_file())
    assert job.parent.name == "metadata" and b64decode(job.name) == b"verification.csv"
    assert run == fresh.folder / "results/provenance/runs.csv"


def test_fewer_patients_than_folds(fresh):
    (fresh.folder / "config.yaml").write_text(OWN.replace("folds: 2", "folds: 3"))
    write(fresh, "a")
    write(fresh, "b")
    done = fresh.snakemake()
    fails(
        done,
        "2 of 2 patients have a slice with tumour, fewer than the 3 folds; add patients, lower folds, or mend cohort.labels",
    )


def test_a_fold_without_slices(fresh):
    (fresh.folder / "config.yaml").write_text(
        "results: results\nfolds: 2\npreprocess: {size: 32}\ncohort: {sheet: data/patients.tsv}\n"
    )
    rows = ["patient\tpet\tmask\tfold"]
    for patient, fold in (("a", 1), ("b", 1), ("c", 2)):
        # the tumour of c is smaller than 6 pixels
        small = np.zeros((32, 32, 3), np.uint8)
        small[4, 4, 1] = 1
        write(fresh, patient, mask=small if patient == "c" else None)
        rows.append(f"{patient}\t{patient}/pet.nii.gz\t{patient}/mask.nii.gz\t{fold}")
    (fresh.folder / "data/patients.tsv").write_text("\n".join(rows) + "\n")
    done = fresh.snakemake("results/folds.csv")
    fails(done, "fold 2 has no slices", "move a patient there or lower folds")
    assert not (fresh.folder / "results/folds.csv").is_file()
