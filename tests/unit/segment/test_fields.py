import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from oneclick.data.grid import grid_of
from oneclick.segment.fields import body_beyond, fields_of, fitted_grid
from oneclick.segment.measured import mask_of_fields
from oneclick.segment.new_patient import Preparation, prepare
from oneclick.segment.prepared import PreparedFiles


def affine_of(*mm):
    """Stored as DICOM stores a supine patient: rows to the left, columns to the back."""
    return np.diag([-mm[0], -mm[1], mm[2], 1.0])


def seen(rows=(4, 5, 6), columns=(4, 5, 6), slices=(3, 3, 3)):
    sides = zip(("rows", "columns", "slices"), (rows, columns, slices), strict=True)
    return {side: dict(zip(("least", "median", "most"), mm, strict=True)) for side, mm in sides}


@pytest.mark.parametrize(
    ("voxel_mm", "pixel_mm"),
    [
        # a plane of 16 voxels on 8 pixels, each of two voxels
        (2.5, 5),  # the median
        (3.3, 6.6),  # a tenth above the most
        (1.83, 3.66),  # a tenth below the least is 3.636
        (3.31, 5),  # beyond: the median
        (1.81, 5),
        (10, 5),
    ],
)
def test_pixels_are_as_large_as_the_networks_saw_them(voxel_mm, pixel_mm):
    pet, affine = np.ones((16, 16, 3)), affine_of(voxel_mm, voxel_mm, 3)
    grid, _, notes = fitted_grid(pet, affine, 8, None, seen())
    assert grid.pixel_mm == pytest.approx((pixel_mm, pixel_mm))
    as_before = pixel_mm == pytest.approx(2 * voxel_mm)
    assert (grid == grid_of(pet, affine, 8, None)) == as_before and bool(notes) != as_before


def test_rows_and_columns_have_sizes_of_their_own():
    pet, both = np.ones((16, 32, 3)), seen(columns=(8, 8, 8))
    assert fitted_grid(pet, affine_of(2.5, 2, 3), 8, None, both)[0].pixel_mm == pytest.approx((5, 8))
    turned = fitted_grid(pet.transpose(1, 0, 2), affine_of(2, 2.5, 3), 8, None, both)  # 8 x 5 mm
    assert turned[0].pixel_mm == pytest.approx((5, 8)) and str(turned[0]) == "8 x 8 pixels of 5 x 8 mm"
    assert turned[2] == [
        "the networks saw pixels of 5 x 8 mm, and its planes would have pixels of 8 x 5 mm: its slices are resampled to the "
        "networks' pixels, with zeros around the scan"
    ]


def test_a_scan_smaller_than_the_networks_fields_lies_in_the_middle_of_zeros():
    pet = np.random.default_rng(2).uniform(1, 2, (8, 8, 3))
    grid, _, notes = fitted_grid(pet, affine_of(5, 5, 3), 16, None, seen())
    assert grid.start == (-4, -4) and grid.pixel == (1, 1)
    assert notes[0].endswith("are resampled to the networks' pixels, with zeros around the scan")


def test_a_study_with_a_spacing_or_without_sizes_goes_on_as_it_did():
    pet, affine = np.ones((16, 16, 3)), affine_of(6, 6, 3)
    assert fitted_grid(pet, affine, 8, 4.0, seen((4, 4, 4), (4, 4, 4))) == (grid_of(pet, affine, 8, 4.0), [], [])
    assert fitted_grid(pet, affine, 8, None, None) == (grid_of(pet, affine, 8, None), [], [])


@pytest.mark.parametrize("spacing, size", [(None, 32), (5.0, 16)])
def test_coarse_voxels_are_said_where_pixels_fit_as_well(spacing, size):
    """32 pixels on 16 voxels of 10 mm are 5 mm, as the networks saw them."""
    grid, doubts, _ = fitted_grid(np.ones((16, 16, 3)), affine_of(10, 10, 3), size, spacing, seen())
    assert grid.pixel_mm == pytest.approx((5, 5))
    wrong = "its voxels of 10 x 10 mm are coarser than the pixels of 5 x 5 mm that the networks saw"
    assert [doubt.problem for doubt in doubts] == [wrong]


def test_what_no_resampling_mends_is_said():
    _, doubts, notes = fitted_grid(np.ones((16, 16, 3)), affine_of(8, 8, 7), 8, None, seen())
    assert [doubt.problem for doubt in doubts] == [
        "its voxels of 8 x 8 mm are coarser than the pixels of 5 x 5 mm that the networks saw"
    ]
    assert notes[1] == "its slices are 7 mm apart, and those that the networks saw were 3 to 3 mm apart"
    assert fitted_grid(np.ones((16, 16, 3)), affine_of(7.4, 7.4, 5.9), 8, None, seen())[1] == []


def starts(places, n=64, voxel_mm=10.0, size=16, spacing=10.0):
    """Where the fields of 160 x 160 mm of a slice of 640 x 640 mm start, and the clicks that each was laid for. A click
    needs 20 mm, two voxels, on each side."""
    pet = np.ones((n, n, 2))
    grid = grid_of(pet, affine_of(voxel_mm, voxel_mm, 3), size, spacing)
    clicks = [(order, *place) for order, place in enumerate(places)]
    return [(field.grid.start, field.clicks) for field in fields_of(grid, {1: clicks})]


