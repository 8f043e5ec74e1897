import numpy as np
import pytest

from oneclick.clicks.files import Click
from oneclick.segment.uptake import Uptake, doubtful_system

AFFINE = np.array([[-4.0, 0, 0, 78], [0, -4, 0, 70], [0, 0, 4, -40], [0, 0, 0, 1]])
"""Voxels of 4 mm; x and y of the other sign are the voxels 39 - i and 35 - j, also in a plane of 40 x 40 voxels."""


def scan(*tumours, tumour=8.0, organ=()):
    """A body of uptake 1 with noise, 12 voxels of tumour where they are said, and other hot organs."""
    pet = np.random.default_rng(3).normal(1, 0.1, (40, 40, 20))
    for places, uptake in ((tumours, tumour), (organ, 12.0)):
        for i, j, k in places:
            pet[i - 1 : i + 2, j - 1 : j + 2, k : k + 2] = uptake
    return pet


def test_the_uptake_of_a_place_and_of_its_surroundings():
    pet = np.zeros((21, 21, 21))
    at = np.indices(pet.shape) - 10
    distance = 2 * np.sqrt((at**2).sum(axis=0))  # voxels of 2 mm
    pet[(distance >= 10) & (distance <= 20)] = 3
    pet[10, 10, 13], pet[10, 10, 14] = 5, 9  # at 6 and 8 mm
    pet[:, :10] *= 0.01  # air, which does not count
    assert Uptake(pet, np.diag([2.0, -2, 2, 1])).at((10, 10, 10)) == (5, 3)
    assert Uptake(pet, np.diag([50.0, 50, 50, 1])).at((10, 10, 13)) == (5, 0)  # no other voxel so near


@pytest.mark.parametrize("shift", [0, 1])  # a click on the tumour or at its edge
def test_mm_of_the_other_system_are_named_with_both_uptakes(shift):
    pet = scan((10, 25, 9), (25, 8, 4))
    clicks = [Click((29 + shift, 10, 9), in_mm=True), Click((14 + shift, 27, 4), in_mm=True)]
    (doubt,) = doubtful_system(clicks, pet, AFFINE)
    assert doubt.problem.startswith("2 of 2 clicks lie on no hot spot, uptake 1.")
    assert doubt.problem.endswith("; with x and y of the other sign they would, 8")
    assert doubt.mend == "look whether they are said to be LPS and are RAS, or the reverse"
    right = [Click((10 - shift, 25, 9), in_mm=True), Click((25 - shift, 8, 4), in_mm=True)]
    assert doubtful_system(right, pet, AFFINE) == []
    # of three clicks one may be a slip; of voxels nothing is mirrored by mm
    assert doubtful_system([clicks[0], *right], pet, AFFINE) == []
    assert doubtful_system([Click(click.voxel) for click in clicks], pet, AFFINE) == []


def test_a_faint_lesion_opposite_a_hot_organ_is_no_mistake():
    pet = scan((10, 25, 9), tumour=2.5, organ=[(29, 10, 9)])
    assert doubtful_system([Click((10, 25, 9), in_mm=True)], pet, AFFINE) == []


def test_a_click_without_uptake_is_no_doubt_if_the_other_place_has_none_or_is_outside():
    pet = scan((10, 25, 9))
    assert doubtful_system([Click((20, 5, 9), in_mm=True), Click((1, 39, 9), in_mm=True)], pet, AFFINE) == []
