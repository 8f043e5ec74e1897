"""The settings of a study, checked against their schema; standard library and jsonschema only."""

import copy
import difflib
import re

from jsonschema import Draft202012Validator

from oneclick.errors import UserError


class ConfigError(UserError):
    """The settings of a study cannot be used; one line a problem."""


def with_defaults(config: dict, schema: dict) -> dict:
    """The config with the defaults of the schema where a key is absent, its keys in the schema's order, so that the same
    settings in another order are the same settings."""
    properties = schema.get("properties", {})
    defaults = {key: part["default"] for key, part in properties.items() if "default" in part}
    given = {**defaults, **config}
    filled = {key: copy.deepcopy(given[key]) for key in dict.fromkeys([*properties, *given]) if key in given}
    for key, part in properties.items():
        if isinstance(filled.get(key), dict):
            filled[key] = with_defaults(filled[key], part)
    return filled


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"


def _in_words(error) -> list[str]:
    """One line for each thing that a schema error says."""
    where = ".".join(str(key) for key in error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = [
            key
            for key in error.instance
            if key not in known and not any(re.search(p, key) for p in error.schema.get("patternProperties", {}))
        ]
        if not known:
            names = ", ".join(unknown)
            return [f"{where}: the name {names} cannot be used; take letters, digits, '_' and '-', beginning with a letter"]
        path = [*map(str, error.absolute_path)]
        return [f"unknown key {'.'.join([*path, str(key)])}; {_nearest(str(key), known)}" for key in unknown]
    if error.validator == "oneOf":
        return [f"{where}: {error.schema.get('x-mend', error.message)}"]
    return [f"{where or 'config'}: {error.message}"]


def _unknown_references(config: dict) -> list[str]:
    problems = []
    for name, method in config["methods"].items():
        network = method["network"]
        if network not in config["networks"]:
            near = _nearest(network, list(config["networks"]))
            problems.append(f"methods.{name}.network: there is no network {network}; {near}")
    return problems


def check_config(config: dict, schema: dict) -> dict:
    """The config with defaults filled in. Raises ConfigError that names every unknown key (and the nearest known one),
    every value that the schema refuses, and every method whose network is not there."""
    config = with_defaults(config, schema)
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=lambda error: list(map(str, error.absolute_path)))
    problems = [line for error in errors for line in _in_words(error)] or _unknown_references(config)
    if problems:
        raise ConfigError("\n".join(problems))
    return config


def click_kinds(config: dict) -> list[str]:
    """The kinds of click that the study's networks and methods use, sorted."""
    used = {network["clicks"] for network in config["networks"].values()}
    used |= {method.get("keep", "none") for method in config["methods"].values()}
    return sorted(used - {"none"})
