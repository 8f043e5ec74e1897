"""What the pages and figures of questions share: what a method was made for, and a page of one table."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from oneclick.clicks.kinds import KINDS
from oneclick.common.files import write_text
from oneclick.report import page
from oneclick.report.marks import marked


def in_words(network_clicks: str, keep: str, between: str = ", ") -> str:
    """What a method was made for, in words: which clicks its network saw in training, which choose components, or which it
    grows from without a network."""
    if network_clicks == "classical":
        return f"grows from {marked(keep, KINDS)}"
    words = {"trained on": network_clicks, "keeps": keep}
    return between.join(f"{word} {marked(kind, KINDS)}" for word, kind in words.items() if kind != "none")


def name_in_words(method: str, network_clicks: str, keep: str) -> str:
    """A method's name and what it was made for, as HTML."""
    return f"{escape(method)} <small>({in_words(network_clicks, keep)})</small>"


def from_to(low: float, high: float, digits: int = 3) -> str:
    """An interval as HTML."""
    return f"{page.number(low, digits)} to {page.number(high, digits)}"


def write_page(
    html: str | Path, title: str, text: str, names: Sequence[str], rows: list[str], notes: Sequence[str], phantom: bool
) -> None:
    """Write a page of one table: what it shows (``text``), the ``names`` of its columns and its ``rows``, all as HTML, and
    small print below."""
    head = f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"
    body = [f"<p>{text}</p>", page.table([head], rows, "tests"), *map(page.note, notes)]
    write_text(html, page.page(title, body, phantom=phantom))
