"""The report: one page that answers first, with all figures and tables of a study in it. It opens offline and loads nothing.

Results are the same in every run; what is not (date, machine, time) is said here alone.
"""

import os
import re
import struct
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pandas as pd
from docutils.core import publish_parts
from markupsafe import Markup

from oneclick.common.files import write_text
from oneclick.common.tables import read_table
from oneclick.evaluation.by_patient import Outcome
from oneclick.report import making, page
from oneclick.report.all_warnings import for_others
from oneclick.report.headline import headline
from oneclick.report.marks import Notices, marked, notes

TEMPLATE = "front_page.html.jinja"
ORDER = ("Conclusions", "Tables", "Figures", "Contact sheets", "Beyond the paper")
LAST = ("Scores", "What was run")
"""Categories in the order in which the page has them; others stand between."""
MOST_BYTES = 64 * 2**20
"""What the page holds in itself; what comes after is linked."""
MOST_WARNINGS = 12
"""Warnings that are seen at once; the others unfold."""


@dataclass(frozen=True)
class Tables:
    """What the first page answers from: medians beside the paper's, methods and pairs by patients, warnings, counts."""

    median_dice_csv: str
    methods_csv: str
    pairs_csv: str
    warnings_csv: str
    run_csv: str


@dataclass(frozen=True)
class Item:
    """A figure, table or file as the page shows it: ``body`` is HTML, or None for what is only linked at ``address``."""

    name: str
    category: str
    title: str
    caption: Markup
    body: Markup | None
    address: str
    folded: bool


def caption_of(rst: str, classical: bool) -> Markup:
    """A caption as HTML, from the text that Snakemake's report has as well: reStructuredText in a template of Jinja, which
    asks for the settings and the rule's params. That patients are simulated is said once, by the page."""
    words = {"config": {"cohort": {}}, "params": SimpleNamespace(classical=classical)}
    text = jinja2.Environment(autoescape=False).from_string(rst).render(snakemake=SimpleNamespace(**words))
    safe = {"file_insertion_enabled": False, "raw_enabled": False, "_disable_config": True, "report_level": 5}
    return Markup(publish_parts(text, writer="html5", settings_overrides=safe)["body"])


def body_of(html: str) -> Markup:
    """What a page of :func:`page.page` says, to stand below a heading of another page: without its title and its notice of a
    phantom, which that page has."""
    body = html.partition("<body>")[2].rpartition("</body>")[0]
    body = re.sub(r"<h1>.*?</h1>", "", body, count=1, flags=re.S)
    body = re.sub(r'<p class="phantom">.*?</p>', "", body, count=1, flags=re.S)
    return Markup(re.sub(r"<(/?)h2>", r"<\1h4>", body))


def _size(path: Path, data: bytes) -> Markup:
    """Attributes for the width and height of a PNG, so that nothing moves while it is drawn."""
    if path.suffix != ".png" or data[12:16] != b"IHDR":
        return Markup("")
    return Markup(' width="{}" height="{}"').format(*struct.unpack(">II", data[16:24]))


def image(path: Path, alternative: str) -> Markup:
    """A picture (PNG or SVG) inside the page."""
    data, kind = path.read_bytes(), {".svg": "svg+xml"}.get(path.suffix, path.suffix[1:])
    source = f"data:image/{kind};base64,{b64encode(data).decode()}"
    return Markup('<img src="{}" alt="{}"{}>').format(source, alternative, _size(path, data))


PICTURES = (".png", ".svg")


def body(path: Path, title: str, caption: Markup) -> Markup | None:
    """What is shown of a file: pictures, also those of a folder, and pages are; tables can be saved; others are None."""
    if path.is_dir():
        pictures = sorted(one for one in path.rglob("*") if one.suffix in PICTURES)
        figures = [Markup("<div>{}<p>{}</p></div>").format(image(one, one.stem), one.stem) for one in pictures]
        return Markup("\n").join(figures)
    if path.suffix in PICTURES:
        first = re.split(r"(?<=[.:])\s", caption.striptags(), maxsplit=1)[0]
        return image(path, f"{title}. {first}")
    if path.suffix == ".html":
        return body_of(path.read_text(encoding="utf-8"))
    if path.suffix == ".csv":
        data = b64encode(path.read_bytes()).decode()
        link = Markup('<p><a download="{0}" href="data:text/csv;base64,{1}">Save {0}</a></p>')
        return link.format(path.name, data)
    return None


