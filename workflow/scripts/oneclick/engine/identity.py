"""Which files a job reads, in a few letters each: other letters where a file is another one, whether newer or older."""

import hashlib
import os
from collections.abc import Iterable, Iterator

MISSING, ALONE = "missing", "its name"
"""What stands for a file that is not there, and for one of which only the name counts."""


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


def identities(files: Iterable[tuple[str, str | None]]) -> list[str]:
    """A line for each of ``files``, sorted: its name, a tab and eight hexadecimal digits for its :func:`identity`, or
    ``MISSING``. ``files``: a name and the path that is looked at; without a path the name alone counts."""
    lines = []
    for name, path in files:
        seen = identity(path) if path is not None else ALONE
        digest = hashlib.sha256(seen.encode(errors="surrogateescape")).hexdigest()[:8]
        lines.append(f"{name}\t{digest if seen or os.path.isdir(path) else MISSING}")
    return sorted(lines)


def differ(before: list[str], now: list[str]) -> bool:
    """Whether files are others than before, by their :func:`identities`. One that is missing now is not: whoever needs it
    has it made."""
    if before == now:
        return False
    missing = {line.partition("\t")[0] for line in now if line.endswith(f"\t{MISSING}")}
    of_others = [[line for line in lines if line.partition("\t")[0] not in missing] for lines in (before, now)]
    return of_others[0] != of_others[1] or not missing <= {line.partition("\t")[0] for line in before}
