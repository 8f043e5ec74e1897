import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from oneclick.data.grid import grid_of
from oneclick.data.slice_files import SliceFiles
from oneclick.data.slices import Preprocess, preprocess, resize_masks, scale_to_unit, tumour_slices
from oneclick.data.volume import ScanError

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def whole_plane(n, size):
    return grid_of(np.zeros((n, n, 1)), LPS, size, None)


def block_mask(n_positive: int) -> np.ndarray:
    """An 8 x 8 mask whose upper left 4 x 4 block has ``n_positive`` positive pixels, dealt in raster order."""
    mask = np.zeros((8, 8), np.uint8)
    mask[:4, :4].flat = np.arange(16) < n_positive
    return mask


@pytest.mark.parametrize("n_positive, expected", [(0, 0), (4, 0), (5, 1), (16, 1)])
def test_a_pixel_is_positive_from_five_of_sixteen(n_positive, expected):
    # also in an arrangement that bilinear sampling would miss: block_mask(5) has one of the central four pixels only
    np.testing.assert_array_equal(
        resize_masks(block_mask(n_positive)[None], whole_plane(8, 2), "area")[0], [[expected, 0], [0, 0]]
    )


@pytest.mark.parametrize("central, expected", [(1, 0), (2, 1), (4, 1)])
def test_the_notebook_asks_for_two_of_the_central_four(central, expected):
    mask = np.ones((4, 4), np.uint8)
    mask[1:3, 1:3].flat = np.arange(4) < central
    assert resize_masks(mask[None], whole_plane(4, 1), "bilinear")[0, 0, 0] == expected


def test_each_slice_is_scaled_on_its_own():
    scaled = scale_to_unit(np.array([[[1.0, 3.0]], [[10.0, 14.0]], [[-1.0, -0.5]]]))
    np.testing.assert_array_equal(scaled, [[[0, 1]], [[0, 1]], [[0, 1]]])
    assert scaled.dtype == np.float32
    with pytest.raises(ValueError, match="constant"):
        scale_to_unit(np.ones((1, 2, 2)))


def volume_with_tumours() -> tuple[np.ndarray, np.ndarray]:
    """8 x 8 x 4: no tumour, a tumour of 5, one of 6 and one of 16 pixels of 1 x 1 voxel."""
    mask = np.zeros((8, 8, 4), np.uint8)
    mask[0, :5, 1] = 1
    mask[0, :6, 2] = 1
    mask[2:6, 2:6, 3] = 1
    return np.random.default_rng(1).random((8, 8, 4)).astype(np.float32), mask


def test_slices_with_fewer_than_six_positive_pixels_are_left_out():
    pet, mask = volume_with_tumours()
    slices = tumour_slices(pet, mask, grid_of(pet, LPS, 8, None), "area", "area", 6)
    np.testing.assert_array_equal(slices.numbers, [2, 3])
    np.testing.assert_array_equal(slices.masks, np.moveaxis(mask[:, :, 2:], 2, 0))
    plane = pet[:, :, 3].astype(float)
    np.testing.assert_allclose(slices.images[1], (plane - plane.min()) / np.ptp(plane), rtol=1e-6)


def write(tmp_path, name, data):
    nib.save(nib.Nifti1Image(data, np.diag([-2.0, -2.0, 3.0, 1.0])), tmp_path / name)
    return str(tmp_path / name)


def run_preprocess(tmp_path, pet, mask, size=8, spacing=None, labels=None):
    scans = write(tmp_path, "pet.nii.gz", pet), write(tmp_path, "mask.nii.gz", mask)
    preprocess("p1", *scans, labels, Preprocess(size, spacing, "area", "area", 6), files_in(tmp_path))


def files_in(folder) -> SliceFiles:
    return SliceFiles(*(str(folder / name) for name in ("slices.npy", "masks.npy", "slices.csv", "grid.json")))


def test_files_of_a_patient(tmp_path):
    pet, mask = volume_with_tumours()
    run_preprocess(tmp_path, pet, mask)
    expected = pd.DataFrame({"patient": ["p1"] * 2, "index": [0, 1], "slice": [2, 3], "n_positive": [6, 16]})
    expected["lowest"], expected["highest"] = (f(pet[:, :, 2:], axis=(0, 1)).astype(float) for f in (np.min, np.max))
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "slices.csv"), expected)
    masks = np.load(tmp_path / "masks.npy")
    assert masks.dtype == np.uint8 and masks.sum() == 22
    assert np.load(tmp_path / "slices.npy").max(axis=(1, 2)).tolist() == [1, 1]


def test_a_patient_without_tumour_contributes_nothing(tmp_path):
    pet, mask = volume_with_tumours()
    run_preprocess(tmp_path, pet, np.zeros_like(mask))
    assert np.load(tmp_path / "slices.npy").shape == (0, 8, 8)
    assert len(pd.read_csv(tmp_path / "slices.csv")) == 0


def test_a_constant_tumour_slice_is_an_error_with_a_name(tmp_path):
    pet, mask = volume_with_tumours()
    pet[:, :, 3] = 2.5
    with pytest.raises(ScanError, match=r"patient p1: .*pet\.nii\.gz: slice 3 holds a tumour but is constant"):
        run_preprocess(tmp_path, pet, mask)
    assert not list(tmp_path.glob("*.npy"))


def test_a_tumour_beyond_the_grid_is_an_error(tmp_path):
    pet, mask = volume_with_tumours()
    message = r"patient p1: .*: the tumour of slice 1 \(and of 1 more\) reaches beyond the grid of 4 x 4 pixels of 2 mm; r"
    with pytest.raises(ScanError, match=message):
        run_preprocess(tmp_path, pet, mask, size=4, spacing=2.0)


def test_sagittal_files_give_the_same_slices(tmp_path):
    pet, mask = volume_with_tumours()
    run_preprocess(tmp_path, pet, mask, spacing=2.0)
    expected = [np.load(tmp_path / f"{name}.npy") for name in ("slices", "masks")]
    turned = [nib.load(tmp_path / f"{name}.nii.gz").as_reoriented([[2, -1], [0, 1], [1, 1]]) for name in ("pet", "mask")]
    for image, name in zip(turned, ("pet", "mask"), strict=True):
        nib.save(image, tmp_path / f"turned-{name}.nii.gz")
    paths = [str(tmp_path / f"turned-{name}.nii.gz") for name in ("pet", "mask")]
    preprocess("p1", *paths, None, Preprocess(8, 2.0, "area", "area", 6), files_in(tmp_path))
    for array, name in zip(expected, ("slices", "masks"), strict=True):
        np.testing.assert_array_equal(np.load(tmp_path / f"{name}.npy"), array)
    assert turned[0].shape != pet.shape and pd.read_csv(tmp_path / "slices.csv")["slice"].tolist() == [2, 3]
