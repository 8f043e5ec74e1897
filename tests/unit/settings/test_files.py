import sys

import pytest

from oneclick.settings.command_line import targets_first, unknown_target
from oneclick.settings.files import ConfigError, parse_settings, read_settings, sources, with_files


def refused(path, text=None):
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError) as error:
        read_settings(path)
    return str(error.value)


@pytest.mark.parametrize(
    "text, lines",
    [
        ("folds: 4\npreprocess: {size: 32}\npreprocess: {min_positive: 3}\nfolds: 2\n", ["3: preprocess", "4: folds"]),
        ("preprocess:\n  size: 32\n  spacing: 4\n  size: 64\n", ["4: preprocess.size"]),
        ("methods:\n  a: {network: n}\n  b: {network: n}\n  a: {network: m}\n", ["4: methods.a"]),
        ("x: [{a: 1}, {b: 1,\n b: 2}]\n", ["2: x.item 2.b"]),
        ("a: 1\n'a': 2\n", ["2: a"]),  # quotes make no other key
        ("true: 1\nyes: 2\n", ["2: True"]),
        ('{"folds": 4,\n"folds": 2}', ["2: folds"]),
        ("a: &a {x: 1}\nb: &b {x: 2}\nc:\n  <<: *a\n  <<: *b\n", ["5: c.<<"]),
        ("a: &x {b: 1,\n b: 2}\nc: *x\n", ["2: a.b"]),  # said once, however often it is used
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_line(text, lines):
    with pytest.raises(ConfigError) as error:
        parse_settings(text, "my.yaml")
    said = [line.partition(" stands there twice (first in line 1")[0] for line in str(error.value).splitlines()]
    first = [line.partition(" stands")[0] for line in said]
    assert first == [f"my.yaml, line {line}" for line in lines]


def test_merged_keys_may_be_set_anew():
    text = "a: &a {x: 1, y: 2}\nb: &b\n  <<: *a\n  x: 3\nc:\n  <<: *b\n  y: 4\n1: 0\n'1': 0\n"
    assert parse_settings(text, "f") == {"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 2}, "c": {"x": 3, "y": 4}, 1: 0, "1": 0}


def test_json_with_tabs_is_read():
    assert parse_settings('{\n\t"folds": 3\n}', "f") == {"folds": 3}


def test_a_key_that_stands_twice_in_json_with_tabs_is_refused():
    with pytest.raises(ConfigError) as error:
        parse_settings('{\n\t"training": {"epochs": 50,\n\t"epochs": 2}\n}', "my.json")
    assert str(error.value) == "my.json: epochs stands there twice, and only one would count; keep one"


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "my-study.yaml").touch()
    assert refused(tmp_path / "my-stdy.yaml").endswith(f"did you mean {tmp_path / 'my-study.yaml'}?")
    assert "there is no such file of settings; mend the name" in refused(tmp_path / "zzz")
    assert "this is a folder; name the file" in refused(tmp_path)
    path = tmp_path / "a.yaml"
    assert refused(path, "") == f"{path}: there are no settings in it; see docs/reference/settings.md"
    assert f"{path}, line 3: this is not YAML" in refused(path, "folds: 2\ncohort: {phantom: {patients: 3\n")
    assert f"{path}: this is not YAML" in refused(path, "a: \x00")
    assert "this is not YAML" in refused(path, "day: 2024-99-99")
    tabs = refused(path, "folds: 2\ntraining:\n\tepochs: 3\n")
    assert tabs == f"{path}, line 3: this is not YAML; write spaces in place of tabs"
    assert "too deep in one another" in refused(path, "a: " + "[" * 10**5)
    path.write_bytes(b"\xff\xfe\x00a")
    assert "not a text file in UTF-8" in refused(path)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are those of POSIX")
def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    # root may read all files, and tests may run as root
    def no(*_, **__):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.yaml").touch()
    monkeypatch.setattr("pathlib.Path.read_text", no)
    assert "you have no right to read this file" in refused(tmp_path / "a.yaml")


def test_each_problem_names_the_file_in_which_its_section_stands(tmp_path):
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("folds: 2\ntraning: 3\n")
    two.write_text("folds: 3\n")
    places = sources([str(one), str(two)], ["seed=x"])
    assert places == {"folds": str(two), "traning": str(one), "seed": "--config"}
    error = ConfigError(
        "unknown key traning; did you mean training?\nfolds: 3 x\nseed: 'x' is not a whole number\n"
        "cohort is missing; give it"
        "\nmethods.a.network: there is no network x\npatient 'a b': the name holds a space\npatients.tsv, line 3: b"
    )
    assert with_files(error, places).splitlines() == [
        f"{one}: unknown key traning; did you mean training?",
        f"{two}: folds: 3 x",
        "--config: seed: 'x' is not a whole number",
        f"{two}: cohort is missing; give it",
        f"{two}: methods.a.network: there is no network x",
        "patient 'a b': the name holds a space",
        "patients.tsv, line 3: b",
    ]
    with pytest.raises(ConfigError, match="--config: seed is given twice"):
        sources([str(one)], ["seed=1", "folds=2", "seed=2"])


@pytest.mark.parametrize(
    "typed, ordered",
    [
        ("--cores 1 --configfile my.yaml offsets", "offsets --cores 1 --configfile my.yaml"),
        ("--configfile a.yaml b.yml results/scores.csv all -n", "results/scores.csv all --configfile a.yaml b.yml -n"),
        ("--configfile my.yaml -n offsets", "--configfile my.yaml -n offsets"),
        ("--config seed=3 folds=2 offsets --cores 2", "offsets --config seed=3 folds=2 --cores 2"),
        ("offsets --configfile my.yaml", "offsets --configfile my.yaml"),
        ("--configfile mystudy --cores 2", "--configfile mystudy --cores 2"),
        ("--configfile=my.yaml offsets", "--configfile=my.yaml offsets"),
    ],
)
def test_targets_may_stand_behind_the_settings(typed, ordered):
    assert " ".join(targets_first(typed.split())) == ordered


def test_a_mistyped_target_gets_the_nearest_one():
    names, files = ["all", "offsets", "cross"], ["results/scores.csv"]
    assert unknown_target("ofsets", names, files) == "there is no target 'ofsets'; did you mean offsets?"
    assert unknown_target("zzz", names, files) == "there is no target 'zzz'; known are all, offsets, cross"
    assert "did you mean results/scores.csv, or" in unknown_target("results/scors.csv", names, files)
    assert (
        unknown_target("own/x.csv", names, [])
        == "there is no target 'own/x.csv'; a file of another study needs its --configfile"
    )
