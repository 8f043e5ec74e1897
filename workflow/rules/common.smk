# What the rules of a study share: checked config, patients, wildcards. Standard library, pandas only.
import yaml

from oneclick.data.cohort import check_given_folds, is_dicom
from oneclick.data.cohort import patients as find_patients
from oneclick.settings.study import TRAITS, check_config, click_kinds, cross_kinds, encoding_of, logs_folder
from oneclick.common.errors import UserError
from oneclick.data.folds import join_folds, read_frozen
from oneclick.settings.cohort_map import points_and_uses
from oneclick.clicks.kinds import needs_mask
from oneclick.engine.patient_files import PerPatient
from oneclick.networks.training_names import named, numbered

try:
    # Of its targets Snakemake speaks only when the rules have been read.
    if "segment" in sys.argv:
        raise UserError("segment needs its own file: --configfile my-segment.yaml, a copy of studies/segment.yaml")
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    config = check_config(config, schema)
    if "map" in sys.argv and "map" not in config:
        raise UserError(
            "map: this study has no section map that says which traits of its phantom to vary; see studies/map.yaml"
        )
    POINTS, USES = points_and_uses(config, schema) if "map" in config else ([], None)
    COHORT = find_patients(config["cohort"])
    check_given_folds(COHORT["fold"], config["folds"])
    GIVEN_FOLDS = COHORT["fold"].astype(int).to_dict() if COHORT["fold"].notna().any() else None
    FROZEN = read_frozen(config["frozen_folds"], config["folds"]) if config["frozen_folds"] else None
    if FROZEN is not None:
        GIVEN_FOLDS = join_folds(list(COHORT.index), FROZEN, GIVEN_FOLDS, config["folds"], config["seed"])
except UserError as error:
    cannot_start("This study", error)

RESULTS = config["results"].rstrip("/")
LOGS = logs_folder(config["results"])
PATIENTS = list(COHORT.index)
FOLDS = list(range(1, config["folds"] + 1))
NETWORKS, METHODS, KINDS = list(config["networks"]), list(config["methods"]), click_kinds(config)
# Methods without training, with their kind of click
CLASSICAL = {name: method["clicks"] for name, method in config["methods"].items() if "classical" in method}
ORACLES = [method for method, row in config["methods"].items() if needs_mask(row, config["networks"])]
# With training.seeds a wildcard method may be cm1CNN.2, which named() takes apart, and a network center.2; with
# training.best_of a network that trains may be center.2.run3.
SEEDS = list(range(1, config["training"]["seeds"] + 1))
PHANTOM = "phantom" in config["cohort"]
MEASURE, CASES = "Dice", "slices"
MADE = f"{RESULTS}/cohort"
if PHANTOM:
    for kind in ("pet", "mask"):
        COHORT[kind] = [f"{MADE}/{patient}/{kind}.nii.gz" for patient in PATIENTS]
PETS, MASKS = list(COHORT["pet"]), list(COHORT["mask"])
# What later stages read: NIfTI files as they are, DICOM as it was converted.
CONVERTED = [patient for patient, pet, mask in zip(PATIENTS, PETS, MASKS) if is_dicom(pet) or is_dicom(mask)]
SCANS = COHORT[["pet", "mask"]].copy()
for kind in ("pet", "mask"):
    SCANS.loc[CONVERTED, kind] = [f"{MADE}/{patient}/{kind}.nii.gz" for patient in CONVERTED]
# Frozen folds are a file that no rule makes, so that trainings depend on it and not on who joined; JOINED are new patients
# with their folds.
FOLDS_CSV = f"{RESULTS}/folds.csv" if FROZEN is None else f"{RESULTS}/all_folds.csv"
JOINED = {} if FROZEN is None else {patient: fold for patient, fold in GIVEN_FOLDS.items() if patient not in FROZEN}
SETTLED = [patient for patient in PATIENTS if patient not in JOINED]


def one_of(names):
    """What a wildcard may be, as a regular expression; nothing where there are no names."""
    return "|".join(names) or "(?!)"


def trained(names):
    """The same, for names that may bear the number of a training."""
    return rf"(?:{one_of(names)})(?:\.[0-9]+)?"


wildcard_constraints:
    patient="[A-Za-z0-9._-]+",
    kind=one_of(cross_kinds(config)),
    fold="[0-9]+",
    network=trained(NETWORKS) + r"(?:\.run[0-9]+)?",
    method=trained(METHODS),


def present(path):
    """A scan as input, or nothing where the user's file is missing: then the verification says so, in better words than
    Snakemake, and stops the study before anything needs the file."""
    return path if path.startswith(MADE) or Path(path).exists() else []


def scan_of(kind, scans=SCANS):
    """Input function for a patient's PET scan or mask (kind: pet, mask)."""
    return lambda wildcards: present(scans.loc[wildcards.patient, kind])


