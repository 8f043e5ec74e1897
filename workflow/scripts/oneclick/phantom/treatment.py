"""Patients after treatment: uptake that stays, or that treatment has left, where no tumour is.

About eight weeks after chemoradiotherapy 26 of 53 patients have uptake left; 48 % of them are free of progression for
two years (Passero et al. 2010, PMC6267859), so about half of it is no tumour. Where no recurrence followed, uptake that
had been called positive has a median SUVmax of 6.89, from 3.1 to 30; where one followed, 10.2 (Sherriff et al. 2012,
PMC3500811): recurrences are not fainter than the phantom's tumours, which therefore stay as they are. Of 159 benign hot
spots in follow-up scans, 2.1 a scan, 14 are inflammation after surgery and 9 after irradiation (Meerwein et al. 2015,
doi 10.4414/smw.2015.14116); reactive nodes, teeth and muscles the phantom has anyway. Nothing here was chosen by
looking at a method's results.
"""

import numpy as np

from oneclick.phantom.anatomy import Head
from oneclick.phantom.tumours import INFLAMED_SUV, SITES, Lesion, draw_site, hot_spot, on_a_side

# Chance of uptake that stays without tumour; median, spread (assumed that of tumours) and range of its SUVmax
RESIDUAL = 26 / 53 * 0.48
RESIDUAL_SUV, RESIDUAL_RANGE = (6.89, 0.45), (3.1, 30.0)
# Chance that the bed of the tumour is inflamed: 23 of 159 hot spots, 2.1 a scan
INFLAMED_BED = (14 + 9) / 159 * 2.1
# The bed's extent, times that of the tumour (assumed), and the least and most of a radius in mm
BED, BED_RADII = (1.4, 2.2), (8.0, 26.0)


def draw_treatment(rng: np.random.Generator, head: Head, tumours: list[Lesion], share: float) -> list[Lesion]:
    """What treatment has left in one patient, who was treated with the chance ``share``: an inflamed bed around the first
    tumour, residual uptake at another site. Paint it before the tumours."""
    treated = rng.random() < share
    found = []
    bed, factors, suv = rng.random() < INFLAMED_BED, rng.uniform(*BED, 3), float(rng.uniform(*INFLAMED_SUV))
    if treated and bed and tumours:
        radii = np.clip(tumours[0].radii * factors, *BED_RADII)
        found.append(hot_spot(rng, "inflamed bed", tumours[0].centre, radii, min(suv, 0.8 * tumours[0].suv_max)))
    if treated and rng.random() < RESIDUAL:
        centre = on_a_side(head, rng.choice([-1, 1]), SITES[draw_site(rng)][0], rng.normal(0, 5, 3))
        hottest = float(np.clip(RESIDUAL_SUV[0] * rng.lognormal(0, RESIDUAL_SUV[1]), *RESIDUAL_RANGE))
        found.append(hot_spot(rng, "residual uptake", centre, rng.uniform(5.6, 14, 3), hottest))
    return found
