"""Whatever Keras computes with, TensorFlow, jax or torch: the same network, files that all read, a training that learns.

Each back end trains in a process of its own, since Keras chooses it once (``backend_study.py``).
"""

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from discs import discs

from oneclick.common.errors import UserError
from oneclick.metrics.dice import dice
from oneclick.networks.backend import BACKENDS, prepare_backend
from oneclick.networks.inference import load_network

STUDY = Path(__file__).parents[1] / "backend_study.py"
# Half of the time that jax needs here goes into making code faster that runs for seconds only.
QUICK = {"XLA_FLAGS": "--xla_backend_optimization_level=1 --xla_llvm_disable_expensive_passes=true"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """What ``backend_study.py`` wrote with TensorFlow."""
    folder = tmp_path_factory.mktemp("backends")
    for name, array in zip("xy", discs(140), strict=True):
        np.save(folder / f"{name}.npy", array)
    train_with("tensorflow", folder)
    return folder


def train_with(backend: str, folder: Path, *networks: Path) -> None:
    place = os.environ | QUICK | {"KERAS_BACKEND": backend}
    done = subprocess.run([sys.executable, STUDY, folder, *networks], env=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def architecture(network: Path) -> dict:
    with zipfile.ZipFile(network) as file:
        return json.loads(file.read("config.json"))["config"]


def mean_dice(predicted: np.ndarray, true: np.ndarray) -> float:
    return dice(*(mask.sum(axis=(1, 2)) for mask in (true, predicted, true & predicted)), 0).mean()


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_other_back_ends_train_and_predict_the_same_networks(backend, folder):
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed (of the back ends, the tests' lock holds TensorFlow and jax)")
    train_with(backend, folder, folder / "tensorflow.keras")
    mine, theirs = folder / f"{backend}.keras", folder / "tensorflow.keras"
    assert architecture(mine) == architecture(theirs) and len(architecture(mine)["layers"]) == 32
    # TensorFlow's file read here, and the file of this back end read by TensorFlow, which wrote it as ONNX
    outputs = {name: np.load(folder / f"{name}-outputs.npy") for name in ("tensorflow", backend)}
    np.testing.assert_allclose(np.load(folder / f"{backend}-of-tensorflow.npy"), outputs["tensorflow"], atol=1e-5)
    x, y = np.load(folder / "x.npy")[-40:], np.load(folder / "y.npy")[-40:]
    np.testing.assert_allclose(load_network(folder / f"{backend}.onnx").outputs(x), outputs[backend], atol=1e-5)
    # The two draw other weights and dropouts: what they learn is alike, not the same.
    assert np.abs(outputs[backend] - outputs["tensorflow"]).max() > 1e-3
    found = {name: mean_dice(output > 0.5, y > 0) for name, output in outputs.items()}
    assert found["tensorflow"] > 0.9 and found[backend] == pytest.approx(found["tensorflow"], abs=0.05)
    # 26/256 of 65536 numbers, within five standard errors
    assert np.load(folder / f"{backend}-dropped.npy") == pytest.approx(26 / 256, abs=5 * np.sqrt(0.1 * 0.9 / 65536))


def test_a_back_end_that_is_unknown_or_absent_is_named(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    with pytest.raises(UserError, match=r"KERAS_BACKEND=theano cannot .* one of tensorflow, jax, torch$"):
        prepare_backend(1)
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setattr("oneclick.networks.backend.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"but torch is not installed; install it or unset KERAS_BACKEND$"):
        prepare_backend(1)
    assert BACKENDS[0] == "tensorflow"
