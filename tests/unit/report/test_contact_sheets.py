from itertools import permutations, product

import matplotlib.image
import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle
from nibabel.orientations import axcodes2ornt, io_orientation, ornt_transform

from oneclick.data.grid import grid_of
from oneclick.data.stack import PatientSlices
from oneclick.data.volume import Volume
from oneclick.report.contact_sheets import COLUMNS, Tile, View, _heights, _in_lines, draw_sheet, edges, near, views_of
from oneclick.report.outlines import TRUE_COLOUR
from oneclick.report.prediction_sheet import compared, prediction_tile
from oneclick.report.scan_sheet import warnings_by_patient, write_scan_sheet

RAS = np.diag([2.0, 3.0, 4.0, 1.0])
CODES = ["".join(c) for axes in permutations(("LR", "AP", "IS")) for c in product(*axes)]


def scan():
    """A body of 30 x 20 x 16 voxels in RAS with a tumour of 2 x 3 x 1 voxels to the left, the front and the head."""
    data = np.zeros((30, 20, 16), np.float32)
    data[3:27, 3:17] = 1
    mask = np.zeros(data.shape, np.uint8)
    mask[7:9, 12:15, 12] = 1  # x from 7: left of the middle in RAS, where x grows to the right
    data[mask > 0] = 9
    return data, mask


def stored(data, code):
    """The same body stored in another order of axes."""
    image = nib.Nifti1Image(data, RAS).as_reoriented(ornt_transform(io_orientation(RAS), axcodes2ornt(code)))
    return np.asarray(image.dataobj), image.affine


@pytest.mark.parametrize("code", CODES)
def test_pictures_lie_right_whatever_the_order_of_the_axes(code):
    data, mask = scan()
    (pet, affine), (tumour, _) = stored(data, code), stored(mask, code)
    ((coronal, sagittal), (axial, close)), number = views_of(Volume(pet, affine), tumour)
    # Radiologists look from the feet and the front: the patient's left is on the right, front and head are up.
    assert np.argwhere(coronal.masks[0]).tolist() == [[3, 21], [3, 22]]  # 12 of 16 from below; 8 and 7 of 30 from the left
    assert np.argwhere(sagittal.masks[0]).tolist() == [[3, 5], [3, 6], [3, 7]]
    assert np.argwhere(axial.masks[0]).tolist() == [[row, column] for row in (5, 6, 7) for column in (21, 22)]
    for view, shape, pixel in ((coronal, (16, 30), (4, 2)), (sagittal, (16, 20), (4, 3)), (axial, (20, 30), (3, 2))):
        assert view.picture.shape == shape and view.pixel_mm == pixel
        assert (view.picture[view.masks[0]] == 9).all() and (view.picture == 9).sum() == view.masks[0].sum()
    assert (coronal.sides, sagittal.sides, axial.sides) == ("RL", "AP", "RL")
    assert number == (12 if "S" in code else 3)
    assert close.masks[0][close.box[0] : close.box[1], close.box[2] : close.box[3]].sum() == 6


def test_a_flipped_mask_lies_beside_the_hot_spot():
    data, mask = scan()
    ((coronal, _), _), _ = views_of(Volume(data, RAS), mask[::-1])
    assert not (coronal.picture[coronal.masks[0]] == 9).any()


def test_without_tumour_the_hottest_slice_is_shown():
    data, mask = scan()
    (_, (axial, close)), number = views_of(Volume(data, RAS), mask * 0)
    assert number == 12 and not axial.masks[0].any() and close.box == axial.box  # all of it is less than 80 mm


def test_edges_are_the_sides_between_mask_and_background():
    mask = np.zeros((5, 6))
    mask[1:3, 2:5] = 1
    found = edges(mask)
    assert len(found) == 10  # the sides of 2 x 3 pixels
    assert sorted({tuple(point) for segment in found for point in segment.tolist()})[0] == (1.5, 0.5)
    assert np.linalg.norm(found[:, 0] - found[:, 1], axis=1).tolist() == [1] * 10
    assert found.max(axis=(0, 1)).tolist() == [4.5, 2.5]
    mask[0, 0] = 1  # at the border of the picture
    assert len(edges(mask)) == 14 and edges(mask).min() == -0.5


def test_the_part_around_a_mask_is_a_square_that_holds_it():
    mask = np.zeros((100, 200), bool)
    mask[90:98, 2:8] = True
    box = near(View(mask, (mask,), (2.0, 1.0), "RL", (0, 100, 0, 200)), mask).box
    assert box == (60, 100, 0, 80)  # 80 mm, moved into the picture
    mask[10:98, 2:100] = True
    assert near(View(mask, (mask,), (2.0, 1.0), "RL", (0, 100, 0, 200)), mask).box == (8, 100, 0, 102)


@pytest.mark.parametrize("tall_mm, wide_mm", [(1000, 450), (150, 500), (300, 300)])
def test_pictures_of_all_shapes_stay_in_their_tile(tall_mm, wide_mm):
    body = View(np.zeros((10, 10)), (), (tall_mm / 10, wide_mm / 10), "RL", (0, 10, 0, 10))
    square = View(np.zeros((10, 10)), (), (8, 8), "RL", (0, 10, 0, 10))
    rows = [[body, body], [square, square]]
    heights = _heights(rows, 43)
    assert sum(heights) + 1.2 <= 43 and min(heights) > 5
    for row, high in zip(rows, heights, strict=True):
        assert sum(high * view.mm[1] / view.mm[0] for view in row) + 1.2 * 3 <= 48.5 + 1e-9


