"""Studies and segmentations of DICOM: real scans equal their NIfTI twins, and nobody's name is in what comes out."""

import gzip
import shutil

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, copy_of_workflow
from dicom_files import MARK, contour, pet_slice, save, structure_set

REAL = ROOT.parent / "shared/real_pet"
SHAPE = (24, 24, 5)
STUDY = """\
results: results
cohort: {sheet: data/patients.tsv}
folds: 2
preprocess: {size: 16, spacing: 4, min_positive: 2}
training: {epochs: 1, batch_size: 2}
networks: {plain: {clicks: none}}
methods: {CNNonly: {network: plain}, CNNcm: {network: plain, keep: center}}
"""


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


def dicom_patient(folder, seed):
    """A series whose every text names the patient, and contours of a region drawn on three of its slices."""
    rng = np.random.default_rng(seed)
    for k in range(SHAPE[2]):
        pixels = rng.integers(0, 900, SHAPE[1::-1]).astype(np.uint16).tobytes()
        save(pet_slice(k, SHAPE, PixelData=pixels, PixelSpacing=[4, 4]), folder / f"PET/{k}.dcm")
    corners = [(x, y) for x, y in ((10, 10), (40, 10), (40, 45), (10, 45))]
    drawn = [contour(corners, 30 + 4 * k) for k in (1, 2, 3)]
    save(structure_set({"GTV": drawn}), folder / "rs.dcm")


def nifti_patient(folder, seed):
    """A NIfTI file with the patient's name in every text of its header and in an extension."""
    folder.mkdir(parents=True)
    pet = np.random.default_rng(seed).random(SHAPE).astype(np.float32)
    mask = np.zeros(SHAPE, np.uint8)
    mask[6:14, 6:14, 1:4] = 1
    for name, data in (("pet", pet), ("mask", mask)):
        image = nib.Nifti1Image(data, np.diag([-4.0, -4.0, 4.0, 1.0]))
        for field in ("descrip", "aux_file", "db_name", "intent_name"):
            image.header[field] = MARK.encode()
        image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", f"{MARK} 19700101".encode()))
        nib.save(image, folder / f"{name}.nii.gz")


def holding_the_name(folder):
    """Files below a folder, unpacked where they are packed, that hold the name."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            raw += gzip.decompress(raw) if path.suffix == ".gz" else b""
            found += [path] if MARK.encode().lower() in raw.lower() else []
    return found


def test_no_name_birth_date_or_text_of_a_header_comes_out(tmp_path):
    study = copy_of_workflow(tmp_path, STUDY)
    rows = ["patient\tpet\tmask"]
    for seed, patient in enumerate(("d1", "d2")):
        dicom_patient(tmp_path / "data" / patient, seed)
        rows.append(f"{patient}\t{patient}/PET\t{patient}/rs.dcm")
    for seed, patient in enumerate(("n1", "n2")):
        nifti_patient(tmp_path / "data" / patient, seed)
        rows.append(f"{patient}\t{patient}/pet.nii.gz\t{patient}/mask.nii.gz")
    (tmp_path / "data/patients.tsv").write_text("\n".join(rows) + "\n")
    assert len(holding_the_name(tmp_path / "data")) == 2 * (SHAPE[2] + 1) + 4  # the name is there to be found
    said = ""
    for arguments in (["all", "export"], ["--report", "results/report.html"]):
        done = study.snakemake(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        said += done.stdout + done.stderr
    config = {"results": "results-new", "segment": {"models": "results", "pet": "new/{patient}/PET", "clicks": "clicks.csv"}}
    (tmp_path / "segment.yaml").write_text(yaml.safe_dump(config))
    shutil.copytree(tmp_path / "data/d1", tmp_path / "new/d1")
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\nd1,8,10,2\n")
    done = study.snakemake("segment", "--configfile", "segment.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert nib.load(tmp_path / "results-new/masks/CNNonly/d1.nii.gz").shape == SHAPE
    shutil.rmtree(tmp_path / "data")
    shutil.rmtree(tmp_path / "new")
    assert holding_the_name(tmp_path) == []
    assert MARK.lower() not in (said + done.stdout + done.stderr).lower()
