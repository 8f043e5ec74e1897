"""A folder of networks to share: float16 weights that compute as float32, and a card with the study's own numbers."""

import importlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
import yaml
from scipy import ndimage
from small_trained_study import SETTINGS, SIZE, write_small_onnx, write_small_study
from stack_files import write_folds, write_stack

from oneclick.clicks.encoding import Encoding, encode
from oneclick.common.errors import UserError
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import with_clicks
from oneclick.segment.trained_study import trained_study

ROOT = Path(__file__).parents[2]
ABOUT = {
    "title": "Networks of a test",
    "trained_on": "noise",
    "datasets": ["noise"],
    "data": "Noise.",
    "data_licence": "none.",
    "limits": ["They know noise."],
    "citation": ["Nobody 2026."],
}
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
# cm1CNN has the pixels of its network at 3 mm and the holes of its masks filled
CLICK = Encoding("disk", 12, "mm")


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    return importlib.import_module("share_networks")


def output(model: onnx.ModelProto, x: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0]


def rounded(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network in float32 with kernels that a float16 can hold."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    (kernel,) = model.graph.initializer
    weights = onnx.numpy_helper.to_array(kernel).astype(np.float16).astype(np.float32)
    kernel.CopyFrom(onnx.numpy_helper.from_array(weights, kernel.name))
    return model


def test_a_network_in_half_computes_in_float32_with_rounded_kernels(tool, tmp_path):
    write_small_onnx(tmp_path / "whole.onnx", 2, 3, (16, 24))
    whole = onnx.load(tmp_path / "whole.onnx")
    half = tool.in_half(whole)
    onnx.checker.check_model(half, full_check=True)
    x = np.random.default_rng(1).random((1, 24, 16, 2), np.float32)
    np.testing.assert_array_equal(output(half, x), output(rounded(whole), x))
    assert 0 < np.abs(output(half, x) - output(whole, x)).max() < 2e-3  # weights of about 1 are rounded by at most 2^-11
    onnx.save(half, tmp_path / "half.onnx")
    assert load_network(tmp_path / "half.onnx").window == (16, 24)
    assert [value.name for value in half.graph.input] == ["slices_3"]
    # and what was given stays as it was
    assert whole.graph.initializer[0].data_type == onnx.TensorProto.FLOAT


def test_onnx_runtime_casts_once_when_it_loads(tool, tmp_path):
    write_small_onnx(tmp_path / "whole.onnx", 2, 3, (16, 24))
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "loaded.onnx")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    half = tool.in_half(onnx.load(tmp_path / "whole.onnx")).SerializeToString()
    onnxruntime.InferenceSession(half, options, providers=["CPUExecutionProvider"])
    loaded = onnx.load(tmp_path / "loaded.onnx").graph
    assert "Cast" not in {node.op_type for node in loaded.node}
    assert {tensor.data_type for tensor in loaded.initializer} == {onnx.TensorProto.FLOAT}


def test_biases_stay_and_a_weight_beyond_float16_is_refused(tool):
    def network(largest):
        arrays = {"kernel": np.full((1, 1, 1, 1), largest, np.float32), "bias": np.full(1, 1 / 3, np.float32)}
        ends = [onnx.helper.make_tensor_value_info(name, 1, [1, 1, 2, 2]) for name in "xy"]
        nodes = [onnx.helper.make_node("Conv", ["x", *arrays], ["y"])]
        weights = [onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()]
        graph = onnx.helper.make_graph(nodes, "g", ends[:1], ends[1:], weights)
        return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)

    # a third is 0.33325195 in float16
    x = np.ones((1, 1, 2, 2), np.float32)
    assert np.unique(output(tool.in_half(network(1 / 3)), x)).tolist() == [np.float32(0.33325195) + np.float32(1 / 3)]
    with pytest.raises(UserError, match="a weight of 7e\\+04 is too large for a float16"):
        tool.in_half(network(-7e4))


def test_equality_of_masks_by_hand(tool):
    study = np.zeros((4, 4, 4), np.uint8)
    study[0, :2, :2] = study[1, :2, :2] = study[2, 0, :3] = 1
    masks = study.copy()
    masks[1, 1, 1] = masks[2, 0, 0] = 0
    masks[2, 3, 3] = 1
    # of the second slice 3 of 4 pixels: 6 / 7; of the third 2 of 3 and one elsewhere: 4 / 6; the last ones are empty
    assert tool.compared(masks, study) == {"same_share": 0.5, "most_pixels": 2, "least_dice": pytest.approx(2 / 3)}
    assert tool.compared(study, study) == {"same_share": 1, "most_pixels": 0, "least_dice": 1}


