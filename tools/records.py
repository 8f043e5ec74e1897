"""What a finished study knows of its own making, from its records (``results/provenance``): of each result the rule, the
digest of the code that made it, what it was made from and when; and the runs, with commit and machine."""

import csv
import hashlib
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from digests import SCRIPTS  # noqa: F401  (the place of oneclick)

from oneclick.engine.identity import ALONE

UNKNOWN = "not recorded"
NAME_ALONE = hashlib.sha256(ALONE.encode()).hexdigest()[:8]
"""What stands beside a file that a job waits for, and that makes no result older (``ancient``)."""


@dataclass(frozen=True)
class Record:
    """How a result was made. ``scripts``: those that its rule may run; ``code``: the digest, empty where nothing ran;
    ``inputs``: names, below the results folder where they are results; ``log``: the same for all results of one job."""

    rule: str
    scripts: tuple[str, ...]
    code: str
    inputs: tuple[str, ...]
    log: tuple[str, ...]
    started: float
    ended: float


@dataclass(frozen=True)
class Run:
    started: float
    commit: str
    machine: str


def _record(found: dict) -> Record:
    digests = [match[1] for match in (re.fullmatch(r"'([0-9a-f]{12})'", param) for param in found["params"]) if match]
    lines = [line.partition("\t") for line in found["input"]]
    return Record(
        rule=found["rule"],
        scripts=tuple(re.findall(r"scripts/(\w+)\.py", found["code"] or "")),
        code=digests[0] if digests else "",
        inputs=tuple(name for name, _, seen in lines if seen != NAME_ALONE),
        log=tuple(found["log"]),
        started=found["starttime"],
        ended=found["endtime"],
    )


def read_records(results: Path) -> dict[str, Record]:
    """The records of a results folder by the name of the result in it. Their files bear that name in base 64, in parts where
    it is long."""
    folder = results / "provenance/metadata"
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = "".join(part.removeprefix("@") for part in path.relative_to(folder).parts)
            found[urlsafe_b64decode(name).decode()] = _record(json.loads(path.read_text(encoding="utf-8")))
    return found


def upstream(results: Path, names: Iterable[str]) -> dict[Path, Record]:
    """The records of results and of all that they were made from, directly or not, by path; of a map of cohorts the results
    of its points as well, which have records of their own."""
    known, found, ahead = {results: read_records(results)}, {}, {(results, name) for name in names}
    while ahead:
        folder, name = ahead.pop()
        if folder / name in found:
            continue
        record = known[folder].get(name)
        if record:
            found[folder / name] = record
            ahead |= {(folder, source) for source in record.inputs}
            continue
        for place in (folder / name).parents:
            if place != folder and place.is_relative_to(folder) and (place / "provenance").is_dir():
                known.setdefault(place, read_records(place))
                ahead.add((place, (folder / name).relative_to(place).as_posix()))
                break
    return found


def seconds_of(records: Iterable[Record]) -> float:
    """What the jobs took that made these results, in all."""
    return sum({(record.rule, record.log): record.ended - record.started for record in records}.values())


def runs(results: Path) -> list[Run]:
    """The runs of a study, and of the points of its map of cohorts, the earliest first. Of results without a table of runs
    what the report says of the last one; none where it does not."""
    report, found = results / "report.html", []
    for place in (results, *results.glob("points/*/results")):
        if (table := place / "provenance/runs.csv").is_file():
            with open(table, newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    found.append(Run(datetime.fromisoformat(row["started"]).timestamp(), row["commit"], row["machine"]))
    if found:
        return sorted(found, key=lambda run: run.started)
    said = report.read_text(encoding="utf-8")[:200_000] if report.is_file() else ""
    commit = re.search(r"<dt>Version</dt><dd>[^<]*commit ([^<]*)</dd>", said)
    machine = re.search(r"<dt>Machine</dt><dd>([^<]*)</dd>", said)
    return [Run(0.0, unescape(commit[1]), unescape(machine[1]))] if commit and machine else []


def runs_of(records: Iterable[Record], all_runs: list[Run]) -> list[Run]:
    """Those runs that made these results: of each the last one that had begun when its job began."""
    # A table of runs is written to the second, and just after the jobs were planned.
    made = {
        max((run for run in all_runs if run.started <= record.started + 1), key=lambda run: run.started, default=None)
        for record in records
    }
    return [run for run in all_runs if run in made]


def days(records: Iterable[Record]) -> str:
    """The day on which these results were made, or the first and the last one (UTC)."""
    records = list(records)
    first = datetime.fromtimestamp(min(record.started for record in records), UTC).date()
    last = datetime.fromtimestamp(max(record.ended for record in records), UTC).date()
    return f"{first}" if first == last else f"{first} to {last}"
