"""The paper's study as a notebook would do it, beside this workflow: python benchmarks/notebook_way.py FOLDER

Both start from the same phantom scans and end with scores, tests and a box plot (the workflow with all its tables and its
report), with the same folds, clicks and validation slices (`notebook_loops.py` is the notebook's way). The two take turns:
a part of one, a part of the other, so that a machine that slows down slows both. The time of each part is kept in
FOLDER/times.json when it ends. Started again, the script goes on with the part that was interrupted, from that part's
beginning; with other settings it refuses FOLDER.

Writes benchmarks/notebook.csv (Dice of each slice both ways), notebook.json (seconds) and tables in benchmarks/README.md.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import yaml
from bench import ROOT, SNAKEMAKE, STUDY, benchmarks, comment, copy_of_workflow, machine, run, write_between
from notebook_loops import cut_slices, fold_of_notebook, tests_and_figure
from notebook_table import equality, medians, seconds
from quality import OUTPUTS

HERE = {"precision": "auto", "dropout": "byte", "crop": "body"}
NAME = "here, crop: body"
PATIENTS, EPOCHS, BATCH, SIZE = 60, 26, 10, 128
"""As many steps as the paper's 50 epochs of 17 batches: networks that have hardly learnt differ by luck."""
JOBS = {
    "masks and slices": ("verify", "preprocess", "stack"),
    "clicks": ("clicks", "click_matrices"),
    "training": ("train",),
    "prediction": ("predict",),
    "thresholds": ("threshold",),
    "methods and scores": ("postprocess", "score"),
}
"""The rules that do what a stage of the notebook does."""
CODE = ("benchmarks/notebook_way.py", "benchmarks/notebook_loops.py", *STUDY)
"""What the numbers depend on, as it is when a run begins."""
CORES = 2


def study(patients: int, epochs: int, batch_size: int, size: int, output: str) -> dict:
    """`studies/paper.yaml` with fewer patients, epochs and pixels; a slice of fewer pixels counts as tumour with fewer."""
    found = yaml.safe_load((ROOT / "studies/paper.yaml").read_text())
    found["results"] = "results"
    found["cohort"]["phantom"]["patients"] = patients
    if size != found["preprocess"]["size"]:
        found["preprocess"] |= {"size": size, "min_positive": 2}
    found["training"] |= {"epochs": epochs, "batch_size": batch_size, **OUTPUTS[output]}
    return found


def make_phantoms(folder: Path) -> dict[str, float]:
    """The scans that both ways start from; a part of its own, and of neither's time."""
    return {
        "wall": run(folder / "phantoms", SNAKEMAKE, "--cores", str(CORES), "--until", "phantom", "--configfile", "s.yaml")
    }


def make(folder: Path, *targets: str, report: bool = False) -> dict[str, float]:
    """Seconds in which the workflow makes some files of its study, or all of it with the report."""
    command = [SNAKEMAKE, "--cores", str(CORES), "--configfile", "s.yaml"]
    took = run(folder / "here", *command, "--", *targets) if targets else run(folder / "here", *command)
    took += run(folder / "here", *command, "--report", "results/provenance.html") if report else 0
    return {"wall": took}


def parts_of(folder: Path, settings: dict) -> dict[str, Callable[[], dict[str, float]]]:
    """What is to be done, in turns, by name: functions that return seconds by stage. Trainings of this workflow come in
    parts of an even number, so that no core of two waits for the other part."""
    folds, kinds = range(1, settings["folds"] + 1), ("random", "center")
    models = [f"results/models/{name}/fold-{fold}.onnx" for fold in folds for name in settings["networks"]]
    step = 2 * CORES
    here = [("slices", ["results/folds.csv", *(f"results/clicks/{kind}.npy" for kind in kinds)])]
    here += [(f"training {first // step + 1}", models[first : first + step]) for first in range(0, len(models), step)]
    notebook = [("slices", partial(cut_slices, folder, settings))]
    notebook += [(f"fold {fold}", partial(fold_of_notebook, folder, settings, fold)) for fold in folds]
    found = {"phantoms": partial(make_phantoms, folder)}
    for number in range(max(len(here), len(notebook))):
        for name, targets in here[number : number + 1]:
            found[f"here: {name}"] = partial(make, folder, *targets)
        for name, function in notebook[number : number + 1]:
            found[f"notebook: {name}"] = function
    found["here: all else"] = partial(make, folder, report=True)
    found["notebook: tests and figure"] = partial(tests_and_figure, folder, settings)
    return found


def from_its_beginning(folder: Path, part: str) -> None:
    """Bring the workflow's folder to where it was before a part that was interrupted, or keep how it is before the part."""
    here, before = folder / "here", folder / f"before {part.partition(': ')[2]}"
    for stale in folder.glob("before *"):
        if stale != before:
            shutil.rmtree(stale)
    if before.exists():
        shutil.rmtree(here)
        shutil.copytree(before, here, symlinks=True)
    else:
        shutil.copytree(here, folder / "copy", symlinks=True, dirs_exist_ok=True)
        (folder / "copy").rename(before)


