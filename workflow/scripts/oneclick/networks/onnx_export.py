"""A trained network as ONNX, which predicts. TensorFlow writes it, whatever trained the network, so that one exporter serves
all back ends of Keras; where another trained, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import onnx

from oneclick.networks.unet import build_unet
from oneclick.networks.window import MULTIPLE, WINDOW


def in_one_order(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network, with nodes and names in the order in which the outputs need them, and each constant once.

    tf2onnx chooses names, and which of equal constants stays, by the order of Python's sets, which is another one in each
    process. Of what follows from the rest (the shapes of values between nodes, the names of nodes) nothing is kept.
    """
    graph = model.graph
    made_by = {output: node for node in graph.node for output in node.output}
    constants = {tensor.name: tensor for tensor in graph.initializer}
    names = {"": ""} | {value.name: value.name for value in [*graph.input, *graph.output]}
    nodes, kept = [], {}

    def new_name(name: str) -> str:
        if name in constants:
            tensor = constants[name]
            content = tensor.data_type, tuple(tensor.dims), onnx.numpy_helper.to_array(tensor).tobytes()
            return kept.setdefault(content, (f"constant_{len(kept)}", tensor))[0]
        node = made_by.pop(name, None)
        if node is not None:
            for output in node.output:
                made_by.pop(output, None)
            inputs = [new_name(part) for part in node.input]
            for number, output in enumerate(node.output):
                names.setdefault(output, f"value_{len(nodes)}_{number}")
            nodes.append(onnx.NodeProto())
            nodes[-1].CopyFrom(node)
            nodes[-1].name = ""
            nodes[-1].input[:] = inputs
            nodes[-1].output[:] = [names[output] for output in node.output]
        return names[name]

    for value in graph.output:
        new_name(value.name)
    ordered = onnx.ModelProto()
    ordered.CopyFrom(model)
    for field in ("node", "initializer", "value_info"):
        ordered.graph.ClearField(field)
    ordered.graph.node.extend(nodes)
    for name, tensor in kept.values():
        ordered.graph.initializer.add().CopyFrom(tensor)
        ordered.graph.initializer[-1].name = name
    return ordered


def write_onnx(model: keras.Model, output: str, model_onnx: str) -> None:
    """Write a network in float32, whose last layer has the activation ``output``, as ONNX for slices of any size, with the
    window that it was trained on (the rows and columns of its input) among its metadata. The back end is TensorFlow."""
    *window, channels = model.input_shape[1:]
    of_any_size = build_unet((None, None), channels, output)
    of_any_size.set_weights(model.get_weights())
    of_any_size(np.zeros((1, MULTIPLE, MULTIPLE, channels), np.float32))  # Keras exports only what was called
    of_any_size.export(model_onnx, format="onnx", verbose=False)
    exported = in_one_order(onnx.load(model_onnx))
    onnx.helper.set_model_props(exported, {WINDOW: " ".join(map(str, window))})
    onnx.save(exported, model_onnx)


def write_onnx_elsewhere(model_keras: str, output: str, model_onnx: str) -> None:
    """The same of a ``.keras`` file, in a process whose back end is TensorFlow, on the processor."""
    place = {"PYTHONPATH": str(Path(__file__).parents[2]), "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1"}
    arguments = [model_keras, output, model_onnx]
    subprocess.run([sys.executable, "-m", "oneclick.networks.onnx_export", *arguments], env=os.environ | place, check=True)


if __name__ == "__main__":
    network, activation, file = sys.argv[1:]
    write_onnx(keras.saving.load_model(network, compile=False, safe_mode=True), activation, file)