@pytest.mark.parametrize(
    ("place", "start"),
    [
        ((32, 32), (24, 24)),  # 24 to 39: the middle, as without clicks
        ((26, 37), (24, 24)),  # two voxels from the edge, a third is half a voxel too few
        ((25, 38), (23, 25)),
        ((60, 10), (46.0 + 1, 8)),  # 44 + 3: needs 58.5 to 62.5, begins at a voxel's edge
        ((63, 0), (48, 0)),  # not beyond the scan
    ],
)
def test_a_field_is_moved_by_as_little_as_gives_its_click_room(place, start):
    assert starts([place]) == [(start, (0,))]


def test_clicks_too_far_apart_get_fields_of_their_own():
    # of 16 voxels, one to spare; two on each side of a click: the first and the last may be 11 apart
    assert starts([(30, 20), (30, 31)]) == [((24, 18), (0, 1))]
    assert starts([(30, 20), (30, 32), (30, 21)]) == [((24, 18), (0, 2)), ((24, 24), (1,))]
    assert starts([]) == [((24, 24), ())]
    # A scan that is no larger than the field has one, wherever its clicks are.
    assert starts([(0, 0), (15, 15), (15, 0)], n=16) == [((0, 0), (0, 1, 2))]
    assert starts([(0, 0), (15, 15)], n=16, size=32) == [((-8, -8), (0, 1))]


def test_fields_that_overlap_are_one_mask_on_the_scan():
    grid = grid_of(np.ones((8, 8, 3)), affine_of(1, 1, 1), 4, 1.0)
    slices = pd.DataFrame({"slice": [1, 1, 2], "start_row": [0.0, 2.0, 4.0], "start_column": [0.0, 0.0, 4.0]})
    found = np.zeros((3, 4, 4), np.uint8)
    found[0, 1, 1] = found[0, 3, 3] = found[1, 0, 0] = found[1, 1, 3] = found[2, 3, 3] = 1
    expected = [[1, 1, 1], [2, 0, 1], [3, 3, 1], [7, 7, 2]]  # (3, 3) in both
    assert np.argwhere(mask_of_fields(found, slices, grid)).tolist() == expected


def whole_body(tmp_path, clicks):
    """What is prepared of a scan of 64 x 48 x 3 voxels of 5 mm for networks that saw 16 x 16 pixels of 5 mm."""
    pet = np.random.default_rng(6).gamma(2, 2, (64, 48, 3)).astype(np.float32)
    nib.save(nib.Nifti1Image(pet, affine_of(5, 5, 3)), tmp_path / "pet.nii")
    (tmp_path / "clicks.csv").write_text("patient,i,j,k\n" + "".join(f"p,{click}\n" for click in clicks))
    names = ("slices.npy", "matrices.npy", "slices.csv", "found.csv", "grid.json")
    files = PreparedFiles(*(str(tmp_path / name) for name in names))
    settings = Preparation("refuse", "skip", 16, None, "area", seen())
    prepare("p", str(tmp_path / "pet.nii"), str(tmp_path / "clicks.csv"), settings, files)
    return pet, np.load(files.slices_npy), np.load(files.clicks_npy), *map(pd.read_csv, (files.slices_csv, files.clicks_csv))


def test_networks_of_small_fields_are_shown_the_part_of_a_whole_body_that_was_clicked(tmp_path):
    pet, images, matrices, slices, clicks = whole_body(tmp_path, ["60,40,2", "30,20,1", "5,5,1", "31,21,1"])
    # pixels are voxels; fields of 80 mm, 10 mm of them for a click on each side
    columns = ["slice", "n_clicks", "start_row", "start_column"]
    assert slices[columns].values.tolist() == [[1, 2, 24, 16], [1, 1, 3, 3], [2, 1, 47, 27]]
    for image, number, row, column in zip(images, slices["slice"], [24, 3, 47], [16, 3, 27], strict=True):
        part = pet[row : row + 16, column : column + 16, number]
        np.testing.assert_allclose(image, (part - part.min()) / np.ptp(part), rtol=1e-5)
    assert [np.argwhere(matrix).tolist() for matrix in matrices] == [[[6, 4], [7, 5]], [[2, 2]], [[13, 13]]]
    columns = ["slice", "component", "row", "column", "i", "j", "k", "index"]
    assert clicks[columns].values.tolist() == [
        [2, 1, 13, 13, 60, 40, 2, 2],
        [1, 1, 6, 4, 30, 20, 1, 0],
        [1, 2, 2, 2, 5, 5, 1, 1],
        [1, 3, 7, 5, 31, 21, 1, 0],
    ]


def test_a_body_larger_than_the_field_is_named_where_slices_have_no_click():
    pet = np.zeros((24, 24, 3))
    pet[2:22, 4:20] = 1  # a body of 20 x 16 voxels of 5 mm
    affine = affine_of(5, 5, 3)
    assert body_beyond(grid_of(pet, affine, 20, 5.0), pet) is None
    assert body_beyond(grid_of(pet, affine, 7, None), pet) is None  # 24 / 7 of a voxel: all of the plane but for rounding
    doubt = body_beyond(grid_of(pet, affine, 18, 5.0), pet)
    wrong = "the body is 100 x 80 mm, and of slices without a click the networks see the middle 90 x 90 mm"
    assert doubt.problem == wrong and doubt.mend == "click what lies beyond, or choose unclicked: skip"
