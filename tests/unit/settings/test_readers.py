from pathlib import Path

import pytest
import yaml

from oneclick.settings.readers import check_readers, reader_codes, reader_kind, readers_files
from oneclick.settings.study import ConfigError, check_config, check_shared, click_kinds

SCHEMA = yaml.safe_load((Path(__file__).parents[3] / "workflow/schemas/config.schema.yaml").read_text())
PHANTOM = {"cohort": {"phantom": {"patients": 5}}}
GROW = {"classical": "region_growing", "clicks": "suvmax"}

READ = PHANTOM | {"reader_study": {}, "clicks": {"readers": "readers/*.csv"}}
PATIENTS = [f"phantom-{n:03d}" for n in range(1, 21)]
GROWN = {"networks": {}, "methods": {"grown": GROW | {"clicks": "reader"}}}


def checked_readers(change, readers=("R1", "R2")):
    config = check_config(READ | change, SCHEMA)
    check_readers(config, PATIENTS, list(readers))
    return config


def test_a_reader_study_needs_no_more_than_its_section():
    config = checked_readers({"methods": {"a": {"network": "plain", "keep": "reader-R2"}, "b": {"network": "plain"}}})
    assert reader_codes(config["reader_study"]) == ["R1", "R2", "R3"]
    assert config["reader_study"]["patients"] == 10 and config["reader_study"]["clicks"] == "slice"
    assert "reader-R2" in click_kinds(config)
    assert reader_kind(["R1"]) == "reader" and reader_kind(["sim1"], "sim1") == "simulated-reader-sim1"


@pytest.mark.parametrize(
    ("change", "readers", "words"),
    [
        ({"reader_study": {"patients": 21}}, ["R1"], "reader_study.patients: 21 are more than the 20 patients; lower it"),
        ({"reader_study": {"patients": ["phantom-01"]}}, ["R1"], "there is no patient phantom-01; did you mean phantom-0"),
        ({"reader_study": {"practice": "phantom-001", "patients": 20}}, ["R1"],
         "20 are more than the 19 patients beside the practice case phantom-001; lower it"),
        ({"reader_study": {"practice": PATIENTS[0], "patients": PATIENTS[:3]}}, ["R1"],
         "reader_study.practice: phantom-001 is read as well; take another patient for practice"),
        ({"reader_study": {"patients": 3, "repeated": 4}}, ["R1"], "repeated: 4 are more than the 3 patients that are read"),
        ({"reader_study": {"patients": 1, "repeated": 1}}, ["R1"], "repeated: 1 needs two patients or more"),
        ({"reader_study": {"readers": ["R1", "r1"]}}, ["R1"], "two codes differ in upper and lower case only"),
        ({"reader_study": {"readers": ["R1", "sim1"]}}, ["R1"], "codes that begin with sim are of simulated readers"),
        ({}, ["R1", "R9"], "there is a file of R9, who is none of R1, R2, R3; add the code"),
        ({}, [], "clicks.readers: there is no file readers/*.csv; put"),
        (GROWN | {"clicks": {}}, ["R1"], "clicks.readers is missing, and reader needs the readers' files; give it"),
        (GROWN | {"reader_study": {"clicks": "lesion"}}, ["R1"], "reader needs a click on each slice, and one per lesion"),
        (GROWN | {"reader_study": {"readers": ["sim1"]}}, ["sim1"], "the clicks reader are called simulated-reader; change"),
        ({"networks": {"plain": {"clicks": "simulated-reader-R1"}}, "methods": {"a": {"network": "plain"}}}, ["R1"],
         "the clicks simulated-reader-R1 are called reader-R1; change"),
        ({"cross": {"kinds": ["reader-R2"]}}, ["R1"], "no file of reader R2 for the clicks reader-R2; known are R1"),
    ],
)  # fmt: skip
def test_readers_that_do_not_fit_the_study_are_refused(change, readers, words):
    with pytest.raises(ConfigError) as error:
        checked_readers(change, readers)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"clicks": {"readers": "readers/R1.csv"}},
            "clicks.readers: 'readers/R1.csv' cannot be used; name the files with one *",
        ),
        ({"reader_study": {"readers": ["Dr. Who"]}}, "reader_study.readers.item 1: 'Dr. Who' cannot be used; a code has"),
        ({"reader_study": {"brake_after": 3}}, "unknown key reader_study.brake_after; did you mean break_after?"),
        ({"networks": {"a": {"clicks": "readers"}}}, "no reader's; a reader's is reader, or reader-R1"),
    ],
)
def test_what_the_schema_refuses_of_readers_is_said_in_words(change, words):
    with pytest.raises(ConfigError) as error:
        check_config(PHANTOM | change, SCHEMA)
    assert words in str(error.value)


def test_readers_without_their_page_are_refused():
    with pytest.raises(ConfigError, match=r"clicks.readers: their page is unknown; give the section reader_study"):
        check_readers(check_config(PHANTOM | {"clicks": {"readers": "r/*.csv"}}, SCHEMA), PATIENTS, ["R1"])


def test_a_finished_study_goes_to_new_patients_without_its_readers():
    study = check_config(READ | {"networks": {"r": {"clicks": "reader"}}, "methods": {"m": {"network": "r"}}}, SCHEMA)
    shared = check_shared(study, SCHEMA)
    assert shared["networks"]["r"]["clicks"] == "reader" and shared["clicks"]["readers"] is None


def test_what_the_star_stands_for_is_the_readers_code(tmp_path):
    for name in ("click-R2.csv", "click-R1.csv", "other.csv"):
        (tmp_path / name).touch()
    assert readers_files(f"{tmp_path}/click-*.csv") == {code: f"{tmp_path}/click-{code}.csv" for code in ("R1", "R2")}
    assert readers_files(None) == {} == readers_files(f"{tmp_path}/[x]*.csv")
