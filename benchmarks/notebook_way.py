"""The paper's study as a notebook would do it, beside this workflow: python benchmarks/notebook_way.py

Both start from the same phantom scans and end with scores, tests and a box plot (the workflow with all its tables and its
report), with the same folds, clicks and validation slices. The notebook's way: float32 and Keras's `fit` on two threads, one
network after another; Python loops over pixels for masks, clicks, thresholds, components and scores; 25 thresholds; a text
file for each predicted slice. The loops were written for this comparison; nothing of the authors' notebook is here.

Writes benchmarks/notebook.csv (Dice of each slice both ways), notebook.json (seconds) and the table in benchmarks/README.md.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from bench import ROOT, SNAKEMAKE, STUDY, benchmarks, copy_of_workflow, machine, run, write_between
from loops import click_by_loops, components_by_loops, dice_by_loops, keep_by_loops, mask_by_loops
from quality import OUTPUTS

sys.path.append(str(ROOT / "workflow/scripts"))

WAYS = {
    "here, whole slices": {"precision": "auto", "dropout": "byte"},
    "here, crop: body": {"precision": "auto", "dropout": "byte", "crop": "body"},
}
PATIENTS, EPOCHS, SIZE = 30, 36, 64
"""Long enough that networks segment: with 12 patients and 12 epochs at 128 x 128 pixels, medians were 0.02 to 0.16."""
THRESHOLDS = [0.04 * step for step in range(1, 26)]
"""All of the range of a sigmoid output, which this comparison has."""
STAGES = {
    "masks and slices": ("preprocess",),
    "clicks": ("clicks",),
    "training": ("train",),
    "prediction": ("predict",),
    "thresholds": ("threshold",),
    "methods and scores": ("postprocess", "score"),
    "tests and figures": (),
}


def notebook_way(folder: Path, study: dict) -> tuple[pd.DataFrame, dict[str, float]]:
    """Scores (method, fold, dice) and the seconds of each of ``STAGES``, of the phantoms and folds of the workflow's run.

    Stops if masks or clicks are not the workflow's: the two would not do the same study.
    """
    took = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def clock(stage: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        took[stage] += time.monotonic() - start

    with clock("training"):
        from oneclick.networks.backend import prepare_backend

        prepare_backend(2)
        from oneclick.networks.batches import slices_in_memory
        from oneclick.networks.training import Settings, fit

    import nibabel as nib

    from oneclick.common.randomness import generator, seed_of
    from oneclick.data.grid import grid_of, resize
    from oneclick.data.slices import scale_to_unit
    from oneclick.networks.validation import validation_rows

    size, fewest = (study["preprocess"][key] for key in ("size", "min_positive"))
    seed, training = study["seed"], study["training"]
    folds = pd.read_csv(folder / "results/folds.csv")
    images, masks, patient_of, number_of = [], [], [], []
    with clock("masks and slices"):
        for patient in sorted(folds["patient"]):
            at = folder / "results/cohort" / patient
            pet, mask = nib.load(at / "pet.nii.gz"), nib.load(at / "mask.nii.gz")
            grid = grid_of(pet.get_fdata(dtype=np.float32), pet.affine, size, None)
            planes, truth = grid.planes(pet.get_fdata(dtype=np.float32)), grid.planes(np.asarray(mask.dataobj))
            for number in range(len(truth)):
                if truth[number].any() and (small := mask_by_loops(truth[number], size)).sum() >= fewest:
                    images.append(scale_to_unit(resize(planes[number : number + 1], grid, "area"))[0])
                    masks.append(small)
                    patient_of.append(patient)
                    number_of.append(number)
    images, masks, patient_of = np.array(images), np.array(masks), np.array(patient_of)
    fold_of = folds.set_index("patient")["fold"].loc[patient_of].to_numpy()
    clicks = {}
    with clock("clicks"):
        for kind in ("random", "center"):
            clicks[kind] = np.zeros_like(masks)
            for mask, matrix, patient, number in zip(masks, clicks[kind], patient_of, number_of, strict=True):
                for component, pixels in enumerate(components_by_loops(mask), start=1):
                    rng = generator(seed, "random click", patient, number, component)
                    matrix[click_by_loops(pixels, kind, rng)] = 1
    for name, array in {"masks": masks, **{f"clicks/{kind}": clicks[kind] for kind in clicks}}.items():
        theirs = np.load(folder / f"results/{name}.npy")
        if not np.array_equal(array, theirs):
            sys.exit(f"{name}: {np.count_nonzero(array != theirs)} pixels differ from the workflow's")
    scores = []
    for fold in range(1, study["folds"] + 1):
        trains = fold_of != fold
        fraction, split = training["validation_fraction"], training["validation_split"]
        validates = validation_rows(patient_of[trains], fraction, split, generator(seed, "validation", fold))
        outputs, thresholds = {}, {}
        for network in ("plain", "random", "center"):
            channels = [images] if network == "plain" else [images, clicks[network].astype(np.float32)]
            x = np.stack(channels, axis=-1)
            keys = ("epochs", "batch_size", "learning_rate", "output", "validation_fraction", "validation_split")
            settings = Settings(*(training[key] for key in keys), training["early_stopping"])
            with clock("training"):
                model, _ = fit(
                    slices_in_memory(x[trains], masks[trains]),
                    validates,
                    settings,
                    seed_of(seed, "training", network, fold),
                    lambda line: None,
                )
            texts = folder / "texts" / network / str(fold)
            texts.mkdir(parents=True, exist_ok=True)
            with clock("prediction"):
                predicted = model.predict(x, verbose=0)[..., 0]
                for number, output in enumerate(predicted):
                    np.savetxt(texts / f"{number}.txt", output)
                outputs[network] = np.array([np.loadtxt(texts / f"{number}.txt") for number in range(len(x))])
            with clock("thresholds"):
                training_slices = list(zip(outputs[network][trains], masks[trains], strict=True))
                medians = [np.median([dice_by_loops(*pair, value) for pair in training_slices]) for value in THRESHOLDS]
                thresholds[network] = THRESHOLDS[int(np.argmax(medians))]
        with clock("methods and scores"):
            for method, row in study["methods"].items():
                network, keep = row["network"], row.get("keep")
                for number in np.flatnonzero(~trains):
                    mask = (outputs[network][number] > thresholds[network]).astype(np.uint8)
                    mask = keep_by_loops(mask, clicks[keep][number]) if keep else mask
                    scores.append((method, fold, dice_by_loops(mask, masks[number], 0.5)))
        print(f"the notebook's way: fold {fold}: {sum(took.values()):.0f} s", flush=True)
    scores = pd.DataFrame(scores, columns=["method", "fold", "dice"])
    with clock("tests and figures"):
        import matplotlib.pyplot as plt
        from scipy import stats

        by_method = {method: scores.loc[scores["method"] == method, "dice"].to_numpy() for method in study["methods"]}
        for one, other in combinations(by_method.values(), 2):
            stats.wilcoxon(one, other)
            stats.f.sf(one.var(ddof=1) / other.var(ddof=1), len(one) - 1, len(other) - 1)
        plt.boxplot(list(by_method.values()))
        plt.savefig(folder / "box_plots.png")
    return scores, took


def study(patients: int, epochs: int, size: int, output: str) -> dict:
    """`studies/paper.yaml` with fewer patients, epochs and pixels, in the folder ``results``; a slice of fewer pixels counts
    as tumour with fewer of them, and batches are as much smaller as the cohort, so that networks take as many steps."""
    found = yaml.safe_load((ROOT / "studies/paper.yaml").read_text())
    found["results"] = "results"
    found["cohort"]["phantom"]["patients"] = patients
    if size != found["preprocess"]["size"]:
        found["preprocess"] |= {"size": size, "min_positive": 2}
    found["training"] |= {"epochs": epochs, "batch_size": 16, **OUTPUTS[output]}
    return found


def workflow(folder: Path, settings: dict) -> tuple[pd.DataFrame, dict[str, float], float]:
    """Scores, seconds of all jobs of each stage, and seconds from the phantoms to the report, of this workflow."""
    (folder / "study.yaml").write_text(yaml.safe_dump(settings))
    configured = ["--configfile", "study.yaml"]
    run(folder, SNAKEMAKE, "--cores", "2", "--until", "phantom", *configured)
    seconds = run(folder, SNAKEMAKE, "--cores", "2", *configured)
    seconds += run(folder, SNAKEMAKE, "--report", "results/provenance.html", *configured)
    jobs = benchmarks(folder / "logs")
    took = {stage: sum(jobs[rule][1] for rule in rules if rule in jobs) for stage, rules in STAGES.items()}
    return pd.read_csv(folder / "results/scores.csv"), took, seconds


def table(here: dict[str, tuple], there: tuple, settings: dict) -> list[str]:
    """Lines of Markdown: seconds by stage, and median Dice by method, the notebook's way and each way ``here``."""
    notebook_scores, notebook_took = there
    total = sum(notebook_took.values())
    methods, phantom, training = settings["methods"], settings["cohort"]["phantom"], settings["training"]
    n, size = len(notebook_scores) // len(methods), settings["preprocess"]["size"]
    ends = {"linear": "linear output, last epoch", "sigmoid": "sigmoid output, best epoch"}[training["output"]]
    lines = [
        f"**Phantom results**, {date.today()}, {machine()}. `studies/paper.yaml` with {phantom['patients']} patients "
        f"({n} slices of {size} x {size} pixels), {training['epochs']} epochs, batches of {training['batch_size']}, {ends}.",
        "",
        f"| seconds | the notebook's way | {' | '.join(here)} |",
        "| --- | --- " + "| --- " * len(here) + "|",
    ]
    for stage in STAGES:
        jobs = [f"{took[stage]:.0f}" if STAGES[stage] else "" for _, took, _ in here.values()]
        lines.append(f"| {stage} | {notebook_took[stage]:.0f} | {' | '.join(jobs)} |")
    ends = [f"**{seconds:.0f}**, {total / seconds:.1f} times as fast" for _, _, seconds in here.values()]
    lines += [
        f"| start to finish | **{total:.0f}** | {' | '.join(ends)} |",
        "",
        f"| median Dice | the notebook's way | {' | '.join(f'{name} (difference)' for name in here)} |",
        "| --- | --- " + "| --- " * len(here) + "|",
    ]
    for method in methods:
        median = notebook_scores.loc[notebook_scores["method"] == method, "dice"].median()
        ours = [scores.loc[scores["method"] == method, "dice"].median() for scores, _, _ in here.values()]
        lines.append(f"| {method} | {median:.3f} | {' | '.join(f'{m:.3f} ({m - median:+.3f})' for m in ours)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--output", choices=list(OUTPUTS), default="sigmoid")
    arguments = parser.parse_args()
    settings, here = study(arguments.patients, arguments.epochs, arguments.size, arguments.output), {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (way, training) in enumerate(WAYS.items()):
            at = Path(folder, str(number))
            at.mkdir()
            here[way] = workflow(copy_of_workflow(at), settings | {"training": settings["training"] | training})
            print(f"{way}: {here[way][2]:.0f} s", flush=True)
        there = notebook_way(at, settings)
    lines = table(here, there, settings)
    print("\n".join(lines))
    write_between(ROOT / "benchmarks/README.md", "notebook", "\n".join(lines), ("benchmarks/notebook_way.py", *STUDY))
    all_scores = {"notebook": there[0]} | {way: scores[["method", "fold", "dice"]] for way, (scores, _, _) in here.items()}
    pd.concat(scores.assign(way=way) for way, scores in all_scores.items()).to_csv(
        ROOT / "benchmarks/notebook.csv", index=False
    )
    times = {"notebook": there[1]} | {way: {"wall": seconds, "jobs": took} for way, (_, took, seconds) in here.items()}
    (ROOT / "benchmarks/notebook.json").write_text(json.dumps(times, indent=1) + "\n")


if __name__ == "__main__":
    main()
