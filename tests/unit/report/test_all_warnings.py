"""All warnings of a study in one table."""

import ast
from pathlib import Path

import pandas as pd

from oneclick.common.warned import Warned, write_warnings
from oneclick.report.all_warnings import gather, lines_of_warnings, without_masks, write_all_warnings

ROOT = Path(__file__).parents[3]
SAID = {
    ("data/stack.py", "stack"): "stack",
    ("readers/events.py", "_say_unfinished"): "read_reader",
    ("networks/batches.py", "around_bodies"): "train",
    ("networks/training.py", "train"): "train",
    ("networks/thresholds.py", "write_thresholds"): "threshold",
    ("report/all_warnings.py", "without_masks"): "gather_warnings",
}
"""The functions that warn, and the rule whose table has it."""
OF_SCANS = {("data/findings.py", "say_findings")}
"""Those of scans are rows of verification.csv instead; new patients are no part of a study."""


def test_warnings_of_the_check_and_of_jobs_are_one_table_of_text(tmp_path):
    rows = [
        ("007", "ok", "", "", "", 3),
        ("NA", "warning", "data/NA/mask.nii.gz", "the mask is empty", "look", 0),
        ("NA", "note", "data/NA/mask.nii.gz", "resampled", "", 0),
        ("", "warning", "", "no patient has the label 2", "mend it", ""),
    ]
    checked = pd.DataFrame(rows, columns=["patient", "level", "file", "problem", "mend", "n_slices"])
    checked.to_csv(tmp_path / "verification.csv", index=False)
    write_warnings(
        tmp_path / "stack.csv", "stack", [Warned("no slice", "left out", "007"), Warned("no slice", "left out", "NA")]
    )
    write_warnings(tmp_path / "train.csv", "train plain fold 1", [])
    scores = {"method": ["a", "b"] * 3, "patient": "007", "slice": 1, "fold": 1, "dice": 0.5, "n_pred": [0, 0, 3, 0, 1, 2]}
    pd.DataFrame(scores).to_csv(tmp_path / "scores.csv", index=False)
    said, paths = [], [str(tmp_path / f"{name}.csv") for name in ("verification", "stack", "train", "scores", "all")]
    write_all_warnings(paths[0], paths[1:3], *paths[3:], said.append)
    table = pd.read_csv(paths[4], dtype=str, keep_default_na=False)
    # of three slices each, a has no mask on one and b on two
    mend = "look at its masks, its threshold and the loss curves of its network"
    assert said == [f"warning: b segments nothing on 2 of 3 slices; {mend}"]
    assert table.values.tolist() == [
        ["NA", "verify", "data/NA/mask.nii.gz", "the mask is empty", "look"],
        ["", "verify", "", "no patient has the label 2", "mend it"],
        ["007", "stack", "", "no slice", "left out"],  # of NA the check has said it
        ["", "gather_warnings", "", "b segments nothing on 2 of 3 slices", mend],
    ]
    assert lines_of_warnings(table)[::2][:2] == ["patient NA: the mask is empty; look", "patient 007: no slice; left out"]
    assert gather(paths[0], []).shape == (2, 5)


def test_pages_say_no_folders():
    problem, mend = "the mask of /home/jane/P1/m.nii.gz; 5 Bq/ml of 1/2", "look at /data/x or a/b.nii"
    row = {"patient": "", "job": "verify", "file": "/home/jane/x", "problem": problem, "mend": mend}
    assert lines_of_warnings(pd.DataFrame([row])) == ["verify: the mask of m.nii.gz; 5 Bq/ml of 1/2; look at x or a/b.nii"]
    assert lines_of_warnings(pd.DataFrame([row])[:0]) == []


def test_half_of_the_slices_without_a_mask_is_no_warning():
    assert without_masks(pd.DataFrame({"method": "a", "n_pred": [0, 1]})) == []


def rules_with_a_table() -> set[str]:
    """The rules that have an output ``warnings_csv``."""
    found = set()
    for path in (ROOT / "workflow/rules").rglob("*.smk"):
        for rule in path.read_text().split("rule ")[1:]:
            output = rule.partition("output:")[2].partition("    log:")[0]
            found |= {rule.partition(":")[0]} if "warnings_csv=" in output else set()
    return found


def test_every_warning_in_the_code_has_a_table():
    """What is said as a warning is a :class:`Warned`, and the rules that say one have a table of them."""
    found, package = set(), ROOT / "workflow/scripts/oneclick"
    for path in set(package.rglob("*.py")) - set((package / "segment").rglob("*.py")):
        place = path.relative_to(package).as_posix()
        for function in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                words = ast.unparse(call)
                if ast.unparse(call.func) == "Warned" or (ast.unparse(call.func) == "say" and "warning" in words):
                    found.add((place, function.name))
    assert found - OF_SCANS == set(SAID)
    assert rules_with_a_table() == set(SAID.values()) - {"gather_warnings"}
