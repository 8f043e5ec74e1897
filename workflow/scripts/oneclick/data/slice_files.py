"""The files of one patient's slices: alone here, so that readers of the stack do not depend on the code that cuts slices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SliceFiles:
    """Where the slices of one patient lie."""

    slices_npy: str
    masks_npy: str
    slices_csv: str
    grid_json: str
