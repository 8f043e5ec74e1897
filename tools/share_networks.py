"""Make a folder of networks to share from a finished study:
python tools/share_networks.py results-networks networks/phantom --methods CNNonly hum1CNN

The folder is laid out as the results of the study (settings.json, thresholds.csv, models/), with those methods and their
networks alone, so that `segment` and the click page read it as they read a study. Weights are float16 and computed with as
float32. How equal the masks stay is measured on the study's own test slices; README.md, the model card, says so with the
study's results. Into the folder belongs, before, about.yaml: what only people can say (see those in networks/).
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import yaml

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "workflow/scripts"))

from model_card import Shared, model_card  # noqa: E402

from oneclick.common.errors import UserError  # noqa: E402
from oneclick.common.files import write_text  # noqa: E402
from oneclick.common.tables import read_table, write_table  # noqa: E402
from oneclick.methods.postprocessing import write_segmentations  # noqa: E402
from oneclick.metrics.dice import score_slices  # noqa: E402
from oneclick.networks.prediction import predict  # noqa: E402
from oneclick.segment.trained_study import trained_study  # noqa: E402
from oneclick.settings.study import check_shared, encoding_of  # noqa: E402

KEPT = ("seed", "preprocess", "clicks", "folds", "training", "scores", "phantom", "seen_mm")
"""The settings of a study that stay beside its methods and networks."""
ABOUT = ("title", "trained_on", "datasets", "data", "limits", "data_licence", "citation")
"""What about.yaml says."""
HALF = "_half"


def in_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network with its kernels (float32 constants of two dimensions and more) as float16, each cast to float32 where the
    graph begins. ONNX Runtime does that once, when it loads the network: what it computes with is float32 on every
    processor. Biases and all else stay. Raises UserError if a weight is too large for a float16."""
    halved = onnx.ModelProto()
    halved.CopyFrom(model)
    casts = []
    for tensor in halved.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        name, weights = tensor.name, onnx.numpy_helper.to_array(tensor)
        with np.errstate(over="ignore"):
            half = weights.astype(np.float16)
        if not np.isfinite(half).all():
            raise UserError(
                f"a weight of {np.abs(weights).max():.3g} is too large for a float16; share the network as it is"
            )
        tensor.CopyFrom(onnx.numpy_helper.from_array(half, name + HALF))
        casts.append(onnx.helper.make_node("Cast", [name + HALF], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *halved.graph.node]
    del halved.graph.node[:]
    halved.graph.node.extend(nodes)
    return halved


def clicks_file(results: Path, network: str, row: dict) -> str | None:
    """What a network sees beside the slices: click matrices, or what they are encoded to."""
    if row["clicks"] == "none":
        return None
    encoded = encoding_of(row)["shape"] != "pixel"
    return str(results / (f"encoded/{network}.npy" if encoded else f"clicks/{row['clicks']}.npy"))


def masks_of(results: Path, folder: Path, study: dict) -> dict[str, np.ndarray]:
    """The masks (n, size, size) of each method with the networks of ``folder``, on the slices of the study in ``results``,
    each by the network that did not train on it, as the study has them in ``segmentations/``."""
    stack = {name: str(results / f"{name}.csv") for name in ("slices", "folds")}
    folds, masks = range(1, study["folds"] + 1), {}
    with tempfile.TemporaryDirectory() as place:
        for network, row in study["networks"].items():
            models = [str(folder / f"models/{network}/fold-{fold}.onnx") for fold in folds]
            predictions = [f"{place}/{network}-{fold}.npy" for fold in folds]
            predict(str(results / "slices.npy"), clicks_file(results, network, row), models, predictions, print)
            thresholds, found = read_table(folder / "thresholds.csv"), f"{place}/found.npy"
            write_table(thresholds[thresholds["network"] == network], f"{place}/thresholds.csv")
            for method, settings in study["methods"].items():
                if settings["network"] != network:
                    continue
                kept = str(results / f"clicks/{settings['keep']}.npy") if "keep" in settings else None
                files = (stack["slices"], stack["folds"], f"{place}/thresholds.csv", predictions, kept)
                write_segmentations(*files, settings, study["clicks"]["connectivity"], found)
                masks[method] = np.load(found)
    return masks


def compared(masks: np.ndarray, study: np.ndarray) -> dict[str, float]:
    """How equal two stacks of masks (n, h, w) are: on which share of slices they are the same, by how many pixels they
    differ most, and the lowest Dice of one with the other; 1 of two empty masks."""
    pixels = (masks != study).sum((1, 2))
    least = score_slices(study, masks, both_empty=1)["dice"].min()
    return {"same_share": float((pixels == 0).mean()), "most_pixels": int(pixels.max()), "least_dice": float(least)}


def results_table(results: Path, folder: Path, study: dict) -> pd.DataFrame:
    """A row for each method: slices, patients, median Dice of slices with its interval by patients, as in the study's table
    4; the lowest and the highest median of a patient; what :func:`compared` says of the masks of these networks and of the
    study's, and the median Dice of these."""
    table = read_table(results / "tables/by_patient_methods.csv").set_index("method")
    scores, truth, rows = read_table(results / "scores.csv"), np.load(results / "masks.npy"), {}
    for method, masks in masks_of(results, folder, study).items():
        of_patients = scores[scores["method"] == method].groupby("patient")["dice"].median()
        own = table.loc[method, ["n_slices", "n_patients", "median_dice", "ci_low", "ci_high"]]
        rows[method] = {"method": method, **own, "patient_low": of_patients.min(), "patient_high": of_patients.max()}
        shared = score_slices(truth, masks, study["scores"]["both_empty"])["dice"].median()
        rows[method] |= {"shared_median_dice": shared} | compared(masks, np.load(results / f"segmentations/{method}.npy"))
    of_methods = pd.DataFrame([rows[method] for method in study["methods"]])
    return of_methods.astype({"n_slices": int, "n_patients": int})


def about_in(folder: Path) -> dict:
    """What people say of the networks, in ``about.yaml``. Raises UserError if a part is missing."""
    path = folder / "about.yaml"
    if not path.is_file():
        raise UserError(f"{path} is missing; write it as networks/phantom/about.yaml is written")
    about = yaml.safe_load(path.read_text(encoding="utf-8"))
    if missing := [part for part in ABOUT if part not in about]:
        raise UserError(f"{path}: {', '.join(missing)} is missing; write it as networks/phantom/about.yaml is written")
    return about


def share(results: Path, folder: Path, methods: list[str] | None = None) -> None:
    """Write the folder of networks of some ``methods`` of a finished study, None for all that have one. Raises UserError if
    the study is not finished, or has no such method, or ``about.yaml`` is not there."""
    about, schema = about_in(folder), yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    checked = trained_study(str(results), lambda study: check_shared(study, schema), "RESULTS")
    written = json.loads((results / "settings.json").read_text(encoding="utf-8"))
    known = [name for name, method in checked["methods"].items() if "network" in method]
    methods = methods or known
    if wrong := [method for method in methods if method not in known]:
        raise UserError(f"{results} has no method {wrong[0]} with a network; known are {', '.join(known)}")
    networks = list(dict.fromkeys(checked["methods"][method]["network"] for method in methods))
    study = {key: written[key] for key in KEPT} | {"trained_on": about["trained_on"]}
    study["networks"] = {network: checked["networks"][network] for network in networks}
    study["methods"] = {method: checked["methods"][method] for method in methods}
    shutil.rmtree(folder / "models", ignore_errors=True)
    write_text(folder / "settings.json", json.dumps(study, indent=1) + "\n")
    thresholds = read_table(results / "thresholds.csv")
    write_table(thresholds[thresholds["network"].isin(networks)], folder / "thresholds.csv")
    for network in networks:
        for fold in range(1, study["folds"] + 1):
            path = f"models/{network}/fold-{fold}.onnx"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            onnx.save(in_half(onnx.load(results / path)), folder / path)
    table = results_table(results, folder, study)
    write_table(table, folder / "results.csv")
    size = sum(path.stat().st_size for path in (folder / "models").rglob("*.onnx"))
    again = read_table(results / "tables/by_patient_methods.csv").set_index("method")["median_dice"]
    others = {method: [again[name] for name in again.index if name.startswith(f"{method}.")] for method in methods}
    runs = results / "provenance/runs.csv"
    last = read_table(runs).iloc[-1].to_dict() if runs.is_file() else {}
    write_text(folder / "README.md", model_card(Shared(folder.name, about, study, table, thresholds, others, last, size)))
    print(
        f"{folder}: {len(networks)} networks of {study['folds']} folds, {size / 1e6:.1f} MB; {folder}/README.md is its card"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0].rstrip(":"))
    parser.add_argument("results", type=Path, help="results folder of a finished study")
    parser.add_argument("folder", type=Path, help="folder to write, with about.yaml in it")
    parser.add_argument(
        "--methods", nargs="+", help="methods of the study to share, with their networks; all that have one, if left out"
    )
    given = parser.parse_args()
    try:
        share(given.results, given.folder, given.methods)
    except UserError as error:
        sys.exit(str(error))
