"""Scans that claim, or unpack to, far more than a scan are refused in a sentence before they take memory (bombs.py)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
AGAIN = "copy or export it again"
EXPECTED = {
    "gzip-2GB.nii.gz": "claims to hold 2e+03 MB of voxels",
    "voxels.nii.gz": "the header claims 2048 x 2048 x 300 voxels",
    "cube.nii.gz": "the header claims 32767 x 32767 x 32767 voxels",
    "cube-100000.nii": "the header claims 100000 x 100000 x 100000 voxels",
    "short.nii.gz": "cut short or damaged",
    "short.nii": "cut short or damaged",
    "frames.nii.gz": "the image has 4 axes (64 x 64 x 64 x 32767)",
    "extension.nii.gz": "cut short or damaged",
    "extension-negative.nii.gz": "read 8 x 8 x 8",
    "offset.nii.gz": "cut short or damaged",
    "offset-endless.nii": "cut short or damaged",
    "offset-nan.nii": "not a readable NIfTI file",
    "voxel-nan.nii": "no place or size",
    "voxel-0.nii": "no place or size",
    "more-than-it-says.nii.gz": "read 8 x 8 x 8",
    "analyze-small.hdr": "read 8 x 8 x 8",
    "analyze-large.hdr": "the header claims 2000 x 2000 x 300 voxels",
    "mask-8GB.nii.gz": "claims to hold 8e+03 MB of voxels",
    "rows": "the headers claim 65535 x 65535 x 4 voxels",
    "frames": "the file holds many frames",
    "seg.dcm": "NumberOfFrames (0028,0008) is 2147483647, but 4 frames are described",
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited and measured as Linux does it")
def test_no_bomb_takes_memory(tmp_path):
    path = os.pathsep.join([str(HERE), str(HERE.parents[1] / "workflow/scripts")])
    command = [sys.executable, HERE / "bombs.py", tmp_path]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = dict(line.split("\t") for line in done.stdout.splitlines())
    assert found.keys() == EXPECTED.keys()
    for name, words in EXPECTED.items():
        assert words in found[name], found[name]
        assert words.startswith("read ") or found[name].startswith(f"patient p: {tmp_path}/{name}"), found[name]
