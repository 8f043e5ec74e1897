"""The paper's tables 1 to 3 with the paper's values beside ours, and the Dice of every slice: CSV and HTML files."""

from collections.abc import Callable, Iterable, Mapping
from html import escape

import numpy as np
import pandas as pd

from oneclick.common.tables import read_table, write_table
from oneclick.evaluation import paper_tests
from oneclick.paper import results as paper
from oneclick.report import page
from oneclick.report.marks import Notices, notes, with_marks

PAPERS_SLICES = f"{paper.N_SLICES} slices of {paper.N_PATIENTS_WITH_SLICES} patients, matched by the"


def collapsed_trainings(thresholds_csv: str, networks: Mapping[str, str | None]) -> list[str]:
    """A sentence for each training that collapsed, as some of the paper's did: its network predicts all pixels negative.

    ``thresholds_csv``: the file of all thresholds, empty in a study without networks; ``networks``: each method's network.
    """
    thresholds, sentences = read_table(thresholds_csv) if thresholds_csv else pd.DataFrame({"median_train_dice": []}), []
    for row in thresholds[thresholds["median_train_dice"] == 0].itertuples():
        methods = ", ".join(method for method, network in networks.items() if network == row.network)
        sentences.append(
            f"The training of network {row.network} for test set {row.fold} collapsed: no threshold finds a tumour in most "
            f"of its training slices. That test set says nothing about {methods}; see the loss curves."
        )
    return sentences


def median_dice(scores: pd.DataFrame) -> pd.DataFrame:
    """Table 1: :func:`paper_tests.median_dice`, then paper_median_dice and paper_sd_dice, NaN where the paper has no such
    method or test set."""
    table = paper_tests.median_dice(scores)
    # Test sets of another number of folds have nothing in common with the paper's five.
    five = set(table["test_set"]) == {"1", "2", "3", "4", "5", "all"}
    pairs = [(m, s if five or s == "all" else "") for m, s in zip(table["method"], table["test_set"], strict=True)]
    table["paper_median_dice"] = [paper.median_dice(*pair) for pair in pairs]
    table["paper_sd_dice"] = [paper.sd_dice(*pair) for pair in pairs]
    return table


def with_papers(table: pd.DataFrame, papers_p: Callable[[str, str], float]) -> pd.DataFrame:
    """A table of tests, then paper_p_value, NaN where the paper has no such pair of methods."""
    return table.assign(paper_p_value=[papers_p(*pair) for pair in table[["method_a", "method_b"]].to_numpy()])


def _head(first: str, methods: list[str]) -> list[str]:
    """A head of two rows: ``first`` (HTML), then for each method ours and the paper's."""
    names = "".join(f'<th class="pair" colspan="2" scope="colgroup">{escape(m)}</th>' for m in methods)
    both = '<th class="ours">here</th><th class="paper">paper</th>' * len(methods)
    return [f"<tr>{first}{names}</tr>", f"<tr>{both}</tr>"]


def _both(ours: str, papers: str) -> str:
    return f'<td>{ours}</td><td class="paper">{papers}</td>'


def _emphasised(values: pd.Series) -> pd.Series:
    """Numbers of one row as HTML; those that are the largest as printed are in bold."""
    printed, known = values.map(page.number), values.dropna()
    largest = page.number(known.max()) if len(known) else None
    return printed.map(lambda text: f"<b>{text}</b>" if text == largest else text)


def median_dice_body(table: pd.DataFrame, scores: pd.DataFrame, warnings: Iterable[str]) -> list[str]:
    """The page of :func:`median_dice`, laid out like the paper's table; ``warnings`` are sentences for below it."""
    methods, rows, unscored = paper_tests.methods_of(table), [], int(scores["dice"].isna().sum())

    def row(name: str, part: pd.DataFrame, ours: pd.Series, papers: pd.Series, rule: bool = False) -> None:
        n = f"{part['n_slices'].max()} / {part['n_patients'].max()}"
        cells = "".join(map(_both, ours, papers))
        rows.append(f'<tr{" class=rule" if rule else ""}><th scope="row">{name}</th><td>{n}</td>{cells}</tr>')

    for test_set, part in table.groupby("test_set", sort=False):
        last = test_set == "all"
        name = "All test sets" if last else escape(test_set)
        row(name, part, _emphasised(part["median_dice"]), _emphasised(part["paper_median_dice"]), last)
        if last:
            row("Standard deviation", part, part["sd_dice"].map(page.number), part["paper_sd_dice"].map(page.number))
    return [
        "<p>Median Dice per slice. The maximum of each row is in bold, ours and the paper's each.</p>",
        page.table(_head('<th rowspan="2">Test set</th><th rowspan="2">Slices / patients</th>', methods), rows),
        *map(page.note, notes(methods)),
        *(f"<p><b>{escape(text)}</b></p>" for text in warnings),
        page.note(
            f"Paper: {paper.CITATION}, table 1 and section 3, {PAPERS_SLICES} method's name. Its test sets hold "
            "other patients than ours, so single test sets cannot be compared one to one. Standard deviation of the "
            "sample (n - 1); the paper does not say which one it gives."
        ),
        *([page.note(f"{unscored} scores have no Dice and are left out.")] if unscored else []),
    ]