def masks_by(model_of, images: np.ndarray, seen: np.ndarray, folds: list[int], thresholds: list[float]) -> np.ndarray:
    """The masks of slices, each by the network of its fold, before anything is refined."""
    outputs = [model_of(fold).output(x) for fold, x in zip(folds, with_clicks(images, seen), strict=True)]
    return np.array([one > thresholds[fold - 1] for fold, one in zip(folds, outputs, strict=True)], np.uint8)


@pytest.fixture
def study(tmp_path):
    """A finished study of two patients with three slices each, and a folder to share it in."""
    results, rng = tmp_path / "results", np.random.default_rng(5)
    write_small_study(results)
    more = {"seed": 7, "training": {"epochs": 3, "batch_size": 4, "learning_rate": 0.001, "output": "sigmoid"}}
    (results / "settings.json").write_text(json.dumps(SETTINGS | more | {"scores": {"both_empty": 0}, "cross": {}}))
    images, masks = rng.random((6, SIZE, SIZE), np.float32), np.zeros((6, SIZE, SIZE), np.uint8)
    images[:, :2] = images[:, -2:] = 0  # there is air around a body
    masks[:, 10:20, 12:22] = 1
    write_stack(results, {"a": [1, 2, 3], "b": [4, 5, 6]}, images, masks)
    write_folds(results, {"a": 1, "b": 2})
    clicks, folds = np.zeros_like(masks), [1, 1, 1, 2, 2, 2]
    clicks[:, 15, 16] = 1
    encoded = encode(clicks, CLICK, (1.0, 1.0))
    for folder in ("clicks", "encoded", "segmentations", "tables", "provenance"):
        (results / folder).mkdir()
    np.save(results / "encoded/center.npy", encoded)
    plain = masks_by(lambda fold: load_network(results / f"models/plain/fold-{fold}.onnx"), images, None, folds, [0.4, 0.5])
    np.save(results / "segmentations/CNNonly.npy", plain)
    center = masks_by(
        lambda fold: load_network(results / f"models/center/fold-{fold}.onnx"), images, encoded, folds, [0.45, 0.55]
    )
    filled = np.array([ndimage.binary_fill_holes(mask) for mask in center], np.uint8)
    np.save(results / "segmentations/cm1CNN.npy", filled)
    patients, dice = "aaabbb", {"CNNonly": [0.1, 0.2, 0.6, 0.5, 0.7, 0.9], "cm1CNN": [0.7, 0.8, 0.9, 0.3, 0.4, 0.6]}
    rows = [
        (method, p, n, d) for method, all_of in dice.items() for n, (p, d) in enumerate(zip(patients, all_of, strict=True))
    ]
    pd.DataFrame(rows, columns=["method", "patient", "slice", "dice"]).to_csv(results / "scores.csv", index=False)
    (results / "tables/by_patient_methods.csv").write_text(
        "method,n_slices,n_patients,median_dice,ci_low,ci_high,design_effect\n"
        "CNNonly,6,2,0.55,0.15049,0.70051,3\ncm1CNN,6,2,0.65,0.35,0.85,3\ncm1CNN.2,6,2,0.7133,0.35,0.85,3\n"
    )
    (results / "provenance/runs.csv").write_text(
        "started,settings,commit,machine\n2026-11-01T10:00:00Z,old.yaml,aaaa,one\n"
        '2026-11-28T10:00:00Z,my.yaml,bbbb,"a processor, 2 cores"\n'
    )
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/about.yaml").write_text(yaml.safe_dump(ABOUT))
    return results, tmp_path / "shared", images, encoded, folds


