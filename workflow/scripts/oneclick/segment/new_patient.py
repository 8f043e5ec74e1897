"""A new patient: from a scan without a mask and real clicks to the slices that a finished study's networks segment."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from oneclick.clicks.files import Click, ClickError, check_clicks_in_body, read_clicks
from oneclick.clicks.simulated import COLUMNS, click_matrix
from oneclick.clicks.tables import lines_of_table
from oneclick.common.arrays import write_array
from oneclick.common.errors import UserError
from oneclick.common.rows import write_rows
from oneclick.common.tables import read_table, write_table
from oneclick.data.grid import Grid, grid_of, resize
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.plausibility import pet_doubts, unit_doubts
from oneclick.data.scan_masks import scan_mask, write_mask
from oneclick.data.scans import read_pet
from oneclick.data.slices import scale_to_unit
from oneclick.data.volume import Volume
from oneclick.segment.lesions import lesion_table
from oneclick.segment.prepared import PreparedFiles

SLICE_COLUMNS = ("patient", "index", "slice", "n_clicks")


def place_clicks(clicks: list[Click], grid: Grid, patient: str, clicks_path: str) -> list[tuple[int, int, int]]:
    """The slice, row and column of each click on a scan's grid. Raises ClickError, with a line for each click beyond it."""
    places = [grid.pixel_of_voxel(*click.voxel) for click in clicks]
    beyond = [
        f"patient {patient}: {clicks_path}: the click at voxel {click.voxel} lies beyond the grid of {grid}; "
        "raise preprocess.size or preprocess.spacing in the study and train again"
        for click, place in zip(clicks, places, strict=True)
        if place is None
    ]
    if beyond:
        raise ClickError("\n".join(beyond))
    return places


@dataclass(frozen=True)
class Clicked:
    """A scan with its clicks: ``planes`` (slices, rows, columns) of the PET, a view; the ``places`` (slice, row, column) of
    the ``clicks`` on its ``grid``; which slices are ``flat`` (constant); ``notes``: sentences for the user."""

    planes: np.ndarray
    grid: Grid
    clicks: list[Click]
    places: list[tuple[int, int, int]]
    flat: np.ndarray
    notes: list[str]


def read_clicked(
    pet: Volume, patient: str, pet_path: str, clicks_path: str, background: str, size: int, spacing: float | None
) -> Clicked:
    """A scan's clicks on its grid. Raises ClickError, with a line for each problem, if one cannot be used."""
    clicks, notes = read_clicks(clicks_path, patient, pet.affine, pet.data.shape, background)
    grid = grid_of(pet.data, pet.affine, size, spacing)
    planes, places = grid.planes(pet.data), place_clicks(clicks, grid, patient, clicks_path)
    flat = planes.min(axis=(1, 2)) == planes.max(axis=(1, 2))
    constant = sorted({number for number, _, _ in places if flat[number]})
    if constant:
        raise ClickError(
            "\n".join(
                f"patient {patient}: {clicks_path}: slice {number} has a click but is constant; check the click"
                for number in constant
            )
        )
    notes = [f"patient {patient}: {pet_path}: {note}" for note in pet.notes] + notes
    doubts = (*pet.doubts, *pet_doubts(pet, grid), *(() if pet.suv_from else unit_doubts(pet.data)))
    notes += [f"patient {patient}: {pet_path}: {doubt.problem}; {doubt.mend}" for doubt in doubts]
    notes += check_clicks_in_body(clicks, pet.data, patient)
    return Clicked(planes, grid, clicks, places, flat, notes)


def check_new_patients(
    patients: list[str],
    pets: list[str],
    clicks: list[str],
    background: str,
    size: int,
    spacing: float | None,
    csv: str,
    say: Callable[[str], None],
) -> None:
    """Read all scans and clicks before anything is segmented, say what is doubtful, and write a table of them: patient,
    shape, suv_from, n_clicks, notes.

    Raises UserError with a line for each problem, and writes nothing, if there is one.
    """
    rows, problems = [], []
    for patient, pet_path, clicks_path in zip(patients, pets, clicks, strict=True):
        try:
            pet = read_pet(pet_path, patient)
            found = read_clicked(pet, patient, pet_path, clicks_path, background, size, spacing)
            said = "; ".join(line.removeprefix(f"patient {patient}: ") for line in found.notes)
            rows.append((patient, " x ".join(map(str, pet.data.shape)), pet.suv_from, len(found.clicks), said))
            for line in found.notes:
                say(f"warning: {line}")
        except UserError as error:
            problems += str(error).splitlines()
    for path in dict.fromkeys(path for path in clicks if str(path).lower().endswith(".csv")):
        for name in sorted(lines_of_table(path).keys() - set(patients)):
            problems.append(f"{path}: it has clicks of patient {name}, who has no PET; mend the name, or leave them out")
    if problems:
        n = len(problems)
        raise UserError(f"{n} problem{'s' * (n > 1)} with scans and clicks\n" + "\n".join(problems))
    write_rows(csv, ("patient", "shape", "suv_from", "n_clicks", "notes"), rows)


