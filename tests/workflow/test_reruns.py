"""What reruns, and what does not, when a setting or the code changes: the job lists of dry runs on a finished study."""

import os
import re
import shutil
import subprocess

import nibabel as nib
import numpy as np
import pytest
from conftest import TINY, jobs_in

REPORT = {"front_page": 1}
WARNINGS = {"gather_warnings": 1, "run_page": 1, **REPORT}
STATISTICS = {"scores": 1, "tables": 1, "by_patient": 1, "write_up": 1, "box_plots": 1, "example_slices": 1, **WARNINGS}
STATISTICS |= {"prediction_sheet": 1}
METHODS = {"postprocess": 5, "export_masks": 5, "score": 5, **STATISTICS}
PAGE = {"settings": 1, "run_page": 1, **REPORT}
THRESHOLDS = {"threshold": 3, "thresholds": 1, **METHODS, **PAGE}
NETWORKS = {"train": 6, "predict": 3, "loss_curves": 1, **THRESHOLDS}
CHECK = {"verify": 1, "verified": 1, "scan_sheet": 1}
STACK = {"stack": 1, "clicks": 2, "click_matrices": 2, "folds": 1, **NETWORKS}
DOMAIN = "workflow/scripts/oneclick"

CONFIG = "training: {epochs: 2, batch_size: 4}"
SETTINGS = {
    "epochs": (CONFIG, "training: {epochs: 3, batch_size: 4}", NETWORKS | PAGE),
    "spacing": (
        "preprocess: {size: 32, min_positive: 2}",
        "preprocess: {size: 32, min_positive: 2, spacing: 20}",
        CHECK | {"preprocess": 5, **STACK},
    ),
    "folds": (
        "folds: 2",
        "folds: 3",
        CHECK | {"folds": 1, "train": 9, "predict": 3, "loss_curves": 1} | THRESHOLDS | PAGE,
    ),
    "empty masks": (
        CONFIG,
        CONFIG + "\nscores: {both_empty: 1}",
        {"threshold": 3, "thresholds": 1, "score": 5, "postprocess": 5, "export_masks": 5, **STATISTICS, **PAGE},
    ),
    "centre click": (
        CONFIG,
        CONFIG + "\nclicks: {center: rounded}",
        # the clicks of this kind, the network and the methods that use them
        {"clicks": 1, "click_matrices": 1, "train": 2, "predict": 1, "loss_curves": 1, "threshold": 1, "thresholds": 1}
        | {"postprocess": 2, "export_masks": 2, "score": 2, **STATISTICS, **PAGE},
    ),
    "one more method": (
        CONFIG,
        CONFIG + "\nmethods:\n  CNNonly: {network: plain}\n  CNNrand: {network: plain, keep: random}\n"
        "  CNNcm: {network: plain, keep: center}\n  rand1CNN: {network: random}\n  cm1CNN: {network: center}\n"
        "  cm1CNNcm: {network: center, keep: center}",
        {"postprocess": 1, "export_masks": 1, "score": 1, "flowchart": 1, **STATISTICS, **PAGE},
    ),
    "what other kinds of click depend on": (CONFIG, CONFIG + "\nclicks: {human_sigma_mm: 9, human_aim: random}", PAGE),
    "encoding": (
        CONFIG,
        CONFIG + "\nnetworks:\n  plain: {clicks: none}\n  random: {clicks: random}\n"
        "  center: {clicks: center, encoding: disk, encoding_mm: 20}",
        {"flowchart": 1, "encode": 1, "train": 2, "predict": 1, "loss_curves": 1, "threshold": 1, "thresholds": 1}
        | {"postprocess": 1, "export_masks": 1, "score": 1, **STATISTICS, **PAGE},
    ),
    "same settings in other words": (
        "folds: 2\n" + CONFIG,
        "training:\n  batch_size: 4  # small\n  epochs: 2\nfolds: 2",
        {},
    ),
    "one more patient": (
        "patients: 5",
        "patients: 6",
        CHECK | {"phantom": 1, "preprocess": 1, **STACK},
    ),
    "a patient less": (
        "patients: 5",
        "patients: 4",
        CHECK | STACK,
    ),
}
FUNCTIONS = {
    "networks/unet.py": ("EXPANDING_DROPOUT = 0.1", "EXPANDING_DROPOUT = 0.15", NETWORKS),
    "networks/prediction.py": ("slices predicted", "slices were predicted", {"predict": 3, **THRESHOLDS}),
    "networks/inference.py": (
        "np.zeros(x.shape[:2], np.float32)",
        "np.zeros(x.shape[:2], float)",
        {"predict": 3, **THRESHOLDS},
    ),
    "networks/thresholds.py": ("FIRST_BINS, BINS = 256, 32", "FIRST_BINS, BINS = 256, 64", THRESHOLDS),
    "methods/postprocessing.py": ("    if n <= 1:", "    if n < 1:", METHODS),
    "data/scan_masks.py": ("np.zeros(grid.shape, np.uint8,", "np.zeros(grid.shape, np.int8,", {"export_masks": 5}),
    "report/box_plots.py": ("def draw_box_plots(", "DPI = 1\n\n\ndef draw_box_plots(", {"box_plots": 1, **REPORT}),
    "report/flowchart.py": ("turn = x0 + 2.0", "turn = x0 + 2.5", {"flowchart": 1, **REPORT}),
    "data/verification.py": (
        '"n_positive_voxels": n_positive,',
        '"n_positive_voxels": n_positive + 0,',
        CHECK | {"prediction_sheet": 1, **WARNINGS},
    ),
    "evaluation/clustered.py": ("AT_A_TIME = 500", "AT_A_TIME = 400", {"by_patient": 1, "write_up": 1, **REPORT}),
    "paper/results.py": (
        "N_SLICES, N_PATIENTS_WITH_SLICES = 962, 89",
        "N_SLICES, N_PATIENTS_WITH_SLICES = 963, 89",
        {"tables": 1, "by_patient": 1, "write_up": 1, "box_plots": 1, **REPORT},
    ),
}


