"""Tumour masks in DICOM: which file of a folder it is, and which of its regions (RTSTRUCT) or segments (SEG) are tumour."""

from dataclasses import dataclass
from pathlib import Path

import pydicom

from oneclick.data.dicom.files import AGAIN, Fail, fail_of, files_in, guarded, load, shown
from oneclick.data.dicom.instead import instead
from oneclick.data.regions import alike, is_named, missing
from oneclick.data.volume import EMPTY, Doubt, ScanError, is_empty

CLASSES = {
    "1.2.840.10008.5.1.4.1.1.481.3": "RTSTRUCT",
    "1.2.840.10008.5.1.4.1.1.66.4": "SEG",
    "1.2.840.10008.5.1.4.1.1.66.7": "SEG",
}
MOST_NAMES = 30


@dataclass(frozen=True)
class Chosen:
    """Which regions of a file are tumour: ``numbers`` in it, and ``notes`` and ``doubts`` on those asked for in vain."""

    numbers: list[int]
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def _found(path: str | Path, patient: str) -> tuple[Path, str]:
    """The one RTSTRUCT or SEG file at a path, which it is or which is in that folder, and its kind."""
    with guarded(patient, path):
        if not Path(path).exists():
            raise ScanError(
                patient, path, "the file is missing", "put it there or mend the path in the config file or sheet"
            )
        if Path(path).is_file() and is_empty(path):
            raise ScanError(patient, path, EMPTY, AGAIN)
    found = []
    for file in files_in(path, patient) if Path(path).is_dir() else [Path(path)]:
        with guarded(patient, file):
            header = load(file, patient, ["SOPClassUID", "Modality"])
            if header is not None:
                media = header.file_meta.get("MediaStorageSOPClassUID")
                kind = CLASSES.get(header.get("SOPClassUID") or media)
                found += [(file, kind)] if kind else []
    if not found:
        held, mend = instead(path, patient, *CLASSES.values()) if Path(path).is_dir() else ("", "")
        wrong = "no contours or segmentation (DICOM RTSTRUCT or SEG) are there"
        raise ScanError(patient, path, ": ".join(filter(None, (wrong, held))), mend or "give the one file")
    if len(found) > 1:
        raise ScanError(patient, path, f"{len(found)} of its files hold contours or a segmentation", "give the one file")
    return found[0]


def dicom_kind(path: str | Path, patient: str) -> str:
    """'RTSTRUCT' or 'SEG': what a DICOM file, or the one such file in a folder, is. Raises ScanError if it is neither."""
    return _found(path, patient)[1]


def opened(path: str | Path, patient: str, kind: str) -> tuple[pydicom.Dataset, Fail]:
    """The whole of the one file of that kind at a path."""
    file, is_kind = _found(path, patient)
    if is_kind != kind:
        raise ScanError(patient, file, f"the file is a DICOM {is_kind}, not a {kind}", "mend the path")
    return load(file, patient), fail_of(patient, file)


def chosen(names: dict[int, str], roi: list[str] | None, fail: Fail) -> Chosen:
    """The regions named by ``roi``, names or patterns of which some may be missing, or the only region, out of the names by
    number. Raises ScanError if there are several and none is asked for, or none of those asked for."""
    listed = ", ".join(list(names.values())[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
    if roi is None:
        if len(names) > 1:
            raise fail(f"there are {len(names)} regions ({listed})", "name the tumour's in cohort.roi")
        return Chosen(list(names))
    asked = [shown(name) for name in roi]
    numbers = [number for number, name in names.items() if any(is_named(name, one) for one in asked)]
    if not numbers:
        wrong = f"there is no region {' or '.join(map(repr, asked))}"
        raise fail(wrong, f"name in cohort.roi one or more of: {listed}")
    notes, doubts = [], []
    for one in missing(asked, list(names.values())):
        left = [name for number, name in names.items() if number not in numbers]
        if close := alike(one, left):
            mend = "if so, name it in cohort.roi too"
            doubts.append(Doubt(f"there is no region {one!r}; {' or '.join(close)} may be meant and is left out", mend))
        else:
            notes.append(f"there is no region {one!r}; tumour is {', '.join(names[number] for number in numbers)}")
    return Chosen(numbers, tuple(notes), tuple(doubts))


def refuse_other_frame(frames: set[str], of_pet: str | None, what: str, fail: Fail) -> None:
    """Raise ScanError if a region or file, ``what`` in words, lies in other frames of reference than the PET series; UIDs
    that are not known agree with all."""
    if of_pet and frames and of_pet not in frames:
        wrong = f"{what} is drawn in another frame of reference than that of the PET series"
        raise fail(wrong, "give what was drawn on this scan, or register it and export it as NIfTI on the PET's grid")
