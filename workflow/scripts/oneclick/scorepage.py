"""The Dice of every slice as a page of the report."""

from collections.abc import Collection
from html import escape
from pathlib import Path

from oneclick import page, statistics
from oneclick.oracles import notes, with_marks


def write_scores_page(scores_csv: Path, html: Path, *, oracles: Collection[str] = (), phantom: bool = False) -> None:
    """A row a slice: patient, slice, fold, pixels of the true mask, and the Dice of each method; oracles are marked.
    Raises ValueError as :func:`statistics.paired_dice`."""
    scores = with_marks(statistics.read_scores(scores_csv), oracles)
    dice, slices = statistics.paired_dice(scores), scores.groupby(["patient", "slice"])[["fold", "n_true"]].first()
    methods = statistics.methods_of(scores)
    names = ["Patient", "Slice", "Test set", "True pixels", *methods]
    head = "<tr>" + "".join(f"<th>{escape(name)}</th>" for name in names) + "</tr>"
    rows = []
    for (patient, number), values in dice[methods].iterrows():
        fold, n_true = slices.loc[(patient, number)]
        cells = [number, fold, n_true, *(page.number(value) for value in values)]
        rows.append(f'<tr><th scope="row">{escape(patient)}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    text = f"<p>Dice of each method on {len(rows)} slices; slices are numbered from 0 along the scan's transaxial axis.</p>"
    body = [text, *map(page.note, notes(methods)), page.table([head], rows)]
    Path(html).write_text(page.page("Dice per slice", body, phantom=phantom), encoding="utf-8")
