"""Where a phantom's organs lie on its slices, for their anatomy is known."""

import numpy as np

from oneclick.common.randomness import generator
from oneclick.data.grid import Grid
from oneclick.phantom.anatomy import paint
from oneclick.phantom.organ_names import ORGANS
from oneclick.phantom.patient import draw_patient
from oneclick.phantom.shapes import Axes, ellipsoid_level


def phantom_organs(
    patient: str, seed: int, matrix: int, slices: tuple[int, int] | None, grid: Grid, numbers: np.ndarray
) -> dict[str, np.ndarray]:
    """Where the brain (with the cerebellum) and the palatine tonsils of a phantom are, bool (n, h, w), on its slices
    ``numbers`` (n,): the pixels whose centre lies in them. ``matrix`` and ``slices`` as :func:`patient.make_patient` was
    given them."""
    head, _, axes = draw_patient(patient, seed, matrix, slices)
    centres = [
        np.interp(start + (np.arange(grid.size) + 0.5) * pixel - 0.5, np.arange(len(axis)), axis)
        for start, pixel, axis in zip(grid.start, grid.pixel, (axes.x, axes.y), strict=True)
    ]
    sampled = Axes(*centres, axes.z[numbers])
    _, body, brain = paint(head, sampled, generator(seed, "phantom tissue", patient))
    tonsils = [part for part in head.structures if part.name == "palatine tonsil"]
    tonsil = np.any([ellipsoid_level(sampled, part.centre, part.radii) < 1 for part in tonsils], axis=0)
    return {name: np.moveaxis(where & body, 2, 0) for name, where in zip(ORGANS, (brain, tonsil), strict=True)}