def test_a_folder_of_shared_networks(tool, study):
    results, folder, images, encoded, folds = study
    (folder / "models/old").mkdir(parents=True)
    tool.share(results, folder, ["cm1CNN"])
    # laid out as a study, with this method and its network alone
    shared = trained_study(str(folder), lambda written: tool.check_shared(written, SCHEMA))
    assert shared["methods"] == {"cm1CNN": {"network": "center", "fill_holes": True}} and shared["trained_on"] == "noise"
    assert list(shared["networks"]) == ["center"] and shared["phantom"] and shared["seen_mm"]["rows"]["median"] == 5
    assert (folder / "thresholds.csv").read_text() == (
        "network,fold,threshold,median_train_dice\ncenter,1,0.45,0.7\ncenter,2,0.55,0.8\n"
    )
    assert sorted(path.name for path in (folder / "models").iterdir()) == ["center"]
    # numbers: those of the study's tables, and masks compared by networks with rounded kernels
    table = pd.read_csv(folder / "results.csv").iloc[0].to_dict()
    whole = {fold: load_network(results / f"models/center/fold-{fold}.onnx") for fold in (1, 2)}
    for fold, network in whole.items():
        model = rounded(onnx.load(results / f"models/center/fold-{fold}.onnx")).SerializeToString()
        whole[fold] = type(network)(onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]), network.window)
    found = masks_by(whole.get, images, encoded, folds, [0.45, 0.55])
    found = np.array([ndimage.binary_fill_holes(mask) for mask in found])
    apart = (found != np.load(results / "segmentations/cm1CNN.npy")).sum((1, 2))
    truth = np.load(results / "masks.npy") > 0
    dice = [2 * (a & b).sum() / (a.sum() + b.sum()) for a, b in zip(found, truth, strict=True)]
    assert table == {
        "method": "cm1CNN",
        "n_slices": 6,
        "n_patients": 2,
        "median_dice": 0.65,
        "ci_low": 0.35,
        "ci_high": 0.85,
        "patient_low": 0.4,
        "patient_high": 0.8,
        "shared_median_dice": pytest.approx(np.median(dice)),
        "same_share": pytest.approx((apart == 0).mean()),
        "most_pixels": apart.max(),
        "least_dice": table["least_dice"],
    }
    assert 0 < table["shared_median_dice"] < 1 and 0.9 < table["least_dice"] <= 1


def test_the_card_says_the_numbers_of_the_tables_and_what_people_wrote(tool, study):
    results, folder, *_ = study
    tool.share(results, folder, ["CNNonly", "cm1CNN"])
    _, front, card = (folder / "README.md").read_text().split("---\n", 2)
    front = yaml.safe_load(front)
    assert front["license"] == "cc-by-4.0" and front["datasets"] == ["noise"] and front["metrics"] == ["dice"]
    (model,) = front["model-index"]
    assert [metric["value"] for metric in model["results"][0]["metrics"]] == [0.55, 0.65]
    assert "| CNNonly | 0.550 (0.150 to 0.701) | 0.200 to 0.700 | 6 / 2 |" in card
    assert "| cm1CNN | 0.650 (0.350 to 0.850) | 0.400 to 0.800 | 6 / 2 |" in card
    assert "cm1CNN trained again from other initial weights: 0.713." in card
    assert "CNNonly trained again" not in card
    assert "Run: `my.yaml`, commit bbbb, 2026-11-28, on a processor, 2 cores." in card and "old.yaml" not in card
    assert "3 epochs, batches of 4, a learning rate of 0.001, sigmoid output, seed 7" in card
    for words in ("Networks of a test", "They know noise.", "Nobody 2026.", "**Phantom results.**", "not for treatment"):
        assert words in card
    for row in pd.read_csv(folder / "results.csv").itertuples():
        assert f"| {row.method} | {100 * row.same_share:.1f} % | {row.most_pixels} | {row.least_dice:.3f} |" in card


def test_what_cannot_be_shared_is_said(tool, study):
    results, folder, *_ = study
    with pytest.raises(UserError, match="has no method grown with a network; known are CNNonly, CNNcm, cm1CNN"):
        tool.share(results, folder, ["CNNonly", "grown"])
    (folder / "about.yaml").write_text("title: a\n")
    with pytest.raises(UserError, match="trained_on, datasets, data, limits, data_licence, citation is missing"):
        tool.share(results, folder, ["CNNonly"])
    (folder / "about.yaml").unlink()
    with pytest.raises(UserError, match=r"about\.yaml is missing; write it as"):
        tool.share(results, folder, ["CNNonly"])
    (folder / "about.yaml").write_text(yaml.safe_dump(ABOUT))
    with pytest.raises(UserError, match="RESULTS: there is no finished study"):
        tool.share(results / "nowhere", folder, ["CNNonly"])
