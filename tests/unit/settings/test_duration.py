"""The estimate of a run's time against runs that were measured (docs/explanation/speed.md, benchmarks/)."""

from pathlib import Path

import pytest
import yaml

from oneclick.settings.duration import estimate, roughly, run_seconds, training_seconds
from oneclick.settings.study import check_config

ROOT = Path(__file__).parents[3]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
FASTER = {"precision": "mixed_bfloat16", "dropout": "byte", "crop": "body"}


def study(size=128, patients=8, folds=5, **training):
    settings = {"cohort": {"phantom": {"patients": patients}}, "preprocess": {"size": size}, "folds": folds}
    return check_config(settings | {"training": training}, SCHEMA)


def test_the_default_study_of_november():
    # make run on 2 quiet cores, 2026-11-27: 156 s, of which 113 s training; 85 slices of 64 x 64 pixels, 68 jobs
    settings = study(size=64, folds=3, epochs=16, batch_size=8)
    seconds, training = run_seconds({"phantom": 8, "train": 9, "predict": 3, "others": 48}, 85, 2, settings)
    assert seconds == pytest.approx(156, rel=0.25) and training == pytest.approx(113, rel=0.25)


@pytest.mark.parametrize(
    "n_slices, size, training, measured",
    [
        (258, 64, FASTER | {"crop": "none", "epochs": 36}, 1240 / 15),  # beside the notebook
        (258, 64, FASTER | {"epochs": 36}, 743 / 15),
        (1000, 128, {"epochs": 50}, 50 * 800 / 26.6),  # throughput.csv: 53.2 slices a second of two trainings at a time
        (1000, 128, FASTER | {"epochs": 50}, 50 * 800 / 122),
    ],
)
def test_trainings_that_were_measured(n_slices, size, training, measured):
    assert training_seconds(n_slices, size, study(**training)["training"]) == pytest.approx(measured, rel=0.35)


def test_trainings_wait_for_one_another():
    settings = study(epochs=50)
    one = training_seconds(800, 128, settings["training"])
    for trainings, cores, turns in ((15, 2, 8), (15, 15, 1), (15, 60, 1), (1, 2, 1)):
        assert run_seconds({"train": trainings}, 1000, cores, settings)[1] == pytest.approx(turns * one)
    best = study(epochs=50, runs=3, use="best")["training"]
    assert training_seconds(800, 128, best) == pytest.approx(3 * one)


def test_what_is_said():
    settings = study(patients=100, epochs=50)
    jobs = {"phantom": 100, "preprocess": 100, "train": 15, "predict": 3}
    said = estimate(jobs, None, 100, 2, settings)
    assert said.startswith(
        "This run takes about 3 hours on 2 cores, 3 hours of it for 15 trainings of 50 epochs on some 1100"
    )
    assert "a third or three times" in said and "the slices are a guess, 11 with tumour a patient" in said
    counted = estimate({"train": 3}, 900, 100, 1, settings)
    assert "3 trainings of 50 epochs on 900 slices. It may be half or twice that: the slices are counted" in counted
    assert estimate({"box_plots": 1, "all": 1}, 900, 100, 2, settings) is None  # seconds
    assert estimate({"preprocess": 1000}, None, 1000, 1, settings).startswith(
        "This run takes about 25 minutes on 1 core. It"
    )


def test_questions_are_said_not_to_be_counted():
    asked = estimate({"train": 3, "other_clicks": 3}, 900, 100, 1, study(patients=100, epochs=50))
    assert "on 900 slices; questions beyond the paper are not counted. It may" in asked


def test_durations_in_words():
    for seconds, words in ((64, "1 minute"), (42, "40 seconds"), (150, "2 minutes"), (7000, "2 hours"), (400000, "5 days")):
        assert roughly(seconds) == words
