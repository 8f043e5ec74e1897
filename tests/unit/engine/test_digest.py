from pathlib import Path

import pytest

from oneclick.engine import digest

SCRIPT = 'from oneclick.job import job\n\nwith job("log"):\n    from oneclick.a import f\n\n    f(1)\n'
MODULES = {
    "__init__": '"""The package."""\n',
    "job": "def job(log):\n    return log\n",
    "a": 'from oneclick import b\n\n\ndef f(x):\n    """Docstring."""\n    return b.g(x)  # comment\n',
    "b": "def g(x):\n    return x + 1\n",
    "c": "def h():\n    return 0\n",
}


@pytest.fixture
def digest_of(tmp_path):
    """A function that writes the script and modules, with some replaced, into a new folder and gives the digest."""
    count = iter(range(100))

    def write_and_digest(script=SCRIPT, **changed) -> str:
        folder = tmp_path / str(next(count))
        (folder / "oneclick").mkdir(parents=True)
        (folder / "s.py").write_text(script)
        for name, text in (MODULES | changed).items():
            (folder / "oneclick" / name).parent.mkdir(exist_ok=True)
            (folder / "oneclick" / f"{name}.py").write_text(text)
        return digest.code_digest(folder / "s.py")

    return write_and_digest


def test_a_template_counts_with_the_module_that_fills_it_in(digest_of, tmp_path):
    found = []
    for n, (name, text) in enumerate((("a", "<p>"), ("a", "<p>"), ("a", "<b>"), ("c", "<p>"))):
        digest_of()
        (tmp_path / f"{n}/oneclick/{name}.html.jinja").write_text(text)
        digest.code_digest.cache_clear()
        found.append(digest.code_digest(tmp_path / f"{n}/s.py"))
    assert found[0] == found[1] != found[2]
    assert found[3] == digest_of()  # nobody imports c


def test_the_place_of_the_checkout_does_not_count(digest_of):
    assert digest_of() == digest_of()


@pytest.mark.parametrize(
    "changed",
    [
        {"b": "def g(x):\n    return x + 2\n"},
        {"b": "def g(x):\n    return x - 1\n"},
        {"a": MODULES["a"].replace("b.g(x)", "-b.g(x)")},
        {"job": MODULES["job"].replace("return log", "return 0")},
        {"__init__": "x = 1\n"},
        {"script": SCRIPT.replace("f(1)", "f(2)")},
        {"b": "def g(x, y=True):\n    return x + 1\n"},
    ],
)
def test_code_that_the_script_uses_counts(digest_of, changed):
    assert digest_of(**changed) != digest_of()


@pytest.mark.parametrize(
    "changed",
    [
        {"c": "def h():\n    return 1\n"},
        {"a": MODULES["a"].replace("Docstring", "Another docstring")},
        {"a": MODULES["a"].replace("# comment", "# other comment")},
        {"b": "# new\n\n\ndef g(\n    x,\n):\n    return (x + 1)\n"},
        {"__init__": ""},
    ],
)
def test_other_code_comments_docstrings_and_formatting_do_not_count(digest_of, changed):
    assert digest_of(**changed) == digest_of()


def test_modules_are_found_in_folders_directly_or_not_in_all_forms_of_import(tmp_path):
    package = tmp_path / "oneclick"
    texts = {
        "__init__": "",
        "data/__init__": "",
        "data/a": "import oneclick.data.dicom.b",
        "data/dicom/__init__": "",
        "data/dicom/b": "from oneclick.data import c",
        "data/c": "from oneclick.d import x",
        "d": "",
        "data/e": "",
        "metrics/__init__": "",
    }
    for name, text in texts.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / f"{name}.py").write_text(text)
    (tmp_path / "s.py").write_text("def f():\n    from oneclick.data import a\n")
    found = {path.relative_to(tmp_path).with_suffix("").as_posix() for path in digest.code_files(tmp_path / "s.py")}
    assert found == {"s"} | {f"oneclick/{name}" for name in texts} - {"oneclick/data/e", "oneclick/metrics/__init__"}


def test_modules_of_one_name_in_two_folders_are_told_apart(digest_of):
    one = digest_of(script="import oneclick.x.t, oneclick.y.t", **{"x/t": "a = 1", "y/t": "a = 2"})
    other = digest_of(script="import oneclick.x.t, oneclick.y.t", **{"x/t": "a = 2", "y/t": "a = 1"})
    assert one != other


def test_plots_and_readers_do_not_count_for_training():
    scripts = Path(digest.__file__).parents[2]
    training = {path.stem for path in digest.code_files(scripts / "train.py")}
    assert {"training", "unet", "validation", "randomness", "inputs", "rows"} <= training
    # thresholds and prediction are of use where the best of several runs is chosen, by another script
    assert not training & {
        "style",
        "paper_tests",
        "postprocessing",
        "patient",
        "prediction",
        "thresholds",
        "inference",
        "grid",
    }


@pytest.mark.parametrize("script", ["train", "predict", "threshold", "clicks", "encode", "folds", "score", "stack"])
def test_what_reads_the_stack_is_not_run_again_for_an_edit_of_what_reads_scans(script):
    scripts = Path(digest.__file__).parents[2]
    files = digest.code_files(scripts / f"{script}.py")
    found = {path.relative_to(scripts / "oneclick") for path in files if path.is_relative_to(scripts / "oneclick")}
    assert found & {Path("data/stack.py"), Path("data/rows.py"), Path("networks/inputs.py")}
    assert not found & {Path(f"data/{name}.py") for name in ("nifti", "masks", "slices", "cohort", "verification")}
