"""The page of results of a study that ran: its numbers, and the code that they come from."""

import re
from pathlib import Path

import pandas as pd
import pytest
import results
import yaml
from code_of_page import agrees
from digests import SCRIPTS
from finished import Finished

from oneclick.settings.study import check_config

ROOT = Path(__file__).parents[2]
SLICES = {"phantom", "preprocess", "stack", "clicks", "click_matrices", "folds"}
NUMBERS = SLICES | {"train", "predict", "threshold", "thresholds", "postprocess", "score", "scores", "tables", "by_patient"}
"""The rules that feed the page of a study without questions: no check, page, picture or exported mask."""


@pytest.fixture(scope="module")
def written(finished):
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    settings = check_config(yaml.safe_load((finished.folder / "config.yaml").read_text()), schema)
    study = Finished("tiny", finished.folder / "results", settings)
    return (study, *results.page_of(study, "config.yaml"))


def test_the_page_says_how_the_study_was_made_and_its_numbers_are_those_of_the_scores(written):
    study, text, in_short, _ = written
    scores = pd.read_csv(study.folder / "scores.csv")
    median = scores.groupby("method", sort=False)["dice"].median()
    n = f"{len(scores) // len(median)} slices of {scores['patient'].nunique()} patients"
    assert text.startswith(f"**Phantom results**: {n}; 32 x 32 pixels; 2 folds, 2 epochs.\n")
    # The copy of the workflow that ran is in no repository.
    assert re.search(r"`make run STUDY=config.yaml`, 20\d\d-\d\d-\d\d( to [\d-]+)?, commit not known,\n", text)
    row = next(line for line in text.splitlines() if line.startswith("| all | "))
    assert [cell.split()[0] for cell in row.strip("| ").split(" | ")[2:]] == [f"{value:.3f}" for value in median]
    assert f"| here | {' | '.join(f'{value:.3f}' for value in median)} |" in in_short and n in in_short
    assert study.shown == ["box_plots", "medians"]


def test_the_code_of_the_page_is_that_of_its_numbers_alone(written):
    *_, code = written
    assert code.rules.keys() == NUMBERS
    # The copy that ran has a shallower U-Net, which trainings alone are made of.
    assert {name for name, rule in code.rules.items() if not agrees(rule, SCRIPTS)} == {"train"}
    assert code.settings["training.epochs"] == "2" and not any(name.startswith("offsets") for name in code.settings)
