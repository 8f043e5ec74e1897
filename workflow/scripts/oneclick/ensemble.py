"""The networks of all folds of a finished study, applied to a new patient's slices."""

import numpy as np

from oneclick.encodings import Encoding, encode
from oneclick.files import whole
from oneclick.grid import Grid
from oneclick.inputs import read_table, with_clicks
from oneclick.network import load_network
from oneclick.newpatient import combine, method_masks


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
    """Write the masks of each method, uint8 (n, size, size), on the slices that :func:`newpatient.prepare` made.

    ``models``: ONNX files by network, in the order of the folds, whose thresholds are in ``thresholds_csv``;
    ``clicks_of``: the kind of click by network, ``none`` for one that sees the slice alone; ``encodings`` by network. See
    :func:`newpatient.combine` and :func:`newpatient.method_masks`.
    """
    thresholds, images, matrices = read_table(thresholds_csv), np.load(slices_npy), np.load(matrices_npy)
    pixel_mm, masks = Grid.read(grid_json).pixel_mm, {}
    for network, paths in models.items():
        clicks = None if clicks_of[network] == "none" else encode(matrices, encodings[network], pixel_mm)
        x = with_clicks(images, clicks)
        own = thresholds[thresholds["network"] == network].sort_values("fold")["threshold"].to_numpy()
        masks[network] = combine(np.stack([load_network(path).outputs(x, workers) for path in paths]), own)
    for method, path in segmentations.items():
        with whole(path) as part:
            np.save(part, method_masks(masks, matrices, methods[method], automatic, connectivity))
