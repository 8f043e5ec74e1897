"""The tables and the page of a reader study."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from oneclick.clicks.kinds import reader_of
from oneclick.clicks.simulated import MISS_MM
from oneclick.common.errors import UserError
from oneclick.common.tables import read_table, write_table
from oneclick.other_clicks.answers import read_answers
from oneclick.other_clicks.made_for import name_in_words
from oneclick.readers.figure import draw_readers
from oneclick.readers.fitted import fitted, who_in_words, write_fitted
from oneclick.readers.kind import read_readings
from oneclick.readers.real_click import ALL, Read, real_click_table
from oneclick.readers.variance import COMPONENTS, variance_table
from oneclick.readers.worth import paired_table, with_readers_mean, worth_table
from oneclick.report import page
from oneclick.report.marks import OF_KINDS, Notices, notes
from oneclick.report.style import save
from oneclick.report.words import p_text

WORDS = {
    "bias_head_mm": "Mean offset from the centre of mass, to the head",
    "bias_left_mm": "Mean offset from the centre of mass, to the left",
    "bias_back_mm": "Mean offset from the centre of mass, to the back",
    "spread_mm": "Spread around each reader's own mean, along an axis (robust)",
    "human_sigma_mm": "Spread around the centre of mass, along an axis (human_sigma_mm)",
    "distance_mm": "Distance from the centre of mass, median",
    "distance_95_mm": "Distance from the centre of mass, 95th percentile",
    "tail_95": "Tail: 95th percentile over that of normal offsets of this spread",
    "distance_radii": "Distance from the centre of mass, median",
    "hot_head_mm": "Mean offset from the hottest voxel, to the head",
    "hot_left_mm": "Mean offset from the hottest voxel, to the left",
    "hot_back_mm": "Mean offset from the hottest voxel, to the back",
    "hot_mm": "Distance from the hottest voxel, median",
    "border_mm": "Distance from the border, median (below 0 inside)",
    "outside": "Clicks outside of the mask",
    "missed": "Gross misses: no tumour within 10 mm (human_miss)",
    "errors_per_patient": "Places clicked in error, a reading",
    "not_clicked": "Tumours not clicked",
    "lesions_not_clicked": "Lesions in space not clicked",
    "seconds_per_click": "Seconds per click",
    "seconds_per_patient": "Seconds per patient",
    "within_reader_mm": "A reader's second click on a target, standard deviation along an axis",
    "between_readers_mm": "Clicks of two readers on a target, standard deviation along an axis",
}
COMPONENT_WORDS = {
    "readers": "between readers",
    "patients": "between patients, of all readers",
    "both": "between patients, of one reader",
    "within": "from click to click",
}
QUANTITY_WORDS = {
    "head_mm": "Offset to the head (mm)",
    "left_mm": "Offset to the left (mm)",
    "back_mm": "Offset to the back (mm)",
    "seconds": "Seconds per click",
}
TEXT = {
    "reader", "patient", "view", "error", "group", "measure", "unit", "quantity", "component", "method", "method_a",
    "method_b", "network_clicks", "keep", "clicked",
}  # fmt: skip
"""Columns that hold no numbers."""


@dataclass(frozen=True)
class ReaderTables:
    """The files that :func:`write_reader_tables` writes."""

    table_csv: str
    variance_csv: str
    measured_yaml: str


def with_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it was before it was written: numbers, of which some may be missing, in all columns but those of text."""
    numbers = [column for column in table if column not in TEXT]
    return table.assign(**{column: pd.to_numeric(table[column], errors="coerce") for column in numbers})


def read_read(places_csv: str, targets_csv: str, readings_csvs: Sequence[str], asked: str) -> Read:
    """The tables of a reader study as they were written."""
    readings = pd.concat(map(read_readings, readings_csvs), ignore_index=True)
    placed, targets = map(with_numbers, map(read_readings, (places_csv, targets_csv)))
    for table, column in ((placed, "counts"), (placed, "on_tumour_slice"), (targets, "clicked")):
        table[column] = table[column].astype(bool)
    return Read(placed, targets, readings, asked)


