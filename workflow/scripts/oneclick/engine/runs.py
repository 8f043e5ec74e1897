"""The runs that made results: when each started, by which settings and commit, on which machine.

What a single result was made with is known by its own record (``results/provenance/metadata``).
"""

import csv
import datetime
from pathlib import Path

COLUMNS = ("started", "settings", "commit", "machine")


def record_run(path: str | Path, settings: str, commit: str, machine: str, now: float) -> None:
    """Append a run to the table of runs (CSV, :data:`COLUMNS`; ``started`` in UTC to the second).

    ``now``: seconds since 1970. OSError if it cannot be written."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    started = datetime.datetime.fromtimestamp(now, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    begun = path.exists()
    with open(path, "a", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerows([*([] if begun else [COLUMNS]), (started, settings, commit, machine)])
