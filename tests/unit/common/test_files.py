"""Files that are written are there whole or not at all: after errors, on a full disk, after a kill in the middle."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from oneclick.common.files import whole
from oneclick.engine.job import GOES_ON

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"
NOISE = "np.random.default_rng(1).integers(0, 255, (300, 200, 10), np.uint8)"
# Each writes more than 200 kB to the file NAME, with the module's own function.
WRITERS = {
    "a.npy": "from oneclick.common.files import whole\nwith whole(NAME) as part:\n    np.save(part, noise)",
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
    assert others(tmp_path) == [f".part-{name}"] and (tmp_path / f".part-{name}").stat().st_size == 100_000
    # what a kill leaves is no hindrance, and does not stay
    assert child(tmp_path, name).wait(60) == 0
    assert name in others(tmp_path) and f".part-{name}" not in others(tmp_path)
    assert (tmp_path / name).stat().st_size > 200_000