def partners_of(wildcards):
    return partners(*SCANS.loc[wildcards.patient])


def labels_of(wildcards):
    """Which labels of a patient's mask are tumour; a converted mask is 0 and 1."""
    return None if wildcards.patient in CONVERTED else config["cohort"]["labels"]


# Snakemake takes a tenth of a millisecond for each file that each job has as input, and longer if that file is one of many
# that another job makes: with 10,000 patients an hour for this study. So a job that reads files of all patients has their path
# as a param, in which {patient} stands for the name, and as input one file that is made anew whenever one of them is.
COUNTS_CSV = f"{RESULTS}/slice_counts.csv"


def per_patient(items):
    """A list with an item for each patient as a param: a function, for Snakemake would copy the list."""
    kept = PerPatient(items)
    return lambda wildcards: kept


def for_each(path):
    """A path with {patient} as a param: a function, for Snakemake would fill in the patient."""
    return lambda wildcards: path


def of_each(name):
    """A preprocessed file of each patient, e.g. masks.npy, as a param; the input beside it is folds.csv."""
    return for_each(f"{RESULTS}/preprocessed/{{patient}}/{name}")


def of_patients(path, patients=PATIENTS):
    """The files of a path with {patient}; none of no path."""
    return [path.replace("{patient}", patient) for patient in patients] if path else []


def of_all_patients(*names, patients=PATIENTS):
    """Preprocessed files of each patient, e.g. masks.npy."""
    return [file for name in names for file in of_patients(f"{RESULTS}/preprocessed/{{patient}}/{name}", patients)]


def trained_on(wildcards):
    """The patients whose files a network of a fold depends on: all, for who is in which fold is known to the jobs only, but
    for those who have joined this fold since the folds were frozen."""
    return [patient for patient in PATIENTS if JOINED.get(patient) != int(wildcards.fold)]


def joined_of_training(wildcards):
    """The tables of those among them who have joined frozen folds; the others are counted in ``slice_counts.csv``."""
    return of_all_patients("slices.csv", patients=[patient for patient in trained_on(wildcards) if patient in JOINED])


def clicks(kind):
    """The click matrices of a kind as a path with {patient}, None for kind none."""
    return None if kind == "none" else f"{RESULTS}/clicks/{kind}/{{patient}}.npy"


def clicks_of_network(wildcards):
    """The same of the second channel of a network's input: click matrices, or what they are encoded to."""
    name = wildcards.network.partition(".")[0]
    network = config["networks"][name]
    if encoding_of(network)["shape"] == "pixel":
        return clicks(network["clicks"])
    return f"{RESULTS}/encoded/{name}/{{patient}}.npy"


def made(path, patients=PATIENTS):
    """What stands as input for clicks or encoded clicks of patients: one file of the job that makes those of all, and those of
    patients who have joined frozen folds, who have jobs of their own."""
    return of_patients(path, [*SETTLED[:1], *(patient for patient in JOINED if patient in patients)])


def first_or_lost(paths):
    """Of files that one job makes, the one to ask for: the first that is not there, so that a lost one is made again."""
    return next((path for path in paths if not Path(path).exists()), paths[0])


def lost(*names):
    """Preprocessed files of patients that are not there, but were, so that they are made again."""
    there = [patient for patient in PATIENTS if Path(f"{RESULTS}/preprocessed/{patient}/slices.csv").exists()]
    return [path for path in of_all_patients(*names, patients=there) if not Path(path).exists()]


def masks_of(method):
    return of_patients(f"{RESULTS}/masks/{method}/{{patient}}.nii.gz")


def clicks_made_of_network(wildcards):
    return made(clicks_of_network(wildcards))


def clicks_made_of_training(wildcards):
    return made(clicks_of_network(wildcards), trained_on(wildcards))


def settings_of_method(method):
    return config["methods"][named(method)[0]]


def clicks_of_method(wildcards):
    """The clicks that a method itself uses, to choose components, or to grow from if it is classical, as a path with
    {patient}."""
    method = settings_of_method(wildcards.method)
    return clicks(method.get("keep", method.get("clicks", "none")))


def clicks_made_of_method(wildcards):
    return made(clicks_of_method(wildcards))


def network_of(method):
    """The network that a method uses, with the number of its training; None if it is classical."""
    return None if method in CLASSICAL else numbered(settings_of_method(method)["network"], named(method)[1])


def network_clicks(method):
    """The kind of click that a method's network sees, none if it sees none."""
    return "none" if method in CLASSICAL else config["networks"][settings_of_method(method)["network"]]["clicks"]


def classical_settings(wildcards):
    """A method's row, but for the kind of its clicks, which are an input."""
    return {key: value for key, value in config["methods"][wildcards.method].items() if key != "clicks"}
