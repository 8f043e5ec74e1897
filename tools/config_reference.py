"""Write docs/reference/settings.md from the schemas: python tools/config_reference.py"""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
HEAD = """\
# Settings

There are four kinds of settings files: of a [study](#of-a-study), of a
[segmentation of new patients](#of-a-segmentation-of-new-patients), of a [click page](#of-a-click-page) of networks that are
there already, and of [statistics of your own scores](#of-statistics-of-your-own-scores). This page is made from
`workflow/schemas/` by `python tools/config_reference.py`.

"""
SECTIONS = {
    "config": """\
## Of a study

A key that is left out has the default, which is the paper's value where the paper has one. A study's file is complete:
`--configfile my-study.yaml` takes nothing from `config.yaml`.

""",
    "segment": """\
## Of a segmentation of new patients

How to use it: [new patients](../how-to/new-patients.md).

""",
    "click_page": """\
## Of a click page

How to use it: [click on new scans](../how-to/click-page.md). The page of a study needs no such file.

""",
    "statistics": """\
## Of statistics of your own scores

How to use it: [your own scores](../how-to/own-scores.md).

""",
}
COLUMNS = "| key | values | default | what it is |\n| --- | --- | --- | --- |\n"


def values(part: dict) -> str:
    """What a key may hold, in words."""
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if "anyOf" in part:
        return ", ".join(map(values, part["anyOf"]))
    if "x-values" in part:
        return part["x-values"]
    kind = part.get("type", "")
    kind = " or ".join(kind) if isinstance(kind, list) else kind
    bounds = [
        f"{words} {part[key]}"
        for key, words in (
            ("minimum", "from"),
            ("exclusiveMinimum", "above"),
            ("maximum", "to"),
            ("exclusiveMaximum", "below"),
            ("multipleOf", "a multiple of"),
        )
        if key in part
    ]
    return " ".join([kind.replace("object", "section").replace("null", "`null`"), *bounds]).replace(" a ", ", a ")


def rows(schema: dict, path: str = "") -> list[str]:
    """One table row for each key of a schema, sections before their keys."""
    found = []
    named = [(key, part) for key, part in schema.get("properties", {}).items()]
    named += [("NAME", part) for part in schema.get("patternProperties", {}).values()]
    for key, part in named:
        default = part.get("default", "")
        if isinstance(default, dict):
            shown = "the paper's" if default else ""
        elif key in schema.get("required", []):
            shown = "none: must be given"
        elif "default" in part:
            words = {None: "null", True: "true", False: "false"}
            shown = f"`{words[default] if default is None or isinstance(default, bool) else default}`"
        else:
            shown = ""
        if "description" in part:
            found.append(f"| `{path}{key}` | {values(part)} | {shown} | {part['description']} |")
        found += rows(part, f"{path}{key}.")
    return found


def keys(schema: str) -> str:
    """The table of a schema's keys."""
    text = (ROOT / f"workflow/schemas/{schema}.schema.yaml").read_text(encoding="utf-8")
    return COLUMNS + "\n".join(rows(yaml.safe_load(text))) + "\n"


def page() -> str:
    """The whole page: a section for each schema."""
    return HEAD + "\n".join(head + keys(schema) for schema, head in SECTIONS.items())


if __name__ == "__main__":
    (ROOT / "docs/reference/settings.md").write_text(page(), encoding="utf-8")
