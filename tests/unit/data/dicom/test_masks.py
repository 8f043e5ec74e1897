import warnings
from pathlib import Path

import contourpy
import nibabel as nib
import numpy as np
import pydicom
import pytest
from dicom_files import FRAME, MARK, contour, pet_slice, save, save_series, segmentation, structure_set

from oneclick.data.dicom.contours import read_contours
from oneclick.data.dicom.masks import dicom_kind
from oneclick.data.dicom.pet import frame_of_reference, read_dicom_pet
from oneclick.data.dicom.segmentation import read_segmentation
from oneclick.data.masks import mask_on_pet
from oneclick.data.volume import ScanError, Volume

REAL = Path(__file__).parents[5] / "shared/real_pet"
# The grid of dicom_files' series: voxel (i, j, k) lies at LPS (-10 + 2i, -20 + 3j, 30 + 4k) mm
PET = Volume(np.zeros((6, 5, 4), np.float32), np.array([[-2.0, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 30], [0, 0, 0, 1]]))


def box(low, high):
    """Corners in LPS mm of a rectangle from voxel (i, j) to voxel, both inside, half a voxel beyond their centres."""
    (left, top), (right, bottom) = ((-10 + 2 * i, -20 + 3 * j) for i, j in (low, high))
    return [(left - 1, top - 1.5), (right + 1, top - 1.5), (right + 1, bottom + 1.5), (left - 1, bottom + 1.5)]


def voxels(mask):
    assert mask.data.dtype == np.uint8 and set(np.unique(mask.data)) <= {0, 1}
    return {tuple(map(int, place)) for place in np.argwhere(mask.data)}


def fails(read, path, *words, **settings):
    with pytest.raises(ScanError) as error:
        read(path, "p7", **settings)
    message = str(error.value)
    assert message.startswith(f"patient p7: {path}") and "\n" not in message and "; " in message
    assert MARK not in message
    for word in words:
        assert word in message, message


@pytest.fixture
def drawn(tmp_path):
    """Writes regions and reads them."""

    def read(regions, frame=FRAME, **settings):
        return read_contours(save(structure_set(regions, frame), tmp_path / "rs.dcm"), "p7", PET, **settings)

    return read


@pytest.fixture
def refused(tmp_path):
    def read(regions, *words, **settings):
        path = save(structure_set(regions), tmp_path / "rs.dcm")
        fails(lambda *args, **kw: read_contours(*args, PET, **kw), path, *words, **settings)

    return read


@pytest.mark.skipif(not REAL.is_dir(), reason="no real PET in ../shared/real_pet")
@pytest.mark.parametrize("patient", ["STS_002", "STS_019"])
def test_real_contours_equal_their_nifti_twins(patient):
    series, mask = (REAL / f"dicom/{patient}/PET" / name for name in ("image", "mask"))
    pet = read_dicom_pet(series, patient)
    assert dicom_kind(mask, patient) == "RTSTRUCT"
    read = read_contours(mask, patient, pet, ["GTV_Mass_PET"], frame_of_reference(series))
    twin = nib.load(REAL / f"nifti/{patient}/PET_mask.nii.gz")
    np.testing.assert_array_equal(read.data, np.asarray(twin.dataobj))
    np.testing.assert_allclose(read.affine.astype(np.float32), twin.affine, rtol=0, atol=1e-5)


