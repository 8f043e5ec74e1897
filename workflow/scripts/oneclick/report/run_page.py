"""The page of what was run: counts, warnings, settings, versions. It holds no date, host name or absolute path."""

import os
import platform
import re
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from importlib import metadata
from pathlib import Path

import pandas as pd

from oneclick.common.tables import read_table, write_table
from oneclick.report import page
from oneclick.report.all_warnings import lines_of_warnings
from oneclick.report.marks import Notices

PACKAGES = (
    "numpy", "scipy", "pandas", "nibabel", "pydicom", "highdicom", "keras", "tensorflow", "tensorflow-cpu", "jax", "torch",
    "matplotlib", "seaborn", "snakemake",
)  # fmt: skip


def flatten(config: Mapping, prefix: str = "") -> dict[str, str]:
    """Nested settings as one level of text, in their order: {"a": {"b": 1}} gives {"a.b": "1"}; what is empty is "none".

    Of an absolute path only the last part is kept, for the page goes to others.
    """
    flat = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            flat |= flatten(value, f"{name}.")
        elif isinstance(value, list | tuple) and value:
            flat[name] = ", ".join(_without_folders(item) for item in value)
        else:
            flat[name] = "none" if value is None or value in ({}, [], ()) else _without_folders(value)
    return flat


def _without_folders(value: object) -> str:
    """A value as text, of an absolute path its last part only."""
    text = str(value)
    if isinstance(value, Path) or re.match(r"(/|~|[A-Za-z]:[\\/]|file:)", text):
        return re.split(r"[\\/]", text.rstrip("\\/"))[-1]
    return text


def run_counts(folds: pd.DataFrame, verification: pd.DataFrame) -> dict[str, str]:
    """What was counted in a study. The table of folds (patient, fold, n_slices) has the slices that are used, that of the
    check all patients and n_tumour_slices, also those with too few pixels to be used."""
    found = verification[verification["patient"] != ""].drop_duplicates("patient")
    patients, n = list(found["patient"]), int(folds["n_slices"].sum())
    counts = {
        "Patients": str(len(patients)),
        "Patients with slices": str(len(folds)),
        "Patients without slices": ", ".join(sorted(set(patients) - set(folds["patient"]))) or "none",
        "Slices": str(n),
        "Tumour slices left out, with fewer than preprocess.min_positive pixels": str(
            found["n_tumour_slices"].astype(int).sum() - n  # text where other lines of the table have no number
        ),
    }
    for fold, part in folds.groupby("fold"):
        counts[f"Fold {fold}"] = f"{part['n_slices'].sum()} slices of {len(part)} patient{'s' * (len(part) != 1)}"
    return counts


def suv_sources(verification: pd.DataFrame) -> dict[str, str]:
    """What the SUV of scans from DICOM was taken from, without the minutes, which differ, and of how many patients."""
    found = verification[verification["suv_from"] != ""].drop_duplicates("patient")
    sources = found["suv_from"].str.replace(r", [0-9.]+ min after", " after", regex=True)
    return {source: f"{n} patient{'s' * (n != 1)}" for source, n in sources.value_counts(sort=False).items()}


def software_versions() -> dict[str, str]:
    """Versions of Python and of those packages that the results depend on, where installed; loads none."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            versions[package] = metadata.version(package)
    # What Keras computed with, as in networks.backend
    return versions | {"keras backend": os.environ.get("KERAS_BACKEND", "tensorflow")}


def write_run_page(
    folds_csv: str,
    verification_csv: str,
    warnings_csv: str,
    csv: str,
    html: str,
    config: Mapping,
    notices: Notices,
) -> None:
    """Write what was run as a page and as a table (part, name, value): counts, what SUV was taken from, warnings,
    settings with their seeds, versions of the software. ``warnings_csv``: :mod:`all_warnings`."""
    verification, warnings = read_table(verification_csv), lines_of_warnings(read_table(warnings_csv))
    parts = {
        "Counts": run_counts(read_table(folds_csv), verification),
        "SUV of DICOM": suv_sources(verification),
        "Warnings": {str(n): text for n, text in enumerate(warnings, start=1)} or {"none": ""},
        "Configuration": flatten(config),
        "Versions": software_versions(),
    }
    body = []
    for title, items in parts.items():
        if not items:
            continue
        rows = [f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in items.items()]
        body += [f"<h2>{title}</h2>", page.table([], rows, "text")]
    page.write_page(html, "What was run", body, notices)
    rows = [(part.lower(), name, value) for part, items in parts.items() for name, value in items.items()]
    write_table(pd.DataFrame(rows, columns=["part", "name", "value"]), csv)
