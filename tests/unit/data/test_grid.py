import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneclick.data.grid import Grid, grid_of, resize, resize_weights, tilt, transaxial

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""Voxels of 1 mm, stored as DICOM stores a supine patient: rows to the left, columns to the back, slices to the head."""


def whole_plane(shape, size):
    return grid_of(np.zeros(shape), LPS, size, None)


def stored_as(codes, data=None):
    """A volume given as (left, back, head), and its affine, stored in the order of the codes, e.g. ("S", "A", "R")."""
    order = nib.orientations.ornt_transform(nib.io_orientation(LPS), nib.orientations.axcodes2ornt(codes))
    return (
        nib.orientations.apply_orientation(data, order),
        LPS @ nib.orientations.inv_ornt_aff(order, data.shape),
    )


ORDERS = [("L", "P", "S"), ("R", "A", "S"), ("P", "S", "L"), ("S", "A", "R"), ("I", "L", "P"), ("A", "R", "I")]


def test_a_pixel_lies_on_the_voxel_at_its_centre():
    grid = whole_plane((512, 512, 40), 128)
    assert grid.voxel_of_pixel(7, 0, 0) == (2, 2, 7)
    assert grid.voxel_of_pixel(7, 127, 64) == (510, 258, 7)


def test_rows_follow_i_and_columns_j_also_in_planes_that_are_not_square():
    assert whole_plane((64, 32, 3), 16).voxel_of_pixel(0, 15, 15) == (62, 31, 0)
    # smaller than the slice: two pixels share a voxel
    assert [whole_plane((8, 8, 1), 16).voxel_of_pixel(0, p, 0)[0] for p in range(4)] == [0, 0, 1, 1]


def test_a_slice_mask_covers_its_blocks_of_voxels():
    mask = np.zeros((2, 2), np.uint8)
    mask[0, 1] = 1
    expected = np.zeros((4, 6), np.uint8)
    expected[:2, 3:] = 1
    np.testing.assert_array_equal(whole_plane((4, 6, 1), 2).to_plane(mask), expected)


@pytest.mark.parametrize("codes", ORDERS)
def test_planes_are_the_same_whatever_the_orientation_of_the_file(codes):
    data = np.random.default_rng(0).random((5, 6, 7))  # left, back, head
    stored, affine = stored_as(codes, data)
    grid = grid_of(stored, affine, 4, None)
    assert grid.plane == (5, 6)
    number_axis = [code in "SI" for code in codes].index(True)
    heads = data if codes[number_axis] == "S" else data[:, :, ::-1]  # numbers follow the stored axis
    np.testing.assert_array_equal(grid.planes(stored), np.moveaxis(heads, 2, 0))


@pytest.mark.parametrize("codes", ORDERS)
@pytest.mark.parametrize("spacing", [None, 0.75])
def test_pixels_and_voxels_find_each_other_in_any_orientation(codes, spacing):
    data = np.random.default_rng(0).random((5, 6, 7))
    stored, affine = stored_as(codes, data)
    grid = grid_of(stored, affine, 16, spacing)
    for voxel in np.ndindex(stored.shape):
        assert grid.voxel_of_pixel(*grid.pixel_of_voxel(*voxel)) == voxel


def test_oblique_scans_take_the_nearest_axes():
    angle = np.radians(20)
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([-4.0, -4.0, 3.0])
    assert transaxial(affine) == ((0, 1, 2), (False, False))
    assert tilt(affine) == pytest.approx(20)
    assert tilt(LPS) == 0
    # stored as sagittal slices: i to the head, j to the front, k to the right
    assert transaxial(affine[:, [2, 1, 0, 3]] * [1, -1, -1, 1]) == ((2, 1, 0), (True, True))


def test_a_small_scan_lies_in_the_middle_of_zeros():
    pet = np.ones((4, 6, 1))
    grid = grid_of(pet, LPS, 8, 1.0)
    assert grid.start == (-2, -1)
    expected = np.zeros((8, 8))
    expected[2:6, 1:7] = 1
    np.testing.assert_array_equal(resize(grid.planes(pet), grid, "area")[0], expected)
    np.testing.assert_array_equal(resize(grid.planes(pet), grid, "bilinear")[0], expected)


def test_of_a_large_scan_the_part_around_the_body_is_taken_and_stays_within_it():
    pet = np.full((40, 40, 3), 0.01)
    pet[24:32, 2:6] = 5.0  # a body 8 x 4 voxels large, its middle at (28, 4)
    grid = grid_of(pet, LPS, 16, 1.0)
    assert grid.start == (20, 0)  # columns would begin at -4
    np.testing.assert_array_equal(resize(grid.planes(pet), grid, "area"), np.moveaxis(pet[20:36, :16], 2, 0))


def test_pixels_of_another_size_are_means_by_area():
    pet = np.arange(16.0).reshape(4, 4, 1)
    grid = grid_of(pet, np.diag([-2.0, -2.0, 3.0, 1.0]), 2, 4.0)  # four voxels of 2 mm, two pixels of 4 mm
    np.testing.assert_allclose(resize(grid.planes(pet), grid, "area")[0], [[2.5, 4.5], [10.5, 12.5]])
    # a pixel half beyond the scan has half of its value
    np.testing.assert_allclose(resize_weights(2, 2, "area", start=-1, pixel=2), [[0.5, 0], [0, 0.5]])


@given(st.integers(1, 30), st.integers(1, 30), st.sampled_from([0.7, 1.0, 2.5]), st.integers(4, 40))
def test_a_mask_within_the_grid_comes_back_where_pixels_are_voxels(rows, columns, voxel, size):
    affine = np.diag([-voxel, voxel, 3.0, 1.0])
    pet = np.random.default_rng(rows).random((rows, columns, 1))
    grid = grid_of(pet, affine, size, voxel)
    mask = np.random.default_rng(columns).integers(0, 2, (1, rows, columns)).astype(np.uint8)
    mask *= grid.to_plane(np.ones((size, size), np.uint8))  # what lies beyond the grid is lost
    np.testing.assert_array_equal(grid.to_plane(resize(mask, grid, "area")[0].astype(np.uint8)), mask[0])


def test_grid_is_read_as_it_was_written_and_says_what_it_is(tmp_path):
    for grid in (whole_plane((512, 400, 33), 128), grid_of(np.ones((30, 20, 9)), LPS, 64, 5.0)):
        grid.write(tmp_path / "grid.json")
        assert Grid.read(tmp_path / "grid.json") == grid
    assert str(grid) == "64 x 64 pixels of 5 mm"


def whole(n, size):
    return whole_plane((n, n, 1), size)


def test_area_is_the_mean_of_each_block():
    image = np.arange(16, dtype=float).reshape(1, 4, 4)
    np.testing.assert_allclose(resize(image, whole(4, 2), "area")[0], [[2.5, 4.5], [10.5, 12.5]])


def test_bilinear_is_the_mean_of_the_central_two_by_two_at_four_to_one():
    image = np.random.default_rng(0).random((1, 8, 8))
    expected = [[image[0, r : r + 2, c : c + 2].mean() for c in (1, 5)] for r in (1, 5)]
    np.testing.assert_allclose(resize(image, whole(8, 2), "bilinear")[0], expected)


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


@pytest.mark.parametrize("codes", ORDERS)
def test_the_distance_of_slices_whatever_the_orientation_of_the_file(codes):
    stored, affine = stored_as(codes, np.zeros((5, 6, 7)))
    affine = affine @ np.diag([{"L": 2.0, "R": 2.0, "A": 3.0, "P": 3.0, "S": 4.0, "I": 4.0}[code] for code in codes] + [1])
    grid = grid_of(stored, affine, 4, None)
    assert grid.slice_mm == pytest.approx(4)
    assert grid.pixel_mm == pytest.approx((2 * 5 / 4, 3 * 6 / 4))


@pytest.mark.parametrize("codes", ORDERS)
def test_a_pixel_is_as_thick_as_slices_are_apart(codes):
    in_mm = np.diag([-2.0, -3.0, 5.0, 1.0])  # left, back, head
    data = np.zeros((8, 16, 4))
    order = nib.orientations.ornt_transform(nib.io_orientation(LPS), nib.orientations.axcodes2ornt(codes))
    stored = nib.orientations.apply_orientation(data, order)
    grid = grid_of(stored, in_mm @ nib.orientations.inv_ornt_aff(order, data.shape), 4, None)
    assert grid.slice_mm == 5
    assert grid.pixel_ml == pytest.approx(4 * 12 * 5 / 1000)  # 2 x 4 voxels a pixel
