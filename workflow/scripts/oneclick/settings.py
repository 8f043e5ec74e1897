"""The settings of a finished study, for those who use its networks; standard library only."""

import json
from collections.abc import Mapping
from pathlib import Path

from oneclick.errors import UserError


def write_settings(path: str, config: Mapping) -> None:
    """Write a study's settings as JSON, but for the paths of its cohort and results, which are of no use to others."""
    kept = {key: value for key, value in config.items() if key not in ("cohort", "results")}
    Path(path).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def trained_study(folder: str) -> dict:
    """The settings of the finished study in a results folder. Raises UserError if there is none."""
    path = Path(folder, "settings.json")
    if not path.is_file():
        wrong = f"segment.models: there is no finished study in {folder} ({path} is missing)"
        raise UserError(f"{wrong}; run it first, or mend the path")
    return json.loads(path.read_text(encoding="utf-8"))
