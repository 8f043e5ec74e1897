import hashlib
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from scipy.spatial import cKDTree

from oneclick.paper.cohort import SLICES_PER_PATIENT
from oneclick.phantom.anatomy import GREY_MATTER, STRUCTURES, body_outline, draw_head, paint
from oneclick.phantom.patient import _centred, draw_all_look_alikes, draw_patient, make_patient, write_patient
from oneclick.phantom.shapes import Axes, ellipsoid_level, random_waves
from oneclick.phantom.tumours import (
    AS_IT_IS,
    NEIGHBOURS,
    SITES,
    SUV_MAX_RANGE,
    Traits,
    draw_look_alikes,
    draw_tumours,
    paint_lesions,
    tumour_mask,
)
from oneclick.settings.study import TRAITS


@pytest.fixture(scope="module")
def small():
    return make_patient("phantom-001", 2024, 64, (24, 24))


def head_axes(step=3.0):
    return Axes(_centred(80, step), _centred(100, step), np.arange(-120, 100, 2 * step))


def test_ellipsoid_level_by_hand():
    axes = Axes(np.array([0.0, 2.0]), np.array([0.0]), np.array([0.0, 3.0]))
    np.testing.assert_allclose(ellipsoid_level(axes, np.zeros(3), np.array([2.0, 1, 6])), [[[0, 0.5]], [[1, 5**0.5 / 2]]])


def test_waves_have_mean_0_variance_1_and_their_length():
    rng = np.random.default_rng(0)
    line = Axes(np.linspace(-300, 300, 601), np.zeros(1), np.zeros(1))
    fields = np.array([random_waves(rng, 10.0, 24)(line)[:, 0, 0] for _ in range(40)])
    assert abs(fields.mean()) < 0.05 and fields.var() == pytest.approx(1, abs=0.1)
    # the correlation of such a field at distance d is exp(-d^2 / 2 L^2)
    assert (fields[:, :-10] * fields[:, 10:]).mean() == pytest.approx(np.exp(-0.5), abs=0.06)


def draw_mask(patient, seed, matrix, traits=AS_IT_IS, slices=None):
    head, tumours, axes = draw_patient(patient, seed, matrix, slices, traits)
    return tumour_mask(tumours, axes, partial(body_outline, head))


def test_cohort_has_the_papers_slices_per_patient():
    counts = np.array([(draw_mask(f"p{n}", 7, 128).sum(axis=(0, 1)) >= 6).sum() for n in range(150)])
    kept = counts[counts > 0]
    # 89 of the paper's 100 patients; mean 10.8 and SD 6.1 slices (standard errors here: 0.026, 0.5)
    assert np.mean(counts > 0) == pytest.approx(0.89, abs=0.08)
    assert kept.mean() == pytest.approx(np.mean(SLICES_PER_PATIENT), abs=1.6)
    assert kept.std() == pytest.approx(np.std(SLICES_PER_PATIENT), abs=1.5)


def test_tumours_are_one_to_three_with_suv_max_3_to_15_at_known_sites():
    sites = set()
    for n in range(200):
        rng = np.random.default_rng(n)
        tumours = draw_tumours(rng, draw_head(rng))
        assert len(tumours) <= 3
        assert all(SUV_MAX_RANGE[0] <= tumour.suv_max <= SUV_MAX_RANGE[1] for tumour in tumours)
        sites |= {tumour.site for tumour in tumours}
    assert sites == {*SITES, "node"}


def test_uptake_is_drawn_around_the_published_means():
    heads = [draw_head(np.random.default_rng(n)) for n in range(300)]
    for name in ("palatine tonsil", "parotid gland", "tongue", "spinal cord"):
        mean, sd = STRUCTURES[name][2]
        drawn = [s.suv for head in heads for s in head.structures if s.name == name and s.suv != head.background]
        assert np.mean(drawn) == pytest.approx(mean, rel=0.06)
        assert np.std(drawn) == pytest.approx(sd, rel=0.25)
    assert GREY_MATTER[0] <= min(head.grey for head in heads) <= max(head.grey for head in heads) <= GREY_MATTER[1]


