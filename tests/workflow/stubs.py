"""Finished studies of empty files, for what Snakemake plans: it has been told to take them for results (--touch), so they
have the records of params and inputs that real ones have, and it looks at nothing else."""

import json
from pathlib import Path

import yaml
from conftest import Study, copy_of_workflow

PATIENTS = "abcd"


def arguments_of(folder: Path, name: str, settings: dict, study: str, target: str = "all") -> list[str]:
    """The arguments of a run of a study with these settings, whose file is written."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"results": f"results-{study}"} | settings))
    return [target, "--configfile", str(path)]


def finished_stubs(folder: Path, studies: dict[str, dict], targets: dict[str, str]) -> Study:
    """The workflow with finished studies, settings by name, beside one another; their scans are empty files too."""
    stubs = copy_of_workflow(folder, "")
    for patient in PATIENTS:
        for name in ("pet.nii.gz", "mask.nii.gz", "pet-2.nii.gz", "mask-2.nii.gz"):
            (folder / "data" / patient).mkdir(parents=True, exist_ok=True)
            (folder / "data" / patient / name).open("a").close()  # keeps the date of one that is there
        (folder / "dicom" / patient / "pet").mkdir(parents=True, exist_ok=True)
        (folder / "dicom" / patient / "mask.dcm").open("a").close()
    for path in ("readers/R1.csv", "readers/R2.csv", "others/R1.csv"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).touch()
    lines = [f"{patient}\tdata/{patient}/pet.nii.gz\tdata/{patient}/mask.nii.gz\n" for patient in PATIENTS]
    for sheet in ("patients.tsv", "same.tsv"):
        (folder / sheet).write_text("patient\tpet\tmask\n" + "".join(lines))
    # The same, with the labels of one patient
    cells = ["labels", "1", *([""] * (len(lines) - 1))]
    rows = [line.rstrip("\n") + f"\t{cell}\n" for line, cell in zip(["patient\tpet\tmask\n", *lines], cells, strict=True)]
    (folder / "labels.tsv").write_text("".join(rows))
    for table in ("folds-of-others.csv", "same-folds-of-others.csv"):
        (folder / table).write_text("patient,fold\n" + "".join(f"phantom-{n:03d},{n % 2 + 1}\n" for n in range(1, 6)))
    asked = {
        study: arguments_of(folder, study, settings, study, targets.get(study, "all")) for study, settings in studies.items()
    }
    for name, done in stubs.runs({study: [*arguments, "--dag", "--forceall"] for study, arguments in asked.items()}).items():
        assert done.returncode == 0, f"{name}: {done.stderr}"
        for job in json.loads(done.stdout):
            for output in job["output"]:
                (folder / output).parent.mkdir(parents=True, exist_ok=True)
                (folder / output).mkdir() if output in job["directories"] else (folder / output).touch()
    # One after the other, for a run that writes locks the folder.
    for study, arguments in asked.items():
        done = stubs.asked(*arguments, "--touch", "--forceall")
        assert done.returncode == 0, f"{study}: {done.stderr}"
    return stubs
