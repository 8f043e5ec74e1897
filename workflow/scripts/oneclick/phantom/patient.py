"""One phantom patient: anatomy, tumours and look-alikes, scanned, and written as NIfTI.

A phantom demonstrates the software; it is no evidence about patients. Its parameters come from published anatomy, uptake and
physics and are frozen: it is never tuned on the results of a method. Other cohorts than that are asked for by traits.
"""

from dataclasses import dataclass
from functools import partial

import nibabel as nib
import numpy as np

from oneclick.common.randomness import generator
from oneclick.data.nifti import write_nifti
from oneclick.phantom.anatomy import Head, body_outline, draw_head, paint
from oneclick.phantom.reader import drawn_mask
from oneclick.phantom.scanner import Scanner, scan
from oneclick.phantom.shapes import Axes
from oneclick.phantom.treatment import draw_treatment
from oneclick.phantom.tumours import AS_IT_IS, Lesion, Traits, draw_look_alikes, draw_tumours, paint_lesions, tumour_mask

# Slice distance (mm), fewest and most slices, in-plane field of view (mm): the whole-body protocols of the paper's two
# PET/MR scanners have 4 and 2.78 mm; with 32 to 66 slices a scan reaches from the brain to the upper chest. The field of
# view holds the shoulders (biacromial breadth about 400 mm).
PROTOCOLS = ((5.0, 32, 48, 450.0), (4.0, 40, 62, 450.0), (2.78, 58, 66, 480.0))
RESOLUTION, FILTER = (4.5, 7.0), (2.0, 4.0)
# True events per mm of slice: a head and neck bed position of 2-3 minutes holds some 10 to 30 million in 200 mm
COUNTS, BACKGROUND = (60_000.0, 160_000.0), 0.4
# Pixels of the reconstruction along each side: 2.8 to 3 mm
RECONSTRUCTED = 160


@dataclass(frozen=True)
class Phantom:
    """``pet`` SUV float32 and ``mask`` uint8, both (i, j, k); ``affine`` (4, 4) to RAS mm; ``description`` of what was
    drawn. i runs to the patient's left, j to the back, k upwards."""

    pet: np.ndarray
    mask: np.ndarray
    affine: np.ndarray
    description: dict


def _centred(n: int, step: float) -> np.ndarray:
    """Positions (n,) of pixel centres along an axis of ``step`` mm that runs towards negative RAS coordinates."""
    return (n / 2 - 0.5 - np.arange(n)) * step


def _interpolated(image: np.ndarray, size: int) -> np.ndarray:
    """Slices (n, n, k) on ``size`` x ``size`` pixels of the same field of view, by linear interpolation."""
    n = image.shape[0]
    position = np.clip((np.arange(size) + 0.5) * n / size - 0.5, 0, n - 1)
    weights = np.clip(1 - np.abs(position[:, None] - np.arange(n)), 0, None).astype(np.float32)
    return np.einsum("ai,ijk,bj->abk", weights, image, weights, optimize=True)


def draw_patient(patient: str, seed: int, matrix: int, slices: tuple[int, int] | None, traits: Traits = AS_IT_IS):
    """Head, tumours and the axes of the exported scan; cheap, for nothing is scanned yet."""
    rng = generator(seed, "phantom geometry", patient)
    head = draw_head(generator(seed, "phantom anatomy", patient))
    step, fewest, most, field = PROTOCOLS[rng.integers(len(PROTOCOLS))]
    top = rng.uniform(60, 105)
    if slices:
        n = int(rng.integers(slices[0], slices[1] + 1))
        step = rng.uniform(180, 220) / n
    else:
        n = int(rng.integers(fewest, most + 1))
    axes = Axes(_centred(matrix, field / matrix), _centred(matrix, field / matrix), top - (n - 1 - np.arange(n)) * step)
    contact = generator(seed, "phantom contact", patient)
    return head, draw_tumours(generator(seed, "phantom tumours", patient), head, traits, contact), axes


