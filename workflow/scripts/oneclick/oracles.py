"""Methods whose click is taken from the physician's mask, and the mark by which tables and figures say so."""

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

KINDS = ("center", "inner")
"""Kinds of click that nobody can place without the physician's mask."""
MARK = "\u2020"
NOTE = f"{MARK} the click is taken from the physician's mask: an oracle"


def needs_mask(method: Mapping, networks: Mapping[str, Mapping]) -> bool:
    """Whether a click that a method's network sees, that chooses its components or that it grows from, is one of ``KINDS``.
    A person's (``human``) is none, whatever it aims at: it misses, as a person would who has no mask. ``method`` and
    ``networks`` are rows of the config."""
    seen = networks[method["network"]]["clicks"] if "network" in method else "none"
    return bool({seen, method.get("keep", "none"), method.get("clicks", "none")} & set(KINDS))


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
