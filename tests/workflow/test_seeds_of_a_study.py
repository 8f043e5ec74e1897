"""A study trained again from other initial weights, and with several trainings to choose from."""

import hashlib

import numpy as np
import pandas as pd

SETTINGS = "training: {epochs: 2, batch_size: 4}"
AGAIN = {"train": 6, "predict": 3, "threshold": 3, "postprocess": 5, "score": 5}
"""What a number more of seeds computes: three networks in two folds, five methods."""
TOGETHER = {"scores_of_seeds": 1, "thresholds_of_seeds": 1, "seed_tables": 1}
PAGE = {"settings": 1, "run_page": 1}


def digests(study) -> dict[str, str]:
    """Digests of the study's own networks, masks, scores and tables."""
    results = study.folder / "results"
    wanted = ("models/*/*.onnx", "segmentations/*.npy", "scores.csv", "thresholds.csv", "tables/[mwfb]*", "figures/b*.png")
    paths = [path for pattern in wanted for path in results.glob(pattern) if "." not in path.name.rpartition(".")[0]]
    paths = [path for path in paths if "." not in path.parent.name]
    return {str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_more_seeds_train_what_is_new_and_leave_the_study_as_it_is(copy_of_finished):
    study, results = copy_of_finished, copy_of_finished.folder / "results"
    before = digests(study)
    study.edit("config.yaml", SETTINGS, "training: {epochs: 2, batch_size: 4, seeds: 2}")
    assert study.jobs() == {**AGAIN, **TOGETHER, **PAGE}
    done = study.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    assert digests(study) == before and len(before) > 20
    assert study.jobs() == {} and study.jobs("seeds") == {}

    scores = pd.read_csv(results / "scores_of_seeds.csv", dtype={"patient": str})
    first = pd.read_csv(results / "scores.csv", dtype={"patient": str})
    pd.testing.assert_frame_equal(scores[scores["seed"] == 1].drop(columns="seed").reset_index(drop=True), first)
    assert scores.groupby(["method", "seed"]).size().nunique() == 1 and set(scores["seed"]) == {1, 2}
    outputs = [np.load(results / f"predictions/{name}/fold-1/test.npy") for name in ("center", "center.2")]
    assert np.abs(outputs[0] - outputs[1]).max() > 1e-3
    thresholds = pd.read_csv(results / "thresholds_of_seeds.csv")
    assert thresholds.groupby(["network", "seed"]).size().tolist() == [2] * 6
    table = pd.read_csv(results / "tables/seeds.csv").query("test_set == 'all'").set_index("method")
    medians = scores.groupby(["method", "seed"])["dice"].median().unstack()
    for column, expected in (("lowest", medians.min(axis=1)), ("highest", medians.max(axis=1))):
        np.testing.assert_allclose(table[column], expected[table.index])

    study.edit("config.yaml", "seeds: 2", "seeds: 3")
    assert study.jobs() == {**AGAIN, **TOGETHER, **PAGE}
    study.edit("config.yaml", "seeds: 3", "seeds: 1")
    assert study.jobs() == PAGE
    refused = study.snakemake("--dry-run", "seeds")
    assert refused.returncode == 1 and "one training has no spread; set it to 3" in refused.stdout + refused.stderr


def test_several_trainings_to_choose_from(copy_of_finished):
    study, results = copy_of_finished, copy_of_finished.folder / "results"
    study.edit("config.yaml", SETTINGS, "training: {epochs: 2, batch_size: 4, best_of: 2}")
    jobs = study.jobs()
    assert jobs["train"] == 12 and jobs["best_run"] == 6 and jobs["predict"] == 3
    done = study.snakemake("results/thresholds/center.csv", "results/models/center/fold-2/runs.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    thresholds = pd.read_csv(results / "thresholds/center.csv").set_index("fold")
    for fold in (1, 2):
        runs = pd.read_csv(results / f"models/center/fold-{fold}/runs.csv")
        best = runs.loc[runs["chosen"] == 1, "median_train_dice"].item()
        assert best == runs["median_train_dice"].max() == thresholds.loc[fold, "median_train_dice"]
        name = {1: "center", 2: "center.run2"}[runs.loc[runs["chosen"] == 1, "run"].item()]
        for end in (".keras", ".onnx", "/history.csv"):
            chosen, run = (results / f"{folder}/fold-{fold}{end}" for folder in ("models/center", f"runs/{name}"))
            assert chosen.read_bytes() == run.read_bytes()
    study.edit("config.yaml", "best_of: 2", "best_of: 3")
    jobs = study.jobs("results/thresholds/center.csv")
    assert jobs == {"train": 2, "best_run": 2, "predict": 1, "threshold": 1}
    study.edit("config.yaml", "best_of: 3", "best_of: 1")
    jobs = study.jobs("results/thresholds/center.csv")
    assert jobs == {"train": 2, "predict": 1, "threshold": 1}
