import numpy as np
import pytest

from oneclick.readers.draws import spread
from oneclick.readers.planning import of_mean, of_share, of_spread


def test_half_of_an_interval_by_hand():
    sd = {"readers": 1.0, "patients": 2.0, "both": 1.0, "within": 3.0}
    # 1 / 4 + 4 / 16 + 1 / 64 + 9 / 128, and without the first
    assert of_mean(sd, 4, 16, 2) == pytest.approx(1.96 * np.sqrt(0.25 + 0.25 + 1 / 64 + 9 / 128))
    assert of_mean(sd, 4, 16, 2, others=False) == pytest.approx(1.96 * np.sqrt(0.25 + 1 / 64 + 9 / 128))
    assert of_share(0.1, 900) == pytest.approx(1.96 * 0.01)


def test_a_planned_spread_is_as_certain_as_those_of_many_studies():
    rng, n = np.random.default_rng(2), 300
    found = [spread(rng.normal(0, 4, (n, 2)), np.zeros(n))(np.ones((1, n), int))[0] for _ in range(400)]
    assert of_spread(4, n) == pytest.approx(1.96 * np.std(found), rel=0.15)


def test_a_planned_mean_is_as_certain_as_those_of_many_studies():
    rng, sd = np.random.default_rng(3), {"readers": 1.0, "patients": 2.0, "both": 0.5, "within": 3.0}
    readers, patients = (axis.ravel() for axis in np.indices((4, 10, 5))[:2])
    means = [
        (
            rng.normal(0, sd["readers"], 4)[readers]
            + rng.normal(0, sd["patients"], 10)[patients]
            + rng.normal(0, sd["both"], (4, 10))[readers, patients]
            + rng.normal(0, sd["within"], len(readers))
        ).mean()
        for _ in range(2000)
    ]
    assert of_mean(sd, 4, 10, 5) == pytest.approx(1.96 * np.std(means), rel=0.06)
