"""Finished networks with one click per lesion, and what that costs a person."""

import nibabel as nib
import numpy as np
import pandas as pd

CLICKED = ("CNNrand", "CNNcm", "rand1CNN", "cm1CNN")


def test_walks_are_of_the_studys_lesions_and_every_slice_has_the_studys_pixels(copy_of_finished):
    jobs = copy_of_finished.jobs("walk", "effort")
    assert jobs == {"walk_lesions": 4, "walk_tables": 1, "walk": 1, "effort_tables": 1, "effort": 1}
    done = copy_of_finished.snakemake("walk", "effort")
    assert done.returncode == 0, done.stdout + done.stderr
    results = copy_of_finished.folder / "results"
    scores = pd.read_csv(results / "scores.csv")
    for method in CLICKED:
        study = scores[scores["method"] == method]
        lesions = pd.read_csv(results / f"walk/lesions/{method}.csv")
        slices = pd.read_csv(results / f"walk/slices/{method}.csv")
        of_study = study.groupby("patient")[["n_true", "n_pred", "n_overlap"]].sum()
        of_lesions = lesions.groupby("patient")[["n_true", "n_pred_every_slice", "n_overlap_every_slice"]].sum()
        assert of_lesions.to_numpy().tolist() == of_study.to_numpy().tolist()
        # the same pixels by lesion and by slice; on the scan a pixel is 2 x 2 voxels, and slices left out have some as well
        assert lesions["n_pred_one_click"].sum() == slices["n_pred"].sum()
        for patient, own in slices.groupby("patient"):
            mask = np.asarray(nib.load(results / f"walk/masks/{method}/{patient}.nii.gz").dataobj)
            assert mask.shape == (64, 64, 20) and mask.sum() >= 4 * own["n_pred"].sum()
        tumour = slices[slices["n_true"] > 0]
        assert sorted(zip(tumour["patient"], tumour["slice"], tumour["n_true"], strict=True)) == sorted(
            zip(study["patient"], study["slice"], study["n_true"], strict=True)
        )
        assert (slices.loc[slices["n_true"] == 0, "dice"] == 0).all()
        assert lesions["clicks_every_slice"].sum() == len(pd.read_csv(results / "clicks/center.csv"))
    effort = pd.read_csv(results / "tables/effort.csv").set_index(["method", "use", "corrected_percent"])
    assert np.isclose(
        effort.loc[("cm1CNN", "a click on every slice", 0), "median_dice"],
        scores.loc[scores["method"] == "cm1CNN", "dice"].median(),
    )
    assert not (results / "walk/lesions/CNNonly.csv").exists()
    assert copy_of_finished.jobs("walk", "effort") == {}


def test_a_study_without_clicks_has_no_walk_but_an_effort(fresh):
    fresh.edit(
        "config.yaml", "folds: 2", "folds: 2\nnetworks: {plain: {clicks: none}}\nmethods: {CNNonly: {network: plain}}"
    )
    assert "walk_lesions" not in fresh.jobs("effort")
