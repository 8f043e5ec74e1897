"""Files of all patients; standard library only."""

from collections.abc import Iterable


def of_each(patients: Iterable[str], path: str) -> dict[str, str]:
    """A file of each patient, by patient: ``path`` with the name in the place of ``{patient}``."""
    return {patient: path.replace("{patient}", patient) for patient in patients}
