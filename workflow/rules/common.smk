# What the rules of a study share: checked settings, patients, wildcards. Standard library, pandas only.
import pandas as pd
import yaml

from oneclick.clicks.kinds import drawn_from_mask, human_note, is_readers, is_simulated, needs_mask, reader_of
from oneclick.data.cohort import check_given_folds, is_dicom
from oneclick.data.cohort import patients as find_patients
from oneclick.networks.run_names import named, numbered
from oneclick.readers.cases import read_patients
from oneclick.settings.cohort_map import check_points, points_and_uses
from oneclick.settings.duration import estimate
from oneclick.settings.readers import check_readers, reader_codes, reader_kind, readers_files
from oneclick.settings.study import TRAITS, check_config, click_kinds, cross_kinds, encoding_of, logs_folder, used_networks

try:
    # Of its targets Snakemake speaks only when the rules have been read.
    for other in ("segment", "statistics"):
        if other in sys.argv:
            own = f"--configfile my-{other}.yaml, a copy of studies/{other}.yaml"
            raise UserError(f"{other} needs its own file: {own}")
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    config = check_config(config, schema)
    POINTS, USES = points_and_uses(config, schema) if "cohort_map" in config else ([], None)
    COHORT = find_patients(config["cohort"])
    check_given_folds(COHORT["fold"], config["folds"])
    # The files that came back from a reader study, by the readers' codes
    READERS = readers_files(config["clicks"]["readers"])
    check_readers(config, list(COHORT.index), list(READERS))
    if config["given_folds"] and not Path(config["given_folds"]).is_file():
        raise UserError(f"given_folds: there is no file {config['given_folds']}; mend the path, or leave given_folds out")
    if config["given_folds"] and Path(config["given_folds"]).resolve() == Path(config["results"], "folds.csv").resolve():
        raise UserError(f"given_folds: {config['given_folds']} is the file that this study writes; name a copy of it")
except UserError as error:
    cannot_start("This study", error)

RESULTS = config["results"].rstrip("/")
LOGS = logs_folder(config["results"])
PATIENTS = list(COHORT.index)
FOLDS = list(range(1, config["folds"] + 1))
# With clicks of readers, what each of them is worth is asked beside simulated clicks.
KINDS_OF_READERS = [reader_kind(READERS, reader) for reader in READERS]
NETWORKS, METHODS, KINDS = list(config["networks"]), list(config["methods"]), click_kinds(config)
# Also those that are drawn for a question alone
ALL_KINDS = list(dict.fromkeys([*cross_kinds(config), *KINDS_OF_READERS, "random", "center", "human"]))
# Methods without training, with their kind of click
CLASSICAL = {name: method["clicks"] for name, method in config["methods"].items() if "classical" in method}
# With training.use: each, every run is a network of its own: center, center.2, center.3, and so is a method that uses it.
RUNS = list(range(1, config["training"]["runs"] + 1)) if NETWORKS and config["training"]["use"] == "each" else [1]
PHANTOM = "phantom" in config["cohort"]
ORACLES = [method for method, row in config["methods"].items() if needs_mask(row, config["networks"])]
DRAWN = [method for method, row in config["methods"].items() if drawn_from_mask(row, config["networks"])]
NOTICES = {"oracles": ORACLES, "phantom": PHANTOM, "drawn": DRAWN}
HUMAN = {"human": human_note(config["clicks"])}
if "human" in KINDS:
    NOTICES |= HUMAN
OUTCOME = {"measure": "Dice", "cases": "slices"}
CLAIMS_CSV = "<results>/tables/claims.csv"
# The click page holds the study's own networks, those that methods use.
MODELS = RESULTS
NETWORKS_OF_PAGE = {name: config["networks"][name] for name in used_networks(config)}
# The phantom's own traits, from which the points of a map differ
USUAL = {trait: config["cohort"]["phantom"][trait] for trait in TRAITS} if PHANTOM else {}
if PHANTOM:
    for kind in ("pet", "mask"):
        COHORT[kind] = [f"{RESULTS}/cohort/{patient}/{kind}.nii.gz" for patient in PATIENTS]
# What later stages read: NIfTI files as they are, DICOM as it was converted.
SCANS = COHORT[["pet", "mask"]].copy()
CONVERTED = [patient for patient, *scans in SCANS.itertuples() if any(map(is_dicom, scans))]
for kind in ("pet", "mask"):
    SCANS.loc[CONVERTED, kind] = [f"{RESULTS}/cohort/{patient}/{kind}.nii.gz" for patient in CONVERTED]


pathvars:
    results=RESULTS,
    logs=LOGS,


# The stack: all slices of the cohort in one order, and the grids on which they lie.
STACK = {
    "slices_npy": "<results>/slices.npy",
    "masks_npy": "<results>/masks.npy",
    "slices_csv": "<results>/slices.csv",
    "grids_json": "<results>/grids.json",
}

# Of contact sheets. Patients by page; of a large cohort more, since each page asks for what was made of all patients, and
# Snakemake's plan takes time for each page and patient: at ten thousand, a third of it.
PER_PAGE = 20 if len(PATIENTS) <= 1000 else 100
PAGES = {f"{first // PER_PAGE + 1:03d}": PATIENTS[first : first + PER_PAGE] for first in range(0, len(PATIENTS), PER_PAGE)}


