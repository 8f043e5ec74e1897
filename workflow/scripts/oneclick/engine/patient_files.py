"""What Snakemake records of lists with something for each patient; standard library only."""

import hashlib
from collections.abc import Iterable


class PerPatient(list):
    """A list with something for each patient, which stands for itself as a rule's param by a digest only.

    Snakemake keeps the params of a job beside each file that it made: lists of 10,000 patients beside 10,000 masks would be
    gigabytes.
    """

    def __repr__(self) -> str:
        return f"{len(self)} items, {hashlib.sha256(super().__repr__().encode()).hexdigest()[:12]}"


def of_each(patients: Iterable[str], path: str) -> dict[str, str]:
    """A file of each patient, by patient: ``path`` with the name in the place of ``{patient}``."""
    return {patient: path.replace("{patient}", patient) for patient in patients}
