import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneclick.clicks.files import Click
from oneclick.segment.lesions import COLUMNS, number_lesions, sphere_offsets
from oneclick.segment.lesions import lesion_table as table_of_lesions

OBLIQUE = np.array([[-1.9, 0.8, 0.1, 80.0], [0.6, 2.4, -0.9, -90.0], [-0.05, 0.7, 3.2, 40.0], [0, 0, 0, 1]])


def lesion_table(mask, *others):
    return table_of_lesions(number_lesions(mask), *others)


def spacing(*steps):
    return np.diag([*steps, 1.0])


def test_a_cube_by_hand():
    # 3 x 4 x 5 voxels of 2 x 2.5 x 3 mm = 60 x 15 mm3 = 0.9 ml; SUV 4 but for one voxel of 10: (59 * 4 + 10) / 60 = 4.1
    mask = np.zeros((12, 12, 12), np.uint8)
    mask[2:5, 3:7, 4:9] = 1
    pet = np.where(mask, 4.0, 1.0).astype(np.float32)
    pet[2, 3, 4] = 10
    table = lesion_table(mask, pet, spacing(-2, 2.5, 3))
    assert list(table) == list(COLUMNS)
    assert len(table) == 1
    row = table.iloc[0]
    assert (row["lesion"], row["n_voxels"], row["suv_max"]) == (1, 60, 10)
    assert row["volume_ml"] == pytest.approx(0.9)
    assert row["mtv_ml"] == row["volume_ml"]
    assert row["suv_mean"] == pytest.approx(4.1)
    assert row["tlg"] == pytest.approx(4.1 * 0.9)
    assert tuple(row[["centroid_i", "centroid_j", "centroid_k"]]) == (3, 4.5, 6)
    assert {table[name].dtype.name for name in ("lesion", "n_voxels")} == {"int64"}


def test_the_volume_of_an_oblique_voxel_is_its_determinants():
    mask = np.zeros((3, 3, 3), bool)
    mask[0, 0, :2] = True
    i, j, k = OBLIQUE[:3, :3].T
    assert lesion_table(mask, mask * 1.0, OBLIQUE)["volume_ml"].item() == pytest.approx(2 * abs(i @ np.cross(j, k)) / 1000)


def test_suv_peak_by_hand():
    # Steps of 5 mm: centres at 5 mm lie in the sphere of 6.2 mm, those at 7.07 mm outside: 7 voxels.
    pet = np.full((7, 7, 7), 1.0)
    pet[3, 3, 3] = 8
    mask = np.zeros(pet.shape, bool)
    mask[3, 3, 3] = True
    assert lesion_table(mask, pet, spacing(5, 5, 5))["suv_peak"].item() == pytest.approx((8 + 6 * 1) / 7)
    # At the corner of the volume 4 of the 7 are left.
    corner = np.zeros(pet.shape, bool)
    corner[0, 0, 0] = True
    pet[0, 0, 0] = 9
    assert lesion_table(corner, pet, spacing(5, 5, 5))["suv_peak"].item() == pytest.approx((9 + 3 * 1) / 4)
    # In voxels of 7 mm the sphere holds its own voxel only.
    assert lesion_table(corner, pet, spacing(7, 7, 7))["suv_peak"].item() == 9


def test_the_spheres_centre_may_lie_anywhere_in_the_lesion_but_not_outside():
    pet = np.ones((9, 9, 9))
    pet[2, 4, 4] = 20  # the maximum, alone
    pet[5, 4, 4] = pet[6, 4, 4] = pet[7, 4, 4] = pet[6, 3, 4] = pet[6, 5, 4] = 10  # a plateau
    mask = np.zeros(pet.shape, bool)
    mask[2:7, 4, 4] = True
    assert lesion_table(mask, pet, spacing(5, 5, 5))["suv_peak"].item() == pytest.approx((5 * 10 + 2) / 7)
    mask[6, 4, 4] = False  # now at voxel 5 or 2: 10 + 10 + 5 or 20 + 6 of 7
    assert lesion_table(mask, pet, spacing(5, 5, 5))["suv_peak"].item() == pytest.approx(26 / 7)


def brute_force_peak(lesion, pet, affine):
    """Over all voxels for each centre, from the words: mean of the voxels whose centres are within 1 cm3's radius."""
    radius = (0.75 / math.pi) ** (1 / 3) * 10
    where = {v: affine[:3, :3] @ v + affine[:3, 3] for v in itertools.product(*map(range, pet.shape))}
    means = []
    for centre in map(tuple, np.argwhere(lesion)):
        near = [pet[v] for v in where if math.dist(where[v], where[centre]) <= radius]
        means.append(sum(near) / len(near))
    return max(means)


@settings(deadline=None)  # of a busy machine
@given(st.integers(0, 10**6), st.sampled_from([spacing(2.1, -3.3, 5), spacing(4.07, 4.07, 3), OBLIQUE]))
def test_suv_peak_equals_brute_force(seed, affine):
    rng = np.random.default_rng(seed)
    pet = rng.gamma(2, 2, (6, 5, 4))
    mask = np.zeros(pet.shape, bool)
    start = rng.integers(0, (4, 3, 3))
    mask[tuple(slice(a, a + 2) for a in start)] = True
    assert lesion_table(mask, pet, affine)["suv_peak"].item() == pytest.approx(
        brute_force_peak(mask, pet, affine), rel=1e-12
    )


