"""One click per tumour component of a slice (Rainio et al. 2024, section 2.2, doi 10.1007/s13721-024-00483-0)."""

import csv

import numpy as np
from scipy import ndimage

from oneclick.csv_files import write_rows
from oneclick.grid import Grid
from oneclick.seeds import generator

COLUMNS = ("patient", "slice", "component", "row", "column", "i", "j", "k")


def label_components(mask: np.ndarray, connectivity: int) -> tuple[np.ndarray, int]:
    """Labels (h, w) of the components of a mask (h, w), 1 to n in raster order, and n.

    ``connectivity``: 8 (pixels that touch at a corner belong together, as in the authors' notebook) or 4 (the default of
    the function that the paper names, scipy.ndimage.label).
    """
    return ndimage.label(mask, structure=ndimage.generate_binary_structure(2, {4: 1, 8: 2}[connectivity]))


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


def slice_clicks(
    mask: np.ndarray,
    kind: str,
    patient: str,
    number: int,
    seed: int,
    connectivity: int,
    center_rule: str,
    image: np.ndarray | None = None,
) -> list[tuple[int, int]]:
    """One click (row, column) of ``kind`` for each component of a slice's mask (h, w); ``image``, the PET slice (h, w), is
    needed for ``suvmax`` only.

    Random clicks are seeded by study, patient, slice number and component, hence the same whatever else is in the study.
    """
    labels, n = label_components(mask, connectivity)
    clicks = []
    for component in range(1, n + 1):
        if kind == "random":
            rng = generator(seed, "random click", patient, number, component)
            clicks.append(random_click(labels == component, rng))
        elif kind == "center":
            clicks.append(center_click(labels == component, center_rule))
        elif kind == "suvmax":
            clicks.append(suvmax_click(labels == component, image))
        elif kind == "inner":
            clicks.append(inner_click(labels == component))
        else:
            raise ValueError(f"unknown kind of click {kind!r}: use 'random', 'center', 'suvmax' or 'inner'")
    return clicks


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
    seed: int,
    connectivity: int,
    center_rule: str,
    clicks_npy: str,
    clicks_csv: str,
) -> None:
    """Write the clicks of one patient: matrices uint8 (n, size, size), and a table with the columns of ``COLUMNS``:
    slice is the index along the scan's transaxial axis, component counts from 1 in a slice, row and column are pixels of the
    resized slice, and (i, j, k) is the voxel of the scan at the centre of that pixel. ``slices_npy`` is read for ``suvmax``
    only."""
    masks, grid = np.load(masks_npy, mmap_mode="r"), Grid.read(grid_json)
    with open(slices_csv, newline="") as file:
        numbers = [int(row["slice"]) for row in csv.DictReader(file)]
    images = [None] * len(masks) if slices_npy is None else np.load(slices_npy, mmap_mode="r")
    matrices, table = np.zeros(masks.shape, np.uint8), []
    for index, (mask, image, number) in enumerate(zip(masks, images, numbers, strict=True)):
        clicks = slice_clicks(mask, kind, patient, number, seed, connectivity, center_rule, image)
        matrices[index] = click_matrix(clicks, grid.size)
        for component, (row, column) in enumerate(clicks, start=1):
            table.append((patient, number, component, row, column, *grid.voxel_of_pixel(number, row, column)))
    np.save(clicks_npy, matrices)
    write_rows(clicks_csv, COLUMNS, table)
