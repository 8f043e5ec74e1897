"""Read every scan before anything is computed, and say all that is wrong with them at once."""

import gzip
import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.tables import write_table
from oneclick.data.body import share_of_body
from oneclick.data.cohort import is_dicom
from oneclick.data.contrast import contrast_doubts
from oneclick.data.findings import COLUMNS, finding, lines_of, say_findings
from oneclick.data.grid import grid_of
from oneclick.data.nifti import MOST_BYTES, MOST_HEADER
from oneclick.data.placement import ENOUGH, mask_place_doubts
from oneclick.data.plausibility import pet_doubts, unit_doubts
from oneclick.data.regions import missing
from oneclick.data.scans import Source, read_mask, read_pet
from oneclick.data.slice_guard import Slicing, slices_left
from oneclick.data.slices import BEYOND_MEND, tumour_beyond
from oneclick.data.volume import Doubt, ScanError, Volume

MOST_NAMES = 10
"""Of regions that a message lists."""

LARGE, LARGE_OF_BODY = 0.05, 0.5
"""Parts of a scan's voxels, above which the body is looked for, and of the body. Of 31 real scans cut out around sarcomas,
tumours take at most 0.12 and 0.22."""


class VerificationError(UserError):
    """Scans cannot be used; one line a problem."""


@dataclass(frozen=True)
class Scans:
    """The scans of a cohort, patient by patient: names, paths, and how each mask is read (see :class:`scans.Source`)."""

    patients: list[str]
    pets: list[str]
    masks: list[str]
    labels: list[list[int] | None]
    roi: list[list[str] | None]

    def each(self) -> Iterator[tuple[str, str, str, Source]]:
        """Patient, PET, mask and how it is read."""
        for patient, pet, mask, labels, roi in zip(*vars(self).values(), strict=True):
            yield patient, pet, mask, Source(labels, roi)


@dataclass(frozen=True)
class Verified:
    """What was found of one patient: ``rows`` of the table, digests of the voxels of PET and mask ("" if unread), and the
    names of all regions or labels of the mask, where it has names or was asked for some."""

    rows: list[dict]
    same: tuple[str, str] = ("", "")
    regions: tuple[str, ...] = ()


_row = partial(finding, COLUMNS)


def _of_error(patient: str, error: ScanError) -> dict:
    return _row(patient, "error", error.path, error.wrong, error.mend)


def is_whole(path: str | Path) -> bool:
    """Whether a gzip file is as long as it says and its bytes have the checksum that it says; other files hold none. To read
    a volume stops at its last voxel, before both."""
    if Path(path).suffix.lower() != ".gz":
        return True
    left = MOST_BYTES + MOST_HEADER
    try:
        with gzip.open(path) as file:
            while left > 0 and (read := len(file.read(2**20))):
                left -= read
    except (OSError, EOFError, zlib.error):
        return False
    return left > 0


def _digests(pet: Volume | None, mask: Volume | None) -> tuple[str, str]:
    """What is the same for the same voxels, of a PET and of a mask; "" for none, and for a mask that is empty or has fewer
    voxels than any scan."""
    # Transposed, for files store their first axis fastest: as it is, all voxels would be copied into another order.
    of_pet = hashlib.sha256(np.ascontiguousarray(pet.data.T)).hexdigest() if pet else ""
    tumour = np.flatnonzero(mask.data.T) if mask and mask.data.size >= ENOUGH else []
    return of_pet, hashlib.sha256(np.append(tumour, mask.data.shape)).hexdigest() if len(tumour) else ""


def _warnings(patient: str, path: str, *doubts: Doubt) -> list[dict]:
    return [_row(patient, "warning", path, doubt.problem, doubt.mend) for doubt in doubts]