def test_the_sphere_holds_one_cubic_centimetre():
    for affine in (spacing(0.5, 0.7, 0.6), OBLIQUE / 4):
        volume = len(sphere_offsets(affine)) * abs(np.linalg.det(affine[:3, :3]))
        assert volume == pytest.approx(1000, rel=0.02)


def test_the_sphere_is_whole_on_sheared_axes():
    affine = np.array([[3.0, 4, 0, 0], [0, 3, 0, 0], [0, 0.5, 6, 0], [0, 0, 0, 1]])
    offsets = itertools.product(range(-9, 10), repeat=3)
    inside = {v for v in offsets if math.hypot(*(affine[:3, :3] @ v)) <= 6.2035}
    assert set(map(tuple, sphere_offsets(affine))) == inside
    assert max(abs(v[0]) for v in inside) > 2


def test_the_centroid_is_the_mean():
    mask = np.zeros((3, 3, 3))
    mask[0, 0, 0] = mask[1, 0, 0] = mask[0, 1, 0] = mask[0, 2, 0] = 1
    table = lesion_table(mask, np.arange(27.0).reshape(3, 3, 3), spacing(1, 2, 3))
    assert table[["centroid_i", "centroid_j", "centroid_k"]].to_numpy().tolist() == [[0.25, 0.75, 0]]


def test_lesions_touch_at_corners_and_are_sorted_by_volume():
    mask = np.zeros((10, 10, 10), np.uint8)
    mask[0, 0, 0] = 1
    mask[4, 4, 4] = mask[5, 5, 5] = mask[6, 6, 6] = 1  # one lesion, by corners
    mask[9, 0, 0:2] = 1
    mask[0, 9, 9] = 1
    pet = np.zeros(mask.shape)
    pet[0, 0, 0], pet[5, 5, 5], pet[9, 0, 1], pet[0, 9, 9] = 2, 3, 4, 5
    table = lesion_table(mask, pet, spacing(10, 10, 10))
    assert table["lesion"].tolist() == [1, 2, 3, 4]
    assert table["n_voxels"].tolist() == [3, 2, 1, 1]
    assert table["suv_max"].tolist() == [3, 4, 2, 5]
    assert table["suv_mean"].tolist() == [1, 2, 2, 5]
    assert table["tlg"].tolist() == pytest.approx([3, 4, 2, 5])
    assert table["centroid_k"].tolist() == [5, 0.5, 0, 9]


def test_a_lesion_inside_the_box_of_another_is_measured_alone():
    mask = np.ones((7, 7, 7), np.uint8)
    mask[1:6, 1:6, 1:6] = 0
    mask[3, 3, 3] = 1
    pet = np.ones(mask.shape)
    pet[3, 3, 3] = 50
    table = lesion_table(mask, pet, spacing(10, 10, 10))
    assert table["n_voxels"].tolist() == [7**3 - 5**3, 1]
    assert table["suv_max"].tolist() == [1, 50]
    assert table["suv_peak"].tolist() == [1, 50]


def test_clicks_are_counted_by_lesion():
    mask = np.zeros((8, 8, 8), np.uint8)
    mask[0:2, 0, 0] = 1
    mask[5:8, 5, 5] = 1
    mask[0, 7, 7] = 1
    clicks = [Click((0, 0, 0)), Click((1, 0, 0)), Click((7, 5, 5)), Click((3, 3, 3))]
    table = lesion_table(mask, mask * 2.0, spacing(1, 1, 1), clicks)
    assert list(table) == [*COLUMNS, "n_clicks"]
    assert table["n_clicks"].tolist() == [1, 2, 0]
    assert table["n_clicks"].dtype == np.int64
    assert lesion_table(mask, mask * 2.0, spacing(1, 1, 1), [])["n_clicks"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("clicks, columns", [(None, [*COLUMNS]), ([Click((0, 0, 0))], [*COLUMNS, "n_clicks"])])
def test_an_empty_mask_gives_an_empty_table(clicks, columns):
    table = lesion_table(np.zeros((3, 3, 3), np.uint8), np.ones((3, 3, 3)), spacing(1, 1, 1), clicks)
    assert len(table) == 0
    assert list(table) == columns
    assert table["lesion"].dtype == table["n_voxels"].dtype == np.int64
    assert table["tlg"].dtype == np.float64


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"a mask of \(3, 3, 3\) voxels does not fit a PET of \(3, 3, 4\)"):
        table_of_lesions(np.zeros((3, 3, 3), int), np.zeros((3, 3, 4)), spacing(1, 1, 1))
    with pytest.raises(ValueError, match="does not fit"):
        table_of_lesions(np.zeros((3, 3), int), np.zeros((3, 3)), spacing(1, 1, 1))


def test_means_are_not_rounded_in_float32():
    pet = np.full((40, 40, 40), 0.1, np.float32)
    mask = np.ones(pet.shape, np.uint8)
    row = lesion_table(mask, pet, spacing(4, 4, 4)).iloc[0]
    assert row["suv_mean"] == pytest.approx(float(np.float32(0.1)), rel=1e-12)
    assert row["suv_peak"] == pytest.approx(float(np.float32(0.1)), rel=1e-12)
