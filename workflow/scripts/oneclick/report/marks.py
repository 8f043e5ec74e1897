"""Methods whose click is taken from the physician's mask, and the mark by which tables and figures say so."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

MARK = "\u2020"
NOTE = f"{MARK} the click is taken from the physician's mask: an oracle"


@dataclass(frozen=True)
class Notices:
    """What tables and figures must say of a study: which methods are ``oracles``, whose click is taken from the physician's
    mask, and whether its patients are a ``phantom``."""

    oracles: Collection[str] = ()
    phantom: bool = False


def marked(method: str, oracles: Collection[str]) -> str:
    """A method's name, with the mark if it is one of the oracles."""
    return f"{method}{MARK}" if method in oracles else method


def with_marks(table: pd.DataFrame, oracles: Collection[str]) -> pd.DataFrame:
    """A table to be shown, with marked names in its columns method, method_a and method_b, those that it has."""
    names = [column for column in ("method", "method_a", "method_b") if column in table]
    return table.assign(**{column: [marked(method, oracles) for method in table[column]] for column in names})


def notes(names: Iterable[str]) -> list[str]:
    """The line that explains the mark, if any of the names bears it."""
    return [NOTE] if any(name.endswith(MARK) for name in names) else []
