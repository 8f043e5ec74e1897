"""Which rules rerun when a setting changes: for every key of the schema, the dry run of a study against what ought to rerun.

No study is computed: empty files that Snakemake has been told to take for results (--touch) have the same records of params
and inputs, and a dry run looks at nothing else. What a dry run says of a real study is in test_reruns.py.
"""

import copy

import pytest
import yaml
from conftest import ROOT
from stubs import arguments_of, finished_stubs

# Groups of rules that follow one another, from the end of the flow to its start; each begins with the rules of its own.
REPORT = {"front_page"}
PAGE = {"settings", "run_page"} | REPORT
WARNINGS = {"gather_warnings", "run_page"} | REPORT
ANSWERS = {"conclusions"} | REPORT
OTHER_CLICKS_TABLES = {"cross_table", "miss_table", "offset_tables", "offset_maps", "offset_pictures"} | ANSWERS
OTHER_CLICKS = {"other_clicks"} | OTHER_CLICKS_TABLES
OTHER_CLICKS_CLASSICAL = {"other_clicks_classical"} | OTHER_CLICKS_TABLES
CROSS = {"other_clicks", "other_clicks_classical", "cross_table"} | ANSWERS | PAGE
STATISTICS = {"scores", "tables", "by_patient", "write_up", "box_plots", "example_slices", "prediction_sheet"}
STATISTICS |= {"effort_tables"} | ANSWERS | WARNINGS
WALK = {"walk_lesions", "walk_tables", "effort_tables"} | ANSWERS
MEASURES = {"measure_masks", "measure_tables"} | REPORT
OF_MASKS = {"export_masks", "score"} | STATISTICS | MEASURES
POSTPROCESS = {"postprocess"} | OF_MASKS | WALK
CLASSICAL = {"segment_classical"} | OF_MASKS
THRESHOLDS = {"threshold", "thresholds"} | POSTPROCESS | OTHER_CLICKS | PAGE
PREDICT = {"predict"} | THRESHOLDS
TRAIN = {"train", "loss_curves"} | PREDICT
CLICKS = {"clicks", "click_matrices"} | TRAIN | CLASSICAL | OTHER_CLICKS_CLASSICAL
FOLDS = {"folds"} | TRAIN | {"score"} | MEASURES | OTHER_CLICKS_CLASSICAL
STACK = {"stack", "encode"} | CLICKS | FOLDS
PREPROCESS = {"preprocess"} | STACK
CHECK = {"verify", "verified", "scan_sheet"}
SCANS = CHECK | PREPROCESS

STUDIES = {
    "phantom": {
        "seed": 7,
        "cohort": {"phantom": {"patients": 4, "matrix": 64, "slices": [20, 20]}},
        "preprocess": {"size": 32, "min_positive": 2},
        "folds": 2,
        "networks": {
            "plain": {"clicks": "none"},
            "random": {"clicks": "random"},
            "center": {"clicks": "center", "encoding": "disk", "encoding_mm": 20},
        },
        "methods": {
            "CNNonly": {"network": "plain"},
            "CNNcm": {"network": "plain", "keep": "center"},
            "rand1CNN": {"network": "random"},
            "cm1CNN": {"network": "center"},
            "grown": {"classical": "region_growing", "clicks": "suvmax"},
        },
        "cross": {"kinds": ["random", "human"]},
    },
    "files": {"cohort": {"pet": "data/{patient}/pet.nii.gz", "mask": "data/{patient}/mask.nii.gz"}, "folds": 2},
    "dicom": {"cohort": {"pet": "dicom/{patient}/pet", "mask": "dicom/{patient}/mask.dcm"}, "folds": 2},
    "sheet": {"cohort": {"sheet": "patients.tsv"}, "folds": 2},
    "given": {
        "cohort": {"phantom": {"patients": 4, "matrix": 64, "slices": [20, 20]}},
        "folds": 2,
        "given_folds": "folds-of-others.csv",
        "networks": {"plain": {"clicks": "none"}},
        "methods": {"CNNonly": {"network": "plain"}},
    },
    "map": {
        "cohort": {"phantom": {"patients": 4, "matrix": 64, "slices": [20, 20]}},
        "folds": 2,
        "cohort_map": {"parameters": {"contrast": [0.5]}},
    },
    "read": {
        "cohort": {"phantom": {"patients": 4, "matrix": 64, "slices": [20, 20]}},
        "folds": 2,
        "networks": {"plain": {"clicks": "none"}, "read": {"clicks": "reader-R2"}},
        "methods": {
            "CNNonly": {"network": "plain"},
            "own": {"network": "read"},
            "kept": {"network": "plain", "keep": "reader"},
        },
        "clicks": {"readers": "readers/*.csv"},
        "reader_study": {"readers": ["R1", "R2"], "patients": 3, "repeated": 1, "practice": None},
    },
}
# Of the others only the own rules of a study are asked for; the points of a map have settings of their own.
TARGETS = {"phantom": "beyond"}
# A study of networks alone, without the questions beyond the paper
STUDY = {
    "verify", "verified", "preprocess", "stack", "clicks", "click_matrices", "folds", "train", "loss_curves", "predict",
    "threshold", "thresholds", "settings", "run_page", "postprocess", "export_masks", "score", "scores", "tables",
    "by_patient", "write_up", "box_plots", "example_slices", "scan_sheet", "prediction_sheet",
    "gather_warnings", "front_page",
}  # fmt: skip
FROM_FOLDS = STUDY - CHECK - {"preprocess", "stack", "clicks", "click_matrices"}

