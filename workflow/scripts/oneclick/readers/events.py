"""What comes back from a reader: a table of events, checked, and the clicks that stand when each case is done."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

from oneclick.common.errors import UserError
from oneclick.common.given_tables import NUMBER, GivenTable, read_given_table
from oneclick.common.tables import write_table
from oneclick.common.warned import Warned
from oneclick.data.stack import read_grids

COLUMNS = (
    "reader", "case", "patient", "repeat", "practice", "event", "ms", "view", "slice", "i", "j", "k", "window_low",
    "window_high", "page",
)  # fmt: skip
"""Of a reader's file, an event a line. ms: milliseconds since the page was opened, monotonic. i, j, k: voxels as stored,
the centre of the first at 0, with decimals; of click and delete."""
EVENTS = ("start", "case", "slice", "window", "click", "undo", "delete", "next", "break", "end")
"""start: the page is opened, perhaps again; case: a case is shown, perhaps again after a break; undo: of the last click or
delete; delete: of the click at i, j, k; next: the case is done; break: the clock stops until the next case; end."""
WITHOUT_CASE = ("start", "break", "end")
"""Events that may have no case."""
VIEWS = ("transaxial", "coronal", "sagittal")
SAME = 0.01
"""Voxels by which the place of a delete may differ from its click's, as digits are cut."""
AGAIN = "save the reader's file from the page again"


@dataclass(frozen=True)
class ReadersClick:
    """A click that stands: ``reader``, ``patient``, ``repeat``; ``click``: its number in the case, from 1; the ``view`` in
    which it was made; its place (``i``, ``j``, ``k``) in voxels as stored, with decimals; ``seconds`` since the click that
    stands before it, or since the case was shown: what was undone between them counts, breaks do not."""

    reader: str
    patient: str
    repeat: int
    click: int
    view: str
    i: float
    j: float
    k: float
    seconds: float


@dataclass(frozen=True)
class Reading:
    """A case that a reader finished: ``case`` (its place in the reader's order), ``patient``, ``repeat``, ``seconds`` from
    when it was shown until it was done, without breaks; how many ``clicks`` stand; how many steps were ``undone``."""

    reader: str
    case: int
    patient: str
    repeat: int
    seconds: float
    clicks: int
    undone: int


@dataclass
class _Open:
    """A case that is being read: its clicks as (view, place, ms of work), what can be undone, ms of work so far."""

    clicks: list[tuple[str, tuple[float, ...], float]] = field(default_factory=list)
    steps: list[list] = field(default_factory=list)
    worked: float = 0.0
    undone: int = 0


@dataclass(frozen=True)
class Page:
    """What a reader's file is checked against: the ``reader``, the page's ``digest`` and the reader's ``cases``
    (:func:`cases.write_cases`), and the ``shapes`` (i, j, k) of the patients' scans."""

    reader: str
    digest: str
    cases: Sequence[Mapping]
    shapes: Mapping[str, tuple[int, ...]]

    @classmethod
    def read(cls, cases_json: str, grids_json: str) -> "Page":
        page = json.loads(Path(cases_json).read_text(encoding="utf-8"))
        shapes = {name: grid.shape for name, grid in read_grids(grids_json).items()}
        return cls(page["reader"], page["digest"], page["cases"], shapes)


class _Lines:
    """The lines of a reader's file, with what is wrong in a sentence."""

    def __init__(self, path: str, table: GivenTable):
        self.path, self.comma = path, table.separator != ","
        self.lines = table.lines

    def wrong(self, where: str, problem: str, mend: str = AGAIN) -> UserError:
        return UserError(f"{self.path}: {where}: {problem}; {mend}")

    def number(self, where: str, cells: Mapping[str, str], name: str) -> float:
        cell = cells[name].replace(",", ".") if self.comma else cells[name]
        if not NUMBER.fullmatch(cell):
            raise self.wrong(where, f"the {name} {cells[name]!r} is no number")
        return float(cell)


def read_events(
    path: str, page: Page, say: Callable[[str], None] = lambda line: None
) -> tuple[list[Reading], list[ReadersClick]]:
    """The cases that a reader finished, without practice, and the clicks that stand in them, in the reader's order.

    Says which cases are not finished; they are left out. Raises UserError, a sentence with file and line, if the events are
    not those of this reader's page, or do not follow from one another: another reader or page, a case that is not the
    reader's, a time before that of the event above, a click outside the scan, a delete or undo of nothing.
    """
    lines = _Lines(path, read_given_table(path, COLUMNS, surplus=AGAIN))
    reader, cases = page.reader, {case["case"]: case for case in page.cases}
    opened: dict[int, _Open] = {}
    done: dict[int, _Open] = {}
    last_event, last_ms, last_case, now = "", 0.0, -1, None
    for where, cells in lines.lines.items():
        event = _checked(lines, where, cells, page, last_event)
        ms = lines.number(where, cells, "ms")
        if event != "start" and ms < last_ms:
            raise lines.wrong(where, f"the time runs backwards, from {last_ms:g} to {ms:g} ms")
        number = _case_of(lines, where, cells, reader, cases)
        if event == "case":
            if number in done or number < last_case:
                raise lines.wrong(where, f"case {number} is shown again after case {last_case}")
            now, last_case = number, number
            opened.setdefault(number, _Open())
        elif event not in WITHOUT_CASE and number != now:
            raise lines.wrong(
                where, f"{event} is of case {number}, and {f'case {now}' if now is not None else 'no case'} is shown"
            )
        elif now is not None and event != "start":
            opened[now].worked += ms - last_ms
        if now is not None and event in ("click", "undo", "delete"):
            _step(lines, where, cells, opened[now], page.shapes.get(cases[now]["patient"]))
        if event == "next":
            done[now] = opened[now]
        if event in ("next", *WITHOUT_CASE):
            now = None
        last_event, last_ms = event, ms
    _say_unfinished(path, reader, cases, done, say)
    return _results(reader, cases, done)


