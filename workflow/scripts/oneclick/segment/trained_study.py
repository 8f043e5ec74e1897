"""The settings of a finished study, for those who use its networks; standard library only."""

import json
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path

from oneclick.common.errors import UserError
from oneclick.common.files import write_text


def write_settings(path: str, config: Mapping) -> None:
    """Write a study's settings as JSON."""
    write_text(path, json.dumps(config, indent=1) + "\n")


def trained_study(folder: str, check: Callable[[dict], dict]) -> dict:
    """The settings of the finished study in a results folder, as ``check`` returns them: they may be a stranger's, and names
    in them become those of files. Raises UserError if there is none, or it is not whole or not finished: networks that are
    newer than the settings were trained with others."""
    settings, mend = Path(folder, "settings.json"), "run the study to its end, or mend the path"
    if not settings.is_file():
        raise UserError(f"segment.models: there is no finished study in {folder} ({settings} is missing); {mend}")
    damaged = f"segment.models: {settings} is damaged or of another version; delete it and run the study again"
    try:
        study = check(json.loads(settings.read_text(encoding="utf-8")))
    except UserError as error:
        raise UserError("\n".join([damaged, *str(error).splitlines()[:10]])) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError(damaged) from None
    folds = range(1, study["folds"] + 1)
    models = (Path(folder, f"models/{network}/fold-{fold}.onnx") for network in study["networks"] for fold in folds)
    for path in chain([Path(folder, "thresholds.csv")], models):
        if not path.is_file():
            raise UserError(f"segment.models: the study in {folder} is not finished ({path} is missing); {mend}")
    return study