# What follows from the cases of all readers: the network that was trained on one of them, the method that keeps by all
READ = {"reader_cases", "read_reader", "reader_clicks", "click_matrices"} | STUDY - CHECK - {
    "preprocess", "stack", "clicks", "folds", "scan_sheet",
}  # fmt: skip

# key: [(study, its new value with what must go with it, the rules that ought to rerun, how many networks are trained)]
EVERY = 6
SETTINGS = {
    "results": [("phantom", {"results": "results-new"}, SCANS | {"phantom", "flowchart"}, EVERY)],
    "seed": [
        ("phantom", {"seed": 8}, SCANS | {"phantom"}, EVERY),
        # Statistics draw their intervals.
        ("files", {"seed": 8}, STUDY - CHECK - {"preprocess", "stack"}, EVERY),
    ],
    "paper_size": [("phantom", {"paper_size": True}, SCANS | {"phantom"}, 15)],
    "cohort.phantom.patients": [("phantom", {"cohort.phantom.patients": 5}, SCANS | {"phantom"}, EVERY)],
    "cohort.pet": [("files", {"cohort.pet": "data/{patient}/pet-2.nii.gz"}, STUDY, EVERY)],
    "cohort.mask": [("files", {"cohort.mask": "data/{patient}/mask-2.nii.gz"}, STUDY, EVERY)],
    # The sheet itself is no input: its lines are.
    "cohort.sheet": [
        ("sheet", {"cohort.sheet": "same.tsv"}, {"run_page"} | REPORT, 0),
        ("sheet", {"cohort.sheet": "labels.tsv"}, STUDY, EVERY),
    ],
    "cohort.follow_links": [("files", {"cohort.follow_links": True}, {"run_page"} | REPORT, 0)],
    "cohort.labels": [("files", {"cohort.labels": [1]}, STUDY, EVERY)],
    "cohort.roi": [("dicom", {"cohort.roi": ["GTV"]}, STUDY | {"convert"}, EVERY)],
    "preprocess.size": [("phantom", {"preprocess.size": 64}, SCANS, EVERY)],
    "preprocess.spacing": [("phantom", {"preprocess.spacing": 20}, SCANS, EVERY)],
    "preprocess.resize_pet": [("phantom", {"preprocess.resize_pet": "bilinear"}, PREPROCESS, EVERY)],
    "preprocess.resize_mask": [("phantom", {"preprocess.resize_mask": "bilinear"}, SCANS, EVERY)],
    "preprocess.min_positive": [("phantom", {"preprocess.min_positive": 3}, SCANS, EVERY)],
    # The network without clicks is trained on the same as before.
    "clicks.connectivity": [("phantom", {"clicks.connectivity": 4}, {"encode"} | CLICKS, 4)],
    "clicks.center": [("phantom", {"clicks.center": "rounded"}, ({"encode"} | CLICKS) - {"segment_classical"}, 2)],
    # The simulated person clicks in the cross table only.
    **{
        f"clicks.{key}": [("phantom", {f"clicks.{key}": value}, CROSS | {"clicks", "click_matrices"}, 0)]
        for key, value in (("human_aim", "suvmax"), ("human_sigma_mm", 9), ("human_miss", 0.5))
    },
    "clicks.human_source": [("phantom", {"clicks.human_source": "measured"}, {"cross_table"} | ANSWERS | PAGE, 0)],
    # Other files, of the same readers or of one alone
    "clicks.readers": [
        (
            "read",
            {"clicks.readers": "others/*.csv", "networks.read.clicks": "reader-R1"},
            (READ - {"reader_cases"}) | {"flowchart"},
            2,
        )
    ],
    "reader_study.readers": [("read", {"reader_study.readers": ["R1", "R2", "R3"]}, {"run_page"} | REPORT, 0)],
    **{
        f"reader_study.{key}": [("read", {f"reader_study.{key}": value}, READ, 2)]
        for key, value in {
            "patients": ["phantom-001", "phantom-002"], "repeated": 2, "instruction": "Click.",
            "show_answer": True, "practice": "phantom-001", "break_after": 2,
        }.items()
    },
    # Only on slices can clicks be those of networks and methods.
    "reader_study.clicks": [
        (
            "read",
            {"reader_study.clicks": "lesion", "networks.read.clicks": "random", "methods.kept": {"network": "plain"}},
            (READ - {"reader_clicks"}) | {"clicks", "flowchart"},
            2,
        )
    ],
    "folds": [("phantom", {"folds": 3}, CHECK | FOLDS, 9)],
    "given_folds": [
        ("phantom", {"given_folds": "folds-of-others.csv"}, FOLDS, EVERY),
        ("given", {"given_folds": None}, FROM_FOLDS, 2),
        # Another table of folds may hold others, whatever it holds.
        ("given", {"given_folds": "same-folds-of-others.csv"}, FROM_FOLDS, 2),
    ],
    **{
        f"training.{key}": [("phantom", {f"training.{key}": value}, TRAIN, EVERY)]
        for key, value in {
            "epochs": 3, "batch_size": 4, "learning_rate": 0.01, "output": "sigmoid", "validation_fraction": 0.2,
            "validation_split": "last", "early_stopping": 5, "runs": 2, "precision": "mixed_bfloat16", "dropout": "byte",
            "crop": "body",
        }.items()
    },
    "training.use": [
        ("phantom", {"training.use": "best"}, TRAIN, EVERY),
        # A second run of each network, its masks and scores, and their table; the study's own stay.
        (
            "phantom",
            {"training.use": "each", "training.runs": 2},
            # The loss curves say which run they are of.
            {"train", "loss_curves", "predict", "threshold", "postprocess", "score", "with_runs", "repeat_tables"}
            | PAGE
            | WARNINGS,
            EVERY,
        ),
    ],
    "networks.NAME.clicks": [
        ("phantom", {"networks.random.clicks": "suvmax"}, TRAIN | {"flowchart"}, 2),
    ],
    "networks.NAME.encoding": [("phantom", {"networks.center.encoding": "gaussian"}, TRAIN | {"encode", "flowchart"}, 2)],
    "networks.NAME.encoding_mm": [("phantom", {"networks.center.encoding_mm": 10}, TRAIN | {"encode", "flowchart"}, 2)],
    "networks.NAME.encoding_pixels": [
        (
            "phantom",
            {"networks.center": {"clicks": "center", "encoding": "disk", "encoding_pixels": 2}},
            TRAIN | {"encode", "flowchart"},
            2,
        )
    ],
    "methods.NAME.network": [
        ("phantom", {"methods.CNNcm.network": "random"}, POSTPROCESS | OTHER_CLICKS | PAGE | {"flowchart"}, 0),
    ],
    **{
        f"methods.NAME.{key}": [
            ("phantom", {f"methods.CNNcm.{key}": value}, POSTPROCESS | OTHER_CLICKS | PAGE | {"flowchart"}, 0)
        ]
        for key, value in (("keep", "random"), ("min_pixels", 5), ("fill_holes", True))
    },
    **{
        f"methods.NAME.{key}": [
            ("phantom", {f"methods.grown.{key}": value}, CLASSICAL | OTHER_CLICKS_CLASSICAL | PAGE | {"flowchart"} | more, 0)
        ]
        # The cross table has the kinds that the study uses, so one kind less is asked of the others as well.
        for key, value, more in (
            ("classical", "watershed", set()),
            ("clicks", "random", {"other_clicks"}),
            ("percent", 50, set()),
        )
    },
    "scores.both_empty": [("phantom", {"scores.both_empty": 1}, THRESHOLDS | OTHER_CLICKS_CLASSICAL, 0)],
    "offsets.distances_mm": [
        (
            "phantom",
            {"offsets.distances_mm": [0, 30]},
            {"other_clicks", "other_clicks_classical", "offset_tables", "offset_maps", "offset_pictures"} | ANSWERS | PAGE,
            0,
        )
    ],
    "measures.tolerance_mm": [("phantom", {"measures.tolerance_mm": 3}, MEASURES | PAGE, 0)],
    **{
        f"effort.{key}": [
            ("phantom", {f"effort.{key}": value}, {"effort_tables"} | PAGE, 0),
            ("map", {f"effort.{key}": value}, PAGE, 0),
        ]
        for key, value in {
            "seconds_per_click": 1, "seconds_per_corrected_slice": 1, "seconds_per_contour": 1, "dice_by_hand": 0.5,
            "corrected_percent": [20], "source": "measured",
        }.items()
    },
    "cross.kinds": [
        ("phantom", {"cross.kinds": ["human"]}, CROSS, 0),
        ("map", {"cross.kinds": ["human"]}, PAGE, 0),
    ],
    **{
        f"cohort.phantom.{key}": [("phantom", {f"cohort.phantom.{key}": value}, SCANS | {"phantom"}, EVERY)]
        for key, value in {
            "matrix": 32, "slices": [22, 22], "look_alikes": 2, "contact": 0.5, "contrast": 2, "lesion_size": 0.5,
            "counts": 2, "after_treatment": 0.5, "reader": 2,
        }.items()
    },
    **{
        f"cohort_map.parameters.{key}": [("map", {"cohort_map.parameters": {key: [value]}}, PAGE, 0)]
        for key, value in {
            "look_alikes": 2, "contact": 0.5, "contrast": 2, "lesion_size": 0.5, "counts": 2, "after_treatment": 0.5,
            "reader": 2,
        }.items()
    },
}  # fmt: skip