def _checked(lines: _Lines, where: str, cells: Mapping, page: Page, last: str) -> str:
    """The event of a line, after a look at who wrote it and on which page."""
    if cells["reader"] != page.reader:
        mend = "give each reader a file, named by the reader's code"
        raise lines.wrong(where, f"the reader is {cells['reader'] or 'not named'}, and the file that of {page.reader}", mend)
    if cells["page"] != page.digest:
        mend = "use the settings of that study, or take the file away"
        raise lines.wrong(where, f"the page {cells['page']} is of another reader study; this one has {page.digest}", mend)
    if cells["event"] not in EVENTS:
        raise lines.wrong(where, f"there is no event {cells['event']!r}; known are {', '.join(EVENTS)}")
    if not last and cells["event"] != "start":
        raise lines.wrong(where, f"the first event is {cells['event']}, not start; lines are missing")
    if last == "end" and cells["event"] != "start":
        raise lines.wrong(where, f"{cells['event']} comes after the end")
    return cells["event"]


def _case_of(lines: _Lines, where: str, cells: Mapping, reader: str, cases: Mapping[int, Mapping]) -> int | None:
    """The number of a line's case, None of an event without one."""
    if cells["event"] in WITHOUT_CASE and not cells["case"]:
        return None
    number = lines.number(where, cells, "case")
    patients = {case["patient"] for case in cases.values()}
    if cells["patient"] not in patients:
        mend = "use the settings of that study, or take the file away"
        raise lines.wrong(where, f"patient {cells['patient'] or 'without a name'} is not read in this reader study", mend)
    if number not in cases:
        raise lines.wrong(where, f"reader {reader} has no case {number:g}")
    case = cases[int(number)]
    given = (cells["patient"], *(lines.number(where, cells, name) for name in ("repeat", "practice")))
    if given != (case["patient"], case["repeat"], case["practice"]):
        wrong = f"case {number:g} of reader {reader} is {case['patient']} (repeat {case['repeat']}), not {cells['patient']}"
        raise lines.wrong(where, f"{wrong} (repeat {cells['repeat']})")
    return int(number)


def _step(lines: _Lines, where: str, cells: Mapping, case: _Open, shape: tuple[int, ...] | None) -> None:
    """Do what a click, a delete or an undo does to the clicks of a case."""
    if cells["event"] == "undo":
        if not case.steps:
            raise lines.wrong(where, "there is no click to undo")
        case.clicks = case.steps.pop()
        case.undone += 1
        return
    place = tuple(lines.number(where, cells, axis) for axis in "ijk")
    words = "(" + ", ".join(f"{index:g}" for index in place) + ")"
    before = list(case.clicks)
    if cells["event"] == "click":
        if cells["view"] not in VIEWS:
            raise lines.wrong(where, f"there is no view {cells['view']!r}; known are {', '.join(VIEWS)}")
        if shape is not None and not all(-0.5 <= at <= n - 0.5 for at, n in zip(place, shape, strict=True)):
            size = " x ".join(map(str, shape))
            wrong = f"the click at voxel {words} lies outside the scan of {cells['patient']}, {size} voxels"
            raise lines.wrong(where, wrong, "check that the page was made of these scans")
        case.clicks = [*case.clicks, (cells["view"], place, case.worked)]
    else:
        left = [c for c in case.clicks if any(abs(a - b) > SAME for a, b in zip(c[1], place, strict=True))]
        if len(left) == len(case.clicks):
            raise lines.wrong(where, f"there is no click at voxel {words} to delete")
        case.clicks = left
        case.undone += 1
    case.steps.append(before)


def _say_unfinished(path: str, reader: str, cases: Mapping, done: Mapping, say: Callable[[str], None]) -> None:
    missing = [case["patient"] for number, case in cases.items() if number not in done and not case["practice"]]
    if missing:
        n = sum(not case["practice"] for case in cases.values())
        named = ", ".join(missing[:5]) + ", ..." * (len(missing) > 5)
        wrong = f"reader {reader} finished {n - len(missing)} of {n} cases, without {named}"
        say(Warned(wrong, "let the reader go on, or leave it so: these cases are left out", file=path))


def _results(reader: str, cases: Mapping, done: Mapping[int, _Open]) -> tuple[list[Reading], list[ReadersClick]]:
    readings, clicks = [], []
    for number, case in done.items():
        of = cases[number]
        if of["practice"]:
            continue
        seconds = case.worked / 1000
        readings.append(Reading(reader, number, of["patient"], of["repeat"], seconds, len(case.clicks), case.undone))
        before = 0.0
        # In the order in which they were made: an undone delete brings a click back to its place.
        for n, (view, place, worked) in enumerate(sorted(case.clicks, key=lambda click: click[2]), start=1):
            clicks.append(ReadersClick(reader, of["patient"], of["repeat"], n, view, *place, (worked - before) / 1000))
            before = worked
    return readings, clicks


def write_reader(
    events_csv: str, cases_json: str, grids_json: str, readings_csv: str, clicks_csv: str,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    """Write what :func:`read_events` reads as two tables, of :class:`Reading` and :class:`ReadersClick`."""
    page = Page.read(cases_json, grids_json)
    found = read_events(events_csv, page, say)
    for path, kind, rows in zip((readings_csv, clicks_csv), (Reading, ReadersClick), found, strict=True):
        columns = [name for name in kind.__dataclass_fields__]
        write_table(pd.DataFrame([asdict(row) for row in rows], columns=columns), path)
    say(f"reader {page.reader}: {len(found[0])} cases, {len(found[1])} clicks")
