"""How many readers and patients for which precision: python tools/reader_precision.py

Writes the table of docs/how-to/reader-study.md, by the functions of `oneclick/readers/planning.py`. The components of
variance are assumed (below) until readers have read: put those of your pilot, tables/readers_variance.csv, in their place.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "workflow/scripts"), str(ROOT / "benchmarks")]

from bench import write_between  # noqa: E402

from oneclick.readers.planning import of_mean, of_share, of_spread  # noqa: E402

ASSUMED = {"readers": 1.0, "patients": 1.0, "both": 0.5, "within": 4.0}
"""Standard deviations of an offset along an axis, in mm."""
MISS, CLICKS = 0.03, 10
"""human_miss, and tumours on slices of a patient."""
STUDIES = ((1, 20), (2, 10), (3, 10), (3, 20), (3, 40), (5, 20), (5, 40), (8, 40))
"""Readers and patients."""


def lines() -> list[str]:
    """The table as Markdown."""
    head = "| readers | patients | clicks | mean offset, of these readers | of other readers too | spread | human_miss |"
    found = [head, "| --- " * 7 + "|"]
    for readers, patients in STUDIES:
        n = readers * patients * CLICKS
        own, others = (of_mean(ASSUMED, readers, patients, CLICKS, others) for others in (False, True))
        spread, miss = of_spread(ASSUMED["within"], n), 100 * of_share(MISS, n)
        wide = f"\u00b1 {others:.1f} mm" if readers > 1 else "unknown"
        row = f"\u00b1 {own:.1f} mm | {wide} | \u00b1 {spread:.1f} mm | \u00b1 {miss:.1f} %"
        found.append(f"| {readers} | {patients} | {n} | {row} |")
    return found


if __name__ == "__main__":
    write_between(ROOT / "docs/how-to/reader-study.md", "precision", "\n".join(lines()), ("tools/reader_precision.py",))