@pytest.mark.skipif(not REAL.is_dir(), reason="no real PET in ../shared/real_pet")
@pytest.mark.parametrize("level", [0.5, 1 - 1e-9], ids=["between voxels", "through their centres"])
@pytest.mark.parametrize("patient", ["STS_008", "STS_019", "STS_025"])
def test_the_outlines_of_a_real_mask_give_it_back_without_a_doubt(tmp_path, patient, level):
    """The smallest tumours of real_pet, outlined as programs do it, by the library that draws matplotlib's contour lines."""
    twin = nib.load(REAL / f"nifti/{patient}/PET_mask.nii.gz")
    mask, to_lps = np.asarray(twin.dataobj), np.diag([-1.0, -1, 1, 1]) @ twin.affine
    items = []
    for k in np.flatnonzero(mask.any(axis=(0, 1))):
        plane = np.pad(mask[:, :, k].astype(float), 1).T
        for line in contourpy.contour_generator(z=plane).lines(level):
            corners = nib.affines.apply_affine(to_lps, np.c_[line[:-1] - 1, np.full(len(line) - 1, k)])
            items.append(contour(corners[:, :2], corners[0, 2]))
    pet = Volume(np.zeros(mask.shape), twin.affine)
    read = read_contours(save(structure_set({"GTV": items}), tmp_path / "rs.dcm"), patient, pet)
    np.testing.assert_array_equal(read.data, mask)
    assert read.doubts == ()


def test_voxels_whose_centres_are_inside_are_positive(drawn):
    mask = drawn({"tumour": [contour(box((1, 2), (3, 3)), 34), contour(box((2, 2), (2, 2)), 38)]})
    assert mask.data.shape == PET.data.shape
    np.testing.assert_array_equal(mask.affine, PET.affine)
    assert voxels(mask) == {(i, j, 1) for i in (1, 2, 3) for j in (2, 3)} | {(2, 2, 2)}


def test_a_centre_just_outside_is_not_positive(drawn):
    corners = [(-8.1, -17.1), (-4.1, -17.1), (-4.1, -10.9), (-8.1, -10.9)]
    assert voxels(drawn({"tumour": [contour(corners, 30)]})) == {(i, j, 0) for i in (1, 2) for j in (1, 2, 3)}


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("noise", range(4))
def test_centres_on_the_outline_are_inside_whatever_the_rounding(drawn, turn, noise):
    # drawn in mm through the centres of voxels (1, 1) to (4, 3)
    corners = np.array([(-8, -17), (-2, -17), (-2, -11), (-8, -11)], float)[::turn]
    corners += np.random.default_rng(noise).uniform(-5e-4, 5e-4, corners.shape)
    expected = {(i, j, 1) for i in range(1, 5) for j in range(1, 4)}
    assert voxels(drawn({"GTV": [contour(corners, 34)]})) == expected


def test_a_contour_that_stands_twice_counts_once(drawn):
    square = contour(box((1, 1), (3, 2)), 30)
    once = voxels(drawn({"GTV": [square]}))
    assert len(once) == 6 and voxels(drawn({"GTV": [square, square]})) == once


@pytest.mark.parametrize("change", ["first corner", "direction", "both", "more corners"])
@pytest.mark.parametrize("kind", ["CLOSED_PLANAR", "CLOSEDPLANAR_XOR"])
def test_a_contour_that_stands_twice_counts_once_however_it_is_written(drawn, change, kind):
    corners = np.array(box((1, 1), (3, 3)))
    again = {
        "first corner": np.roll(corners, 1, axis=0),
        "direction": corners[::-1],
        "both": np.roll(corners, 2, axis=0)[::-1],
        "more corners": np.stack([corners, (corners + np.roll(corners, -1, axis=0)) / 2], axis=1).reshape(-1, 2),
    }[change]
    mask = drawn({"GTV": [contour(corners, 30, kind), contour(again, 30, kind)]})
    assert voxels(mask) == {(i, j, 0) for i in (1, 2, 3) for j in (1, 2, 3)} and mask.doubts == ()


@pytest.mark.parametrize("order", [1, -1])
def test_contours_that_overlap_in_part_are_united(drawn, order):
    strokes = [contour(box((0, 0), (2, 3)), 30), contour(box((2, 1), (4, 4)), 30)][::order]
    expected = {(i, j, 0) for i in range(3) for j in range(4)} | {(i, j, 0) for i in (2, 3, 4) for j in range(1, 5)}
    mask = drawn({"GTV": strokes})
    assert voxels(mask) == expected and mask.doubts == ()


