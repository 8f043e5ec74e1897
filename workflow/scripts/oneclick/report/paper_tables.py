"""The paper's tables 1 to 3 with the paper's values beside ours: CSV and HTML files.

Each HTML file stands alone (one inline style, nothing loaded from elsewhere) and holds no date, host name or absolute
path, so that the same results give the same bytes.
"""

from collections.abc import Collection, Iterable, Mapping
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from oneclick.common.files import write_text
from oneclick.common.tables import write_table
from oneclick.evaluation import paper_tests
from oneclick.paper import results as paper
from oneclick.report import page
from oneclick.report.marks import notes, with_marks


def _emphasised(values: Mapping[str, float]) -> dict[str, str]:
    """Numbers of one row as HTML, every one that is the largest as printed in bold."""
    printed = {name: page.number(value) for name, value in values.items()}
    known = [float(f"{value:.3f}") for value in values.values() if not np.isnan(value)]
    largest = f"{max(known):.3f}" if known else None
    return {name: f"<b>{text}</b>" if text == largest else text for name, text in printed.items()}


def _rows_of_medians(table: pd.DataFrame, methods: list[str]) -> list[str]:
    by_set = {name: part.set_index("method") for name, part in table.groupby("test_set", sort=False)}
    rows = []

    def row(label: str, n: str, ours: Mapping[str, str], papers: Mapping[str, str], rule: bool) -> str:
        cells = [f'<td>{ours[m]}</td><td class="paper">{papers[m]}</td>' for m in methods]
        return f'<tr{" class=rule" if rule else ""}><th scope="row">{label}</th><td>{n}</td>{"".join(cells)}</tr>'

    for test_set, part in by_set.items():
        largest, patients = part["n_slices"].max(), part["n_patients"].max()
        n = f"{largest} / {patients}"
        ours = _emphasised({m: float(part.loc[m, "median_dice"]) for m in methods})
        papers = _emphasised({m: float(part.loc[m, "paper_median_dice"]) for m in methods})
        last = test_set == "all"
        rows.append(row("All test sets" if last else escape(test_set), n, ours, papers, last))
        if last:
            spread = {m: page.number(float(part.loc[m, "sd_dice"])) for m in methods}
            papers = {m: page.number(float(part.loc[m, "paper_sd_dice"])) for m in methods}
            rows.append(row("Standard deviation", n, spread, papers, False))
    return rows


def collapsed_trainings(thresholds: pd.DataFrame, networks: Mapping[str, str]) -> list[str]:
    """A sentence for each training of no use, as some of the paper's were that predicted all pixels negative.

    ``thresholds`` has the columns of ``thresholds.csv``; ``networks`` are the networks by method.
    """
    sentences = []
    for row in thresholds[thresholds["median_train_dice"] == 0].itertuples():
        methods = ", ".join(method for method, network in networks.items() if network == row.network)
        sentences.append(
            f"The training of network {row.network} for test set {row.fold} collapsed: no threshold finds a tumour in most "
            f"of its training slices. That test set says nothing about {methods}; see the loss curves."
        )
    return sentences


