from functools import partial

import numpy as np
import pytest

from oneclick.common.randomness import generator
from oneclick.phantom.anatomy import body_outline
from oneclick.phantom.patient import draw_patient, make_patient
from oneclick.phantom.reader import FAINT, FAINT_SUV, MIDDLE, Reading, draw_reading, drawn, drawn_mask
from oneclick.phantom.shapes import Axes, Waves, ellipsoid_level, random_waves
from oneclick.phantom.tumours import Lesion, Traits, tumour_mask

AXES = Axes(*(np.arange(-45, 45.5, 1.0),) * 3)
FLAT = Waves(np.zeros((1, 3)), np.array([np.pi / 2]))  # 0 everywhere


def sphere(radius=20.0, suv_max=8.0, bumps=FLAT):
    return Lesion("tongue", np.zeros(3), np.full(3, radius), suv_max, bumps, FLAT)


def volume(tumour, reading):
    return drawn(tumour, reading, AXES)[1].sum()


def reading(bias=0.0, rough=0.0, along=FLAT, below=0.0, above=0.0, faint=False):
    return Reading(bias, rough, along, below, above, faint)


def test_a_bias_moves_the_boundary_by_millimetres():
    for bias in (-6.0, 0.0, 5.0):
        assert volume(sphere(), reading(bias)) == pytest.approx(4 / 3 * np.pi * (20 + bias) ** 3, rel=0.02)
    # an ellipsoid's as well, along its axes
    flat = Lesion("tongue", np.zeros(3), np.array([20.0, 10.0, 15.0]), 8.0, FLAT, FLAT)
    box, inside = drawn(flat, reading(4.0), AXES)
    whole = np.zeros(AXES.shape, bool)
    whole[box] = inside
    assert [whole[:, 45, 45].sum(), whole[45, :, 45].sum(), whole[45, 45, :].sum()] == [47, 27, 37]


def test_the_boundary_varies_along_the_outline_with_its_sd():
    apart = []
    for seed in range(30):
        box, inside = drawn(sphere(25), reading(rough=2.0, along=random_waves(np.random.default_rng(seed), 10.0)), AXES)
        whole = np.zeros(AXES.shape, bool)
        whole[box] = inside
        for line in (whole[:, 45, 45], whole[45, :, 45], whole[45, 45, :]):
            apart += [line[45:].sum() - 25.5, line[:46].sum() - 25.5]
    assert np.mean(apart) == pytest.approx(0, abs=0.5)
    assert np.std(apart) == pytest.approx(2, abs=0.4)


def test_slices_at_the_ends_are_missed():
    box, inside = drawn(sphere(), reading(below=6.0, above=2.5), AXES)
    z = AXES.z[box[2]][inside.any(axis=(0, 1))]
    assert z.min() == -13 and z.max() == 17  # below 20 - 6 and 20 - 2.5
    # but never all of a tumour
    box, inside = drawn(sphere(), reading(below=60.0), AXES)
    assert AXES.z[box[2]][inside.any(axis=(0, 1))].min() == -np.ceil(20 * MIDDLE) + 1


def test_what_is_drawn_at_all_has_a_middle():
    np.testing.assert_array_equal(*(volume(sphere(), reading(bias)) for bias in (-15.0, -100.0)))
    assert volume(sphere(), reading(-100.0)) == pytest.approx(4 / 3 * np.pi * (20 * MIDDLE) ** 3, rel=0.05)


def test_a_faint_tumour_is_drawn_by_anatomy_with_larger_errors():
    bumpy = sphere(suv_max=FAINT_SUV - 0.1, bumps=random_waves(np.random.default_rng(0), 12.0))
    box, inside = drawn(bumpy, reading(faint=True), AXES)
    np.testing.assert_array_equal(inside, ellipsoid_level(AXES.part(box), bumpy.centre, bumpy.radii) < 1)
    _, sharp = drawn(bumpy, reading(faint=False), AXES)
    assert (sharp != inside).any()
    faint, usual = (draw_reading(np.random.default_rng(1), sphere(suv_max=suv)) for suv in (FAINT_SUV - 0.1, FAINT_SUV))
    assert faint.faint and not usual.faint
    assert faint.bias == pytest.approx(FAINT * usual.bias) and faint.rough == pytest.approx(FAINT * usual.rough)


def test_errors_grow_with_the_trait_and_along_the_body_as_published():
    drawn_ones = [draw_reading(np.random.default_rng(seed), sphere()) for seed in range(3000)]
    twice = draw_reading(np.random.default_rng(0), sphere(), 2)
    assert twice.bias == pytest.approx(2 * drawn_ones[0].bias) and twice.rough == pytest.approx(2 * drawn_ones[0].rough)
    sd = np.sqrt(np.var([one.bias for one in drawn_ones]) + drawn_ones[0].rough ** 2)
    missed = np.array([end for one in drawn_ones for end in (one.below, one.above)])
    # half of the ends are missed, by half of a normal distribution; 7.7 mm where the whole boundary has 4.4
    assert np.mean(missed > 0) == pytest.approx(0.5, abs=0.03)
    assert np.sqrt(np.mean(missed[missed > 0] ** 2)) / sd == pytest.approx(7.7 / 4.4, rel=0.05)


def test_two_readers_agree_as_published_readers_do():
    """Mean Dice in 3-D of primary tumours: 0.69 on PET/CT, 0.57 by anatomy alone (Gudi et al. 2017)."""
    usual, faint = [], []
    for number in range(300):
        patient = f"two-readers-{number}"
        head, tumours, axes = draw_patient(patient, 7, 160, None)
        if not tumours or not axes.z[0] + 5 < tumours[0].centre[2] < axes.z[-1] - 5 or tumours[0].radii.min() < 5:
            continue
        outline = partial(body_outline, head)
        first, second = (drawn_mask(tumours[:1], axes, outline, generator(7, "two readers", patient, n)) for n in (1, 2))
        dice = 2 * (first & second).sum() / (first.sum() + second.sum())
        (faint if tumours[0].suv_max < FAINT_SUV else usual).append(dice)
    assert len(usual) > 200 and len(faint) > 20
    # standard errors: about 0.01 and 0.03
    assert np.mean(usual) == pytest.approx(0.69, abs=0.03)
    assert np.mean(faint) == pytest.approx(0.57, abs=0.08)


def test_the_phantoms_mask_is_a_readers_and_its_scan_is_the_same():
    usual, exact = (make_patient("phantom-002", 2024, 64, (24, 24), Traits(reader=errors)) for errors in (1, 0))
    np.testing.assert_array_equal(usual.pet, exact.pet)
    head, tumours, axes = draw_patient("phantom-002", 2024, 64, (24, 24))
    np.testing.assert_array_equal(exact.mask, tumour_mask(tumours, axes, partial(body_outline, head)))
    dice = 2 * (usual.mask & exact.mask).sum() / (usual.mask.sum() + exact.mask.sum())
    assert 0.4 < dice < 0.97
    # nothing outside of the body
    np.testing.assert_array_equal(usual.mask & (body_outline(head, axes) >= 1), 0)
