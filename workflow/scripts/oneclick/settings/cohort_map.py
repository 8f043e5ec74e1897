"""The settings of a map of phantom cohorts: a study, and the traits of its phantom that are varied."""

import copy
from dataclasses import dataclass
from pathlib import Path

import yaml

from oneclick.clicks.kinds import is_readers
from oneclick.common.files import write_text
from oneclick.methods.method import Uses
from oneclick.settings.study import ConfigError, check_config

AS_IT_IS = "as_it_is"
"""The name of the point that is the study itself."""
ASKED_ELSEWHERE = ("cohort_map", "given_folds", "offsets", "measures", "effort", "cross", "reader_study")
"""Sections that a point does without: nobody asks it their questions, and a change of them must not rerun it."""


@dataclass(frozen=True)
class Point:
    """A point of the map: its ``name``, the ``parameter`` that is varied and its ``value`` (None for the study itself), and
    the settings of its ``study``."""

    name: str
    parameter: str | None
    value: float | None
    study: dict

    @property
    def scores_csv(self) -> str:
        return f"{self.study['results']}/scores.csv"

    @property
    def study_yaml(self) -> Path:
        """The file of the point's settings, beside its results."""
        return Path(self.study["results"]).parent / "study.yaml"

    def is_written(self) -> bool:
        """Whether that file holds the settings as they are now."""
        try:
            return yaml.safe_load(self.study_yaml.read_text(encoding="utf-8")) == self.study
        except (FileNotFoundError, UnicodeDecodeError, yaml.YAMLError):
            return False

    def has_run(self) -> bool:
        """Whether its scores are there and belong to the settings as they are now."""
        return Path(self.scores_csv).is_file() and self.is_written()

    def write(self) -> None:
        """Write the file if its settings are others. The scores of those go first, lest they be taken for the new ones'."""
        if not self.is_written():
            Path(self.scores_csv).unlink(missing_ok=True)
            write_text(self.study_yaml, yaml.safe_dump(self.study, sort_keys=False))


def points_of(study: dict, parameters: dict[str, list[float]]) -> list[Point]:
    """The ``study`` itself, then each parameter at each of its values, but for the study's own, each with a folder of its
    own for its results."""
    results = study["results"].rstrip("/")
    found = [Point(AS_IT_IS, None, None, study | {"results": results})]
    for parameter, values in parameters.items():
        for value in values:
            if value != study["cohort"]["phantom"][parameter]:
                name = f"{parameter}-{value:g}"
                varied = copy.deepcopy(study) | {"results": f"{results}/points/{name}/results"}
                varied["cohort"]["phantom"][parameter] = value
                found.append(Point(name, parameter, value, varied))
    return found


def uses_of(study: dict) -> Uses | None:
    """The first methods of each use that do nothing else to a mask, or None without a method that uses no click, or without
    a pair."""
    ways: dict[tuple[str, str], str] = {}
    for name, method in study["methods"].items():
        if "network" not in method:
            continue
        seen, kept = study["networks"][method["network"]]["clicks"], method.get("keep", "none")
        if is_readers(seen) or is_readers(kept):
            continue  # who clicked these patients, and no others
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
    smaller = {key: value for key, value in study.items() if key not in ASKED_ELSEWHERE}
    smaller["clicks"] = study["clicks"] | {"readers": None}
    # With sound, more than one run is no repetition but a second try.
    once = {} if study["training"]["use"] == "sound" else {"runs": 1, "use": "sound"}
    return smaller | {"methods": methods, "networks": networks, "training": study["training"] | once}


def points_and_uses(study: dict, schema: dict) -> tuple[list[Point], Uses]:
    """The points of the map of a study with checked settings, and the methods that it compares. Raises ConfigError as
    :func:`study.check_config` does, on the study of each point, and if there is nothing to compare."""
    if "cohort_map" not in study:
        raise ConfigError(
            "cohort_map: this study has no such section, which says what traits of its phantom to vary; see studies/map.yaml"
        )
    if "phantom" not in study["cohort"]:
        raise ConfigError("cohort_map: a map is of phantoms, whose traits can be varied; give cohort.phantom")
    uses = uses_of(study)
    if uses is None:
        raise ConfigError(
            "cohort_map: a map compares a click in the network with clicked components kept; methods needs one of each with "
            "the same kind of click, and one without clicks, such as cm1CNN, CNNcm and CNNonly"
        )
    points = points_of(only(study, uses), study["cohort_map"]["parameters"])
    for point in points:
        try:
            check_config(point.study, schema)
        except ConfigError as error:
            raise ConfigError(f"cohort_map.parameters.{point.parameter}, value {point.value:g}: {error}") from None
    if len(points) == 1:
        raise ConfigError("cohort_map.parameters: all values are those of the study itself; add others")
    return points, uses


def check_points(points: list[Point], study: str) -> None:
    """Raises ConfigError if a point has not run with the settings as they are now; ``study`` is the study's file."""
    missing = [point.name for point in points if not point.has_run()]
    if missing:
        raise ConfigError(
            f"cohort_map: {', '.join(missing)} {'have' if len(missing) > 1 else 'has'} not run with these settings; "
            f"run make cohort-map STUDY={study} first"
        )
