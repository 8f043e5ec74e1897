"""How many readers and patients for which precision: half of a 95 % interval before anybody reads."""

from collections.abc import Mapping

import numpy as np

NORMAL = 1.96
MAD_VARIANCE = 1.361
"""Of the median absolute deviation of n normal values, scaled to their standard deviation s: its variance is 1.361 s^2 / n
(Rousseeuw and Croux 1993, doi 10.1080/01621459.1993.10476408, section 2: an efficiency of 37 %)."""


def of_mean(sd: Mapping[str, float], readers: int, patients: int, clicks: float, others: bool = True) -> float:
    """Of a mean over all clicks, of a study with so many readers and patients and ``clicks`` of a reader in a patient;
    ``sd``: the standard deviations of ``variance.COMPONENTS``. With ``others`` it holds for other readers as well, else for
    these alone (Shavelson and Webb 1991, Generalizability Theory, chapter 5, for crossed facets)."""
    variance = sd["patients"] ** 2 / patients + sd["both"] ** 2 / (readers * patients)
    variance += sd["within"] ** 2 / (readers * patients * clicks)
    if others:
        variance += sd["readers"] ** 2 / readers
    return float(NORMAL * np.sqrt(variance))


def of_spread(spread: float, n: float, axes: int = 2) -> float:
    """Of a robust spread, in its unit, from ``n`` normal offsets along each of the ``axes``."""
    return float(NORMAL * spread * np.sqrt(MAD_VARIANCE / (n * axes)))


def of_share(share: float, n: float) -> float:
    """Of a share of ``n`` independent clicks."""
    return float(NORMAL * np.sqrt(share * (1 - share) / n))
