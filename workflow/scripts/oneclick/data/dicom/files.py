"""DICOM files read such that a damaged one gives one sentence, and no message quotes the header."""

import contextlib
import logging
import mmap
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from oneclick.data.volume import ScanError, no_right

# What pydicom says of a value quotes it, and the value may be a patient's name: neither warnings nor log lines are wanted.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
logging.getLogger("pydicom").disabled = True
# For jobs that read in threads, where one's catch_warnings may end within another's.
warnings.simplefilter("ignore")

# How a file begins whose 128 bytes and DICM were taken off: an element of group 2 or 8, and its value's kind or its length.
BARE = re.compile(rb"[\x02\x08]\0..([A-Z]{2}|..\0\0)", re.DOTALL)
DEFLATED = b"1.2.840.10008.1.2.1.99"
TO_NIFTI = "mend the header, or give the scan as NIfTI in SUV"
AGAIN = "copy or export it again"

# Makes the error of one patient and file out of what is wrong and the mend
Fail = Callable[[str, str], ScanError]


def fail_of(patient: str, path: str | Path) -> Fail:
    """:func:`volume.problem` for one patient and file."""
    return lambda wrong, mend: ScanError(patient, path, wrong, mend)


@contextlib.contextmanager
def guarded(patient: str, path: str | Path) -> Iterator[None]:
    """Around all that is done with a header: whatever is raised becomes a ScanError without its words, which may quote the
    header, and warnings are dropped."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ScanError:
        raise
    except PermissionError:
        raise no_right(patient, path) from None
    except Exception:
        raise ScanError(patient, path, "the DICOM file is damaged", AGAIN) from None


def load(path: str | Path, patient: str, tags: list[str | int] | None = None) -> pydicom.Dataset | None:
    """The elements ``tags`` of a DICOM file, or all; None if it is no DICOM. Pixels are read if asked for.

    Raises ScanError if the file is damaged or deflated (a small file may then unpack to any size).
    """
    with guarded(patient, path), open(path, "rb") as file:
        head = file.read(132)
        bare = head[128:] != b"DICM"
        if bare and not BARE.match(head):
            return None
        # Of a mapped file no element is read that is longer than the file, whatever length its header claims.
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            if DEFLATED in view[:1024]:
                raise ScanError(patient, path, "the DICOM file is deflated", "export it without compression")
            pixels = tags is None or "PixelData" in tags
            if bare:
                return _bare(view, not pixels, tags)
            return pydicom.dcmread(view, stop_before_pixels=not pixels, specific_tags=tags)


def _bare(view: mmap.mmap, stop_before_pixels: bool, tags: list[str | int] | None) -> pydicom.Dataset | None:
    """What a file without preamble holds; None if it is no DICOM after all, which nothing but its contents can tell."""
    try:
        found = pydicom.dcmread(view, force=True, stop_before_pixels=stop_before_pixels, specific_tags=tags)
        if not ({"Modality", "SOPClassUID", "Rows"} & set(found.dir())):
            return None
    except Exception:  # whatever pydicom makes of other bytes
        return None
    if "TransferSyntaxUID" not in found.file_meta:
        implicit, little = found.original_encoding
        syntaxes = {(True, True): ImplicitVRLittleEndian, (False, True): ExplicitVRLittleEndian}
        found.file_meta.TransferSyntaxUID = syntaxes.get((implicit, little), ExplicitVRBigEndian)
    return found


def files_in(path: str | Path, patient: str) -> list[Path]:
    """The files of a folder by name; subfolders are not entered. Raises ScanError if there is no such folder."""
    try:
        if not Path(path).exists():
            raise ScanError(
                patient, path, "the folder is missing", "put it there or mend the path in the config file or sheet"
            )
        if not Path(path).is_dir():
            raise ScanError(
                patient, path, "this is a file, not a folder of slices", "give the folder that the slices are in"
            )
        return sorted(file for file in Path(path).iterdir() if file.is_file())
    except PermissionError:
        raise no_right(patient, path) from None


def term(value: object, terms: str) -> str:
    """A coded value for a message if it is one of the standard's ``terms`` (words); others may be any text."""
    return str(value) if str(value) in terms.split() else "no term of DICOM"


def shown(value: object) -> str:
    """The name of a region, by which its user chooses it, fit for one line of a message."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value or "")).strip()
    return text[:64] or "nothing"


def lacks(keyword: str, fail: Fail, mend: str = TO_NIFTI) -> ScanError:
    """The error of an element that is needed."""
    return fail(f"{keyword} {Tag(keyword)} is missing, zero or damaged", mend)


def numbers(header: pydicom.Dataset, keyword: str, n: int, fail: Fail, mend: str = TO_NIFTI) -> np.ndarray:
    """The ``n`` finite numbers (n,) float64 of an element; raises ScanError without them."""
    with contextlib.suppress(Exception):
        values = np.array(header[keyword].value, float).ravel()
        if len(values) == n and np.isfinite(values).all():
            return values
    raise lacks(keyword, fail, mend)


def positive(header: pydicom.Dataset, keyword: str, fail: Fail, mend: str = TO_NIFTI) -> float:
    """The one number above zero of an element; raises ScanError without it."""
    value = float(numbers(header, keyword, 1, fail, mend)[0])
    if not value > 0:
        raise lacks(keyword, fail, mend)
    return value
