"""A study's scans, masks and folds in the layouts of nnU-Net and HECKTOR."""

import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from stack_files import plane_of, write_folds, write_stack

from oneclick.data.exports import export_scan, export_tables, nnunet_splits, remove_others
from oneclick.data.volume import ScanError


def test_splits_test_each_patient_with_slices_once():
    splits = nnunet_splits(["a", "b", "c", "none"], {"a": 1, "b": 2, "c": 1})
    assert splits == [
        {"train": ["b", "none"], "val": ["a", "c"]},
        {"train": ["a", "c", "none"], "val": ["b"]},
    ]


def test_a_scan_and_its_mask_go_to_each_place_without_the_scans_texts(tmp_path):
    affine = np.array([[-4.0, 0, 0, 9], [0, 0.3, -4, 8], [0, 3, 0.4, -7], [0, 0, 0, 1]])
    pet, labels = np.random.default_rng(2).random((5, 6, 7)).astype(np.float32), np.zeros((5, 6, 7), np.int16)
    labels[1, 2, 3], labels[2, 2, 3] = 1, 2
    image = nib.Nifti1Image(pet, affine)
    image.header["descrip"] = b"DOE^JANE"
    nib.save(image, tmp_path / "pet.nii.gz")
    nib.save(nib.Nifti1Image(labels, affine), tmp_path / "mask.nii.gz")
    scan = [str(tmp_path / f"{name}.nii.gz") for name in ("pet", "mask")]
    pets, masks = ([str(tmp_path / f"{folder}/{kind}.nii.gz") for folder in "xy"] for kind in ("p", "m"))
    export_scan("a", *scan, [2], pets, masks)
    for paths, data in ((pets, pet), (masks, labels == 2)):
        for path in paths:
            written = nib.load(path)
            assert written.get_data_dtype() == (np.float32 if paths is pets else np.uint8)
            np.testing.assert_array_equal(np.asarray(written.dataobj), data)
            np.testing.assert_allclose(written.affine, affine, atol=1e-6)
            assert written.header["descrip"].item() == b"oneclick-pet"
    with pytest.raises(ScanError, match=r"patient a: .*: the file is missing"):
        export_scan("a", scan[0], str(tmp_path / "none.nii.gz"), None, pets, masks)


def test_tables_for_other_tools(tmp_path):
    planes = np.ones((4, 2, 2))
    grids = dict.fromkeys(("a", "none", "007"), plane_of(2))
    files = write_stack(tmp_path, {"a": [1, 2, 5], "007": [3]}, planes, planes, grids)
    out = [str(tmp_path / "export" / name) for name in ("dataset.json", "splits.json", "table.csv")]
    export_tables(files.slices_csv, files.grids_json, write_folds(tmp_path, {"007": 1, "a": 2}), *out)
    dataset, splits = (json.loads(Path(path).read_text()) for path in out[:2])
    assert dataset == {
        "channel_names": {"0": "PET"},
        "labels": {"background": 0, "tumour": 1},
        "numTraining": 3,
        "file_ending": ".nii.gz",
    }
    assert splits == [{"train": ["a", "none"], "val": ["007"]}, {"train": ["none", "007"], "val": ["a"]}]
    assert pd.read_csv(out[2], dtype=str).values.tolist() == [
        ["a", "1", "2"],
        ["a", "2", "2"],
        ["a", "5", "2"],
        ["007", "3", "1"],
    ]


def test_patients_who_left_are_taken_out_of_the_export(tmp_path):
    names = [
        "nnunet/D/imagesTr/{}_0000.nii.gz",
        "nnunet/D/labelsTr/{}.nii.gz",
        "hecktor/{}/{}__PT.nii.gz",
        "hecktor/{}/{}.nii.gz",
    ]
    for patient in ("a", "a_0000", "b"):
        for name in names:
            path = tmp_path / name.format(patient, patient)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    remove_others(["a", "a_0000"], tmp_path)
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.nii.gz"))
    assert left == sorted(name.format(patient, patient) for patient in ("a", "a_0000") for name in names)
