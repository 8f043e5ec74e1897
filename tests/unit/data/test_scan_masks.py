"""What other tools read of a study: masks on the scans that give its Dice again, and the layouts of nnU-Net and HECKTOR."""

import json

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from oneclick.data.exports import export_scan, export_tables, nnunet_splits, remove_others
from oneclick.data.grid import grid_of
from oneclick.data.scan_masks import export_masks
from oneclick.data.slices import preprocess, resize_masks
from oneclick.evaluation.scores import write_scores

ORIENTATIONS = [("L", "P", "S"), ("R", "A", "S"), ("P", "I", "R")]


def native_study(tmp_path, codes, spacing, size):
    """Two patients of 20 x 20 x 6 voxels of 4 x 4 x 3 mm, stored in some orientation, and random segmentations."""
    rng, lps = np.random.default_rng(6), np.diag([-4.0, -4.0, 3.0, 1.0])
    order = nib.orientations.ornt_transform(nib.io_orientation(lps), nib.orientations.axcodes2ornt(codes))
    rows, files = [], {}
    for patient, fold in (("a", 1), ("b", 2)):
        pet, mask = rng.random((20, 20, 6)).astype(np.float32), np.zeros((20, 20, 6), np.uint8)
        mask[4:9, 5:12, 1:4] = 1
        paths = {}
        for kind, data in (("pet", pet), ("mask", mask)):
            image = nib.Nifti1Image(data, lps).as_reoriented(order)
            paths[kind] = str(tmp_path / f"{patient}-{kind}.nii.gz")
            nib.save(image, paths[kind])
        out = {name: str(tmp_path / f"{patient}-{name}") for name in ("slices.npy", "masks.npy", "slices.csv", "grid.json")}
        preprocess(patient, paths["pet"], paths["mask"], None, size, spacing, "area", "area", 6, *out.values())
        n = len(np.load(out["slices.npy"]))
        rows.append((patient, fold, n))
        files[patient] = paths | out
    pd.DataFrame(rows, columns=["patient", "fold", "n_slices"]).to_csv(tmp_path / "folds.csv", index=False)
    truth = np.concatenate([np.load(files[p]["masks.npy"]) for p in "ab"])
    # what a network may predict: the tumour with errors
    segmentations = np.where(rng.random(truth.shape) < 0.9, truth, 1 - truth).astype(np.uint8)
    if spacing is not None and size > 20:  # pixels beyond the scan are no part of it
        inside = slice((size - 20) // 2, (size - 20) // 2 + 20)
        segmentations[:, : inside.start] = segmentations[:, inside.stop :] = 0
        segmentations[:, :, : inside.start] = segmentations[:, :, inside.stop :] = 0
    np.save(tmp_path / "segmentations.npy", segmentations)
    return files


@pytest.mark.parametrize("codes", ORIENTATIONS)
@pytest.mark.parametrize("spacing, size", [(None, 20), (4.0, 24)])
def test_an_exported_mask_gives_the_dice_of_the_scores_where_pixels_are_voxels(tmp_path, codes, spacing, size):
    files = native_study(tmp_path, codes, spacing, size)
    tables = {p: files[p]["slices.csv"] for p in "ab"}
    write_scores(
        "m",
        folds_csv=tmp_path / "folds.csv",
        segmentations_npy=tmp_path / "segmentations.npy",
        masks_npys={p: files[p]["masks.npy"] for p in "ab"},
        slices_csvs=tables,
        both_empty=0,
        scores_csv=tmp_path / "scores.csv",
    )
    export_masks(
        folds_csv=tmp_path / "folds.csv",
        segmentations_npy=tmp_path / "segmentations.npy",
        slices_csvs=tables,
        grid_jsons={p: files[p]["grid.json"] for p in "ab"},
        pet_paths={p: files[p]["pet"] for p in "ab"},
        mask_paths={p: str(tmp_path / f"{p}-out.nii.gz") for p in "ab"},
    )
    scores = pd.read_csv(tmp_path / "scores.csv")
    axis = [code in "SI" for code in codes].index(True)
    assert len(scores) == 6 and scores["dice"].between(0.3, 0.95).all()
    for row in scores.to_dict("records"):
        one, other = (
            np.take(np.asarray(nib.load(path).dataobj), row["slice"], axis=axis).astype(bool)
            for path in (tmp_path / f"{row['patient']}-out.nii.gz", files[row["patient"]]["mask"])
        )
        assert row["dice"] == pytest.approx(2 * (one & other).sum() / (one.sum() + other.sum()), abs=1e-6)


def disc(size, centre, radius):
    rows, columns = np.mgrid[:size, :size]
    return ((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2 <= radius**2).astype(np.uint8)


@pytest.mark.parametrize("shape", [(512, 512, 1), (256, 512, 1), (128, 384, 1)])
def test_a_mask_comes_back_to_its_pixels_where_they_are_whole_numbers_of_voxels(shape):
    grid = grid_of(np.zeros(shape), np.diag([-1.0, -1.0, 1.0, 1.0]), 128, None)
    mask = disc(128, (50, 70), 9)
    np.testing.assert_array_equal(resize_masks(grid.to_plane(mask)[None], grid, "area")[0], mask)


@pytest.mark.parametrize("shape", [(24, 24, 1), (24, 31, 1), (100, 90, 1), (168, 168, 1), (192, 200, 1), (1024, 700, 1)])
def test_an_outline_moves_by_half_a_pixel_or_voxel_elsewhere(shape):
    grid = grid_of(np.zeros(shape), np.diag([-1.0, -1.0, 1.0, 1.0]), 128, None)
    n = 128 // 4 if min(shape) < 128 else 12
    back = grid.to_plane(disc(128, (60, 64), n))
    # where each voxel's centre lies among the pixels, in pixels
    centres = [(np.arange(m) + 0.5) * 128 / m - 0.5 for m in shape[:2]]
    away = np.hypot(centres[0][:, None] - 60, centres[1] - 64) - n
    half = 0.5 * np.sqrt(2)  # a pixel's centre is at most that far, in pixels, from a voxel's centre within it
    assert (back[away < -half] == 1).all() and (back[away > half] == 0).all()


def test_splits_test_each_patient_with_slices_once():
    splits = nnunet_splits(["a", "b", "c", "none"], {"a": 1, "b": 2, "c": 1})
    assert splits == [
        {"train": ["b", "none"], "val": ["a", "c"]},
        {"train": ["a", "c", "none"], "val": ["b"]},
    ]


def test_layouts_of_other_tools(tmp_path):
    files = native_study(tmp_path, ("L", "P", "S"), None, 20)
    image = nib.load(files["a"]["pet"])
    image.header["descrip"] = b"DOE^JANE"
    nib.save(image, tmp_path / "named.nii.gz")
    pets, masks = ([str(tmp_path / f"{n}-{kind}.nii.gz") for n in (1, 2)] for kind in ("p", "m"))
    export_scan("a", str(tmp_path / "named.nii.gz"), files["a"]["mask"], None, pets, masks)
    for path, source in [(p, files["a"]["pet"]) for p in pets] + [(m, files["a"]["mask"]) for m in masks]:
        np.testing.assert_array_equal(nib.load(path).get_fdata(), nib.load(source).get_fdata())
        np.testing.assert_allclose(nib.load(path).affine, nib.load(source).affine)
        assert nib.load(path).header["descrip"].item() == b"oneclick-pet"
    out = [tmp_path / name for name in ("dataset.json", "splits.json", "table.csv")]
    export_tables(["a", "b"], tmp_path / "folds.csv", {p: files[p]["slices.csv"] for p in "ab"}, *out)
    assert json.loads(out[0].read_text())["numTraining"] == 2
    assert json.loads(out[1].read_text()) == [{"train": ["b"], "val": ["a"]}, {"train": ["a"], "val": ["b"]}]
    assert pd.read_csv(out[2]).values.tolist() == [[p, k, f] for p, f in (("a", 1), ("b", 2)) for k in (1, 2, 3)]


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
