"""The statistics run on scores from anywhere, without a study."""

import os
import subprocess

import numpy as np
import pandas as pd
from conftest import SNAKEMAKE

from oneclick.common.version import VERSION

CONFIG = "statistics: {scores: my.csv, measure: Surface Dice, cases: lesions}\n"


STATISTICS = ("statistics", "--configfile", "statistics.yaml")


def scores(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    rows = []
    for patient in range(n):
        shared = rng.normal(0.6, 0.1)
        for case in range(4):
            rows += [
                (method, f"p{patient}", case, shared + gain) for method, gain in (("a", 0), ("b", rng.normal(0.1, 0.02)))
            ]
    return pd.DataFrame(rows, columns=["method", "patient", "case", "score"])


def test_tables_and_texts_from_a_csv_file(fresh):
    table = scores(12)
    table.to_csv(fresh.folder / "my.csv", index=False)
    (fresh.folder / "statistics.yaml").write_text(CONFIG)
    # Nothing is needed in HOME, which is not there on some machines.
    environment = {key: value for key, value in os.environ.items() if key not in ("XDG_CACHE_HOME", "MPLCONFIGDIR")}
    environment |= {"HOME": "/proc/nowhere"}
    command = [SNAKEMAKE, "--cores", "1", *STATISTICS]
    done = subprocess.run(command, cwd=fresh.folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((fresh.folder / ".snakemake/mplconfigdir").glob("fontlist*.json"))
    results = fresh.folder / "results-statistics/tables"
    pair = pd.read_csv(results / "by_patient_pairs.csv").iloc[0]
    wide = table.pivot(index=["patient", "case"], columns="method", values="score")
    assert np.isclose(pair["median_difference"], (wide["b"] - wide["a"]).median())
    assert (pair["higher"], pair["lower"]) == (12, 0) and pair["permutation_p"] == 2 / 2**12
    assert not (results / "claims.csv").exists()
    assert (results.parent / "scores.csv").read_text().startswith("method,patient,case,score\na,p0,0,")
    assert "Median Surface Dice" in (results / "by_patient.html").read_text()
    paragraph = (results / "statistics.md").read_text()
    assert "compared on 48 lesions of 12 patients" in paragraph and "(all 4,096 swaps, so p is exact)" in paragraph
    assert f"oneclick-pet {VERSION}, Python" in paragraph
    for figure in ("medians", "differences"):
        assert "n = 48 lesions of 12 patients" in (results.parent / f"figures/{figure}.svg").read_text()
    assert fresh.jobs(*STATISTICS) == {}


def test_what_is_wrong_is_said_in_a_sentence(fresh):
    (fresh.folder / "statistics.yaml").write_text(CONFIG)
    done = fresh.asked(*STATISTICS)
    assert done.returncode and "statistics.scores: there is no file my.csv; mend the path" in done.stdout + done.stderr
    scores(3).drop(columns="patient").to_csv(fresh.folder / "my.csv", index=False)
    done = fresh.snakemake(*STATISTICS)
    said = done.stdout + done.stderr
    assert done.returncode and "my.csv: there is no column patient" in said and "Traceback" not in said
    assert not (fresh.folder / "results-statistics/scores.csv").exists()
