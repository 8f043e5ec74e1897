"""Files that appear under their names only when they are complete."""

import contextlib
import json
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
    """A name in the same folder and with the same ending, to write the file ``path`` to. When all is written and on the
    disk, it takes its own name, in the place of an older file. Folders on the way are made.

    After an error nothing of it stays, and the error has the path among its notes: that of a full disk does not name the
    file. After a kill or a power cut the unfinished file may stay, until it is written again.
    """
    part = part_of(path)
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        yield str(part)
        # Else a power cut may leave an empty file of the right name.
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException as error:
        error.add_note(str(path))
        raise
    finally:
        with contextlib.suppress(OSError):  # in the place of the error that tells what is wrong
            part.unlink()


def write_text(path: str | Path, text: str) -> None:
    """Write a text in UTF-8."""
    with whole(path) as part:
        Path(part).write_text(text, encoding="utf-8")


def write_json(path: str | Path, content: object, indent: int | None = 1) -> None:
    """Write what JSON can hold."""
    write_text(path, json.dumps(content, indent=indent) + "\n")