@pytest.fixture(scope="module")
def of_settings(finished, tmp_path_factory):
    """The jobs of the finished study with other settings, by their name."""
    study = finished.copy(tmp_path_factory.mktemp("settings") / "study")
    for name, (old, new, _) in SETTINGS.items():
        assert TINY.count(old) == 1
        (study.folder / f"{name}.yaml").write_text(TINY.replace(old, new))
    return study.jobs_of({name: ["--configfile", f"{name}.yaml"] for name in SETTINGS})


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_reruns_what_depends_on_it(of_settings, name):
    assert of_settings[name] == SETTINGS[name][2]


@pytest.mark.parametrize("module", FUNCTIONS)
def test_a_function_reruns_the_rules_that_use_it(copy_of_finished, module):
    old, new, expected = FUNCTIONS[module]
    copy_of_finished.edit(f"{DOMAIN}/{module}", old, new)
    assert copy_of_finished.jobs() == expected


def test_comments_docstrings_formatting_and_touch_rerun_nothing(copy_of_finished):
    copy_of_finished.edit(f"{DOMAIN}/networks/fit.py", '    """A network trained on the slice', '    """Another docstring')
    copy_of_finished.edit(
        f"{DOMAIN}/networks/unet.py", "EXPANDING_DROPOUT = 0.1\n", "EXPANDING_DROPOUT    =   0.1  # comment\n"
    )
    for path in [*copy_of_finished.folder.rglob("*.py"), *copy_of_finished.folder.rglob("*.smk")]:
        os.utime(path)
    assert copy_of_finished.jobs() == {}


def test_a_fresh_checkout_beside_the_results_reruns_nothing(copy_of_finished):
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    run = {"cwd": copy_of_finished.folder, "check": True, "capture_output": True}
    subprocess.run([*git, "init", "-q"], **run)
    subprocess.run([*git, "add", "Snakefile", "workflow", "profiles", "envs", "config.yaml"], **run)
    subprocess.run([*git, "commit", "-qm", "x"], **run)
    for name in ("Snakefile", "config.yaml", "workflow", "profiles", "envs"):
        subprocess.run(["rm", "-r", name], **run)
    subprocess.run([*git, "checkout", "-q", "--", "."], **run)
    assert copy_of_finished.jobs() == {}


def test_a_mended_scan_computes_its_patient_and_all_that_rests_on_it(copy_of_finished):
    mask = copy_of_finished.folder / "results/cohort/phantom-002/mask.nii.gz"
    image = nib.load(mask)
    nib.save(nib.Nifti1Image(np.roll(np.asarray(image.dataobj), 1, axis=0), image.affine), mask)
    jobs = copy_of_finished.jobs()
    assert jobs == CHECK | {"preprocess": 1, **STACK}


def test_a_lost_result_is_computed_again_and_nothing_else(copy_of_finished):
    (copy_of_finished.folder / "results/figures/flowchart.png").unlink()
    assert copy_of_finished.jobs() == {"flowchart": 1, **REPORT}


def test_a_lost_file_that_nothing_waits_for_is_made_when_it_is_asked_for(copy_of_finished):
    lost = "results/preprocessed/phantom-002/masks.npy"
    (copy_of_finished.folder / lost).unlink()
    assert copy_of_finished.jobs() == {}
    assert copy_of_finished.jobs(lost) == {"preprocess": 1}


