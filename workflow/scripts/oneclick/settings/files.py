"""Files of settings: read whole, a key that stands twice refused, and every error with the file that it speaks of."""

import difflib
import json
import os
import re
from pathlib import Path

import yaml

from oneclick.common.errors import UserError

ENDINGS = (".yaml", ".yml", ".json")
"""Of files of settings; Snakemake reads both kinds."""
COMMAND_LINE = "--config"
"""Where settings stand that are in no file."""
MERGE = "tag:yaml.org,2002:merge"


class ConfigError(UserError):
    """The settings of a study cannot be used; one line a problem."""


def _twice(node: yaml.Node, construct, where: str, seen: set[int]) -> list[tuple[int, str, int]]:
    """Line, full name and first line of each key that stands again in a mapping, in all that a YAML node holds. Looked for
    before << is merged, whose keys may be set anew."""
    if id(node) in seen or not isinstance(node, yaml.CollectionNode):  # an anchor is one node wherever it is used
        return []
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        items = enumerate(node.value, start=1)
        return [again for n, item in items for again in _twice(item, construct, f"{where}item {n}.", seen)]
    found, lines = [], {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if isinstance(key, yaml.ScalarNode):
            name = key.value if key.tag == MERGE else construct(key)
            if name in lines:
                found.append((line, f"{where}{name}", lines[name]))
            lines.setdefault(name, line)
        found += _twice(value, construct, f"{where}{key.value}.", seen)
    return found


def _from_json(text: str, file: str) -> object:
    """What JSON says. Raises ConfigError on a key that stands twice, without its line, ValueError on what is no JSON."""

    def section(pairs: list[tuple[str, object]]) -> dict:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"{file}: {name} stands there twice, and only one would count; keep one")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=section)


def parse_settings(text: str, file: str) -> object:
    """What YAML (or JSON, which is YAML but for tabs) says. Raises ConfigError, with file and line, on what is neither, and
    on each key that stands twice, of which YAML would drop the first."""
    try:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            again = _twice(node, loader.construct_object, "", set()) if node else []
            settings = loader.construct_document(node) if node and not again else None
        finally:
            loader.dispose()
    except RecursionError:
        raise ConfigError(f"{file}: its sections lie too deep in one another; see docs/reference/settings.md") from None
    except (yaml.YAMLError, ValueError) as error:  # such as the date 2024-99-99
        try:
            return _from_json(text, file)
        except ConfigError:
            raise
        except (ValueError, RecursionError):
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            tabs = mark and "\t" in "".join(text.splitlines()[mark.line : mark.line + 1])
            look = "write spaces in place of tabs" if tabs else "look at colons, brackets and indents"
            raise ConfigError(f"{file}{line}: this is not YAML; {look}") from None
    if again:
        raise ConfigError(
            "\n".join(
                f"{file}, line {line}: {name} stands there twice (first in line {first}), and only one would count; keep one"
                for line, name, first in sorted(again)
            )
        )
    return settings


def read_settings(file: str | Path) -> dict:
    """The settings in a file, not checked yet. Raises ConfigError, in one sentence that names the file, if it is not there,
    cannot be read, or holds no settings."""
    path = Path(file)
    if path.is_dir():
        raise ConfigError(f"{file}: this is a folder; name the file of settings in it")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        others = [other.name for ending in ENDINGS for other in path.parent.glob(f"*{ending}")]
        near = difflib.get_close_matches(path.name, others, n=1, cutoff=0.6)
        mend = f"did you mean {path.parent / near[0]}?" if near else "mend the name; settings begin as a copy from studies/"
        raise ConfigError(f"{file}: there is no such file of settings; {mend}") from None
    except PermissionError:
        raise ConfigError(f"{file}: you have no right to read this file; let its owner give it to you (chmod)") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: this is not a text file in UTF-8; name a file of settings") from None
    except OSError as error:
        raise ConfigError(f"{file}: the file cannot be read ({error.strerror}); mend the name") from None
    settings = parse_settings(text, str(file))
    if not isinstance(settings, dict):
        raise ConfigError(f"{file}: there are no settings in it; see docs/reference/settings.md")
    return settings


def as_typed(path: str | Path) -> str:
    """A path as people write it: from here if it lies below, else the whole of it."""
    here = os.path.relpath(path)
    return str(path) if here.startswith("..") else here


def sources(files: list[str], given: list[str]) -> dict[str, str]:
    """Where each section of a study stands: the last of the ``files`` that has it, or the command line (``given``: its words
    KEY=VALUE). Raises ConfigError as :func:`read_settings` does, and on a key that is given twice."""
    problems, found = [], {}
    for file in files:
        try:
            found |= {str(key): file for key in read_settings(file)}
        except ConfigError as error:
            problems.append(str(error))
    keys = [word.partition("=")[0].strip() for word in given]
    problems += [f"{COMMAND_LINE}: {key} is given twice; keep one" for key in dict.fromkeys(keys) if keys.count(key) > 1]
    if problems:
        raise ConfigError("\n".join(problems))
    return found | dict.fromkeys(keys, COMMAND_LINE)


def with_files(error: UserError | str, sources: dict[str, str]) -> str:
    """An error's lines, each with the file in which the section stands that it speaks of (see :func:`sources`), or the first
    file where the section is missing. Lines that begin with a patient or another file name what is wrong by themselves."""
    lines = []
    for line in str(error).splitlines():
        key = re.match(r"(?:unknown key )?([\w-]*)", line)[1]
        file = sources.get(key) or next(iter(sources.values()), "")
        has_its_own = re.match(r"patient |[^:;]*\.(tsv|csv|json|ya?ml)(, line \d+)?: ", line)
        lines.append(f"{file}: {line}" if file and not has_its_own else line)
    return "\n".join(lines)
