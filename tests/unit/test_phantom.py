import hashlib
from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from oneclick.anatomy import GREY_MATTER, STRUCTURES, body_outline, draw_head, paint
from oneclick.papercohort import SLICES_PER_PATIENT
from oneclick.phantom import _centred, draw_mask, draw_patient, make_patient, write_patient
from oneclick.shapes import Axes, ellipsoid_level, random_waves
from oneclick.tumours import SITES, SUV_MAX_RANGE, draw_look_alikes, draw_tumours, paint_lesions


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
        write_patient("phantom-001", 2024, 64, (24, 24), *paths)
        digests.append([hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths])
    assert digests[0] == digests[1]
    stored = nib.load(tmp_path / "a-pet.nii.gz")
    assert stored.get_data_dtype() == np.int16
    np.testing.assert_allclose(stored.get_fdata(), small.pet, atol=small.pet.max() / 32767)
    np.testing.assert_array_equal(np.asarray(nib.load(tmp_path / "a-mask.nii.gz").dataobj), small.mask)
    np.testing.assert_allclose(stored.affine, small.affine, atol=1e-4)
