"""What Snakemake plans grows by a fixed amount with each patient, also where a job makes or reads files of all patients."""

import base64
import json
import re
from pathlib import Path

import pytest
from conftest import copy_of_workflow

STUDY = """\
folds: 2
cohort: {{phantom: {{patients: {patients}, matrix: 64}}}}
preprocess: {{size: 32, min_positive: 2}}
training: {{epochs: 2, batch_size: 4}}
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """Jobs, and inputs of all jobs, of studies by their target and number of patients."""
    study, runs = copy_of_workflow(tmp_path_factory.mktemp("planned"), ""), {}
    for patients in (20, 30):
        (study.folder / f"{patients}.yaml").write_text(STUDY.format(patients=patients))
        for target in ("all", "beyond"):
            runs[f"{target} {patients}"] = ["--dry-run", "--quiet", "host", "--configfile", f"{patients}.yaml", "--", target]
    found = {}
    for name, done in study.runs(runs).items():
        assert done.returncode == 0, done.stderr
        said = done.stdout + done.stderr
        inputs = sum(len(line.split(", ")) for line in re.findall(r"^    input: (.*)$", said, re.MULTILINE))
        found[name] = int(re.search(r"^total +(\d+)$", said, re.MULTILINE)[1]), inputs
    return found


@pytest.mark.parametrize("target, walks", [("all", 0), ("beyond", 4)])
def test_a_patient_adds_two_jobs_and_eleven_inputs(planned, target, walks):
    (jobs, inputs), (more_jobs, more_inputs) = planned[f"{target} 20"], planned[f"{target} 30"]
    # Phantom and preprocess; two scans for the check, two for a contact sheet, three files for slices, four for the stack;
    # two scans for a walk. And one page more of both contact sheets: the check; eleven files of predictions; in all and the
    # report.
    assert (more_jobs - jobs, more_inputs - inputs) == (10 * 2 + 2, 10 * (11 + 2 * walks) + 1 + 11 + 2 * 2)


def test_what_snakemake_keeps_beside_a_file_of_a_patient_does_not_name_all_others(finished):
    found = []
    for path in (finished.folder / "results/provenance/metadata").iterdir():
        made = base64.b64decode(path.name).decode()
        if "phantom-003" in made:
            record = json.loads(path.read_text())
            # The first patient's files may stand for those of all.
            others = set(re.findall(r"phantom-00\d", str(record["input"] + record["params"]))) - {
                "phantom-001",
                "phantom-003",
            }
            assert not others, made
            found.append(Path(made).suffix)
    assert {".npy", ".csv", ".gz"} <= set(found)
