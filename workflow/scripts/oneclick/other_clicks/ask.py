"""Methods of a finished study asked again, without training, with clicks in other places."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from oneclick.clicks.components import label_components
from oneclick.common.tables import write_table
from oneclick.data.stack import PatientSlices, StackFiles
from oneclick.methods.method import Method
from oneclick.metrics.dice import score_slices
from oneclick.other_clicks.places import PLACES, Clicked

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
    settings: dict,
    methods_of: Callable[[PatientSlices], dict[str, Method]],
    connectivity: int,
    both_empty: float,
    stack: StackFiles,
    folds_csv: str,
    kinds: Sequence[str],
    clicks_npys: Sequence[str],
    answers_csv: str,
    say: Callable[[str], None],
) -> None:
    """Write what methods make of all test slices when clicks lie elsewhere: method, patient, slice, fold, radius_mm (of the
    tumour, :func:`radius_mm`), the columns of the place, dice, false_ml (volume of the predicted pixels outside the true
    mask, as thick as slices are apart), false_components (without a true pixel).

    ``question``: one of ``places.PLACES``, with its ``settings``. ``methods_of``: see :func:`trained.network_methods`.
    ``clicks_npys``: the study's click matrices of each of ``kinds``.
    """
    stored = {kind: np.load(path, mmap_mode="r") for kind, path in zip(kinds, clicks_npys, strict=True)}
    tables = []
    for slices in stack.patients(folds_csv):
        clicks = {kind: np.array(matrices[slices.where]) for kind, matrices in stored.items()}
        places, grid = PLACES[question](slices, clicks, **settings), slices.grid
        answer = ask(methods_of(slices), places, slices.masks, both_empty, connectivity)
        where = [column for column in answer if column not in ("row", "method", *ANSWER)]
        radii = [radius_mm(mask, connectivity, grid.pixel_mm) for mask in slices.masks]
        rows = slices.rows[["patient", "slice", "fold"]].assign(radius_mm=radii).reset_index(drop=True)
        tables.append(answer.join(rows, on="row").assign(false_ml=answer["n_false"] * grid.pixel_ml))
    say(f"{len(tables)} patients asked")
    columns = ["method", "patient", "slice", "fold", "radius_mm", *where, "dice", "false_ml", "false_components"]
    write_table(pd.concat(tables)[columns], answers_csv)