def write_median_dice(
    scores_csv: Path,
    csv: Path,
    html: Path,
    *,
    warnings: Iterable[str] = (),
    oracles: Collection[str] = (),
    phantom: bool = False,
) -> None:
    """Table 1, median Dice per test set and method, as CSV (tidy) and HTML (laid out like the paper's).

    CSV columns: those of :func:`paper_tests.median_dice`, then paper_median_dice and paper_sd_dice (empty where the
    paper has no such method or test set). ``warnings`` are sentences for below the table; ``oracles`` are marked
    in it. Raises ValueError as
    :func:`paper_tests.paired_dice`.
    """
    scores = paper_tests.read_scores(scores_csv)
    table = paper_tests.median_dice(scores)
    # Test sets of another number of folds have nothing in common with the paper's five.
    five = set(table["test_set"]) == {"1", "2", "3", "4", "5", "all"}
    pairs = [(m, s if five or s == "all" else "") for m, s in zip(table["method"], table["test_set"], strict=True)]
    table["paper_median_dice"] = [paper.median_dice(*pair) for pair in pairs]
    table["paper_sd_dice"] = [paper.sd_dice(*pair) for pair in pairs]
    write_table(table, csv)

    table = with_marks(table, oracles)
    methods = paper_tests.methods_of(table)
    names = "".join(f'<th class="pair" colspan="2" scope="colgroup">{escape(m)}</th>' for m in methods)
    both = '<th class="ours">here</th><th class="paper">paper</th>' * len(methods)
    head = [f'<tr><th rowspan="2">Test set</th><th rowspan="2">Slices / patients</th>{names}</tr>', f"<tr>{both}</tr>"]
    unscored = int(scores["dice"].isna().sum())
    body = [
        "<p>Median Dice per slice. The maximum of each row is in bold, ours and the paper's each.</p>",
        page.table(head, _rows_of_medians(table, methods)),
        *map(page.note, notes(methods)),
        *(f"<p><b>{escape(text)}</b></p>" for text in warnings),
        page.note(
            f"Paper: {paper.CITATION}, table 1 and section 3, {paper.N_SLICES} slices of "
            f"{paper.N_PATIENTS_WITH_SLICES} patients, matched by the method's name. Its test sets hold "
            "other patients than ours, so single test sets cannot be compared one to one. Standard deviation of the "
            "sample (n - 1); the paper does not say which one it gives."
        ),
    ]
    if unscored:
        body.append(page.note(f"{unscored} scores have no Dice and are left out."))
    write_text(html, page.page("Table 1. Median Dice", body, phantom=phantom))


def _triangle(table: pd.DataFrame, methods: list[str]) -> str:
    """The p-values laid out like the paper's: last method on top, first methods in the columns, ours beside."""
    cells = {(row.method_a, row.method_b): row for row in table.itertuples()}
    rows = []
    for method_a in reversed(methods[1:]):
        line = f'<tr><th scope="row">{escape(method_a)}</th>'
        for method_b in methods[:-1]:
            test = cells.get((method_a, method_b))
            if test is None:
                line += "<td></td><td></td>"
                continue
            ours, papers = (
                f"<i>{page.p_number(p)}</i>" if p >= 0.05 else page.p_number(p) for p in (test.p_value, test.paper_p_value)
            )
            line += f'<td>{ours}</td><td class="paper">{papers}</td>'
        rows.append(line + "</tr>")
    names = "".join(f'<th class="pair" colspan="2" scope="colgroup">{escape(m)}</th>' for m in methods[:-1])
    both = '<th class="ours">here</th><th class="paper">paper</th>' * (len(methods) - 1)
    return page.table([f'<tr><th rowspan="2">Methods</th>{names}</tr>', f"<tr>{both}</tr>"], rows, "tests")


def _pair_table(table: pd.DataFrame, sign: str, columns: Mapping[str, str], digits: Mapping[str, int]) -> str:
    """Every test on a row of its own: the two methods with a sign between, then the named columns with decimals."""
    head = "<tr><th>Methods</th>" + "".join(f"<th>{text}</th>" for text in columns.values()) + "</tr>"
    rows = []
    for _, test in table.iterrows():
        cells = "".join(
            f"<td>{page.p_number(x) if name == 'p_value' else page.number(x, digits.get(name, 0))}</td>"
            for name, x in ((name, float(test[name])) for name in columns)
        )
        pair = f"{escape(test['method_a'])} {sign} {escape(test['method_b'])}"
        rows.append(f'<tr><th scope="row">{pair}</th>{cells}</tr>')
    return page.table([head], rows)


def _sample(table: pd.DataFrame, scores: pd.DataFrame) -> str:
    """The sentence that says on how many slices and patients the tests were done."""
    low, high = table["n"].min(), table["n"].max()
    slices = f"{low}" if low == high else f"{low} to {high}"
    return f"n = {slices} slices of {scores['patient'].nunique()} patients"


