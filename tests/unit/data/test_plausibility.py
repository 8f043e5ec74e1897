from pathlib import Path

import numpy as np
import pytest
from simple_patient import AFFINE, simple_patient

from oneclick.data.grid import grid_of
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.plausibility import pet_doubts, unit_doubts, value_doubts
from oneclick.data.slices import scale_to_unit

REAL = Path(__file__).parents[4] / "shared/real_pet/nifti"


def problems(pet, affine=AFFINE):
    pet = np.asfortranarray(pet, np.float32)
    return [doubt.problem for doubt in value_doubts(pet, grid_of(pet, affine, 32, None))]


def changed(places, value, pet=None):
    pet = simple_patient()[0] if pet is None else pet
    pet[places] = value
    return pet


def ct(air):
    """HU of a body in air, or the same numbers from 0: soft tissue of 40 and 50 HU of noise, a rib of 900."""
    pet, rng = simple_patient()[0], np.random.default_rng(3)
    hu = np.where(pet > 0.3, 40 + 50 * rng.standard_normal(pet.shape), -1000 + 5 * rng.standard_normal(pet.shape))
    hu[18:22, 8:10] = 900
    return np.rint(np.clip(hu - (-1024 - air), air, None))


@pytest.mark.skipif(not REAL.is_dir(), reason="no real PET in ../shared/real_pet")
def test_nothing_is_said_of_real_scans():
    scans = {path.parent.name: read_nifti_pet(path, "p") for path in REAL.glob("*/PET_image.nii.gz")}
    assert len(scans) == 31
    assert {name: pet_doubts(pet, grid_of(pet.data, pet.affine, 64, None)) for name, pet in scans.items()} == {
        name: [] for name in scans
    }


def test_nothing_is_said_of_what_a_scan_may_hold():
    pet, mask = simple_patient()
    assert problems(pet) == problems(5000 * pet) == problems(pet / pet.max()) == []
    rng = np.random.default_rng(5)
    assert problems(pet + 0.2 * rng.standard_normal(pet.shape)) == []  # filtered back projection: half of air is negative
    bladder = np.where(np.roll(mask, 10, 0), 60, pet)
    assert problems(bladder) == []
    padded = np.pad(pet, ((20, 20), (20, 20), (0, 2)))  # a narrow body in a wide plane, two slices beyond the scan
    assert problems(padded) == []


MASK = simple_patient()[1]
PET = simple_patient()[0]
FAULTS = {
    "a mask": (MASK, "the PET holds only 2 different values, from 0 to 1, as a mask does"),
    "a scaled mask": (3.5 * MASK, "only 2 different values, from 0 to 3.5, as a mask does"),
    "labels": (np.resize(np.arange(5), PET.shape), "only 5 different values, from 0 to 4, as a mask of several labels or"),
    "8 bits": (
        np.rint(PET / PET.max() * 255),
        "different values, from 0 to 255, as a mask of several labels or a picture of",
    ),
    "CT in HU": (ct(-1024), "% of the PET's voxels are negative (least -10"),
    "CT from 0": (ct(0), "outside air are whole numbers between 900 and 1150, as in CT whose air is 0"),
    "mean 0 and deviation 1": ((PET - PET.mean()) / PET.std(), "% of the PET's voxels are negative (least -0.6"),
    "negated": (-PET, "100% of the PET's voxels are negative"),
    "an offset": (PET + 1000, "at the edge of its slices the PET's median is 1000, near its 99.9th percentile of 1007"),
    "inverted": (PET.max() - PET, "at the edge of its slices the PET's median is 7.29"),
    "air of 4": (PET + 4, "no voxel of the PET is near 0: the least is 4, the 99.9th percentile 11."),
    "a lost slice": (changed(np.s_[:, :, 9], 0), "1 of 12 slices is constant between others that are not (slice 9)"),
    "lost slices": (changed(np.s_[:, :, 8:], 0), "4 of 12 slices are constant (slice 8 to 11)"),
    "a slice twice": (changed(np.s_[:, :, 5], PET[:, :, 4]), "1 of 12 slices is the same as the one before (slice 5)"),
    "a slice too dark": (
        changed(np.s_[:, :, 9], PET[:, :, 9] / 30),
        "1 of 12 slices is more than 2 times darker or brighter than both neighbours (slice 9): slice 9 has a mean of 0.01",
    ),
    "slices too bright": (
        changed(np.s_[:, :, [2, 8]], 3 * PET[:, :, [2, 8]]),
        "2 of 12 slices are more than 2 times darker or brighter than both neighbours (slice 2, 8): "
        "slice 2 has a mean of 1.",
    ),
    "a lost half": (changed(np.s_[:20], 0), "the first 20 of 40 rows of all slices are empty"),
    "another lost half": (changed(np.s_[:, 24:], 0), "the last 16 of 40 columns of all slices are empty"),
    "nothing": (np.zeros(PET.shape), "the PET holds only 1 different values"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_no_pet_holds_is_said_once(fault):
    pet, words = FAULTS[fault]
    found = problems(pet)
    assert len(found) == 1 and words in found[0], found


@pytest.mark.parametrize(("value", "becomes"), [(1e6, "7.1e-06"), (60, "0.12")])
def test_one_voxel_far_above_all_others_and_what_it_makes_of_a_tumour(value, becomes):
    pet, mask = simple_patient()
    pet[20, 20, 5] = value
    [said] = problems(pet)
    assert "1 voxel of the PET is hotter than 5 times the 99.9th percentile of 7.1" in said
    assert f"({value:.4g} at voxel (20, 20, 5)); as each slice is scaled to [0, 1], 7.1" in said
    assert said.endswith(f"becomes {becomes} on slice 5")
    tumour = scale_to_unit(pet[:, :, 5][None])[0][mask[:, :, 5] > 0]
    assert tumour.mean() == pytest.approx(float(becomes), rel=0.05)


def test_a_few_voxels_side_by_side_and_voxels_far_below():
    assert "3 voxels of the PET are hotter than 20 times" in problems(changed(np.s_[:3, 0, 5], 5000))[0]
    [said] = problems(changed(np.s_[5:10, 5:10, 3:7], 1e4))  # 0.5 % of the scan, and so the 99.9th percentile
    assert said.startswith("100 voxels of the PET are hotter than 20 times the 99th percentile of 7.0")
    [said] = problems(changed(np.s_[4:6, 7, 8], -1e5))
    assert "2 voxels of the PET are farther below 0 than" in said and "(-1e+05 at voxel (4, 7, 8))" in said
    assert "all else becomes nearly 1 on slice 8" in said


def test_slices_are_counted_along_the_transaxial_axis_and_voxels_named_as_stored():
    pet = np.moveaxis(changed((20, 21, 5), 1e6), 2, 0)
    pet[9] = 0
    affine = AFFINE[:, [2, 0, 1, 3]]
    far, lost = problems(pet, affine)
    assert "at voxel (5, 20, 21))" in far and far.endswith("on slice 5") and "(slice 9)" in lost


def test_values_that_are_no_suv():
    pet = simple_patient()[0]
    assert unit_doubts(pet) == []
    words = "the hottest voxel is {}, which is no SUV, and nor will its lesions' be"
    for factor in (5000, 1 / pet.max()):
        [doubt] = unit_doubts(pet * factor)
        assert doubt.problem == words.format(f"{float(pet.max() * factor):.4g}") and doubt.mend == "convert the scan to SUV"
