"""Studies of several runs: each a network of its own, and the best to choose from."""

import hashlib

import numpy as np
import pandas as pd

SETTINGS = "training: {epochs: 2, batch_size: 4}"
AGAIN = {"train": 6, "predict": 3, "threshold": 3, "postprocess": 5, "score": 5}
"""What one run more computes: three networks in two folds, five methods."""
TOGETHER = {"with_runs": 2, "repeat_tables": 1}
PAGE = {"settings": 1, "loss_curves": 1, "gather_warnings": 1, "run_page": 1, "front_page": 1}


def digests(study) -> dict[str, str]:
    """Digests of the study's own networks, masks, scores and tables."""
    results = study.folder / "results"
    wanted = ("models/*/*.onnx", "segmentations/*.npy", "scores.csv", "thresholds.csv", "tables/[mwfb]*", "figures/b*.png")
    paths = [path for pattern in wanted for path in results.glob(pattern) if "." not in path.name.rpartition(".")[0]]
    paths = [path for path in paths if "." not in path.parent.name]
    return {str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_more_runs_train_what_is_new_and_leave_the_study_as_it_is(copy_of_finished):
    study, results = copy_of_finished, copy_of_finished.folder / "results"
    before = digests(study)
    study.edit("config.yaml", SETTINGS, "training: {epochs: 2, batch_size: 4, runs: 2, use: each}")
    assert study.jobs() == {**AGAIN, **TOGETHER, **PAGE}
    done = study.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    assert digests(study) == before and len(before) > 20
    assert study.jobs() == {} and study.jobs("repeats") == {}

    scores = pd.read_csv(results / "scores_of_runs.csv", dtype={"patient": str})
    first = pd.read_csv(results / "scores.csv", dtype={"patient": str})
    pd.testing.assert_frame_equal(scores[scores["run"] == 1].drop(columns="run").reset_index(drop=True), first)
    assert scores.groupby(["method", "run"]).size().nunique() == 1 and set(scores["run"]) == {1, 2}
    outputs = [np.load(results / f"predictions/{name}/fold-1.npy") for name in ("center", "center.2")]
    assert np.abs(outputs[0] - outputs[1]).max() > 1e-3
    thresholds = pd.read_csv(results / "thresholds_of_runs.csv")
    assert thresholds.groupby(["network", "run"]).size().tolist() == [2] * 6
    table = pd.read_csv(results / "tables/repeats.csv").query("test_set == 'all'").set_index("method")
    medians = scores.groupby(["method", "run"])["dice"].median().unstack()
    for column, expected in (("lowest", medians.min(axis=1)), ("highest", medians.max(axis=1))):
        np.testing.assert_allclose(table[column], expected[table.index])

    study.edit("config.yaml", "runs: 2", "runs: 3")
    assert study.jobs() == {**AGAIN, **TOGETHER, **PAGE}
    study.edit("config.yaml", "runs: 3", "runs: 1")
    assert study.jobs() == PAGE
    refused = study.asked("repeats")
    words = "repeats: training: {runs: 1, use: each} gives no spread; set training: {runs: 3, use: each}"
    assert refused.returncode == 1 and words in refused.stdout + refused.stderr


def test_several_runs_to_choose_from(copy_of_finished):
    study, results = copy_of_finished, copy_of_finished.folder / "results"
    study.edit("config.yaml", SETTINGS, "training: {epochs: 2, batch_size: 4, runs: 2, use: best}")
    jobs = study.jobs()
    assert jobs["train"] == 6 and jobs["predict"] == 3 and "repeat_tables" not in jobs
    done = study.snakemake("results/thresholds/center.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    thresholds = pd.read_csv(results / "thresholds/center.csv").set_index("fold")
    for fold in (1, 2):
        runs = pd.read_csv(results / f"models/center/fold-{fold}/runs.csv")
        best = runs.loc[runs["chosen"] == 1, "median_train_dice"].item()
        assert runs["run"].tolist() == [1, 2]
        assert best == runs["median_train_dice"].max() == thresholds.loc[fold, "median_train_dice"]
    study.edit("config.yaml", "runs: 2", "runs: 3")
    assert study.jobs("results/thresholds/center.csv") == {"train": 2, "predict": 1, "threshold": 1}
