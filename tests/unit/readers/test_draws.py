import numpy as np
import pytest
from scipy import stats

from oneclick.readers.draws import Draws, farthest, mean, quantile, share_interval, spread

ONCE = np.ones((1, 5), int)
VALUES = np.array([5.0, 1.0, 3.0, 10.0, 2.0])


def test_weights_are_how_often_a_value_counts():
    weights = np.array([[1, 1, 1, 1, 1], [2, 0, 1, 0, 0], [0, 1, 0, 0, 1]])
    assert mean(VALUES)(weights).tolist() == [21 / 5, 13 / 3, 1.5]
    assert quantile(VALUES, 0.5)(weights).tolist() == [3, 5, 1.5]  # of 1 2 3 5 10; of 3 5 5; of 1 2
    assert quantile(VALUES, 0.95)(weights).tolist() == [10, 5, 2]
    assert np.isnan(mean(VALUES)(np.zeros((1, 5), int))) and np.isnan(quantile(VALUES, 0.5)(np.zeros((1, 5), int)))


def test_the_spread_is_around_each_readers_own_median():
    """Deviations of the first from 3: 2 2 0 7 1, their median 2; with the others' 0, sqrt((1.4826 * 2)^2 / 2)."""
    offsets = np.column_stack([VALUES, np.zeros(5)])
    assert spread(offsets, np.zeros(5))(ONCE)[0] == pytest.approx(1.4826 * 2 / np.sqrt(2))
    apart = np.array([0, 0, 0, 1, 1])  # around 3: 2 2 0; around 6: 4 4
    assert spread(VALUES[:, None], apart)(ONCE)[0] == pytest.approx(1.4826 * 2)
    assert farthest(VALUES[:, None], apart, 0.95)(ONCE)[0] == 4


def test_the_spread_of_normal_offsets_is_their_standard_deviation_and_misses_do_no_harm():
    rng = np.random.default_rng(1)
    offsets = rng.normal(0, 4, (4000, 2))
    offsets[:40] += 60
    weights = np.ones((1, len(offsets)), int)
    assert spread(offsets, np.zeros(len(offsets)))(weights)[0] == pytest.approx(4, rel=0.04)
    assert np.sqrt((offsets**2).mean()) > 7


def test_patients_are_drawn_whole_and_the_first_draw_is_the_study():
    patients = np.array(list("aabbb"))
    drawn = Draws.of(patients, np.random.default_rng(0), draws=200)
    weights = drawn.weights(patients)
    assert (weights[0] == 1).all() and (weights[:, 0] == weights[:, 1]).all() and (weights[:, 0] + weights[:, 2] == 2).all()
    assert drawn.estimate(mean(VALUES), patients)[0] == pytest.approx(4.2)


def test_the_interval_is_as_wide_as_that_of_students_t():
    """Of a mean of normal values, one a patient, the expanded percentile interval is about that of Student."""
    rng = np.random.default_rng(2)
    values = rng.normal(0, 1, 8)
    drawn = Draws.of(np.arange(8), rng, draws=20000)
    value, low, high = drawn.interval(drawn.estimate(mean(values), np.arange(8)))
    half = stats.t.ppf(0.975, 7) * values.std(ddof=1) / np.sqrt(8)
    assert value == pytest.approx(values.mean()) and (high - low) / 2 == pytest.approx(half, rel=0.06)


def test_one_patient_has_no_interval():
    drawn = Draws.of(np.array(["a", "a"]), np.random.default_rng(0), draws=10)
    assert np.isnan(drawn.interval(drawn.estimate(mean(VALUES[:2]), np.array(["a", "a"])))[1:]).all()


def test_the_interval_of_a_share_is_wilsons_with_students_t():
    """3 of 20 in 20 patients, each alone: of independent hits the variance by patients is 20 / 19 of p (1 - p) / n, so 19
    count; t of 19 degrees of freedom is 2.093."""
    hits = np.array([1.0] * 3 + [0.0] * 17)
    share, low, high = share_interval(hits, np.arange(20))
    p, n, t = 0.15, 19, 2.0930
    half = t * np.sqrt(p * (1 - p) / n + t**2 / (4 * n**2))
    middle, scale = p + t**2 / (2 * n), 1 + t**2 / n
    assert (share, low, high) == pytest.approx((p, (middle - half) / scale, (middle + half) / scale), abs=1e-4)


def test_hits_of_a_patient_that_are_all_alike_count_as_one():
    hits, patients = np.repeat([1.0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 12), np.repeat(np.arange(10), 12)
    assert share_interval(hits, patients) == pytest.approx(share_interval(hits[::12], patients[::12]))


def test_a_share_of_none_has_an_upper_limit():
    share, low, high = share_interval(np.zeros(100), np.repeat(np.arange(10), 10))
    t = stats.t.ppf(0.975, 9)
    assert (share, low) == (0, 0) and high == pytest.approx(t**2 / (100 + t**2))
    assert share_interval(np.ones(100), np.repeat(np.arange(10), 10))[1:] == pytest.approx((1 - high, 1))
