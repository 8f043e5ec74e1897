"""A study's scans, masks and folds in the layouts of other tools, so that these train on and score the same patients."""

import json
from pathlib import Path

import numpy as np

from oneclick.common.tables import read_table, write_rows
from oneclick.data.masks import read_nifti_mask_on
from oneclick.data.nifti import read_nifti_pet, write_like

TEXT = "oneclick-pet"
"""The description in the header; none of the scan's own texts goes along."""


def export_scan(
    patient: str, pet_path: str, mask_path: str, labels: list[int] | None, pets: list[str], masks: list[str]
) -> None:
    """Write a patient's PET (float32) and tumour mask (uint8, 0 and 1, on the PET's grid) under each of the given names."""
    pet = read_nifti_pet(pet_path, patient)
    mask = read_nifti_mask_on(mask_path, patient, labels, pet, pet_path)
    for paths, data in ((pets, pet.data), (masks, mask.data)):
        for path in paths:
            write_like(path, data, pet_path, TEXT)


def nnunet_splits(patients: list[str], folds: dict[str, int]) -> list[dict[str, list[str]]]:
    """The study's folds as nnU-Net's ``splits_final.json`` has them: of each fold the patients that train and those that
    validate, which here are its test set. Patients without a tumour slice are in no fold and train in all."""
    numbers = sorted(set(folds.values()))
    return [
        {
            "train": [patient for patient in patients if folds.get(patient) != number],
            "val": [patient for patient in patients if folds.get(patient) == number],
        }
        for number in numbers
    ]


def remove_others(patients: list[str], folder: Path) -> None:
    """Delete the exported scans of patients who are not in the study any more, so that nobody who left goes on to others."""
    patients = set(patients)
    for pattern, ending in (("nnunet/*/imagesTr", "_0000.nii.gz"), ("nnunet/*/labelsTr", ".nii.gz")):
        for path in folder.glob(f"{pattern}/*{ending}"):
            if path.name.removesuffix(ending) not in patients:
                path.unlink()
    for path in folder.glob("hecktor/*/*.nii.gz"):
        if path.parent.name not in patients:
            path.unlink()


def export_tables(
    patients: list[str], folds_csv: str, slices_csvs: dict[str, str], dataset_json: str, splits_json: str, slices_csv: str
) -> None:
    """Write nnU-Net's ``dataset.json`` and ``splits_final.json``, and a table of the slices that the study scores: patient,
    slice (index along the scan's transaxial axis) and fold. ``slices_csvs`` are by patient."""
    table = read_table(folds_csv)
    folds = dict(zip(table["patient"], table["fold"].astype(int).tolist(), strict=True))
    dataset = {
        "channel_names": {"0": "PET"},
        "labels": {"background": 0, "tumour": 1},
        "numTraining": len(patients),
        "file_ending": ".nii.gz",
    }
    for path, content in ((dataset_json, dataset), (splits_json, nnunet_splits(patients, folds))):
        Path(path).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    numbers = {patient: read_table(slices_csvs[patient])["slice"].to_numpy(np.int64) for patient in folds}
    rows = [(patient, number, folds[patient]) for patient in folds for number in numbers[patient]]
    write_rows(slices_csv, ("patient", "slice", "fold"), rows)
