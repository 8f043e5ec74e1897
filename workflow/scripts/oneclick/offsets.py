"""How far off a click may be: finished networks, without training, on clicks moved by so many mm in eight directions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oneclick import clustered
from oneclick.clicks import label_components
from oneclick.encodings import Encoding, encode
from oneclick.grid import Grid
from oneclick.inputs import read_table, with_clicks
from oneclick.metrics import score_slices
from oneclick.postprocessing import refine, segment
from oneclick.seeds import generator

DIRECTIONS = 8
LOSS = 0.05
"""A loss of median Dice below this is called safe."""
SIZES = ("small", "medium", "large")
"""Thirds of the slices by the radius of their tumours."""


@dataclass(frozen=True)
class Method:
    """A method of a finished study: its row in the config (``settings``), how its network sees clicks, the ``connectivity``
    of components, and the Dice of two empty masks."""

    settings: dict
    encoding: Encoding
    connectivity: int
    both_empty: float


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


def radius_mm(mask: np.ndarray, connectivity: int, pixel_mm: tuple[float, float]) -> float:
    """The radius of a circle with the area of a mask's (h, w) largest component."""
    labels, _ = label_components(mask, connectivity)
    return float(np.sqrt(np.bincount(labels.ravel())[1:].max() * pixel_mm[0] * pixel_mm[1] / np.pi))


def scores_of_moved_clicks(
    images: np.ndarray,
    truth: np.ndarray,
    network_clicks: np.ndarray | None,
    kept_clicks: np.ndarray | None,
    outputs_of: Callable[[np.ndarray], np.ndarray],
    threshold: float,
    method: Method,
    pixel_mm: tuple[float, float],
    distances_mm: Sequence[float],
) -> np.ndarray:
    """Dice (distances, n), the mean over the directions, of slices ``images`` (n, h, w) with the masks ``truth`` when clicks
    are moved: those that the network sees and those that choose components, by the same vector."""
    plain = outputs_of(with_clicks(images, None)) if network_clicks is None else None
    found = np.zeros((len(distances_mm), len(images)))
    for at, distance in enumerate(distances_mm):
        angles = [0.0] if distance == 0 else [2 * np.pi * step / DIRECTIONS for step in range(DIRECTIONS)]
        for angle in angles:
            outputs = plain
            if network_clicks is not None:
                clicks = moved(network_clicks, distance, angle, pixel_mm)
                outputs = outputs_of(with_clicks(images, encode(clicks, method.encoding, pixel_mm)))
            kept = [None] * len(images) if kept_clicks is None else moved(kept_clicks, distance, angle, pixel_mm)
            pairs = zip(segment(outputs, threshold), kept, strict=True)
            masks = np.stack([refine(mask, click, method.settings, method.connectivity) for mask, click in pairs])
            found[at] += score_slices(truth, masks, method.both_empty)["dice"].to_numpy() / len(angles)
    return found


def write_offsets(
    name: str,
    method: Method,
    folds_csv: str,
    thresholds_csv: str,
    models: dict[int, str],
    slices_npys: dict[str, str],
    masks_npys: dict[str, str],
    slices_csvs: dict[str, str],
    grid_jsons: dict[str, str],
    network_clicks_npys: dict[str, str] | None,
    kept_clicks_npys: dict[str, str] | None,
    distances_mm: Sequence[float],
    offsets_csv: str,
    workers: int,
    say: Callable[[str], None],
) -> None:
    """Write the scores of a method's test slices for moved clicks: method, patient, slice, fold, radius_mm (of the tumour),
    distance_mm, dice (mean over the directions). Paths are by patient, models (ONNX) by fold."""
    from oneclick.network import load_network  # here, for classical methods need no ONNX Runtime

    folds, thresholds, tables = read_table(folds_csv), read_table(thresholds_csv).set_index("fold")["threshold"], []
    for fold, path in models.items():
        network = load_network(path)
        for patient in folds.loc[folds["fold"] == fold, "patient"]:
            truth, pixel_mm = np.load(masks_npys[patient]), Grid.read(grid_jsons[patient]).pixel_mm
            dice = scores_of_moved_clicks(
                np.load(slices_npys[patient]),
                truth,
                network_clicks_npys and np.load(network_clicks_npys[patient]),
                kept_clicks_npys and np.load(kept_clicks_npys[patient]),
                lambda x, network=network: network.outputs(x, workers),
                thresholds[fold],
                method,
                pixel_mm,
                distances_mm,
            )
            slices = read_table(slices_csvs[patient])[["patient", "slice"]].assign(method=name, fold=fold)
            slices["radius_mm"] = [radius_mm(mask, method.connectivity, pixel_mm) for mask in truth]
            for distance, row in zip(distances_mm, dice, strict=True):
                tables.append(slices.assign(distance_mm=distance, dice=row))
        say(f"fold {fold} done")
    columns = ["method", "patient", "slice", "fold", "radius_mm", "distance_mm", "dice"]
    pd.concat(tables)[columns].to_csv(offsets_csv, index=False)


def with_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """A table of :func:`write_offsets` with the column size: the third of the slices, by radius, that a slice is in."""
    slices = table.drop_duplicates(["patient", "slice"])
    edges = slices["radius_mm"].quantile([1 / 3, 2 / 3]).to_numpy()
    return table.assign(size=np.array(SIZES)[np.searchsorted(edges, table["radius_mm"], side="left")])


def curve(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Of one method, a row per distance: distance_mm, median_dice, its 95 % interval when patients are drawn (ci_low,
    ci_high), loss (of the median Dice of unmoved clicks)."""
    wide = table.pivot(index=["patient", "slice"], columns="distance_mm", values="dice")
    patients = wide.index.get_level_values("patient").to_numpy()
    medians = np.median(wide, axis=0)
    low, high = clustered.bootstrap_intervals(
        wide.to_numpy(), patients, lambda x: np.median(x, axis=0), generator(seed, "bootstrap", "offsets"), draws=1000
    )
    return pd.DataFrame(
        {"distance_mm": wide.columns, "median_dice": medians, "ci_low": low, "ci_high": high, "loss": medians[0] - medians}
    )


def safe_radius(curve_of_method: pd.DataFrame) -> float:
    """The largest distance in mm up to which every loss of median Dice is below ``LOSS``."""
    safe = (curve_of_method["loss"] < LOSS).to_numpy()
    return float(curve_of_method["distance_mm"].to_numpy()[: len(safe) if safe.all() else int(np.argmin(safe))][-1])


def offset_tables(table: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The curves of all methods (method, then :func:`curve`), and the safe radii: method, size (all, small, medium, large),
    n_slices, radius_mm (median of the tumours), median_dice (of unmoved clicks), safe_radius_mm."""
    curves, radii = [], []
    for method, of_method in with_sizes(table).groupby("method", sort=False):
        curves.append(curve(of_method, seed).assign(method=method))
        for size in ("all", *SIZES):
            part = of_method if size == "all" else of_method[of_method["size"] == size]
            if len(part):
                found, slices = curve(part, seed), part.drop_duplicates(["patient", "slice"])
                dice = found["median_dice"].iloc[0]
                radii.append((method, size, len(slices), slices["radius_mm"].median(), dice, safe_radius(found)))
    columns = ["method", "size", "n_slices", "radius_mm", "median_dice", "safe_radius_mm"]
    curves = pd.concat(curves, ignore_index=True)
    return curves[["method", *(c for c in curves.columns if c != "method")]], pd.DataFrame(radii, columns=columns)
