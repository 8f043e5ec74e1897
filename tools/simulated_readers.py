"""Files of simulated readers for a study: python tools/simulated_readers.py my-study.yaml

They take the place of what readers send back, to try the whole way before anybody reads. The study must have run; its
section reader_study names simulated readers (`readers: [sim1, sim2, sim3]`), and clicks.readers says where the files go.
Each has another bias, spread and speed. They are no readers: they know the mask.
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "workflow/scripts"))

from oneclick.common.errors import UserError  # noqa: E402
from oneclick.data.cohort import patients as find_patients  # noqa: E402
from oneclick.data.stack import read_grids  # noqa: E402
from oneclick.readers.cases import cases_of_reader  # noqa: E402
from oneclick.readers.places import read_scan  # noqa: E402
from oneclick.readers.simulated import SimulatedReader, write_events  # noqa: E402
from oneclick.settings.files import read_settings  # noqa: E402
from oneclick.settings.readers import reader_codes  # noqa: E402
from oneclick.settings.study import check_config  # noqa: E402

BIAS_MM = ((1.5, 0.5), (-0.5, 1.0), (0.5, -0.75))
SPREAD_MM, SECONDS = (3.0, 4.0, 5.0), (2.5, 3.0, 4.0)


def simulated_reader(number: int, code: str) -> SimulatedReader:
    """The simulated reader of a number, from 0: the first three differ, then they begin anew."""
    at = number % len(BIAS_MM)
    return SimulatedReader(code, BIAS_MM[at], SPREAD_MM[at], miss=0.03, skip=0.03, seconds=SECONDS[at], patient_mm=1.0)


def main(study: str) -> None:
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    config = check_config(read_settings(study), schema)
    if "reader_study" not in config or not config["clicks"]["readers"]:
        raise UserError(f"{study}: give reader_study and clicks.readers")
    cohort, settings, results = find_patients(config["cohort"]), config["reader_study"], Path(config["results"])
    grids = read_grids(str(results / "grids.json"))
    pages = {code: cases_of_reader(settings, code, list(cohort.index), config["seed"]) for code in reader_codes(settings)}
    scans = {}
    for patient in dict.fromkeys(case["patient"] for page in pages.values() for case in page["cases"]):
        folder = results / "cohort" / patient  # phantoms, and what was DICOM
        own = {kind: folder / f"{kind}.nii.gz" for kind in ("pet", "mask")}
        pet, mask = (str(path if path.exists() else cohort.at[patient, kind]) for kind, path in own.items())
        labels = None if own["mask"].exists() else cohort.at[patient, "labels"]
        connectivity = config["clicks"]["connectivity"]
        scan = read_scan(patient, pet, mask, labels, grids[patient], settings["clicks"], connectivity)
        scans[patient] = scan, grids[patient]
    for number, (code, page) in enumerate(pages.items()):
        path = Path(config["clicks"]["readers"].replace("*", code))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_events(simulated_reader(number, code), page, scans, config["seed"], str(path))
        print(f"{path}: simulated reader {code}, {len(page['cases'])} cases")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except UserError as error:
        sys.exit(str(error))
