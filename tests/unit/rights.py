"""Files that may not be read, for tests that run as root too."""

import codecs
import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

NOBODY = 65534


@contextlib.contextmanager
def taken(*paths: Path):
    """Whoever runs the tests has no rights to these files and folders. As root, whom no right stops, as another user."""
    before = [(path, path.stat().st_mode) for path in paths]
    for path, _ in before:
        path.chmod(0)
    root = os.geteuid() == 0
    codecs.lookup("utf-8-sig")  # Python itself may lie where the other user has no rights, and loads this one when asked
    try:
        if root:
            os.seteuid(NOBODY)
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in before:
            path.chmod(mode)


@pytest.fixture
def open_folder():
    """A folder that every user may enter, as pytest's own may not be."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
