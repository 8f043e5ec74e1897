"""Finished networks asked about clicks elsewhere: moved, of another kind, and far from the tumour."""

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

QUESTIONS = {"offsets": "distance_mm", "cross": "clicked", "misses": "place"}
NETWORKS = ("plain", "random", "center")


@pytest.fixture(scope="module")
def asked(finished, tmp_path_factory):
    """The finished study, asked all three questions with few distances."""
    study = finished.copy(tmp_path_factory.mktemp("asked") / "study")
    with open(study.folder / "config.yaml", "a") as file:
        file.write("offsets: {distances_mm: [0, 10]}\ncross: {kinds: [suvmax]}\n")
    jobs = set(study.jobs(*QUESTIONS))
    done = study.snakemake(*QUESTIONS)
    assert done.returncode == 0, done.stdout + done.stderr
    return study, jobs


def test_nothing_is_trained_again(asked):
    study, jobs = asked
    tables = {"cross_table", "miss_table", "offset_tables", "offset_maps", "offset_pictures"}
    assert jobs == {"other_clicks", "clicks", "click_matrices", *tables, *QUESTIONS}
    assert study.jobs(*QUESTIONS) == {}
    # which write the settings down, and the report, which now shows the answers
    assert set(study.jobs()) <= {"run_page", "settings", "front_page"}


def test_own_clicks_have_the_studys_scores(asked):
    results = asked[0].folder / "results"
    scores = pd.read_csv(results / "scores.csv").set_index(["method", "patient", "slice"])
    clicks = {"CNNrand": "random", "CNNcm": "center", "rand1CNN": "random", "cm1CNN": "center"}
    for question, column in QUESTIONS.items():
        table = pd.concat([pd.read_csv(results / f"{question}/{network}.csv") for network in NETWORKS])
        assert set(table["method"]) == set(clicks)
        own = {"offsets": 0, "cross": table["method"].map(clicks), "misses": "own place"}[question]
        table = table[table[column] == own].set_index(["method", "patient", "slice"])
        assert len(table) == 4 * len(scores.loc["cm1CNN"])
        assert np.allclose(table["dice"], scores.loc[table.index, "dice"])
        outside = scores["n_pred"] - scores["n_overlap"]
        assert np.corrcoef(table["false_ml"], outside.loc[table.index])[0, 1] > 0.95


def test_tables_pages_and_maps(asked):
    results = asked[0].folder / "results"
    assert "Safe radius" in (results / "tables/offsets.html").read_text()
    cross = pd.read_csv(results / "tables/cross.csv")
    assert set(cross["clicked"]) == {"suvmax", "center", "random"} and len(cross) == 12
    misses = pd.read_csv(results / "tables/misses.csv")
    places = list(dict.fromkeys(misses["place"]))
    assert [place for place in places if place not in ("brain", "tonsil")] == [
        "own place", "hot spot", "background", "other side", "air", "nowhere",
    ]  # fmt: skip

    answers = pd.read_csv(results / "offsets/center.csv")
    answers = answers[(answers["method"] == "cm1CNN") & (answers["distance_mm"] == 0)]
    clicks = pd.read_csv(results / "clicks/center.csv")
    dice = answers[answers["patient"] == "phantom-001"].set_index("slice")["dice"]
    scan = nib.load(results / "cohort/phantom-001/pet.nii.gz")
    found = nib.load(results / "offsets/maps/cm1CNN/phantom-001.nii.gz")
    np.testing.assert_allclose(found.affine, scan.affine)
    values = np.asarray(found.dataobj)
    for click in clicks[clicks["patient"] == "phantom-001"].itertuples():
        assert values[click.i, click.j, click.k] == pytest.approx(dice[click.slice], abs=1e-6)
    assert set(np.flatnonzero((values >= 0).any(axis=(0, 1)))) == set(dice.index)
