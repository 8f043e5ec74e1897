"""Segmentations (SEG) that hold only the frames with tumour, on the PET's grid or another, read as a study reads them."""

import numpy as np
import pytest
from dicom_files import MARK, ORIGIN, pet_slice, save, save_series, segmentation

from oneclick.data.scans import Source, read_mask, read_pet
from oneclick.data.volume import ScanError

SHAPE = (20, 20, 12)
SQUARE = 64  # voxels of the PET


@pytest.fixture(scope="module")
def pet_folder(tmp_path_factory):
    return save_series(tmp_path_factory.mktemp("seg") / "pet", SHAPE)


def of_ct(k, slice_mm=2.0):
    """A slice of half the size of the PET's voxels, over the same space."""
    at = [ORIGIN[0] - 0.5, ORIGIN[1] - 0.75, ORIGIN[2] - 1 + slice_mm * k]
    none = np.zeros((40, 40), np.uint16).tobytes()
    return pet_slice(
        k, (40, 40, 1), PixelSpacing=[1.5, 1.0], SliceThickness=slice_mm, ImagePositionPatient=at, PixelData=none
    )


@pytest.fixture
def read(tmp_path, pet_folder):
    """Writes the same square on some slices and reads it; ``measures`` replace those of the pixels, None deletes one."""

    def read(slices, on_ct=False, change=lambda data: None, **measures):
        sources = [of_ct(k) for k in range(24)] if on_ct else [pet_slice(k, SHAPE) for k in range(12)]
        size = 2 if on_ct else 1
        masks = np.zeros((len(sources), 20 * size, 20 * size, 1), np.uint8)
        masks[list(slices), 4 * size : 12 * size, 6 * size : 14 * size] = 1
        data = segmentation(sources, masks, ["GTV"])
        assert data.NumberOfFrames == len(slices)  # the others are left out
        of_pixels = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
        for keyword, value in ({"SpacingBetweenSlices": None} | measures).items():
            if value is None:
                delattr(of_pixels, keyword)
            else:
                setattr(of_pixels, keyword, value)
        change(data)
        pet = read_pet(pet_folder, "p")
        return read_mask(save(data, tmp_path / "seg.dcm"), "p", Source(), pet, pet_folder)

    return read


def on_slices(mask, *slices):
    found = mask.data.sum(axis=(0, 1))
    expected = np.zeros(12)
    expected[list(slices)] = SQUARE
    np.testing.assert_array_equal(found, expected)
    assert mask.data[6:14, 4:12, slices[0]].all()
    return True


@pytest.mark.parametrize("slices", [[5], [3, 9], [3, 4, 5], [0, 11], [2, 3, 6, 7]])
@pytest.mark.parametrize("thickness", [{}, {"SliceThickness": 1}, {"SliceThickness": None}])
def test_frames_lie_where_they_are_on_the_slices_of_the_pet(read, slices, thickness):
    assert on_slices(read(slices, **thickness), *slices)


def test_a_spacing_that_is_the_gap_between_frames_is_not_believed(read):
    mask = read([3, 9], SpacingBetweenSlices=24)
    assert on_slices(mask, 3, 9) and mask.notes[0] == "its slices are taken to be 4 mm apart: the PET's slices"


def test_the_order_of_frames_does_not_matter(read):
    def turn(data):
        groups, pixels = list(data.PerFrameFunctionalGroupsSequence), data.pixel_array.copy()
        heights = [group.PlanePositionSequence[0].ImagePositionPatient[2] for group in groups]
        pixels[heights.index(ORIGIN[2] + 4 * 3)] = 0
        data.PerFrameFunctionalGroupsSequence = [groups[n] for n in (1, 2, 0)]
        data.PixelData = np.packbits(pixels[[1, 2, 0]].ravel(), bitorder="little").tobytes()

    # the frame of slice 3 was emptied, then all were put in another order
    assert on_slices(read([3, 4, 5], change=turn), 4, 5)


def test_slices_without_frame_inside_a_region_are_named(read):
    assert read([3, 4, 5]).doubts == () and read([5]).doubts == ()
    wrong = "segment GTV has no frame in slices 4 to 8 of the PET, but above and below in the same place"
    assert [doubt.problem for doubt in read([3, 9]).doubts] == [wrong]


@pytest.mark.parametrize(
    "slices, expected, thickness",
    [
        (range(6, 14), [3, 4, 5, 6], 2),
        ([6, 7], [3], 2),
        ([6, 7, 12, 13], [3, 6], 2),
        (range(6, 14), [3, 4, 5, 6], 5),  # slices that overlap: they are 2 mm apart
    ],
)
def test_frames_on_another_grid_are_as_thick_as_they_are(read, slices, expected, thickness):
    assert on_slices(read(slices, on_ct=True, SliceThickness=thickness), *expected)


def test_a_single_frame_of_half_a_slice_is_said_to_become_twice_as_much(read):
    mask = read([6], on_ct=True)  # 256 voxels of 1 x 1.5 x 2 mm
    assert on_slices(mask, 3)
    wrong = "0.768 ml of the mask became 1.54 ml (100% more) on the PET's voxels of 2 x 3 x 4 mm"
    assert [doubt.problem for doubt in mask.doubts] == [wrong]


@pytest.mark.parametrize(
    "slices, measures, words",
    [
        ([6], {"SliceThickness": None}, "neither SpacingBetweenSlices nor SliceThickness says how thick its slices are"),
        ([6, 12], {"SliceThickness": 5}, "its frames lie 12 mm apart, which is no whole number of slices of 5 mm"),
    ],
)
def test_a_thickness_that_cannot_be_known_is_refused(read, slices, measures, words):
    with pytest.raises(ScanError, match=words) as error:
        read(slices, on_ct=True, **measures)
    assert MARK not in str(error.value)


def test_another_frame_of_reference_is_refused(read):
    with pytest.raises(ScanError, match="the segmentation is drawn in another frame of reference than that of the PET"):
        read([5], change=lambda data: setattr(data, "FrameOfReferenceUID", "1.2.3.99"))


def test_a_segmentation_without_frame_of_reference_is_taken_for_the_scans(read):
    def change(data):
        del data.FrameOfReferenceUID

    assert on_slices(read([3, 4, 5], change=change), 3, 4, 5)


def test_frames_that_the_header_does_not_count_are_not_dropped(read):
    def change(data):
        data.NumberOfFrames = 2

    with pytest.raises(ScanError, match=r"NumberOfFrames \(0028,0008\) is 2, but 3 frames are described; copy or export"):
        read([3, 4, 5], change=change)
