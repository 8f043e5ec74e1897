"""Read all scans and clicks of new patients before anything is segmented, and say all that is wrong with them at once."""

from collections.abc import Callable
from functools import partial

import nibabel as nib
import pandas as pd

from oneclick.clicks.files import clicks_in_air
from oneclick.clicks.tables import lines_of_table
from oneclick.common.errors import UserError
from oneclick.common.tables import write_table
from oneclick.data.findings import finding, say_findings
from oneclick.data.plausibility import pet_doubts, unit_doubts
from oneclick.data.scans import read_pet
from oneclick.segment.new_patient import Preparation, read_clicked
from oneclick.segment.uptake import doubtful_system

COLUMNS = ("patient", "level", "file", "problem", "mend", "shape", "voxel_mm", "pixel_mm", "suv_from", "n_clicks")


_row = partial(finding, COLUMNS)


def check_patient(patient: str, pet_path: str, clicks_path: str, settings: Preparation) -> list[dict]:
    """The rows of one patient, with the columns of ``COLUMNS``: a warning for each doubt, or one row of level ``ok``, and a
    note for all that was done. Raises ScanError or ClickError if scan or clicks cannot be used."""
    pet = read_pet(pet_path, patient)
    found = read_clicked(pet, patient, clicks_path, settings)
    of_unit = [] if pet.suv_from else unit_doubts(pet.data)
    of_scan = [*pet.doubts, *pet_doubts(pet, found.grid), *of_unit, *found.doubts]
    of_clicks = clicks_in_air(found.clicks, pet.data) + doubtful_system(found.clicks, pet.data, pet.affine)
    warnings, notes = [], []
    for path, doubts, noted in (
        (pet_path, of_scan, [*pet.notes, *found.notes]),
        (clicks_path, of_clicks, found.click_notes),
    ):
        warnings += [_row(patient, "warning", path, doubt.problem, doubt.mend) for doubt in doubts]
        notes += [_row(patient, "note", path, note) for note in noted]
    numbers = {
        "shape": " x ".join(map(str, pet.data.shape)),
        "voxel_mm": " x ".join(f"{mm:.3g}" for mm in nib.affines.voxel_sizes(pet.affine)),
        "pixel_mm": " x ".join(f"{mm:.3g}" for mm in found.grid.pixel_mm),
        "suv_from": pet.suv_from,
        "n_clicks": len(found.clicks),
    }
    return [row | numbers for row in [*(warnings or [_row(patient, "ok")]), *notes]]


def check_new_patients(
    patients: list[str],
    pets: list[str],
    clicks: list[str],
    settings: Preparation,
    phantom: bool,
    trained_on: str | None,
    csv: str,
    say: Callable[[str], None],
) -> None:
    """Write a table of what :func:`check_patient` finds, say its warnings, and print its notes, which go to the log. Raises
    UserError with a line for each problem, and writes nothing, if there is one. ``phantom``: the study's patients were
    simulated; ``trained_on``: what networks that were shared were trained on, in words, None if nothing says so."""
    rows, problems = [], []
    if phantom:
        wrong = "the networks were trained on phantoms, so their masks of patients are no evidence of anything"
        mend = "use networks that were trained on patients"
        rows.append(_row("", "warning", file="segment.models", problem=wrong, mend=mend))
    elif trained_on:
        mend = "look at each mask, for of other scans they know nothing"
        rows.append(
            _row("", "warning", file="segment.models", problem=f"the networks were trained on {trained_on}", mend=mend)
        )
    if settings.seen_mm is None and settings.spacing is None:
        wrong = "the study was finished before it kept its pixel sizes, so slices are not resampled to them"
        mend = "compare the pixel_mm of this table with the study's, or run the study again"
        rows.append(_row("", "warning", file="segment.models", problem=wrong, mend=mend))
    for of_patient in zip(patients, pets, clicks, strict=True):
        try:
            rows += check_patient(*of_patient, settings)
        except UserError as error:
            problems += str(error).splitlines()
    for path in dict.fromkeys(path for path in clicks if str(path).lower().endswith(".csv")):
        for name in sorted(lines_of_table(path).keys() - set(patients)):
            problems.append(f"{path}: it has clicks of patient {name}, who has no PET; mend the name, or leave them out")
    table = pd.DataFrame(rows, columns=COLUMNS)
    say_findings(table, say)
    if problems:
        n = len(problems)
        raise UserError(f"{n} problem{'s' * (n > 1)} with scans and clicks\n" + "\n".join(problems))
    write_table(table, csv)