def test_exclusive_contours_are_combined_by_exclusive_or(drawn):
    # DICOM PS3.3, C.8.8.6.3: an outer one, one in it and, overlapping both, a third; by hand
    squares = [box((0, 0), (5, 4)), box((1, 1), (3, 3)), box((3, 3), (5, 4))]
    counts = np.zeros((6, 5), int)
    counts[0:6, 0:5] += 1
    counts[1:4, 1:4] += 1
    counts[3:6, 3:5] += 1
    mask = drawn({"GTV": [contour(square, 34, "CLOSEDPLANAR_XOR") for square in squares]})
    assert voxels(mask) == {(int(i), int(j), 1) for i, j in np.argwhere(counts % 2)}


def test_a_keyhole_is_a_hole(drawn):
    outer, inner = box((0, 0), (4, 4)), box((2, 2), (2, 2))
    # round the outer square, through a channel without width to the inner one, round that backwards, and back
    mask = drawn({"GTV": [contour([*outer, outer[0], inner[0], *inner[:0:-1], inner[0], outer[0]], 30)]})
    assert voxels(mask) == {(i, j, 0) for i in range(5) for j in range(5) if (i, j) != (2, 2)}


def test_a_region_beside_a_hollow_one_is_no_hole(drawn):
    # both ends of the bar lie in the U, its middle between the arms
    u = [(-11, -21.5), (-9, -21.5), (-9, -11.5), (-3, -11.5), (-3, -21.5), (-1, -21.5), (-1, -8.5), (-11, -8.5)]
    bar = [(-10.5, -15.5), (-1.5, -15.5), (-1.5, -12.5), (-10.5, -12.5)]
    found = voxels(drawn({"GTV": [contour(u, 30), contour(bar, 30)]}))
    in_u = {(i, j, 0) for i in (0, 4) for j in range(4)} | {(i, 3, 0) for i in range(5)}
    assert found == in_u | {(i, 2, 0) for i in range(5)}


def test_holes_of_more_than_a_tenth_are_a_warning(drawn):
    # 5 x 5 voxels, one of them a hole: 1/25; and nine of them: 9/25 = 36 %; a voxel has 24 mm3
    few = drawn({"GTV": [contour(box((0, 0), (4, 4)), 30), contour(box((2, 2), (2, 2)), 30)]})
    assert few.doubts == () and few.notes == ("1 contour of region GTV within another: holes of 0.024 ml",)
    many = drawn({"GTV": [contour(box((0, 0), (4, 4)), 30), contour(box((1, 1), (3, 3)), 30)]})
    wrong = "1 contour of region GTV within another: holes of 0.216 ml, 36% of what the outer ones hold"
    assert [doubt.problem for doubt in many.doubts] == [wrong]


def test_slices_without_contour_inside_a_region_are_named_and_stay_empty(drawn):
    square = box((1, 1), (3, 3))
    mask = drawn({"GTV": [contour(square, 30), contour(square, 38)]})
    assert {k for _, _, k in voxels(mask)} == {0, 2}
    wrong = "region GTV has no contour in slice 1 of the PET, but above and below in the same place"
    assert [doubt.problem for doubt in mask.doubts] == [wrong]
    # two lesions, one above the other but not in the same place
    apart = drawn({"GTV": [contour(box((0, 0), (1, 1)), 30), contour(box((3, 3), (4, 4)), 38)]})
    assert apart.doubts == ()
    # two regions, of which each is whole
    assert drawn({"a": [contour(square, 30)], "b": [contour(square, 38)]}, roi=["a", "b"]).doubts == ()


