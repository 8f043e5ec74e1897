"""Symbolic links among scans: followed within the data root, the folder that a study names; beyond it only if it says so.

Who got a folder of scans from elsewhere may have got links in it, to other patients' scans or to any other file.
Standard library only, for a dry run is to be instant.
"""

import os
from pathlib import Path

MOST_NAMED = 10


def _is_below(path: str, folder: str) -> bool:
    return os.path.join(path, "").startswith(os.path.join(folder, ""))


def leads_out(path: str, folder: str, seen: set[str]) -> tuple[str, str] | None:
    """The first link between ``folder`` and a path below it that leads out of the folder, and where to; None if all stays
    inside. The folder itself may be a link, or be reached by one. Both are absolute, without '..'; ``seen`` gathers places
    that were found to be inside, for most paths share them."""
    place = folder
    for part in path[len(folder) :].strip(os.sep).split(os.sep):
        place = os.path.join(place, part)
        if place in seen:
            continue
        if os.path.islink(place):
            target = os.path.realpath(place)
            if not _is_below(target, os.path.realpath(folder)):
                return place, target
        seen.add(place)
    return None


def _files(path: str) -> list[str]:
    """A path and what is read with it: the other file of an .hdr and .img pair, the links in a folder of DICOM."""
    stem, ending = os.path.splitext(path)
    if ending in (".hdr", ".img"):
        return [path, stem + {".hdr": ".img", ".img": ".hdr"}[ending]]
    if os.path.isdir(path):
        return [path, *(entry.path for entry in os.scandir(path) if entry.is_symlink())]
    return [path]


def link_problems(paths: dict[str, str], folder: str, key: str, base: Path) -> list[str]:
    """A sentence for each link, up to ten of them, by which the files ``paths`` (by patient) of the data root ``folder``
    lie elsewhere; all relative to ``base``. Files that already their paths place elsewhere are passed over, for these are
    the user's own words. ``key`` is the setting that allows links."""
    root, found, seen = os.path.abspath(base / folder), {}, set()
    for patient, path in paths.items():
        for file in _files(os.path.abspath(base / path)):
            if _is_below(file, root) and (out := leads_out(file, root, seen)):
                found.setdefault(out, patient)
    lines = [
        f"patient {patient}: {os.path.relpath(link, os.path.abspath(base))} is a link to {place}, outside of {folder}; copy "
        f"there what it leads to, or allow such links with {key}: true"
        for (link, place), patient in list(found.items())[:MOST_NAMED]
    ]
    return lines + ([f"and {len(found) - len(lines)} more such links"] if len(found) > len(lines) else [])
