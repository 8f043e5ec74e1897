"""Where else on its slice a click may land: moved by some mm, on the pixel of another kind, or far from the tumour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oneclick.clicks.components import label_components
from oneclick.clicks.moved import moved
from oneclick.clicks.simulated import center_click, click_matrix, far_from_tumour, random_click, suvmax_click
from oneclick.common.randomness import generator
from oneclick.data.body import body_mask
from oneclick.data.stack import PatientSlices
from oneclick.other_clicks.place_names import OWN
from oneclick.phantom.organs import phantom_organs

DIRECTIONS = 8


Clicks = dict[str, np.ndarray]
"""A patient's click matrices uint8 (n, h, w) by kind."""


@dataclass(frozen=True)
class Clicked:
    """``clicks`` of a patient's slices elsewhere, by the kind in whose place they are given; ``where`` that is, as columns
    of a table; ``there`` bool (n,): which slices have such a place."""

    clicks: Clicks
    where: dict[str, object]
    there: np.ndarray


def offsets(slices: PatientSlices, clicks: Clicks, distances_mm: Sequence[float]) -> Iterator[Clicked]:
    """All clicks of a slice moved by the same vector: distance_mm, and direction in degrees, 0 towards the patient's left
    and 90 towards the back; a distance of 0 has one direction."""
    for distance in distances_mm:
        for step in range(DIRECTIONS if distance else 1):
            angle = 2 * np.pi * step / DIRECTIONS
            found = {kind: moved(matrices, distance, angle, slices.grid.pixel_mm) for kind, matrices in clicks.items()}
            where = {"distance_mm": distance, "direction": 360 // DIRECTIONS * step}
            yield Clicked(found, where, np.ones(len(slices.masks), bool))


def cross(slices: PatientSlices, clicks: Clicks, kinds: Sequence[str]) -> Iterator[Clicked]:
    """The clicks of each kind (clicked) in place of all others."""
    for kind in kinds:
        yield Clicked(dict.fromkeys(clicks, clicks[kind]), {"clicked": kind}, np.ones(len(slices.masks), bool))


def miss_places(
    image: np.ndarray,
    mask: np.ndarray,
    organs: dict[str, np.ndarray],
    pixel_mm: tuple[float, float],
    seed: int,
    patient: str,
    number: int,
) -> dict[str, tuple[int, int] | None]:
    """A pixel (row, column) of a slice (h, w) for each of ``MISSES`` but ``nowhere``, farther than ``MISS_MM`` from
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


def misses(slices: PatientSlices, clicks: Clicks, seed: int, phantom: dict | None) -> Iterator[Clicked]:
    """The study's own clicks (place: ``OWN``), then one click in place of all those of a slice, for each of ``MISSES``.
    ``seed``: the study's. ``phantom``: the settings matrix and slices of one, else None."""
    patient, grid, everywhere = slices.patient, slices.grid, np.ones(len(slices.masks), bool)
    yield Clicked(clicks, {"place": OWN}, everywhere)
    organs = phantom_organs(patient, seed, **phantom, grid=grid, numbers=slices.numbers) if phantom else {}
    places = []
    for k, number in enumerate(slices.numbers):
        of_slice = {name: where[k] for name, where in organs.items()}
        places.append(miss_places(slices.images[k], slices.masks[k], of_slice, grid.pixel_mm, seed, patient, number))
    for name in places[0]:
        found = [place[name] for place in places]
        matrices = np.stack([click_matrix([place] if place else [], grid.size) for place in found])
        yield Clicked(dict.fromkeys(clicks, matrices), {"place": name}, np.array([place is not None for place in found]))
    yield Clicked({kind: np.zeros_like(m) for kind, m in clicks.items()}, {"place": "nowhere"}, everywhere)


PLACES = {"offsets": offsets, "cross": cross, "misses": misses, "readers": cross}
"""What a question has clicked, by the question's name: each takes a patient's slices, the clicks that the study made on them
and the question's settings."""
