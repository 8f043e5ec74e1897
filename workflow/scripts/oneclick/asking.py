"""Methods of a finished study asked again, without training, with clicks in other places."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oneclick.clicks import label_components
from oneclick.encodings import Encoding, encode
from oneclick.grid import Grid
from oneclick.inputs import read_table, rows_of, with_clicks
from oneclick.metrics import score_slices
from oneclick.network import load_network
from oneclick.places import PLACES, Clicked, Slices
from oneclick.postprocessing import refine, segment

Method = Callable[[dict[str, np.ndarray]], np.ndarray]
"""All that a method is here: from click matrices (n, h, w) by kind to its masks uint8 (n, h, w) of a patient's slices."""


@dataclass(frozen=True)
class Asked:
    """A network of a finished study and its ``methods``, settings by name: the kind of click that the network sees (none if
    it sees none), how it sees them, the ``connectivity`` of components, and the Dice of two empty masks."""

    methods: dict[str, dict]
    network_clicks: str
    encoding: Encoding
    connectivity: int
    both_empty: float


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


def write_answers(
    question: str,
    what: object,
    asked: Asked,
    folds_csv: str,
    thresholds_csv: str,
    models: dict[int, str] | None,
    outputs_npys: dict[int, str] | None,
    slices_npys: dict[str, str],
    masks_npys: dict[str, str],
    slices_csvs: dict[str, str],
    grid_jsons: dict[str, str],
    clicks_npys: dict[str, dict[str, str]],
    answers_csv: str,
    workers: int,
    say: Callable[[str], None],
) -> None:
    """Write what a network's methods make of all test slices when clicks lie elsewhere: method, patient, slice, fold,
    radius_mm (of the tumour, :func:`radius_mm`), the columns of the place, dice, false_ml (volume of the predicted pixels
    outside the true mask, as thick as slices are apart), false_components (without a true pixel).

    ``question``: one of ``places.PLACES``, and ``what`` it takes. Paths are by patient, by fold for ``models`` (ONNX) of a
    network that sees clicks or else ``outputs_npys`` of its test slices, by kind and patient for ``clicks_npys``.
    """
    folds, thresholds, tables = read_table(folds_csv), read_table(thresholds_csv).set_index("fold")["threshold"], []
    for fold, patients in folds.groupby("fold", sort=True)["patient"]:
        network = load_network(models[fold]) if models else None
        stored = None if models else np.load(outputs_npys[fold], mmap_mode="r")
        of_patient = rows_of(folds[folds["fold"] == fold])["patient"].to_numpy()
        for patient in patients:
            table, grid = read_table(slices_csvs[patient]), Grid.read(grid_jsons[patient])
            images, truth = np.load(slices_npys[patient]), np.load(masks_npys[patient])
            clicks = {kind: np.load(paths[patient]) for kind, paths in clicks_npys.items()}
            if models:

                def see(rows, matrices, network=network, images=images, mm=grid.pixel_mm):
                    return network.outputs(with_clicks(images[rows], encode(matrices, asked.encoding, mm)), workers)

                outputs_of = remembered(see)
            else:
                known = np.asarray(stored[of_patient == patient])

                def outputs_of(_, known=known):
                    return known

            methods = {n: network_method(outputs_of, thresholds[fold], asked, m) for n, m in asked.methods.items()}
            slices = Slices(patient, images, truth, table["slice"].tolist(), clicks, grid.pixel_mm)
            answer = ask(methods, PLACES[question](slices, what), truth, asked.both_empty, asked.connectivity)
            radii = np.array([radius_mm(mask, asked.connectivity, grid.pixel_mm) for mask in truth])
            number = table["slice"].to_numpy()[answer["row"]]
            answer = answer.assign(patient=patient, slice=number, fold=fold, radius_mm=radii[answer["row"]])
            answer["false_ml"] = answer["n_false"] * grid.pixel_ml
            tables.append(answer)
        say(f"fold {fold} done")
    table = pd.concat(tables, ignore_index=True)
    where = [column for column in ("distance_mm", "direction", "clicked", "place") if column in table]
    columns = ["method", "patient", "slice", "fold", "radius_mm", *where, "dice", "false_ml", "false_components"]
    table[columns].to_csv(answers_csv, index=False)
