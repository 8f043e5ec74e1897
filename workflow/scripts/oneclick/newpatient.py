"""A new patient: from a scan without a mask and real clicks to the slices that a finished study's networks segment."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from oneclick.clickfiles import Click, ClickError, check_clicks_in_body, read_clicks
from oneclick.clicks import COLUMNS, click_matrix
from oneclick.csv_files import write_rows
from oneclick.errors import UserError
from oneclick.export import scan_mask
from oneclick.grid import Grid, grid_of, resize
from oneclick.inputs import read_table
from oneclick.lesions import lesion_table
from oneclick.postprocessing import keep_clicked_components
from oneclick.scans import read_pet
from oneclick.slices import scale_to_unit
from oneclick.volume import read_nifti_pet, write_like

SLICE_COLUMNS = ("patient", "index", "slice", "n_clicks")


def check_new_patients(
    patients: list[str], pets: list[str], clicks: list[str], background: str, csv: str, say: Callable[[str], None]
) -> None:
    """Read all scans and clicks before anything is segmented, and write a table of them: patient, shape, n_clicks.

    Raises UserError with a line for each problem, and writes nothing, if there is one.
    """
    rows, problems = [], []
    for patient, pet_path, clicks_path in zip(patients, pets, clicks, strict=True):
        try:
            pet = read_pet(pet_path, patient)
            shape = " x ".join(map(str, pet.data.shape))
            rows.append((patient, shape, len(read_clicks(clicks_path, patient, pet.affine, pet.data.shape, background)[0])))
        except UserError as error:
            problems += str(error).splitlines()
    if problems:
        n = len(problems)
        raise UserError(f"{n} problem{'s' * (n > 1)} with scans and clicks\n" + "\n".join(problems))
    write_rows(csv, ("patient", "shape", "n_clicks"), rows)
    say(f"{len(rows)} patients, {sum(row[2] for row in rows)} clicks")


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


def prepare(
    patient: str,
    pet_path: str,
    clicks_path: str,
    background: str,
    unclicked: str,
    size: int,
    spacing: float | None,
    resize_pet: str,
    slices_npy: str,
    matrices_npy: str,
    slices_csv: str,
    clicks_csv: str,
    grid_json: str,
    say: Callable[[str], None],
) -> None:
    """Write the slices to segment, scaled to [0, 1]: those with a click, or with ``unclicked`` ``automatic`` all that are
    not constant; the click matrix of each; a table of both with the columns ``SLICE_COLUMNS``; the clicks with the columns
    ``clicks.COLUMNS``, where component counts the clicks of a slice; and the :class:`Grid`.

    Says clicks in air and points left out. Raises ScanError or ClickError if scan or clicks cannot be used.
    """
    pet = read_nifti_pet(pet_path, patient)
    clicks, notes = read_clicks(clicks_path, patient, pet.affine, pet.data.shape, background)
    for line in notes + check_clicks_in_body(clicks, pet.data, patient):
        say(f"warning: {line}")
    grid = grid_of(pet.data, pet.affine, size, spacing)
    places = place_clicks(clicks, grid, patient, clicks_path)
    images = resize(grid.planes(pet.data), grid, resize_pet)
    constant = images.min(axis=(1, 2)) == images.max(axis=(1, 2))
    clicked = sorted({number for number, _, _ in places})
    if constant[clicked].any():
        flat = clicked[int(np.argmax(constant[clicked]))]
        raise ClickError(f"patient {patient}: {clicks_path}: slice {flat} has a click but is constant; check the click")
    numbers = clicked if unclicked == "skip" else np.flatnonzero(~constant).tolist()
    by_slice = {number: [place[1:] for place in places if place[0] == number] for number in numbers}
    matrices = [click_matrix(by_slice[number], size) for number in numbers]
    table, found = [], []
    for index, number in enumerate(numbers):
        table.append((patient, index, number, len(by_slice[number])))
    for (number, row, column), click in zip(places, clicks, strict=True):
        component = 1 + sum(earlier[1] == number for earlier in found)
        found.append((patient, number, component, row, column, *click.voxel))
    np.save(slices_npy, scale_to_unit(images[numbers]))
    np.save(matrices_npy, np.array(matrices, np.uint8))
    write_rows(slices_csv, SLICE_COLUMNS, table)
    write_rows(clicks_csv, COLUMNS, found)
    grid.write(grid_json)


def combine(outputs: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """The masks (n, h, w) of the folds' networks together, uint8: a pixel is positive if the outputs (folds, n, h, w), each
    less the threshold of its fold (folds,), are above 0 on average."""
    excess = outputs - np.asarray(thresholds, np.float64)[:, None, None, None]
    return (excess.mean(axis=0) > 0).astype(np.uint8)


def method_masks(
    masks: dict[str, np.ndarray], clicks: np.ndarray, method: dict, automatic: str | None, connectivity: int
) -> np.ndarray:
    """A method's masks (n, h, w) from those of the networks, by name: on slices with a click (``clicks`` (n, h, w)) its own
    network's, of which clicked components are kept if the method says so; on others those of the network ``automatic``."""
    found = masks[method["network"]].copy()
    for index, matrix in enumerate(clicks):
        if not matrix.any():
            found[index] = masks[automatic][index]
        elif "keep" in method:
            found[index] = keep_clicked_components(found[index], matrix, connectivity)
    return found


def measure(
    patient: str,
    pet_path: str,
    grid_json: str,
    slices_csv: str,
    clicks_csv: str,
    segmentations: dict[str, str],
    masks: dict[str, str],
    lesions_csv: str,
    say: Callable[[str], None],
) -> None:
    """Write each method's mask on the scan, and a table of its lesions: patient, method and the columns of
    :func:`lesions.lesion_table`. Says each clicked slice on which a method segments nothing. Paths are by method."""
    pet, grid = read_nifti_pet(pet_path, patient), Grid.read(grid_json)
    slices, clicks = read_table(slices_csv), read_table(clicks_csv)
    voxels = [Click(tuple(int(row[axis]) for axis in "ijk")) for row in clicks.to_dict("records")]
    tables = []
    for method, path in segmentations.items():
        found = np.load(path)
        for number, n_clicks, mask in zip(slices["slice"], slices["n_clicks"], found, strict=True):
            if n_clicks and not mask.any():
                say(f"warning: patient {patient}: {method} segments nothing on the clicked slice {number}")
        mask = scan_mask(found, slices["slice"].to_numpy(), grid)
        write_like(masks[method], mask, pet_path, text=f"oneclick-pet, {grid}")
        table = lesion_table(mask, pet.data, pet.affine, voxels)
        table.insert(0, "method", method)
        table.insert(0, "patient", patient)
        tables.append(table)
    filled = [table for table in tables if len(table)] or tables[:1]
    Path(lesions_csv).write_text("".join(t.to_csv(index=False, header=not n) for n, t in enumerate(filled)), "utf-8")
