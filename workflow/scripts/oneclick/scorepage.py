"""The Dice of every slice as a page of the report."""

from html import escape
from pathlib import Path

from oneclick import page, statistics


def write_scores_page(scores_csv: Path, html: Path, *, phantom: bool = False) -> None:
    """A row a slice: patient, slice, fold, pixels of the true mask, and the Dice of each method. Raises ValueError as
    :func:`statistics.paired_dice`."""
    scores = statistics.read_scores(scores_csv)
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
    Path(html).write_text(page.page("Dice per slice", [text, page.table([head], rows)], phantom=phantom), encoding="utf-8")
