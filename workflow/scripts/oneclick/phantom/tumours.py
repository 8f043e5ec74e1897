"""Tumours of the phantom, and the benign uptake that looks like them.

A patient's tumours extend over as many slices as those of one of the paper's 89 patients (PAPER: slices per patient, mean
10.8, SD 6.1), for 11 % of the patients over none that is kept. Sites are those of the paper's patients (Hellström et al.
2023, doi 10.1038/s41598-023-37603-1): oral cavity, pharynx, larynx, glands, nodes. Uptake: SUVmax 3-15.
"""

from dataclasses import dataclass, replace

import numpy as np

from oneclick.paper.cohort import N_PATIENTS, SLICES_PER_PATIENT
from oneclick.phantom.anatomy import Head, Structure, body_outline
from oneclick.phantom.shapes import Axes, Waves, ellipsoid_level, random_waves

# Where primaries sit in the textbook head (x is used on either side), and how often, in per cent
SITES = {
    "tongue": ((15, 36, -22), 17),
    "floor of mouth": ((12, 44, -40), 9),
    "gum and cheek": ((36, 42, -20), 8),
    "palatine tonsil": ((19, 8, -16), 15),
    "base of tongue": ((9, 14, -36), 12),
    "soft palate": ((8, 12, -4), 4),
    "nasopharynx": ((9, 2, 16), 6),
    "nasal cavity": ((9, 46, 18), 4),
    "hypopharynx": ((14, 6, -66), 9),
    "larynx": ((8, 16, -84), 8),
    "parotid gland": ((52, -4, -6), 5),
    "thyroid": ((17, 6, -104), 3),
}
# Jugular chain: where nodes sit at a height z; and the heights between which they do
NODE_X, NODE_Y, NODE_HEIGHTS = 37.0, -4.0, (-118.0, -14.0)
# A slice counts where at least 6 of 128 x 128 pixels are tumour: about this area (mm2) at the fields of view simulated
KEPT_AREA = 80.0
# Millimetres that one slice of the paper's patients stands for here, between the simulated scanners' slice distances
MM_PER_SLICE = 3.9
LONGEST = 44.0
SITE_SPREAD = (3, 4, 5)
SUV_MAX, SUV_MAX_RANGE = (7.0, 0.45), (3.0, 15.0)
COLD_CORE, TOUCHING_NODE = 0.2, 0.25
# Shares of patients with benign uptake of each kind, and its SUV: treatment of earlier disease leaves inflammation
INFLAMMATION, REACTIVE_NODE, DENTAL, MUSCLE = 0.5, 0.35, 0.3, 0.2
INFLAMED_SUV, NODE_SUV, DENTAL_SUV, MUSCLE_SUV = (2.5, 6.0), (2.0, 4.5), (2.0, 4.5), (2.0, 3.5)
# Organs with uptake that a tumour can hardly be told from where it touches them, as published (see anatomy.py)
NEIGHBOURS = ("palatine tonsil", "lingual tonsil", "soft palate", "sublingual gland", "submandibular gland")
# A tumour apart from them is farther (mm) than the image blurs; of so many sites drawn for it one will be
APART, SITES_TRIED = 10.0, 50


@dataclass(frozen=True)
class Traits:
    """How a cohort differs from the phantom as it is: factors on the number of ``look_alikes``, on the tumours' SUVmax
    (``contrast``) and size across (``lesion_size``) and on the scanner's ``counts``; the share of primaries in ``contact``
    with physiological uptake, while the others lie apart from it, or None for primaries where their sites are; the share of
    patients ``after_treatment``; how large the errors of the ``reader`` who draws the masks are, times published ones, 0 for
    masks that are the truth."""

    look_alikes: float = 1
    contact: float | None = None
    contrast: float = 1
    lesion_size: float = 1
    counts: float = 1
    after_treatment: float = 0
    reader: float = 1


AS_IT_IS = Traits()


@dataclass(frozen=True)
class Lesion:
    """One hot spot: a bumpy ellipsoid at ``centre`` (3,) with ``radii`` (3,), mm; its hottest uptake ``suv_max``.

    ``bumps`` move its surface and ``texture`` its uptake; within ``core`` of the centre (relative, 0 for none) it is cold.
    """

    site: str
    centre: np.ndarray
    radii: np.ndarray
    suv_max: float
    bumps: Waves
    texture: Waves
    core: float = 0.0

    def box(self, axes: Axes) -> tuple[slice, slice, slice]:
        return axes.box(self.centre, self.radii * 1.4)

    def level(self, axes: Axes) -> np.ndarray:
        """Relative distance (i, j, k) from the centre: below 1 inside."""
        return ellipsoid_level(axes, self.centre, self.radii) * (1 + 0.12 * self.bumps(axes)).clip(0.75, 1.3)

    def uptake(self, axes: Axes) -> np.ndarray:
        """SUV (i, j, k) that the lesion has where it is."""
        suv = self.suv_max * (0.8 + 0.12 * self.texture(axes)).clip(0.4, 1)
        return np.where(self.level(axes) < self.core, 0.3 * self.suv_max, suv)


