"""The settings of a map of phantom cohorts: a study, and the traits of its phantom that are varied."""

import copy
from dataclasses import dataclass

from oneclick.methods.method import Uses
from oneclick.settings.study import ConfigError, check_config

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


def points_of(study: dict, parameters: dict[str, list[float]]) -> list[Point]:
    """The ``study`` itself, then each parameter at each of its values, but for the study's own."""
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
        if "network" not in method:
            continue
        seen, kept = study["networks"][method["network"]]["clicks"], method.get("keep", "none")
        if "none" in (seen, kept) and not {"min_pixels", "fill_holes"} & set(method):
            ways.setdefault((seen, kept), name)
    pairs = {
        kind: (name, ways["none", kind])
        for (kind, kept), name in ways.items()
        if kept == "none" != kind and ("none", kind) in ways
    }
    return Uses(ways["none", "none"], pairs) if pairs and ("none", "none") in ways else None


def only(study: dict, uses: Uses) -> dict:
    """The settings of a study of these methods alone, each trained once, with what they need."""
    methods = {name: row for name, row in study["methods"].items() if name in uses.methods}
    used = {row["network"] for row in methods.values()}
    networks = {name: row for name, row in study["networks"].items() if name in used}
    smaller = {key: value for key, value in study.items() if key != "map"}
    return smaller | {"methods": methods, "networks": networks, "training": study["training"] | {"seeds": 1, "best_of": 1}}


def points_and_uses(study: dict, schema: dict) -> tuple[list[Point], Uses]:
    """The points of the map of a study with checked settings, and the methods that it compares. Raises ConfigError as
    :func:`study.check_config` does, on the study of each point, and if there is nothing to compare."""
    if "phantom" not in study["cohort"]:
        raise ConfigError("map: a map is of phantoms, whose traits can be varied; give cohort.phantom")
    uses = uses_of(study)
    if uses is None:
        raise ConfigError(
            "map: a map compares a click in the network with clicked components kept; methods needs one of each with "
            "the same kind of click, and one without clicks, such as cm1CNN, CNNcm and CNNonly"
        )
    points = points_of(only(study, uses), study["map"]["parameters"])
    for point in points:
        try:
            check_config(point.study, schema)
        except ConfigError as error:
            raise ConfigError(f"map.parameters.{point.parameter}, value {point.value:g}: {error}") from None
    if len(points) == 1:
        raise ConfigError("map.parameters: all values are those of the study itself; add others")
    return points, uses
