"""Where else on its slice a click may land: moved by some mm, on the pixel of another kind, or far from the tumour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oneclick.body import body_mask
from oneclick.clicks import center_click, click_matrix, far_from_tumour, label_components, random_click, suvmax_click
from oneclick.grid import Grid
from oneclick.organs import ORGANS, phantom_organs
from oneclick.seeds import generator

DIRECTIONS = 8
MISSES = ("hot spot", *ORGANS, "background", "other side", "air", "nowhere")
"""Where gross misses land; see :func:`miss_places`. Organs are known of phantoms only."""
OWN = "own place"
"""The place that the study clicked, for comparison."""


@dataclass(frozen=True)
class Slices:
    """A patient's tumour slices: ``images`` (n, h, w) in [0, 1], ``truth`` masks uint8 (n, h, w), their ``numbers`` (n,)
    along the scan, ``clicks`` that the study made: matrices uint8 (n, h, w) by kind, and the grid on which they lie."""

    patient: str
    images: np.ndarray
    truth: np.ndarray
    numbers: Sequence[int]
    clicks: dict[str, np.ndarray]
    grid: Grid


@dataclass(frozen=True)
class Clicked:
    """``clicks`` of a patient's slices elsewhere, matrices uint8 (n, h, w) by the kind in whose place they are given;
    ``where`` that is, as columns of a table; ``there`` bool (n,): which slices have such a place."""

    clicks: dict[str, np.ndarray]
    where: dict[str, object]
    there: np.ndarray


def moved(matrices: np.ndarray, distance_mm: float, angle: float, pixel_mm: tuple[float, float]) -> np.ndarray:
    """Click matrices (n, h, w) with each click moved by a distance in mm at an angle in radians from the rows' direction, to
    the nearest pixel; at most to the edge of the slice. ``pixel_mm``: a pixel's size along rows and columns."""
    rows, columns = pixel_mm
    shift = distance_mm * np.array([np.cos(angle) / rows, np.sin(angle) / columns])
    slices, *places = np.nonzero(matrices)
    found = np.zeros_like(matrices)
    ends = zip(places, shift, matrices.shape[1:], strict=True)
    row, column = (np.clip(np.rint(at + by), 0, n - 1).astype(int) for at, by, n in ends)
    found[slices, row, column] = 1
    return found


def offsets(slices: Slices, distances_mm: Sequence[float]) -> Iterator[Clicked]:
    """All clicks of a slice moved by the same vector: distance_mm, and direction in degrees, 0 towards the patient's left
    and 90 towards the back; a distance of 0 has one direction."""
    everywhere = np.ones(len(slices.truth), bool)
    for distance in distances_mm:
        for step in range(DIRECTIONS if distance else 1):
            angle = 2 * np.pi * step / DIRECTIONS
            clicks = {
                kind: moved(matrices, distance, angle, slices.grid.pixel_mm) for kind, matrices in slices.clicks.items()
            }
            yield Clicked(clicks, {"distance_mm": distance, "direction": 360 // DIRECTIONS * step}, everywhere)


def cross(slices: Slices, kinds: Sequence[str]) -> Iterator[Clicked]:
    """The clicks of each kind (clicked) in place of all others."""
    for kind in kinds:
        clicks = dict.fromkeys(slices.clicks, slices.clicks[kind])
        yield Clicked(clicks, {"clicked": kind}, np.ones(len(slices.truth), bool))


def miss_places(
    image: np.ndarray,
    mask: np.ndarray,
    organs: dict[str, np.ndarray],
    pixel_mm: tuple[float, float],
    seed: int,
    patient: str,
    number: int,
) -> dict[str, tuple[int, int] | None]:
    """A pixel (row, column) of a slice (h, w) for each of ``MISSES`` but ``nowhere``, farther than ``clicks.MISS_MM`` from
    all tumours (``mask`` (h, w)); None where there is none.

    ``hot spot``: the hottest. ``brain``, ``tonsil``: the hottest in it, if ``organs``, bool (h, w) by name, have it.
    ``background``: any in the body. ``other side``: that opposite the centre of the largest tumour, mirrored at the body's
    centre of mass from left to right. ``air``: any farther than that from the body as well.
    """
    far, body = far_from_tumour(mask, pixel_mm), body_mask(image)
    outside = far & far_from_tumour(ndimage.binary_fill_holes(body), pixel_mm)

    def drawn(name: str, pixels: np.ndarray) -> tuple[int, int] | None:
        return random_click(pixels, generator(seed, f"{name} click", patient, number)) if pixels.any() else None

    def hottest(pixels: np.ndarray) -> tuple[int, int] | None:
        return suvmax_click(pixels, image) if pixels.any() else None

    labels, _ = label_components(mask, 8)
    row, column = center_click(labels == 1 + np.argmax(np.bincount(labels.ravel())[1:]), "closest")
    row = int(np.clip(np.rint(2 * np.nonzero(body)[0].mean() - row), 0, len(mask) - 1))
    return {
        "hot spot": hottest(far),
        **{name: hottest(far & where) for name, where in organs.items()},
        "background": drawn("background", far & body),
        "other side": (row, column) if far[row, column] else None,
        "air": drawn("air", outside),
    }


def misses(slices: Slices, what: dict) -> Iterator[Clicked]:
    """The study's own clicks (place: ``OWN``), then one click in place of all those of a slice, for each of ``MISSES``.
    ``what``: the study's ``seed`` and, of a ``phantom``, the settings matrix and slices, else None."""
    n, size, seed, patient, grid = len(slices.truth), slices.grid.size, what["seed"], slices.patient, slices.grid
    yield Clicked(slices.clicks, {"place": OWN}, np.ones(n, bool))
    organs = phantom_organs(patient, seed, **what["phantom"], grid=grid, numbers=slices.numbers) if what["phantom"] else {}
    places = []
    for k, number in enumerate(slices.numbers):
        of_slice = {name: where[k] for name, where in organs.items()}
        places.append(miss_places(slices.images[k], slices.truth[k], of_slice, grid.pixel_mm, seed, patient, number))
    for name in places[0]:
        found = [place[name] for place in places]
        matrices = np.stack([click_matrix([place] if place else [], size) for place in found])
        there = np.array([place is not None for place in found])
        yield Clicked(dict.fromkeys(slices.clicks, matrices), {"place": name}, there)
    yield Clicked({kind: np.zeros_like(m) for kind, m in slices.clicks.items()}, {"place": "nowhere"}, np.ones(n, bool))


PLACES = {"offsets": offsets, "cross": cross, "misses": misses}
"""What a question has clicked, by the question's name: each takes a patient's :class:`Slices` and what was asked for."""