def test_activity_is_where_anatomy_puts_it():
    head = draw_head(np.random.default_rng(5))
    axes = head_axes()
    suv, body, brain = paint(head, axes, np.random.default_rng(6))
    assert suv[~body].max() == 0 and brain[body].sum() == brain.sum()
    high = axes.z[None, None] > 45
    assert head.white * 0.9 < suv[brain & high].mean() < head.grey
    # 1200 to 1500 ml is an adult's brain; what lies above the field of view (100 mm) is missing here
    assert 700 < brain.sum() * 3 * 3 * 6 / 1000 < 1500
    assert suv[body & ~brain].mean() == pytest.approx(0.9, abs=0.2)


def test_lesions_lie_within_the_body_and_are_as_hot_as_drawn():
    rng = np.random.default_rng(3)
    head = draw_head(rng)
    axes = head_axes(1.5)
    lesions = draw_tumours(rng, head) + draw_look_alikes(rng, head)
    assert lesions
    for lesion in lesions:
        suv, body = np.zeros(axes.shape, np.float32), np.ones(axes.shape, bool)
        paint_lesions(suv, [lesion], axes, body)
        assert 0.75 * lesion.suv_max < suv.max() <= lesion.suv_max
        ellipsoid = 4 / 3 * np.pi * lesion.radii.prod()
        assert (suv > 0).sum() * 1.5 * 1.5 * 3 == pytest.approx(ellipsoid, rel=0.6)
    paint_lesions(suv := np.zeros(axes.shape, np.float32), lesions, axes, np.zeros(axes.shape, bool))
    assert not suv.any()


def test_geometry(small):
    assert small.pet.shape == small.mask.shape == (64, 64, 24)
    size = np.abs(np.diag(small.affine)[:3])
    assert size[0] == size[1] and 450 <= size[0] * 64 <= 480 and 180 <= size[2] * 24 <= 220
    # i to the left, j to the back, k upwards, the middle of the plane at 0
    assert (np.sign(np.diag(small.affine)[:3]) == [-1, -1, 1]).all()
    np.testing.assert_allclose(small.affine @ [31.5, 31.5, 0, 1], [0, 0, small.affine[2, 3], 1], atol=1e-9)
    for number in range(20):
        _, _, axes = draw_patient(f"p{number}", 1, 512, None)
        assert 32 <= len(axes.z) <= 66
        assert round(float(axes.z[1] - axes.z[0]), 2) in (2.78, 4, 5)


def test_the_top_of_the_scan_is_hot_brain_and_the_rest_is_not(small):
    assert 5 < np.percentile(small.pet[:, :, -3:], 99) < 15
    assert np.percentile(small.pet[:, :, :3], 99) < 4


def test_shoulders_are_as_wide_as_published_and_the_neck_is_not():
    head = replace(draw_head(np.random.default_rng(0)), scale=np.ones(3), tilt=0.0)
    axes = Axes(np.arange(-220, 221, 2.0), np.arange(-120, 121, 2.0), np.array([-165.0, -80.0, 80.0]))
    width = (body_outline(head, axes) < 1).any(axis=1).sum(axis=0) * 2
    # biacromial breadth 400 mm, neck about 120 mm, head 154 mm
    np.testing.assert_allclose(width, [390, 117, 154], atol=12)


def test_a_patient_depends_on_seed_and_name_only(small, tmp_path):
    again = make_patient("phantom-001", 2024, 64, (24, 24))
    np.testing.assert_array_equal(again.pet, small.pet)
    assert (make_patient("phantom-002", 2024, 64, (24, 24)).pet != small.pet).any()
    assert (make_patient("phantom-001", 2025, 64, (24, 24)).pet != small.pet).any()
    digests = []
    for name in ("a", "b"):
        paths = [str(tmp_path / f"{name}-{kind}.nii.gz") for kind in ("pet", "mask")]
        write_patient("phantom-001", 2024, 64, (24, 24), AS_IT_IS, *paths)
        digests.append([hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths])
    assert digests[0] == digests[1]
    stored = nib.load(tmp_path / "a-pet.nii.gz")
    assert stored.get_data_dtype() == np.int16
    np.testing.assert_allclose(stored.get_fdata(), small.pet, atol=small.pet.max() / 32767)
    np.testing.assert_array_equal(np.asarray(nib.load(tmp_path / "a-mask.nii.gz").dataobj), small.mask)
    np.testing.assert_allclose(stored.affine, small.affine, atol=1e-4)


PATIENTS = [f"phantom-{number:03}" for number in range(1, 41)]


