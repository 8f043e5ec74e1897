"""What masks lose and gain on the way to the grid of the PET, on masks whose volumes and lesions are counted by hand."""

import nibabel as nib
import numpy as np
import pytest

from oneclick.data.mask_guard import change_doubts, gap_doubts, listed, missing_planes
from oneclick.data.masks import mask_on_pet
from oneclick.data.scans import Source, read_mask
from oneclick.data.volume import Volume

# Voxels of 4 x 4 x 4 mm, 0.064 ml; the fine ones of 2 x 2 x 2 mm, 0.008 ml, fill the same space
PET = Volume(np.zeros((10, 10, 8), np.float32), np.diag([4.0, 4.0, 4.0, 1.0]))
FINE = np.array([[2.0, 0, 0, -1], [0, 2, 0, -1], [0, 0, 2, -1], [0, 0, 0, 1]])


def fine(*boxes, shape=(20, 20, 16)):
    data = np.zeros(shape, np.uint8)
    for box in boxes:
        data[tuple(slice(*ends) for ends in box)] = 1
    return Volume(data, FINE)


def said(mask, pet=PET):
    return [doubt.problem for doubt in change_doubts(mask, mask_on_pet(mask, pet, "p", "pet", "mask"))]


def test_what_stays_the_same_raises_no_doubt():
    assert said(fine([(4, 8), (4, 8), (4, 8)])) == []  # the voxels of the PET
    assert said(fine()) == []


def test_a_loss_and_a_gain_are_told_with_both_volumes():
    # a plate one fine voxel thick fills half of its slice: 16 x 0.008 ml become 4 x 0.064 ml
    gain = "0.128 ml of the mask became 0.256 ml (100% more) on the PET's voxels of 4 x 4 x 4 mm"
    assert said(fine([(4, 8), (4, 8), (4, 5)])) == [gain]
    # 5 x 4 x 4 fine voxels, of which the fifth column fills a half of four voxels: 0.64 became 0.768
    assert said(fine([(4, 9), (4, 8), (4, 8)]))[0].startswith("0.64 ml of the mask became 0.768 ml (20% more)")
    # beside it a quarter of two voxels, which is lost: 0.512 + 0.032 became 0.512: 6 % are nothing to tell
    assert said(fine([(4, 8), (4, 8), (4, 8)], [(8, 9), (4, 5), (4, 8)])) == []


def test_lesions_that_vanish_and_merge_are_counted():
    # one fine voxel fills an eighth of one of the PET's
    whole = [(4, 8), (4, 8), (4, 8)]
    assert said(fine(whole, [(15, 16), (15, 16), (15, 16)])) == [
        "1 of 2 lesions of the mask (0.008 ml) vanishes on the grid of the PET"
    ]
    # a gap one fine voxel wide, within one voxel of the PET, which is filled by half
    near = fine(whole, [(9, 13), (4, 8), (4, 8)])
    assert "2 of 2 lesions of the mask merge into 1 on the grid of the PET" in said(near)
    # voxels that share an edge are one lesion already, those that share a corner two
    assert said(fine(whole, [(8, 12), (8, 12), (4, 8)])) == []
    assert said(fine(whole, [(8, 12), (8, 12), (8, 12)])) == []


def test_lesions_are_followed_to_a_finer_grid_and_along_turned_axes():
    pet = Volume(np.zeros((20, 20, 16), np.float32), FINE)
    data = np.zeros((10, 10, 8), np.uint8)
    data[2:4, 2:4, 2:4] = data[6, 6, 6] = 1
    turned = nib.Nifti1Image(data, PET.affine).as_reoriented([[2, -1], [0, 1], [1, -1]])
    assert said(Volume(data, PET.affine), pet) == []
    assert said(Volume(np.asarray(turned.dataobj), turned.affine), pet) == []


def test_a_part_outside_the_pet_is_told_and_is_no_loss_besides():
    beyond = fine([(16, 24), (4, 8), (4, 8)], shape=(24, 20, 16))
    assert said(beyond) == ["0.512 of 1.02 ml of the mask (50%) lie outside the PET and are lost"]


def planes(*drawn, n=9):
    """Planes of 8 x 8 pixels with a square on those ``drawn``; (k, shift) moves it."""
    found = np.zeros((n, 8, 8), bool)
    for one in drawn:
        k, shift = one if isinstance(one, tuple) else (one, 0)
        found[k, 2:5, 1 + shift : 4 + shift] = True
    return found


