"""The patterns that docs/how-to/own-data.md gives, on trees of tiny files laid out as the data sets lay theirs."""

import re
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from oneclick.data.cohort import CohortError, patients
from oneclick.data.slice_guard import Slicing
from oneclick.data.verification import Scans, write_verification

DOCUMENT = Path(__file__).parents[3] / "docs/how-to/own-data.md"
PATTERNS = {
    layout: {"pet": pet, "mask": mask}
    for layout, pet, mask in re.findall(r"^\| ([^|]+) \| `([^`|]+)` \| `([^`|]+)` \|$", DOCUMENT.read_text(), re.M)
}
STUDY = "03-23-2003-NA-PET-CT Ganzkoerper primaer mit KM-10445"
TREES = {
    "a folder per patient": ["data/{0}/pet.nii.gz", "data/{0}/mask.nii.gz"],
    "HECKTOR 2020": [f"hecktor_nii/{{0}}_{kind}.nii.gz" for kind in ("pt", "gtvt", "ct")],
    "HECKTOR 2022": ["imagesTr/{0}__PT.nii.gz", "labelsTr/{0}.nii.gz", "imagesTr/{0}__CT.nii.gz"],
    "HECKTOR 2025": ["{0}/{0}__PT.nii.gz", "{0}/{0}.nii.gz", "{0}/{0}__CT.nii.gz"],
    "autoPET": [f"FDG-PET-CT-Lesions/{{0}}/{STUDY}/{kind}.nii.gz" for kind in ("SUV", "SEG", "CT", "CTres", "PET")],
    "nnU-Net raw, PET in channel 0": ["imagesTr/{0}_0000.nii.gz", "labelsTr/{0}.nii.gz"],
    "nnU-Net raw, PET in channel 1 (autoPET)": [
        "imagesTr/{0}_0001.nii.gz",
        "labelsTr/{0}.nii.gz",
        "imagesTr/{0}_0000.nii.gz",
    ],
    "BIDS": [
        "sub-{0}/pet/sub-{0}_trc-18FFDG_pet.nii.gz",
        "derivatives/readers/sub-{0}/pet/sub-{0}_trc-18FFDG_label-lesion_mask.nii.gz",
        "sub-{0}/ct/sub-{0}_ct.nii.gz",
    ],
    "BIDS with sessions": [
        "sub-{0}/ses-baseline/pet/sub-{0}_ses-baseline_trc-18FFDG_pet.nii.gz",
        "derivatives/readers/sub-{0}/ses-baseline/pet/sub-{0}_ses-baseline_label-lesion_mask.nii.gz",
    ],
}
NAMES = {"HECKTOR 2020": ["CHGJ007", "CHUS041"], "autoPET": ["PETCT_0011f3deaf", "PETCT_01140d52d8"]}


def test_every_layout_of_the_document_is_tried():
    assert set(PATTERNS) == {*TREES, "DICOM"}


@pytest.mark.parametrize("layout", TREES)
def test_layout(tmp_path, layout):
    names, rng = NAMES.get(layout, ["CHUM-001", "CHUP-010"]), np.random.default_rng(2)
    if "BIDS" in layout:
        names = ["01", "02"]
    for name in names:
        for position, text in enumerate(TREES[layout]):
            path = tmp_path / text.format(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            # The mask lies on the grid of the CT, twice as fine, with the primary tumour 1 and a node 2.
            fine = position == 1
            data = rng.random((8, 8, 4)).astype(np.float32)
            if fine:
                data = np.zeros((16, 16, 4), np.uint8)
                data[4:8, 4:8, 1], data[10:12, 10:12, 2] = 1, 2
            affine = np.diag([-2.0, -2.0, 3.0, 1.0]) if fine else np.diag([-4.0, -4.0, 3.0, 1.0])
            affine[:2, 3] = 1.0 if fine else 0.0
            nib.save(nib.Nifti1Image(data, affine), path)
    table = patients(PATTERNS[layout], tmp_path)
    assert list(table.index) == names
    expected = [[text.format(name) for text in TREES[layout][:2]] for name in names]
    assert table[["pet", "mask"]].values.tolist() == expected
    for labels, n_voxels in ((None, 5), ([1], 4), ([2], 1)):
        pets, masks = ([str(tmp_path / path) for path in table[kind]] for kind in ("pet", "mask"))
        scans = Scans(names, pets, masks, [labels] * 2, [None] * 2)
        write_verification(scans, Slicing(8, None, "area", 1), 2, tmp_path / "out.csv", print)
        found = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
        assert set(found["n_positive_voxels"]) == {n_voxels}
        assert sum("resampled from 16 x 16 x 4 to 8 x 8 x 4 voxels" in line for line in found["problem"]) == 2


def test_two_scans_of_a_patient_are_named(tmp_path):
    for study in ("a", "b"):
        for kind in ("SUV", "SEG"):
            path = tmp_path / f"FDG-PET-CT-Lesions/P1/{study}/{kind}.nii.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    message = r"patient P1: FDG-PET-CT-Lesions/P1/a/SUV.nii.gz and FDG-PET-CT-Lesions/P1/b/SUV.nii.gz both match .* sheet"
    with pytest.raises(CohortError, match=message):
        patients(PATTERNS["autoPET"], tmp_path)
