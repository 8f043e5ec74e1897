"""A new patient: from a scan without a mask and real clicks to the slices that a finished study's networks segment."""

from dataclasses import dataclass, replace

import numpy as np

from oneclick.clicks.files import Click, ClickError, read_clicks
from oneclick.clicks.simulated import COLUMNS, click_matrix
from oneclick.common.arrays import write_array
from oneclick.common.rows import write_rows
from oneclick.data.grid import Grid, resize
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.slices import scale_to_unit
from oneclick.data.volume import Doubt, Volume
from oneclick.segment.fields import Field, body_beyond, fields_of, fitted_grid
from oneclick.segment.prepared import PreparedFiles

SLICE_COLUMNS = ("patient", "index", "slice", "n_clicks", "start_row", "start_column")


@dataclass(frozen=True)
class Preparation:
    """How slices and clicks are prepared: what happens to points named ``background`` and to ``unclicked`` slices, and the
    study's ``size``, ``spacing``, ``resize_pet`` and ``seen_mm`` (:func:`trained_study.seen_mm`, None if unknown)."""

    background: str
    unclicked: str
    size: int
    spacing: float | None
    resize_pet: str
    seen_mm: dict[str, dict[str, float]] | None


@dataclass(frozen=True)
class Clicked:
    """A scan with its ``clicks``, on its ``grid``: the ``fields`` of its slices that networks are shown, and the ``images``
    of these, float64 (n, size, size) in the scan's unit. What is doubtful about the fields, and notes on what was done with
    scan and clicks."""

    clicks: list[Click]
    grid: Grid
    fields: list[Field]
    images: np.ndarray
    doubts: list[Doubt]
    notes: list[str]
    click_notes: list[str]


def read_clicked(pet: Volume, patient: str, clicks_path: str, settings: Preparation) -> Clicked:
    """A scan's clicks, and what the networks see of its clicked slices; with ``unclicked`` ``automatic`` of all that are not
    constant. Raises ClickError, with a line for each problem, if a click cannot be used."""
    clicks, click_notes = read_clicks(clicks_path, patient, pet.affine, pet.data.shape, settings.background)
    grid, doubts, notes = fitted_grid(pet.data, pet.affine, settings.size, settings.spacing, settings.seen_mm)
    grid, planes = replace(grid, geometry=pet.geometry), grid.planes(pet.data)
    places: dict[int, list[tuple[int, int, int]]] = {}
    for order, click in enumerate(clicks):
        number, *place = grid.in_plane(*click.voxel)
        places.setdefault(number, []).append((order, *place))
    if settings.unclicked == "automatic":
        places |= {number: [] for number in range(len(planes)) if number not in places}
        doubts += filter(None, [body_beyond(grid, pet.data)])
    fields = fields_of(grid, dict(sorted(places.items())))
    images = [resize(planes[field.number][None], field.grid, settings.resize_pet)[0] for field in fields]
    flat = [image.min() == image.max() for image in images]
    constant = sorted({field.number for field, is_flat in zip(fields, flat, strict=True) if is_flat and field.clicks})
    if constant:
        wrong = (f"slice {number} is constant around its click; check the click" for number in constant)
        raise ClickError("\n".join(f"patient {patient}: {clicks_path}: {line}" for line in wrong))
    fields = [field for field, is_flat in zip(fields, flat, strict=True) if not is_flat]
    images = np.stack([image for image, is_flat in zip(images, flat, strict=True) if not is_flat])
    return Clicked(clicks, grid, fields, images, doubts, notes, click_notes)


def prepare(patient: str, pet: str, clicks: str, settings: Preparation, files: PreparedFiles) -> None:
    """Write what networks are shown (see :func:`read_clicked`), field after field, scaled to [0, 1]; the click matrix of
    each; a table of both with the columns ``SLICE_COLUMNS``, where fields start in voxels of the plane; the clicks with the
    columns ``simulated.COLUMNS``, where component counts the clicks of a slice, and index, the field in which they have
    their row and column; and the :class:`Grid`, which starts around the body.

    ``pet`` and ``clicks`` are paths. Raises ScanError or ClickError if scan or clicks cannot be used.
    """
    found = read_clicked(read_nifti_pet(pet, patient), patient, clicks, settings)
    places = [[field.grid.pixel_of_voxel(*click.voxel) for click in found.clicks] for field in found.fields]
    inside = [
        [place[1:] for place in of_field if place is not None and place[0] == field.number]
        for field, of_field in zip(found.fields, places, strict=True)
    ]
    table, rows = [], []
    for index, (field, within) in enumerate(zip(found.fields, inside, strict=True)):
        table.append((patient, index, field.number, len(within), *field.grid.start))
        for order in field.clicks:
            rows.append((order, field.number, *places[index][order][1:], *found.clicks[order].voxel, index))
    rows.sort()
    counted = [sum(earlier[1] == number for earlier in rows[:n]) for n, (_, number, *_) in enumerate(rows, start=1)]
    write_array(files.slices_npy, scale_to_unit(found.images))
    write_array(files.clicks_npy, np.array([click_matrix(within, settings.size) for within in inside], np.uint8))
    write_rows(files.slices_csv, SLICE_COLUMNS, table)
    lines = [(patient, row[1], component, *row[2:]) for component, row in zip(counted, rows, strict=True)]
    write_rows(files.clicks_csv, (*COLUMNS, "index"), lines)
    found.grid.write(files.grid_json)
