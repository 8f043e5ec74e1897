import re
import sys

import numpy as np
import pandas as pd

from oneclick.report import run_page


def test_run_page_tells_counts_settings_and_versions_but_no_folders(tmp_path):
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
    counts = run_page.run_counts(folds, pd.DataFrame({"patient": names, "n_tumour_slices": n_slices}))
    assert counts == {
        "Patients": "5",
        "Patients with slices": "3",
        "Patients without slices": "NA, q",
        "Slices": "12",
        "Tumour slices left out, with fewer than preprocess.min_positive pixels": "4",
        "Fold 1": "3 slices of 1 patient",
        "Fold 2": "9 slices of 2 patients",
    }
    pages = {"html": tmp_path / "r.html", "csv": tmp_path / "r.csv"}
    run_page.write_run_page(config=config, versions={"keras": "3.1"}, counts=counts, warnings=["odd <b>"], **pages)
    html, table = (tmp_path / "r.html").read_text(), pd.read_csv(tmp_path / "r.csv").set_index("name")["value"]
    assert "<th>seed</th><td>2024</td>" in html
    assert "methods.a&lt;b.network" in html
    assert "<th>keras</th><td>3.1</td>" in html and "<th>1</th><td>odd &lt;b&gt;</td>" in html
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
