"""Which files a job reads, in a few letters: other letters where a file is another one, whether newer or older."""

import hashlib
import os
from collections.abc import Iterable, Iterator


def _seen(path: str) -> str:
    """Size and date of a file, to the nanosecond; nothing where there is none."""
    try:
        seen = os.stat(path)
    except OSError:
        return ""
    return f"{seen.st_size} {seen.st_mtime_ns}"


def _files(folder: str) -> Iterator[str]:
    """The files in a folder and below, but for hidden ones, which viewers and systems leave there."""
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(path, name) for name in sorted(files) if not name.startswith("."))


def identity(path: str | os.PathLike) -> str:
    """What tells a file from another one in its place: size and date; of a folder, name, size and date of all files in it.

    Contents are not read: ten thousand scans are to be looked at in seconds.
    """
    path = os.fspath(path)
    if not os.path.isdir(path):
        return _seen(path)
    return "\n".join(f"{os.path.relpath(file, path)} {_seen(file)}" for file in _files(path))


def identity_digest(files: Iterable[tuple[str, str | None]]) -> str:
    """Sixteen hexadecimal digits that stand for files, each a name and the path that is looked at; without a path the name
    alone counts. Their order does not."""
    digest = hashlib.sha256()
    for line in sorted(f"{name}\t{identity(path) if path is not None else ''}" for name, path in files):
        digest.update(line.encode(errors="surrogateescape") + b"\0")
    return digest.hexdigest()[:16]
