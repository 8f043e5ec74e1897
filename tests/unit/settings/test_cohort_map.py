from pathlib import Path

import pytest
import yaml

from oneclick.methods.method import Uses
from oneclick.settings.cohort_map import check_points, points_and_uses
from oneclick.settings.study import ConfigError, check_config

SCHEMA = yaml.safe_load((Path(__file__).parents[3] / "workflow/schemas/config.schema.yaml").read_text())


def check(parameters, **study):
    cohort = {"phantom": {"patients": 6, "matrix": 64, "slices": [20, 20]}}
    settings = {"cohort_map": {"parameters": parameters}, "cohort": cohort, "folds": 2} | study
    return points_and_uses(check_config(settings, SCHEMA), SCHEMA)


def test_points_are_the_study_and_one_other_trait_each():
    points, uses = check({"look_alikes": [0, 1, 2.5], "contact": [1]})
    assert [point.name for point in points] == ["as_it_is", "look_alikes-0", "look_alikes-2.5", "contact-1"]
    usual = points[0].study
    assert "cohort_map" not in usual and usual["cohort"]["phantom"]["contact"] is None
    for point in points[1:]:
        phantom = usual["cohort"]["phantom"] | {point.parameter: point.value}
        results = f"results/points/{point.name}/results"
        assert point.study == usual | {"cohort": usual["cohort"] | {"phantom": phantom}, "results": results}
        assert check_config(point.study, SCHEMA)["methods"] == usual["methods"]
    assert points[0].scores_csv == "results/scores.csv"
    assert points[1].scores_csv == "results/points/look_alikes-0/results/scores.csv"
    assert uses == Uses("CNNonly", {"random": ("rand1CNN", "CNNrand"), "center": ("cm1CNN", "CNNcm")})


def test_one_value_makes_the_papers_size():
    points, _ = check({"contact": [1]}, paper_size=True, training={"epochs": 3, "runs": 3, "use": "each"})
    study = points[1].study
    phantom = study["cohort"]["phantom"]
    assert (phantom["patients"], phantom["matrix"], phantom["slices"], phantom["contact"]) == (100, 512, None, 1)
    assert (study["folds"], study["preprocess"]["size"], study["training"]["epochs"]) == (5, 128, 50)
    assert (study["training"]["runs"], study["training"]["use"]) == (1, "sound")  # points are trained once


@pytest.mark.parametrize("use, runs", [("sound", 4), ("best", 1), ("each", 1)])
def test_points_are_trained_once_but_for_second_tries(use, runs):
    points, _ = check({"contact": [1]}, training={"runs": 4, "use": use})
    assert {(point.study["training"]["runs"], point.study["training"]["use"]) for point in points} == {(runs, "sound")}


def test_filtered_methods_and_methods_with_both_uses_are_no_pair():
    networks = {"plain": {"clicks": "none"}, "hot": {"clicks": "suvmax"}}
    methods = {
        "clean": {"network": "plain", "min_pixels": 3},
        "none": {"network": "plain"},
        "both": {"network": "hot", "keep": "suvmax"},
        "keep": {"network": "plain", "keep": "suvmax"},
        "in": {"network": "hot"},
    }
    points, uses = check({"contact": [1]}, networks=networks | {"other": {"clicks": "random"}}, methods=methods)
    assert uses == Uses("none", {"suvmax": ("in", "keep")})
    assert set(points[1].study["methods"]) == {"none", "in", "keep"} and set(points[1].study["networks"]) == {"plain", "hot"}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"parameters": {"look_alikes": [1]}}, "cohort_map.parameters: all values are those of the study itself"),
        (
            {"parameters": {"contact": [2]}},
            "cohort_map.parameters.contact, value 2: cohort.phantom.contact: 2 is greater than the maximum of 1",
        ),
        ({"parameters": {"contacts": [1]}}, "unknown key cohort_map.parameters.contacts; did you mean"),
        ({"parameters": {"contact": [1]}, "methods": {"CNNonly": {"network": "plain"}}}, "cohort_map: a map compares"),
        ({"parameters": {"contact": [1]}, "cohort": {"sheet": "a.tsv"}}, "cohort_map: a map is of phantoms"),
    ],
)
def test_what_is_wrong_is_said(change, message):
    with pytest.raises(ConfigError, match=message):
        check(**change)


def test_a_study_without_the_section_says_so():
    study = check_config({"cohort": {"phantom": {"patients": 6}}, "folds": 2}, SCHEMA)
    with pytest.raises(ConfigError, match=r"^cohort_map: this study has no such section, .*; see studies/map.yaml$"):
        points_and_uses(study, SCHEMA)


def test_other_questions_and_their_settings_do_not_change_a_point():
    asked = {"offsets": {"distances_mm": [0, 3]}, "given_folds": "folds.csv", "cross": {"kinds": ["center"]}}
    assert check({"contact": [1]}, **asked) == check({"contact": [1]})
    assert check({"contact": [1]}, seed=1) != check({"contact": [1]})


def test_only_points_that_ran_with_the_settings_of_now_are_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    points = check({"contact": [1], "counts": [0.3]}, results="r/")[0][1:]
    with pytest.raises(ConfigError) as error:
        check_points(points, "my.yaml")
    assert str(error.value) == (
        "cohort_map: contact-1, counts-0.3 have not run with these settings; run make cohort-map STUDY=my.yaml first"
    )
    for point in points:
        point.write()
        assert yaml.safe_load(point.study_yaml.read_text()) == point.study
        Path(point.scores_csv).parent.mkdir()
        Path(point.scores_csv).touch()
    check_points(points, "my.yaml")
    first, written = points[0].study_yaml, points[0].study_yaml.stat().st_mtime_ns
    points[0].write()
    assert first == Path("r/points/contact-1/study.yaml") and first.stat().st_mtime_ns == written
    # New settings: their point has not run, not even after they were written, for its scores are those of the old ones.
    changed = check({"contact": [1], "counts": [0.3]}, results="r/", seed=5)[0][1:]
    assert not any(point.has_run() for point in changed)
    changed[0].write()
    assert not changed[0].has_run() and not Path(changed[0].scores_csv).exists()
    changed[1].study_yaml.write_text("{")
    with pytest.raises(ConfigError, match=r"^cohort_map: contact-1, counts-0.3 have not run"):
        check_points(changed, "my.yaml")
    changed[0].study_yaml.unlink()
    assert not changed[0].is_written() and points[1].is_written() is False
