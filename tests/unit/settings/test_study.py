import json
import re
from pathlib import Path

import pytest
import yaml

from oneclick.settings.cohort_map import points_and_uses
from oneclick.settings.study import (
    ConfigError,
    automatic_network,
    check_config,
    check_keys,
    check_segment,
    click_kinds,
    logs_folder,
)

ROOT = Path(__file__).parents[3]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
SEGMENT = yaml.safe_load((ROOT / "workflow/schemas/segment.schema.yaml").read_text())
CLICK_PAGE = yaml.safe_load((ROOT / "workflow/schemas/click_page.schema.yaml").read_text())
STATISTICS = yaml.safe_load((ROOT / "workflow/schemas/statistics.schema.yaml").read_text())
PHANTOM = {"cohort": {"phantom": {"patients": 5}}}
GROW = {"classical": "region_growing", "clicks": "suvmax"}


def refused(config, *words):
    with pytest.raises(ConfigError) as error:
        check_config(config, SCHEMA)
    for word in words:
        assert word in str(error.value), str(error.value)
    return str(error.value).splitlines()


def test_defaults_are_the_papers():
    config = check_config(PHANTOM, SCHEMA)
    assert config["training"] == {
        "epochs": 50,
        "batch_size": 32,
        "learning_rate": 0.001,
        "output": "linear",
        "validation_fraction": 0.3,
        "validation_split": "shuffled",
        "early_stopping": None,
        "runs": 1,
        "use": "sound",
        "precision": "float32",
        "dropout": "float",
        "crop": "none",
    }
    assert list(config["methods"]) == ["CNNonly", "CNNrand", "CNNcm", "rand1CNN", "cm1CNN"]
    assert config["preprocess"]["size"] == 128 and config["folds"] == 5
    assert PHANTOM == {"cohort": {"phantom": {"patients": 5}}}


def test_the_papers_study_is_the_defaults_spelled_out():
    paper = yaml.safe_load((ROOT / "studies/paper.yaml").read_text())
    bare = {key: paper[key] for key in ("results", "cohort")}
    assert check_config(paper, SCHEMA) == check_config(bare, SCHEMA)


def test_the_order_of_the_settings_does_not_matter():
    def in_reverse(settings):
        return {key: in_reverse(settings[key]) for key in reversed(settings)} if isinstance(settings, dict) else settings

    config = {"seed": 3, "cohort": {"phantom": {"patients": 9, "matrix": 64}}, "training": {"epochs": 4, "batch_size": 2}}
    assert json.dumps(check_config(in_reverse(config), SCHEMA)) == json.dumps(check_config(config, SCHEMA))


@pytest.mark.parametrize("path", [ROOT / "config.yaml", *sorted((ROOT / "studies").glob("*.yaml"))], ids=lambda p: p.name)
def test_each_study_of_the_repository_is_valid(path):
    text = path.read_text()
    config = yaml.safe_load(text)
    if "segment" in config:
        shared = {"networks": {"human": {"clicks": "human"}}, "methods": {"hum1CNN": {"network": "human"}}}
        study = check_config(PHANTOM | shared, SCHEMA)
        assert check_segment(config, SEGMENT, study)["segment"]["methods"] == ["hum1CNN"]
    elif "click_page" in config:
        assert check_keys(config, CLICK_PAGE)["click_page"]["models"] == "networks/phantom"
    elif "statistics" in config:
        assert check_keys(config, STATISTICS)["statistics"]["cases"] == "slices"
    else:
        study = check_config(config, SCHEMA)
        assert study["cohort"]
        if "cohort_map" in config:
            assert len(points_and_uses(study, SCHEMA)[0]) == {"map.yaml": 11, "beyond.yaml": 10}[path.name]
    # one comment per key that is set, or per group of keys
    assert text.lstrip().startswith("#")


def test_a_segmentation_names_methods_of_its_study():
    study = check_config(PHANTOM, SCHEMA)
    config = {"segment": {"models": "results", "pet": "{patient}.nii", "clicks": "clicks.csv"}}
    assert check_segment(config, SEGMENT, study)["segment"]["methods"] == list(study["methods"])
    assert automatic_network(study) == "plain"
    with pytest.raises(ConfigError, match="the study results has no method CNNoly; did you mean CNNonly"):
        check_segment({"segment": config["segment"] | {"methods": ["CNNoly"]}}, SEGMENT, study)
    with pytest.raises(ConfigError, match=r"segment\.methods: CNNcm stands there twice; name it once"):
        check_segment({"segment": config["segment"] | {"methods": ["CNNcm", "cm1CNN", "CNNcm"]}}, SEGMENT, study)
    # a method that keeps clicked components needs clicks, and so does a network with a click channel
    clicked = study | {"methods": {"CNNcm": {"network": "plain", "keep": "center"}, "cm1CNN": {"network": "center"}}}
    assert automatic_network(clicked) is None
    with pytest.raises(ConfigError, match="no method without clicks to segment automatically; choose skip"):
        check_segment({"segment": config["segment"] | {"unclicked": "automatic"}}, SEGMENT, clicked)
    mixed = study | {"methods": {"grow": GROW} | study["methods"]}
    assert check_segment(config, SEGMENT, mixed)["segment"]["methods"] == list(study["methods"])
    assert automatic_network(mixed) == "plain"
    with pytest.raises(ConfigError, match="grow is a classical method, and new patients are segmented by networks only"):
        check_segment({"segment": config["segment"] | {"methods": ["grow"]}}, SEGMENT, mixed)


