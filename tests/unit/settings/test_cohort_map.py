from pathlib import Path

import pytest
import yaml

from oneclick.methods.method import Uses
from oneclick.settings.cohort_map import points_and_uses
from oneclick.settings.study import ConfigError, check_config

SCHEMA = yaml.safe_load((Path(__file__).parents[3] / "workflow/schemas/config.schema.yaml").read_text())


def check(parameters, **study):
    cohort = {"phantom": {"patients": 6, "matrix": 64, "slices": [20, 20]}}
    settings = {"map": {"parameters": parameters}, "cohort": cohort, "folds": 2} | study
    return points_and_uses(check_config(settings, SCHEMA), SCHEMA)


def test_points_are_the_study_and_one_other_trait_each():
    points, uses = check({"look_alikes": [0, 1, 2.5], "contact": [1]})
    assert [point.name for point in points] == ["as_it_is", "look_alikes-0", "look_alikes-2.5", "contact-1"]
    usual = points[0].study
    assert "map" not in usual and usual["cohort"]["phantom"]["contact"] is None
    for point in points[1:]:
        phantom = usual["cohort"]["phantom"] | {point.parameter: point.value}
        assert point.study == usual | {"cohort": usual["cohort"] | {"phantom": phantom}}
    assert uses == Uses("CNNonly", {"random": ("rand1CNN", "CNNrand"), "center": ("cm1CNN", "CNNcm")})


def test_one_value_makes_the_papers_size():
    points, _ = check({"contact": [1]}, paper_size=True, training={"epochs": 3, "restarts": 2, "seeds": 2})
    study = points[1].study
    phantom = study["cohort"]["phantom"]
    assert (phantom["patients"], phantom["matrix"], phantom["slices"], phantom["contact"]) == (100, 512, None, 1)
    assert (study["folds"], study["preprocess"]["size"], study["training"]["epochs"]) == (5, 128, 50)
    assert study["training"]["restarts"] == 2 and study["training"]["seeds"] == 1  # points are trained once


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
        ({"parameters": {"look_alikes": [1]}}, "map.parameters: all values are those of the study itself"),
        (
            {"parameters": {"contact": [2]}},
            "map.parameters.contact, value 2: cohort.phantom.contact: 2 is greater than the maximum of 1",
        ),
        ({"parameters": {"contacts": [1]}}, "unknown key map.parameters.contacts; did you mean"),
        ({"parameters": {"contact": [1]}, "methods": {"CNNonly": {"network": "plain"}}}, "map: a map compares"),
        ({"parameters": {"contact": [1]}, "cohort": {"sheet": "a.tsv"}}, "map: a map is of phantoms"),
    ],
)
def test_what_is_wrong_is_said(change, message):
    with pytest.raises(ConfigError, match=message):
        check(**change)
