import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oneclick.clicks.components import label_components
from oneclick.clicks.simulated import (
    Rules,
    center_click,
    click_matrix,
    inner_click,
    random_click,
    slice_clicks,
    suvmax_click,
    write_clicks,
)
from oneclick.data.grid import grid_of

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


def test_suvmax_is_the_hottest_pixel_of_the_component_not_of_the_slice():
    image = np.array([[0.1, 0.9, 0.2], [1.0, 0.3, 0.9]])
    assert suvmax_click(picture("###", ".##"), image) == (0, 1)  # before (1, 2), which is as hot
    assert suvmax_click(picture("#..", ".#."), np.zeros((2, 3))) == (0, 0)


def test_inner_is_the_deepest_pixel():
    # the left arm is one pixel wide, the block three
    assert inner_click(picture("......", "..###.", "#####.", "..###.", "......")) == (2, 3)
    # at the edge of the slice: outside counts as not belonging to it
    assert inner_click(picture("###", "###", "###")) == (1, 1)
    assert inner_click(picture("##", "##")) == (0, 0)


@given(MASKS)
def test_suvmax_and_inner_clicks_are_one_in_each_component(mask):
    image = np.random.default_rng(1).random(mask.shape)
    labels, n = label_components(mask, 8)
    for kind in ("suvmax", "inner"):
        clicks = slice_clicks(mask, kind, "p", 3, Rules(1), image)
        assert [labels[click] for click in clicks] == list(range(1, n + 1))


