"""The networks of all folds of a finished study, applied to a new patient's slices."""

from dataclasses import dataclass

import numpy as np

from oneclick.clicks.encoding import Encoding, encode
from oneclick.common.arrays import write_array
from oneclick.common.tables import read_table
from oneclick.data.grid import Grid
from oneclick.methods.postprocessing import refine
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import with_clicks
from oneclick.segment.prepared import PreparedFiles


@dataclass(frozen=True)
class MethodRules:
    """How the networks' masks are used: the ``methods``, settings by name; the network that decides ``automatic`` on slices
    without a click, None if none does; the ``connectivity`` of components."""

    methods: dict[str, dict]
    automatic: str | None
    connectivity: int


def segment_slices(
    files: PreparedFiles,
    thresholds_csv: str,
    models: list[str],
    clicks: dict[str, str],
    encodings: dict[str, dict],
    rules: MethodRules,
    segmentations: list[str],
    workers: int = 1,
) -> None:
    """Write the masks of each method, uint8 (n, size, size), on a patient's slices.

    ``models``: ONNX files, all folds in their order of one network after those of another, whose thresholds are in
    ``thresholds_csv``; by network, ``clicks``: the kind of click, ``none`` for one that sees the slice alone, and
    ``encodings``: fields of :class:`encoding.Encoding`. ``segmentations``: the files, in the order of the methods. See
    :func:`ensemble.combine` and :func:`ensemble.method_masks`.
    """
    thresholds, images, matrices = read_table(thresholds_csv), np.load(files.slices_npy), np.load(files.clicks_npy)
    pixel_mm, masks, n_folds = Grid.read(files.grid_json).pixel_mm, {}, len(models) // len(clicks)
    for at, (network, kind) in enumerate(clicks.items()):
        seen = None if kind == "none" else encode(matrices, Encoding(**encodings[network]), pixel_mm)
        x = with_clicks(images, seen)
        own = thresholds[thresholds["network"] == network].sort_values("fold")["threshold"].to_numpy()
        of_network = models[at * n_folds : (at + 1) * n_folds]
        masks[network] = combine(np.stack([load_network(path).outputs(x, workers) for path in of_network]), own)
    for method, path in zip(rules.methods.values(), segmentations, strict=True):
        write_array(path, method_masks(masks, matrices, method, rules))


def combine(outputs: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """The masks (n, h, w) of the folds' networks together, uint8: a pixel is positive if the outputs (folds, n, h, w), each
    limited to [0, 1] and less the threshold of its fold (folds,), are above 0 on average.

    A linear output has no bounds, and its training knows none beyond 0 and 1: without the limits one loud fold would
    outvote the others.
    """
    excess = np.clip(outputs, 0, 1) - np.asarray(thresholds, np.float64)[:, None, None, None]
    return (excess.mean(axis=0) > 0).astype(np.uint8)


def method_masks(masks: dict[str, np.ndarray], clicks: np.ndarray, method: dict, rules: MethodRules) -> np.ndarray:
    """The masks (n, h, w) of a ``method`` (its settings) from those of the networks, by name: on slices with a click
    (``clicks`` (n, h, w)) its own network's, refined as the method says; on others those of the automatic network."""
    found = masks[method["network"]].copy()
    for index, matrix in enumerate(clicks):
        if not matrix.any():
            found[index] = masks[rules.automatic][index]
        else:
            found[index] = refine(found[index], matrix if "keep" in method else None, method, rules.connectivity)
    return found
