"""Distances of outlines against known shifts, and against all pairs of outline points, weighed one by one."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from oneclick.metrics.surfaces import surface_measures

# The library's release imports from namespaces that SciPy 2 drops; envs/requirements.in says so.
pytestmark = pytest.mark.filterwarnings("ignore:Please import")


def box(shape, *ranges):
    mask = np.zeros(shape, np.uint8)
    mask[tuple(slice(first, after) for first, after in ranges)] = 1
    return mask


def test_equal_masks_agree():
    mask = box((12, 12), (3, 8), (2, 9))
    assert surface_measures(mask, mask, (2.0, 3.0), 0) == (0, 1)


@pytest.mark.parametrize("rows, columns, mm", [(3, 0, 6.0), (0, 3, 12.0), (1, 0, 2.0)])
def test_a_shift_is_its_distance_in_mm(rows, columns, mm):
    # Squares of 10 x 10 pixels of 2 x 4 mm: two of the four sides, more than 5 % of the outline, lie apart by the shift.
    shape = (20, 20)
    moved = box(shape, (4 + rows, 14 + rows), (4 + columns, 14 + columns))
    hd95, surface = surface_measures(box(shape, (4, 14), (4, 14)), moved, (2.0, 4.0), mm)
    assert (hd95, surface) == (mm, 1)
    assert surface_measures(box(shape, (4, 14), (4, 14)), moved, (2.0, 4.0), mm - 0.01)[1] < 1


def test_a_shifted_box_in_3d():
    # Voxels of 5 x 2 x 2 mm, 10 x 20 x 20 of them, moved by 2 slices: the top and bottom faces lie 10 mm apart
    shape = (20, 40, 40)
    still, moved = (box(shape, (first, first + 10), (10, 30), (10, 30)) for first in (3, 5))
    hd95, surface = surface_measures(still, moved, (5.0, 2.0, 2.0), 9.99)
    assert hd95 == 10
    # Of each box, a face of 40 x 40 mm and rings of sides 10 mm high less what lies within 9.99 mm: the outermost 5 mm,
    # plus half a voxel, and the corners: 1600 + 4 * 40 * (5 to 10) of the 2 * 1600 + 4 * 40 * 50 mm2 of the box
    assert 1 - (1600 + 1600) / 11200 - 0.02 < surface < 1 - 1600 / 11200 + 0.02


def test_the_surface_dice_of_a_shift_by_hand():
    # 3 x 3 pixels of 2 x 4 mm, moved by 2 columns. Pieces of the outline lie at the corners of pixels: 4 corners of
    # sqrt(1 + 4) mm, 4 pieces of 4 mm on the sides along columns, 4 of 2 mm on those along rows. Columns of corners lie at
    # 0, 4, 8, 12 mm, those of the other at 8, ..., 20: at 8 and 12 mm (of 16 mm, half the outline) the distance is 0 or, in
    # the middle of the side at 12 mm, 2 mm.
    true, predicted = box((9, 9), (2, 5), (2, 5)), box((9, 9), (2, 5), (4, 7))
    corners = 4 * np.sqrt(5)
    half = (corners / 2 + 2 * 4 + 2 * 2) / (corners + 4 * 4 + 4 * 2)
    assert half == 0.5
    assert surface_measures(true, predicted, (2, 4), 2)[1] == pytest.approx(half)
    assert surface_measures(true, predicted, (2, 4), 1.9)[1] == pytest.approx(half - 2 * 2 / (corners + 24))


def outline(mask: np.ndarray, spacing: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Places in mm (n, 2) of the corners of pixels where the mask begins or ends, and the length of outline at each: half a
    diagonal for each lone pixel of the four, or half of each side that two neighbours share."""
    places, lengths = [], []
    padded, diagonal = np.pad(mask, 1), np.hypot(*spacing) / 2
    for row in range(padded.shape[0] - 1):
        for column in range(padded.shape[1] - 1):
            four = padded[row : row + 2, column : column + 2]
            if 0 < four.sum() < 4:
                if four.sum() != 2:
                    length = diagonal
                elif four[0, 0] == four[1, 1]:
                    length = 2 * diagonal
                else:
                    length = spacing[1] if four[0, 0] == four[0, 1] else spacing[0]
                places.append((row * spacing[0], column * spacing[1]))
                lengths.append(length)
    return np.array(places), np.array(lengths)


def percentile(distances: np.ndarray, lengths: np.ndarray) -> float:
    order = np.argsort(distances)
    reached = np.cumsum(lengths[order]) / lengths.sum()
    return distances[order][np.argmax(reached >= 0.95 - 1e-12)]


@pytest.mark.parametrize("seed", range(12))
def test_as_all_pairs_of_outline_points(seed):
    rng, spacing, tolerance = np.random.default_rng(seed), (2.5, 4.0), 4.5
    a, b = np.zeros((2, 16, 18), np.uint8)
    for mask in (a, b):
        for _ in range(3):
            row, column = rng.integers(0, 12, 2)
            mask[row : row + rng.integers(1, 6), column : column + rng.integers(1, 6)] = 1
    (at_a, length_a), (at_b, length_b) = outline(a, spacing), outline(b, spacing)
    apart = cdist(at_a, at_b)
    from_a, from_b = apart.min(axis=1), apart.min(axis=0)
    hd95 = max(percentile(from_a, length_a), percentile(from_b, length_b))
    near = length_a[from_a <= tolerance].sum() + length_b[from_b <= tolerance].sum()
    found = surface_measures(a, b, spacing, tolerance)
    assert found == pytest.approx((hd95, near / (length_a.sum() + length_b.sum())))


@pytest.mark.parametrize("shape", [(6, 6), (4, 6, 6)])
def test_empty_masks(shape):
    full, none = np.ones(shape, np.uint8), np.zeros(shape, np.uint8)
    spacing = (2.0,) * len(shape)
    assert np.isnan(surface_measures(none, none, spacing, 5)).all()
    for pair in ((full, none), (none, full)):
        hd95, surface = surface_measures(*pair, spacing, 5)
        assert np.isnan(hd95) and surface == 0


def test_masks_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match="does not fit"):
        surface_measures(np.ones((3, 3)), np.ones((3, 4)), (1, 1), 1)
