"""Files that appear under their names only when they are complete."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

PART = ".part-"
"""What the name of an unfinished file begins with."""


def part_of(path: str | Path) -> Path:
    """Where a file is written before it is whole: in its folder, with its ending."""
    return Path(path).with_name(PART + Path(path).name)


@contextlib.contextmanager
def whole(path: str | Path) -> Iterator[str]:
    """A name in the same folder and with the same ending, to write the file ``path`` to: when all is written and on the
    disk, it takes its own name, and with it the place of an older file. After an error nothing stays of it; after a kill or
    a power cut the unfinished file may, until it is written again."""
    part = part_of(path)
    try:
        yield str(part)
        # Else a power cut may leave an empty file of the right name.
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
