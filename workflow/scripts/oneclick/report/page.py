"""Self-contained HTML: the page, its style, and how numbers and tables are written on it.

A page stands alone: one inline style, nothing loaded from elsewhere. It holds no date, host name or absolute path, so that
the same results give the same bytes.
"""

from collections.abc import Iterable
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from oneclick.common.files import write_text
from oneclick.report.marks import Notices

STYLE = """
body { font: 15px/1.45 "Liberation Sans", Arial, Helvetica, sans-serif; color: #1a1a1a; margin: 1.5em;
  max-width: 80em; }
h1 { font-size: 1.25em; margin: 0 0 .3em; } h2 { font-size: 1.05em; margin: 1.6em 0 .3em; }
p { margin: .4em 0; } .wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8em 0; border-top: 2px solid #1a1a1a; border-bottom: 2px solid #1a1a1a; }
th, td { padding: .28em .8em; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th { font-weight: 600; } thead tr:last-child th { border-bottom: 1px solid #1a1a1a; }
th:first-child, td:first-child, .text td, .text th { text-align: left; } .text td { white-space: normal; }
tr.rule > * { border-top: 1px solid #999; } sup { line-height: 0; font-size: .75em; }
.tests th, .tests td { padding: .28em .55em; } .tests td.paper, .tests th.paper { padding-left: 0; }
th.ours { text-align: right; } th.pair { text-align: center; border-bottom: 1px solid #999; }
.paper { color: #5a5a5a; } .none { color: #8a8a8a; } td.paper, th.paper { padding-left: 0; }
.phantom { border-left: 4px solid #b35900; background: #fff4e5; padding: .5em .8em; }
.note { font-size: .9em; }
@media print { body { margin: 0; font-size: 10pt; } }
"""

PHANTOM_NOTE = (
    "Phantom cohort: the patients are simulated. These phantom results demonstrate the software and are no evidence "
    "about patients."
)
NONE = '<span class="none">&ndash;</span>'


def page(title: str, body: Iterable[str], *, phantom: bool = False) -> str:
    """A self-contained HTML page: a title (text), pieces of HTML, and the phantom notice for phantom results."""
    notice = [f'<p class="phantom">{PHANTOM_NOTE}</p>'] if phantom else []
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    lines = [f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>', f"<h1>{escape(title)}</h1>", *notice, *body]
    return "\n".join([*lines, "</body></html>", ""])


def write_page(path: str | Path, title: str, body: Iterable[str], notices: Notices) -> None:
    """Write :func:`page`; what ``notices`` say of methods is up to the body, and what they say of a simulated person stands
    at its end."""
    write_text(path, page(title, [*body, *([note(notices.human)] if notices.human else [])], phantom=notices.phantom))


def note(text: str) -> str:
    """A paragraph of small print (text, escaped)."""
    return f'<p class="note">{escape(text)}</p>'


def number(value: float, digits: int = 3) -> str:
    """A value with a fixed number of decimals as HTML; a dash for NaN, a true minus sign."""
    return NONE if np.isnan(value) else f"{value:.{digits}f}".replace("-", "&minus;")


def p_number(p: float) -> str:
    """A p-value with three significant digits as HTML: 0.0487, 0.000149, 8.44 x 10^-58; a dash for NaN."""
    if np.isnan(p):
        return NONE
    if p == 0:
        return "&lt; 10<sup>&minus;300</sup>"
    # Chosen after rounding, so that 0.00009999 is not printed with the digits of the other format.
    mantissa, exponent = f"{p:.2e}".split("e")
    power = int(exponent)
    if power < -4:
        return f"{mantissa} &times; 10<sup>&minus;{-power}</sup>"
    return f"{float(p):.{max(2 - power, 0)}f}"


def interval(low: float, high: float, digits: int = 3) -> str:
    """An interval as HTML: 0.100 to 0.300."""
    return f"{number(low, digits)} to {number(high, digits)}"


def pairs(table: pd.DataFrame, sign: str) -> list[str]:
    """The names of pairs of methods, from columns method_a and method_b, with a sign (HTML) between."""
    return [f"{escape(a)} {sign} {escape(b)}" for a, b in zip(table["method_a"], table["method_b"], strict=True)]


def head(names: Iterable[str]) -> str:
    """The head of a table as a row of HTML, from names in HTML."""
    return "<tr>" + "".join(f"<th>{name}</th>" for name in names) + "</tr>"


def row(name: str, cells: Iterable[object], *, rule: bool = False) -> str:
    """A row of a table, from its name and its cells in HTML; with a ``rule`` above it."""
    start = '<tr class="rule">' if rule else "<tr>"
    return f'{start}<th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def table(head: list[str], rows: list[str], kind: str = "") -> str:
    """An HTML table, scrolled sideways where it is too wide, of rows of HTML; kind is its class in the style."""
    attribute = f' class="{kind}"' if kind else ""
    lines = [*(["<thead>", *head, "</thead>"] if head else []), "<tbody>", *rows, "</tbody>"]
    return "\n".join([f'<div class="wide"><table{attribute}>', *lines, "</table></div>"])


def table_of(first: str, names: Iterable[str], columns: Iterable[tuple[str, Iterable[object]]], kind: str = "") -> str:
    """An HTML table from its columns, each a head and its cells; ``names`` name the rows, under the head ``first``."""
    heads, cells = zip(*columns, strict=True)
    rows = [row(name, values) for name, *values in zip(names, *cells, strict=True)]
    return table([head([first, *heads])], rows, kind)
