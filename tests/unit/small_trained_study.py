"""A finished study that took no training: two networks of two folds, each a convolution of the pixels around each."""

import json
from pathlib import Path

import numpy as np
import onnx

SIZE = 32
THRESHOLDS = """\
network,fold,threshold,median_train_dice
plain,2,0.5,0.9
plain,1,0.4,0.9
center,1,0.45,0.7
center,2,0.55,0.8
"""
SETTINGS = {
    "preprocess": {"size": SIZE, "spacing": 5, "resize_pet": "area"},
    "clicks": {"connectivity": 8},
    "folds": 2,
    "networks": {"plain": {"clicks": "none"}, "center": {"clicks": "center", "encoding": "disk", "encoding_mm": 12}},
    "methods": {
        "CNNonly": {"network": "plain"},
        "CNNcm": {"network": "plain", "keep": "center"},
        "cm1CNN": {"network": "center", "fill_holes": True},
        "grown": {"classical": "region_growing", "clicks": "center"},
    },
    "phantom": True,
    "seen_mm": {side: {"least": 4, "median": 5, "most": 6} for side in ("rows", "columns", "slices")},
}
ENCODINGS = {
    "plain": {"shape": "pixel", "size": None, "unit": "mm"},
    "center": {"shape": "disk", "size": 12, "unit": "mm"},
}


def write_small_onnx(path: Path, channels: int, seed: int, window: tuple[int, int]) -> None:
    """A network for slices of any size with random weights, whose input is named after its ``seed``, and with the window
    that it sees among its metadata."""
    weights = np.random.default_rng(seed).normal(0, 0.5, (1, channels, 3, 3)).astype(np.float32)
    name, sizes = f"slices_{seed}", [1, "rows", "columns"]
    nodes = [
        onnx.helper.make_node("Transpose", [name], ["first"], perm=[0, 3, 1, 2]),
        onnx.helper.make_node("Conv", ["first", "weights"], ["seen"], pads=[1, 1, 1, 1]),
        onnx.helper.make_node("Sigmoid", ["seen"], ["share"]),
        onnx.helper.make_node("Transpose", ["share"], ["output"], perm=[0, 2, 3, 1]),
    ]
    source = onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [*sizes, channels])
    target = onnx.helper.make_tensor_value_info("output", onnx.TensorProto.FLOAT, [*sizes, 1])
    graph = onnx.helper.make_graph(nodes, "small", [source], [target], [onnx.numpy_helper.from_array(weights, "weights")])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.helper.set_model_props(model, {"window": " ".join(map(str, window))})
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def write_small_study(results: Path) -> dict[str, list[str]]:
    """Write what a click page is made of: ``plain``, which sees slices alone, and ``center``, which sees a disk around
    clicks; their first folds see a window. Gives the ONNX files by network."""
    models = {}
    for number, (network, channels) in enumerate((("plain", 1), ("center", 2))):
        paths = [results / f"models/{network}/fold-{fold}.onnx" for fold in (1, 2)]
        for fold, path in enumerate(paths):
            write_small_onnx(path, channels, 10 * number + fold, (SIZE, SIZE) if fold else (16, 24))
        models[network] = list(map(str, paths))
    (results / "thresholds.csv").write_text(THRESHOLDS)
    (results / "settings.json").write_text(json.dumps(SETTINGS))
    return models
