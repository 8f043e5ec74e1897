"""A study's scans, masks and folds in the layouts of other tools, so that these train on and score the same patients."""

from pathlib import Path

from oneclick.common.files import write_json
from oneclick.common.tables import write_table
from oneclick.data.masks import read_nifti_mask_on
from oneclick.data.nifti import read_nifti_pet, write_on_scan
from oneclick.data.rows import fold_of_patients, read_rows
from oneclick.data.stack import read_grids

TEXT = "oneclick-pet"
"""The description in the header; none of the scan's own texts goes along."""


def export_scan(patient: str, pet: str, mask: str, labels: list[int] | None, pets: list[str], masks: list[str]) -> None:
    """Write a patient's PET (float32) and tumour mask (uint8, 0 and 1, on the PET's grid) under each of the given names."""
    volume = read_nifti_pet(pet, patient)
    truth = read_nifti_mask_on(mask, patient, labels, volume, pet)
    for paths, data in ((pets, volume.data), (masks, truth.data)):
        for path in paths:
            write_on_scan(path, data, volume.geometry, TEXT)


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
    slices_csv: str, grids_json: str, folds_csv: str, dataset_json: str, splits_json: str, exported_csv: str
) -> None:
    """Write nnU-Net's ``dataset.json`` and ``splits_final.json``, and a table of the slices that the study scores: patient,
    slice (index along the scan's transaxial axis) and fold. Exported scans of others are deleted."""
    patients, folds = list(read_grids(grids_json)), fold_of_patients(folds_csv)
    remove_others(patients, Path(exported_csv).parent)
    dataset = {
        "channel_names": {"0": "PET"},
        "labels": {"background": 0, "tumour": 1},
        "numTraining": len(patients),
        "file_ending": ".nii.gz",
    }
    write_json(dataset_json, dataset)
    write_json(splits_json, nnunet_splits(patients, {patient: int(fold) for patient, fold in folds.items()}))
    write_table(read_rows(slices_csv, folds_csv)[["patient", "slice", "fold"]], exported_csv)
