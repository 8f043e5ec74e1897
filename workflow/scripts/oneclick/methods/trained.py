"""Methods of a finished study: trained networks and their thresholds, ready to be given other clicks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from oneclick.clicks.encoding import Encoding, encode
from oneclick.common.tables import read_table
from oneclick.data.stack import PatientSlices
from oneclick.methods.method import Method
from oneclick.methods.postprocessing import refine, segment
from oneclick.networks.inputs import with_clicks


@dataclass(frozen=True)
class Asked:
    """A network of a finished study and its ``methods``, settings by name: the kind of click that the network sees (none if
    it sees none), how it sees them, and the ``connectivity`` of components."""

    methods: dict[str, dict]
    network_clicks: str
    encoding: Encoding
    connectivity: int


def remembered(outputs_of: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Outputs (n, h, w) of a patient's slices from their click matrices (n, h, w), each slice computed only once with the
    same clicks: moved ones often end on the same pixel, and methods share networks. ``outputs_of``: from the indices (m,)
    of slices and their matrices (m, h, w) to outputs (m, h, w)."""
    known = {}

    def outputs(matrices: np.ndarray) -> np.ndarray:
        keys = [(index, matrix.tobytes()) for index, matrix in enumerate(matrices)]
        new = np.array([index for index, key in enumerate(keys) if key not in known], int)
        if len(new):
            known.update(zip([keys[index] for index in new], outputs_of(new, matrices[new]), strict=True))
        return np.stack([known[key] for key in keys])

    return outputs


def network_method(
    outputs_of: Callable[[np.ndarray | None], np.ndarray], threshold: float, asked: Asked, settings: dict
) -> Method:
    """A method of a network with certain ``settings``. ``outputs_of``: from click matrices (n, h, w), None for a network
    that sees none, to its raw outputs (n, h, w)."""

    def masks(clicks: dict[str, np.ndarray]) -> np.ndarray:
        found = segment(outputs_of(clicks.get(asked.network_clicks)), threshold)
        kept = clicks[settings["keep"]] if "keep" in settings else [None] * len(found)
        return np.stack([refine(m, c, settings, asked.connectivity) for m, c in zip(found, kept, strict=True)])

    return masks


@dataclass(frozen=True)
class TrainedNetwork:
    """The files of a trained network, in the order of the folds: ``models`` (ONNX), or, of a network that sees no clicks,
    ``predictions`` on all slices of the stack; and its thresholds."""

    thresholds_csv: str
    models: list[str]
    predictions: list[str]


def network_methods(asked: Asked, files: TrainedNetwork, workers: int) -> Callable[[PatientSlices], dict[str, Method]]:
    """The function that makes the methods of a network for a patient, whose rows have the fold.

    A test slice is seen by the training of its fold, ``workers`` slices at a time; of a network that sees no clicks what it
    predicted is taken instead.
    """
    from oneclick.networks.inference import load_network  # here, for classical methods need no ONNX Runtime

    thresholds = read_table(files.thresholds_csv).set_index("fold")["threshold"]
    network_of = cache(lambda fold: load_network(files.models[fold - 1]))

    def methods_of(slices: PatientSlices) -> dict[str, Method]:
        fold = slices.rows["fold"].iloc[0]
        if files.models:

            def see(rows: np.ndarray, matrices: np.ndarray) -> np.ndarray:
                x = with_clicks(slices.images[rows], encode(matrices, asked.encoding, slices.grid.pixel_mm))
                return network_of(fold).outputs(x, workers)

            outputs_of = remembered(see)
        else:
            stored = np.load(files.predictions[fold - 1], mmap_mode="r")[slices.where]

            def outputs_of(_: None) -> np.ndarray:
                return stored

        return {name: network_method(outputs_of, thresholds[fold], asked, row) for name, row in asked.methods.items()}

    return methods_of