def write_reader_tables(
    places_csv: str, targets_csv: str, readings_csvs: Sequence[str], asked: str, simulated: bool, seed: int,
    tables: ReaderTables,
) -> None:  # fmt: skip
    """Write :func:`real_click_table`, :func:`variance_table` of offsets and seconds, and what they make of the settings of
    the simulated person, :func:`fitted`. Raises UserError if no click is on a tumour."""
    read = read_read(places_csv, targets_csv, readings_csvs, asked)
    if read.hits.empty:
        wrong = f"no click of {who_in_words(len(readings_csvs), simulated)} lies within {MISS_MM:g} mm of a tumour"
        raise UserError(
            f"clicks.readers: {wrong}; see whether the files belong to these scans, or wait until readers have read"
        )
    table = real_click_table(read, seed)
    write_table(table, tables.table_csv)
    hits = read.hits
    write_table(variance_table([*(f"{axis}_mm" for axis in read.axes), "seconds"], hits), tables.variance_csv)
    write_fitted(fitted(table, len(readings_csvs), simulated), tables.measured_yaml)


def write_worth(
    answers_csvs: Sequence[str], readings_csvs: Sequence[str], made_for: Mapping[str, Sequence[str]], simulated: bool,
    seed: int, worth_csv: str, pairs_csv: str,
) -> None:  # fmt: skip
    """Write :func:`worth.worth_table` and :func:`worth.paired_table`."""
    readings = pd.concat(map(read_readings, readings_csvs), ignore_index=True)
    together = "simulated " * simulated + "readers"
    answers = with_readers_mean(read_answers(answers_csvs, list(made_for)), readings, together)
    write_table(worth_table(answers, made_for, seed), worth_csv)
    write_table(paired_table(answers, together, seed), pairs_csv)


def _value(row: pd.Series) -> str:
    """A number with its unit, as HTML."""
    if row["unit"] == "share":
        return f"{100 * row['value']:.1f} %"
    return f"{page.number(row['value'], 2)} {row['unit']}".strip()


def _interval(row: pd.Series) -> str:
    if row["unit"] == "share":
        return f"{100 * row['ci_low']:.1f} to {100 * row['ci_high']:.1f} %"
    return page.interval(row["ci_low"], row["ci_high"], 2)


def paragraph(table: pd.DataFrame, pairs: pd.DataFrame | None, who: str, asked: str) -> str:
    """What was found, in a paragraph of text."""
    rows = table[table["group"] == ALL].set_index("measure")

    def said(measure: str, digits: int = 1) -> str:
        row = rows.loc[measure]
        factor, unit = (100, " %") if row["unit"] == "share" else (1, f" {row['unit']}")
        value, low, high = (factor * row[name] for name in ("value", "ci_low", "ci_high"))
        return f"{value:.{digits}f}{unit} (95 % interval {low:.{digits}f} to {high:.{digits}f})"

    n, n_patients = rows.loc["distance_mm", ["n", "n_patients"]]
    where, own = ("tumours on slices" if asked == "slice" else "lesions"), ("simulated " * ("simulated" in who) + "reader")
    sentences = [
        f"{who[0].upper()}{who[1:]} clicked {n} {where} of {n_patients} patients.",
        f"A click lay {said('distance_mm')} from the centre of mass in the median, with a spread of {said('spread_mm')} "
        f"along each axis around the mean of each {own}.",
        f"{said('outside')} of the clicks lay outside of the mask, and {said('missed')} missed all tumours by more than "
        "10 mm.",
        f"{said('not_clicked')} of the tumours were not clicked.",
        f"A click took {said('seconds_per_click')}.",
    ]
    for kind in dict.fromkeys(pairs["method_b"]) if pairs is not None else ():
        found = [
            f"{row.method} {row.median_difference + 0.0:+.3f} ({row.ci_low:+.3f} to {row.ci_high:+.3f}, p "
            f"{'' if row.clustered_p_holm < 0.001 else '= '}{p_text(row.clustered_p_holm)})"
            for row in pairs[pairs["method_b"] == kind].itertuples()
        ]
        sentences.append(
            f"With these clicks in place of {kind} ones, the median Dice of a slice changes by: {'; '.join(found)}."
        )
    return " ".join(sentences)


def _of_groups(table: pd.DataFrame, groups: Sequence[str]) -> str:
    """A table of some measures, a column a group."""
    measures = [name for name in WORDS if name in set(table["measure"])]
    rows = []
    cells = {(row["group"], row["measure"]): f"{_value(row)}" for _, row in table.iterrows()}
    for name in measures:
        rows.append(page.row(WORDS[name], [cells.get((group, name), page.NONE) for group in groups]))
    return page.table([page.head(["", *map(escape, groups)])], rows, "tests")


