"""What unit tests share."""

import pytest


@pytest.fixture
def small_network(monkeypatch):
    """Trainings of a network that takes a tenth of the time of the paper's."""
    from small_network import build_small

    from oneclick.networks import fit, onnx_export, training  # here, for most tests need no Keras

    for module in (fit, training, onnx_export):
        monkeypatch.setattr(module, "build_unet", build_small)
