"""The page's core asked from Python: calls go to node, answers come back as numbers and arrays."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "workflow/click_page/core"
REAL = ROOT.parent / "shared/real_pet/nifti"
NODE = shutil.which("node", path=str(ROOT / ".venv/bin")) or shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="there is no node (make click-page installs one)")


class Refused(Exception):
    """What the core refused: its problem and mend."""

    def __init__(self, problem: str, mend: str, message: str):
        super().__init__(message)
        self.problem, self.mend = problem, mend


class Asked:
    """Calls of the core, in their order: ``add`` gives what later ones may name as an argument, ``answers`` asks all."""

    def __init__(self):
        self.calls = []

    def add(self, module: str, function: str, *arguments, silent: bool = False) -> dict:
        """A call; ``silent`` where only later calls need its answer."""
        self.calls.append(
            {"module": f"{module}.js", "function": function, "arguments": written(arguments), "silent": silent}
        )
        return {"answer": len(self.calls) - 1}

    def answers(self, folder: Path) -> list:
        """What the calls gave: numbers, text, arrays (1-D), lists and dictionaries of these, or a :class:`Refused`."""
        asked, told = folder / "calls.json", folder / "answers.json"
        asked.write_text(json.dumps(self.calls), encoding="utf-8")
        command = [NODE, str(Path(__file__).with_name("answers.mjs")), str(CORE), str(asked), str(told)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert run.returncode == 0, run.stderr[-3000:]
        found = json.loads(told.read_text(encoding="utf-8"))
        return [Refused(**one["error"]) if "error" in one else read(one["value"]) for one in found]


def ask(folder: Path, module: str, function: str, *arguments) -> object:
    """One call's answer."""
    asked = Asked()
    asked.add(module, function, *arguments)
    return asked.answers(folder)[0]


def written(value: object) -> object:
    """A value as JSON holds it: arrays in base64, row after row (see :func:`stored` for volumes)."""
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode(), "dtype": "uint8"}
    if isinstance(value, np.ndarray):
        return {"bytes": base64.b64encode(value.tobytes()).decode(), "dtype": value.dtype.name}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {key: written(part) for key, part in value.items()}
    return [written(part) for part in value] if isinstance(value, (list, tuple)) else value


def read(value: object) -> object:
    if isinstance(value, dict) and value.keys() == {"bytes", "dtype"}:
        return np.frombuffer(base64.b64decode(value["bytes"]), value["dtype"])
    if isinstance(value, dict) and value.keys() == {"number"}:
        return float(value["number"].replace("Infinity", "inf"))
    if isinstance(value, dict):
        return {key: read(part) for key, part in value.items()}
    return [read(part) for part in value] if isinstance(value, list) else value


def stored(volume: np.ndarray) -> np.ndarray:
    """A volume (i, j, k) as files store it and the core has it: flat, i fastest."""
    return volume.ravel(order="F")


def volume_of(flat: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """The way back from :func:`stored`."""
    return flat.reshape(shape, order="F")
