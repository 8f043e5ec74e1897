from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from stack_files import write_stack

from oneclick.clicks.components import label_components
from oneclick.clicks.simulated import (
    Rules,
    center_click,
    click_matrix,
    inner_click,
    random_click,
    slice_clicks,
    suvmax_click,
    write_click_matrices,
    write_clicks,
)
from oneclick.common.errors import UserError
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


def test_suvmax_clicks_are_taken_from_the_slices(tmp_path):
    masks, images = np.zeros((2, 4, 4), np.uint8), np.zeros((2, 4, 4), np.float32)
    masks[:, 1:3, 1:3] = 1
    images[0, 1, 2], images[1, 2, 1], images[1, 0, 0] = 0.5, 0.4, 1.0
    files = write_stack(tmp_path, {"p": [0], "q": [0]}, images, masks)
    where = files.slices_csv, files.grids_json
    write_clicks("suvmax", files.masks_npy, files.slices_npy, *where, Rules(), str(tmp_path / "c.csv"))
    write_click_matrices(str(tmp_path / "c.csv"), *where, str(tmp_path / "c.npy"))
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


@pytest.fixture
def study(tmp_path):
    """Two slices of NA, one of 007, on 4 x 4 pixels of 4 x 2 voxels, with clicks in their centres: the files of the stack
    but slices and masks, and the table of clicks."""
    masks = [
        picture("##..", "##..", "....", "...#"),
        picture("....", ".#..", "....", "...."),
        picture("....", "...#", *["...."] * 2),
    ]
    grid = grid_of(np.zeros((16, 8, 20)), np.diag([-1, -1, 1, 1]), 4, None)
    files = write_stack(tmp_path, {"NA": [12, 13], "007": [5]}, masks, masks, {"NA": grid, "none": grid, "007": grid})
    clicks_csv = str(tmp_path / "clicks.csv")
    write_clicks("center", files.masks_npy, None, files.slices_csv, files.grids_json, Rules(), clicks_csv)
    return files.slices_csv, files.grids_json, clicks_csv


def matrices_of(study) -> list:
    """The pixels (row of the stack, row, column) of the matrices that are made from the table."""
    slices_csv, grids_json, clicks_csv = study
    clicks_npy = clicks_csv.replace(".csv", ".npy")
    write_click_matrices(clicks_csv, slices_csv, grids_json, clicks_npy)
    matrices = np.load(clicks_npy)
    assert matrices.dtype == np.uint8 and matrices.shape == (3, 4, 4) and matrices.max() <= 1
    return np.argwhere(matrices).tolist()


LINES = [
    "patient,slice,component,row,column,i,j,k",
    "NA,12,1,0,0,2,1,12",
    "NA,12,2,3,3,14,7,12",
    "NA,13,1,1,1,6,3,13",
    "007,5,1,1,3,6,7,5",
]


def test_the_clicks_of_all_patients_are_a_table_and_matrices_are_made_from_it(study):
    assert Path(study[-1]).read_text() == "\n".join(LINES) + "\n"
    assert matrices_of(study) == [[0, 0, 0], [0, 3, 3], [1, 1, 1], [2, 1, 3]]


@pytest.mark.parametrize(
    "line, corrected, pixels",
    [
        # of NA, slice 13, from row 1, column 1 to row 2, column 0: the voxels 8 to 11 and 0 to 1, in their middle 10 and 1
        (4, "NA,13,1,2,0,10,1,13", [[0, 0, 0], [0, 3, 3], [1, 2, 0], [2, 1, 3]]),
        (5, "007,5,1,0,3,2,7,5", [[0, 0, 0], [0, 3, 3], [1, 1, 1], [2, 0, 3]]),
        (3, "", [[0, 0, 0], [1, 1, 1], [2, 1, 3]]),  # deleted
        (3, "NA,12,2,3,3,14,7,12\nNA,12,3,2,2,10,5,12", [[0, 0, 0], [0, 2, 2], [0, 3, 3], [1, 1, 1], [2, 1, 3]]),  # added
        (1, "k,j,i,column,row,patient,slice\n12,1,2,0,0,NA,12", None),  # columns in another order, below by name
    ],
)
def test_a_corrected_click_moves_its_pixel(study, line, corrected, pixels):
    lines = LINES.copy()
    lines[line - 1] = corrected
    if pixels is None:
        lines, pixels = corrected.split("\n"), [[0, 0, 0]]
    Path(study[-1]).write_text("\ufeff" + "\r\n".join(lines))  # as a spreadsheet saves it
    assert matrices_of(study) == pixels


