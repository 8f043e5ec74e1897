"""Methods of a finished study asked again, without training, with clicks in other places."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from oneclick.ask.places import PLACES, Clicked, Slices
from oneclick.clicks.components import label_components
from oneclick.common.tables import read_table, write_table
from oneclick.data.grid import Grid
from oneclick.methods.method import Method
from oneclick.metrics.dice import score_slices

ANSWER = ("dice", "n_false", "false_components")


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
    write_table(pd.concat(tables)[columns], answers_csv)