def leaves(schema: dict, path: str = "") -> set[str]:
    """The full names of the keys of a schema that are no sections; NAME stands for the name of a network or method."""
    found = set()
    for key, part in [
        *schema.get("properties", {}).items(),
        *(("NAME", part) for part in schema.get("patternProperties", {}).values()),
    ]:
        below = leaves(part, f"{path}{key}.") if isinstance(part, dict) else set()
        found |= below or {f"{path}{key}"}
    return found


def changed(study: dict, change: dict) -> dict:
    """A study's settings with others in places such as training.epochs."""
    new = copy.deepcopy(study)
    for place, value in change.items():
        *sections, key = place.split(".")
        part = new
        for section in sections:
            part = part.setdefault(section, {})
        part[key] = value
    return new


CASES = {
    f"{key}, {study} {n}": (study, change, rules, trainings)
    for key, cases in SETTINGS.items()
    for n, (study, change, rules, trainings) in enumerate(cases)
}


@pytest.fixture(scope="module")
def dry_runs(tmp_path_factory) -> dict[str, dict[str, int]]:
    """The jobs by rule of a dry run of each case, and of each study as it is."""
    folder = tmp_path_factory.mktemp("stubs")
    stubs = finished_stubs(folder, STUDIES, TARGETS)
    asked = {study: arguments_of(folder, study, STUDIES[study], study, TARGETS.get(study, "all")) for study in STUDIES}
    for n, (name, (study, change, _, _)) in enumerate(CASES.items()):
        asked[name] = arguments_of(folder, f"case-{n}", changed(STUDIES[study], change), study, TARGETS.get(study, "all"))
    return stubs.jobs_of(asked)


def test_every_key_of_the_schema_has_its_row():
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    assert leaves(schema) == set(SETTINGS)


@pytest.mark.parametrize("study", STUDIES)
def test_without_a_change_nothing_reruns(dry_runs, study):
    assert dry_runs[study] == {}


@pytest.mark.parametrize("case", CASES)
def test_a_setting_reruns_what_depends_on_it(dry_runs, case):
    _, _, rules, trainings = CASES[case]
    jobs = dry_runs[case]
    own = set(jobs) - {"beyond", "offsets", "cross", "misses", "measures", "walk", "effort"}
    assert own == rules
    assert jobs.get("train", 0) == trainings


def test_the_labels_of_one_patient_cut_the_slices_of_that_patient_alone(dry_runs):
    assert dry_runs["cohort.sheet, sheet 1"]["preprocess"] == 1
