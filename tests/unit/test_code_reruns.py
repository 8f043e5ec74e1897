"""Which rules an edit of a module reruns: those whose digest holds it.

What a script imports is found a second time by Python's own modulefinder, from byte code. Which modules rerun the jobs that
take hours is written here by hand.
"""

import ast
from modulefinder import ModuleFinder
from pathlib import Path

import pytest

from oneclick.engine import digest

SCRIPTS = Path(digest.__file__).parents[2]
PACKAGE = SCRIPTS / "oneclick"
ALL = sorted(path.stem for path in SCRIPTS.glob("*.py"))
MODULES = sorted(path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))
COMMON = {"common/arrays", "common/errors", "common/files", "common/warned", "data/body", "engine/job"}
NETWORK = {"networks/inputs", "networks/window"}
RERUN_BY = {
    "train": COMMON
    | NETWORK
    | {"common/randomness", "common/tables", "data/rows"}
    | {
        f"networks/{name}"
        for name in ("backend", "batches", "checkpoint", "fit", "onnx_export", "training", "unet", "validation")
    }
    | {"networks/trained_files"},
    "predict": COMMON | NETWORK | {"networks/inference", "networks/prediction"},
}


def digested(script: str) -> set[str]:
    """The modules that count for a script's digest, but for the folders' own files."""
    files = digest.code_files(SCRIPTS / f"{script}.py")
    return {path.relative_to(PACKAGE).with_suffix("").as_posix() for path in files if path.is_relative_to(PACKAGE)}


@pytest.mark.parametrize("script", ALL)
def test_all_that_a_script_imports_counts_and_nothing_else(script):
    finder = ModuleFinder([str(SCRIPTS)])
    finder.run_script(str(SCRIPTS / f"{script}.py"))
    own = [name for name in finder.modules if name.split(".")[0] == "oneclick"]
    files = {Path(finder.modules[name].__file__).relative_to(PACKAGE).with_suffix("").as_posix() for name in own}
    assert digested(script) == files


def test_every_module_is_used():
    used = set().union(*map(digested, ALL))
    # The Snakefile's own, and study.py's: what they give is a param where it counts. Of readers what no job uses: tools
    # simulate them and plan.
    assert set(MODULES) - used <= {
        "engine/digest",
        "engine/identity",
        "engine/run_lock",
        "engine/runs",
        "settings/__init__",
        "settings/command_line",
        "settings/duration",
        "settings/files",
        "settings/study",
        "settings/cohort_map",
        "settings/readers",
        "readers/planning",
        "readers/simulated",
        "segment/ending",
    }


@pytest.mark.parametrize("script", RERUN_BY)
def test_few_modules_rerun_what_takes_hours(script):
    assert {name for name in digested(script) if not name.endswith("__init__")} <= RERUN_BY[script]


@pytest.mark.parametrize("module", MODULES)
def test_every_function_and_method_counts_for_its_modules_digest(module):
    tree = ast.parse((PACKAGE / f"{module}.py").read_text())
    before = digest._canonical(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body.append(ast.Pass())
            assert digest._canonical(tree) != before, node.name
            node.body.pop()
    assert digest._canonical(tree) == before
