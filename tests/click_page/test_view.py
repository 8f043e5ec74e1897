"""The page's modules that need no page: their own tests, by node; and names of patients, which Python checks as well."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from oneclick.data.cohort import name_problem

ROOT = Path(__file__).parents[2]
TESTS = sorted(Path(__file__).with_name("view").glob("*.test.mjs"))
NODE = shutil.which("node", path=str(ROOT / ".venv/bin")) or shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="there is no node (make click-page installs one)")


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name.partition(".")[0])
def test_by_node(path):
    done = subprocess.run([NODE, "--test", "--test-reporter=tap", path], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    assert int(done.stdout.partition("# pass ")[2].split()[0]) > 1  # it has found them


NAMES = [
    "P07", "a", "A" * 100, "a.b-c_d", "0", "_", "a..", "..", ".", "../x", "-rf", ".git", "~", "a b", "", "é", "a/b", "a\\b",
    "a\nb", "A" * 101, "con:", "a;b", "\u0430", "<script>", "{patient}",
]  # fmt: skip


def test_names_of_patients_are_refused_as_python_does():
    """With the same reason, so that no name of the page is refused when its clicks come to ``segment``."""
    module = (ROOT / "workflow/click_page/view/files.js").as_uri()
    code = f"""import {{nameProblem}} from {json.dumps(module)};
        console.log(JSON.stringify({json.dumps(NAMES)}.map((name) => nameProblem(name, []))));"""
    done = subprocess.run([NODE, "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for name, told in zip(NAMES, json.loads(done.stdout), strict=True):
        expected = name_problem(name)
        if expected is None:
            assert told == "", name
        else:
            reason = expected.partition(": the name ")[2].partition(";")[0]
            assert told.partition("the name ")[2].partition(";")[0] == reason, name
