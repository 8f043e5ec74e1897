"""A finished study as a page of results reads it: its tables, what was read, and how numbers are written in Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

NAMES = {"patient", "method", "method_a", "method_b", "test_set", "clicked", "place", "network", "kind", "size"}
"""Columns that hold names, also where these look like numbers."""


@dataclass
class Finished:
    """A results folder and the settings that it was run with.

    ``name``: of the study; pictures of its page lie in a folder of that name. ``read``: the results that numbers of the page
    come from; ``shown``: its pictures."""

    name: str
    folder: Path
    settings: dict
    read: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def path(self, name: str) -> Path:
        """Where a result lies whose numbers the page shows."""
        self.read.append(name)
        return self.folder / name

    def csv(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.path(name), converters=dict.fromkeys(NAMES, str))

    def table(self, name: str) -> pd.DataFrame:
        return self.csv(f"tables/{name}.csv")

    def asked(self, name: str) -> bool:
        """Whether there is a table of this name."""
        return self.has(f"tables/{name}.csv")

    def picture(self, name: str, shows: str) -> list[str]:
        """A figure, as the lines that show it, and noted to be copied beside the page; nothing where there is none."""
        if not self.has(f"figures/{name}.png"):
            return []
        self.shown.append(name)
        cohort = "phantom" if self.phantom else "real scans"
        return [f"![{shows[:1].upper()}{shows[1:]} ({cohort})]({self.name}/{name.replace('_', '-')}.png)", ""]

    @property
    def phantom(self) -> bool:
        return "phantom" in self.settings["cohort"]


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table in Markdown, a line a row."""
    lines = [f"| {' | '.join(map(str, cells))} |" for cells in (head, *rows)]
    return [lines[0], "| --- " * len(head) + "|", *lines[1:]]


def number(value: float, digits: int = 3) -> str:
    """A number; nothing where there is none."""
    return "" if pd.isna(value) else f"{value:.{digits}f}"


def interval(low: float, high: float, digits: int = 3) -> str:
    return "" if pd.isna(low) else f"{low:.{digits}f} to {high:.{digits}f}"


def with_interval(value: float, low: float, high: float, digits: int = 3) -> str:
    """A number with its 95 % interval, as 0.535 (0.480 to 0.590)."""
    return number(value, digits) + (f" ({interval(low, high, digits)})" if not pd.isna(low) else "")


def p_value(p: float) -> str:
    if pd.isna(p):
        return ""
    return f"{p:.2e}" if p < 0.001 else f"{p:.3f}"


def and_papers(ours: str, papers: str) -> str:
    """A value, and the paper's in brackets where it has one."""
    return f"{ours} ({papers})" if papers else ours
