import numpy as np
import pytest

from oneclick.phantom.scanner import FWHM_TO_SIGMA, WATER, Scanner, blur, osem, scan, system_matrix

SPACING = (3.0, 3.0, 4.0)


def disc(n: int, radius: float, centre=(0.0, 0.0)) -> np.ndarray:
    x = np.arange(n) - n / 2 + 0.5
    return (x[:, None] - centre[0]) ** 2 + (x - centre[1]) ** 2 < radius**2


def fwhm_along(profile: np.ndarray, step: float) -> float:
    """Full width at half maximum of a peak, from its second moment: exact for a Gaussian, no fit needed."""
    position = np.arange(len(profile)) * step
    mean = (profile * position).sum() / profile.sum()
    return float(np.sqrt((profile * (position - mean) ** 2).sum() / profile.sum()) / FWHM_TO_SIGMA)


def test_a_projection_sums_to_the_image_at_every_angle():
    image = np.random.default_rng(0).random((20, 20))
    for matrix in system_matrix(np.ones((20, 20), bool), 3.0, 7):
        assert (matrix @ image.ravel()).sum() == pytest.approx(3 * image.sum(), rel=1e-5)


def test_projection_by_hand():
    # angle 0 looks along the columns: bin position is the row; angle 90 degrees the other way round
    image = np.array([[1.0, 2.0], [3.0, 4.0]])
    along, across = (matrix @ image.ravel() for matrix in system_matrix(np.ones((2, 2), bool), 1.0, 2))
    assert along[along > 1e-6].sum() == pytest.approx(10)
    # 5 bins for 2 pixels: pixel centres at bins 1.5 and 2.5, each shared by two bins
    np.testing.assert_allclose(along, [0, 1.5, 5.0, 3.5, 0], atol=1e-6)
    np.testing.assert_allclose(across, [0, 2.0, 5.0, 3.0, 0], atol=1e-6)


def test_blur_keeps_the_total_and_has_its_width():
    volume = np.zeros((61, 61, 31))
    volume[30, 30, 15] = 5
    blurred = blur(volume, 12.0, SPACING)
    assert blurred.sum() == pytest.approx(5, rel=1e-3)
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        # cut at three standard deviations, a Gaussian loses 3 % of its second moment
        assert fwhm_along(blurred.sum(axis=others), SPACING[axis]) == pytest.approx(12, rel=0.03)


def test_osem_solves_a_system_that_has_a_solution():
    rng = np.random.default_rng(1)
    truth = rng.random((9, 2)).astype(np.float32) + 0.5
    subsets = system_matrix(np.ones((3, 3), bool), 1.0, 6)
    factors = [np.full((m.shape[0], 2), 0.5, np.float32) for m in subsets]
    background = [np.full((m.shape[0], 2), 0.2, np.float32) for m in subsets]
    counts = [f * (m @ truth) + b for m, f, b in zip(subsets, factors, background, strict=True)]
    np.testing.assert_allclose(osem(subsets, counts, factors, background, 400), truth, rtol=0.01)


def noise_free(image, body, fwhm, filter_fwhm, iterations=3):
    scanner = Scanner(fwhm, filter_fwhm, counts=1e5, background=0.4, angles=60, iterations=iterations)
    return scan(image, body, SPACING, scanner, None)


def test_a_uniform_disc_keeps_its_value_in_spite_of_attenuation():
    body = np.repeat(disc(48, 20)[..., None], 3, axis=2)
    image = noise_free(np.where(body, 2.0, 0.0).astype(np.float32), body, 5.0, 3.0)
    inner = disc(48, 15)
    assert image[inner].mean() == pytest.approx(2, rel=0.01)
    assert image[inner].std() < 0.06
    # 120 mm of water let through exp(-1.15) = 0.32 of the photon pairs: what is not corrected would show
    assert np.exp(-WATER * 120) == pytest.approx(0.316, abs=0.001)


def test_a_point_has_the_width_of_scanner_and_filter_together():
    body = np.repeat(disc(48, 20)[..., None], 15, axis=2)
    image = np.where(body, 1.0, 0.0).astype(np.float32)
    point = image.copy()
    point[24, 24, 7] += 40
    difference = noise_free(point, body, 7.0, 4.0, 6) - noise_free(image, body, 7.0, 4.0, 6)
    assert difference.sum() == pytest.approx(40, rel=0.03)
    expected = np.hypot(7, 4)
    assert fwhm_along(difference.sum(axis=(0, 1)), 4.0) == pytest.approx(expected, rel=0.06)
    assert fwhm_along(difference[18:31].sum(axis=(1, 2)), 3.0) == pytest.approx(expected, rel=0.06)


def test_noise_is_that_of_the_counts():
    body = np.repeat(disc(48, 20)[..., None], 12, axis=2)
    image = body.astype(np.float32)
    spread = []
    for counts in (2e4, 8e4):
        scanner = Scanner(5.0, 3.0, counts, 0.4, angles=60)
        noisy = scan(image, body, SPACING, scanner, np.random.default_rng(2))
        assert noisy[disc(48, 15)].mean() == pytest.approx(1, rel=0.02)
        spread.append(noisy[disc(48, 15)].std())
    # four times the counts, half the noise, on top of a noise-free texture of a few per cent
    assert 1.6 < spread[0] / spread[1] < 2.2
