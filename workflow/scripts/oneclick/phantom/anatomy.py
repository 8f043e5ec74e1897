"""The FDG uptake of a head and neck without tumour, as a map of SUV.

Sizes and places are those of an adult head (heights above the hard palate: skull base 35 mm, vertex 150 mm; below it:
chin 50 mm, vocal cords 85 mm, sternal notch 135 mm; the occiput, and with it the cerebellum, begins about the height of
the hard palate: McGregor's line), rounded from textbook anatomy. Uptake is drawn from published
means: Nakamoto et al. 2005 (normal FDG distribution in the head and neck, doi 10.1148/radiol.2343030301) and Wang et al.
2007 (SUV atlas of normal tissues, doi 10.1007/s11307-006-0075-y). Nothing here was chosen by looking at a method's results.
"""

from dataclasses import dataclass

import numpy as np

from oneclick.phantom.shapes import Axes, ellipsoid_level, random_waves

# Name: centre, radii (mm), SUV mean and SD. Structures with x > 0 stand on both sides, each side drawn on its own.
# Later ones are painted over earlier ones.
STRUCTURES = {
    "vertebral marrow": ((0, -30, -60), (13, 13, 110), (1.4, 0.2)),
    "neck muscle": ((32, -45, -70), (22, 20, 80), (0.8, 0.1)),
    "sternocleidomastoid": ((42, -5, -60), (9, 12, 60), (0.9, 0.1)),
    "masseter": ((50, 28, -12), (8, 15, 26), (0.9, 0.15)),
    "mandible marrow": ((34, 42, -34), (8, 24, 9), (1.1, 0.2)),
    "jugular vein": ((29, -4, -60), (6, 6, 75), (1.75, 0.12)),
    "carotid artery": ((24, 2, -60), (4, 4, 75), (1.75, 0.12)),
    "nasal mucosa": ((0, 52, 18), (16, 36, 22), (1.6, 0.3)),
    "tongue": ((0, 36, -22), (25, 32, 18), (1.4, 0.25)),
    "floor of mouth": ((0, 40, -44), (20, 24, 8), (1.1, 0.15)),
    "pharyngeal wall": ((0, 4, -28), (21, 13, 48), (1.6, 0.3)),
    "adenoid": ((0, 2, 14), (12, 6, 8), (2.4, 0.7)),
    "soft palate": ((0, 12, -4), (15, 10, 4), (3.1, 0.8)),
    "palatine tonsil": ((19, 6, -18), (6, 8, 12), (3.5, 1.4)),
    "lingual tonsil": ((0, 12, -39), (15, 5, 7), (3.1, 1.0)),
    "sublingual gland": ((12, 47, -38), (5, 13, 5), (3.1, 0.8)),
    "submandibular gland": ((31, 16, -45), (8, 13, 12), (2.1, 0.5)),
    "parotid gland": ((53, -4, -4), (10, 17, 24), (1.9, 0.6)),
    "larynx": ((0, 16, -84), (18, 17, 20), (1.2, 0.2)),
    "vocal cord": ((4, 18, -85), (4, 11, 4), (1.8, 0.5)),
    "thyroid": ((17, 6, -104), (9, 9, 20), (1.3, 0.3)),
    "eye": ((32, 72, 38), (12, 12, 12), (0.7, 0.1)),
    "eye muscle": ((30, 50, 38), (7, 14, 6), (2.6, 0.6)),
    "shoulder muscle": ((115, -25, -150), (60, 38, 40), (0.8, 0.12)),
    "lung": ((62, -20, -185), (48, 55, 55), (0.5, 0.1)),
    "spinal cord": ((0, -45, -60), (6, 5, 110), (2.1, 0.3)),
    "skull base marrow": ((0, 15, 32), (48, 45, 7), (1.1, 0.2)),
    "cerebellum": ((24, -52, 28), (28, 28, 24), (8.0, 1.0)),
    "brain stem": ((0, -26, 40), (14, 12, 30), (5.5, 0.7)),
    "maxillary sinus": ((27, 48, 14), (12, 15, 14), (0.05, 0.01)),
    "nasal airway": ((5, 50, 18), (3, 32, 17), (0.02, 0.005)),
    "pharyngeal airway": ((0, 8, -30), (10, 5, 42), (0.02, 0.005)),
    "oral airway": ((0, 36, -3), (16, 24, 2.5), (0.02, 0.005)),
    "laryngeal airway": ((0, 12, -84), (4, 9, 18), (0.02, 0.005)),
    "trachea": ((0, -4, -135), (9, 9, 38), (0.02, 0.005)),
}
# Uptake that belongs to the body as a whole or to the brain's tissues: SUV mean and SD, or range
BACKGROUND = (0.8, 0.08)
FAT = 0.35
GREY_MATTER = (8.0, 11.0)
WHITE_MATTER = (3.0, 4.0)
VENTRICLE = 1.0
# What gives the eye and the network trouble; shares of patients, of a cohort after treatment
MISSING_TONSIL = 0.25

# Height z, half width, half depth, y of the centre (mm) of the body's outline
OUTLINE = np.array(
    [
        (155, 10, 12, -8),
        (145, 42, 52, -8),
        (120, 66, 82, -8),
        (80, 77, 97, -4),
        (40, 76, 99, -2),
        (10, 70, 92, 2),
        (-25, 64, 84, 4),
        (-48, 58, 76, 2),
        (-62, 57, 62, -14),
        (-95, 58, 58, -22),
        (-115, 78, 62, -26),
        (-140, 165, 78, -26),
        (-170, 200, 92, -22),
        (-230, 205, 105, -18),
    ],
    dtype=float,
)[::-1]


