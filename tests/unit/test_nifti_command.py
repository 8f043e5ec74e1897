"""make nifti: a folder of DICOM becomes one NIfTI file in SUV, or a sentence says why not."""

import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from dicom_files import MARK, ORIGIN, SHAPE, SPACING, save_series, stored_pixels

ROOT = Path(__file__).parents[2]


def nifti(*words):
    command = [sys.executable, str(ROOT / "workflow/nifti.py"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def series(tmp_path):
    return save_series(tmp_path / "P 07")


def test_a_folder_becomes_a_file_in_suv_beside_it_without_its_texts(series):
    done = nifti(series)
    assert done.returncode == 0, done.stderr
    written = series.parent / "P 07.nii.gz"
    assert f"{written} is there; open it on the click page" in done.stdout
    image = nib.load(written)
    # Each slice has a slope of its own, 0.5 + 0.25 k.
    expected = stored_pixels() * (0.5 + 0.25 * np.arange(SHAPE[2]))
    np.testing.assert_allclose(image.get_fdata(), expected, rtol=1e-6)
    np.testing.assert_allclose(image.affine, np.diag([-SPACING[0], -SPACING[1], SPACING[2], 1]) + np.outer(
        [-ORIGIN[0], -ORIGIN[1], ORIGIN[2], 0], [0, 0, 0, 1]))  # fmt: skip
    assert MARK not in done.stdout + done.stderr and MARK.encode() not in bytes(image.header.binaryblock)


def test_a_file_that_is_there_is_not_written_over(series):
    there = series.parent / "P 07.nii.gz"
    there.write_bytes(b"mine")
    done = nifti(series)
    assert done.returncode == 1 and "there is such a file already; rename or delete it" in done.stderr
    assert there.read_bytes() == b"mine"


@pytest.mark.parametrize(
    "name, words",
    [
        (None, "write make nifti PET=path/of/the/folder"),
        ("missing", "there is no such folder; mend the path behind PET="),
        ("scan.nii.gz", "this is no DICOM; open it on the click page as it is"),
        ("notes.txt", "give the folder that the slices are in"),
        ("empty", "empty: "),
    ],
)
def test_what_cannot_be_converted_is_said_in_a_sentence(tmp_path, name, words):
    (tmp_path / "scan.nii.gz").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "empty").mkdir()
    done = nifti(*([tmp_path / name] if name else []))
    assert done.returncode == 1 and words in done.stderr
    assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr
    assert not list(tmp_path.glob("empty.nii.gz"))
