"""How well two simulated readers of the phantom agree, beside published readers: python tools/reader_agreement.py

Two readers draw the primary tumour of each of 1,500 phantom patients. Their mean Dice in 3-D is written into
docs/explanation/phantom.md. BOUNDARY_MM and FAINT of oneclick/phantom/reader.py are set by it.
"""

import sys
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "workflow/scripts")]

from bench import machine, write_between  # noqa: E402

from oneclick.common.randomness import generator  # noqa: E402
from oneclick.phantom.anatomy import body_outline  # noqa: E402
from oneclick.phantom.patient import draw_patient  # noqa: E402
from oneclick.phantom.reader import FAINT_SUV, drawn_mask  # noqa: E402
from oneclick.phantom.tumours import tumour_mask  # noqa: E402

PATIENTS, SEED, MATRIX = 1500, 2024, 256
# Tumours that HECKTOR's readers would call one (ml)
LEAST_ML = 0.5


def dice(a: np.ndarray, b: np.ndarray) -> float:
    return 2 * (a & b).sum() / (a.sum() + b.sum())


def agreement(patient: str) -> tuple[bool, float, float, float] | None:
    """Of a patient's primary tumour: whether it is faint, the Dice of two readers, of one with the truth, and how large
    that one draws it, times the truth; None without a tumour wholly in the scan."""
    head, tumours, axes = draw_patient(patient, SEED, MATRIX, None)
    outline = partial(body_outline, head)
    if not tumours or not axes.z[0] + 5 < tumours[0].centre[2] < axes.z[-1] - 5:
        return None
    truth = tumour_mask(tumours[:1], axes, outline)
    voxel_ml = abs((axes.x[1] - axes.x[0]) * (axes.y[1] - axes.y[0]) * (axes.z[1] - axes.z[0])) / 1000
    if truth.sum() * voxel_ml < LEAST_ML:
        return None
    first, second = (drawn_mask(tumours[:1], axes, outline, generator(SEED, "agreement", patient, n)) for n in (1, 2))
    return tumours[0].suv_max < FAINT_SUV, dice(first, second), dice(first, truth), float(first.sum() / truth.sum())


def main() -> None:
    found = [one for number in range(PATIENTS) if (one := agreement(f"agreement-{number}"))]
    faint, *values = (np.array(column) for column in zip(*found, strict=True))
    lines = [
        f"{len(found)} primary tumours of {PATIENTS} phantom patients, `python tools/reader_agreement.py`, {date.today()},",
        f"on {machine()}. Mean Dice in 3-D, and of two readers the range of 80 % of the tumours.",
        "",
        "| tumours | n | two simulated readers | published readers | one reader and the truth | drawn volume / true |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    rows = (
        ("of the usual uptake", ~faint, "0.69, PET/CT"),
        (f"faint (SUVmax below {FAINT_SUV:g})", faint, "0.57, CT alone"),
        ("all", faint | True, "0.61 (HECKTOR 2020)"),
    )
    for name, which, published in rows:
        pair, truth, volume = (column[which] for column in values)
        low, high = np.quantile(pair, [0.1, 0.9])
        cells = [
            f"{pair.mean():.2f} ({low:.2f} to {high:.2f})",
            published,
            f"{truth.mean():.2f}",
            f"{np.median(volume):.2f}",
        ]
        lines.append(f"| {name} | {len(pair)} | " + " | ".join(cells) + " |")
    write_between(ROOT / "docs/explanation/phantom.md", "readers", "\n".join(lines), ("tools/reader_agreement.py",))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
