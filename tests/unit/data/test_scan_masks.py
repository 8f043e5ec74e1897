"""Masks on the scans, which give the Dice of the scores again."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from stack_files import write_folds, write_stack

from oneclick.data.grid import grid_of
from oneclick.data.scan_masks import export_masks
from oneclick.data.slice_files import SliceFiles
from oneclick.data.slices import Preprocess, preprocess, resize_masks
from oneclick.data.stack import StackFiles, stack
from oneclick.data.volume import Geometry
from oneclick.evaluation.scores import write_scores

ORIENTATIONS = [("L", "P", "S"), ("R", "A", "S"), ("P", "I", "R")]


def native_study(tmp_path, codes, spacing, size):
    """Two patients of 20 x 20 x 6 voxels of 4 x 4 x 3 mm, stored in some orientation, and random segmentations."""
    rng, lps = np.random.default_rng(6), np.diag([-4.0, -4.0, 3.0, 1.0])
    order = nib.orientations.ornt_transform(nib.io_orientation(lps), nib.orientations.axcodes2ornt(codes))
    scans, files = {}, {}
    for patient in "ab":
        pet, mask = rng.random((20, 20, 6)).astype(np.float32), np.zeros((20, 20, 6), np.uint8)
        mask[4:9, 5:12, 1:4] = 1
        paths = {}
        for kind, data in (("pet", pet), ("mask", mask)):
            image = nib.Nifti1Image(data, lps).as_reoriented(order)
            paths[kind] = str(tmp_path / f"{patient}-{kind}.nii.gz")
            nib.save(image, paths[kind])
        names = ("slices.npy", "masks.npy", "slices.csv", "grid.json")
        files[patient] = SliceFiles(*(str(tmp_path / f"{patient}-{name}") for name in names))
        settings = Preprocess(size, spacing, "area", "area", 6)
        preprocess(patient, paths["pet"], paths["mask"], None, settings, files[patient])
        scans[patient] = paths
    stacked = StackFiles(*(str(tmp_path / name) for name in ("slices.npy", "masks.npy", "slices.csv", "grids.json")))
    stack(files, stacked, print)
    write_folds(tmp_path, {"a": 1, "b": 2})
    truth = np.load(stacked.masks_npy)
    # what a network may predict: the tumour with errors
    segmentations = np.where(rng.random(truth.shape) < 0.9, truth, 1 - truth).astype(np.uint8)
    if spacing is not None and size > 20:  # pixels beyond the scan are no part of it
        inside = slice((size - 20) // 2, (size - 20) // 2 + 20)
        segmentations[:, : inside.start] = segmentations[:, inside.stop :] = 0
        segmentations[:, :, : inside.start] = segmentations[:, :, inside.stop :] = 0
    np.save(tmp_path / "segmentations.npy", segmentations)
    return scans, stacked


@pytest.mark.parametrize("codes", ORIENTATIONS)
@pytest.mark.parametrize("spacing, size", [(None, 20), (4.0, 24)])
def test_an_exported_mask_gives_the_dice_of_the_scores_where_pixels_are_voxels(tmp_path, codes, spacing, size):
    scans, files = native_study(tmp_path, codes, spacing, size)
    segmentations_npy = str(tmp_path / "segmentations.npy")
    scored = files.slices_csv, str(tmp_path / "folds.csv"), files.masks_npy, segmentations_npy
    write_scores("m", *scored, 0, str(tmp_path / "scores.csv"))
    export_masks(files.slices_csv, files.grids_json, segmentations_npy, str(tmp_path / "out"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.nii.gz", "b.nii.gz"]
    scores = pd.read_csv(tmp_path / "scores.csv")
    axis = [code in "SI" for code in codes].index(True)
    assert len(scores) == 6 and scores["dice"].between(0.3, 0.95).all()
    for row in scores.to_dict("records"):
        one, other = (
            np.take(np.asarray(nib.load(path).dataobj), row["slice"], axis=axis).astype(bool)
            for path in (tmp_path / f"out/{row['patient']}.nii.gz", scans[row["patient"]]["mask"])
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


def test_masks_lie_on_the_scan_in_slices_of_their_patient(tmp_path):
    affine = np.array([[-2.0, 0, 0, 50], [0, -2, 0, 60], [0, 0, 4, -30], [0, 0, 0, 1]])
    geometry = Geometry(affine.tolist(), [affine.tolist(), 1], [affine.tolist(), 1], "mm")
    grid = replace(grid_of(np.zeros((4, 6, 5)), affine, 2, None), geometry=geometry)
    planes = np.ones((3, 2, 2))
    files = write_stack(tmp_path, {"b": [1, 2], "a": [3]}, planes, planes, dict.fromkeys(("b", "none", "a"), grid))
    masks = np.zeros((3, 2, 2), np.uint8)
    masks[0, 0, 0] = masks[1, 0, 1] = masks[2, 1, 0] = 1  # b's two slices, then a's
    np.save(tmp_path / "found.npy", masks)
    export_masks(files.slices_csv, files.grids_json, str(tmp_path / "found.npy"), str(tmp_path / "out"))
    images = {patient: nib.load(tmp_path / f"out/{patient}.nii.gz") for patient in ("a", "b", "none")}
    found = {patient: np.asarray(image.dataobj) for patient, image in images.items()}
    assert found["none"].shape == (4, 6, 5) and not found["none"].any()
    expected = np.zeros((4, 6, 5))
    expected[:2, :3, 1] = expected[:2, 3:, 2] = 1
    np.testing.assert_array_equal(found["b"], expected)
    expected[:] = 0
    expected[2:, :3, 3] = 1
    np.testing.assert_array_equal(found["a"], expected)
    np.testing.assert_allclose(images["a"].affine, affine)
    assert images["a"].header["descrip"].item() == b"oneclick-pet, 2 x 2 pixels of the whole plane"


def test_a_mask_lies_on_its_scan_after_the_way_through_the_stack(tmp_path):
    """Preprocessed, stacked and exported as the rules do, a mask has qform, sform, their codes and the unit of the scan."""
    forms, codes = [np.diag([-4.0, -4.0, 3.0, 1.0]) for _ in range(2)], {"qform": 1, "sform": 2}
    forms[1][:3, 3] = 5, 6, 7
    pet = nib.Nifti1Image(np.random.default_rng(6).random((20, 20, 6)).astype(np.float32), None)
    pet.set_qform(forms[0], codes["qform"])
    pet.set_sform(forms[1], codes["sform"])
    pet.header.set_xyzt_units("mm", "sec")
    mask = np.zeros((20, 20, 6), np.uint8)
    mask[4:9, 5:12, 1:4] = 1
    nib.save(pet, tmp_path / "pet.nii.gz")
    nib.save(nib.Nifti1Image(mask, pet.affine), tmp_path / "mask.nii.gz")
    names = ("slices.npy", "masks.npy", "slices.csv", "grid.json")
    of_patient = SliceFiles(*(str(tmp_path / f"a-{name}") for name in names))
    scans = [str(tmp_path / f"{name}.nii.gz") for name in ("pet", "mask")]
    preprocess("a", *scans, None, Preprocess(20, None, "area", "area", 6), of_patient)
    stacked = StackFiles(*(str(tmp_path / name) for name in (*names[:3], "grids.json")))
    stack({"a": of_patient}, stacked, print)
    export_masks(stacked.slices_csv, stacked.grids_json, stacked.masks_npy, str(tmp_path / "out"))
    written = nib.load(tmp_path / "out/a.nii.gz")
    np.testing.assert_array_equal(np.asarray(written.dataobj), mask)
    for (affine, code), form, asked in zip(
        (written.header.get_qform(coded=True), written.header.get_sform(coded=True)), forms, codes.values(), strict=True
    ):
        np.testing.assert_allclose(affine, form, atol=1e-6)
        assert code == asked
    assert written.header.get_xyzt_units()[0] == "mm"
