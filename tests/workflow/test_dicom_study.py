"""Studies of DICOM: real scans equal their NIfTI twins."""

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, copy_of_workflow

REAL = ROOT.parent / "shared/real_pet"


@pytest.mark.skipif(not REAL.is_dir(), reason="no real PET in ../shared/real_pet")
def test_real_dicom_becomes_its_nifti_twins(tmp_path):
    study = copy_of_workflow(
        tmp_path,
        f"results: results\nfolds: 2\ncohort:\n  pet: {REAL}/dicom/{{patient}}/PET/image\n"
        f"  mask: {REAL}/dicom/{{patient}}/PET/mask\n  roi: [GTV_Mass_PET]\n",
    )
    patients = ["STS_002", "STS_019"]
    wanted = [f"results/cohort/{patient}/pet.nii.gz" for patient in patients]
    done = study.snakemake("results/verification.csv", *wanted)
    assert done.returncode == 0, done.stdout + done.stderr
    table = pd.read_csv(tmp_path / "results/verification.csv")
    assert table[["patient", "level"]].values.tolist() == [[patient, "ok"] for patient in patients]
    for patient in patients:
        for kind in ("image", "mask"):
            name = "pet" if kind == "image" else "mask"
            ours = nib.load(tmp_path / f"results/cohort/{patient}/{name}.nii.gz")
            twin = nib.load(REAL / f"nifti/{patient}/PET_{kind}.nii.gz")
            np.testing.assert_allclose(ours.affine, twin.affine, rtol=0, atol=1e-5)
            np.testing.assert_allclose(ours.get_fdata(), twin.get_fdata(), rtol=0, atol=1e-5 if kind == "image" else 0)
