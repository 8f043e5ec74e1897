"""What the numbers of a page of results depend on (``docs/results/{study}/code.json``): of each rule whose results feed them
the digest of the code that the study really ran, and the study's settings; and how these compare with today's."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from digests import ROOT, SCRIPTS, digest_of, number_digest_of
from records import Record

from oneclick.common.errors import UserError
from oneclick.report.run_page import flatten
from oneclick.settings.files import read_settings
from oneclick.settings.study import check_config

NO_NUMBERS = ("results", "cohort.follow_links", "clicks.human_source", "effort.source")
"""Settings that change no number."""
QUESTIONS = ("offsets", "cross", "measures", "effort", "cohort_map", "reader_study")
"""Sections of settings that count for the answers to their question alone."""


@dataclass(frozen=True)
class RuleCode:
    """The code of a rule. ``scripts``: that it may run; ``code``: the digests in the study's records (several if jobs ran
    with several); ``numbers``: the digest of the same code without what only looks, where that code could be found."""

    scripts: list[str]
    code: list[str]
    numbers: str | None


@dataclass(frozen=True)
class PageCode:
    """``study``: its file; ``commands`` that make it and its page again; ``settings``: flat, as the study ran with them."""

    study: str
    commands: list[str]
    rules: dict[str, RuleCode]
    settings: dict[str, str]

    def write(self, path: Path) -> None:
        """Write it as JSON, a line a rule and a line a setting."""
        parts = []
        for name, value in asdict(self).items():
            lines = (
                [f'  "{key}": {json.dumps(one, ensure_ascii=False)}' for key, one in value.items()]
                if isinstance(value, dict)
                else []
            )
            parts.append(
                f' "{name}": ' + ("{\n" + ",\n".join(lines) + "\n }" if lines else json.dumps(value, ensure_ascii=False))
            )
        path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "PageCode":
        found = json.loads(path.read_text(encoding="utf-8"))
        rules = {name: RuleCode(**rule) for name, rule in found.pop("rules").items()}
        return cls(rules=rules, **found)


def rules_of(records: Iterable[Record], places: Sequence[Path] = (SCRIPTS,)) -> dict[str, RuleCode]:
    """The code of each rule that made these results, by its name; rules without code have none.

    ``places``: folders of scripts, today's and those of commits, in which the code that ran may be found."""
    found: dict[str, tuple[tuple[str, ...], set[str]]] = {}
    for record in records:
        if record.scripts and record.code:
            found.setdefault(record.rule, (record.scripts, set()))[1].add(record.code)
    return {rule: _rule_code(names, sorted(codes), places) for rule, (names, codes) in sorted(found.items())}


def _rule_code(names: tuple[str, ...], codes: list[str], places: Sequence[Path]) -> RuleCode:
    for place in places:
        for script in (place / f"{name}.py" for name in names):
            if [digest_of(script, place)] == codes:
                return RuleCode(list(names), codes, number_digest_of(script, place))
    return RuleCode(list(names), codes, None)


def agrees(rule: RuleCode, scripts: Path = SCRIPTS) -> bool:
    """Whether a rule's code of today gives the same numbers."""
    files = [scripts / f"{name}.py" for name in rule.scripts]
    if any([digest_of(file, scripts)] == rule.code for file in files):
        return True
    return rule.numbers is not None and any(number_digest_of(file, scripts) == rule.numbers for file in files)


def settings_of(study: str) -> tuple[dict, dict[str, str], set[str]]:
    """The settings in a study's file: checked, with defaults; the same flat; and the keys that the file itself names.
    Raises UserError as they are checked, and OSError."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    given = read_settings(str(ROOT / study))
    named = set(flatten(given))
    checked = check_config(given, schema)
    return checked, flatten(checked), named


def counting(settings: dict[str, str], asked: Iterable[str] = ()) -> dict[str, str]:
    """Those of flat settings that change numbers of a page; ``asked``: sections of the questions that it answers."""
    left_out = set(QUESTIONS) - set(asked)
    return {
        name: value for name, value in settings.items() if name not in NO_NUMBERS and name.partition(".")[0] not in left_out
    }


def changed_settings(recorded: dict[str, str], today: dict[str, str], named: set[str]) -> list[str]:
    """Names of settings that a study ran with and that are others today, or are new in its file. A new setting that the file
    does not name has its default, and the digest of the code tells whether that changes anything.

    ``recorded`` and ``today``: flat, all that :func:`counting` leaves; ``named``: keys that the file itself names."""
    other = [name for name, value in recorded.items() if today.get(name) != value]
    return other + [name for name in today if name in named and name not in recorded]


def asked_of(settings: dict[str, str]) -> set[str]:
    """The sections of questions that recorded settings hold."""
    return {name.partition(".")[0] for name in settings} & set(QUESTIONS)


def what_changed(page: PageCode, scripts: Path = SCRIPTS) -> list[str]:
    """What is another today than when a page's study ran, in words; nothing if its numbers would be the same."""
    rules = [name for name, rule in page.rules.items() if not agrees(rule, scripts)]
    words = [f"the code of {', '.join(f'`{name}`' for name in rules)}"] if rules else []
    try:
        _, today, named = settings_of(page.study)
    except (OSError, UserError):
        return [*words, f"`{page.study}`, which cannot be read any more"]
    asked = asked_of(page.settings)
    settings = changed_settings(page.settings, counting(today, asked), named)
    return words + ([f"the settings {', '.join(f'`{name}`' for name in settings)}"] if settings else [])
