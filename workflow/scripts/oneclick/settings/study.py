"""The settings of a study, checked against their schema; standard library and jsonschema only."""

import copy
import difflib
import os
import re

from jsonschema import Draft202012Validator

from oneclick.paper.cohort import N_PATIENTS
from oneclick.settings.files import ConfigError

TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a section with keys of its own",
    "string": "text",
}
"""The words for what a value in YAML may be."""
TRAITS = ("look_alikes", "contact", "contrast", "lesion_size", "counts", "after_treatment", "reader")
"""The keys of a phantom that make another cohort of it: the fields of :class:`tumours.Traits`."""


RENAMED = {
    "frozen_folds": "given_folds, with a copy of that file",
    "map": "cohort_map",
    "training.seeds": "training.runs, with training.use: each",
    "training.best_of": "training.runs, with training.use: best",
    "training.restarts": "training.runs, which is one more, with training.use: sound",
}
"""What keys of earlier versions are called now."""
PERCENT = 41
"""Of region growing, where its row names no other percentage."""


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


def nearest(word: str, known: list[str], elsewhere: dict[str, str]) -> str:
    """What may have been meant: one of the ``known`` names, or one that stands ``elsewhere``, given with its full name."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    near = near or [elsewhere[key] for key in difflib.get_close_matches(word, elsewhere, n=1, cutoff=0.75)]
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"


def _all_keys(schema: dict, where: str = "") -> dict[str, str]:
    """The full name of each key of a schema by its last part, as epochs: training.epochs."""
    keys = {}
    for key, part in schema.get("properties", {}).items():
        keys |= {key: f"{where}{key}"} | _all_keys(part, f"{where}{key}.")
    return keys


def _in_words(error, keys: dict[str, str]) -> list[str]:
    """One line for each thing that a schema error says; ``keys`` are those of :func:`_all_keys`."""
    # People count from 1.
    where = ".".join(f"item {key + 1}" if isinstance(key, int) else key for key in error.absolute_path)
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return [f"{f'{where}.' if where else ''}{key} is missing; give it" for key in missing]
    if error.validator == "uniqueItems":
        again = [item for n, item in enumerate(error.instance) if item in error.instance[:n]]
        return [f"{where}: {again[0]} stands there twice; name it once"]
    if error.validator in ("minItems", "minLength"):
        return [f"{where}: {error.instance!r} is too short; give {error.validator_value} or more"]
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
        names = [".".join([*map(str, error.absolute_path), str(key)]) for key in unknown]
        return [
            f"{name} has a new name: {RENAMED[name]}"
            if RENAMED.get(name, "").split(",")[0] in keys.values()
            else f"unknown key {name}; {nearest(name.rpartition('.')[2], known, keys)}"
            for name in names
        ]
    if error.validator == "oneOf":
        return [f"{where}: {error.schema.get('x-mend', error.message)}"]
    if error.validator == "pattern" and "x-mend" in error.schema:
        return [f"{where}: {error.instance!r} cannot be used; {error.schema['x-mend']}"]
    if error.validator == "anyOf":  # kinds of click
        known = error.validator_value[0]["enum"]
        return [f"{where}: {error.instance!r} is not one of {known}, and no reader's; a reader's is reader, or reader-R1"]
    if error.validator == "type":
        kinds = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
        given = "nothing" if error.instance is None else repr(error.instance)
        line = f"{where or 'config'}: {given} is not {' or '.join(TYPES[kind] for kind in kinds)}"
        if "number" in kinds and re.fullmatch(r"-?\d+,\d+", given.strip("'")):
            return [f"{line}; write a decimal point"]
        return [line + (f"; write [{error.instance}]" if "array" in kinds and isinstance(error.instance, int | str) else "")]
    return [f"{where or 'config'}: {error.message}"]


def _keys_that_are_no_text(config: object, where: str = "") -> list[str]:
    """YAML takes 1, no and 2024-01-01 for a number, false and a date."""
    problems = []
    for key, value in config.items() if isinstance(config, dict) else ():
        if not isinstance(key, str):
            comma = (
                f", and in a number write a decimal point, not a comma ({key} stands behind one)" if value is None else ""
            )
            problems.append(
                f"{where or 'config'}: the name {key} is no text; begin it with a letter, or put it in quotes{comma}"
            )
        else:
            problems += _keys_that_are_no_text(value, f"{where}.{key}".lstrip("."))
    return problems


def _contradictions(config: dict) -> list[str]:
    """What the schema cannot say: names of networks that are not there, and settings that do not go together."""
    problems = []
    training, phantom = config["training"], config["cohort"].get("phantom", {})
    if training["early_stopping"] is not None and training["validation_fraction"] == 0:
        problems.append(
            "training.early_stopping needs validation slices; raise training.validation_fraction or set it to null"
        )
    if phantom and phantom["slices"] is not None and phantom["slices"][0] > phantom["slices"][1]:
        problems.append(f"cohort.phantom.slices: {phantom['slices']} must be fewest first, most last")
    if phantom and phantom["patients"] < config["folds"]:
        problems.append(f"{phantom['patients']} phantom patients are fewer than the {config['folds']} folds; lower folds")
    if phantom and (config["cohort"]["labels"] or config["cohort"]["roi"]):
        problems.append("cohort.labels and cohort.roi are for masks in files; leave them out with a phantom")
    distances = config["offsets"]["distances_mm"]
    if distances[0] != 0 or distances != sorted(distances):
        problems.append(f"offsets.distances_mm: {distances} must begin with 0 and rise")
    for name, network in config["networks"].items():
        shape, sizes = network.get("encoding", "pixel"), [key for key in network if key.startswith("encoding_")]
        if shape != "pixel" and network["clicks"] == "none":
            problems.append(f"networks.{name}.encoding: the network has no clicks to encode; leave it out or name clicks")
        elif shape != "pixel" and len(sizes) != 1:
            problems.append(f"networks.{name}: the encoding {shape} needs either encoding_mm or encoding_pixels")
        elif shape == "pixel" and sizes:
            problems.append(f"networks.{name}.{sizes[0]}: a pixel has no size; set encoding as well, or leave this out")
    for name, method in config["methods"].items():
        network = method.get("network")
        if network is not None and network not in config["networks"]:
            near = nearest(network, list(config["networks"]), {}) if config["networks"] else "networks is empty"
            problems.append(f"methods.{name}.network: there is no network {network}; {near}")
        if "percent" in method and method.get("classical") != "region_growing":
            problems.append(f"methods.{name}.percent: only region_growing has a percentage; leave it out")
    return problems


def check_keys(config: dict, schema: dict) -> dict:
    """The config with defaults filled in. Raises ConfigError that names every unknown key (and the nearest known one) and
    every value that the schema refuses."""
    problems = _keys_that_are_no_text(config)
    if problems:
        raise ConfigError("\n".join(problems))
    config = with_defaults(config, schema)
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=lambda error: list(map(str, error.absolute_path)))
    problems = [line for error in errors for line in _in_words(error, _all_keys(schema))]
    if problems:
        raise ConfigError("\n".join(problems))
    return config


def at_paper_size(study: dict, schema: dict) -> dict:
    """A study's settings with the paper's in place of those of its size: patients and slices of a phantom, pixels, folds,
    epochs and batches."""
    sizes = {"preprocess": ("size", "spacing", "min_positive"), "training": ("epochs", "batch_size")}
    kept = {key: value for key, value in study.items() if key not in ("paper_size", "folds")}
    for section, names in sizes.items():
        kept[section] = {key: value for key, value in study[section].items() if key not in names}
    if "phantom" in study["cohort"]:
        traits = {trait: study["cohort"]["phantom"][trait] for trait in TRAITS}
        kept["cohort"] = study["cohort"] | {"phantom": {"patients": N_PATIENTS} | traits}
    return with_defaults(kept, schema)


def check_config(config: dict, schema: dict) -> dict:
    """The settings of a study with defaults filled in, at the paper's size where that is asked for. Raises ConfigError as
    :func:`check_keys` does, and on every method whose network is not there and settings that contradict each other."""
    config = check_keys(config, schema)
    problems = _contradictions(config)
    if problems:
        raise ConfigError("\n".join(problems))
    for method in config["methods"].values():
        if method.get("classical") == "region_growing":
            method.setdefault("percent", PERCENT)
    return at_paper_size(config, schema) if config.get("paper_size") else config


def check_shared(study: dict, schema: dict) -> dict:
    """The settings of a finished study with which new patients are segmented, checked as a user's own are."""
    used = {key: study[key] for key in ("folds", "preprocess", "clicks", "networks", "methods")}
    if isinstance(used["clicks"], dict):  # else it is refused below
        used["clicks"] = {key: value for key, value in used["clicks"].items() if key != "readers"}
    checked = check_config({**used, "cohort": {"phantom": {"patients": study["folds"]}}}, schema)
    return {key: checked[key] for key in used}


