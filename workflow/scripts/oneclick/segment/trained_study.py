"""The settings of a finished study, for those who use its networks; standard library only."""

import csv
import json
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from statistics import median

from oneclick.common.errors import UserError
from oneclick.common.files import write_text

SIDES = ("rows", "columns", "slices")
BELIEVABLE_MM = 1e-3, 1e4
LONGEST = 300
"""Letters of what networks were trained on: a part of a sentence."""


def write_settings(path: str, config: Mapping) -> None:
    """Write a study's settings as JSON."""
    write_text(path, json.dumps(config, indent=1) + "\n")


def seen_mm(slices_csv: str, grids_json: str) -> dict[str, dict[str, float]]:
    """What the networks of a study saw: how long pixels are along rows and columns and how far slices are apart, each as the
    least, the median and the most mm of the patients that have slices in the stack."""
    with open(slices_csv, newline="", encoding="utf-8") as file:
        patients = {row["patient"] for row in csv.DictReader(file)}
    grids = json.loads(Path(grids_json).read_text(encoding="utf-8"))
    sizes = [(*grid["pixel_mm"], grid["slice_mm"]) for patient, grid in grids.items() if patient in patients]
    of_sides = dict(zip(SIDES, zip(*sizes, strict=True), strict=True))
    return {side: {"least": min(mm), "median": median(mm), "most": max(mm)} for side, mm in of_sides.items()}


def check_seen(seen: object) -> dict[str, dict[str, float]] | None:
    """The same from a study's settings; None of a study that was finished before they held it. Raises ValueError, KeyError
    or TypeError if it is something else."""
    if seen is None:
        return None
    checked = {side: {name: float(seen[side][name]) for name in ("least", "median", "most")} for side in SIDES}
    for mm in checked.values():
        if not BELIEVABLE_MM[0] <= mm["least"] <= mm["median"] <= mm["most"] <= BELIEVABLE_MM[1]:
            raise ValueError(f"{mm} are no sizes of pixels")
    return checked


def check_trained_on(words: object) -> str | None:
    """What the networks of a set that was shared were trained on, in words that stand in a sentence; None of a study that
    does not say so. Raises ValueError if it is something else."""
    if words is None or (isinstance(words, str) and words.isprintable() and 0 < len(words) <= LONGEST):
        return words
    raise ValueError(f"{words!r} is no part of a sentence")


def trained_study(folder: str, check: Callable[[dict], dict], key: str = "segment.models") -> dict:
    """The settings of the finished study in a results folder, or of networks that were shared, as ``check`` returns them;
    what its networks saw as ``seen_mm`` (:func:`check_seen`) and were ``trained_on`` (:func:`check_trained_on`), and as
    ``phantom`` whether its patients were simulated. They may be a stranger's, and names in them become those of files.
    ``key``: the setting that names the folder. Raises UserError if there is none, or it is not whole or not finished."""
    settings, mend = Path(folder, "settings.json"), "run the study to its end, or mend the path"
    if not settings.is_file():
        raise UserError(f"{key}: there is no finished study in {folder} ({settings} is missing); {mend}")
    damaged = f"{key}: {settings} is damaged or of another version; delete it and run the study again"
    try:
        written = json.loads(settings.read_text(encoding="utf-8"))
        study = check(written) | {"seen_mm": check_seen(written.get("seen_mm"))}
        study["phantom"] = written.get("phantom") is True
        study["trained_on"] = check_trained_on(written.get("trained_on"))
    except UserError as error:
        raise UserError("\n".join([damaged, *str(error).splitlines()[:10]])) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError(damaged) from None
    folds = range(1, study["folds"] + 1)
    models = (Path(folder, f"models/{network}/fold-{fold}.onnx") for network in study["networks"] for fold in folds)
    for path in chain([Path(folder, "thresholds.csv")], models):
        if not path.is_file():
            raise UserError(f"{key}: the study in {folder} is not finished ({path} is missing); {mend}")
    return study