def human_clicks(n: int, image: np.ndarray, rules: Rules) -> np.ndarray:
    """The clicks (n, 2) of a person on n slices with one tumour pixel in the middle; pixels of 2 mm by 4 mm."""
    mask = np.zeros(image.shape, np.uint8)
    mask[image.shape[0] // 2, image.shape[1] // 2] = 1
    return np.array([slice_clicks(mask, "human", "p", number, rules, image, (2.0, 4.0))[0] for number in range(n)])


def test_a_person_clicks_beside_the_aim_without_a_bias_and_by_so_many_mm():
    found = human_clicks(2000, np.ones((101, 101)), Rules(1, human_sigma_mm=12.0, human_miss=0.0)) - 50
    # 12 mm are 6 pixels along rows and 3 along columns; rounding adds 1/12 to the variance
    assert np.abs(found.mean(axis=0)) == pytest.approx([0, 0], abs=4 * 6 / np.sqrt(2000))
    assert found.std(axis=0) == pytest.approx([np.sqrt(36 + 1 / 12), np.sqrt(9 + 1 / 12)], rel=0.06)
    assert abs(np.corrcoef(found.T)[0, 1]) < 0.09


def test_a_person_with_a_steady_hand_clicks_at_the_aim():
    assert (human_clicks(20, np.ones((9, 9)), Rules(1, human_sigma_mm=0.0, human_miss=0.0)) == 4).all()


def test_a_person_may_take_another_hot_spot_for_the_tumour():
    image = np.zeros((31, 31))
    image[15, 16], image[3, 3], image[28, 28] = 1.0, 0.9, 0.8  # the first is nearer than 10 mm to the tumour
    found = human_clicks(1000, image, Rules(1, human_sigma_mm=0.0, human_miss=0.3))
    missed = (found == [3, 3]).all(axis=1)
    assert missed.mean() == pytest.approx(0.3, abs=0.05)
    assert (found[~missed] == 15).all()


def test_a_person_whose_slice_is_all_tumour_misses_nothing_grossly():
    mask = np.ones((5, 5), np.uint8)
    assert slice_clicks(mask, "human", "p", 1, Rules(1, human_sigma_mm=0.0, human_miss=1.0), mask, (1.0, 1.0)) == [(2, 2)]


def test_a_person_clicks_on_the_slice_and_twice_the_same():
    rules = Rules(1, human_sigma_mm=100.0)
    found = human_clicks(200, np.ones((9, 9)), rules)
    assert found.min() >= 0 and found.max() <= 8
    np.testing.assert_array_equal(human_clicks(200, np.ones((9, 9)), rules), found)


def test_the_chance_of_a_miss_changes_only_the_clicks_that_miss():
    image = np.zeros((31, 31))
    image[2, 2] = 1
    few, many = (human_clicks(100, image, Rules(1, human_sigma_mm=2.0, human_miss=chance)) for chance in (0.1, 0.4))
    same = (few == many).all(axis=1)
    assert 0.6 < same.mean() < 0.85 and (np.abs(many[~same] - 2) < 6).all()


def test_suvmax_clicks_are_taken_from_the_patients_slices(tmp_path):
    grid = grid_of(np.ones((4, 4, 2)), np.diag([1.0, 1, 1, 1]), 4, None)
    grid.write(tmp_path / "grid.json")
    masks, images = np.zeros((2, 4, 4), np.uint8), np.zeros((2, 4, 4), np.float32)
    masks[:, 1:3, 1:3] = 1
    images[0, 1, 2], images[1, 2, 1], images[1, 0, 0] = 0.5, 0.4, 1.0
    np.save(tmp_path / "m.npy", masks)
    np.save(tmp_path / "s.npy", images)
    (tmp_path / "s.csv").write_text("patient,index,slice,n_positive\np,0,0,4\np,1,1,4\n")
    paths = [str(tmp_path / name) for name in ("m.npy", "s.npy", "s.csv", "grid.json")]
    write_clicks("p", *paths, "suvmax", Rules(), str(tmp_path / "c.npy"), str(tmp_path / "c.csv"))
    assert np.argwhere(np.load(tmp_path / "c.npy")).tolist() == [[0, 1, 2], [1, 2, 1]]


def test_centre_by_hand():
    # pixels (0,0) (1,0) (2,0) (2,1) (2,2): centre of mass (1.4, 0.6); (1, 0) at 0.52 and (2, 1) at 0.52 tie, raster order
    assert center_click(picture("#..", "#..", "###"), "closest") == (1, 0)
    assert center_click(picture("#..", "#..", "###"), "rounded") == (1, 1)


@given(MASKS, st.sampled_from(["random", "center"]), st.sampled_from([4, 8]))
def test_one_click_in_each_component(mask, kind, connectivity):
    labels, n = label_components(mask, connectivity)
    clicks = slice_clicks(mask, kind, "p", 3, Rules(1, connectivity))
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
    first = slice_clicks(mask, "random", "p1", 7, Rules(2024))
    assert slice_clicks(mask, "random", "p1", 7, Rules(2024)) == first
    others = [("p2", 7, Rules(2024)), ("p1", 8, Rules(2024)), ("p1", 7, Rules(2025))]
    assert all(slice_clicks(mask, "random", *other) != first for other in others)
    two = np.ones((40, 82), np.uint8)
    two[:, 40:42] = 0
    left, right = slice_clicks(two, "random", "p1", 7, Rules(2024))
    assert left == first[0] and (right[0], right[1] - 42) != left


def test_table_and_matrices(tmp_path):
    masks = np.stack([picture("##..", "##..", "....", "...#"), picture("....", ".#..", "....", "....")])
    np.save(tmp_path / "masks.npy", masks)
    (tmp_path / "slices.csv").write_text("patient,index,slice,n_positive\np1,0,12,5\np1,1,13,1\n")
    grid_of(np.zeros((16, 8, 20)), np.diag([-1, -1, 1, 1]), 4, None).write(tmp_path / "grid.json")
    paths = [str(tmp_path / name) for name in ("masks.npy", "slices.csv", "grid.json")]
    out = [str(tmp_path / name) for name in ("clicks.npy", "clicks.csv")]
    write_clicks("p1", paths[0], None, *paths[1:], "center", Rules(), *out)
    rows = list(csv.reader((tmp_path / "clicks.csv").read_text().splitlines()))
    assert rows == [
        ["patient", "slice", "component", "row", "column", "i", "j", "k"],
        ["p1", "12", "1", "0", "0", "2", "1", "12"],
        ["p1", "12", "2", "3", "3", "14", "7", "12"],
        ["p1", "13", "1", "1", "1", "6", "3", "13"],
    ]
    assert [np.argwhere(m).tolist() for m in np.load(out[0])] == [[[0, 0], [3, 3]], [[1, 1]]]


def test_unknown_kind_and_rule():
    with pytest.raises(ValueError, match="'hottest'"):
        slice_clicks(np.ones((2, 2)), "hottest", "p", 0, Rules())
    with pytest.raises(ValueError, match="'mean'"):
        center_click(np.ones((2, 2)), "mean")
