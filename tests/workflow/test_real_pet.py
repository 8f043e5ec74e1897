"""A study of real FDG-PET, from path patterns to report; skipped where the scans are not beside the repository."""

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, copy_of_workflow

SCANS = ROOT.parent / "shared/real_pet/nifti"
CONFIG = f"""\
results: results
cohort:
  pet: {SCANS}/{{patient}}/PET_image.nii.gz
  mask: {SCANS}/{{patient}}/PET_mask.nii.gz
preprocess: {{size: 32, min_positive: 2}}
folds: 2
training: {{epochs: 1}}
networks: {{center: {{clicks: center}}}}
methods: {{cm1CNN: {{network: center}}, clicked: {{network: center, keep: center}}}}
"""

pytestmark = pytest.mark.skipif(not SCANS.is_dir(), reason="no real PET in ../shared/real_pet/nifti")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    study = copy_of_workflow(tmp_path_factory.mktemp("real"), CONFIG, shallow=False)
    done = study.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    return study


def shares(plane, size):
    """Mean of a plane over each of size x size equal rectangles: each pixel repeated, so that rectangles hold whole ones."""
    rows, columns = plane.shape
    fine = np.repeat(np.repeat(plane, size, axis=0), size, axis=1)
    return fine.reshape(size, rows, size, columns).mean(axis=(1, 3))


def test_every_slice_with_enough_tumour_is_there_and_scaled_by_area(study):
    patients = sorted(path.name for path in SCANS.iterdir())
    assert sorted(pd.read_csv(study.folder / "results/folds.csv")["patient"]) == patients
    for patient in patients[::5]:
        pet = nib.load(SCANS / patient / "PET_image.nii.gz").get_fdata()
        truth = np.asarray(nib.load(SCANS / patient / "PET_mask.nii.gz").dataobj)
        positive = {k: shares(truth[:, :, k], 32) >= 5 / 16 - 1e-9 for k in range(truth.shape[2])}
        folder = study.folder / "results/preprocessed" / patient
        kept = pd.read_csv(folder / "slices.csv")["slice"].tolist()
        assert kept == [k for k, mask in positive.items() if mask.sum() >= 2]
        masks, slices = np.load(folder / "masks.npy"), np.load(folder / "slices.npy")
        for image, mask, k in zip(slices, masks, kept, strict=True):
            np.testing.assert_array_equal(mask, positive[k])
            plane = shares(pet[:, :, k], 32)
            np.testing.assert_allclose(image, (plane - plane.min()) / np.ptp(plane), atol=1e-4)


def test_masks_come_back_in_the_geometry_of_the_scan(study):
    results = study.folder / "results"
    segmentations = np.load(results / "segmentations/cm1CNN.npy")
    first = 0
    for patient, n in pd.read_csv(results / "slices.csv").groupby("patient", sort=False).size().items():
        scan = nib.load(SCANS / patient / "PET_image.nii.gz")
        image = nib.load(results / f"masks/cm1CNN/{patient}.nii.gz")
        np.testing.assert_allclose(image.affine, scan.affine, atol=1e-5)
        mask = np.asarray(image.dataobj)
        assert mask.shape == scan.shape
        # each voxel has the value of the pixel that its centre lies in
        rows, columns = ([int((i + 0.5) * 32 / n_in) for i in range(n_in)] for n_in in mask.shape[:2])
        kept = pd.read_csv(results / f"preprocessed/{patient}/slices.csv")["slice"].tolist()
        for k, segmentation in zip(kept, segmentations[first : first + n], strict=True):
            np.testing.assert_array_equal(mask[:, :, k], segmentation[np.ix_(rows, columns)])
        assert not np.delete(mask, kept, axis=2).any()
        first += n


def test_the_report_names_real_patients_and_no_phantom(study):
    report = (study.folder / "results/report.html").read_text()
    assert "Table 1 Median Dice" in report and "Phantom" not in report and "phantom results" not in report
