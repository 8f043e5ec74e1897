"""The page of results by patients, with the paper's claims."""

from collections.abc import Collection
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from oneclick.common.files import write_text
from oneclick.common.tables import write_table
from oneclick.evaluation.by_patient import friedman, method_table, pair_table, without_training
from oneclick.evaluation.claims import LEVEL, claims_table, standing
from oneclick.evaluation.paper_tests import read_scores
from oneclick.report import page
from oneclick.report.manuscript import n_of
from oneclick.report.marks import notes, with_marks


def _interval(row: pd.Series) -> str:
    return f"{page.number(row['ci_low'])} to {page.number(row['ci_high'])}"


def _html_table(table: pd.DataFrame, names: list[str], columns: dict[str, str]) -> str:
    """Rows of ``names`` and the cells of the named columns: counts as they are, p-values, intervals, other numbers."""

    def cell(row: pd.Series, column: str) -> str:
        if column == "interval":
            return _interval(row)
        if column.endswith(("_p", "_holm")):
            p = page.p_number(row[column])
            return f"<i>{p}</i>" if row[column] >= LEVEL else p
        return str(row[column]) if isinstance(row[column], int | np.integer) else page.number(row[column])

    head = "<tr><th></th>" + "".join(f"<th>{text}</th>" for text in columns.values()) + "</tr>"
    rows = [
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell(row, column)}</td>" for column in columns)}</tr>'
        for name, (_, row) in zip(names, table.iterrows(), strict=True)
    ]
    return page.table([head], rows, "tests")


def write_by_patient(
    scores_csv: Path,
    seed: int,
    methods_csv: Path,
    pairs_csv: Path,
    claims_csv: Path,
    html: Path,
    *,
    oracles: Collection[str] = (),
    phantom: bool = False,
    title: str = "Table 4. By patients",
    measure: str = "Dice",
    cases: str = "slices",
    classical: Collection[str] = (),
) -> None:
    """Write :func:`method_table`, :func:`pair_table`, :func:`claims.claims_table`, and a page of them with Friedman's test,
    at its top what :func:`without_training` says of the ``classical`` methods; ``oracles`` are marked on the page.

    Raises ValueError as :func:`paper_tests.paired_dice`.
    """
    scores = read_scores(scores_csv)
    methods, pairs = method_table(scores, seed), pair_table(scores, seed)
    write_table(methods, methods_csv)
    write_table(pairs, pairs_csv)
    claims = claims_table(pairs if measure == "Dice" else pairs.iloc[:0])  # the paper's are of Dice
    write_table(claims, claims_csv)
    first = without_training(methods, pairs, classical, oracles, measure)
    methods, pairs, claims = (with_marks(table, oracles) for table in (methods, pairs, claims))
    n = f"n = {escape(n_of(methods, cases))}"
    weighed = f"What is measured in one patient is alike. Here patients, not {escape(cases)}, are drawn, swapped or weighed"
    if (methods["n_slices"] == methods["n_patients"]).all():
        weighed = "Each patient is one case"
    body = [
        *(f"<p><b>{escape(sentence)}</b></p>" for sentence in first),
        *([page.note("Paired: median difference; p: clustered signed ranks with Holm's correction.")] if first else []),
        f"<p>{weighed}; {n}.</p>",
        *map(page.note, notes(methods["method"])),
        f"<h2>Median {escape(measure)}</h2>",
        _html_table(
            methods,
            list(map(escape, methods["method"])),
            {
                "median_dice": f"Median {escape(measure)}",
                "interval": "95 % interval",
                "intraclass_correlation": "Intraclass correlation",
                "design_effect": "Design effect",
            },
        ),
        page.note(
            "Intervals: 2,000 cohorts of as many patients, drawn from these with replacement. Design effect: how many times "
            f"more {cases} are needed than if they were independent."
        ),
    ]
    if len(pairs):
        names = [f"{escape(a)} &minus; {escape(b)}" for a, b in zip(pairs["method_a"], pairs["method_b"], strict=True)]
        statistic, p = friedman(scores)
        body += [
            f"<h2>Differences of {escape(measure)}</h2>",
            f"<p>All methods alike (Friedman, patients' medians): statistic {page.number(statistic)}, "
            f"p = {page.p_number(p)}.</p>",
            _html_table(
                pairs,
                names,
                {
                    "median_difference": "Median difference",
                    "interval": "95 % interval",
                    "rank_biserial": "Rank-biserial correlation",
                    "higher": "Patients higher",
                    "lower": "Patients lower",
                },
            ),
            f"<h2>Tests of {escape(measure)}</h2>",
            _html_table(
                pairs,
                names,
                {
                    "slices_p": "p, Wilcoxon (the paper)",
                    "clustered_p": "p, clustered signed ranks",
                    "clustered_p_holm": "with Holm",
                    "permutation_p": "p, patients permuted",
                    "permutation_p_holm": "with Holm",
                },
            ),
            page.note(
                "p of 0.05 and more are in italics. Clustered signed ranks: Rosner, Glynn and Lee 2006. Permutation: 10,000 "
                "times the two methods are swapped in whole patients; the statistic is the mean of the patients' mean "
                "differences. Holm: corrected for all pairs."
            ),
            "<h2>Spread</h2>",
            _html_table(
                pairs,
                [name.replace("&minus;", "/") for name in names],
                {
                    "variance_ratio": "Ratio of variances",
                    "f_test_p": "p, F-test (the paper)",
                    "brown_forsythe_p": "p, Brown-Forsythe",
                    "pitman_morgan_p": "p, Pitman-Morgan",
                    "variance_permutation_p": "p, patients permuted",
                    "variance_permutation_p_holm": "with Holm",
                },
            ),
            page.note(
                f"The first three tests take {cases} as independent. The F-test supposes normal values and takes the two "
                "methods as unpaired; so does that of Brown and Forsythe (of distances from the medians), a description for "
                "values of any shape. Pitman and Morgan's is paired."
            ),
        ]
        body += claims_section(claims) if len(claims) else []
    write_text(html, page.page(title, body, phantom=phantom))


