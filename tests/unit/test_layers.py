"""Which folder of the package may import which, read from all imports; docs/architecture.md has the same table."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "workflow/scripts/oneclick"
LAYERS = [
    "common",
    "paper",
    "data",
    "phantom",
    "clicks",
    "metrics",
    "networks",
    "methods",
    "evaluation",
    "report",
    "other_clicks",
    "readers",
    "questions",
    "segment",
    "click_page",
    "settings",
]
"""From the bottom to the top: a folder imports itself and folders before it. The engine stands beside them."""
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> list[list[str]]:
    """The modules of ours that a file imports, each as its path in the package, e.g. [data, grid]."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name.split(".")[1:] for name in names if name.startswith("oneclick.")]


def allowed(importer: tuple[str, ...], imported: list[str]) -> bool:
    folder, other = importer[0], imported[0]
    if "engine" in (folder, other):
        return folder == "engine" and other in ("engine", "common")
    if folder == other == "questions":
        return importer[1] == imported[1]
    return LAYERS.index(other) <= LAYERS.index(folder)


def test_all_folders_have_their_place():
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"} == {*LAYERS, "engine"}
    assert [path.name for path in PACKAGE.glob("*.py")] == ["__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_downwards_and_no_question_imports_another(path):
    place = path.relative_to(PACKAGE).parts
    assert [name for name in imports(path) if not allowed(place, name)] == []


def test_the_check_finds_what_is_not_allowed():
    assert not allowed(("data", "grid.py"), ["networks", "unet"])
    assert not allowed(("questions", "walk", "walk.py"), ["questions", "effort", "table"])
    assert not allowed(("networks", "training.py"), ["engine", "job"])
    assert allowed(("questions", "walk", "walk.py"), ["questions", "walk", "tables"])


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=lambda path: path.name)
def test_each_folder_says_in_a_line_what_it_holds(folder):
    tree = ast.parse((folder / "__init__.py").read_text())
    assert ast.get_docstring(tree).count("\n") == 0
    assert len(tree.body) == 1 or folder == PACKAGE
