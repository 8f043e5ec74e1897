"""Digests of the code that numbers in the docs come from: of a rule's script, or of a benchmark or tool that measured.

The digest of a rule is the one that its results record (``engine.digest``). Another one, of its *numbers*, leaves out the
modules that only say how pages and pictures look.
"""

import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "workflow/scripts"
if str(SCRIPTS) not in sys.path:
    sys.path.append(str(SCRIPTS))

from oneclick.engine.digest import code_digest  # noqa: E402

LOOKS = (*(f"oneclick/report/{name}.py" for name in ("page", "style", "marks", "words")), "oneclick/**/figure.py")
"""Modules that shape pages, pictures and sentences, and compute no number of a table."""


def digest_of(script: Path, scripts: Path = SCRIPTS) -> str | None:
    """The digest of a script and of all that it imports of the package in ``scripts``; None if there is no such script."""
    return code_digest(script, scripts / "oneclick") if script.is_file() else None


@cache
def _looks(scripts: Path) -> frozenset[Path]:
    return frozenset(path for pattern in LOOKS for path in scripts.glob(pattern))


def number_digest_of(script: Path, scripts: Path = SCRIPTS) -> str | None:
    """The same without :data:`LOOKS`."""
    return code_digest(script, scripts / "oneclick", _looks(scripts)) if script.is_file() else None


@contextmanager
def scripts_at(commit: str) -> Iterator[Path | None]:
    """The rules' scripts as they were at a commit, in a folder that goes away; None if Git does not have it."""
    with TemporaryDirectory() as folder:
        command = ["git", "-C", ROOT, "archive", commit, "workflow/scripts"]
        packed = subprocess.run(command, capture_output=True) if re.fullmatch(r"[0-9a-f]{7,40}", commit) else None
        if packed is None or packed.returncode:
            yield None
            return
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder, "workflow/scripts")


def script_of(name: str) -> Path:
    """Where the code is that a measured block names: a path from the root (``benchmarks/bench.py``), or a rule's script."""
    return ROOT / name if name.endswith(".py") else SCRIPTS / f"{name}.py"


def code_of(path: Path, block: str) -> list[str]:
    """What the comment of a block names, each with its digest (``train=9eb207d5b577``); nothing where it has no comment."""
    found = re.search(rf"<!-- {block} -->\n<!-- code: (.*) -->\n", path.read_text(encoding="utf-8"))
    return found[1].split() if found else []


def comment(names: Iterable[str]) -> str:
    """The line of a block that says what code its numbers depend on: ``<!-- code: train=9eb207d5b577 ... -->``.

    ``names``: as :func:`script_of`, or with the digest that they had when something was measured (``train=9eb207d5b577``).
    Raises FileNotFoundError for a name without code.
    """
    found = {}
    for name, _, digest in (name.partition("=") for name in names):
        found[name] = digest or number_digest_of(script_of(name))
    if missing := [name for name, digest in found.items() if digest is None]:
        raise FileNotFoundError(
            f"there is no code named {', '.join(missing)}; name a rule's script, or a path from the root"
        )
    return f"<!-- code: {' '.join(f'{name}={digest}' for name, digest in found.items())} -->"