def verify_patient(patient: str, pet_path: str, mask_path: str, source: Source, slicing: Slicing) -> Verified:
    """The rows of one patient's problems, or one row of level ``ok``, with a row of level ``note`` for each conversion."""
    if Path(pet_path) == Path(mask_path):
        return Verified([_row(patient, "error", pet_path, "PET and mask are the same file", "mend the paths")])
    rows, pet, mask = [], None, None
    try:
        pet = read_pet(pet_path, patient)
    except ScanError as error:
        rows.append(_of_error(patient, error))
    try:
        mask = read_mask(mask_path, patient, source, pet, pet_path)
    except ScanError as error:
        rows.append(_of_error(patient, error))
    same = _digests(pet, mask)
    for path in (pet_path, mask_path):
        if not rows and not is_whole(path):
            wrong = "the gzip file is damaged: its checksum is not that of its bytes"
            rows.append(_row(patient, "error", path, wrong, "copy or export it again"))
    if pet:
        grid = grid_of(pet.data, pet.affine, slicing.size, slicing.spacing)
        doubtful = _warnings(patient, pet_path, *pet.doubts, *pet_doubts(pet, grid))
    if rows:
        return Verified(rows + (doubtful if pet else []), same)
    pet_planes, mask_planes = grid.planes(pet.data), grid.planes(mask.data)
    with_tumour = np.flatnonzero(mask_planes.any(axis=(1, 2)))
    for number in with_tumour:
        if pet_planes[number].min() == pet_planes[number].max():
            wrong, mend = f"slice {number} holds a tumour but is constant", "repair the scan or leave the patient out"
            rows.append(_row(patient, "error", pet_path, wrong, mend))
    if wrong := tumour_beyond(mask.data, grid):
        rows.append(_row(patient, "error", mask_path, wrong, BEYOND_MEND))
    n_positive, sliced = int(np.count_nonzero(mask.data)), slices_left(mask.data, grid, slicing)
    if not n_positive:
        wrong = "the mask is empty: the patient contributes no slice"
        if source.labels:
            wrong = f"the mask holds none of the labels {source.labels}: the patient contributes no slice"
        mend = "check that the tumour was saved"
        if mask.doubts:
            wrong, mend = "nothing of the tumour is left on the grid of the PET", "give both on a finer grid"
            wrong += ": the patient contributes no slice"
        rows.append(_row(patient, "warning", mask_path, wrong, mend))
    elif 2 * n_positive > mask.data.size:
        wrong = f"{n_positive / mask.data.size:.0%} of the scan's voxels are tumour"
        mend = "look whether the mask is inverted: its background must be 0"
        rows.append(_row(patient, "warning", mask_path, wrong, mend))
    elif (
        n_positive > LARGE * max(mask.data.size, ENOUGH)
        and (of_body := share_of_body(pet_planes, mask_planes)) > LARGE_OF_BODY
    ):
        wrong, mend = f"{of_body:.0%} of the body is tumour", "look whether this is the mask of a tumour, or of the body"
        rows.append(_row(patient, "warning", mask_path, wrong, mend))
    of_mask = mask_place_doubts(mask_path, pet)
    if 2 * n_positive <= mask.data.size:
        of_mask += contrast_doubts(pet.data, mask.data, pet.affine, grid)
    rows += doubtful + _warnings(patient, mask_path, *mask.doubts, *sliced.doubts, *of_mask)
    rows = rows or [_row(patient, "ok")]
    # The reader of DICOM has looked at its SUV.
    asked = pet.data.size >= ENOUGH and not pet.suv_from
    no_suv = [doubt.problem for doubt in unit_doubts(pet.data)] if asked else []
    rows += [_row(patient, "note", pet_path, note) for note in (*pet.notes, *no_suv)]
    rows += [_row(patient, "note", mask_path, note) for note in mask.notes if note not in pet.notes]
    found = {
        "shape": " x ".join(map(str, pet.data.shape)),
        "voxel_mm": " x ".join(f"{size:.3g}" for size in nib.affines.voxel_sizes(pet.affine)),
        "suv_from": pet.suv_from,
        "n_positive_voxels": n_positive,
        "n_tumour_slices": len(with_tumour),
        "n_slices": sliced.n,
    }
    return Verified([row | found for row in rows], same, mask.regions)


