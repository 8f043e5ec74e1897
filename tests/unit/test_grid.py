import numpy as np

from oneclick.grid import Grid


def test_a_pixel_lies_on_the_voxel_at_its_centre():
    grid = Grid((512, 512, 40), 128)
    assert grid.voxel_of_pixel(0, 0) == (2, 2)
    assert grid.voxel_of_pixel(127, 64) == (510, 258)


def test_rows_follow_i_and_columns_j_also_in_planes_that_are_not_square():
    assert Grid((64, 32, 3), 16).voxel_of_pixel(15, 15) == (62, 31)
    # smaller than the slice: two pixels share a voxel
    assert [Grid((8, 8, 1), 16).voxel_of_pixel(p, 0)[0] for p in range(4)] == [0, 0, 1, 1]


def test_a_slice_mask_covers_its_blocks_of_voxels():
    mask = np.zeros((2, 2), np.uint8)
    mask[0, 1] = 1
    expected = np.zeros((4, 6), np.uint8)
    expected[:2, 3:] = 1
    np.testing.assert_array_equal(Grid((4, 6, 1), 2).to_scan(mask), expected)


def test_grid_is_read_as_it_was_written(tmp_path):
    Grid((512, 400, 33), 128).write(tmp_path / "grid.json")
    assert Grid.read(tmp_path / "grid.json") == Grid((512, 400, 33), 128)
