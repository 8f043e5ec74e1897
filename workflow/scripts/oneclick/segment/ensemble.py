"""The networks of all folds of a finished study, applied to a new patient's slices."""

import numpy as np

from oneclick.clicks.encoding import Encoding, encode
from oneclick.common.arrays import write_array
from oneclick.common.tables import read_table
from oneclick.data.grid import Grid
from oneclick.methods.postprocessing import refine
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import with_clicks


def segment_slices(
    slices_npy: str,
    matrices_npy: str,
    grid_json: str,
    thresholds_csv: str,
    models: dict[str, list[str]],
    clicks_of: dict[str, str],
    encodings: dict[str, Encoding],
    methods: dict[str, dict],
    automatic: str | None,
    connectivity: int,
    segmentations: dict[str, str],
    workers: int = 1,
) -> None:
    """Write the masks of each method, uint8 (n, size, size), on the slices that :func:`new_patient.prepare` made.

    ``models``: ONNX files by network, in the order of the folds, whose thresholds are in ``thresholds_csv``;
    ``clicks_of``: the kind of click by network, ``none`` for one that sees the slice alone; ``encodings`` by network. See
    :func:`ensemble.combine` and :func:`ensemble.method_masks`.
    """
    thresholds, images, matrices = read_table(thresholds_csv), np.load(slices_npy), np.load(matrices_npy)
    pixel_mm, masks = Grid.read(grid_json).pixel_mm, {}
    for network, paths in models.items():
        clicks = None if clicks_of[network] == "none" else encode(matrices, encodings[network], pixel_mm)
        x = with_clicks(images, clicks)
        own = thresholds[thresholds["network"] == network].sort_values("fold")["threshold"].to_numpy()
        masks[network] = combine(np.stack([load_network(path).outputs(x, workers) for path in paths]), own)
    for method, path in segmentations.items():
        write_array(path, method_masks(masks, matrices, methods[method], automatic, connectivity))


def combine(outputs: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """The masks (n, h, w) of the folds' networks together, uint8: a pixel is positive if the outputs (folds, n, h, w), each
    limited to [0, 1] and less the threshold of its fold (folds,), are above 0 on average.

    A linear output has no bounds, and its training knows none beyond 0 and 1: without the limits one loud fold would
    outvote the others.
    """
    excess = np.clip(outputs, 0, 1) - np.asarray(thresholds, np.float64)[:, None, None, None]
    return (excess.mean(axis=0) > 0).astype(np.uint8)


def method_masks(
    masks: dict[str, np.ndarray], clicks: np.ndarray, method: dict, automatic: str | None, connectivity: int
) -> np.ndarray:
    """A method's masks (n, h, w) from those of the networks, by name: on slices with a click (``clicks`` (n, h, w)) its own
    network's, refined as the method says; on others those of the network ``automatic``."""
    found = masks[method["network"]].copy()
    for index, matrix in enumerate(clicks):
        if not matrix.any():
            found[index] = masks[automatic][index]
        else:
            found[index] = refine(found[index], matrix if "keep" in method else None, method, connectivity)
    return found
