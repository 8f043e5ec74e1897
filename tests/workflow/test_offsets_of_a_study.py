"""Finished networks asked how far off a click may be."""

import numpy as np
import pandas as pd


def test_unmoved_clicks_have_the_studys_scores_and_nothing_is_trained_again(copy_of_finished):
    assert set(copy_of_finished.jobs("offsets")) == {"move_clicks", "offset_tables", "offsets"}
    done = copy_of_finished.snakemake("offsets")
    assert done.returncode == 0, done.stdout + done.stderr
    results = copy_of_finished.folder / "results"
    scores = pd.read_csv(results / "scores.csv").set_index(["method", "patient", "slice"])["dice"]
    for method in ("CNNrand", "CNNcm", "rand1CNN", "cm1CNN"):
        table = pd.read_csv(results / f"offsets/{method}.csv")
        unmoved = table[table["distance_mm"] == 0].set_index(["method", "patient", "slice"])["dice"]
        assert len(unmoved) == len(scores[method])
        assert np.allclose(unmoved, scores.loc[unmoved.index])
    assert not (results / "offsets/CNNonly.csv").exists()
    assert "Safe radius" in (results / "tables/offsets.html").read_text()
    assert copy_of_finished.jobs("offsets") == {}
