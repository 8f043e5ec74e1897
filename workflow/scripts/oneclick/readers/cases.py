"""Which cases a reader reads, and in which order: what the page of a reader study embeds. Never a mask."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from oneclick.common.files import write_json
from oneclick.common.randomness import seed_of

INSTRUCTIONS = {
    "slice": "Click each tumour once on each slice that shows it.",
    "lesion": "Click each tumour once, on the slice where you find it.",
}
"""What readers are told unless the settings have a text, by what is to be clicked."""
TRIES = 50
"""So many orders are drawn before two readings of a patient may lie nearer to each other."""


@dataclass(frozen=True)
class Case:
    """A case of a reader: its number in the order, from 1 (0 for practice); ``repeat``: 1 the second time that the reader
    reads the patient, else 0; ``practice``: 1 if it does not count, else 0."""

    case: int
    patient: str
    repeat: int = 0
    practice: int = 0


def _drawn(names: Iterable[str], seed: int, *purpose: str | int) -> list[str]:
    """The names in a random order, drawn by hashes, which stay the same with every version of NumPy: readers have their page
    for weeks."""
    return sorted(names, key=lambda name: seed_of(seed, *purpose, name))


def read_patients(patients: Sequence[str], chosen: int | Sequence[str], practice: str | None, seed: int) -> list[str]:
    """The patients that are read, in the order of the cohort's ``patients``: those ``chosen`` by name, or so many, drawn by
    the study's seed from all but that of the ``practice`` case."""
    others = [patient for patient in patients if patient != practice]
    if isinstance(chosen, int):
        chosen = _drawn(others, seed, "patients of the reader study")[:chosen]
    return [patient for patient in others if patient in set(chosen)]


def order_of(code: str, patients: Sequence[str], repeated: int, seed: int) -> list[str]:
    """All ``patients`` in a random order, ``repeated`` of them, drawn as well, a second time. Between the two readings of a
    patient lie as many others as such an order allows that is found by drawing, up to half of the patients; one at least.
    Raises ValueError if a single patient is to be repeated."""
    if repeated and len(patients) < 2:
        raise ValueError("of a single patient both readings would follow one another")
    twice = _drawn(patients, seed, "patients read twice", code)[:repeated]
    cases = [(patient, 0) for patient in patients] + [(patient, 1) for patient in twice]
    for apart in range(max(len(patients) // 2, 1), 0, -1):
        for attempt in range(TRIES):
            order = sorted(cases, key=lambda case: seed_of(seed, "order of cases", code, apart, attempt, *case))
            place = {case: number for number, case in enumerate(order)}
            if all(abs(place[patient, 1] - place[patient, 0]) > apart for patient in twice):
                return [patient for patient, _ in order]
    # Few patients, nearly all of them twice: the second readings follow the first ones in the same order.
    first = _drawn(patients, seed, "order of cases", code)
    return [*first, *[patient for patient in first if patient in twice]]


def cases_of(code: str, patients: Sequence[str], repeated: int, practice: str | None, seed: int) -> list[Case]:
    """The cases of the reader with a ``code``, in the reader's own order: the practice case, then all patients in an order
    drawn by the study's seed and the code, so that a further reader changes nobody's order."""
    order, seen, cases = order_of(code, patients, repeated, seed), set(), []
    for number, patient in enumerate(order, start=1):
        cases.append(Case(number, patient, int(patient in seen)))
        seen.add(patient)
    return [*([Case(0, practice, practice=1)] if practice else []), *cases]


def cases_of_reader(settings: Mapping, code: str, patients: Sequence[str], seed: int) -> dict:
    """What the page of a reader study embeds for the reader with a ``code``, as JSON has it: reader, digest, instruction,
    clicks (slice or lesion), show_answer, break_after (cases; None), and the cases (:class:`Case`) in the reader's order.

    ``settings``: the section reader_study; ``patients``: all of the cohort. The ``digest`` is that of all that a reader gets
    to see, the same for all readers, whoever they are. The page writes it into each event (column page).
    """
    practice, repeated = settings["practice"], settings["repeated"]
    chosen = read_patients(patients, settings["patients"], practice, seed)
    shown = {
        "instruction": settings["instruction"] or INSTRUCTIONS[settings["clicks"]],
        **{key: settings[key] for key in ("clicks", "show_answer", "break_after")},
    }
    drawn = {"patients": chosen, "repeated": repeated, "practice": practice, "seed": seed}
    digest = hashlib.sha256(json.dumps(shown | drawn, sort_keys=True).encode()).hexdigest()[:16]
    cases = list(map(asdict, cases_of(code, chosen, repeated, practice, seed)))
    return {"reader": code, "digest": digest, **shown, "cases": cases}


def write_cases(reader: str, settings: Mapping, patients: Sequence[str], seed: int, cases_json: str) -> None:
    """Write :func:`cases_of_reader`."""
    write_json(cases_json, cases_of_reader(settings, reader, patients, seed))