def test_labels_are_for_masks_in_files():
    refused({"cohort": {"phantom": {"patients": 9}, "labels": [1]}}, "cohort.labels and cohort.roi are for masks in files")


def test_unknown_keys_are_named_with_the_nearest_known_one():
    lines = refused(PHANTOM | {"sed": 1, "training": {"epoch": 3}, "folds": 4, "zzz": 0})
    assert "unknown key sed; did you mean seed?" in lines
    assert "unknown key training.epoch; did you mean epochs?" in lines
    assert "unknown key epoch; did you mean training.epochs?" in refused(PHANTOM | {"epoch": 3})
    # far from every key, and nearer to one elsewhere than to one here
    assert any(line.startswith("unknown key plan; known are") for line in refused(PHANTOM | {"plan": 1}))
    assert any(re.match("unknown key zzz; known are clicks, cohort, ", line) for line in lines)


@pytest.mark.parametrize(
    "old, words",
    [
        ({"frozen_folds": "results/folds.csv"}, "frozen_folds has a new name: given_folds, with a copy of that file"),
        ({"map": {"parameters": {"contact": [1]}}}, "map has a new name: cohort_map"),
        ({"training": {"seeds": 3}}, "training.seeds has a new name: training.runs, with training.use: each"),
        ({"training": {"best_of": 3}}, "training.best_of has a new name: training.runs, with training.use: best"),
        (
            {"training": {"restarts": 3}},
            "training.restarts has a new name: training.runs, which is one more, with training.use: sound",
        ),
    ],
)
def test_keys_of_earlier_versions_are_refused_with_their_new_names(old, words):
    assert refused(PHANTOM | old) == [words]


