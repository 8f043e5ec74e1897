from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from simple_patient import AFFINE, simple_patient

from oneclick.data.contrast import contrast, contrast_doubts, lesions_of
from oneclick.data.grid import grid_of
from oneclick.data.plausibility import pet_doubts
from oneclick.data.volume import Volume
from oneclick.phantom.patient import make_patient

REAL = Path(__file__).parents[4] / "shared/real_pet/nifti"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="no real PET in ../shared/real_pet")


def problems(pet, mask, affine=AFFINE):
    return [doubt.problem for doubt in contrast_doubts(pet, mask, affine, grid_of(pet, affine, 32, None))]


@pytest.fixture(scope="module")
def real():
    """PET, mask and affine of each patient."""
    scans = {}
    for path in sorted(REAL.glob("*/PET_image.nii.gz")):
        pet, mask = nib.load(path), nib.load(path.with_name("PET_mask.nii.gz"))
        scans[path.parent.name] = np.asarray(pet.dataobj, np.float32), np.asarray(mask.dataobj), pet.affine
    return scans


def test_the_hot_share_of_a_lesion_by_hand():
    # Around one voxel of 5 mm: none within 5 mm but its six neighbours, which are not farther, then all to 15 mm (123 - 7).
    pet = np.random.default_rng(0).permutation(11**3).reshape(11, 11, 11).astype(np.float32)
    mask = np.zeros(pet.shape, np.uint8)
    mask[5, 5, 5], mask[5, 5, 6] = 1, 1
    [lesion] = lesions_of(mask, np.array([5.0, 5.0, 5.0]))
    i, j, k = np.indices(pet.shape) - 5
    near = np.minimum(i**2 + j**2 + k**2, i**2 + j**2 + (k - 1) ** 2)
    around = np.sort(pet[(near > 1) & (near <= 9)])
    assert len(lesion.around[0]) == len(around) and set(pet[lesion.around]) == set(around)
    found = contrast(pet, [lesion])
    assert found.voxels == 2 and found.mean == pet[5, 5, 5:7].mean() and found.usual == np.median(around)
    assert found.share == np.mean(pet[5, 5, 5:7] > np.quantile(around, 0.9))
    flipped = contrast(pet[::-1], [lesion])
    assert contrast(pet, [lesion], flip=0).mean == flipped.mean


def test_masks_that_lie_on_their_tumours():
    pet, mask = simple_patient()
    assert problems(pet, mask) == problems(pet, np.zeros_like(mask)) == []


def test_nothing_is_said_of_a_phantom():
    phantom = make_patient("phantom-001", 2024, matrix=128, slices=(20, 20))
    assert phantom.mask.any() and problems(phantom.pet, phantom.mask, phantom.affine) == []
    pet = Volume(phantom.pet, phantom.affine)
    assert pet_doubts(pet, grid_of(pet.data, pet.affine, 32, None)) == []


@pytest.mark.parametrize(("axis", "words"), [(0, "left and right"), (1, "front and back"), (2, "head and feet")])
def test_a_flipped_mask_is_named_with_its_axis(axis, words):
    pet, mask = simple_patient(centre=(12, 26, 3))
    [said] = problems(pet, np.flip(mask, axis))
    assert f"but 100% if it is flipped so that {words} change places" in said
    order = [2, 0, 1]  # stored with slices first
    [said] = problems(pet.transpose(order), np.flip(mask, axis).transpose(order), AFFINE[:, [*order, 3]])
    assert f"flipped so that {words} change places" in said


def test_a_shifted_mask_and_that_of_another_patient():
    pet, mask = simple_patient()
    for wrong in (np.roll(mask, 9, axis=0), simple_patient(2, centre=(26, 14, 8))[1]):
        [said] = problems(pet, wrong)
        assert "% of the mask's voxels are hotter than 90% of the tissue 5 to 15 mm around it, as 10% would be by" in said
        assert "(their mean is " in said


def test_one_of_two_lesions_on_nothing_hot():
    pet, mask = simple_patient()
    colder = simple_patient(centre=(28, 16, 8))[1]
    pet[colder > 0] = 0.8
    [said] = problems(pet, mask | colder)
    assert said.startswith(
        "1 of the mask's 2 lesions is no hotter than what lies around (on slice 8 its mean is 0.8, around 1"
    )


@needs_real
def test_of_real_masks_that_of_one_cold_tumour_is_doubted(real):
    doubted = {name: problems(*scan) for name, scan in real.items()}
    [(name, [said])] = [(name, found) for name, found in doubted.items() if found]
    assert name == "STS_020" and said.startswith("9% of the mask's voxels are hotter than")


def laid(mask, shape):
    """A mask on another scan's voxels, from the same corner."""
    found = np.zeros(shape, np.uint8)
    part = tuple(slice(min(mine, other)) for mine, other in zip(mask.shape, shape, strict=True))
    found[part] = mask[part]
    return found


@needs_real
def test_most_masks_of_other_real_patients_are_doubted(real):
    found = []
    for name, (pet, own, affine) in list(real.items())[::3]:
        for other, (_, mask, _) in real.items():
            wrong = laid(mask, pet.shape)
            overlap = 2 * np.count_nonzero(wrong & own) / (wrong.sum() + own.sum())
            if other != name and overlap < 0.2 and wrong.sum() > 20:
                found.append(bool(problems(pet, wrong, affine)))
    assert len(found) > 100 and np.mean(found) > 0.85


@needs_real
def test_of_real_masks_flipped_on_their_scans_half_are_doubted(real):
    # These scans are cut out around the tumour: a flipped mask overlaps the true one by 0.78 (Dice, median).
    found = [problems(pet, mask[::-1], affine) for pet, mask, affine in real.values()]
    assert sum(bool(said) for said in found) >= 16
    assert sum("left and right" in line for said in found for line in said) >= 14
