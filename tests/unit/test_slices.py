import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneclick.slices import preprocess, resize, resize_masks, resize_weights, scale_to_unit, tumour_slices
from oneclick.volume import ScanError


def block_mask(n_positive: int) -> np.ndarray:
    """An 8 x 8 mask whose upper left 4 x 4 block has ``n_positive`` positive pixels, dealt in raster order."""
    mask = np.zeros((8, 8), np.uint8)
    mask[:4, :4].flat = np.arange(16) < n_positive
    return mask


@pytest.mark.parametrize("n_positive, expected", [(0, 0), (4, 0), (5, 1), (16, 1)])
def test_a_pixel_is_positive_from_five_of_sixteen(n_positive, expected):
    # also in an arrangement that bilinear sampling would miss: block_mask(5) has one of the central four pixels only
    np.testing.assert_array_equal(resize_masks(block_mask(n_positive)[None], 2, "area")[0], [[expected, 0], [0, 0]])


@pytest.mark.parametrize("central, expected", [(1, 0), (2, 1), (4, 1)])
def test_the_notebook_asks_for_two_of_the_central_four(central, expected):
    mask = np.ones((4, 4), np.uint8)
    mask[1:3, 1:3].flat = np.arange(4) < central
    assert resize_masks(mask[None], 1, "bilinear")[0, 0, 0] == expected


def test_area_is_the_mean_of_each_block():
    image = np.arange(16, dtype=float).reshape(1, 4, 4)
    np.testing.assert_allclose(resize(image, 2, "area")[0], [[2.5, 4.5], [10.5, 12.5]])


def test_bilinear_is_the_mean_of_the_central_two_by_two_at_four_to_one():
    image = np.random.default_rng(0).random((1, 8, 8))
    expected = [[image[0, r : r + 2, c : c + 2].mean() for c in (1, 5)] for r in (1, 5)]
    np.testing.assert_allclose(resize(image, 2, "bilinear")[0], expected)


def test_weights_by_hand_at_three_to_two():
    np.testing.assert_allclose(resize_weights(3, 2, "area"), [[2 / 3, 1 / 3, 0], [0, 1 / 3, 2 / 3]])
    # centres of the output pixels at 0.25 and 1.75
    np.testing.assert_allclose(resize_weights(3, 2, "bilinear"), [[0.75, 0.25, 0], [0, 0.25, 0.75]])


@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from(["area", "bilinear"]))
def test_a_constant_stays_constant_at_any_size(n_in, n_out, method):
    np.testing.assert_allclose(resize_weights(n_in, n_out, method).sum(axis=1), 1)


@given(st.integers(1, 60), st.integers(1, 60))
def test_area_keeps_the_mean(n_in, n_out):
    np.testing.assert_allclose(resize_weights(n_in, n_out, "area").sum(axis=0), n_out / n_in)


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
    slices = tumour_slices(pet, mask, 8, "area", "area", 6)
    np.testing.assert_array_equal(slices.numbers, [2, 3])
    np.testing.assert_array_equal(slices.masks, np.moveaxis(mask[:, :, 2:], 2, 0))
    plane = pet[:, :, 3].astype(float)
    np.testing.assert_allclose(slices.images[1], (plane - plane.min()) / np.ptp(plane), rtol=1e-6)


def write(tmp_path, name, data):
    nib.save(nib.Nifti1Image(data, np.diag([-2.0, 2.0, 3.0, 1.0])), tmp_path / name)
    return str(tmp_path / name)


def run_preprocess(tmp_path, pet, mask, size=8):
    preprocess(
        "p1",
        write(tmp_path, "pet.nii.gz", pet),
        write(tmp_path, "mask.nii.gz", mask),
        size,
        "area",
        "area",
        6,
        *(str(tmp_path / name) for name in ("slices.npy", "masks.npy", "slices.csv", "grid.json")),
    )


def test_files_of_a_patient(tmp_path):
    pet, mask = volume_with_tumours()
    run_preprocess(tmp_path, pet, mask)
    expected = pd.DataFrame({"patient": ["p1"] * 2, "index": [0, 1], "slice": [2, 3], "n_positive": [6, 16]})
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
