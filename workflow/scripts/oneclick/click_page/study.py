"""What the click page must know of a finished study."""

import csv
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

from oneclick.networks.inference import load_network


def page_study(
    settings_json: str, thresholds_csv: str, models: dict[str, list[str]], encodings: dict[str, dict], name: str
) -> dict:
    """The page's study, of which JSON can hold all: the settings that lead from a scan and clicks to a mask.

    ``models``: by network, those that methods use, its ONNX files in the order of the folds; ``encodings``: by network,
    fields of :class:`encoding.Encoding`. Raises UserError if a file is no network of a study.
    """
    settings, table = json.loads(Path(settings_json).read_text(encoding="utf-8")), _rows(thresholds_csv)
    of_network = {network: sorted(_of(table, network), key=lambda row: int(row["fold"])) for network in models}
    size = settings["preprocess"]["size"]
    methods = {method: row for method, row in settings["methods"].items() if row.get("network") in models}
    return {
        "name": name,
        "phantom": settings["phantom"],
        "trained_on": settings.get("trained_on"),
        "size": size,
        "spacing": settings["preprocess"]["spacing"],
        "resize_pet": settings["preprocess"]["resize_pet"],
        "seen_mm": settings["seen_mm"],
        "connectivity": settings["clicks"]["connectivity"],
        "folds": settings["folds"],
        "networks": {
            network: {"clicks": settings["networks"][network]["clicks"], "encoding": encodings[network]}
            for network in models
        },
        "methods": methods,
        "method": shown_first(methods, settings["networks"], of_network),
        "thresholds": {network: [float(row["threshold"]) for row in rows] for network, rows in of_network.items()},
        "windows": {network: [window_of(path, size) for path in paths] for network, paths in models.items()},
        "digest": digest_of([settings_json, thresholds_csv, *(path for paths in models.values() for path in paths)]),
    }


def _rows(table_csv: str) -> list[dict[str, str]]:
    with open(table_csv, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _of(table: list[dict[str, str]], network: str) -> list[dict[str, str]]:
    return [row for row in table if row["network"] == network]


def shown_first(methods: dict[str, dict], networks: dict[str, dict], thresholds: dict[str, list[dict]]) -> str:
    """The method that the page shows first: one whose network sees clicks, or else one that chooses by them, and of several
    the one whose network had the best median Dice in training, by ``thresholds`` (rows of thresholds.csv by network)."""

    def order(method: str) -> tuple[bool, bool, float]:
        network = methods[method]["network"]
        dice = fmean(float(row["median_train_dice"]) for row in thresholds[network])
        return networks[network]["clicks"] != "none", "keep" in methods[method], dice

    return max(methods, key=order)


def window_of(path: str, size: int) -> list[int] | None:
    """Rows and columns of the window around the body that the network of an ONNX file sees; None if it sees whole slices of
    ``size``."""
    window = load_network(path).window
    return None if window == (size, size) else list(window)


def digest_of(paths: Iterable[str]) -> str:
    """The SHA-256 of the contents of files, as hexadecimal digits: of their own SHA-256s, one after the other."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return whole.hexdigest()