def claims_section(table: pd.DataFrame) -> list[str]:
    """The paper's claims as HTML: a row per pair, the sentence above those of its own."""
    rows, last = [], None
    for row in table.itertuples():
        if row.claim != last:
            found = standing(table.loc[table["claim"] == row.claim, "verdict"].tolist())
            rows.append(
                f'<tr class="rule"><th scope="rowgroup" colspan="5">{escape(row.claim)} ({row.section}): {found}</th></tr>'
            )
            last = row.claim
        sign = {"dice": "&gt;", "spread": "varies more than", "same spread": "varies as"}[row.measure]
        ps = "".join(f"<td>{page.p_number(p)}</td>" for p in (row.paper_p, row.slices_p, row.p))
        verdict = f"<b>{row.verdict}</b>" if row.verdict in ("stands", "not contradicted") else row.verdict
        name = f"{escape(row.method_a)} {sign} {escape(row.method_b)}"
        rows.append(f'<tr><th scope="row">{name}</th>{ps}<td>{verdict}</td></tr>')
    head = "<tr><th></th><th>p in the paper</th><th>p, its own test here</th>"
    head += "<th>p, clustered, with Holm</th><th>The claim</th></tr>"
    return [
        "<h2>The paper's claims, audited</h2>",
        page.table([head], rows, "tests"),
        page.note(
            "The paper's own tests take slices as independent: Wilcoxon for Dice, F-test for spread. Clustered, with Holm's "
            "correction for all pairs: signed ranks for Dice, permutation of whole patients for spread. A claim stands if "
            "that test shows it, and is reversed if it shows the opposite. One that is not shown may be true: few patients "
            "show little. No test that finds no difference proves that there is none."
        ),
    ]