def hot_spot(rng: np.random.Generator, site: str, centre: np.ndarray, radii: np.ndarray, suv_max: float, core=0.0) -> Lesion:
    size = float(np.mean(radii))
    return Lesion(site, centre, radii, suv_max, random_waves(rng, 0.6 * size), random_waves(rng, 0.4 * size + 2), core)


def _with_traits(tumour: Lesion, traits: Traits) -> Lesion:
    """A tumour as drawn, with the contrast and size across of a cohort; its length, and so its slices, stay."""
    across = np.array([traits.lesion_size, traits.lesion_size, 1.0])
    return replace(tumour, radii=tumour.radii * across, suv_max=tumour.suv_max * traits.contrast)


def _reach(radii: np.ndarray, direction: np.ndarray) -> float:
    """How far from its centre an ellipsoid's surface lies in a direction (3,) of length 1."""
    return float(1 / np.linalg.norm(direction / radii))


def _neighbours(head: Head) -> list[Structure]:
    return [one for one in head.structures if one.name in NEIGHBOURS and one.suv > head.background]


def _beside(rng: np.random.Generator, head: Head, side: float, tumour: Lesion) -> Lesion:
    """A tumour moved to where it touches an organ with uptake, of its side or the middle, from a random direction within
    the slice; from the other side if it would leave the body."""
    near = [organ for organ in _neighbours(head) if organ.centre[0] * side > -5]
    organ, angle = near[rng.integers(len(near))], rng.uniform(0, 2 * np.pi)
    direction = np.array([np.cos(angle), np.sin(angle), 0.0])
    organ_reach, reach = _reach(organ.radii, direction), _reach(tumour.radii, direction)
    x, y, z = organ.centre + (organ_reach + 2 * reach) * direction
    if body_outline(head, Axes(np.array([x]), np.array([y]), np.array([z])))[0, 0, 0] > 1:
        direction = -direction
    # A tenth closer than smooth ellipsoids would have to be, for tumours are bumpy.
    return replace(tumour, site=f"beside {organ.name}", centre=organ.centre + 0.9 * (organ_reach + reach) * direction)


def _apart(rng: np.random.Generator, head: Head, side: float, tumour: Lesion) -> Lesion:
    """A tumour moved to the first of so many sites drawn that lies apart from organs with uptake, or to that farthest from
    them; distances are those between surfaces along the line of centres."""

    def gap(moved: Lesion) -> float:
        gaps = []
        for organ in _neighbours(head):
            line = organ.centre - moved.centre
            length = float(np.linalg.norm(line))
            gaps.append(length - _reach(organ.radii, line / length) - _reach(moved.radii, line / length))
        return min(gaps)

    tried = []
    for _ in range(SITES_TRIED):
        site = draw_site(rng)
        moved = replace(tumour, site=site, centre=on_a_side(head, side, SITES[site][0], rng.normal(0, SITE_SPREAD)))
        tried.append((gap(moved), moved))
        if tried[-1][0] >= APART:
            break
    return max(tried, key=lambda one: one[0])[1]


def _tumour(rng: np.random.Generator, site: str, centre: np.ndarray, length: float) -> Lesion:
    """A tumour whose kept slices extend over about ``length`` mm."""
    across = np.clip(0.5 * length * rng.uniform(0.65, 1.2, 2), 5.6, 20)
    along = 0.5 * length / np.sqrt(max(1 - KEPT_AREA / (np.pi * across.prod()), 0.1))
    suv_max = float(np.clip(SUV_MAX[0] * rng.lognormal(0, SUV_MAX[1]), *SUV_MAX_RANGE))
    core = rng.uniform(0.35, 0.6) if length > 18 and rng.random() < COLD_CORE else 0.0
    return hot_spot(rng, site, centre, np.array([*across, along]), suv_max, core)


def on_a_side(head: Head, side: float, place: tuple[float, float, float], jitter: np.ndarray) -> np.ndarray:
    return head.place(np.array([side * place[0], *place[1:]]) + jitter)


def draw_site(rng: np.random.Generator) -> str:
    names, shares = list(SITES), np.array([share for _, share in SITES.values()], float)
    return str(rng.choice(names, p=shares / shares.sum()))


def _node(rng: np.random.Generator, head: Head, side: float, z: float, length: float) -> Lesion:
    centre = on_a_side(head, side, (NODE_X, NODE_Y, z), rng.normal(0, (3, 4, 0)))
    return _tumour(rng, "node", centre, length)