def test_what_lies_outside_the_scan_is_a_warning_with_its_volume(drawn):
    # three slices of 9 voxels of 24 mm3, of which one lies in the PET
    square = box((1, 1), (3, 3))
    mask = drawn({"GTV": [contour(square, z) for z in (22, 26, 30)]})
    assert len(voxels(mask)) == 9
    assert [doubt.problem for doubt in mask.doubts] == [
        "0.432 of 0.648 ml of region GTV (67%) lie outside the PET and are lost"
    ]


def test_a_small_region_says_what_voxels_make_of_it(drawn):
    # 0.45 voxels beyond the centres of four: 2.9 x 1.9 voxels of 24 mm3, 0.132 ml, became 3 x 2, 0.144 ml: 9 %
    near = contour([(-8.9, -18.35), (-3.1, -18.35), (-3.1, -12.65), (-8.9, -12.65)], 30)
    assert len(voxels(drawn({"GTV": [near]}))) == 6 and drawn({"GTV": [near]}).doubts == ()
    # 0.2 voxels beyond: 2.4 x 1.4 voxels, 0.0806 ml, became 0.144 ml: 79 %
    small = contour([(-8.4, -17.6), (-3.6, -17.6), (-3.6, -13.4), (-8.4, -13.4)], 30)
    wrong = "0.0806 ml of region GTV became 0.144 ml (79% more) on the PET's voxels of 2 x 3 x 4 mm"
    assert [doubt.problem for doubt in drawn({"GTV": [small]}).doubts] == [wrong]


def test_a_region_drawn_through_the_centres_of_voxels_gains_nothing(drawn):
    # as programs do that follow the outermost voxels of a mask: four by three voxels, whose line holds 3 x 2
    mask = drawn({"GTV": [contour([(-8, -17), (-2, -17), (-2, -11), (-8, -11)], 30)]})
    assert len(voxels(mask)) == 12 and mask.doubts == ()


def test_the_line_of_a_hole_belongs_to_the_region(drawn):
    # OpenCV's outlines of a ring: through the centres of its voxels, outside and inside
    ring = [[(-10, -20), (-2, -20), (-2, -8), (-10, -8)], [(-8, -17), (-4, -17), (-4, -11), (-8, -11)]]
    expected = {(i, j, 0) for i in range(5) for j in range(5)} - {(2, 2, 0)}
    for kind in ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR"):
        assert voxels(drawn({"GTV": [contour(corners, 30, kind) for corners in ring]})) == expected


def test_a_region_without_a_voxel_is_a_warning_where_another_has_some(drawn, refused):
    crumb = contour([(-8.9, -17), (-8.1, -17.4), (-8.1, -16.6)], 30)
    mask = drawn({"GTV": [contour(box((3, 3), (4, 4)), 30)], "node": [crumb]}, roi=["GTV", "node"])
    assert any("1 of 1 lesions of region node" in doubt.problem for doubt in mask.doubts)


def test_a_region_that_reaches_further_than_any_scan_is_refused(refused):
    regions = {"GTV": [contour(box((0, 0), (2, 2)), 30), contour(box((0, 0), (2, 2)), 4e9 + 30)]}
    refused(regions, "region GTV reaches further than any scan")


def test_a_triangle_by_hand(drawn):
    # corners at voxels (0, 0), (5, 0), (0, 4), each moved out a little: within, i / 5 + j / 4 <= 1
    corners = [(-10.1, -20.1), (0.4, -20.1), (-10.1, -7.6)]
    inside = {(i, j, 0) for i in range(6) for j in range(5) if i / 5 + j / 4 <= 1}
    assert voxels(drawn({"tumour": [contour(corners, 30)]})) == inside


def test_a_contour_in_another_is_a_hole_and_one_in_the_hole_an_island(drawn):
    rings = [box((0, 0), (4, 4)), box((1, 1), (3, 3)), box((2, 2), (2, 2))]
    expected = {(i, j, 1) for i in range(5) for j in range(5) if max(abs(i - 2), abs(j - 2)) in (0, 2)}
    assert voxels(drawn({"tumour": [contour(ring, 34) for ring in rings]})) == expected


