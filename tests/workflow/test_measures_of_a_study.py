"""Measures beside Dice of a finished study."""

import numpy as np
import pandas as pd


def test_measures_agree_with_the_scores_and_compute_no_mask_again(copy_of_finished):
    assert copy_of_finished.jobs("measures") == {"measure_masks": 5, "measure_tables": 1, "measures": 1}
    done = copy_of_finished.snakemake("measures")
    assert done.returncode == 0, done.stdout + done.stderr
    results = copy_of_finished.folder / "results"
    scores = pd.read_csv(results / "scores.csv").set_index(["method", "patient", "slice"])
    tables = [pd.read_csv(results / f"measures/{method}.csv") for method in scores.index.unique("method")]
    of_slices = pd.concat(tables).query("level == 'slice'").set_index(["method", "patient", "slice"])
    assert len(of_slices) == len(scores)
    assert np.allclose(of_slices["dice"], scores.loc[of_slices.index, "dice"])
    lesions = pd.read_csv(results / "measures/scores/lesion_surface_dice.csv")
    assert lesions.groupby("method").size().nunique() == 1  # all methods are measured on the same lesions
    page = (results / "tables/measures.html").read_text()
    assert "Phantom cohort" in page and "SUV ml" in page
    assert copy_of_finished.jobs("measures") == {}

    # the scores as they are, for the statistics by patients
    (copy_of_finished.folder / "statistics.yaml").write_text(
        "statistics: {scores: results/measures/scores/patient_dice.csv, measure: Dice, cases: patients}\n"
    )
    done = copy_of_finished.snakemake("statistics", "--configfile", "statistics.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    medians = pd.read_csv(copy_of_finished.folder / "results-statistics/tables/by_patient_methods.csv")
    dice = pd.read_csv(results / "measures/scores/patient_dice.csv").groupby("method")["score"].median()
    assert np.allclose(medians.set_index("method")["median_dice"], dice[medians["method"]])
