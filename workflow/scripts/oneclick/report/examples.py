"""Which slices figure 3 shows, and what it needs of them (paper, section 3, figure 3; doi 10.1007/s13721-024-00483-0).

The paper does not say how its four slices were chosen. Here the rule is fixed beforehand: the slices whose Dice by the
reference method is nearest to the 5th, 35th, 65th and 95th percentile of that method, one a patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.tables import read_table
from oneclick.data.rows import read_rows
from oneclick.data.stack import StackFiles, read_grids
from oneclick.evaluation import paper_tests


@dataclass(frozen=True)
class Example:
    """A slice to show: arrays are (size, size), rows to the patient's left and columns to the back.

    pet: float, scaled to [0, 1]; truth and every mask: boolean or 0/1; dice: Dice of each method, all of them; clicks: those
    of each kind, integer (n, 2), row and column; pixel_mm: a pixel's size along rows and columns.
    """

    patient: str
    slice: int
    pet: np.ndarray
    truth: np.ndarray
    masks: Mapping[str, np.ndarray]
    dice: Mapping[str, float]
    clicks: Mapping[str, np.ndarray]
    pixel_mm: tuple[float, float]


def choose_examples(scores: pd.DataFrame, reference_method: str | None = None, n: int = 4) -> list[tuple[str, int]]:
    """Choose n slices as (patient, slice) from a table of scores, in rising order of percentile.

    They are nearest in Dice to the percentiles 5 to 95 in n equal steps (for four: 5, 35, 65, 95) of the reference
    method, the first method unless named; at most one a patient, chosen from the lowest percentile on; ties go to the
    first in order of patient and slice. Fewer patients than n give as many slices as patients. Raises ValueError if
    the method has no scores.
    """
    method = reference_method if reference_method is not None else paper_tests.methods_of(scores)[0]
    known = scores[scores["method"] == method].dropna(subset=["dice"]).sort_values(["patient", "slice"])
    if known.empty:
        raise ValueError(f"Method {method} has no Dice to choose examples by; name a method of the table of scores.")
    n = min(n, known["patient"].nunique())
    percentiles = np.linspace(5, 95, n) if n > 1 else np.array([50.0])
    chosen: list[tuple[str, int]] = []
    for aim in np.percentile(known["dice"], percentiles):
        free = known[~known["patient"].isin([patient for patient, _ in chosen])]
        # Rounded, so that two Dice equally far above and below tie; argmin takes the first.
        nearest = free.iloc[int(np.argmin(np.round(np.abs(free["dice"].to_numpy() - aim), 12)))]
        chosen.append((str(nearest["patient"]), int(nearest["slice"])))
    return chosen


def read_examples(
    scores: pd.DataFrame,
    stack: StackFiles,
    segmentations: Mapping[str, str | Path],
    clicks: Mapping[str, str | Path],
) -> list[Example]:
    """Read what figure 3 shows of the slices that :func:`choose_examples` picks, from the files of the stack, those of the
    methods' masks, uint8 (n, size, size), by method, and the tables of clicks by kind. Raises UserError if a chosen slice is
    not once in the stack."""
    rows, grids, examples = read_rows(stack.slices_csv), read_grids(stack.grids_json), []
    slices, truth = (np.load(path, mmap_mode="r") for path in (stack.slices_npy, stack.masks_npy))
    clicked = {kind: read_table(str(path)) for kind, path in clicks.items()}
    predicted = {method: np.load(path, mmap_mode="r") for method, path in segmentations.items()}
    for patient, number in choose_examples(scores):
        at = np.flatnonzero((rows["patient"] == patient) & (rows["slice"] == number))
        if at.size != 1:
            raise UserError(
                f"{stack.slices_csv}: slice {number} of patient {patient} is there {at.size} times; mend or delete it"
            )
        row = int(at[0])
        of_slice = scores[(scores["patient"] == patient) & (scores["slice"] == number)]
        examples.append(
            Example(
                patient=patient,
                slice=number,
                pet=np.array(slices[row]),
                truth=np.array(truth[row]),
                masks={method: np.array(masks[row]) for method, masks in predicted.items()},
                dice=dict(zip(of_slice["method"], of_slice["dice"].astype(float), strict=True)),
                clicks={
                    kind: table.loc[(table["patient"] == patient) & (table["slice"] == number), ["row", "column"]].to_numpy()
                    for kind, table in clicked.items()
                },
                pixel_mm=grids[patient].pixel_mm,
            )
        )
    return examples
