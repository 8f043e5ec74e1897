import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oneclick.clicks import center_click, click_matrix, label_components, random_click, slice_clicks, write_clicks
from oneclick.grid import grid_of

MASKS = arrays(np.uint8, (9, 11), elements=st.integers(0, 1))


def picture(*rows: str) -> np.ndarray:
    return np.array([[c != "." for c in row] for row in rows], np.uint8)


def test_pixels_that_touch_at_a_corner():
    mask = picture("#..", ".#.", "..#")
    assert label_components(mask, 8)[1] == 1
    assert label_components(mask, 4)[1] == 3


def test_centre_of_a_square_is_its_first_pixel_among_equals():
    assert center_click(picture("....", ".##.", ".##."), "closest") == (1, 1)


def test_centre_of_a_ring_lies_on_the_ring_by_the_paper_and_in_the_hole_by_the_notebook():
    ring = picture("###", "#.#", "###")
    assert center_click(ring, "closest") == (0, 1)
    assert center_click(ring, "rounded") == (1, 1)


def test_centre_by_hand():
    # pixels (0,0) (1,0) (2,0) (2,1) (2,2): centre of mass (1.4, 0.6); (1, 0) at 0.52 and (2, 1) at 0.52 tie, raster order
    assert center_click(picture("#..", "#..", "###"), "closest") == (1, 0)
    assert center_click(picture("#..", "#..", "###"), "rounded") == (1, 1)


@given(MASKS, st.sampled_from(["random", "center"]), st.sampled_from([4, 8]))
def test_one_click_in_each_component(mask, kind, connectivity):
    labels, n = label_components(mask, connectivity)
    clicks = slice_clicks(mask, kind, "p", 3, 1, connectivity, "closest")
    assert [labels[click] for click in clicks] == list(range(1, n + 1))
    assert click_matrix(clicks, 11).sum() == n


@given(MASKS.filter(np.any))
def test_no_pixel_is_closer_to_the_centre_of_mass(mask):
    pixels = np.argwhere(mask)
    distances = np.linalg.norm(pixels - pixels.mean(axis=0), axis=1)
    click = center_click(mask, "closest")
    assert np.linalg.norm(click - pixels.mean(axis=0)) <= distances.min() + 1e-9


def test_random_clicks_are_uniform():
    component = picture("##.", ".##")
    rng = np.random.default_rng(5)
    drawn = [random_click(component, rng) for _ in range(4000)]
    counts = [drawn.count(pixel) for pixel in [(0, 0), (0, 1), (1, 1), (1, 2)]]
    assert sum(counts) == 4000
    # 1000 expected, SD 27
    assert all(abs(count - 1000) < 5 * 27 for count in counts)


def test_a_click_depends_on_study_patient_slice_and_component_only():
    mask = np.ones((40, 40), np.uint8)
    first = slice_clicks(mask, "random", "p1", 7, 2024, 8, "closest")
    assert slice_clicks(mask, "random", "p1", 7, 2024, 8, "closest") == first
    others = [("p2", 7, 2024), ("p1", 8, 2024), ("p1", 7, 2025)]
    assert all(slice_clicks(mask, "random", *other, 8, "closest") != first for other in others)
    two = np.ones((40, 82), np.uint8)
    two[:, 40:42] = 0
    left, right = slice_clicks(two, "random", "p1", 7, 2024, 8, "closest")
    assert left == first[0] and (right[0], right[1] - 42) != left


def test_table_and_matrices(tmp_path):
    masks = np.stack([picture("##..", "##..", "....", "...#"), picture("....", ".#..", "....", "....")])
    np.save(tmp_path / "masks.npy", masks)
    (tmp_path / "slices.csv").write_text("patient,index,slice,n_positive\np1,0,12,5\np1,1,13,1\n")
    grid_of(np.zeros((16, 8, 20)), np.diag([-1, -1, 1, 1]), 4, None).write(tmp_path / "grid.json")
    paths = [str(tmp_path / name) for name in ("masks.npy", "slices.csv", "grid.json")]
    out = [str(tmp_path / name) for name in ("clicks.npy", "clicks.csv")]
    write_clicks("p1", *paths, "center", 1, 8, "closest", *out)
    rows = list(csv.reader((tmp_path / "clicks.csv").read_text().splitlines()))
    assert rows == [
        ["patient", "slice", "component", "row", "column", "i", "j", "k"],
        ["p1", "12", "1", "0", "0", "2", "1", "12"],
        ["p1", "12", "2", "3", "3", "14", "7", "12"],
        ["p1", "13", "1", "1", "1", "6", "3", "13"],
    ]
    assert [np.argwhere(m).tolist() for m in np.load(out[0])] == [[[0, 0], [3, 3]], [[1, 1]]]


def test_unknown_kind_and_rule():
    with pytest.raises(ValueError, match="'suvmax'"):
        slice_clicks(np.ones((2, 2)), "suvmax", "p", 0, 1, 8, "closest")
    with pytest.raises(ValueError, match="'mean'"):
        center_click(np.ones((2, 2)), "mean")