NO_NUMBERS = "slice, row, column, i, j and k are not all whole numbers; mend the line, or delete it"


@pytest.mark.parametrize(
    "line, wrong, sentence",
    [
        (4, "NA,14,1,1,1,6,3,14", "patient NA, slice 14 is no tumour slice of this study; mend the line, or delete it"),
        (5, "7,5,1,1,3,6,7,5", "patient 7, slice 5 is no tumour slice of this study; mend the line, or delete it"),
        (3, "none,12,1,0,0,2,1,12", "patient none, slice 12 is no tumour slice of this study; mend the line, or delete it"),
        (2, "NA,12,1,4,0,2,1,12", "patient NA, slice 12: row 4, column 0 is no pixel of 4 x 4; mend the line"),
        (3, "NA,12,2,3,-1,14,7,12", "patient NA, slice 12: row 3, column -1 is no pixel of 4 x 4; mend the line"),
        (
            5,
            "007,5,1,1,2,6,7,5",
            "patient 007, slice 5: row 1, column 2 is voxel (6, 5, 5), not (6, 7, 5); write both of the same place",
        ),
        (
            2,
            "NA,12,1,0,0,2,1,13",
            "patient NA, slice 12: row 0, column 0 is voxel (2, 1, 12), not (2, 1, 13); write both of the same place",
        ),
        (4, "NA,13,1,1,1,6,3,13,5", "patient NA, slice 13: there are more cells than columns; mend the line, or delete it"),
        *(
            (4, click, f"patient NA, slice {number}: {NO_NUMBERS}")
            for click, number in (
                ("NA,13,1,,1,6,3,13", "13"),
                ("NA,13,1,1.5,1,6,3,13", "13"),
                ("NA,13,1,1,1,6,3", "13"),
                ("NA,,1,1,1,6,3,13", ""),
            )
        ),
    ],
)
def test_a_click_that_cannot_be_where_it_says_is_refused_with_its_line(study, tmp_path, line, wrong, sentence):
    lines = LINES.copy()
    lines[line - 1] = wrong
    Path(study[-1]).write_text("\n".join(lines) + "\n")
    with pytest.raises(UserError) as error:
        matrices_of(study)
    assert str(error.value) == f"{study[-1]}, line {line}: {sentence}"
    assert not list(tmp_path.glob("*clicks.npy"))


@pytest.mark.parametrize(
    "text, missing",
    [
        ("", "patient, slice, row, column, i, j, k"),
        ("\n".join(LINES).replace(",", ";"), "patient, slice, row, column, i, j, k"),
        ("patient,slice,component,row,column,i,j\n", "k"),
    ],
)
def test_a_table_of_clicks_without_its_columns_is_refused(study, text, missing):
    Path(study[-1]).write_text(text)
    with pytest.raises(UserError) as error:
        matrices_of(study)
    mend = "save it with commas, or delete it and run again"
    assert str(error.value) == f"{study[-1]}: there is no column {missing}; {mend}"


def test_unknown_kind_and_rule():
    with pytest.raises(ValueError, match="'hottest'"):
        slice_clicks(np.ones((2, 2)), "hottest", "p", 0, Rules())
    with pytest.raises(ValueError, match="'mean'"):
        center_click(np.ones((2, 2)), "mean")
