"""Methods whose click is taken from the physician's mask, and the marks by which tables and figures say so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from oneclick.clicks.kinds import KINDS, is_drawn

ORACLE, DRAWN = "\u2020", "\u2021"
NOTES = {
    ORACLE: f"{ORACLE} click that only the physician's mask can place: an oracle",
    DRAWN: f"{DRAWN} click drawn from the physician's mask; a person could place it",
}
"""What each mark means."""


@dataclass(frozen=True)
class Notices:
    """What tables and figures must say of a study: which methods are ``oracles``, whose click nobody can place without the
    physician's mask; whether its patients are a ``phantom``; of which other methods the click is ``drawn`` from the mask, as
    that of a person who knows where the tumour is; and, where clicks of the kind human are used,
    :func:`kinds.human_note`."""

    oracles: Collection[str] = ()
    phantom: bool = False
    drawn: Collection[str] = ()
    human: str = ""

    def mark(self, name: str) -> str:
        """The mark of a method, or of a kind of click; empty if it has none."""
        return ORACLE if name in self.oracles else DRAWN if name in self.drawn else ""


class MarksOfKinds(Notices):
    """The marks of kinds of click, those of readers by their names."""

    def mark(self, name: str) -> str:
        return ORACLE if name in KINDS else DRAWN if is_drawn(name) else ""


OF_KINDS = MarksOfKinds()
"""The marks of kinds of click."""


def notices_of(made_for: Mapping[str, Sequence[str]], phantom: bool = False) -> Notices:
    """The marks of methods, by the kinds of click that each was ``made_for`` (none and classical are no kind)."""
    marks = {method: {OF_KINDS.mark(kind) for kind in kinds} for method, kinds in made_for.items()}
    oracles = [method for method, found in marks.items() if ORACLE in found]
    return Notices(oracles, phantom, [method for method, found in marks.items() if DRAWN in found and ORACLE not in found])


def marked(name: str, notices: Notices) -> str:
    """A method's name, or that of a kind of click, with its mark."""
    return name + notices.mark(name)


def with_marks(table: pd.DataFrame, notices: Notices) -> pd.DataFrame:
    """A table to be shown, with marked names in its columns method, method_a and method_b, those that it has."""
    names = [column for column in ("method", "method_a", "method_b") if column in table]
    return table.assign(**{column: [marked(method, notices) for method in table[column]] for column in names})


def notes(names: Iterable[str]) -> list[str]:
    """A line for each mark that one of the names bears."""
    borne = {name[-1:] for name in names}
    return [line for mark, line in NOTES.items() if mark in borne]
