"""Which files a pattern such as data/{patient}/pet.nii.gz finds, and of whom; standard library only, for a dry run."""

import os
import re
from collections.abc import Container
from itertools import takewhile
from pathlib import Path

from oneclick.common.errors import UserError

NIFTI = (".nii", ".nii.gz", ".hdr", ".img")


class CohortError(UserError):
    """The patients cannot be listed; one line a problem: what, where, and the mend."""


def data_root(pattern: str) -> str:
    """The folder that a pattern names: what stands before its first wildcard."""
    return str(Path(*takewhile(lambda part: "{patient}" not in part and "*" not in part, Path(pattern).parts)))


def _part(text: str, patient: str | None) -> re.Pattern:
    """What a folder's or file's name must be for one part of a pattern, in which ``*`` stands for any text; finds the
    patient if it is not known yet."""
    name = re.escape(patient) if patient is not None else "(?P<patient>.+?)"
    first, *others = (".*".join(map(re.escape, piece.split("*"))) for piece in text.split("{patient}"))
    again = "(?P=patient)" if patient is None else name
    return re.compile(first + "".join((again if n else name) + piece for n, piece in enumerate(others)), re.S)


def _walk(pattern: str, root: Path) -> list[tuple[str, str | None]]:
    """Path and patient of all that matches a pattern, folder level by folder level; the patient is None where the pattern
    has no ``{patient}``."""
    start = data_root(pattern)
    found: list[tuple[str, str | None]] = [(start, None)]
    for part in Path(pattern).relative_to(start).parts:
        ahead = []
        for folder, patient in found:
            if patient is not None and "*" not in part:
                path = os.path.join(folder, part.replace("{patient}", patient))
                if (root / path).exists():
                    ahead.append((path, patient))
                continue
            if not (root / folder).is_dir():
                continue
            for entry in os.scandir(root / folder):
                match = _part(part, patient).fullmatch(entry.name)
                if match and not entry.name.startswith("."):
                    name = match["patient"] if patient is None and "{patient}" in part else patient
                    ahead.append((os.path.join(folder, entry.name), name))
        found = ahead
    return found


def matches(pattern: str, root: Path) -> dict[str, str]:
    """Path by patient of all files that match a pattern. Raises CohortError if two files of a patient do."""
    if "{patient}" not in pattern:
        raise CohortError(
            f"cohort: the pattern {pattern} has no {{patient}} in it; write it where the patient's name stands"
        )
    paths: dict[str, str] = {}
    for path, patient in sorted(_walk(pattern, root)):
        path = os.path.normpath(path)
        if patient in paths:
            both = f"{paths[patient]} and {path} both match {pattern}"
            raise CohortError(f"cohort: patient {patient}: {both}; narrow the pattern, or name the files in a sample sheet")
        paths[patient] = path
    return paths


def left_out(pattern: str, known: Container[str], root: Path) -> list[str]:
    """A sentence for each patient's folder of a pattern that holds scans, none of which the pattern finds: a patient with
    another file name would be missing, and nobody would see it. ``known``: patients of whom some file is found."""
    parts = Path(pattern).parts
    level = next(n for n, part in enumerate(parts) if "{patient}" in part)
    if level == len(parts) - 1 or not pattern.lower().endswith(NIFTI):
        return []
    problems = []
    for folder, patient in sorted(_walk(str(Path(*parts[: level + 1])), root)):
        if patient in known:
            continue
        inside = Path(folder, *(part.replace("{patient}", patient) for part in parts[level + 1 : -1]), "*")
        scans = sorted(path for path, _ in _walk(str(inside), root) if path.lower().endswith(NIFTI))
        if scans:
            wrong = f"patient {patient}: {scans[0]} is there, but no file that matches {pattern}"
            problems.append(f"{wrong}; rename it, or move the folder {folder} elsewhere")
    return problems


def without_others(mine: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    """The paths by patient without those that the other pattern finds under a shorter name: {patient}.nii.gz matches
    P1_mask.nii.gz too, which {patient}_mask.nii.gz knows for the mask of P1."""
    names = {path: patient for patient, path in others.items()}
    return {patient: path for patient, path in mine.items() if len(patient) <= len(names.get(path, patient))}