def draw_tumours(
    rng: np.random.Generator, head: Head, traits: Traits = AS_IT_IS, contact: np.random.Generator | None = None
) -> list[Lesion]:
    """The tumours of one patient: a primary or recurrence, and nodes below or above it until all slices are filled; none,
    or one too small for any slice to be kept, in as many patients as in the paper.

    ``contact`` draws which primaries touch physiological uptake, and where they lie, if traits say so. Traits change no draw
    of ``rng``, so the patient stays the same otherwise."""
    if rng.random() < 1 - len(SLICES_PER_PATIENT) / N_PATIENTS:
        if rng.random() < 0.5:
            return []
        length, tiny = 0.0, True
    else:
        length, tiny = float(rng.choice(SLICES_PER_PATIENT)) * MM_PER_SLICE * rng.uniform(0.93, 1.07), False
    site = draw_site(rng)
    side = rng.choice([-1, 1])
    place = SITES[site][0]
    if tiny:
        centre = on_a_side(head, side, place, rng.normal(0, 3, 3))
        tiny_one = hot_spot(rng, site, centre, rng.uniform(2.5, 3.8, 3), float(rng.uniform(*SUV_MAX_RANGE)))
        return [_with_traits(tiny_one, traits)]
    first = min(length, LONGEST * rng.uniform(0.6, 1))
    jitter = rng.normal(0, SITE_SPREAD)
    primary = _with_traits(_tumour(rng, site, on_a_side(head, side, place, jitter), first), traits)
    middle = place[2] + jitter[2]
    if traits.contact is not None:
        primary = (_beside if contact.random() < traits.contact else _apart)(contact, head, side, primary)
        middle = primary.centre[2] / head.scale[2]
    tumours = [primary]
    low, high = middle - first / 2, middle + first / 2
    rest = length - first
    while rest > MM_PER_SLICE and len(tumours) < 3:
        part = rest if len(tumours) == 2 else min(rest, LONGEST * rng.uniform(0.6, 1))
        down = low - part / 2 > NODE_HEIGHTS[0]
        z = low - part / 2 if down else min(high + part / 2, NODE_HEIGHTS[1] + 10)
        low, high = (low - part, high) if down else (low, high + part)
        tumours.append(_with_traits(_node(rng, head, side, z, part), traits))
        rest -= part
    if len(tumours) < 3 and rng.random() < TOUCHING_NODE:
        z = float(np.clip(tumours[0].centre[2] / head.scale[2], *NODE_HEIGHTS))
        tumours.append(_with_traits(_node(rng, head, side, z, min(first, 16.0)), traits))
    return tumours


def draw_look_alikes(rng: np.random.Generator, head: Head) -> list[Lesion]:
    """Benign uptake that looks like a tumour: inflammation after treatment, reactive nodes, teeth, tense muscles."""
    found = []
    if rng.random() < INFLAMMATION:
        site = str(rng.choice(list(SITES)))
        centre = on_a_side(head, rng.choice([-1, 1]), SITES[site][0], rng.normal(0, 5, 3))
        radii = rng.uniform(5, 12, 3) * (1, 1, 1.3)
        found.append(hot_spot(rng, "inflammation", centre, radii, float(rng.uniform(*INFLAMED_SUV))))
    for _ in range(int(rng.random() < REACTIVE_NODE) * int(rng.integers(1, 4))):
        place = (NODE_X, NODE_Y, rng.uniform(*NODE_HEIGHTS))
        centre = on_a_side(head, rng.choice([-1, 1]), place, rng.normal(0, (4, 6, 0)))
        found.append(hot_spot(rng, "reactive node", centre, rng.uniform(3.5, 7, 3), float(rng.uniform(*NODE_SUV))))
    if rng.random() < DENTAL:
        centre = on_a_side(head, rng.choice([-1, 1]), (28, 48, rng.choice([-30, -8])), rng.normal(0, 3, 3))
        found.append(hot_spot(rng, "teeth", centre, rng.uniform(3.5, 6.5, 3), float(rng.uniform(*DENTAL_SUV))))
    if rng.random() < MUSCLE:
        place, radii = [((50, 28, -12), (7, 13, 22)), ((4, 18, -85), (4, 10, 5))][rng.integers(2)]
        centre = on_a_side(head, rng.choice([-1, 1]), place, rng.normal(0, 1, 3))
        found.append(hot_spot(rng, "muscle", centre, np.array(radii, float), float(rng.uniform(*MUSCLE_SUV))))
    return found


def paint_lesions(suv: np.ndarray, lesions: list[Lesion], axes: Axes, body: np.ndarray) -> None:
    """Paint lesions into ``suv`` (i, j, k), in place, within the body (bool)."""
    for lesion in lesions:
        box = lesion.box(axes)
        part = axes.part(box)
        inside = (lesion.level(part) < 1) & body[box]
        suv[box][inside] = lesion.uptake(part)[inside]


def tumour_mask(tumours: list[Lesion], axes: Axes, outline) -> np.ndarray:
    """The true extent uint8 (i, j, k) of all tumours inside the body; ``outline`` is the function
    of Axes that gives the relative distance from the middle of the body."""
    mask = np.zeros(axes.shape, np.uint8)
    for tumour in tumours:
        box = tumour.box(axes)
        part = axes.part(box)
        mask[box] |= (tumour.level(part) < 1) & (outline(part) < 1)
    return mask
