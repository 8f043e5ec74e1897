"""The Dice of every slice as a page of the report."""

from collections.abc import Collection
from html import escape
from pathlib import Path

from oneclick.common.files import write_text
from oneclick.evaluation import paper_tests
from oneclick.report import page
from oneclick.report.marks import notes, with_marks


def write_scores_page(scores_csv: Path, html: Path, *, oracles: Collection[str] = (), phantom: bool = False) -> None:
    """A row a slice: patient, slice, fold, pixels of the true mask, and the Dice of each method; oracles are marked.
    Raises ValueError as :func:`paper_tests.paired_dice`."""
    scores = with_marks(paper_tests.read_scores(scores_csv), oracles)
    dice, slices = paper_tests.paired_dice(scores), scores.groupby(["patient", "slice"])[["fold", "n_true"]].first()
    methods = paper_tests.methods_of(scores)
    names = ["Patient", "Slice", "Test set", "True pixels", *methods]
    head = "<tr>" + "".join(f"<th>{escape(name)}</th>" for name in names) + "</tr>"
    rows = []
    for (patient, number), values in dice[methods].iterrows():
        fold, n_true = slices.loc[(patient, number)]
        cells = [number, fold, n_true, *(page.number(value) for value in values)]
        rows.append(f'<tr><th scope="row">{escape(patient)}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    text = f"<p>Dice of each method on {len(rows)} slices; slices are numbered from 0 along the scan's transaxial axis.</p>"
    body = [text, *map(page.note, notes(methods)), page.table([head], rows)]
    write_text(html, page.page("Dice per slice", body, phantom=phantom))
