"""Files that are written are there whole or not at all: after errors, on a full disk, after a kill in the middle."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from oneclick.common.files import whole, write_json, write_text
from oneclick.engine.job import GOES_ON, plain_words

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"
NOISE = "np.random.default_rng(1).integers(0, 255, (300, 200, 10), np.uint8)"
# Each writes more than 200 kB to the file NAME, with the module's own function.
WRITERS = {
    "a.npy": "from oneclick.common.files import whole\nwith whole(NAME) as part:\n    np.save(part, noise)",
    "of parts.npy": "from oneclick.common.arrays import array_file\n"
    "with array_file(NAME, noise.shape, np.uint8) as array:\n    array[:] = noise",
    "a.nii.gz": "import nibabel as nib\nfrom oneclick.data.nifti import write_nifti\n"
    "write_nifti(nib.Nifti1Image(noise, np.eye(4)), NAME)",
    "a.csv": "from oneclick.common.rows import write_rows\nwrite_rows(NAME, ('a', 'b'), zip(noise.ravel(), noise.ravel()))",
    "a.png": "from oneclick.report.style import figure, save\nfig = figure(80, 80)\n"
    "fig.add_axes([0, 0, 1, 1]).imshow(noise[:200, :, :3])\nsave(fig, NAME, NAME + '.svg', dpi=400)",
}


def child(folder, name, before=""):
    code = f"import sys; sys.path.append({str(SCRIPTS)!r})\nimport numpy as np\nfrom oneclick.engine.job import logged\n"
    code += f"NAME = {str(folder / name)!r}\nnoise = {NOISE}\nwith logged({str(folder / 'log')!r}, 'writer'):\n"
    # Matplotlib's list of fonts is a file as well, and has its place before a limit.
    fonts = "import matplotlib.font_manager\n" * name.endswith(".png")
    lines = f"{fonts}{before}\n{WRITERS[name]}".strip().split("\n")
    code += "".join(f"    {line}\n" for line in lines)
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)


def others(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "log")


def test_a_file_takes_the_place_of_the_older_one_when_it_is_complete(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with whole(tmp_path / "a.csv") as part:
        Path(part).write_text("ne")
        assert (tmp_path / "a.csv").read_text() == "old" and part.endswith(".csv")
        Path(part).write_text("new")
    assert (tmp_path / "a.csv").read_text() == "new" and others(tmp_path) == ["a.csv"]


def test_after_an_error_the_older_file_is_there_and_nothing_of_the_new_one(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(KeyboardInterrupt), whole(tmp_path / "a.csv") as part:
        Path(part).write_text("ne")
        raise KeyboardInterrupt
    assert (tmp_path / "a.csv").read_text() == "old" and others(tmp_path) == ["a.csv"]


def test_folders_on_the_way_are_made(tmp_path):
    write_text(tmp_path / "a/b/c.txt", "ä\n")
    assert (tmp_path / "a/b/c.txt").read_bytes() == "ä\n".encode()
    write_json(tmp_path / "d/e.json", {"a": [1, 2]}, indent=None)
    assert (tmp_path / "d/e.json").read_text() == '{"a": [1, 2]}\n'
    assert others(tmp_path / "a/b") == ["c.txt"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("1000 requested and 24 written")])
def test_an_error_has_the_path_among_its_notes_and_a_full_disk_is_said_with_it(tmp_path, error):
    with pytest.raises(type(error)) as raised, whole(tmp_path / "a/b.npy"):
        raise error
    assert raised.value is error and error.__notes__ == [str(tmp_path / "a/b.npy")]
    said = f"{tmp_path}/a/b.npy: no space left on the disk; free some, and {GOES_ON}"
    assert plain_words(error, "log") == said
    # also if it led to another error, which a library raised of it, and not if no file was written
    other = RuntimeError("the library failed")
    other.__cause__ = error
    assert plain_words(other, "log") == said
    assert plain_words(OSError(28, "No space left on device"), "log").startswith("log: no space left on the disk")


def test_the_first_file_of_two_that_are_written_within_one_another_is_named(tmp_path):
    with pytest.raises(OSError) as raised, whole(tmp_path / "outer"), whole(tmp_path / "inner"):
        raise OSError(28, "No space left on device")
    assert plain_words(raised.value, "log").startswith(f"{tmp_path}/inner: no space left")


def test_a_folder_that_cannot_be_made_is_an_error_with_the_path(tmp_path):
    (tmp_path / "a").write_text("no folder")
    with pytest.raises(FileExistsError) as raised, whole(tmp_path / "a/b.csv"):
        raise AssertionError("nothing is written")
    assert raised.value.__notes__ == [str(tmp_path / "a/b.csv")]
    assert others(tmp_path) == ["a"]


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_named_and_nothing_half_written_stays(tmp_path, name):
    (tmp_path / name).write_bytes(b"old")
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (100_000,) * 2)"
    said = child(tmp_path, name, limit).communicate(timeout=60)[1]
    assert said == f"writer: {tmp_path / name}: no space left on the disk; free some, and {GOES_ON}\n"
    assert others(tmp_path) == [name] and (tmp_path / name).read_bytes() == b"old"


@pytest.mark.parametrize("name", WRITERS)
def test_killed_in_the_middle_of_writing_the_name_is_free(tmp_path, name):
    # The system kills the process when a file of it grows beyond the limit; Python would ignore that.
    kill = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    process = child(tmp_path, name, f"{kill}resource.setrlimit(resource.RLIMIT_FSIZE, (100_000,) * 2)")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGXFSZ
    size = 128 if name == "of parts.npy" else 100_000  # the whole length of this is asked for after the header
    assert others(tmp_path) == [f".part-{name}"] and (tmp_path / f".part-{name}").stat().st_size == size
    # what a kill leaves is no hindrance, and does not stay
    assert child(tmp_path, name).wait(60) == 0
    assert name in others(tmp_path) and f".part-{name}" not in others(tmp_path)
    assert (tmp_path / name).stat().st_size > 200_000