def drawn(traits: Traits, patients=PATIENTS):
    """Heads and tumours of a cohort."""
    return [draw_patient(patient, 2024, 512, None, traits)[:2] for patient in patients]


def test_settings_and_traits_have_the_same_names():
    assert tuple(field.name for field in fields(Traits)) == TRAITS


def test_the_phantom_with_masks_that_are_the_truth_has_not_changed():
    # computed with the phantom before it had traits and readers
    known = {
        "phantom-001": ("29c3b674b6295506", "b1a0461c1b02de50"),
        "phantom-003": ("4c7c854694eec2ac", "981fb0e8515e98fa"),
    }
    for patient, digests in known.items():
        phantom = make_patient(patient, 2024, 64, (12, 12), Traits(reader=0))
        found = tuple(hashlib.sha256(array.tobytes()).hexdigest()[:16] for array in (phantom.pet, phantom.mask))
        assert found[1] == digests[1]
        # sums of floats may end otherwise on other processors
        assert found[0] == digests[0] or phantom.pet.sum() == pytest.approx({"1": 9211.418, "3": 8018.676}[patient[-1]])


def test_look_alikes_come_in_multiples_and_fewer_are_some_of_more():
    numbers, previous = {}, set()
    for times in (0, 0.5, 1, 2.5):
        found = [draw_all_look_alikes(p, 2024, head, times) for p, (head, _) in zip(PATIENTS, drawn(AS_IT_IS), strict=True)]
        numbers[times] = sum(map(len, found))
        centres = {tuple(one.centre) for patient in found for one in patient}
        assert len(centres) == numbers[times]
        assert previous <= centres
        previous = centres
    # 0.5 + 0.35 * 2 + 0.3 + 0.2 = 1.7 a patient; the standard deviation of 40 patients' is about 8
    assert numbers[0] == 0 and numbers[1] == pytest.approx(68, abs=24)
    assert numbers[0.5] == pytest.approx(numbers[1] / 2, abs=12)
    assert numbers[2.5] == pytest.approx(170, abs=40)


def test_look_alikes_counts_and_contrast_leave_the_tumours_where_they_are(small):
    truth = draw_mask("phantom-001", 2024, 64, slices=(24, 24))

    def scan(**traits):
        # readers draw tumours otherwise that became faint
        phantom = make_patient("phantom-001", 2024, 64, (24, 24), Traits(reader=0, **traits))
        np.testing.assert_array_equal(phantom.mask, truth)
        np.testing.assert_array_equal(phantom.affine, small.affine)
        return phantom

    more = scan(look_alikes=3)
    assert len(more.description["look_alikes"]) > len(small.description["look_alikes"])
    assert more.description["tumours"] == small.description["tumours"]
    assert more.description["scanner"] == small.description["scanner"]
    noisy = scan(counts=0.1)
    assert noisy.description["scanner"].counts == pytest.approx(0.1 * small.description["scanner"].counts)
    assert noisy.description["tumours"] == small.description["tumours"]
    assert noisy.description["look_alikes"] == small.description["look_alikes"]
    faint = scan(contrast=0.5)
    assert [suv for _, suv in faint.description["tumours"]] == pytest.approx(
        [suv / 2 for _, suv in small.description["tumours"]], abs=0.06
    )
    assert faint.description["look_alikes"] == small.description["look_alikes"]


def test_a_tenth_of_the_counts_makes_three_times_the_noise():
    # Noise of the brain-free lower neck, as the difference of two seeds' scans would hold anatomy: of the same patient here,
    # the part that changes from pixel to pixel, in soft tissue.
    def noise(counts):
        pet = make_patient("phantom-001", 2024, 160, (12, 12), Traits(look_alikes=0, counts=counts)).pet[60:100, 60:100, 2]
        return (pet - (np.roll(pet, 2, 0) + np.roll(pet, -2, 0)) / 2).std()

    low, high = noise(100), noise(0.1)
    usual = noise(1)
    # Variances of noise add to that of the anatomy, which 100 times the counts leave nearly alone.
    assert np.sqrt((high**2 - low**2) / (usual**2 - low**2)) == pytest.approx(np.sqrt(10), rel=0.25)