def check_segment(config: dict, schema: dict, study: dict) -> dict:
    """The settings of a segmentation with defaults filled in; ``study`` are those of the study whose networks it uses.
    Raises ConfigError as :func:`check_keys` does, and on methods that the study does not have."""
    config = check_keys(config, schema)
    segment = config["segment"]
    known = [name for name, method in study["methods"].items() if "network" in method]
    segment["methods"] = segment["methods"] or known
    problems = [
        f"segment.methods: the study {segment['models']} has no method {method}; {nearest(method, known, {})}"
        for method in segment["methods"]
        if method not in study["methods"]
    ]
    problems += [
        f"segment.methods: {method} is a classical method, and new patients are segmented by networks only; leave it out"
        for method in segment["methods"]
        if method in study["methods"] and method not in known
    ]
    if segment["unclicked"] == "automatic" and automatic_network(study) is None:
        problems.append("segment.unclicked: the study has no method without clicks to segment automatically; choose skip")
    if problems:
        raise ConfigError("\n".join(problems))
    return config


def automatic_network(study: dict) -> str | None:
    """The network of a study's first method that needs no click (CNNonly), or None if there is none."""
    for method in study["methods"].values():
        if "network" in method and "keep" not in method and study["networks"][method["network"]]["clicks"] == "none":
            return method["network"]
    return None