def draw_all_look_alikes(patient: str, seed: int, head: Head, times: float) -> list[Lesion]:
    """A patient's look-alikes, ``times`` as many as usual in the mean: as many draws of them, of the last one each with
    the chance that is left. Fewer are some of more."""
    found = []
    for number in range(int(np.ceil(times))):
        drawn = draw_look_alikes(generator(seed, "phantom look-alikes", patient, *([number] if number else [])), head)
        chances = generator(seed, "phantom look-alikes kept", patient, number).random(len(drawn))
        found += [one for one, chance in zip(drawn, chances, strict=True) if chance < times - number]
    return found


def physicians_mask(patient: str, seed: int, head: Head, tumours: list[Lesion], axes: Axes, reader: float) -> np.ndarray:
    """The mask uint8 (i, j, k) that a physician has drawn, with errors ``reader`` times as large as published ones; with 0
    the true extent of the tumours."""
    outline = partial(body_outline, head)
    if not reader:
        return tumour_mask(tumours, axes, outline)
    return drawn_mask(tumours, axes, outline, generator(seed, "phantom reader", patient), reader)


def make_patient(
    patient: str, seed: int, matrix: int = 512, slices: tuple[int, int] | None = None, traits: Traits = AS_IT_IS
) -> Phantom:
    """A patient with ``matrix`` x ``matrix`` pixels a slice and 32 to 66 slices, or from ``slices[0]`` to ``slices[1]``
    thicker ones over the same length."""
    head, tumours, axes = draw_patient(patient, seed, matrix, slices, traits)
    look_alikes = draw_all_look_alikes(patient, seed, head, traits.look_alikes)
    rng = generator(seed, "phantom scan", patient)
    field, n = abs(axes.x[1] - axes.x[0]) * matrix, RECONSTRUCTED
    fine = _centred(2 * n, field / (2 * n))
    drawn = Axes(fine, fine, axes.z)
    suv, body, _ = paint(head, drawn, generator(seed, "phantom tissue", patient))
    after = draw_treatment(generator(seed, "phantom treatment", patient), head, tumours, traits.after_treatment)
    paint_lesions(suv, look_alikes + after + tumours, drawn, body)
    coarse = suv.reshape(n, 2, n, 2, -1).mean(axis=(1, 3)), body.reshape(n, 2, n, 2, -1).mean(axis=(1, 3)) > 0.5
    spacing = (field / n, field / n, float(axes.z[1] - axes.z[0]))
    scanner = Scanner(rng.uniform(*RESOLUTION), rng.uniform(*FILTER), traits.counts * rng.uniform(*COUNTS), BACKGROUND)
    pet = _interpolated(scan(*coarse, spacing, scanner, rng), matrix)
    affine = np.diag([-field / matrix, -field / matrix, spacing[2], 1.0])
    affine[:3, 3] = axes.x[0], axes.y[0], axes.z[0]
    description = {
        "tumours": [(t.site, round(t.suv_max, 1)) for t in tumours],
        "look_alikes": [(t.site, round(t.suv_max, 1)) for t in look_alikes + after],
        "scanner": scanner,
    }
    return Phantom(pet, physicians_mask(patient, seed, head, tumours, axes, traits.reader), affine, description)


def _nifti(data: np.ndarray, affine: np.ndarray, slope: float | None = None) -> nib.Nifti1Image:
    image = nib.Nifti1Image(data, affine)
    image.header.set_xyzt_units("mm")
    if slope:
        image.header.set_slope_inter(slope, 0)
    return image


def write_patient(
    patient: str, seed: int, matrix: int, slices: tuple[int, int] | None, traits: Traits, pet: str, mask: str
) -> None:
    """Write a patient as scanners export them: the PET as int16 with a slope (SUV), the mask as uint8."""
    phantom = make_patient(patient, seed, matrix, slices, traits)
    slope = float(phantom.pet.max()) / np.iinfo(np.int16).max
    stored = np.rint(phantom.pet / slope).astype(np.int16)
    write_nifti(_nifti(stored, phantom.affine, slope), pet)
    write_nifti(_nifti(phantom.mask, phantom.affine), mask)
