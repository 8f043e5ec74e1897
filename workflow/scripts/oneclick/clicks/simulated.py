"""One click per tumour component of a slice (Rainio et al. 2024, section 2.2, doi 10.1007/s13721-024-00483-0)."""

import csv
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oneclick.clicks.components import label_components
from oneclick.common.files import whole
from oneclick.common.randomness import generator
from oneclick.common.tables import write_rows
from oneclick.data.grid import Grid

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
    patient: str,
    masks_npy: str,
    slices_npy: str | None,
    slices_csv: str,
    grid_json: str,
    kind: str,
    rules: Rules,
    clicks_npy: str,
    clicks_csv: str,
) -> None:
    """Write the clicks of one patient: matrices uint8 (n, size, size), and a table with the columns of ``COLUMNS``:
    slice is the index along the scan's transaxial axis, component counts from 1 in a slice, row and column are pixels of the
    resized slice, and (i, j, k) is the voxel of the scan at the centre of that pixel. ``slices_npy`` is needed for
    ``suvmax`` and ``human``."""
    masks, grid = np.load(masks_npy, mmap_mode="r"), Grid.read(grid_json)
    with open(slices_csv, newline="") as file:
        numbers = [int(row["slice"]) for row in csv.DictReader(file)]
    images = [None] * len(masks) if slices_npy is None else np.load(slices_npy, mmap_mode="r")
    matrices, table = np.zeros(masks.shape, np.uint8), []
    for index, (mask, image, number) in enumerate(zip(masks, images, numbers, strict=True)):
        clicks = slice_clicks(mask, kind, patient, number, rules, image, grid.pixel_mm)
        matrices[index] = click_matrix(clicks, grid.size)
        for component, (row, column) in enumerate(clicks, start=1):
            table.append((patient, number, component, row, column, *grid.voxel_of_pixel(number, row, column)))
    with whole(clicks_npy) as part:
        np.save(part, matrices)
    write_rows(clicks_csv, COLUMNS, table)
