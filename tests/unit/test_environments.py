"""The conda environments hold the versions of the lock, and what the scripts of their rules import."""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from oneclick.engine.digest import PACKAGE

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow/scripts"
ENVIRONMENTS = sorted(path.stem for path in (ROOT / "envs").glob("*.yaml"))
# Packages that functions import which the environment's rules never call: their scans are NIfTI, for DICOM was converted
# before; classical methods and tables of walks load no network; with conda the back end of Keras is TensorFlow.
NEVER_CALLED = {
    "figures": {"onnxruntime"},
    "light": {"pydicom", "highdicom", "matplotlib", "onnxruntime"},
    "network": {"pydicom", "highdicom", "matplotlib", "torch"},
}


def locked(python: str) -> dict[str, str]:
    """The versions of the lock by package, for a version of Python on Linux."""
    place = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    lines = re.findall(r"^[\w.-]+==[^\\\n]+", (ROOT / "envs/requirements.txt").read_text(), re.M)
    found = [Requirement(line) for line in lines]
    there = [one for one in found if one.marker is None or one.marker.evaluate({"platform_machine": "x86_64"} | place)]
    assert len({one.name for one in there}) == len(there)
    return {one.name: str(one.specifier).removeprefix("==") for one in there}


def environment(name: str) -> dict[str, str]:
    """The versions of a conda environment by package, those that pip installs into it as well."""
    lines = yaml.safe_load((ROOT / f"envs/{name}.yaml").read_text())["dependencies"]
    by_pip = [line for part in lines if isinstance(part, dict) for line in part["pip"]]
    by_conda = [line for line in lines if isinstance(line, str) and line != "pip"]
    assert all(re.fullmatch(r"[\w-]+=[\w.]+", line) for line in by_conda), "conda's exact versions: name=1.2.3"
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", line) for line in by_pip)
    assert ("pip" in lines) == bool(by_pip)
    return dict(line.replace("==", "=").split("=") for line in [*by_conda, *by_pip])


@cache
def imports(path: Path, when: str) -> frozenset[str]:
    """The names that a file imports, when it is loaded (``always``) or in functions as well (``perhaps``)."""
    names, nodes = set(), [ast.parse(path.read_text())]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        if when == "perhaps" or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            nodes += ast.iter_child_nodes(node)
    return frozenset(names)


distributions = cache(packages_distributions)


def packages(script: str, when: str) -> set[str]:
    """The packages that a script and the modules that it imports import: ``always`` or ``perhaps``."""
    names, seen, ahead = set(), set(), {SCRIPTS / f"{script}.py"}
    while ahead:
        names = names.union(*(imports(path, when) for path in ahead))
        seen |= ahead
        own = {(SCRIPTS / name.replace(".", "/")).with_suffix(".py") for name in names if name.startswith(f"{PACKAGE}.")}
        ahead = {module for module in own - seen if module.is_file()}
    others = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {PACKAGE}
    return {distributions().get(name, [name])[0].lower().replace("_", "-") for name in others}


def environments_of_scripts() -> dict[str, str | None]:
    """The conda environment of each script, by the rules; None where a rule has none."""
    found = {}
    for rules in sorted((ROOT / "workflow/rules").rglob("*.smk")):
        for rule in re.split(r"^ *rule ", rules.read_text(), flags=re.M)[1:]:
            for script in re.findall(r'"(?:\.\./)+scripts/(\w+)\.py"', rule):
                conda = re.search(r'conda:\s+"(?:\.\./)+envs/(\w+)\.yaml"', rule)
                assert found.setdefault(script, conda and conda[1]) == (conda and conda[1]), script
    return found


