"""A thousand damaged headers: each gives a volume or an error line, never a traceback, a hang or all of the memory."""

import gzip
import time
import tracemalloc
import warnings

import nibabel as nib
import numpy as np
import pytest

from oneclick.data.grid import grid_of
from oneclick.data.masks import read_nifti_mask
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.volume import ScanError

SEED, N, MOST_BYTES, MOST_SECONDS = 20, 250, 2e9, 10
EXTREMES = [0, 1, -1, 2, 3, 7, 127, 255, 256, 32767, -32768, 65535, 2**31 - 1, -(2**31)]
FLOATS = [0.0, -0.0, 1e-45, 1e38, -1e38, np.inf, -np.inf, np.nan, 3.4e38, 1e-30]


def base(folder, kind):
    """A small good file, the bytes of its header, and how to write it with others."""
    data = (np.arange(4 * 5 * 6) % 2).astype(np.int16).reshape(4, 5, 6)
    affine = np.array([[-4.0, 0.1, 0, 30], [0, -4.0, 0.2, 40], [0.1, 0, 3.0, -20], [0, 0, 0, 1]])
    if kind == "nii.gz":
        nib.save(nib.Nifti1Image(data, affine), folder / "scan.nii")
        raw = (folder / "scan.nii").read_bytes()
        return folder / "scan.nii.gz", raw, lambda raw: (folder / "scan.nii.gz").write_bytes(gzip.compress(raw, 1))
    if kind == "nifti2":
        nib.save(nib.Nifti2Image(data, affine), folder / "scan.nii")
    elif kind == "nii":
        nib.save(nib.Nifti1Image(data, affine), folder / "scan.nii")
    else:
        nib.save(nib.Spm99AnalyzeImage(data, np.diag([-4.0, 4, 3, 1])), folder / "scan.img")
        return folder / "scan.img", (folder / "scan.hdr").read_bytes(), (folder / "scan.hdr").write_bytes
    return folder / "scan.nii", (folder / "scan.nii").read_bytes(), (folder / "scan.nii").write_bytes


def damaged(raw, rng):
    """The bytes with some of the header's changed: single bytes, whole fields of extreme numbers, or the end cut off."""
    raw, header = bytearray(raw), min(len(raw), 348)
    for _ in range(rng.integers(1, 6)):
        at = int(rng.integers(0, header - 8))
        way = rng.integers(0, 5)
        if way == 0:
            raw[at] = int(rng.integers(0, 256))
        elif way == 1:
            raw[40 + 2 * int(rng.integers(0, 8)) :][:2] = b""  # shifts all that follows
        elif way == 2:
            field = 40 + 2 * int(rng.integers(0, 20))  # dim, intent, datatype, bitpix
            raw[field : field + 2] = np.int64(rng.choice(EXTREMES)).tobytes()[:2]
        elif way == 3:
            field = 76 + 4 * int(rng.integers(0, 12))  # pixdim, vox_offset, slope, intercept
            raw[field : field + 4] = np.float32(rng.choice(FLOATS)).tobytes()
        else:
            field = 252 + 4 * int(rng.integers(0, 19))  # quaternions and affine
            raw[field : field + 4] = np.float32(rng.choice(FLOATS)).tobytes()
    return bytes(raw[: int(rng.integers(0, len(raw)))] if rng.random() < 0.05 else raw)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["nii", "nii.gz", "nifti2", "analyze"])
def test_damaged_headers(tmp_path, kind):
    path, raw, write = base(tmp_path, kind)
    rng, read, refused = np.random.default_rng(SEED), 0, 0
    tracemalloc.start()
    for _ in range(N):
        write(damaged(raw, rng))
        start = time.monotonic()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                volume = read_nifti_pet(path, "p")
            assert volume.data.ndim == 3 and np.isfinite(volume.data).all()
            grid_of(volume.data, volume.affine, 16, 4.0)  # its affine is of use
            read += 1
        except ScanError as error:
            assert str(error).startswith(f"patient p: {path}: ") and "\n" not in str(error)
            refused += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                read_nifti_mask(path, "p")
        except ScanError:
            pass
        assert time.monotonic() - start < MOST_SECONDS
    assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    tracemalloc.stop()
    assert read > N / 20 and refused > N / 20  # both ways were tried
