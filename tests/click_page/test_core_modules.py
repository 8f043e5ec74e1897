"""Each module of the page's core names the Python that it mirrors, and each function the one that it repeats."""

import ast
import re
from pathlib import Path

import pytest
from javascript import CORE, ROOT

SCRIPTS = ROOT / "workflow/scripts"
MODULES = sorted(CORE.glob("*.js"))
NOTHING_TO_RUN = {"types.js"}


def mirrored(module: Path) -> list[Path]:
    """The Python modules that the first comment of a module names."""
    head = re.match(r"(//[^\n]*\n)+", module.read_text(encoding="utf-8"))
    return [SCRIPTS / name for name in re.findall(r"oneclick/[\w/]+\.py", head[0] if head else "")]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_names_python_that_exists(module):
    named = mirrored(module)
    if module.name not in NOTHING_TO_RUN:
        assert named
        assert [path for path in named if not path.is_file()] == []


def defined(paths: list[Path]) -> set[str]:
    """The functions, classes and their methods of modules."""
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_what_a_module_cites_of_python_is_there(module):
    """In its first comment: write_mask of oneclick/...; in that of a function: (Grid.in_plane)."""
    text = module.read_text(encoding="utf-8")
    head = " ".join(line.removeprefix("//") for line in text.splitlines() if line.startswith("//"))
    before = re.findall(r"([\w, ]+) of oneclick/", head)
    cited = {name for words in before for name in re.findall(r"\b[a-z]*_[a-z_]+\b", words)}
    cited |= {name.split(".")[1] for name in re.findall(r"\((Grid\.\w+)\)", text)}
    assert cited <= defined(mirrored(module))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_is_short_and_imports_nothing_but_its_neighbours(module):
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert re.findall(r'^import .* from "(?!\./[a-z_]+\.js").*"', text, re.MULTILINE) == []
    assert re.findall(r"(?<![/\w])(document|window|navigator|localStorage)\.\w", text) == []