def vulnerable(lock: str, list_: str) -> list[str]:
    """The pins of a lock, for whatever Python and platform, that lie in a range of a list of weaknesses, with that line."""
    pins = [Requirement(line) for line in re.findall(r"^[\w.-]+==[^\\\n]+", lock, re.M)]
    lines = [line for line in list_.splitlines() if line and not line.startswith("#")]
    return [
        f"{pin.name} {version}: {line}"
        for pin in pins
        for line in lines
        if pin.name == (weak := Requirement(line.partition("#")[0])).name
        and weak.specifier.contains(version := str(pin.specifier).removeprefix("=="), prereleases=True)
    ]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_conda_environments_hold_the_locked_versions(name):
    content = yaml.safe_load((ROOT / f"envs/{name}.yaml").read_text())
    assert set(content) == {"channels", "dependencies"} and content["channels"] == ["conda-forge", "nodefaults"]
    versions = environment(name)
    python = versions.pop("python")
    supported = re.search(r'requires-python = "(.+)"', (ROOT / "pyproject.toml").read_text())[1]
    assert python in SpecifierSet(supported)
    lock = locked(python)
    assert {package: lock.get(package) for package in versions} == versions


def test_the_lock_is_read_for_a_version_of_python():
    # by eye, from envs/requirements.txt
    assert (locked("3.11")["networkx"], locked("3.13")["networkx"]) == ("3.6.1", "3.7")
    assert "importlib-resources" in locked("3.11") and "importlib-resources" not in locked("3.12")
    assert "pyreadline3" not in locked("3.11")


def test_imports_are_found_at_the_top_and_in_functions():
    # by eye, from the modules
    assert packages("threshold", "always") == {"numpy", "pandas"}
    assert "onnxruntime" in packages("predict", "always")
    assert "scikit-image" in packages("other_clicks_classical", "perhaps") - packages("other_clicks_classical", "always")
    assert "surface-distance" in packages("measure_masks", "always")


def test_environments_hold_what_their_rules_import():
    of_scripts = environments_of_scripts()
    assert set(of_scripts) == {path.stem for path in SCRIPTS.glob("*.py")}
    assert all(of_scripts.values())
    lacking, superfluous = {}, {name: set(environment(name)) - {"python"} for name in ENVIRONMENTS}
    for script, name in of_scripts.items():
        always, perhaps = (packages(script, when) for when in ("always", "perhaps"))
        if lacks := (always | perhaps - NEVER_CALLED.get(name, set())) - set(environment(name)):
            lacking[script, name] = lacks
        superfluous[name] -= perhaps
    assert lacking == {}
    # Keras loads it by itself to write ONNX.
    assert superfluous.pop("network") == {"tf2onnx"}
    assert not any(superfluous.values()), superfluous


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_no_pin_has_a_known_weakness(lock):
    text, known = ((ROOT / "envs" / name).read_text() for name in (lock, "vulnerable.txt"))
    assert vulnerable(text, known) == []
    # The list is of packages of the lock, each line with its advisory.
    lines = [line for line in known.splitlines() if not line.startswith("#")]
    names = {Requirement(line.partition("#")[0]).name for line in lines}
    assert names <= set(re.findall(r"^([\w.-]+)==", (ROOT / "envs/requirements-dev.txt").read_text(), re.M))
    assert all(re.search(r"# CVE-20\d\d-\d{4,}.*: ", line) for line in lines)


def test_a_pin_with_a_known_weakness_is_found():
    known = "# a comment\nkeras>=3,<3.9  # CVE-1: bad\nnumpy<2  # CVE-2: bad\n"
    lock = "keras==3.8.0 \\\n    --hash=sha256:0\nnumpy==2.0 ; python_full_version < '3.12' \\\n    --hash=sha256:0\n"
    assert vulnerable(lock, known) == ["keras 3.8.0: keras>=3,<3.9  # CVE-1: bad"]
    assert vulnerable(lock.replace("3.8.0", "3.9.0"), known) == vulnerable(lock.replace("3.8.0", "2.15.0"), known) == []
    assert len(vulnerable(lock.replace("numpy==2.0", "numpy==2.0rc1"), known.replace("numpy<2", "numpy<=2"))) == 2
    assert vulnerable(lock.replace("numpy==2.0", "numpy==1.26.4"), known)[1].startswith("numpy 1.26.4: numpy<2")