def test_a_page_names_all_patients_and_frames_those_of_whom_the_check_warns():
    data, mask = scan()
    views, _ = views_of(Volume(data, RAS), mask)
    words = (
        "the mask is shifted by a good deal, it seems, for it lies 40 mm beside the hottest voxels of this scan, and so on"
    )
    tiles = [Tile(f"P{n}", views, ["6 voxels"], [words] * (n == 2)) for n in range(6)]
    fig = draw_sheet(tiles, "A page", {"true mask": TRUE_COLOUR}, 44, ["small print"])
    said = [text.get_text() for text in fig.texts]
    assert [text for text in said if text.startswith("P")] == [f"P{n}" for n in range(6)]
    assert {"A page", "small print", "! the mask is shifted by a good deal, it seems, for"} <= set(said)
    frames = [artist for artist in fig.artists + fig.patches if isinstance(artist, Rectangle) and not artist.get_fill()]
    assert len(frames) == 1 and len(fig.axes) == 6 * 4
    # that of P2, the third of the first row
    place = frames[0].get_x() * fig.get_size_inches()[0] * 25.4
    assert place == pytest.approx(8 + 2 * 48.5 + 0.4, abs=0.01) and COLUMNS == 4
    none = draw_sheet([Tile("P9", [], ["no slice"], [])], "A page", {"true mask": TRUE_COLOUR}, 27, [])
    assert not none.axes and "no slice" in [text.get_text() for text in none.texts]
    assert _in_lines(["a " * 200])[-1].endswith("\u2026") and len(_in_lines(["a " * 200])) == 3
    assert (
        draw_sheet(tiles[:2], "A page", {"true mask": TRUE_COLOUR}, 44, []).get_size_inches()[1] < fig.get_size_inches()[1]
    )


def test_pages_of_scans_show_the_outline_where_the_tumour_is(tmp_path):
    data, mask = scan()
    paths = [str(tmp_path / f"{name}.nii.gz") for name in ("pet", "mask", "flipped")]
    for path, voxels in zip(paths, (data, mask * 3, mask[::-1] * 3), strict=True):
        nib.save(nib.Nifti1Image(voxels, RAS), path)
    table = pd.DataFrame(
        {"patient": ["b", "b", "a", ""], "level": ["warning", "note", "ok", "warning"], "problem": ["odd", "n", "", "c"]}
    )
    table.to_csv(tmp_path / "v.csv", index=False)
    assert warnings_by_patient(str(tmp_path / "v.csv")) == {"b": ["odd"]}
    pictures = []
    for truth, warned in ((paths[1], "a"), (paths[2], "a"), (paths[1], "b")):
        png = str(tmp_path / "page.png")
        write_scan_sheet(str(tmp_path / "v.csv"), png, [warned], [(paths[0], truth, [3])], (1, 1), False)
        pictures.append(matplotlib.image.imread(png)[..., :3])
    yellow = [(picture[..., 0] > 0.9) & (picture[..., 1] > 0.85) & (picture[..., 2] < 0.4) for picture in pictures]
    half = pictures[0].shape[1] // 8  # the tile's left half, the coronal view and the slice
    right = [np.flatnonzero(found[150:, :half].any(axis=0)).mean() for found in yellow[:2]]
    assert right[0] > right[1] + 20  # pixels: the outline has changed sides
    orange = [(np.abs(picture - [0.835, 0.369, 0]) < 0.02).all(axis=2).sum() for picture in pictures]
    assert orange[2] > 1000 and orange[0] == 0


def test_the_method_without_clicks_is_set_against_the_best_with_clicks():
    dice = {"CNNonly": [0.5, 0.7], "CNNcm": [0.9, 0.1], "cm1CNN": [0.8, 0.8], "late": [0.8, 0.8], "all": [1, 1]}
    scores = pd.DataFrame([(m, d) for m, values in dice.items() for d in values], columns=["method", "dice"])
    assert compared(scores, ["CNNcm", "cm1CNN", "late"]) == ["CNNonly", "cm1CNN"]
    assert compared(scores, list(dice)) == ["all"]
    assert compared(scores, []) == ["CNNonly"]


def test_a_patients_largest_slice_is_shown_with_the_masks_of_its_row():
    masks = np.zeros((3, 16, 16), np.uint8)
    masks[0, 2:4, 2:4], masks[1, 5:9, 2:4], masks[2, 1, 1] = 1, 1, 1
    images = np.random.default_rng(0).random((3, 16, 16), np.float32)
    rows = pd.DataFrame({"patient": "P", "slice": [4, 7, 9]})
    grid = grid_of(np.zeros((16, 16, 10), np.float32), np.diag([-2.0, -5.0, 4.0, 1.0]), 16, None)
    part = PatientSlices("P", slice(0, 3), rows, images, masks, grid)
    dice = {"a": {("P", 7): 0.25, ("P", 4): 0.5}, "b": {}}
    tile = prediction_tile("P", part, {"a": masks[::-1], "b": masks * 0}, dice, [])
    whole, close = tile.views[0]
    assert tile.lines == ["slice 7, 8 pixels; Dice 0.250, \u2013"]
    assert np.argwhere(whole.masks[0]).tolist() == [
        [r, c] for r in (2, 3) for c in (5, 6, 7, 8)
    ]  # front up: rows are columns
    assert whole.masks[1].sum() == 8 and not whole.masks[2].any()
    assert whole.pixel_mm == (5.0, 2.0) and (whole.picture == images[1].T).all() and close.sides == "RL"
