"""A study of clicks, encodings and methods that the paper does not have, and new patients segmented with its networks."""

import shutil

import nibabel as nib
import numpy as np
import pandas as pd

OTHERS = """\
networks:
  hot: {clicks: suvmax, encoding: gaussian, encoding_mm: 20}
methods:
  hot1CNN: {network: hot, min_pixels: 2, fill_holes: true}
  kept: {network: hot, keep: human}
clicks: {human_aim: inner}
"""
SEGMENT = "results: results-new\nsegment: {models: results, pet: 'new/{patient}/pet.nii.gz', clicks: clicks.csv}\n"


def test_a_study_of_other_clicks_from_phantom_to_a_new_patient(copy_of_finished):
    study, results = copy_of_finished, copy_of_finished.folder / "results"
    with open(study.folder / "config.yaml", "a") as file:
        file.write(OTHERS)
    jobs = study.jobs()
    assert (
        jobs["clicks"] == jobs["click_matrices"] == 2
        and jobs["train"] == 2
        and jobs["encode"] == 1
        and "phantom" not in jobs
    )
    done = study.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    scores = pd.read_csv(results / "scores.csv")
    assert set(scores["method"]) == {"hot1CNN", "kept"}

    images, masks, clicks = (np.load(results / name) for name in ("slices.npy", "masks.npy", "clicks/suvmax.npy"))
    for image, mask, click in zip(images, masks, clicks, strict=True):
        assert image[mask > 0].max() == image[click > 0].max()
    encoded = np.load(results / "encoded/hot.npy")
    assert (encoded[clicks > 0] == 1).all() and (encoded > 0.5).sum() > (clicks > 0).sum()

    (study.folder / "new/A").mkdir(parents=True)
    shutil.copy(results / "cohort/phantom-001/pet.nii.gz", study.folder / "new/A")
    table = pd.read_csv(results / "clicks/suvmax.csv")
    table = table[table["patient"] == "phantom-001"].assign(patient="A")
    table[["patient", "i", "j", "k"]].to_csv(study.folder / "clicks.csv", index=False)
    (study.folder / "segment.yaml").write_text(SEGMENT)
    n = (pd.read_csv(results / "slices.csv")["patient"] == "phantom-001").sum()  # the first of the stack
    done = study.snakemake("segment", "--configfile", "segment.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    np.testing.assert_array_equal(np.load(study.folder / "results-new/preprocessed/A/clicks.npy"), clicks[:n])
    mask = nib.load(study.folder / "results-new/masks/hot1CNN/A.nii.gz")
    assert mask.shape == nib.load(results / "cohort/phantom-001/pet.nii.gz").shape
