import re
import sys

import numpy as np
import pandas as pd

from oneclick.report import run_page
from oneclick.report.marks import Notices


def test_run_page_tells_counts_settings_and_versions_but_no_folders(tmp_path, monkeypatch):
    config = {
        "cohort": {"pet": "/home/someone/{patient}/pet.nii.gz", "mask": "data/{patient}/mask.nii.gz"},
        "seed": 2024,
        "methods": {"a<b": {"network": "plain"}},
        "stop": None,
        "levels": [16, 32],
    }
    folds = pd.DataFrame({"patient": ["p", "r", "s"], "fold": [1, 2, 2], "n_slices": [3, 4, 5]})
    names = ["p", "q", "q", "r", "s", "NA", ""]  # one has a note too, and a line is about the cohort
    n_slices = ["5", "0", "", "6", "4", "1", ""]  # text, as read from a table with gaps
    verification = pd.DataFrame({"patient": names, "n_tumour_slices": n_slices, "level": "", "file": "", "problem": ""})
    verification = verification.assign(mend="")
    timed = [f"Bq/ml: SeriesTime, {minutes} min after X" for minutes in ("60.0", "61.5", "61.5")]
    verification = verification.assign(suv_from=[*timed, "SUV", "", "", ""])
    counts = run_page.run_counts(folds, verification)
    assert counts == {
        "Patients": "5",
        "Patients with slices": "3",
        "Patients without slices": "NA, q",
        "Slices": "12",
        "Tumour slices left out, with fewer than preprocess.min_positive pixels": "4",
        "Fold 1": "3 slices of 1 patient",
        "Fold 2": "9 slices of 2 patients",
    }
    warnings = [
        ("q", "verify", "/home/someone/q.nii", "odd <b>", ""),
        ("", "train plain fold 2", "", "run 1 collapsed", "look"),
    ]
    warnings = pd.DataFrame(warnings, columns=["patient", "job", "file", "problem", "mend"])
    tables = {"folds": folds, "verification": verification, "warnings": warnings}
    for name, table in tables.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    monkeypatch.setattr(run_page, "software_versions", lambda: {"keras": "3.1"})
    paths = [tmp_path / name for name in ("folds.csv", "verification.csv", "warnings.csv", "r.csv", "r.html")]
    run_page.write_run_page(*paths, config, Notices())
    html, table = (tmp_path / "r.html").read_text(), pd.read_csv(tmp_path / "r.csv").set_index("name")["value"]
    assert "<th>seed</th><td>2024</td>" in html
    assert "methods.a&lt;b.network" in html
    assert "<th>keras</th><td>3.1</td>" in html and "<th>1</th><td>patient q: odd &lt;b&gt;</td>" in html
    assert "<th>2</th><td>train plain fold 2: run 1 collapsed; look</td>" in html
    assert "<th>Bq/ml: SeriesTime after X</th><td>2 patients</td>" in html and "<th>SUV</th><td>1 patient</td>" in html
    assert "<th>Slices</th><td>12</td>" in html and "<th>Patients</th><td>5</td>" in html
    assert "someone" not in html + (tmp_path / "r.csv").read_text()
    assert table["cohort.pet"] == "pet.nii.gz"
    assert table["cohort.mask"] == "data/{patient}/mask.nii.gz"
    assert table["levels"] == "16, 32"
    assert table["stop"] == "none" or pd.isna(table["stop"])


def test_versions_are_those_of_the_loaded_packages(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    versions = run_page.software_versions()
    assert versions["numpy"] == np.__version__
    assert versions["pandas"] == pd.__version__
    assert versions["python"] == sys.version.split()[0]
    assert versions.pop("keras backend") == "tensorflow"
    assert all(re.match(r"\d+\.\d+", version) for version in versions.values())