def items_of(shown: Sequence[tuple[str, Mapping]], html: str, classical: bool) -> list[Item]:
    """What the page shows, from files and what is known about each: category, title, caption (:func:`caption_of`).
    ``html``: where the page will lie, for links."""
    items, left = [], MOST_BYTES
    for file, facts in shown:
        path, caption = Path(file), caption_of(facts["caption"], classical)
        size = sum(one.stat().st_size for one in ([path] if path.is_file() else path.rglob("*")))
        html_of = body(path, facts["title"], caption) if size * 1.4 <= left else None
        left -= len(html_of or "")
        address = os.path.relpath(path, Path(html).parent)
        folded = facts["category"] in LAST
        items.append(Item(path.stem, facts["category"], facts["title"], caption, html_of, address, folded))
    return items


def by_category(items: Sequence[Item]) -> dict[str, list[Item]]:
    """The items by category, in the order of the page; those with a number (Figure 2) in the order of these."""

    def number(item: Item) -> float:
        found = re.match(r"\w+ (\d+)", item.title)
        return int(found[1]) if found else float("inf")

    items = sorted(items, key=number)
    found = list(dict.fromkeys(item.category for item in items))
    others = [category for category in found if category not in (*ORDER, *LAST)]
    order = [category for category in (*ORDER, *others, *LAST) if category in found]
    return {category: [item for item in items if item.category == category] for category in order}


def medians_table(methods: pd.DataFrame, median_dice: pd.DataFrame, measure: str, notices: Notices) -> Markup:
    """The methods' medians with their intervals by patients, the paper's beside them."""
    papers = median_dice[median_dice["test_set"] == "all"].set_index("method")["paper_median_dice"]
    best = page.number(methods["median_dice"].max())
    medians = [f"<b>{text}</b>" if text == best else text for text in map(page.number, methods["median_dice"])]
    columns = [
        (f"Median {measure}", medians),
        ("95 % interval", list(map(page.interval, methods["ci_low"], methods["ci_high"]))),
        ("Paper", [page.number(float(papers.get(method, "nan"))) for method in methods["method"]]),
    ]
    names = [marked(method, notices) for method in methods["method"]]
    small_print = "".join(map(page.note, notes(names)))
    return Markup(page.table_of("Method", map(escape, names), columns) + small_print)


def write_front_page(
    shown: Sequence[tuple[str, Mapping]],
    tables: Tables,
    kinds: Mapping[str, Sequence[str]],
    outcome: Outcome,
    notices: Notices,
    logs: str,
    html: str,
) -> None:
    """Write the report.

    Args:
        shown: files that it shows, and what is known about each (:func:`items_of`).
        kinds: of each method its kinds of click (:func:`headline.compared`).
        logs: the folder in which jobs and runs write how long they took.
        html: the page.
    """
    methods, pairs = (pd.read_csv(path, converters=dict.fromkeys(("method", "method_a", "method_b"), str))
                      for path in (tables.methods_csv, tables.pairs_csv))  # fmt: skip
    median_dice = pd.read_csv(tables.median_dice_csv, converters={"method": str, "test_set": str})
    counts = read_table(tables.run_csv).query("part == 'counts'").set_index("name")["value"]
    classical = any(network == "classical" for network, _ in kinds.values())
    items = items_of(shown, html, classical)
    first = {item.name: item for item in items if item.name in ("medians", "example_slices")}
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    facts = making.facts(logs)
    text = environment.get_template(TEMPLATE).render(
        facts=facts,
        phantom=Markup(page.PHANTOM_NOTE) if notices.phantom else "",
        style=Markup(page.STYLE),
        headline=headline(methods, pairs, {method: tuple(of) for method, of in kinds.items()}, outcome, notices.phantom),
        counts={name: counts[name] for name in ("Patients", "Patients with slices", "Slices")},
        n=outcome.n_of(methods),
        medians=medians_table(methods, median_dice, outcome.measure, notices),
        first=first,
        warnings=for_others(read_table(tables.warnings_csv)).to_dict("records"),
        most_warnings=MOST_WARNINGS,
        warnings_address=os.path.relpath(tables.warnings_csv, Path(html).parent),
        categories=by_category([item for item in items if item.name not in first]),
    )
    write_text(html, text)