def test_contrast_is_the_tumours_suv_max_and_nothing_else():
    for (_, usual), (_, hot) in zip(drawn(AS_IT_IS), drawn(Traits(contrast=1.5)), strict=True):
        for one, other in zip(usual, hot, strict=True):
            assert other.suv_max == pytest.approx(1.5 * one.suv_max)
            np.testing.assert_array_equal(other.radii, one.radii)
            np.testing.assert_array_equal(other.centre, one.centre)
    phantoms = [make_patient("phantom-001", 2024, 64, (24, 24), Traits(contrast=factor)) for factor in (1, 1.5)]
    inside = phantoms[0].mask == 1
    before, after = (phantom.pet[inside].max() for phantom in phantoms)
    assert after / before == pytest.approx(1.5, rel=0.12)  # what spills in from the tissue around is not hotter


def test_lesion_size_is_across_and_leaves_length_and_place():
    for (_, usual), (_, large) in zip(drawn(AS_IT_IS), drawn(Traits(lesion_size=1.5)), strict=True):
        for one, other in zip(usual, large, strict=True):
            np.testing.assert_allclose(other.radii / one.radii, [1.5, 1.5, 1])
            np.testing.assert_array_equal(other.centre, one.centre)
            assert other.suv_max == one.suv_max
    masks = [draw_mask("phantom-001", 2024, 256, Traits(lesion_size=size)) for size in (0.8, 1)]
    assert masks[0].sum() / masks[1].sum() == pytest.approx(0.64, abs=0.06)
    assert (masks[0].any(axis=(0, 1)) == masks[1].any(axis=(0, 1))).mean() > 0.95


def gap_to_uptake(head, tumour) -> float:
    """The smallest distance (mm) of a tumour from an organ that NEIGHBOURS names and that has uptake; 0 if they touch."""
    axes = Axes(*(c + np.arange(-45, 46, 1.5) for c in tumour.centre))
    points = np.stack(np.meshgrid(axes.x, axes.y, axes.z, indexing="ij"), -1)
    mine, gaps = points[tumour.level(axes) < 1], []
    for organ in head.structures:
        if organ.name in NEIGHBOURS and organ.suv > head.background:
            theirs = points[ellipsoid_level(axes, organ.centre, organ.radii) < 1.1]
            if len(theirs):
                gaps.append(cKDTree(theirs).query(mine)[0].min())
    return min(gaps, default=np.inf)


def primaries(share):
    """Heads and primaries of those patients who have more than a tiny tumour, or none."""
    usual = drawn(AS_IT_IS)
    kept = [bool(tumours) and tumours[0].radii.min() > 4 for _, tumours in usual]
    return [(head, tumours[0]) for (head, tumours), keep in zip(drawn(Traits(contact=share)), kept, strict=True) if keep]


def test_contact_brings_primaries_to_physiological_uptake_that_stays_visible():
    found = primaries(1)
    assert len(found) > 30
    for head, primary in found:
        organ = primary.site.removeprefix("beside ")
        near = min((s for s in head.structures if s.name == organ), key=lambda s: np.linalg.norm(s.centre - primary.centre))
        axes = Axes(*(c + np.arange(-15, 16, 1.0) for c in near.centre))
        inside = ellipsoid_level(axes, near.centre, near.radii) < 1
        assert (inside & (primary.level(axes) >= 1)).sum() > 0.5 * inside.sum()
        assert body_outline(head, Axes(*(np.array([c]) for c in primary.centre)))[0, 0, 0] < 1
        assert gap_to_uptake(head, primary) <= 1.5


def test_without_contact_primaries_lie_apart_from_physiological_uptake():
    gaps = np.array([gap_to_uptake(*one) for one in primaries(0)])
    usual = np.array([gap_to_uptake(*one) for one in primaries(None)])
    assert np.mean(gaps > 4) > 0.9
    assert np.mean(usual > 4) < 0.3


def test_contact_leaves_sizes_uptake_and_number_of_tumours():
    for (_, usual), (_, half) in zip(drawn(AS_IT_IS), drawn(Traits(contact=0.5)), strict=True):
        assert [one.suv_max for one in usual] == [one.suv_max for one in half]
        for one, other in zip(usual, half, strict=True):
            np.testing.assert_array_equal(one.radii, other.radii)
    beside = [primary.site.startswith("beside") for _, primary in primaries(0.5)]
    assert 0.25 < np.mean(beside) < 0.75
