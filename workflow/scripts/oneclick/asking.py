"""Methods of a finished study asked again, without training, with clicks in other places."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from oneclick.clicks import label_components
from oneclick.encodings import Encoding, encode
from oneclick.grid import Grid
from oneclick.inputs import places_of, read_table, with_clicks
from oneclick.metrics import score_slices
from oneclick.places import PLACES, Clicked, Slices
from oneclick.postprocessing import refine, segment

Method = Callable[[dict[str, np.ndarray]], np.ndarray]
"""All that a method is here: from click matrices (n, h, w) by kind to its masks uint8 (n, h, w) of a patient's slices."""

ANSWER = ("dice", "n_false", "false_components")


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


def false_components(truth: np.ndarray, mask: np.ndarray, connectivity: int) -> int:
    """How many components of a mask (h, w) have no pixel of the true one."""
    labels, n = label_components(mask, connectivity)
    return n - len(np.unique(labels[(truth > 0) & (labels > 0)]))


def ask(
    methods: dict[str, Method], clicked: Iterable[Clicked], truth: np.ndarray, both_empty: float, connectivity: int
) -> pd.DataFrame:
    """A row for each place that was ``clicked``, method and slice that has such a place: row (of the slices with the masks
    ``truth`` (n, h, w)), the columns of the place, method, dice, n_false (predicted pixels outside the true mask) and
    false_components."""
    tables = []
    for place in clicked:
        for name, method in methods.items():
            masks = method(place.clicks)
            scores = score_slices(truth, masks, both_empty)
            answer = pd.DataFrame({"row": np.arange(len(truth))}).assign(**place.where, method=name, dice=scores["dice"])
            answer["n_false"] = scores["n_pred"] - scores["n_overlap"]
            answer["false_components"] = [false_components(*pair, connectivity) for pair in zip(truth, masks, strict=True)]
            tables.append(answer[place.there])
    return pd.concat(tables, ignore_index=True)


def radius_mm(mask: np.ndarray, connectivity: int, pixel_mm: tuple[float, float]) -> float:
    """The radius of a circle with the area of a mask's (h, w) largest component."""
    labels, _ = label_components(mask, connectivity)
    return float(np.sqrt(np.bincount(labels.ravel())[1:].max() * pixel_mm[0] * pixel_mm[1] / np.pi))


def network_methods(
    asked: Asked,
    folds_csv: str,
    thresholds_csv: str,
    models: dict[int, str] | None,
    outputs_npys: dict[int, str] | None,
    workers: int,
) -> Callable[[str, np.ndarray, Grid], dict[str, Method]]:
    """The function that makes the methods of a network for a patient, from the name, the slices (n, h, w) and their grid.

    A test slice is seen by the network of its fold, ``models`` (ONNX by fold), ``workers`` slices at a time; of a network
    that sees no clicks what it predicted, ``outputs_npys`` of the test slices by fold, is taken instead.
    """
    from oneclick.network import load_network  # here, for classical methods need no ONNX Runtime

    folds, thresholds = read_table(folds_csv), read_table(thresholds_csv).set_index("fold")["threshold"]
    fold_of = folds.set_index("patient")["fold"]
    places = {fold: places_of(of_fold) for fold, of_fold in folds.groupby("fold")}
    network_of = cache(lambda fold: load_network(models[fold]))

    def methods_of(patient: str, images: np.ndarray, grid: Grid) -> dict[str, Method]:
        fold = fold_of[patient]
        if models:

            def see(rows: np.ndarray, matrices: np.ndarray) -> np.ndarray:
                x = with_clicks(images[rows], encode(matrices, asked.encoding, grid.pixel_mm))
                return network_of(fold).outputs(x, workers)

            outputs_of = remembered(see)
        else:
            stored = np.load(outputs_npys[fold], mmap_mode="r")[places[fold][patient]]

            def outputs_of(_: None) -> np.ndarray:
                return stored

        return {name: network_method(outputs_of, thresholds[fold], asked, row) for name, row in asked.methods.items()}

    return methods_of


def write_answers(
    question: str,
    what: object,
    methods_of: Callable[[str, np.ndarray, Grid], dict[str, Method]],
    connectivity: int,
    both_empty: float,
    folds_csv: str,
    slices_npys: dict[str, str],
    masks_npys: dict[str, str],
    slices_csvs: dict[str, str],
    grid_jsons: dict[str, str],
    clicks_npys: dict[str, dict[str, str]],
    answers_csv: str,
    say: Callable[[str], None],
) -> None:
    """Write what methods make of all test slices when clicks lie elsewhere: method, patient, slice, fold, radius_mm (of the
    tumour, :func:`radius_mm`), the columns of the place, dice, false_ml (volume of the predicted pixels outside the true
    mask, as thick as slices are apart), false_components (without a true pixel).

    ``question``: one of ``places.PLACES``, and ``what`` it takes. ``methods_of``: see :func:`network_methods`. Paths are by
    patient, by kind and patient for ``clicks_npys``.
    """
    tables, where = [], []
    for fold, patients in read_table(folds_csv).groupby("fold", sort=True)["patient"]:
        for patient in patients:
            numbers, grid = read_table(slices_csvs[patient])["slice"].to_numpy(), Grid.read(grid_jsons[patient])
            images, truth = np.load(slices_npys[patient]), np.load(masks_npys[patient])
            clicks = {kind: np.load(paths[patient]) for kind, paths in clicks_npys.items()}
            places = PLACES[question](Slices(patient, images, truth, numbers, clicks, grid), what)
            answer = ask(methods_of(patient, images, grid), places, truth, both_empty, connectivity)
            where = [column for column in answer if column not in ("row", "method", *ANSWER)]
            radii = np.array([radius_mm(mask, connectivity, grid.pixel_mm) for mask in truth])
            answer = answer.assign(patient=patient, slice=numbers[answer["row"]], fold=fold, radius_mm=radii[answer["row"]])
            tables.append(answer.assign(false_ml=answer["n_false"] * grid.pixel_ml))
        say(f"fold {fold} done")
    columns = ["method", "patient", "slice", "fold", "radius_mm", *where, "dice", "false_ml", "false_components"]
    pd.concat(tables)[columns].to_csv(answers_csv, index=False)
