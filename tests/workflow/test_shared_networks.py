"""A newcomer with a scan of their own: masks by the networks that come with oneclick-pet, and no training."""

import shutil
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, Study, copy_of_workflow
from scipy import ndimage

from oneclick.phantom.patient import write_patient
from oneclick.phantom.tumours import AS_IT_IS

SEED = 77
"""Of phantoms that no study of the repository has drawn."""
REAL = ROOT.parent / "shared/real_pet/nifti"
PHANTOMS, SARCOMAS = ["N1", "N2"], ["STS_004", "STS_017"]


def newcomer(folder: Path, name: str) -> Study:
    """A clone with a set of networks and the settings that name it."""
    if not (ROOT / f"networks/{name}/settings.json").is_file():
        pytest.skip(f"networks/{name} holds no networks yet")
    study = copy_of_workflow(folder, "", shallow=False)
    for part in ("networks", "studies"):
        shutil.copytree(ROOT / part, folder / part)
    if name != "phantom":
        study.edit("studies/segment.yaml", "models: networks/phantom", f"models: networks/{name}")
    return study


def click(study: Study, patient: str, mask: np.ndarray) -> None:
    """What the click page saves of a patient whose tumour parts were clicked once on each slice, in their middle."""
    clicks = []
    for k in np.flatnonzero(mask.any((0, 1))):
        parts, n = ndimage.label(mask[:, :, k], np.ones((3, 3)))
        for part in range(1, n + 1):
            inside = np.argwhere(parts == part)
            i, j = inside[((inside - inside.mean(0)) ** 2).sum(1).argmin()]
            clicks.append((patient, i, j, k))
    table = pd.DataFrame(clicks, columns=["patient", "i", "j", "k"])
    table.to_csv(study.folder / f"new/{patient}/{patient}_clicks.csv", index=False)


def segmented(study: Study, truths: dict[str, np.ndarray]) -> tuple[pd.DataFrame, str]:
    """The Dice of each slice with tumour of each patient, and what `make segment` said."""
    command = [sys.executable, "workflow/study.py", "studies/segment.yaml", "2", "segment"]
    done = subprocess.run(command, cwd=study.folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = []
    for patient, truth in truths.items():
        found = np.asarray(nib.load(study.folder / f"results-segment/masks/hum1CNN/{patient}.nii.gz").dataobj) > 0
        for k in np.flatnonzero(truth.any((0, 1))):
            both = (found[:, :, k] & truth[:, :, k]).sum()
            rows.append((patient, 2 * both / (found[:, :, k].sum() + truth[:, :, k].sum())))
    return pd.DataFrame(rows, columns=["patient", "dice"]), done.stdout + done.stderr


def stated(name: str) -> pd.Series:
    return pd.read_csv(ROOT / f"networks/{name}/results.csv").set_index("method").loc["hum1CNN"]


def test_a_new_phantom_is_segmented_as_the_card_says(tmp_path):
    study, truths = newcomer(tmp_path, "phantom"), {}
    for patient in PHANTOMS:
        folder = study.folder / "new" / patient
        folder.mkdir(parents=True)
        mask = str(study.folder / f"{patient}.nii.gz")
        write_patient(patient, SEED, 128, (24, 32), AS_IT_IS, str(folder / "pet.nii.gz"), mask)
        truths[patient] = np.asarray(nib.load(mask).dataobj) > 0
        click(study, patient, truths[patient])
    dice, said = segmented(study, truths)
    card = stated("phantom")
    for patient, median in dice.groupby("patient")["dice"].median().items():
        assert card["patient_low"] <= median <= card["patient_high"], patient
    assert dice["dice"].median() > card["ci_low"]
    assert "warning: cohort: segment.models: the networks were trained on phantoms" in said
    assert "Please note: the networks were trained on phantoms" in said


@pytest.mark.skipif(not REAL.is_dir(), reason="no real PET in ../shared/real_pet/nifti")
def test_real_sarcomas_are_segmented_as_the_card_says(tmp_path):
    study, truths = newcomer(tmp_path, "sarcoma"), {}
    for patient in SARCOMAS:
        (study.folder / "new" / patient).mkdir(parents=True)
        shutil.copy(REAL / patient / "PET_image.nii.gz", study.folder / f"new/{patient}/pet.nii.gz")
        truths[patient] = np.asarray(nib.load(REAL / patient / "PET_mask.nii.gz").dataobj) > 0
        click(study, patient, truths[patient])
    dice, said = segmented(study, truths)
    card = stated("sarcoma")
    # All folds but one have trained on these scans, so that they may do better than the card says of new ones.
    for patient, median in dice.groupby("patient")["dice"].median().items():
        assert card["patient_low"] <= median < 1, patient
    assert dice["dice"].median() > card["ci_low"]
    assert "warning: cohort: segment.models: the networks were trained on real FDG-PET of soft-tissue sarcomas" in said
    table = pd.read_csv(study.folder / "results-segment/verification.csv", keep_default_na=False)
    assert table["problem"][0].startswith("the networks were trained on real FDG-PET of soft-tissue sarcomas, none of head")
