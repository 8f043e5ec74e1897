"""What was segmented in a new patient: masks on the scan, their lesions, and which clicks lie on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from oneclick.clicks.files import Click
from oneclick.common.rows import write_rows
from oneclick.common.tables import read_table, write_table
from oneclick.data.grid import Grid
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.scan_masks import write_mask
from oneclick.segment.lesions import DIGITS, lesion_table, number_lesions
from oneclick.segment.prepared import PreparedFiles

CLICK_COLUMNS = ("patient", "method", "i", "j", "k", "suv", "lesion")
SUMMARY_COLUMNS = (
    "patient",
    "method",
    "n_slices",
    "n_slices_empty",
    "n_clicks",
    "n_clicks_beside",
    "n_lesions",
    "n_lesions_unclicked",
    "volume_ml",
    "warning",
)
NAMED = 3
"""So many of a kind are named; the tables have them all."""
MEND = "look at the pictures, and whether the clicks are in the system that their file gives (RAS or LPS, voxels from 0)"


@dataclass(frozen=True)
class MeasuredFiles:
    """What is written of a patient: the ``masks``, a file a method; tables of the lesions, of the clicks with the lesion
    that each lies on (``on_lesions_csv``), and of both in numbers (``summary_csv``)."""

    masks: list[str]
    lesions_csv: str
    on_lesions_csv: str
    summary_csv: str


def mask_of_fields(segmentations: np.ndarray, slices: pd.DataFrame, grid: Grid) -> np.ndarray:
    """The masks (n, size, size) of fields on the voxels (i, j, k) of the scan as stored, uint8; where fields of a slice
    overlap, tumour in one of them is tumour. ``slices``: a row for each, with the columns ``new_patient.SLICE_COLUMNS``."""
    mask = np.zeros(grid.shape, np.uint8, order="F")  # as files store it
    planes = grid.planes(mask)  # a view: what is written to it is written to the mask
    starts = zip(slices["slice"], slices["start_row"], slices["start_column"], strict=True)
    for segmentation, (number, *start) in zip(segmentations, starts, strict=True):
        planes[number] |= replace(grid, start=tuple(start)).to_plane(segmentation)
    return mask


def _some(names: Sequence[str], sign: str = ", ") -> str:
    more = f"{sign}and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return sign.join(names[:NAMED]) + more


def _of(n: int, names: Sequence, kind: str, verbs: tuple[str, str]) -> str:
    return f"{len(names)} of {n} {kind}{'s' * (n != 1)} {verbs[len(names) != 1]}"


def skipped(planes: np.ndarray, clicked: list[int]) -> list[int]:
    """The numbers of empty slices without a click between two clicked ones whose masks lie one over the other, so that the
    tumour goes on there. ``planes`` (slices, rows, columns): lesions; ``clicked``: the numbers of the slices with a click,
    ascending."""
    found = []
    for before, after in pairwise(number for number in clicked if planes[number].any()):
        if ((planes[before] > 0) & (planes[after] > 0)).any():
            found += [n for n in range(before + 1, after) if n not in clicked and not planes[n].any()]
    return found


def remarks(
    clicks: list[Click], lesions: np.ndarray, table: pd.DataFrame, pet_suv: np.ndarray, clicked: list[int], grid: Grid
) -> tuple[list, str]:
    """The numbers of a method's ``SUMMARY_COLUMNS``, from n_slices to volume_ml, and what the user should look at, in words,
    "" if nothing: slices with a click on which nothing is segmented, slices without a click that the tumour is on, clicks
    that lie on no lesion, and lesions without a click. ``lesions`` (i, j, k): see :func:`lesions.number_lesions`, and
    ``table`` what they measure; ``clicked``: the numbers of the slices with a click."""
    planes = grid.planes(lesions)
    empty = [number for number in clicked if not planes[number].any()]
    beside = [click for click in clicks if not lesions[click.voxel]]
    unclicked = [row for row in table.itertuples() if not row.n_clicks]
    words = []
    if empty:
        words.append(f"{_of(len(clicked), empty, 'clicked slice', ('is', 'are'))} empty ({_some(list(map(str, empty)))})")
    if gaps := skipped(planes, clicked):
        some = f"{len(gaps)} slice{'s' * (len(gaps) != 1)} between clicked ones {'is' if len(gaps) == 1 else 'are'} empty"
        words.append(f"{some}, though the tumour goes on there ({_some(list(map(str, gaps)))}): click them too")
    if beside:
        named = [f"SUV {pet_suv[click.voxel]:.3g} at voxel {tuple(click.voxel)}" for click in beside]
        words.append(f"{_of(len(clicks), beside, 'click', ('lies', 'lie'))} on no lesion ({_some(named, '; ')})")
    if unclicked:
        named = [f"SUV up to {row.suv_max:.3g} in lesion {row.lesion}" for row in unclicked]
        words.append(f"{_of(len(table), unclicked, 'lesion', ('holds', 'hold'))} no click ({_some(named, '; ')})")
    counts = [len(clicked), len(empty), len(clicks), len(beside), len(table), len(unclicked)]
    return [*counts, round(float(table["volume_ml"].sum()), DIGITS["volume_ml"])], ", ".join(words)


def measure(
    patient: str,
    files: PreparedFiles,
    pet: str,
    methods: list[str],
    segmentations: list[str],
    measured: MeasuredFiles,
    say: Callable[[str], None],
) -> None:
    """Write each method's mask on the scan, and tables with the columns patient, method and those of
    :func:`lesions.lesion_table`, ``CLICK_COLUMNS`` (``lesion`` is 0 for a click on none) and ``SUMMARY_COLUMNS``. Says of
    each method in one line what :func:`remarks` has. ``segmentations`` are files, in the order of the ``methods``."""
    scan, grid = read_nifti_pet(pet, patient), Grid.read(files.grid_json)
    slices, voxels = read_table(files.slices_csv), read_table(files.clicks_csv)[["i", "j", "k"]].to_numpy()
    clicks = [Click(tuple(map(int, voxel))) for voxel in voxels]
    clicked = sorted(set(slices.loc[slices["n_clicks"] > 0, "slice"]))
    tables, on_lesions, summary = [], [], []
    for method, segmentation, path in zip(methods, segmentations, measured.masks, strict=True):
        mask = mask_of_fields(np.load(segmentation), slices, grid)
        write_mask(path, mask, grid)
        lesions = number_lesions(mask)
        table = lesion_table(lesions, scan.data, scan.affine, clicks)
        numbers, warning = remarks(clicks, lesions, table, scan.data, clicked, grid)
        if warning:
            say(f"warning: patient {patient}: {method}: {warning}; {MEND}")
        suv = (round(float(scan.data[click.voxel]), DIGITS["suv_max"]) for click in clicks)
        on_lesions += [
            (patient, method, *click.voxel, at, lesions[click.voxel]) for click, at in zip(clicks, suv, strict=True)
        ]
        summary.append((patient, method, *numbers, warning))
        table.insert(0, "method", method)
        table.insert(0, "patient", patient)
        tables.append(table.round(DIGITS))
    write_table(pd.concat([table for table in tables if len(table)] or tables[:1]), measured.lesions_csv)
    write_rows(measured.on_lesions_csv, CLICK_COLUMNS, on_lesions)
    write_rows(measured.summary_csv, SUMMARY_COLUMNS, summary)
