"""The page of results by patients, with the paper's claims."""

from collections.abc import Collection
from html import escape

import pandas as pd

from oneclick.common.tables import write_table
from oneclick.evaluation.by_patient import LeftOut, Outcome, friedman, method_table, pair_table, without_training
from oneclick.evaluation.claims import LEVEL, claims_table, standing
from oneclick.evaluation.clustered import swaps
from oneclick.evaluation.paper_tests import read_scores
from oneclick.report import page
from oneclick.report.marks import Notices, notes, with_marks
from oneclick.report.words import of_pairs, swaps_in_words


def _ps(values: pd.Series) -> list[str]:
    return [f"<i>{page.p_number(p)}</i>" if p >= LEVEL else page.p_number(p) for p in values]


def _intervals(table: pd.DataFrame) -> list[str]:
    return list(map(page.interval, table["ci_low"], table["ci_high"]))


def write_by_patient(
    scores_csv: str,
    methods_csv: str,
    pairs_csv: str,
    claims_csv: str | None,
    html: str,
    seed: int,
    classical: Collection[str],
    outcome: Outcome,
    notices: Notices,
) -> None:
    """Write :func:`method_table`, :func:`pair_table`, :func:`claims.claims_table` (unless ``claims_csv`` is empty), and a
    page of them with Friedman's test.

    At the page's top is what :func:`without_training` says of the ``classical`` methods; names bear their marks on it.
    Raises ValueError as :func:`paper_tests.paired_dice`.
    """
    scores = read_scores(scores_csv)
    methods, pairs = method_table(scores, seed), pair_table(scores, seed)
    claims = claims_table(pairs if outcome.measure == "Dice" else pairs.iloc[:0])  # the paper's are of Dice
    tables = ((methods, methods_csv), (pairs, pairs_csv), *([(claims, claims_csv)] if claims_csv else []))
    for table, path in tables:
        write_table(table, path)
    first = without_training(methods, pairs, classical, notices.oracles, outcome.measure)
    methods, pairs, claims = (with_marks(table, notices) for table in (methods, pairs, claims))
    body = [f"<p><b>{escape(sentence)}</b></p>" for sentence in first]
    if first:
        body.append(page.note("Paired: median difference; p: clustered signed ranks with Holm's correction."))
    body += methods_section(methods, outcome)
    body += map(page.note, LeftOut.from_scores(scores).in_words(outcome))
    if len(pairs):
        body += pairs_section(pairs, friedman(scores), outcome, methods["n_patients"].iloc[0])
    if len(claims):
        body += claims_section(claims)
    page.write_page(html, "Table 4. By patients", body, notices)


def methods_section(table: pd.DataFrame, outcome: Outcome) -> list[str]:
    """The methods' medians as HTML, and what was compared."""
    measure, cases = escape(outcome.measure), escape(outcome.cases)
    weighed = f"What is measured in one patient is alike. Here patients, not {cases}, are drawn, swapped or weighed"
    if (table["n_slices"] == table["n_patients"]).all():
        weighed = "Each patient is one case"
    columns = [
        (f"Median {measure}", table["median_dice"].map(page.number)),
        ("95 % interval", _intervals(table)),
        ("Intraclass correlation", table["intraclass_correlation"].map(page.number)),
        ("Design effect", table["design_effect"].map(page.number)),
    ]
    return [
        f"<p>{weighed}; n = {escape(outcome.n_of(table))}.</p>",
        *map(page.note, notes(table["method"])),
        f"<h2>Median {measure}</h2>",
        page.table_of("", map(escape, table["method"]), columns, "tests"),
        page.note(
            "Intervals: 2,000 cohorts of as many patients, drawn from these with replacement. Design effect: how many times "
            f"more {outcome.cases} are needed than if they were independent."
        ),
    ]


def pairs_section(table: pd.DataFrame, of_all: tuple[float, float], outcome: Outcome, n_patients: int) -> list[str]:
    """The tests of pairs of methods as HTML; ``of_all``: :func:`friedman`."""
    measure, names = escape(outcome.measure), page.pairs(table, "&minus;")
    permuted = f"Permutation: the two methods are swapped in whole patients ({swaps_in_words(n_patients)})"
    if swaps(n_patients)[1]:
        permuted += f"; of {n_patients} patients it cannot be below {2 / 2**n_patients:.2g}"
    differences = [
        ("Median difference", table["median_difference"].map(page.number)),
        ("95 % interval", _intervals(table)),
        ("Rank-biserial correlation", table["rank_biserial"].map(page.number)),
        ("Patients higher", table["higher"]),
        ("Patients lower", table["lower"]),
    ]
    tests = [
        ("p, Wilcoxon (the paper)", _ps(table["slices_p"])),
        ("p, clustered signed ranks", _ps(table["clustered_p"])),
        ("with Holm", _ps(table["clustered_p_holm"])),
        ("p, patients permuted", _ps(table["permutation_p"])),
        ("with Holm", _ps(table["permutation_p_holm"])),
    ]
    spread = [
        ("Ratio of variances", table["variance_ratio"].map(page.number)),
        ("p, F-test (the paper)", _ps(table["f_test_p"])),
        ("p, Brown-Forsythe", _ps(table["brown_forsythe_p"])),
        ("p, Pitman-Morgan", _ps(table["pitman_morgan_p"])),
        ("p, patients permuted", _ps(table["variance_permutation_p"])),
        ("with Holm", _ps(table["variance_permutation_p_holm"])),
    ]
    statistic, p = of_all
    return [
        f"<h2>Differences of {measure}</h2>",
        f"<p>All methods alike (Friedman, patients' medians): statistic {page.number(statistic)}, "
        f"p = {page.p_number(p)}.</p>",
        page.table_of("", names, differences, "tests"),
        f"<h2>Tests of {measure}</h2>",
        page.table_of("", names, tests, "tests"),
        page.note(
            "Two-sided; p of 0.05 and more are in italics. Clustered signed ranks: Rosner, Glynn and Lee 2006, by the "
            f"normal approximation. {permuted}; the statistic is the mean of the patients' mean differences. "
            f"Holm: corrected for {of_pairs(len(table))}."
        ),
        "<h2>Spread</h2>",
        page.table_of("", page.pairs(table, "/"), spread, "tests"),
        page.note(
            f"The first three tests take {outcome.cases} as independent. The F-test supposes normal values and takes the "
            "two methods as unpaired; so does that of Brown and Forsythe (of distances from the medians), a description for "
            "values of any shape. Pitman and Morgan's is paired."
        ),
    ]


def claims_section(table: pd.DataFrame) -> list[str]:
    """The paper's claims as HTML: a row per pair, the sentence above those of its own."""
    signs = {"dice": "&gt;", "spread": "varies more than", "same spread": "varies as"}
    rows = []
    for (claim, section), part in table.groupby(["claim", "section"], sort=False):
        name = f"{escape(claim)} ({section}): {standing(part['verdict'].tolist())}"
        rows.append(f'<tr class="rule"><th scope="rowgroup" colspan="5">{name}</th></tr>')
        for test in part.itertuples():
            verdict = f"<b>{test.verdict}</b>" if test.verdict in ("stands", "not contradicted") else test.verdict
            name = f"{escape(test.method_a)} {signs[test.measure]} {escape(test.method_b)}"
            rows.append(page.row(name, [*map(page.p_number, (test.paper_p, test.slices_p, test.p)), verdict]))
    head = page.head(["", "p in the paper", "p, its own test here", "p, clustered, with Holm", "The claim"])
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
