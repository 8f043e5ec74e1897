"""What is at a path where DICOM was looked for in vain, in words, and the mend."""

import contextlib
import os
from collections import Counter
from pathlib import Path

from oneclick.data.dicom.files import AGAIN, load, term
from oneclick.data.patterns import NIFTI
from oneclick.data.volume import ScanError, is_empty

# The modalities (PS3.3, C.7.3.1.1.1) that lie beside PET, which alone are repeated in messages.
MODALITIES = "CT MR PT NM SEG RTSTRUCT RTPLAN RTDOSE RTIMAGE REG SR SC OT KO PR CR DX US XA DOC"
# So many folders below, and files in each, are looked into: a whole archive takes hours.
MOST_FOLDERS, MOST_FILES = 100, 20
MOST_NAMED = 3


def _modality(file: Path, patient: str) -> str | None:
    """The modality of a DICOM file; None if it is none, or cannot be read."""
    with contextlib.suppress(ScanError, OSError):
        header = load(file, patient, ["Modality", "SOPClassUID"])
        if header is not None:
            return term(header.get("Modality") or "", MODALITIES)
    return None


def _kind(file: Path, patient: str) -> str:
    """What a file is, with a * where several of them have an s."""
    if is_empty(file):
        return "empty file* (0 bytes)"
    if file.name.upper() == "DICOMDIR":
        return "DICOMDIR"
    if file.name.lower().endswith(NIFTI):
        return "NIfTI file*"
    modality = _modality(file, patient)
    return "other file*" if modality is None else f"DICOM file* ({modality})"


def _below(path: Path, patient: str, modalities: set[str]) -> list[Path]:
    """The folders below a folder that have a file of one of these modalities."""
    found = []
    for n, (folder, folders, names) in enumerate(os.walk(path)):
        folders.sort()
        if n > MOST_FOLDERS:
            break
        files = [Path(folder, name) for name in sorted(names)[:MOST_FILES]] if n else []
        if any(_modality(file, patient) in modalities for file in files):
            found.append(Path(folder))
    return found


def instead(path: str | Path, patient: str, *modalities: str) -> tuple[str, str]:
    """What a folder holds instead of DICOM of these modalities, and what to do, empty if that does not tell."""
    path = Path(path)
    files = sorted(file for file in path.iterdir() if file.is_file())
    kinds = Counter(_kind(file, patient) for file in files)
    listed = [f"{number} {kind.replace('*', 's' * (number != 1))}" for kind, number in kinds.items()]
    held = f"it holds {', '.join(listed)}" if listed else "it holds no file"
    if below := _below(path, patient, set(modalities)):
        names = ", ".join(str(folder.relative_to(path)) for folder in below[:MOST_NAMED])
        more = ", ..." if len(below) > MOST_NAMED else ""
        what = f"the folder{'s' * (len(below) > 1)} {names}{more} below {'has' if len(below) == 1 else 'have'} some"
        return f"{held}, and {what}", f"give {below[0]}" if len(below) == 1 else "give the one that is meant"
    if nifti := [file for file in files if file.name.lower().endswith(NIFTI)]:
        return held, f"give the file itself, such as {nifti[0]}"
    if files and all(is_empty(file) for file in files):
        return held, AGAIN
    return held, ""
