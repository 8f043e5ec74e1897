"""A digest of code that changes when, and only when, what the code does may have changed."""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = "oneclick"


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if is_text else body


def _canonical(node) -> object:
    """A node of a syntax tree as nested tuples: no positions, docstrings or empty fields, which differ between Pythons."""
    if isinstance(node, ast.AST):
        fields = []
        for name, value in ast.iter_fields(node):
            if name == "body" and isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                value = _without_docstring(value)
            if value is not None and value != []:
                fields.append((name, _canonical(value)))
        return (type(node).__name__, *fields)
    if isinstance(node, list):
        return tuple(_canonical(item) for item in node)
    return (type(node).__name__, repr(node))


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _module_files(name: str, package: Path) -> set[Path]:
    """The files that importing a dotted name of the package runs: each ``__init__.py`` on the way, and the module."""
    files, folder = {package / "__init__.py"}, package
    for part in name.split(".")[1:]:
        if (module := folder / f"{part}.py").is_file():
            return files | {module}
        folder /= part
        if not folder.is_dir():  # a function of the module, or of the folder above
            break
        files |= {folder / "__init__.py"}
    return files


@cache
def imported_modules(path: Path, package: Path) -> frozenset[Path]:
    """The modules of ``package`` that a file imports itself, at its top or inside a function."""
    names = set()
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{path}: write relative imports in full, from {PACKAGE}")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    own = [name for name in names if name.split(".")[0] == PACKAGE]
    return frozenset(file for name in own for file in _module_files(name, package) if file.is_file())


def code_files(script: Path, package: Path | None = None) -> list[Path]:
    """A script and all modules of the package that it imports, directly or not; the package lies beside it unless given."""
    package, found, ahead = package or script.parent / PACKAGE, set(), {script}
    while ahead:
        found |= ahead
        ahead = {module for path in ahead for module in imported_modules(path, package)} - found
    return sorted(found)


@cache
def _file_digest(path: Path) -> str:
    return hashlib.sha256(repr(_canonical(_parsed(path))).encode()).hexdigest()


def template_of(module: Path) -> Path:
    """The template of a page that a module fills in, where it has one: beside it, of the same name."""
    return module.with_suffix(".html.jinja")


@cache
def code_digest(script: Path, package: Path | None = None, without: frozenset[Path] = frozenset()) -> str:
    """Twelve hexadecimal digits that stand for a script, all that it imports of the package, and their templates; the same
    after edits of comments, docstrings, formatting, file dates or the place of the checkout.

    ``package``: beside the script unless given. ``without``: modules that do not count.
    """
    package = package or script.parent / PACKAGE
    files = [path for path in code_files(script, package) if path not in without]
    names = [path.relative_to(package.parent if path.is_relative_to(package) else script.parent) for path in files]
    code = [(name.as_posix(), _file_digest(path)) for name, path in zip(names, files, strict=True)]
    code += [hashlib.sha256(path.read_bytes()).hexdigest() for path in map(template_of, files) if path.is_file()]
    return hashlib.sha256(repr(code).encode()).hexdigest()[:12]