def start(folder: Path, settings: dict) -> dict:
    """What is known of a run: its study, commit, date and code, and the seconds of parts; begun anew in an empty folder."""
    times = folder / "times.json"
    if times.exists():
        known = json.loads(times.read_text())
        if known["study"] != settings:
            sys.exit(f"{times} is of another study; give another folder, or the same numbers")
        return known
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    scans = {key: f"../phantoms/results/cohort/{{patient}}/{key}.nii.gz" for key in ("pet", "mask")}
    here = settings | {"cohort": scans, "training": settings["training"] | HERE}
    for name, own in {"phantoms": settings, "here": here}.items():
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
        (copy_of_workflow(folder / name) / "s.yaml").write_text(yaml.safe_dump(own))
    return {"study": settings, "commit": commit, "date": str(date.today()), "code": comment(CODE), "parts": {}}


def measure(folder: Path, settings: dict) -> dict:
    """Do all parts that are not done yet; what is known of the run then."""
    known = start(folder, settings)
    for part, function in parts_of(folder, settings).items():
        if part in known["parts"]:
            continue
        if part.startswith("here"):
            from_its_beginning(folder, part)
        known["parts"][part] = function()
        (folder / "part").write_text(json.dumps(known, indent=1) + "\n")
        (folder / "part").rename(folder / "times.json")
        print(f"{part}: {sum(known['parts'][part].values()):.0f} s", flush=True)
    return known


def results(folder: Path, known: dict) -> tuple[dict, pd.DataFrame]:
    """Seconds of both ways, by stage and in all, and the Dice of each slice both ways."""
    parts = known["parts"]
    notebook = pd.DataFrame([took for part, took in parts.items() if part.startswith("notebook")]).sum().to_dict()
    wall = sum(took["wall"] for part, took in parts.items() if part.startswith("here"))
    jobs = benchmarks(folder / "here/logs")
    stages = {stage: sum(jobs[rule][1] for rule in rules if rule in jobs) for stage, rules in JOBS.items()}
    columns = ["method", "fold", "patient", "slice", "dice"]
    scores = {
        "notebook": pd.concat(pd.read_csv(path) for path in sorted((folder / "notebook").glob("scores-*.csv"))),
        NAME: pd.read_csv(folder / "here/results/scores.csv"),
    }
    table = pd.concat(scores[way][columns].assign(way=way) for way in scores)
    about = {key: known[key] for key in ("commit", "date")}
    training = {key: known["study"]["training"][key] for key in ("epochs", "batch_size", "output")}
    about |= {"patients": known["study"]["cohort"]["phantom"]["patients"], "size": known["study"]["preprocess"]["size"]}
    return {"study": about | training, "notebook": notebook, NAME: {"wall": wall, "jobs": stages}}, table


def text(times: dict, dice: pd.DataFrame) -> list[str]:
    """Lines of Markdown: what was run, seconds, medians, and whether they are equal."""
    about = times["study"]
    n = int((dice["way"] == "notebook").sum()) // dice["method"].nunique()
    ends = {"linear": "linear output, last epoch", "sigmoid": "sigmoid output, best epoch"}[about["output"]]
    return [
        f"**Phantom results**, {about['date']}, at {about['commit']}, {machine()};",
        "`python benchmarks/notebook_way.py FOLDER`.",
        f"`studies/paper.yaml` with {about['patients']} patients ({n} slices of {about['size']} x {about['size']} pixels), "
        f"{about['epochs']} epochs, batches of {about['batch_size']}, {ends}.",
        "",
        *seconds(times["notebook"], times[NAME]["jobs"], times[NAME]["wall"], NAME),
        "",
        *medians(dice, NAME),
        "",
        *equality(dice, NAME),
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--output", choices=list(OUTPUTS), default="sigmoid")
    parser.add_argument("--try", action="store_true", dest="is_trial", help="print what was found and write nothing")
    a = parser.parse_args()
    folder, settings = a.folder.absolute(), study(a.patients, a.epochs, a.batch, a.size, a.output)
    known = measure(folder, settings)
    times, dice = results(folder, known)
    lines = text(times, dice)
    print("\n".join(lines))
    if a.is_trial:
        return
    write_between(ROOT / "benchmarks/README.md", "notebook", "\n".join([known["code"], *lines]))
    dice.to_csv(ROOT / "benchmarks/notebook.csv", index=False)
    (ROOT / "benchmarks/notebook.json").write_text(json.dumps(times, indent=1) + "\n")


if __name__ == "__main__":
    main()