def test_named_regions_are_united_and_a_hole_is_of_its_region_only(drawn):
    regions = {
        "a": [contour(box((0, 0), (2, 2)), 30)],
        "b": [contour(box((1, 1), (1, 1)), 30)],
        "c": [contour(box((4, 4), (4, 4)), 34)],
    }
    nine = {(i, j, 0) for i in range(3) for j in range(3)}
    assert voxels(drawn(regions, roi=["a", "b"])) == nine
    assert voxels(drawn(regions, roi=["c", "a"])) == nine | {(4, 4, 1)}
    assert voxels(drawn(regions, roi=["b"])) == {(1, 1, 0)}


def test_two_regions_of_one_name_are_both_taken(tmp_path):
    data = structure_set({"a": [contour(box((0, 0), (0, 0)), 30)], "b": [contour(box((2, 2), (2, 2)), 30)]})
    data.StructureSetROISequence[1].ROIName = "a"
    path = save(data, tmp_path / "rs.dcm")
    assert voxels(read_contours(path, "p", PET, ["a"])) == {(0, 0, 0), (2, 2, 0)}


def test_several_regions_without_a_name_are_listed(refused):
    square = contour(box((0, 0), (2, 2)), 30)
    refused({"GTV": [square], "PTV": [square]}, "there are 2 regions (GTV, PTV)", "in cohort.roi")
    many = {f"region{n}": [square] for n in range(40)}
    refused(many, "there are 40 regions (region0, ", "region29, ...)")


def test_an_unknown_region_is_answered_with_the_known(refused):
    square = contour(box((0, 0), (2, 2)), 30)
    words = "there is no region 'node*' or 'lymph'", "one or more of: GTV, PTV"
    refused({"GTV": [square], "PTV": [square]}, *words, roi=["node*", "lymph"])


@pytest.mark.parametrize(
    "roi, expected",
    [
        (["GTVp", "GTVn"], {(0, 0, 0)}),  # no node in this patient
        ([" gtvP "], {(0, 0, 0)}),
        (["gtv*"], {(0, 0, 0), (2, 2, 0)}),
        (["GTV?"], {(0, 0, 0)}),
        (["GTV [a]"], {(4, 4, 0)}),  # no pattern but the name itself
    ],
)
def test_names_may_be_missing_be_patterns_and_differ_in_case(drawn, roi, expected):
    names = {"GTVp ": (0, 0), "GTV-boost": (2, 2), "Gtv [A]": (4, 4), "heart": (1, 4)}
    regions = {name: [contour(box(place, place), 30)] for name, place in names.items()}
    if roi == ["gtv*"]:
        expected = expected | {(4, 4, 0)}
    assert voxels(drawn(regions, roi=roi)) == expected


def test_a_missing_name_is_noted_and_one_spelt_a_little_differently_is_a_warning(drawn):
    square = contour(box((0, 0), (2, 2)), 30)
    mask = drawn({"GTVp": [square], "heart": [square]}, roi=["GTVp", "GTVn"])
    assert mask.notes == ("there is no region 'GTVn'; tumour is GTVp",) and mask.doubts == ()
    mask = drawn({"GTVp": [square], "GTV_N": [square]}, roi=["GTVp", "GTVn"])
    assert [doubt.problem for doubt in mask.doubts] == ["there is no region 'GTVn'; GTV_N may be meant and is left out"]
    assert mask.regions == ("GTVp", "GTV_N")


def test_a_named_region_that_was_never_drawn_is_as_good_as_missing(drawn):
    # as planning systems write the regions of a template
    mask = drawn({"GTVp": [contour(box((1, 1), (1, 1)), 30)], "GTVn": []}, roi=["GTVp", "GTVn"])
    assert voxels(mask) == {(1, 1, 0)} and mask.notes == ("there is no region 'GTVn'; tumour is GTVp",)