def test_a_new_mask_in_a_pair_of_files_is_noticed_also_if_its_header_stays(fresh):
    (fresh.folder / "config.yaml").write_text(
        "folds: 2\ncohort: {pet: 'data/{patient}/pet.hdr', mask: 'data/{patient}/mask.hdr'}\n"
    )

    def draw(patient, kind, data):
        (fresh.folder / "data" / patient).mkdir(parents=True, exist_ok=True)
        nib.save(nib.Nifti1Pair(data, np.diag([-4.0, -4, 4, 1])), fresh.folder / f"data/{patient}/{kind}.img")

    mask = np.zeros((32, 32, 4), np.uint8)
    mask[8:16, 8:16, 1] = 1
    for seed, patient in enumerate("ab"):
        draw(patient, "pet", np.random.default_rng(seed).random(mask.shape).astype(np.float32))
        draw(patient, "mask", mask)
    wanted = ["results/verification.csv", "results/preprocessed/a/masks.npy", "results/preprocessed/b/masks.npy"]
    done = fresh.snakemake(*wanted)
    assert done.returncode == 0, done.stdout + done.stderr
    assert fresh.jobs(*wanted) == {}
    header = (fresh.folder / "data/a/mask.hdr").read_bytes()
    draw("a", "mask", mask[::-1].copy())
    assert (fresh.folder / "data/a/mask.hdr").read_bytes() == header
    assert fresh.jobs(*wanted) == {"verify": 1, "verified": 1, "preprocess": 1}


def moved(study, name="results-may", settings=TINY):
    """The results under another name, as people rename them, with settings that say so."""
    for old, new in (("results", name), ("logs", name.replace("results", "logs"))):
        (study.folder / old).rename(study.folder / new)
    (study.folder / "config.yaml").write_text(settings.replace("results: results", f"results: {name}"))
    return study


# The check and the page of the run name the folder.
ELSEWHERE = CHECK | {"prediction_sheet": 1, **WARNINGS}


def test_results_that_were_moved_know_what_they_were_made_with(copy_of_finished):
    study = moved(copy_of_finished)
    shutil.rmtree(study.folder / ".snakemake")
    assert study.jobs() == ELSEWHERE
    old, new, expected = SETTINGS["epochs"]
    study.edit("config.yaml", old, new)
    assert study.jobs() == ELSEWHERE | expected


def test_snakemake_started_elsewhere_finds_the_same_results(copy_of_finished, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    results = TINY.replace("results: results", f"results: {copy_of_finished.folder / 'results'}")
    (copy_of_finished.folder / "here.yaml").write_text(results)
    old, new, expected = SETTINGS["epochs"]
    (copy_of_finished.folder / "other.yaml").write_text(results.replace(old, new))
    started = ["--directory", str(elsewhere), "--configfile"]
    here = str(copy_of_finished.folder)
    found = copy_of_finished.jobs_of({name: [*started, f"{here}/{name}.yaml"] for name in ("here", "other")})
    assert found == {"here": ELSEWHERE, "other": ELSEWHERE | expected}


def test_results_without_a_past_are_refused_or_made_anew(copy_of_finished):
    shutil.rmtree(copy_of_finished.folder / "results/provenance")
    anew = ("--dry-run", "--forceall")
    runs = copy_of_finished.runs({"run": [], "report": ["--report", "results/report.html"], "anew": anew})
    for name in ("run", "report"):
        said = runs[name].stdout + runs[name].stderr
        assert runs[name].returncode == 1 and "Traceback" not in said
        assert re.search(r"^results/[\w./-]+: there is no record of the settings, code and files", said, re.MULTILINE)
        assert "bring the folder back, name another one as results, or make all anew with snakemake --forceall" in said
    assert jobs_in(runs["anew"].stdout + runs["anew"].stderr)["train"] == 6


def test_a_report_of_other_settings_is_refused(copy_of_finished):
    old, new, _ = SETTINGS["epochs"]
    copy_of_finished.edit("config.yaml", old, new)
    done = copy_of_finished.asked("--report", "results/other.html")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "What is in results was not made with these settings, files and code (" in done.stderr
    assert ", train, " in done.stderr and not (copy_of_finished.folder / "results/other.html").exists()


def test_snakemakes_report_does_not_take_the_place_of_the_studys_page(copy_of_finished):
    page = (copy_of_finished.folder / "results/report.html").read_bytes()
    done = copy_of_finished.asked("--report", "results/report.html")
    assert done.returncode == 0, done.stderr
    assert (
        "results/report.html is the page of the study and stays; Snakemake's report is results/provenance.html"
        in done.stderr
    )
    assert (copy_of_finished.folder / "results/report.html").read_bytes() == page
    assert b"rule" in (copy_of_finished.folder / "results/provenance.html").read_bytes()
