"""The files of a new patient's slices and clicks, which later jobs read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PreparedFiles:
    """``slices_npy``: images float32 (n, size, size) in [0, 1]; ``clicks_npy``: their click matrices; ``slices_csv``: a row
    for each, with the columns ``new_patient.SLICE_COLUMNS``; ``clicks_csv``: the clicks; ``grid_json``: the grid."""

    slices_npy: str
    clicks_npy: str
    slices_csv: str
    clicks_csv: str
    grid_json: str