def test_points_and_empty_regions_are_passed_over_unless_named(drawn, refused):
    regions = {"point": [contour([(-8, -17)], 30, "POINT")], "nothing": [], "GTV": [contour(box((1, 1), (1, 1)), 30)]}
    assert voxels(drawn(regions)) == {(1, 1, 0)}
    refused(regions, "region point has contours of type POINT", roi=["point"])
    refused(regions, "region nothing has no contours", roi=["nothing"])
    refused({"point": regions["point"]}, "no region has contours")


def test_a_region_that_the_contours_leave_out_is_passed_over(tmp_path):
    data = structure_set({"GTV": [contour(box((1, 1), (1, 1)), 30)], "nothing": []})
    del data.ROIContourSequence[1]
    path = save(data, tmp_path / "rs.dcm")
    assert voxels(read_contours(path, "p", PET)) == {(1, 1, 0)}
    fails(lambda *args: read_contours(*args, PET, ["nothing"]), path, "region nothing has no contours")


def test_contours_without_area_are_passed_over(drawn):
    regions = {"GTV": [contour(box((1, 1), (1, 1)), 30), contour([(-8, -17), (-6, -17)], 32), contour([], 30)]}
    assert voxels(drawn(regions)) == {(1, 1, 0)}


@pytest.mark.parametrize("kind", ["OPEN_PLANAR", "OPEN_NONPLANAR"])
def test_open_contours_are_refused_by_name(refused, kind):
    refused({"GTV": [contour(box((0, 0), (2, 2)), 30, kind)]}, f"region GTV has contours of type {kind}", "CLOSED_PLANAR")


@pytest.mark.parametrize("off, fits", [(0.9, True), (-0.9, True), (1.1, False), (2, False)])
def test_contours_between_the_slices(drawn, refused, off, fits):
    regions = {"GTV": [contour(box((0, 0), (2, 2)), 34), contour(box((1, 1), (1, 1)), 38 + off)]}
    if fits:
        assert (1, 1, 2) in voxels(drawn(regions))
    else:
        refused(regions, "region GTV is drawn on another grid", "export the contours on the PET")


def test_a_contour_across_slices(tmp_path, refused):
    item = contour(box((0, 0), (2, 2)), 34)
    item.ContourData[2] = 38
    refused({"GTV": [item]}, "region GTV is drawn on another grid")


def test_what_is_outside_the_scan_is_cut_off(drawn):
    regions = {"GTV": [contour(box((-3, 3), (1, 9)), z) for z in (26, 30, 46)]}
    assert voxels(drawn(regions)) == {(i, j, 0) for i in (0, 1) for j in (3, 4)}


@pytest.mark.parametrize("low, z", [((-5, 0), 30), ((0, 9), 30), ((0, 0), 26), ((0, 0), 46), ((0, 0), 4e9 + 30)])
def test_a_region_outside_the_scan_is_named(refused, low, z):
    high = (low[0] + 1, low[1] + 1)
    refused({"GTV": [contour(box(low, high), z)]}, "region GTV lies outside the PET", "drawn on this scan")


def test_a_region_between_voxels_is_named(refused):
    refused({"GTV": [contour([(-8.9, -17), (-8.1, -17.4), (-8.1, -16.6)], 30)]}, "region GTV covers the centre of no voxel")


