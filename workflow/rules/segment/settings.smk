# What the rules for new patients share: checked settings, those of the finished study, the patients.
import yaml

from oneclick.clicks.tables import lines_of_table
from oneclick.data.cohort import is_dicom, new_patients
from oneclick.settings.study import automatic_network, check_keys, check_segment, check_shared, encoding_of, logs_folder
from oneclick.common.errors import UserError
from oneclick.segment.ending import ending
from oneclick.segment.trained_study import trained_study

try:
    schema = yaml.safe_load((ROOT / "workflow/schemas/segment.schema.yaml").read_text())
    MODELS = check_keys(config, schema)["segment"]["models"].rstrip("/")
    of_studies = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    STUDY = trained_study(MODELS, lambda study: check_shared(study, of_studies))
    config = check_segment(config, schema, STUDY)
    if Path(config["results"]).resolve() == Path(MODELS).resolve():
        raise UserError(f"results: {config['results']} is the study's own folder; name another")
    NEW = new_patients(
        *(config["segment"][key] for key in ("pet", "clicks")), follow_links=config["segment"]["follow_links"]
    )
except UserError as error:
    cannot_start("This segmentation", error)

RESULTS = config["results"].rstrip("/")
LOGS = logs_folder(config["results"])
METHODS = {method: STUDY["methods"][method] for method in config["segment"]["methods"]}
AUTOMATIC = automatic_network(STUDY) if config["segment"]["unclicked"] == "automatic" else None
NETWORKS = sorted({method["network"] for method in METHODS.values()} | ({AUTOMATIC} - {None}))
FOLDS = range(1, STUDY["folds"] + 1)
PATIENTS = list(NEW.index)
# How slices are prepared: by the user's choice, and as the study's networks saw theirs
PREPARATION = (
    {key: config["segment"][key] for key in ("background", "unclicked")}
    | {key: STUDY["preprocess"][key] for key in ("size", "spacing", "resize_pet")}
    | {"seen_mm": STUDY["seen_mm"]}
)
# Tables of all patients
TABLES = ["lesions", "clicks", "summary"]
# The files of a patient's slices and clicks
PREPARED = {
    "slices_npy": "<results>/preprocessed/{patient}/slices.npy",
    "clicks_npy": "<results>/preprocessed/{patient}/clicks.npy",
    "slices_csv": "<results>/preprocessed/{patient}/slices.csv",
    "clicks_csv": "<results>/preprocessed/{patient}/clicks.csv",
    "grid_json": "<results>/preprocessed/{patient}/grid.json",
}


pathvars:
    results=RESULTS,
    logs=LOGS,


wildcard_constraints:
    patient="[A-Za-z0-9._-]+",


def scan_of(wildcards):
    """A new patient's PET: the file, or what its DICOM was converted to."""
    path = NEW.loc[wildcards.patient, "pet"]
    return f"{RESULTS}/cohort/{wildcards.patient}/pet.nii.gz" if is_dicom(path) else present(path)


# One table for all patients: a patient's own lines count, not the file's date, for another's click is no reason to segment again.
TABLE = None if "{patient}" in config["segment"]["clicks"] else config["segment"]["clicks"]
LINES = lines_of_table(TABLE) if TABLE else {}


def clicks_of(wildcards):
    path = present(NEW.loc[wildcards.patient, "clicks"])
    return ancient(path) if TABLE and path else path


def partners_of(wildcards):
    return partners(NEW.loc[wildcards.patient, "pet"])


def present(path):
    """A file as input, or nothing where it is missing: then the check says so, and stops before anything needs it."""
    return path if Path(path).exists() else []