@dataclass(frozen=True)
class Structure:
    """One organ of one patient: ``centre`` and ``radii`` (3,) in mm, uptake ``suv``."""

    name: str
    centre: np.ndarray
    radii: np.ndarray
    suv: float


@dataclass(frozen=True)
class Head:
    """One patient's anatomy: ``scale`` (3,) of the textbook head, ``tilt`` (forward nod) in mm forward per mm up."""

    scale: np.ndarray
    tilt: float
    structures: tuple[Structure, ...]
    background: float
    grey: float
    white: float

    def place(self, position: np.ndarray) -> np.ndarray:
        """Where a place (3,) of the textbook head, mm, lies in this patient."""
        x, y, z = np.asarray(position, float) * self.scale
        return np.array([x, y + self.tilt * z, z - self.tilt * y])


def draw_head(rng: np.random.Generator) -> Head:
    """A patient's anatomy and uptake."""
    head = Head(
        scale=rng.normal(1, 0.045, 3).clip(0.88, 1.12),
        tilt=float(rng.normal(0, 0.08)),
        structures=(),
        background=float(rng.normal(*BACKGROUND)),
        grey=float(rng.uniform(*GREY_MATTER)),
        white=float(rng.uniform(*WHITE_MATTER)),
    )
    missing_side = rng.choice([-1, 1]) if rng.random() < MISSING_TONSIL else 0
    structures = []
    for name, (centre, radii, (mean, sd)) in STRUCTURES.items():
        # The two sides share the patient's general uptake, and differ by half of the spread.
        level = rng.normal(0, 0.87)
        for side in (1, -1) if centre[0] > 0 else (0,):
            place = np.array([side * centre[0], *centre[1:]]) + rng.normal(0, 1.2, 3)
            size = np.asarray(radii) * head.scale * rng.lognormal(0, 0.08, 3)
            suv = max(mean + sd * (level + rng.normal(0, 0.5)), 0.4 * mean)
            if name == "palatine tonsil" and side == missing_side:
                suv = head.background
            structures.append(Structure(name, head.place(place), size, float(suv)))
    return Head(head.scale, head.tilt, tuple(structures), head.background, head.grey, head.white)


def body_outline(head: Head, axes: Axes) -> np.ndarray:
    """Relative distance (i, j, k) from the middle of the body: below 1 inside, 1 at the skin."""
    z = axes.z / head.scale[2]
    half_width, half_depth, y = (np.interp(z, OUTLINE[:, 0], OUTLINE[:, c]) for c in (1, 2, 3))
    u = axes.x[:, None, None] / (half_width * head.scale[0])
    v = (axes.y[:, None] - y * head.scale[1] - head.tilt * axes.z) / (half_depth * head.scale[1])
    # An exponent above 2 makes shoulders and jaw squarer than an ellipse.
    return (np.abs(u) ** 2.3 + np.abs(v)[None] ** 2.3) ** (1 / 2.3)


def _paint_brain(suv: np.ndarray, head: Head, axes: Axes, rng: np.random.Generator) -> np.ndarray:
    """Paint cerebrum into ``suv`` (i, j, k): folded cortex, deep grey matter, white matter, ventricles; returns where."""
    centre, radii = head.place((0, -6, 84)), np.array([64, 83, 58]) * head.scale
    box = axes.box(centre, radii * 1.05)
    part = axes.part(box)
    level = ellipsoid_level(part, centre, radii)
    # The floor of the skull: high over the eyes, low at the temples.
    floor = 40 + 8 * np.cos(part.x / 22)[:, None] + 0.12 * part.y
    inside = (level < 1) & (part.z > (floor * head.scale[2])[..., None])
    folds = random_waves(rng, 6.0, 16)(part)
    depth = (1 - level) * radii.mean()
    cortex = depth + 4.5 * folds < 11
    deep = np.zeros_like(inside)
    for side in (1, -1):
        deep |= ellipsoid_level(part, head.place((side * 22, 6, 74)), np.array([9, 20, 13]) * head.scale) < 1
        deep |= ellipsoid_level(part, head.place((side * 10, -12, 74)), np.array([8, 14, 10]) * head.scale) < 1
    tissue = np.where(cortex | deep, head.grey, head.white)
    for side in (1, -1):
        ventricle = ellipsoid_level(part, head.place((side * 9, -2, 92)), np.array([5, 26, 9]) * head.scale) < 1
        tissue = np.where(ventricle, VENTRICLE, tissue)
    fissure = (np.abs(part.x)[:, None, None] < 2) & (part.z > 95 * head.scale[2])
    suv[box][inside] = np.where(fissure, VENTRICLE, tissue)[inside]
    where = np.zeros(suv.shape, bool)
    where[box] = inside
    return where


def paint(head: Head, axes: Axes, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """SUV (i, j, k) float32 of a head without tumour, and where the body and the brain (cerebellum included) are, bool."""
    outline = body_outline(head, axes)
    body = outline < 1
    suv = np.where(body, np.float32(head.background), np.float32(0))
    suv[body & (outline > 0.9)] = FAT
    # Muscle and fat lie in strands; a body of one value would be a drawing.
    suv *= 1 + 0.12 * random_waves(rng, 9.0)(axes)
    brain = np.zeros(suv.shape, bool)
    for structure in head.structures:
        box = axes.box(structure.centre, structure.radii)
        part = axes.part(box)
        inside = (ellipsoid_level(part, structure.centre, structure.radii) < 1) & body[box]
        suv[box][inside] = structure.suv
        if structure.name == "cerebellum":
            brain[box] |= inside
    brain |= _paint_brain(suv, head, axes, rng)
    return np.clip(suv, 0, None).astype(np.float32), body, brain
