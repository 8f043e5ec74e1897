"""What tests of pages share: all tables and pages of a file of scores, written beside it."""

from pathlib import Path

import pytest

from oneclick.report.marks import Notices
from oneclick.report.paper_tables import write_tables


@pytest.fixture
def written():
    """A function that writes them and gives their folder."""

    def write(scores_csv: Path, thresholds_csv="", networks=(), **notices) -> Path:
        folder = scores_csv.parent
        files = [folder / f"{name}.{kind}" for name in ("median_dice", "wilcoxon", "f_test") for kind in ("csv", "html")]
        write_tables(scores_csv, thresholds_csv, *files, folder / "scores.html", networks, Notices(**notices))
        return folder

    return write