@dataclass(frozen=True)
class Preparation:
    """How slices and clicks are prepared: what happens to points named ``background`` and to ``unclicked`` slices, and the
    study's ``size``, ``spacing`` and ``resize_pet``."""

    background: str
    unclicked: str
    size: int
    spacing: float | None
    resize_pet: str


def prepare(patient: str, pet: str, clicks: str, settings: Preparation, files: PreparedFiles) -> None:
    """Write the slices to segment, scaled to [0, 1]: those with a click, or with ``unclicked`` ``automatic`` all that are
    not constant; the click matrix of each; a table of both with the columns ``SLICE_COLUMNS``; the clicks with the columns
    ``simulated.COLUMNS``, where component counts the clicks of a slice; and the :class:`Grid`.

    ``pet`` and ``clicks`` are paths. Raises ScanError or ClickError if scan or clicks cannot be used.
    """
    scan = read_nifti_pet(pet, patient)
    found = read_clicked(scan, patient, pet, clicks, settings.background, settings.size, settings.spacing)
    clicked = sorted({number for number, _, _ in found.places})
    numbers = clicked if settings.unclicked == "skip" else np.flatnonzero(~found.flat).tolist()
    by_slice = {number: [place[1:] for place in found.places if place[0] == number] for number in numbers}
    table = [(patient, index, number, len(by_slice[number])) for index, number in enumerate(numbers)]
    rows = []
    for (number, row, column), click in zip(found.places, found.clicks, strict=True):
        component = 1 + sum(earlier[1] == number for earlier in rows)
        rows.append((patient, number, component, row, column, *click.voxel))
    write_array(files.slices_npy, scale_to_unit(resize(found.planes[numbers], found.grid, settings.resize_pet)))
    matrices = np.array([click_matrix(by_slice[number], settings.size) for number in numbers], np.uint8)
    write_array(files.clicks_npy, matrices)
    write_rows(files.slices_csv, SLICE_COLUMNS, table)
    write_rows(files.clicks_csv, COLUMNS, rows)
    replace(found.grid, geometry=scan.geometry).write(files.grid_json)


def measure(
    patient: str,
    files: PreparedFiles,
    pet: str,
    methods: list[str],
    segmentations: list[str],
    masks: list[str],
    lesions_csv: str,
    say: Callable[[str], None],
) -> None:
    """Write each method's mask on the scan, and a table of its lesions: patient, method and the columns of
    :func:`lesions.lesion_table`. Says each clicked slice on which a method segments nothing. ``segmentations`` and ``masks``
    are files, in the order of the ``methods``."""
    scan, grid = read_nifti_pet(pet, patient), Grid.read(files.grid_json)
    slices, clicks = read_table(files.slices_csv), read_table(files.clicks_csv)
    voxels = [Click(tuple(int(row[axis]) for axis in "ijk")) for row in clicks.to_dict("records")]
    tables = []
    for method, segmentation, path in zip(methods, segmentations, masks, strict=True):
        found = np.load(segmentation)
        for number, n_clicks, mask in zip(slices["slice"], slices["n_clicks"], found, strict=True):
            if n_clicks and not mask.any():
                say(f"warning: patient {patient}: {method} segments nothing on the clicked slice {number}")
        mask = scan_mask(found, slices["slice"].to_numpy(), grid)
        write_mask(path, mask, grid)
        table = lesion_table(mask, scan.data, scan.affine, voxels)
        table.insert(0, "method", method)
        table.insert(0, "patient", patient)
        tables.append(table)
    write_table(pd.concat([table for table in tables if len(table)] or tables[:1]), lesions_csv)