def _worth_section(worth: pd.DataFrame, pairs: pd.DataFrame, made_for: Mapping[str, Sequence[str]], own: str) -> list[str]:
    """What the clicks are worth, as HTML; ``own``: reader, or simulated reader."""
    kinds = list(dict.fromkeys(worth["clicked"]))
    rows = []
    for method, part in worth.groupby("method", sort=False):
        of = part.set_index("clicked")
        texts = [
            f"{page.number(of.at[k, 'median_dice'])} ({page.interval(of.at[k, 'ci_low'], of.at[k, 'ci_high'])})"
            for k in kinds
        ]
        rows.append(page.row(name_in_words(method, *made_for[method]), texts))
    names = [escape(f"{reader_of(kind) or kind}{OF_KINDS.mark(kind)}") for kind in kinds]
    columns = [
        ("Method", map(escape, pairs["method"])),
        ("Median difference", pairs["median_difference"].map(page.number)),
        ("95 % interval", map(page.interval, pairs["ci_low"], pairs["ci_high"])),
        ("Patients higher", pairs["higher"]),
        ("Patients lower", pairs["lower"]),
        ("p, clustered, with Holm", pairs["clustered_p_holm"].map(page.p_number)),
        ("p, permuted, with Holm", pairs["permutation_p_holm"].map(page.p_number)),
    ]
    return [
        f"<h2>What a {own}'s click is worth</h2>",
        page.table([page.head(["Median Dice, clicked by", *names])], rows, "tests"),
        *map(page.note, notes(names)),
        page.table_of("", page.pairs(pairs, "&minus;"), columns, "tests"),
        page.note(
            "Finished methods, with the thresholds of the study, on the slices of the patients who were read; of all "
            f"{own}s together the mean over those who read a slice. A tumour that was not clicked has no click. Differences "
            "are paired by slice, tests are by patients."
        ),
    ]


def write_readers(
    places_csv: str, targets_csv: str, readings_csvs: Sequence[str], table_csv: str, variance_csv: str,
    worth_csv: str | None, pairs_csv: str | None, made_for: Mapping[str, Sequence[str]], asked: str, simulated: bool,
    notices: Notices, html: str, png: str, svg: str,
) -> None:  # fmt: skip
    """Write the page and the figure of a reader study from its tables."""
    read = read_read(places_csv, targets_csv, readings_csvs, asked)
    table, variance = map(with_numbers, map(read_table, (table_csv, variance_csv)))
    worth, pairs = (with_numbers(read_table(path)) if path else None for path in (worth_csv, pairs_csv))
    who = who_in_words(len(readings_csvs), simulated)
    rows = []
    for _, row in table[table["group"] == ALL].iterrows():
        rows.append(page.row(WORDS[row["measure"]], [_value(row), _interval(row), row["n"], row["n_patients"]]))
    components = []
    for quantity, part in variance.groupby("quantity", sort=False):
        of = part.set_index("component")
        cells = [
            f"{page.number(of.at[name, 'sd'], 2)} ({page.interval(of.at[name, 'ci_low'], of.at[name, 'ci_high'], 2)})"
            for name in COMPONENTS
        ]
        components.append(page.row(QUANTITY_WORDS[quantity], cells))
    readers, own = list(dict.fromkeys(read.readings["reader"])), "simulated " * simulated + "reader"
    thirds = [group for group in dict.fromkeys(table["group"]) if group not in (ALL, *readers)]
    first = ["<p><b>Simulated readers: they know the mask, and these results demonstrate the software.</b></p>"] * simulated
    body = [
        *first,
        f"<p>{escape(paragraph(table, pairs, who, asked))}</p>",
        page.table([page.head(["What a click is", "", "95 % interval", "n", "Patients"])], rows, "tests"),
        page.note(
            "Intervals when patients are drawn and the readers are kept. Offsets are "
            + ("on the slice, from the centre of mass of its component." if asked == "slice" else "in space.")
            + " A click is on the tumour nearest to it, up to 10 mm from its edge; of several the last counts."
        ),
        f"<h2>By {own}</h2>",
        _of_groups(table, readers),
        "<h2>By size and contrast of the tumours</h2>",
        _of_groups(table[table["group"].isin(thirds)], thirds),
        page.note(
            "Thirds of the tumours by the radius of a circle of their area, and by their mean over what lies around them."
        ),
        f"<h2>Between and within {own}s</h2>",
        page.table([page.head(["Standard deviation", *COMPONENT_WORDS.values()])], components, "tests"),
        page.note(
            "Readers and patients as crossed random effects, by restricted maximum likelihood; intervals by leaving out "
            "each patient in turn."
        ),
        *(_worth_section(worth, pairs, made_for, own) if worth is not None else []),
    ]
    title = f"What a {'simulated' if simulated else 'real'} click is"
    page.write_page(html, title, body, notices)
    save(draw_readers(read.hits, table, worth, simulated, notices), png, svg)