def test_contours_on_an_oblique_grid(tmp_path):
    turn = np.array([[0.96, -0.28, 0], [0.28, 0.96, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = turn * [-2, -3, 4], [5, -7, 11]
    pet = Volume(PET.data, affine)
    corners = np.array([(0.6, 0.6, 2), (3.4, 0.6, 2), (3.4, 2.4, 2), (0.6, 2.4, 2)]) @ affine[:3, :3].T + affine[:3, 3]
    item = contour([], 0)
    item.ContourData = [round(float(value), 4) for value in (corners * [-1, -1, 1]).ravel()]
    path = save(structure_set({"GTV": [item]}), tmp_path / "rs.dcm")
    assert voxels(read_contours(path, "p", pet)) == {(i, j, 2) for i in (1, 2, 3) for j in (1, 2)}


def test_another_frame_of_reference_is_refused(drawn, refused):
    regions = {"GTV": [contour(box((1, 1), (1, 1)), 30)]}
    for frame, of_pet in [(FRAME, FRAME), (FRAME, None), (None, FRAME)]:
        assert voxels(drawn(regions, frame, frame_of_reference=of_pet)) == {(1, 1, 0)}
    refused(regions, "drawn in another frame of reference", "drawn on this scan", frame_of_reference="1.2.3.6")


def test_the_frame_of_the_file_counts_where_the_region_has_none(tmp_path):
    data = structure_set({"GTV": [contour(box((1, 1), (1, 1)), 30)]}, None)
    data.FrameOfReferenceUID = FRAME
    path = save(data, tmp_path / "rs.dcm")
    assert voxels(read_contours(path, "p", PET, None, FRAME)) == {(1, 1, 0)}
    fails(lambda *args: read_contours(*args, PET, None, "1.2.3.6"), path, "another frame of reference")


def test_what_is_at_the_path(tmp_path):
    folder = save_series(tmp_path / "both")
    read = lambda path, patient: read_contours(path, patient, PET)  # noqa: E731
    for path in (folder, folder / "0.dcm"):
        fails(dicom_kind, path, "no contours or segmentation (DICOM RTSTRUCT or SEG)")
    fails(dicom_kind, tmp_path / "none", "the file is missing")
    (tmp_path / "text.txt").write_text("x" * 300)
    fails(read, tmp_path / "text.txt", "no contours or segmentation")
    regions = {"GTV": [contour(box((1, 1), (1, 1)), 30)]}
    path = save(structure_set(regions), folder / "rs")
    assert dicom_kind(folder, "p") == dicom_kind(path, "p") == "RTSTRUCT"
    assert voxels(read(folder, "p")) == {(1, 1, 0)}
    fails(read_segmentation, path, "the file is a DICOM RTSTRUCT, not a SEG")
    save(structure_set(regions), folder / "rs2")
    fails(read, folder, "2 of its files hold contours", "give the one file")


@pytest.mark.parametrize(
    "values, words",
    [
        ([1.0, 2, 3, 4], "damaged"),
        ([float("nan")] * 9, "region GTV has a corner nowhere"),
        ([1e39, 1, 30] * 3, "region GTV lies outside the PET"),
    ],
)
def test_corners_that_are_nowhere(tmp_path, values, words):
    item = contour(box((0, 0), (2, 2)), 30)
    item["ContourData"]._value = values
    path = save(structure_set({"GTV": [item]}), tmp_path / "rs.dcm")
    fails(lambda *args: read_contours(*args, PET), path, words)


MASKS = np.zeros((4, 5, 6, 2), np.uint8)
MASKS[1, 1, 2, 0] = MASKS[1, 1, 3, 0] = MASKS[2, 1, 2, 0] = 1
MASKS[2, 3, 4, 1] = MASKS[2, 1, 2, 1] = 1
FIRST, SECOND = {(2, 1, 1), (3, 1, 1), (2, 1, 2)}, {(4, 3, 2), (2, 1, 2)}


@pytest.fixture(scope="module")
def segments(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seg")
    slices = [pet_slice(k) for k in range(4)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        segmentation(slices, MASKS, ["GTV", "node"]).save_as(folder / "binary")
        segmentation(slices, MASKS * 1.0, ["GTV", "node"], fractional=True).save_as(folder / "whole")
        segmentation(slices, MASKS * 0.5, ["GTV", "node"], fractional=True).save_as(folder / "parts")
        segmentation(slices, MASKS[..., :1], ["GTV"]).save_as(folder / "one")
    return folder


@pytest.mark.parametrize("name", ["binary", "whole"])
@pytest.mark.parametrize("roi, expected", [(["GTV"], FIRST), (["node"], SECOND), (["node", "GTV"], FIRST | SECOND)])
def test_segments_are_united_on_the_grid_of_the_pet(segments, name, roi, expected):
    assert dicom_kind(segments / name, "p") == "SEG"
    mask = mask_on_pet(read_segmentation(segments / name, "p", roi), PET, "p", "pet", "mask")
    assert voxels(mask) == expected and mask.data.shape == PET.data.shape


def test_a_segmentation_has_its_own_grid(segments):
    mask = read_segmentation(segments / "one", "p")
    # the slices without tumour are left out of the file
    assert mask.data.shape == (6, 5, 2)
    np.testing.assert_allclose(mask.affine, [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 34], [0, 0, 0, 1]])
    assert voxels(mask) == {(i, j, k - 1) for i, j, k in FIRST}


def test_a_segmentation_of_turned_axes_comes_to_the_grid_of_the_pet(segments):
    # j of this PET is i of the SEG backwards, and so on
    affine = PET.affine @ np.array([[0, -1, 0, 5], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1.0]])
    pet = Volume(np.zeros((4, 6, 5), np.float32), affine)
    mask = mask_on_pet(read_segmentation(segments / "one", "p"), pet, "p", "pet", "mask")
    assert voxels(mask) == {(k, 5 - i, j) for i, j, k in FIRST} and mask.data.shape == pet.data.shape


def test_segments_are_asked_for_by_name(segments):
    fails(read_segmentation, segments / "binary", "there are 2 regions (GTV, node)", "in cohort.roi")
    fails(read_segmentation, segments / "binary", "there is no region 'PTV'", "one or more of: GTV, node", roi=["PTV"])


def test_fractions_are_refused(segments):
    fails(read_segmentation, segments / "parts", "segment node holds fractions", roi=["node"])


def test_segmentations_that_are_no_stack_of_slices(segments, tmp_path):
    def changed(words, change):
        data = pydicom.dcmread(segments / "binary")
        change(data)
        fails(read_segmentation, save(data, tmp_path / "seg"), words, roi=["GTV"])

    def move(data, z):
        frame = data.PerFrameFunctionalGroupsSequence[-1]
        frame.PlanePositionSequence[0].ImagePositionPatient = [-10, -20, z]

    def pack(data):
        data.file_meta.TransferSyntaxUID = pydicom.uid.JPEG2000Lossless
        data.PixelData = pydicom.encaps.encapsulate([bytes(60)] * int(data.NumberOfFrames))
        data["PixelData"].is_undefined_length = True

    changed("the segmentation is tiled", lambda data: setattr(data, "TotalPixelMatrixRows", 5))
    changed("the pixels are compressed (JPEG 2000", pack)
    changed("its frames are not evenly spaced", lambda data: move(data, 39.1))
    changed("the header claims 10000 x 5 x 6 voxels", lambda data: move(data, 34 + 4 * 9999))


def test_a_segmentation_is_no_contours(segments):
    fails(lambda *args: read_contours(*args, PET), segments / "one", "the file is a DICOM SEG, not a RTSTRUCT")


@pytest.mark.parametrize("sequence", ["StructureSetROISequence", "ROIContourSequence"])
def test_two_regions_of_one_number_are_refused(tmp_path, sequence):
    data = structure_set({"a": [contour(box((0, 0), (0, 0)), 30)], "b": [contour(box((2, 2), (2, 2)), 30)]})
    second = data[sequence].value[1]
    setattr(second, "ROINumber" if "ROINumber" in second else "ReferencedROINumber", 1)
    wrong = f"several items of {sequence} have the same number, and only one would count; copy or export it again"
    fails(lambda *args: read_contours(*args, PET, ["a"]), save(data, tmp_path / "rs.dcm"), wrong)