@pytest.mark.parametrize(
    "drawn, by_plane, as_voxels",
    [
        ([2, 3, 4], [], []),
        ([2, 4, 6], [3, 5], [3, 5]),  # every second
        ([1, 4, 7], [2, 3, 5, 6], [2, 3, 5, 6]),  # every third
        ([1, 2, 4, 5], [3], [3]),  # one forgotten
        ([1, 2, 5, 6], [3, 4], []),  # perhaps two lesions: zeros of voxels are meant
        ([1, 2, 4, (4, 4), (5, 4), 6], [3, 5], [3, 5]),  # beside another lesion that is whole
        ([1, (3, 3)], [], []),  # not in the same place
        ([1, (3, 2)], [], []),  # a third in common
        ([1, (3, 1)], [2], [2]),  # two thirds
        ([4], [], []),
        ([], [], []),
    ],
)
def test_planes_that_are_missing_inside_a_region(drawn, by_plane, as_voxels):
    assert sorted(missing_planes(planes(*drawn), True)) == by_plane
    assert sorted(missing_planes(planes(*drawn), False)) == as_voxels


def ball(radius, *drawn):
    """A ball around plane 5, in pixels as far apart as planes, of which only some planes are drawn."""
    k, i, j = np.indices((11, 11, 11)) - 5
    found = k**2 + i**2 + j**2 <= radius**2
    found[np.setdiff1d(range(11), drawn)] = False
    return found


def test_a_ball_that_tapers_between_the_planes_that_are_drawn():
    # 9, 21 and 9 pixels: less than half of the larger
    small = ball(2.5, 3, 5, 7)
    assert small.sum(axis=(1, 2))[[3, 5, 7]].tolist() == [9, 21, 9]
    assert missing_planes(small, True) == missing_planes(small, False) == {4, 6}
    large = ball(4, 2, 5, 8)
    assert large.sum(axis=(1, 2))[[2, 5, 8]].tolist() == [21, 49, 21]
    assert missing_planes(large, True) == missing_planes(large, False) == {3, 4, 6, 7}
    # A small outline above one that goes on is perhaps another lesion.
    assert missing_planes(ball(2.5, 4, 5, 7), True) == missing_planes(ball(2.5, 4, 5, 7), False) == set()


def test_a_hole_and_an_arch_are_no_gap():
    hollow = np.zeros((7, 9, 9), bool)
    hollow[1:6, 1:8, 1:8] = True
    hollow[2:5, 3:6, 3:6] = False
    assert missing_planes(hollow, True) == set()
    arch = np.zeros((7, 9, 9), bool)
    arch[1:6, 1:4, 1:4] = arch[1, 1:4, 1:8] = arch[5, 1:4, 1:8] = True
    assert missing_planes(arch, True) == set()


@pytest.mark.parametrize("codes", ["RAS", "LPI", "SAR"])
def test_slices_of_a_nifti_mask_bear_the_numbers_of_the_pet(tmp_path, codes):
    data = np.zeros((10, 10, 8), np.uint8)
    data[3:6, 3:6, [1, 3, 5]] = 1
    turn = nib.orientations.axcodes2ornt(codes)
    pet = nib.Nifti1Image(PET.data, PET.affine).as_reoriented(turn)
    mask = nib.Nifti1Image(data, PET.affine)
    nib.save(mask, tmp_path / "mask.nii.gz")
    on = Volume(np.asarray(pet.dataobj), pet.affine)
    read = read_mask(tmp_path / "mask.nii.gz", "p", Source(), on, "pet.nii.gz")
    slices = "5, 3" if codes == "LPI" else "2, 4"  # of eight, counted from the other end
    slices = ", ".join(sorted(slices.split(", ")))
    wrong = f"the mask has no tumour in slices {slices} of the PET, but above and below in the same place"
    assert [doubt.problem for doubt in read.doubts] == [wrong]


def test_an_empty_mask_has_no_gap():
    assert gap_doubts(fine(), PET) == []


@pytest.mark.parametrize("numbers, words", [([3], "3"), ([3, 4], "3, 4"), ([1, 3, 4, 5, 9], "1, 3 to 5, 9")])
def test_numbers_in_words(numbers, words):
    assert listed(numbers) == words