def test_a_file_that_never_had_a_key_does_not_speak_of_its_new_name():
    for schema, config in (
        (SEGMENT, {"segment": {"models": "m", "pet": "p", "clicks": "c"}}),
        (STATISTICS, {"statistics": {"scores": "s"}}),
        (CLICK_PAGE, {"click_page": {"models": "m"}}),
    ):
        with pytest.raises(ConfigError, match=r"^unknown key map; known are (click_page, )?results(, s|$)"):
            check_keys(config | {"map": {}}, schema)
    assert "unknown key cohort.map; known are" in refused({"cohort": {"phantom": {"patients": 9}, "map": 1}})[0]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"folds": 1}, ["folds: 1 is less than the minimum of 2"]),
        ({"preprocess": {"size": 100}}, ["preprocess.size: 100 is not a multiple of 8"]),
        ({"training": {"output": "tanh"}}, ["training.output: 'tanh' is not one of"]),
        ({"networks": {"plain": {"clicks": "nose"}}}, ["networks.plain.clicks: 'nose' is not one of"]),
        ({"methods": {"a": {"network": "plain", "keep": "none"}}}, ["methods.a.keep: 'none' is not one of"]),
        ({"methods": {"a/b": {"network": "plain"}}}, ["methods: the name a/b cannot be used"]),
        ({"methods": {"a": {"network": "plan"}}}, ["methods.a.network: there is no network plan; did you mean plain?"]),
        ({"methods": {"a": {}}}, ["methods.a: give either network (and keep, if wanted), or classical and clicks"]),
        ({"methods": {"a": {"classical": "watershed"}}}, ["methods.a: give either network"]),
        ({"methods": {"a": GROW | {"network": "plain"}}}, ["methods.a: give either network"]),
        ({"methods": {"a": GROW | {"keep": "center"}}}, ["methods.a: give either network"]),
        ({"methods": {"a": {"network": "plain", "percent": 41}}}, ["methods.a: give either network"]),
        ({"methods": {"a": {"network": "plain", "clicks": "center"}}}, ["methods.a: give either network"]),
        ({"methods": {"a": GROW | {"percent": 0}}}, ["methods.a.percent: 0 is less than the minimum of 1"]),
        ({"methods": {"a": GROW | {"percent": 0.41}}}, ["methods.a.percent: 0.41 is less than the minimum of 1"]),
        ({"cohort": {"phantom": {}}}, ["cohort.phantom.patients is missing; give it"]),
        ({"training": None}, ["training: nothing is not a section with keys of its own"]),
        ({"cross": {"kinds": ["center", "nose"]}}, ["cross.kinds.item 2: 'nose' is not one of"]),
        ({"cross": {"kinds": []}}, ["cross.kinds: [] is too short; give 1 or more"]),
        ({"methods": {"a": GROW | {"clicks": "none"}}}, ["methods.a.clicks: 'none' is not one of"]),
        (
            {"methods": {"a": {"classical": "watershed", "clicks": "center", "percent": 41}}},
            ["methods.a.percent: only region_growing has a percentage; leave it out"],
        ),
        ({"networks": {}}, ["methods.CNNonly.network: there is no network plain; networks is empty"]),
        ({"methods": {}}, ["methods"]),
        ({"cohort": {"pet": "a", "mask": "b", "labels": 1}}, ["cohort.labels: 1 is not a list or null; write [1]"]),
        ({"cohort": {}}, ["cohort: give either phantom, or pet and mask, or sheet"]),
        ({"cohort": {"pet": "a"}}, ["cohort: give either phantom"]),
        ({"cohort": {"phantom": {"patients": 3}, "pet": "a", "mask": "b"}}, ["cohort: give either phantom"]),
        ({"seed": "x"}, ["seed: 'x' is not a whole number"]),
        ({"folds": None}, ["folds: nothing is not a whole number"]),
        ({"networks": [1]}, ["networks: [1] is not a section with keys of its own"]),
        ({"networks": {1: {"clicks": "none"}}}, ["networks: the name 1 is no text"]),
        ({"training": {"learning_rate": "0,001"}}, ["learning_rate: '0,001' is not a number; write a decimal point"]),
        (
            {"training": {"learning_rate": 0, 1: None}},
            ["training: the name 1 is no text", "not a comma (1 stands behind one)"],
        ),
        ({"methods": {False: {"network": "plain"}}}, ["methods: the name False is no text"]),
        ({"results": "~/x"}, ["results: '~/x' does not match"]),
        ({"training": {"early_stopping": 3, "validation_fraction": 0}}, ["training.early_stopping needs validation slices"]),
        ({"cohort": {"phantom": {"patients": 9, "slices": [10, 5]}}}, ["slices: [10, 5] must be fewest first"]),
        ({"networks": {"plain": {"clicks": "none", "encoding": "disk", "encoding_mm": 3}}}, ["no clicks to encode"]),
        (
            {"networks": {"plain": {"clicks": "center", "encoding": "disk"}}},
            ["disk needs either encoding_mm or"],
        ),
        (
            {"networks": {"plain": {"clicks": "center", "encoding_mm": 3}}},
            ["plain.encoding_mm: a pixel has no size"],
        ),
        ({"offsets": {"distances_mm": [0, 5, 2]}}, ["offsets.distances_mm: [0, 5, 2] must begin with 0 and rise"]),
        ({"cohort": {"phantom": {"patients": 4}}}, ["4 phantom patients are fewer than the 5 folds"]),
    ],
)
def test_values_that_are_refused(change, words):
    refused(PHANTOM | change, *words)


def test_missing_cohort():
    refused({}, "cohort is missing; give it")


def test_kinds_of_click_are_those_in_use():
    assert click_kinds(check_config(PHANTOM, SCHEMA)) == ["center", "random"]
    networks, methods = {"a": {"clicks": "none"}}, {"m": {"network": "a"}}
    assert click_kinds(check_config(PHANTOM | {"networks": networks, "methods": methods}, SCHEMA)) == []
    assert click_kinds(check_config(PHANTOM | {"networks": {}, "methods": {"m": GROW}}, SCHEMA)) == ["suvmax"]


def test_region_growing_is_at_41_per_cent_unless_told_otherwise():
    methods = {"a": GROW, "b": GROW | {"percent": 50}, "c": {"classical": "random_walker", "clicks": "inner"}}
    found = check_config(PHANTOM | {"methods": methods}, SCHEMA)["methods"]
    assert [method.get("percent") for method in found.values()] == [41, 50, None]
    assert "percent" not in GROW


def test_every_key_is_described():
    def bare(part, path):
        for key, sub in part.get("properties", {}).items():
            if "description" not in sub:
                yield f"{path}{key}"
            yield from bare(sub, f"{path}{key}.")
        for sub in part.get("patternProperties", {}).values():
            yield from bare(sub, f"{path}*.")

    assert list(bare(SCHEMA, "")) == []


@pytest.mark.parametrize(
    "results, logs",
    [("results", "logs"), ("results-paper/", "logs-paper"), ("out", "out/logs"), ("/data/results", "/data/logs")],
)
def test_logs_lie_beside_the_results(results, logs):
    assert logs_folder(results) == logs