def used_networks(study: dict) -> list[str]:
    """The networks of a study that its methods use."""
    used = {method.get("network") for method in study["methods"].values()}
    return [network for network in study["networks"] if network in used]


def logs_folder(results: str) -> str:
    """Where a study's logs lie: of results-paper in logs-paper, so that studies side by side keep their logs apart; below
    the results if their folder is named otherwise."""
    parent, name = os.path.split(results.rstrip("/"))
    return (
        os.path.join(parent, name.replace("results", "logs", 1)) if "results" in name else os.path.join(parent, name, "logs")
    )


def encoding_of(network: dict) -> dict:
    """How a network's row has its clicks encoded: the fields of :class:`encoding.Encoding`."""
    unit = "pixels" if "encoding_pixels" in network else "mm"
    return {"shape": network.get("encoding", "pixel"), "size": network.get(f"encoding_{unit}"), "unit": unit}


def click_kinds(config: dict) -> list[str]:
    """The kinds of click that the study's networks and methods use, sorted."""
    used = {network["clicks"] for network in config["networks"].values()}
    used |= {method.get(key, "none") for method in config["methods"].values() for key in ("keep", "clicks")}
    return sorted(used - {"none"})


def cross_kinds(config: dict) -> list[str]:
    """The kinds of click that the cross table has: those that it names, then those that the study uses beside them."""
    return list(dict.fromkeys([*config["cross"]["kinds"], *click_kinds(config)]))