def sheet_in_report(path, sheet):
    """A page, shown in the report unless that would become too large for a browser."""
    return (
        in_report(path, "Contact sheets", caption="contact_sheets", pages=PAGES, sheet=sheet) if len(PAGES) <= 10 else path
    )


def files_of_page(wildcards):
    """Input function: the scans of a page's patients that are there, and the other files of their pairs."""
    scans = [path for pair in SCANS.loc[PAGES[wildcards.page]].values.tolist() for path in pair]
    return [path for path in scans if present(path)] + partners(*scans)


def one_of(names):
    """What a wildcard may be, as a regular expression; nothing where there are no names."""
    return "|".join(names) or "(?!)"


def with_runs(names):
    """The same, for names that may bear the number of a run."""
    return rf"(?:{one_of(names)})(?:\.[0-9]+)?"


wildcard_constraints:
    patient="[A-Za-z0-9._-]+",
    kind=one_of(ALL_KINDS),
    reader=one_of(reader_codes(config["reader_study"]) if "reader_study" in config else []),
    fold="[0-9]+",
    network=with_runs(NETWORKS),
    method=with_runs(METHODS),


def present(path):
    """A scan as input, or nothing where the user's file is missing: then the verification says so, in better words than
    Snakemake, and stops the study before anything needs the file."""
    return path if path.startswith(f"{RESULTS}/") or Path(path).exists() else []


def scans_in(table):
    """Input function for a patient's scans and the other files of their pairs, by pet, mask and partners."""
    paths = {patient: scans for patient, *scans in table[["pet", "mask"]].itertuples()}

    def scans_of(wildcards):
        pet, mask = paths[wildcards.patient]
        return {"pet": present(pet), "mask": present(mask), "partners": partners(pet, mask)}

    return scans_of


def source_of(patient):
    """How a patient's own mask is read: labels and regions that are tumour, of the settings or the patient's of the sheet."""
    return {key: COHORT.at[patient, key] for key in ("labels", "roi")}


def labels_of(patient):
    """Which labels of a patient's mask are tumour, as later stages read it; a converted mask is 0 and 1."""
    return None if patient in CONVERTED else COHORT.at[patient, "labels"]


def settings_of_network(name):
    return config["networks"][named(name)[0]]


def settings_of_method(name):
    return config["methods"][named(name)[0]]


def network_of(method):
    """The network that a method uses, with the number of its run; None if it is classical."""
    return None if method in CLASSICAL else numbered(settings_of_method(method)["network"], named(method)[1])


def clicks(kind):
    """The click matrices of a kind; none of kind none."""
    return [] if kind == "none" else f"<results>/clicks/{kind}.npy"


def clicks_of_network(wildcards):
    """The second channel of a network's input: click matrices, or what they are encoded to."""
    network = settings_of_network(wildcards.network)
    if encoding_of(network)["shape"] == "pixel":
        return clicks(network["clicks"])
    return f"<results>/encoded/{named(wildcards.network)[0]}.npy"


def network_clicks(method):
    """The kind of click that a method's network sees, none if it sees none."""
    return "none" if method in CLASSICAL else settings_of_network(network_of(method))["clicks"]


def kept_clicks(method):
    """The kind of click that a method itself uses: to choose components, or to grow from if it is classical."""
    row = settings_of_method(method)
    return row.get("keep", row.get("clicks", "none"))


def of_readers(kind, table):
    """The tables of those readers whose clicks a kind may be: of one, or of all."""
    code = reader_of(kind)
    return [f"<results>/readers/{table}/{reader}.csv" for reader in ([code] if code else READERS)]


def of_folds(path):
    """The files of a path with {fold}, in the order of the folds; other wildcards stay."""
    return [path.replace("{fold}", str(fold)) for fold in FOLDS]


def scores_of_points(wildcards):
    """Input function: the scores of all points of a map of cohorts. It is called when the map is asked for, in whatever way;
    unless all points have run the run ends here, before any job."""
    try:
        points, _ = points_and_uses(config, schema)
        check_points(points[1:], os.path.relpath([*workflow.overwrite_configfiles, "config.yaml"][0]))
    except UserError as error:
        cannot_start("The map of cohorts", error)
    return [point.scores_csv for point in points]


def n_slices_known(jobs):
    """How many slices with tumour the study has: counted in the stack, or by the check of all scans, if they stay as they
    are; None where nobody has counted yet."""
    try:
        if not jobs["stack"]:
            return len(pd.read_csv(f"{RESULTS}/slices.csv"))
        if not jobs["verify"]:
            table = pd.read_csv(f"{RESULTS}/verification.csv", usecols=["patient", "n_tumour_slices"])
            return int(table.drop_duplicates("patient")["n_tumour_slices"].sum())
    except (OSError, ValueError):
        pass  # it is told what is wrong with them where they are needed


def how_long(jobs):
    """A sentence on how long this run takes."""
    return estimate(jobs, n_slices_known(jobs), len(PATIENTS), workflow.cores, config)
