"""The Dockerfile, read as text, since no image is built here: what it copies, installs, runs as, and starts."""

import re
import shlex
from pathlib import Path, PurePosixPath

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def all_of(word: str) -> list[str]:
    return [rest for one, rest in instructions() if one == word]


def test_the_base_is_one_version_of_a_python_that_is_supported():
    (base,) = all_of("FROM")
    version = re.fullmatch(r"python:(3\.\d+\.\d+)-slim-bookworm", base)[1]
    assert version in SpecifierSet(re.search(r'requires-python = "(.+)"', (ROOT / "pyproject.toml").read_text())[1])


def test_only_the_lock_is_installed_by_its_hashes():
    (command,) = all_of("RUN")
    words = shlex.split(command)
    assert words[:2] == ["pip", "install"] and "--require-hashes" in words
    assert words[words.index("--requirement") + 1] == "envs/requirements.txt"
    assert [word for word in words[2:] if not word.startswith("--")] == ["envs/requirements.txt"]


def test_what_is_copied_is_there_and_lies_where_the_workflow_looks_for_it():
    copied = {}
    for copy in all_of("COPY"):
        *sources, target = copy.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            copied[source] = PurePosixPath(target, source) if target == "./" else PurePosixPath(target)
    # each at its own place below the folder of the workflow
    assert all(str(target) == source for source, target in copied.items())
    needed = {"Snakefile", "workflow", "profiles/default", "config.yaml", "studies", "envs"}
    assert set(copied) == needed
    assert all_of("WORKDIR")[0] == "/opt/oneclick-pet"
    assert all_of("ENTRYPOINT") == ['["snakemake", "--snakefile", "/opt/oneclick-pet/Snakefile"]']
    # Snakemake reads what rules name, also where it makes no environment of it.
    for rules in (ROOT / "workflow/rules").rglob("*.smk"):
        for path in re.findall(r'"(?:\.\./)+((?:envs|workflow)/[\w./]+)"', rules.read_text()):
            assert path.split("/")[0] in copied, f"{rules.name} names {path}"
    # what the daemon is sent: these and nothing else, so that no scan gets into an image
    first, *rest = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert first == "*" and {line[1:] for line in rest if line.startswith("!")} == needed
    assert [line for line in rest if not line.startswith("!")] == ["**/__pycache__", "**/node_modules"]


def test_it_runs_as_nobody_in_particular_and_keeps_no_secret():
    words = [word for word, _ in instructions()]
    assert all_of("USER") == ["1000:1000"] and words.index("USER") < words.index("ENTRYPOINT")
    assert "ARG" not in words and all_of("ENV") == ["HOME=/tmp USER=oneclick"]
    assert "RUN" not in words[words.index("USER") :] and "ADD" not in words


@pytest.mark.parametrize("document", ["docs/how-to/other-machines.md"])
def test_the_documents_commands_are_those_of_the_image(document):
    text = (ROOT / document).read_text()
    assert "docker build -t oneclick-pet ." in text
    assert re.search(r'docker run --rm --network none -u "\$\(id -u\):\$\(id -g\)" -v "\$PWD:/study" oneclick-pet ', text)
    assert "apptainer build oneclick-pet.sif docker-daemon:oneclick-pet:latest" in text
