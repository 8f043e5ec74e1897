"""A trained network as ONNX, which predicts. TensorFlow writes it, whatever trained the network, so that one exporter serves
all back ends of Keras; where another trained, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import onnx

from oneclick.body import MULTIPLE, WINDOW
from oneclick.unet import build_unet


def write_onnx(model: keras.Model, output: str, model_onnx: str) -> None:
    """Write a network in float32, whose last layer has the activation ``output``, as ONNX for slices of any size, with the
    window that it was trained on (the rows and columns of its input) among its metadata. The back end is TensorFlow."""
    *window, channels = model.input_shape[1:]
    of_any_size = build_unet((None, None), channels, output)
    of_any_size.set_weights(model.get_weights())
    of_any_size(np.zeros((1, MULTIPLE, MULTIPLE, channels), np.float32))  # Keras exports only what was called
    of_any_size.export(model_onnx, format="onnx", verbose=False)
    exported = onnx.load(model_onnx)
    onnx.helper.set_model_props(exported, {WINDOW: " ".join(map(str, window))})
    onnx.save(exported, model_onnx)


def write_onnx_elsewhere(model_keras: str, output: str, model_onnx: str) -> None:
    """The same of a ``.keras`` file, in a process whose back end is TensorFlow, on the processor."""
    place = {"PYTHONPATH": str(Path(__file__).parents[1]), "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1"}
    arguments = [model_keras, output, model_onnx]
    subprocess.run([sys.executable, "-m", "oneclick.onnxfile", *arguments], env=os.environ | place, check=True)


if __name__ == "__main__":
    network, activation, file = sys.argv[1:]
    write_onnx(keras.saving.load_model(network, compile=False, safe_mode=True), activation, file)
