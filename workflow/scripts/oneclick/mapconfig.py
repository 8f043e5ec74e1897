"""The settings of a map of phantom cohorts: a study, and the traits of its phantom that are varied."""

import copy
from dataclasses import dataclass

from oneclick.config import TRAITS, ConfigError, check_config, check_keys
from oneclick.papercohort import N_PATIENTS

AS_IT_IS = "as_it_is"
"""The name of the point that is the study itself."""


@dataclass(frozen=True)
class Point:
    """A point of the map: its ``name``, the ``parameter`` that is varied and its ``value`` (None for the study itself), and
    the settings of its ``study``."""

    name: str
    parameter: str | None
    value: float | None
    study: dict


@dataclass(frozen=True)
class Uses:
    """The methods that a map compares: ``none`` uses no click; ``pairs`` has, for each kind of click, the method that has it
    in its network and the one that keeps the components that hold it."""

    none: str
    pairs: dict[str, tuple[str, str]]


def at_paper_size(study: dict) -> dict:
    """A study's settings with the paper's in place of those of its size: patients, slices, folds, training."""
    traits = {trait: study["cohort"]["phantom"][trait] for trait in TRAITS}
    kept = {key: study[key] for key in ("results", "seed", "clicks", "networks", "methods", "scores")}
    training = {"restarts": study["training"]["restarts"]}
    return kept | {"cohort": {"phantom": {"patients": N_PATIENTS} | traits}, "training": training}


def points_of(study: dict, parameters: dict[str, list[float]]) -> list[Point]:
    """The study itself, then each parameter at each of its values, but for the study's own."""
    found = [Point(AS_IT_IS, None, None, study)]
    for parameter, values in parameters.items():
        for value in values:
            if value != study["cohort"]["phantom"][parameter]:
                varied = copy.deepcopy(study)
                varied["cohort"]["phantom"][parameter] = value
                found.append(Point(f"{parameter}-{value:g}", parameter, value, varied))
    return found


def uses_of(study: dict) -> Uses | None:
    """The first methods of each use that do nothing else to a mask, or None without a method that uses no click, or without
    a pair."""
    ways: dict[tuple[str, str], str] = {}
    for name, method in study["methods"].items():
        seen, kept = study["networks"][method["network"]]["clicks"], method.get("keep", "none")
        if "none" in (seen, kept) and not {"min_pixels", "fill_holes"} & set(method):
            ways.setdefault((seen, kept), name)
    pairs = {
        kind: (name, ways["none", kind])
        for (kind, kept), name in ways.items()
        if kept == "none" != kind and ("none", kind) in ways
    }
    return Uses(ways["none", "none"], pairs) if pairs and ("none", "none") in ways else None


def check_map(config: dict, schema: dict, study_schema: dict) -> tuple[list[Point], Uses]:
    """The points of a map and the methods that it compares. Raises ConfigError as :func:`config.check_keys` and
    :func:`config.check_config` do, on the study of each point, and if there is nothing to compare."""
    section = check_keys({"map": config["map"]}, schema)["map"]
    given = {"results": "results-map"} | {key: value for key, value in config.items() if key != "map"}
    study = check_config(given, study_schema)
    if "phantom" not in study["cohort"]:
        raise ConfigError("cohort: a map is of phantoms, whose traits can be varied; give cohort.phantom")
    if section["paper_size"]:
        study = check_config(at_paper_size(study), study_schema)
    points = points_of(study, section["parameters"])
    for point in points:
        check_config(point.study, study_schema)
    if len(points) == 1:
        raise ConfigError("map.parameters: all values are those of the study itself; add others")
    uses = uses_of(study)
    if uses is None:
        raise ConfigError(
            "methods: a map compares a click in the network with clicked components kept; it needs a method of each with "
            "the same kind of click, and one without clicks, such as cm1CNN, CNNcm and CNNonly"
        )
    return points, uses