def _asked_in_vain(each: list[tuple[str, str, str, Source]], results: list[Verified]) -> list[dict]:
    """A row for each label or name of a region that is asked for and that no mask of the cohort has, and for labels or names
    where there is no mask of that kind."""
    rows = []
    for key, words, kind, other in (("labels", "label", "NIfTI", "roi"), ("roi", "region", "DICOM", "labels")):
        asked = {str(one): None for *_, source in each for one in getattr(source, key) or []}
        # A name is looked for in the masks that have names, and were read; labels are those of NIfTI masks.
        masks = [
            result.regions
            for (*_, path, source), result in zip(each, results, strict=True)
            if result.regions and getattr(source, key) and is_dicom(path) == (key == "roi")
        ]
        if asked and not any(is_dicom(path) == (key == "roi") for *_, path, _ in each):
            wrong, mend = (
                f"cohort.{key} is given, but no mask is {kind}: it says nothing",
                f"use cohort.{other}, or leave it out",
            )
            rows.append(_row("", "warning", "", wrong, mend))
        there = Counter(name for names in masks for name in names)
        for one in missing(list(asked), list(there)) if masks else []:
            known = ", ".join(f"{name} ({n})" for name, n in there.most_common(MOST_NAMES))
            wrong = f"no patient has the {words} {one!r} of cohort.{key}"
            rows.append(
                _row("", "warning", "", wrong, f"mend it or leave it out; in the masks are, with their number: {known}")
            )
    return rows


def verify(scans: Scans, slicing: Slicing, n_folds: int, workers: int = 1) -> pd.DataFrame:
    """All patients' rows (columns: ``COLUMNS``; level ``ok``, ``note``, ``warning`` or ``error``), and those of the cohort,
    in which patient is empty. ``workers`` patients are read at a time."""
    each = list(scans.each())
    with ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(lambda scan: verify_patient(*scan, slicing), each))
    rows, first = [], {}
    paths_of = {patient: {"PET": pet, "mask": mask} for patient, pet, mask, _ in each}
    for (patient, *paths, _), result in zip(each, results, strict=True):
        rows += result.rows
        for kind, path, digest in zip(("PET", "mask"), paths, result.same, strict=True):
            other = first.setdefault((kind, digest), patient) if digest else patient
            if other != patient:
                # At both: it cannot be seen which of them is the copy.
                for one, its_path, twin in ((patient, path, other), (other, paths_of[other][kind], patient)):
                    wrong = f"the {kind} has the same voxels as that of patient {twin}"
                    rows.append(_row(one, "warning", its_path, wrong, "check that one was not copied"))
    rows += _asked_in_vain(each, results)
    with_tumour = {row["patient"] for row in rows if row["n_slices"] not in ("", 0)}
    unread = {row["patient"] for row in rows if row["level"] == "error"}
    if len(with_tumour | unread) < n_folds:
        wrong = (
            f"{len(with_tumour | unread)} of {len(each)} patients have a slice with tumour, fewer than the {n_folds} folds"
        )
        rows.append(_row("", "error", "", wrong, "add patients, lower folds, or mend cohort.labels if it is given"))
    return pd.DataFrame(rows, columns=COLUMNS)


def write_verification(
    scans: Scans, slicing: Slicing, n_folds: int, csv: str, say: Callable[[str], None], workers: int = 1
) -> None:
    """Write the table of :func:`verify`, say its warnings, and print its notes, which go to the log. Raises
    VerificationError with a line for each error, and writes nothing, if there is one."""
    table = verify(scans, slicing, n_folds, workers)
    say_findings(table, say)
    errors = lines_of(table, "error")
    if errors:
        n = len(errors)
        raise VerificationError(f"{n} problem{'s' * (n > 1)} with the scans\n" + "\n".join(errors))
    write_table(table, csv)
