"""One click per tumour component of a slice (Rainio et al. 2024, section 2.2, doi 10.1007/s13721-024-00483-0)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oneclick.clicks.components import label_components
from oneclick.common.arrays import array_file
from oneclick.common.errors import UserError
from oneclick.common.randomness import generator
from oneclick.common.rows import write_rows
from oneclick.data.rows import read_rows
from oneclick.data.stack import read_grids

MISS_MM = 10.0
"""How far from a tumour a hot spot is another one."""
COLUMNS = ("patient", "slice", "component", "row", "column", "i", "j", "k")


def random_click(component: np.ndarray, rng: np.random.Generator) -> tuple[int, int]:
    """A random positive pixel (row, column) of a component (h, w), each with the same chance."""
    row, column = rng.choice(np.argwhere(component))
    return int(row), int(column)


def center_click(component: np.ndarray, rule: str) -> tuple[int, int]:
    """The pixel (row, column) at the centre of mass of a component (h, w).

    ``rule`` ``closest``: the pixel of the component closest to the centre of mass, the first in raster order among
    equals, so that it is always positive (the paper: "the pixel closest to the CM"). ``rounded``: the centre of mass
    rounded on each axis, halves to even, which may fall outside a bent component (the authors' notebook).
    """
    pixels = np.argwhere(component)
    # n * pixel - sum instead of pixel - mean: integers, so that equal distances are equal and ties are not left to rounding.
    offset = len(pixels) * pixels - pixels.sum(axis=0)
    if rule == "closest":
        row, column = pixels[np.argmin((offset**2).sum(axis=1))]
    elif rule == "rounded":
        row, column = np.rint(pixels.mean(axis=0))
    else:
        raise ValueError(f"unknown rule {rule!r} for the centre click: use 'closest' or 'rounded'")
    return int(row), int(column)


def suvmax_click(component: np.ndarray, image: np.ndarray) -> tuple[int, int]:
    """The hottest pixel (row, column) of a component (h, w) on the PET slice (h, w), the first in raster order of equals."""
    row, column = np.unravel_index(np.argmax(np.where(component, image, -np.inf)), component.shape)
    return int(row), int(column)


def inner_click(component: np.ndarray) -> tuple[int, int]:
    """The pixel (row, column) of a component (h, w) that lies deepest in it, farthest from the nearest pixel that does not
    belong to it or from the slice's edge, in pixels; the first in raster order among equals."""
    depth = ndimage.distance_transform_edt(np.pad(component, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(np.argmax(depth), component.shape)
    return int(row), int(column)


def far_from_tumour(mask: np.ndarray, pixel_mm: tuple[float, float]) -> np.ndarray:
    """Which pixels lie farther than ``MISS_MM`` from all of a mask (h, w); ``pixel_mm``: their size along rows and
    columns."""
    return ndimage.distance_transform_edt(np.asarray(mask) == 0, sampling=pixel_mm) > MISS_MM


def human_click(
    aim: tuple[int, int], labels: np.ndarray, image: np.ndarray, rules: "Rules", pixel_mm: tuple[float, float], rng
) -> tuple[int, int]:
    """Where a person clicks who aims at a pixel (row, column): beside it by a 2-D Gaussian of ``rules.human_sigma_mm`` along
    each axis, without a bias, perhaps outside the tumour, but on the slice.

    With the chance ``rules.human_miss`` the person takes another hot spot for the tumour and aims there: at the hottest
    pixel of the slice ``image`` (h, w) that lies farther than ``MISS_MM`` from all components (``labels`` (h, w)), if there
    is one. ``pixel_mm``: a pixel's size along rows and columns.
    """
    misses, offset = rng.random() < rules.human_miss, rng.normal(0, rules.human_sigma_mm, 2)
    if misses:
        far = far_from_tumour(labels, pixel_mm)
        if far.any():
            aim = suvmax_click(far, image)
    place = [at + mm / size for at, mm, size in zip(aim, offset, pixel_mm, strict=True)]
    return tuple(int(np.clip(np.rint(at), 0, n - 1)) for at, n in zip(place, labels.shape, strict=True))


@dataclass(frozen=True)
class Rules:
    """What clicks depend on beside mask and slice. ``connectivity`` of components: 8 or 4. ``center``: see
    :func:`center_click`. ``human_...``: see :func:`human_click`, which aims at a click of the kind ``human_aim``."""

    seed: int = 0
    connectivity: int = 8
    center: str = "closest"
    human_aim: str = "center"
    human_sigma_mm: float = 4.0
    human_miss: float = 0.02


def slice_clicks(
    mask: np.ndarray,
    kind: str,
    patient: str,
    number: int,
    rules: Rules,
    image: np.ndarray | None = None,
    pixel_mm: tuple[float, float] = (1.0, 1.0),
) -> list[tuple[int, int]]:
    """One click (row, column) of ``kind`` for each component of a slice's mask (h, w). ``image``, the PET slice (h, w), is
    needed for ``suvmax`` and ``human``, and ``pixel_mm``, a pixel's size along rows and columns, for the latter.

    Draws are seeded by study, patient, slice number and component, hence the same whatever else is in the study.
    """
    labels, n = label_components(mask, rules.connectivity)

    def click(kind: str, component: int) -> tuple[int, int]:
        inside = labels == component
        if kind == "random":
            return random_click(inside, generator(rules.seed, "random click", patient, number, component))
        if kind == "center":
            return center_click(inside, rules.center)
        if kind == "suvmax":
            return suvmax_click(inside, image)
        if kind == "inner":
            return inner_click(inside)
        if kind == "human":
            rng = generator(rules.seed, "human click", patient, number, component)
            return human_click(click(rules.human_aim, component), labels, image, rules, pixel_mm, rng)
        raise ValueError(f"unknown kind of click {kind!r}: use 'random', 'center', 'suvmax', 'inner' or 'human'")

    return [click(kind, component) for component in range(1, n + 1)]


def click_matrix(clicks: list[tuple[int, int]], size: int) -> np.ndarray:
    """Zeros but for ones at the clicks (row, column): uint8 (size, size), the network's second channel."""
    matrix = np.zeros((size, size), np.uint8)
    for row, column in clicks:
        matrix[row, column] = 1
    return matrix


def write_clicks(
    kind: str,
    masks_npy: str,
    slices_npy: str | None,
    slices_csv: str,
    grids_json: str,
    rules: Rules,
    clicks_csv: str,
) -> None:
    """Write the clicks of one kind on all slices of the stack as a table with the columns of ``COLUMNS``: slice is the index
    along the scan's transaxial axis, component counts from 1 in a slice, row and column are pixels of the resized slice, and
    (i, j, k) is the voxel of the scan at the centre of that pixel. ``slices_npy`` is needed for ``suvmax`` and ``human``."""
    rows, grids = read_rows(slices_csv), read_grids(grids_json)
    masks = np.load(masks_npy, mmap_mode="r")
    images = np.load(slices_npy, mmap_mode="r") if slices_npy else [None] * len(masks)
    table = []
    for patient, number, mask, image in zip(rows["patient"], rows["slice"], masks, images, strict=True):
        grid = grids[patient]
        clicks = slice_clicks(mask, kind, patient, number, rules, image, grid.pixel_mm)
        for component, (row, column) in enumerate(clicks, start=1):
            table.append((patient, number, component, row, column, *grid.voxel_of_pixel(number, row, column)))
    write_rows(clicks_csv, COLUMNS, table)


def numbers_of_clicks(clicks_csv: str) -> Iterator[tuple[str, str, list[int]]]:
    """Where each click of a table stands, in words, its patient, and its slice, row, column, i, j and k.

    Raises UserError if a column is missing or one of these is no whole number: people edit the table.
    """
    with open(clicks_csv, newline="", encoding="utf-8-sig") as file:
        lines = csv.DictReader(file)
        needed = [column for column in COLUMNS if column != "component"]
        if missing := [column for column in needed if column not in (lines.fieldnames or ())]:
            named = f"there is no column {', '.join(missing)}"
            raise UserError(f"{clicks_csv}: {named}; save it with commas, or delete it and run again")
        for click in lines:
            where = f"{clicks_csv}, line {lines.line_num}: patient {click['patient']}, slice {click['slice']}"
            if any(click.get(None, ())):  # beyond the last column: of another line, or of a decimal comma
                raise UserError(f"{where}: there are more cells than columns; mend the line, or delete it")
            try:
                yield where, click["patient"], [int(click[column]) for column in needed[1:]]
            except (TypeError, ValueError):
                named = "slice, row, column, i, j and k"
                raise UserError(f"{where}: {named} are not all whole numbers; mend the line, or delete it") from None


def write_click_matrices(clicks_csv: str, slices_csv: str, grids_json: str, clicks_npy: str) -> None:
    """Write the clicks of a table, which a person may have corrected, as matrices: uint8 (n, size, size), a row a slice of
    the stack. Raises UserError if a click lies on no tumour slice, outside of it, or on another pixel than its voxel."""
    rows, grids = read_rows(slices_csv), read_grids(grids_json)
    row_of = {key: row for row, key in enumerate(zip(rows["patient"], rows["slice"], strict=True))}
    size = next(iter(grids.values())).size
    with array_file(clicks_npy, (len(rows), size, size), np.uint8) as matrices:
        for where, patient, (number, row, column, *voxel) in numbers_of_clicks(clicks_csv):
            if (patient, number) not in row_of:
                raise UserError(f"{where} is no tumour slice of this study; mend the line, or delete it")
            pixel = f"row {row}, column {column}"
            if not (0 <= row < size and 0 <= column < size):
                raise UserError(f"{where}: {pixel} is no pixel of {size} x {size}; mend the line")
            there = grids[patient].voxel_of_pixel(number, row, column)
            if there != tuple(voxel):
                raise UserError(f"{where}: {pixel} is voxel {there}, not {tuple(voxel)}; write both of the same place")
            matrices[row_of[patient, number], row, column] = 1
