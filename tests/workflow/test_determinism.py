"""The same settings give the same files: again, on another number of cores, in another order, and beside another patient."""

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import numpy as np
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
    names = {str(path.relative_to(results)): path for path in files}
    # but for what says when each was made
    return {name: content(path) for name, path in names.items() if not name.startswith("provenance/")}


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
    done_by_another_process(fresh, *order[:3], "results/masks/cm1CNN")
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


def test_one_more_patient_changes_nothing_of_the_others(copy_of_finished):
    study = copy_of_finished
    study.edit("config.yaml", "folds: 2", "folds: 2" + ENCODED)
    wanted = ["results/encoded/random.npy", "results/clicks/center.npy"]
    done(study, *wanted)
    before = contents(study.folder / "results")
    study.edit("config.yaml", "patients: 5", "patients: 6")
    done(study, *wanted)
    after = contents(study.folder / "results")
    # The stack and its clicks, in which the others come first and are as they were
    stacked = {"slices.npy", "masks.npy", "slices.csv", "grids.json", "encoded/random.npy", "verification.csv"}
    stacked |= {f"clicks/{kind}.{ending}" for kind in ("random", "center") for ending in ("csv", "npy")}
    assert set(different(before, after)) == stacked | {name for name in after if "phantom-006" in name}
    for name in (name for name in stacked if name.endswith((".csv", ".npy"))):
        if name.endswith(".csv"):
            assert after[name].startswith(before[name])
        else:
            old, new = (np.load(io.BytesIO(data[name])) for data in (before, after))
            np.testing.assert_array_equal(new[: len(old)], old)


def test_given_folds_are_used_as_they_are(copy_of_finished):
    study = copy_of_finished
    folds = pd.read_csv(study.folder / "results/folds.csv").set_index("patient")["fold"]
    others = (3 - folds).rename("fold")
    others.to_csv(study.folder / "others.csv")
    study.edit("config.yaml", "folds: 2", "folds: 2\ngiven_folds: others.csv")
    done(study, "results/folds.csv")
    found = pd.read_csv(study.folder / "results/folds.csv").set_index("patient")["fold"]
    assert found.to_dict() == others.to_dict()
    others.drop("phantom-003").to_csv(study.folder / "others.csv")
    refused = study.snakemake("results/folds.csv")
    assert refused.returncode and "patient phantom-003: no fold in others.csv; add a line" in refused.stdout + refused.stderr
    others.to_csv(study.folder / "results/folds.csv")
    study.edit("config.yaml", "others.csv", "results/folds.csv")
    refused = study.asked()
    words = "given_folds: results/folds.csv is the file that this study writes; name a copy of it"
    assert refused.returncode and words in refused.stdout + refused.stderr
