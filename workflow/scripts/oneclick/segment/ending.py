"""Where the results of a segmentation lie, and how many warnings there were, for the end of a run; standard library only."""

import csv
from pathlib import Path


def ending(results: str) -> list[str]:
    """Lines for the terminal, of what the folder ``results`` holds; none before there is a mask."""
    folder = Path(results)
    summary, verification = ([], [])
    for name, rows in (("summary.csv", summary), ("verification.csv", verification)):
        if (folder / name).is_file():
            with open(folder / name, newline="", encoding="utf-8") as file:
                rows += csv.DictReader(file)
    if not summary:
        return []
    patients, methods = (len({row[column] for row in summary}) for column in ("patient", "method"))
    of_scans = sum(row["level"] == "warning" for row in verification)
    of_masks = sum(bool(row["warning"]) for row in summary)
    counted = f"{patients} patient{'s' * (patients != 1)}, {methods} method{'s' * (methods != 1)}"
    lines = [
        f"Masks of {counted}: {results}/masks/{{method}}/{{patient}}.nii.gz",
        f"Lesions: {results}/lesions.csv; clicks: {results}/clicks.csv; both in numbers: {results}/summary.csv",
    ]
    if (folder / "overlays").is_dir():
        lines.append(f"Pictures: {results}/overlays/{{patient}}/")
    if of_scans or of_masks:
        at = [f"{n} in {results}/{name}.csv" for name, n in (("verification", of_scans), ("summary", of_masks)) if n]
        lines.append(f"Warnings, to be looked at: {' and '.join(at)}")
    # what the networks were trained on: for whom the check's lines are far up
    lines += [f"Please note: {row['problem']}" for row in verification if row.get("file") == "segment.models"]
    return lines
