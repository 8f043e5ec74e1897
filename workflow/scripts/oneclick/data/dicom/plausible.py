"""Whether weight, dose and half-life in a PET header, and the SUV that they make, are those of a patient's scan."""

import re

import numpy as np
import pydicom

from oneclick.data.body import body_mask
from oneclick.data.volume import Doubt

# kg; the heaviest man known weighed 635. Grams are beyond it.
MOST_WEIGHT = 650
# Bq. No tracer is given in so little; a dose in MBq or kBq, written against the standard, is below.
LEAST_DOSE = 1e6
# kg; a newborn to the heaviest that a scanner's table bears.
WEIGHTS = (2.5, 300)
# MBq/kg. Adults get 2 to 10 of FDG; total-body scanners need a tenth of it, water and rubidium take three times as much.
DOSES = (0.1, 40)
# Half-lives in s of the nuclides in use in PET by mass number: Decay Data Evaluation Project, lnhb.fr/ddep.
NUCLIDES = {
    11: ("C-11", 1221.7), 13: ("N-13", 597.9), 15: ("O-15", 122.2), 18: ("F-18", 6586.2), 44: ("Sc-44", 14292.0),
    64: ("Cu-64", 45723.6), 68: ("Ga-68", 4062.6), 76: ("Br-76", 58320.0), 82: ("Rb-82", 76.4), 86: ("Y-86", 53064.0),
    89: ("Zr-89", 282280.0), 90: ("Y-90", 230550.0), 124: ("I-124", 360806.0),
}  # fmt: skip
# Headers round half-lives.
ROUNDED = 0.02
# The mean over the body is 1 if nothing leaves it and all of it is seen. Real scans of thighs have 0.4, the head about 3.
BODY_SUV = (0.2, 5)
# So many slices tell the mean.
LOOKED_AT = 24


def dose_doubts(weight: float, dose: float) -> list[Doubt]:
    """What is doubtful about a weight in kg and a dose in Bq."""
    mend = "compare it with the scan's protocol, and mend the header, or give the scan as NIfTI in SUV"
    if not WEIGHTS[0] <= weight <= WEIGHTS[1]:
        return [Doubt(f"PatientWeight (0010,1030) is {weight:g} kg, and the SUV is in proportion to it", mend)]
    per_kg = dose / 1e6 / weight
    if DOSES[0] <= per_kg <= DOSES[1]:
        return []
    wrong = f"RadionuclideTotalDose (0018,1074) is {dose / 1e6:.4g} MBq, for {weight:g} kg {per_kg:.3g} MBq/kg"
    return [Doubt(f"{wrong}, where 2 to 10 are usual", mend)]


def _nuclide(tracer: pydicom.Dataset) -> tuple[str, float] | None:
    """The nuclide that a header names by its mass number, or in FDG; None if it names none or several."""
    codes = tracer.get("RadionuclideCodeSequence") or []
    texts = [str(code.get("CodeMeaning") or "") for code in codes]
    for text in (" ".join(texts), str(tracer.get("Radiopharmaceutical") or "")):
        named = {int(number) for number in re.findall(r"\d+", text)} & NUCLIDES.keys()
        if len(named) == 1:
            return NUCLIDES[named.pop()]
        if re.search("FDG|fluor|fludeoxy", text, re.IGNORECASE):
            return NUCLIDES[18]
    return None


def half_life_doubts(tracer: pydicom.Dataset, half_life: float) -> list[Doubt]:
    """What is doubtful about a half-life in s: it is not that of the nuclide named, or of any in use."""
    nuclide = _nuclide(tracer)
    known = [nuclide] if nuclide else list(NUCLIDES.values())
    if any(abs(half_life / seconds - 1) <= ROUNDED for _, seconds in known):
        return []
    true = f"that of {nuclide[0]}, {nuclide[1]:.6g} s" if nuclide else "that of a nuclide in use in PET"
    wrong = f"RadionuclideHalfLife (0018,1075) is {half_life:.6g} s, not {true}"
    return [Doubt(wrong, "mend the header, or give the scan as NIfTI in SUV")]


def body_doubts(suv: np.ndarray) -> list[Doubt]:
    """What is doubtful about the mean SUV over the body; ``suv`` (i, j, k), slices along k."""
    numbers = np.unique(np.linspace(0, suv.shape[2] - 1, LOOKED_AT).astype(int))
    slices = [suv[:, :, number] for number in numbers if suv[:, :, number].max() > 0]
    if not slices:
        return []
    masks = [body_mask(one) for one in slices]
    mean = sum(float(one[mask].sum(dtype=float)) for one, mask in zip(slices, masks, strict=True)) / sum(
        map(np.count_nonzero, masks)
    )
    if BODY_SUV[0] <= mean <= BODY_SUV[1]:
        return []
    wrong = f"the mean SUV over the body is {mean:.3g}, where about 1 is expected"
    return [Doubt(wrong, "compare unit, weight, dose and times in the header with the scan's protocol")]