def _triangle(table: pd.DataFrame, methods: list[str]) -> str:
    """The p-values laid out like the paper's: last method on top, first methods in the columns, ours beside."""
    cells = {}
    for test in table.itertuples():
        ps = (f"<i>{page.p_number(p)}</i>" if p >= 0.05 else page.p_number(p) for p in (test.p_value, test.paper_p_value))
        cells[test.method_a, test.method_b] = _both(*ps)
    rows = [
        f'<tr><th scope="row">{escape(a)}</th>{"".join(cells.get((a, b), "<td></td><td></td>") for b in methods[:-1])}</tr>'
        for a in reversed(methods[1:])
    ]
    return page.table(_head('<th rowspan="2">Methods</th>', methods[:-1]), rows, "tests")


def _tests_body(
    number: int, test: str, table: pd.DataFrame, scores: pd.DataFrame, small_print: str, details: list[str]
) -> list[str]:
    """The page of a table of tests: their p-values, what to know of them, and details."""
    if table.empty:
        return ["<p>There is one method, so there is nothing to compare.</p>"]
    methods = paper_tests.methods_of(scores)
    low, high = table["n"].min(), table["n"].max()
    sample = f"n = {low if low == high else f'{low} to {high}'} slices of {scores['patient'].nunique()} patients"
    return [
        f"<p>p-values of two-sided {test} on all test sets, {sample}. Values of 0.05 and more are in italics.</p>",
        _triangle(table, methods),
        *map(page.note, notes(methods)),
        page.note(f"{small_print} {paper_tests.INDEPENDENCE_NOTE}"),
        page.note(f"Paper: {paper.CITATION}, table {number}, {PAPERS_SLICES} methods' names."),
        *details,
    ]


def wilcoxon_body(table: pd.DataFrame, scores: pd.DataFrame) -> list[str]:
    """The page of Wilcoxon signed-rank tests."""
    small_print = (
        "Slices with equal Dice are dropped; exact for up to 50 unequal pairs without ties, else by the "
        "normal approximation with correction for ties."
    )
    columns = [
        ("Slices", table["n"]),
        ("Equal Dice", table["n_zero"]),
        ("Median difference", table["median_difference"].map(page.number)),
        ("Smaller sum of ranks", [page.number(ranks, 1) for ranks in table["statistic"]]),
        ("p", table["p_value"].map(page.p_number)),
    ]
    details = ["<h2>Differences of Dice</h2>", page.table_of("Methods", page.pairs(table, "&minus;"), columns)]
    return _tests_body(2, "Wilcoxon signed-rank tests of Dice", table, scores, small_print, details)


def f_test_body(table: pd.DataFrame, scores: pd.DataFrame) -> list[str]:
    """The page of F-tests."""
    small_print = (
        "The paper's value of 2.22e-16 is the floor of 1 - cdf in double precision, not a p-value; ours come from the "
        "survival function, which has no such floor. The test supposes normal and independent values; Dice of two "
        "methods on the same slices are neither."
    )
    columns = [
        ("Slices", table["n"]),
        ("Ratio of variances, F", table["f"].map(page.number)),
        ("Ratio of standard deviations", np.sqrt(table["f"]).map(page.number)),
        ("p", table["p_value"].map(page.p_number)),
    ]
    details = ["<h2>Ratios</h2>", page.table_of("Methods", page.pairs(table, "/"), columns)]
    return _tests_body(3, "F-tests of equal variances of Dice", table, scores, small_print, details)


def scores_body(scores: pd.DataFrame) -> list[str]:
    """The page of all scores, a row a slice: patient, slice, fold, pixels of the true mask, and the Dice of each method."""
    dice, methods = paper_tests.paired_dice(scores), paper_tests.methods_of(scores)
    slices = scores.groupby(["patient", "slice"])[["fold", "n_true"]].first().loc[dice.index].reset_index()
    columns = [("Slice", slices["slice"]), ("Test set", slices["fold"]), ("True pixels", slices["n_true"])]
    columns += [(escape(method), dice[method].map(page.number)) for method in methods]
    return [
        f"<p>Dice of each method on {len(dice)} slices; slices are numbered from 0 along the scan's transaxial axis.</p>",
        *map(page.note, notes(methods)),
        page.table_of("Patient", map(escape, slices["patient"]), columns),
    ]


def write_tables(
    scores_csv: str,
    thresholds_csv: str,
    median_dice_csv: str,
    median_dice_html: str,
    wilcoxon_csv: str,
    wilcoxon_html: str,
    f_test_csv: str,
    f_test_html: str,
    scores_html: str,
    networks: Mapping[str, str | None],
    notices: Notices,
) -> None:
    """Write the paper's three tables of a file of scores as CSV files and as pages, and a page of all scores.

    Names bear their marks on the pages. ``thresholds_csv``, ``networks``: :func:`collapsed_trainings`. Raises ValueError as
    :func:`paper_tests.paired_dice`.
    """
    scores = paper_tests.read_scores(scores_csv)
    ranks = with_papers(paper_tests.wilcoxon(scores), paper.wilcoxon_p)
    variances = with_papers(paper_tests.f_test(scores), paper.f_test_p)
    tables = {median_dice_csv: median_dice(scores), wilcoxon_csv: ranks, f_test_csv: variances}
    for path, table in tables.items():
        write_table(table, path)
    medians, ranks, variances, scores = (with_marks(table, notices) for table in (*tables.values(), scores))
    body = median_dice_body(medians, scores, collapsed_trainings(thresholds_csv, networks))
    page.write_page(median_dice_html, "Table 1. Median Dice", body, notices)
    page.write_page(wilcoxon_html, "Table 2. Wilcoxon signed-rank tests of Dice", wilcoxon_body(ranks, scores), notices)
    page.write_page(f_test_html, "Table 3. F-tests of equal variances of Dice", f_test_body(variances, scores), notices)
    page.write_page(scores_html, "Dice per slice", scores_body(scores), notices)
