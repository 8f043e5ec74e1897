"""Write docs/config.md, and the keys of docs/segment.md and docs/statistics.md, from the schemas:
python docs/config_reference.py
"""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
HEAD = """\
# Settings of a study

Every key that a study's file may hold, made from `workflow/schemas/config.schema.yaml` by `python docs/config_reference.py`.
A key that is left out has the default, which is the paper's value where the paper has one. A study's file is complete: with
`--configfile my-study.yaml` nothing of `config.yaml` is used.

"""
COLUMNS = "| key | values | default | what it is |\n| --- | --- | --- | --- |\n"


def values(part: dict) -> str:
    """What a key may hold, in words."""
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
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


def pages() -> dict[str, str]:
    """The pages that hold such tables, by file."""
    found = {"docs/config.md": HEAD + keys("config")}
    for page in ("segment", "statistics"):
        before, _, rest = (ROOT / f"docs/{page}.md").read_text(encoding="utf-8").partition("<!-- keys -->\n")
        after = rest.partition("<!-- /keys -->")[2]
        found[f"docs/{page}.md"] = f"{before}<!-- keys -->\n{keys(page)}<!-- /keys -->{after}"
    return found


if __name__ == "__main__":
    for file, text in pages().items():
        (ROOT / file).write_text(text, encoding="utf-8")
