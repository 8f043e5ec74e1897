"""The same settings give the same files: again, on another number of cores, in another order, and beside another patient."""

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import pandas as pd
from conftest import SNAKEMAKE

CLOCK = "seconds"


def content(path: Path) -> object:
    """What a result holds, without what a clock wrote: the seconds of the training history and the dates in .keras files."""
    data = path.read_bytes()
    if path.suffix == ".csv":
        header, _, _ = data.partition(b"\n")
        if CLOCK.encode() in header.split(b","):
            table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
            return header, table.drop(columns=CLOCK).to_csv(index=False)
    if path.suffix == ".keras":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        made_with = json.loads(members.pop("metadata.json"))
        return members, made_with["keras_version"]
    return data


def contents(results: Path) -> dict[str, object]:
    files = [path for path in results.rglob("*") if path.is_file() and path.name != "report.html"]
    return {str(path.relative_to(results)): content(path) for path in files}


def different(mine: dict, others: dict) -> list[str]:
    """The files that only one of two results has, or that do not hold the same."""
    return sorted(name for name in mine.keys() | others.keys() if mine.get(name) != others.get(name))


def trained_in_order(study) -> list[str]:
    models = (study.folder / "results/models").rglob("*.keras")
    return [str(path.relative_to(study.folder)) for path in sorted(models, key=lambda path: path.stat().st_mtime_ns)]


def done(study, *arguments):
    run = study.snakemake(*arguments)
    assert run.returncode == 0, run.stdout + run.stderr


def done_by_another_process(study, *arguments):
    # Python draws the order of its sets anew for each process, unless told not to; here it is another one for sure.
    environment = os.environ | {"PYTHONHASHSEED": "1"}
    run = subprocess.run(
        [SNAKEMAKE, "--cores", "1", *arguments], cwd=study.folder, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_another_run_on_one_core_in_another_order_gives_the_same_files(finished, fresh):
    order = trained_in_order(finished)
    # What came last comes first.
    done_by_another_process(fresh, *order[3:])
    done_by_another_process(fresh, *order[:3], "results/masks/cm1CNN/phantom-005.nii.gz")
    done_by_another_process(fresh)
    assert set(trained_in_order(fresh)[:3]) == set(order[3:])
    first, second = contents(finished.folder / "results"), contents(fresh.folder / "results")
    kinds = {Path(name).suffix for name in first}
    assert kinds >= {".npy", ".csv", ".gz", ".onnx", ".keras", ".json", ".png", ".svg", ".pdf", ".html", ".md", ".tex"}
    assert different(first, second) == []


ENCODED = """
networks:
  plain: {clicks: none}
  random: {clicks: random, encoding: gaussian, encoding_mm: 10}
  center: {clicks: center}
"""
SHARED = ["results/clicks/random/phantom-005.npy", "results/clicks/center/phantom-005.npy"]


def test_one_more_patient_changes_nothing_of_the_others(copy_of_finished):
    study = copy_of_finished
    study.edit("config.yaml", "folds: 2", "folds: 2" + ENCODED)
    done(study, "results/encoded/random/phantom-005.npy")
    before, dates = contents(study.folder / "results"), {}
    for path in SHARED:
        dates[path] = (study.folder / path).stat().st_mtime_ns
    study.edit("config.yaml", "patients: 5", "patients: 6")
    done(study, "results/encoded/random/phantom-006.npy", "results/clicks/center/phantom-006.npy")
    # They were computed anew, in one job with the new patient.
    assert all((study.folder / path).stat().st_mtime_ns > date for path, date in dates.items())
    after = contents(study.folder / "results")
    new = {name for name in after if "phantom-006" in name}
    assert len(new) == 2 + 4 + 2 * 2 + 1  # scan and mask, slices, clicks of two kinds, encoded clicks
    assert different(before, {name: after[name] for name in after.keys() - new}) == ["slice_counts.csv"]
    # The table of all patients, which has one more line.
    lines = [(study.folder / "results/slice_counts.csv").read_bytes(), before["slice_counts.csv"]]
    assert lines[0].startswith(lines[1]) and lines[0].count(b"\n") == lines[1].count(b"\n") + 1


def test_who_joins_frozen_folds_trains_the_networks_of_the_other_fold(copy_of_finished):
    study = copy_of_finished
    study.edit("config.yaml", "folds: 2", "folds: 2\nfrozen_folds: results/folds.csv" + ENCODED)
    study.edit("config.yaml", "patients: 5", "patients: 6")
    # phantom-006 joins fold 1 of this study, by its name. The encoded network is another one, and trained in both folds.
    jobs = study.jobs("results/all_folds.csv", *trained_in_order(study))
    assert jobs == {"phantom": 1, "preprocess": 1, "folds": 1, "clicks_of_joined": 2, "train": 4} | {
        "encode": 1,
        "encode_joined": 1,
    }
    kept = contents(study.folder / "results")
    models = [f"results/models/center/fold-{fold}.onnx" for fold in (1, 2)]
    done(study, "results/all_folds.csv", *models, *(f"results/encoded/random/phantom-00{n}.npy" for n in (5, 6)))
    after = contents(study.folder / "results")
    changed = {name for name in different(kept, after) if "phantom-006" not in name and not name.startswith("encoded")}
    assert changed == {"all_folds.csv", *(f"models/center/fold-2{end}" for end in (".keras", ".onnx", "/history.csv"))}
    folds = pd.read_csv(study.folder / "results/all_folds.csv").set_index("patient")["fold"]
    frozen = pd.read_csv(study.folder / "results/folds.csv").set_index("patient")["fold"]
    assert folds.drop("phantom-006").to_dict() == frozen.to_dict() and folds["phantom-006"] == 1
    slices = {p: len(pd.read_csv(study.folder / f"results/preprocessed/{p}/slices.csv")) for p in folds.index}
    n = sum(slices[patient] for patient, fold in folds.items() if fold != 2)
    n_validation = round(0.3 * n)
    log = (study.folder / "logs/train/center/fold-2.log").read_text()
    assert f"{n - n_validation} slices train, {n_validation} validate, {(folds != 2).sum()} patients" in log
