"""From the same weights, by the same batches, all back ends take the same steps.

TensorFlow, jax and torch compute the same sums in other orders, in float32. With a sigmoid, losses agree within 1 in 100,000
after nine steps, and weights within as little of the way that they went. A linear output is clipped to (0, 1): a pixel that
lies within the last digits of an edge has a gradient by one back end and none by another. There losses agree within
1 in 500, and weights within a twentieth of their way.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from discs import discs

STEPS = Path(__file__).parents[1] / "backend_steps.py"
TOLERANCES = {"sigmoid": (1e-5, 1e-5), "linear": (2e-3, 0.05)}
"""Of losses, and of weights as a part of their way."""


def train_with(backend: str, folder: Path) -> None:
    place = os.environ | {"KERAS_BACKEND": backend}
    done = subprocess.run([sys.executable, STEPS, folder], env=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """What ``backend_steps.py`` wrote with TensorFlow."""
    folder = tmp_path_factory.mktemp("steps")
    for name, array in zip("xy", discs(32), strict=True):
        np.save(folder / f"{name}.npy", array)
    train_with("tensorflow", folder)
    return folder


def trained(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Losses (epochs, 2), and all weights as one vector."""
    arrays = dict(np.load(path))
    return arrays.pop("losses"), np.concatenate([array.ravel() for array in arrays.values()])


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_same_steps_from_the_same_weights(backend, folder):
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed (of the back ends, the tests' lock holds TensorFlow and jax)")
    train_with(backend, folder)
    first = np.concatenate([array.ravel() for array in np.load(folder / "weights.npz").values()])
    for output, (of_losses, of_weights) in TOLERANCES.items():
        losses, weights = trained(folder / f"{backend}-{output}.npz")
        their_losses, their_weights = trained(folder / f"tensorflow-{output}.npz")
        np.testing.assert_allclose(losses, their_losses, rtol=of_losses)
        apart, way = np.linalg.norm(weights - their_weights), np.linalg.norm(their_weights - first)
        assert apart < of_weights * way
        # the steps were steps: losses fell, by far more than the tolerance
        assert their_losses[-1, 0] < 0.7 * their_losses[0, 0]