def write_wilcoxon(scores_csv: Path, csv: Path, html: Path, *, oracles: Collection[str] = (), phantom: bool = False) -> None:
    """Table 2, Wilcoxon signed-rank tests of all pairs of methods, as CSV and HTML.

    CSV columns: those of :func:`paper_tests.wilcoxon`, then paper_p_value (empty where the paper has no such pair).
    Raises ValueError as :func:`paper_tests.paired_dice`.
    """
    scores = paper_tests.read_scores(scores_csv)
    table = paper_tests.wilcoxon(scores)
    table["paper_p_value"] = [paper.wilcoxon_p(*pair) for pair in zip(table["method_a"], table["method_b"], strict=True)]
    write_table(table, csv)
    table, scores = with_marks(table, oracles), with_marks(scores, oracles)
    title = "Table 2. Wilcoxon signed-rank tests of Dice"
    _write_tests(html, title, table, scores, phantom, [
        "<p>p-values of two-sided Wilcoxon signed-rank tests of Dice on all test sets, {sample}. "
        "Values of 0.05 and more are in italics.</p>",
        page.note("Slices with equal Dice are dropped; exact for up to 50 unequal pairs without ties, else by the "
                  "normal approximation with correction for ties. " + paper_tests.INDEPENDENCE_NOTE),
        "<h2>Differences of Dice</h2>",
        _pair_table(table, "&minus;", {"n": "Slices", "n_zero": "Equal Dice", "median_difference": "Median difference",
                            "statistic": "Smaller sum of ranks", "p_value": "p"},
                    {"median_difference": 3, "statistic": 1}),
    ])  # fmt: skip


def write_f_test(scores_csv: Path, csv: Path, html: Path, *, oracles: Collection[str] = (), phantom: bool = False) -> None:
    """Table 3, F-tests of equal variances of all pairs of methods, as CSV and HTML.

    CSV columns: those of :func:`paper_tests.f_test`, then paper_p_value (empty where the paper has no such pair).
    Raises ValueError as :func:`paper_tests.paired_dice`.
    """
    scores = paper_tests.read_scores(scores_csv)
    table = paper_tests.f_test(scores)
    pairs = zip(table["method_a"], table["method_b"], strict=True)
    table["paper_p_value"] = [paper.f_test_p(*pair) for pair in pairs]
    write_table(table, csv)
    table, scores = with_marks(table, oracles), with_marks(scores, oracles)
    floor = (
        "The paper's value of 2.22e-16 is the floor of 1 - cdf in double precision, not a p-value; ours come from the "
        "survival function, which has no such floor. The test supposes normal and independent values; Dice of two "
        "methods on the same slices are neither. "
    )
    ratios = table.assign(ratio=np.sqrt(table["f"]))
    _write_tests(html, "Table 3. F-tests of equal variances of Dice", table, scores, phantom, [
        "<p>p-values of two-sided F-tests of equal variances of Dice on all test sets, {sample}. "
        "Values of 0.05 and more are in italics.</p>",
        page.note(floor + paper_tests.INDEPENDENCE_NOTE),
        "<h2>Ratios</h2>",
        _pair_table(ratios, "/", {"n": "Slices", "f": "Ratio of variances, F", "ratio": "Ratio of standard deviations",
                             "p_value": "p"}, {"f": 3, "ratio": 3}),
    ])  # fmt: skip


def _write_tests(html: Path, title: str, table: pd.DataFrame, scores: pd.DataFrame, phantom: bool, texts: list[str]) -> None:
    methods = paper_tests.methods_of(scores)
    if len(methods) < 2:
        body = ["<p>There is one method, so there is nothing to compare.</p>"]
    else:
        lead, small_print, *details = texts
        source = page.note(f"Paper: {paper.CITATION}, {title.split('.')[0].lower()}, {paper.N_SLICES} slices of "
                      f"{paper.N_PATIENTS_WITH_SLICES} patients, matched by the methods' names.")  # fmt: skip
        body = [lead.format(sample=_sample(table, scores)), _triangle(table, methods), *map(page.note, notes(methods))]
        body += [small_print, source, *details]
    write_text(html, page.page(title, body, phantom=phantom))
