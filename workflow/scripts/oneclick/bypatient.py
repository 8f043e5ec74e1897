"""The methods compared with a patient's slices as one cluster: what of the tests stands when slices are not patients.

A table of scores is that of :mod:`oneclick.statistics`.
"""

from collections.abc import Collection
from html import escape
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from oneclick import clustered, page
from oneclick.claims import LEVEL, claims_section, claims_table
from oneclick.oracles import notes, with_marks
from oneclick.seeds import generator
from oneclick.statistics import brown_forsythe, equal_variances, paired_dice, read_scores, signed_rank
from oneclick.wording import n_of


def _medians(values: np.ndarray) -> np.ndarray:
    return np.median(values, axis=0)


def _complete(scores: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Dice of the slices that have one of every method, and the patient of each."""
    dice = paired_dice(scores).dropna()
    return dice, dice.index.get_level_values("patient").to_numpy()


def method_table(scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A row per method: n_slices, n_patients, median_dice with its 95 % interval (ci_low, ci_high) when patients are drawn
    with replacement, intraclass_correlation of Dice, design_effect (how many times more slices than independent ones)."""
    dice, patients = _complete(scores)
    low, high = clustered.bootstrap_intervals(dice.to_numpy(), patients, _medians, generator(seed, "bootstrap", "methods"))
    return pd.DataFrame(
        {
            "method": list(dice.columns),
            "n_slices": len(dice),
            "n_patients": len(set(patients)),
            "median_dice": _medians(dice.to_numpy()),
            "ci_low": low,
            "ci_high": high,
            "intraclass_correlation": [clustered.intraclass_correlation(dice[m].to_numpy(), patients) for m in dice.columns],
            "design_effect": [clustered.design_effect(dice[m].to_numpy(), patients) for m in dice.columns],
        }
    )


def pair_table(scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A row per pair of methods, in the order of the paper's tables.

    ``median_difference`` of the slices' Dice (a minus b) with its 95 % interval (ci_low, ci_high; patients are drawn);
    ``rank_biserial``, its effect size; ``higher``, ``lower``: patients whose median is so with a;
    p-values that the methods are equal: ``slices_p`` as in the paper, every slice independent; ``clustered_p``, the
    signed-rank test of Rosner, Glynn and Lee; ``permutation_p``, methods swapped in whole patients; both with Holm's
    correction for all pairs (``..._holm``); and of equal variances, ``variance_ratio``, ``f_test_p`` as in the paper,
    ``brown_forsythe_p`` (unpaired, of any shape) and ``pitman_morgan_p`` (paired), both with slices independent, and
    ``variance_permutation_p`` (methods swapped in whole patients).
    """
    dice, patients = _complete(scores)
    pairs = list(combinations(reversed(list(dice.columns)), 2))
    difference = np.round(np.column_stack([dice[a] - dice[b] for a, b in pairs]) if pairs else np.empty((len(dice), 0)), 12)
    intervals = clustered.bootstrap_intervals(difference, patients, _medians, generator(seed, "bootstrap", "pairs"))
    of_patients = dice.groupby(level="patient").median()
    rows = []
    for (a, b), d, (low, high) in zip(pairs, difference.T, intervals.T, strict=True):
        apart = np.round(of_patients[a] - of_patients[b], 12)
        one, other = dice[a].to_numpy(), dice[b].to_numpy()
        ratio, variance_p = clustered.variance_permutation(one, other, patients, generator(seed, "variances", a, b))
        rows.append(
            {
                "method_a": a,
                "method_b": b,
                "median_difference": np.median(d),
                "ci_low": low,
                "ci_high": high,
                "rank_biserial": clustered.rank_biserial(d),
                "higher": int((apart > 0).sum()),
                "lower": int((apart < 0).sum()),
                "slices_p": signed_rank(one, other)[1],
                "clustered_p": clustered.clustered_signed_rank(d, patients)[1],
                "permutation_p": clustered.permutation_test(d, patients, generator(seed, "permutation", a, b))[1],
                "variance_ratio": ratio,
                "f_test_p": equal_variances(one, other)[1],
                "brown_forsythe_p": brown_forsythe(one, other),
                "pitman_morgan_p": clustered.pitman_morgan(one, other)[1],
                "variance_permutation_p": variance_p,
            }
        )
    columns = (
        "method_a", "method_b", "median_difference", "ci_low", "ci_high", "rank_biserial", "higher", "lower", "slices_p",
        "clustered_p", "permutation_p", "variance_ratio", "f_test_p", "brown_forsythe_p", "pitman_morgan_p",
        "variance_permutation_p",
    )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    for name in ("clustered", "permutation", "variance_permutation"):
        table.insert(table.columns.get_loc(f"{name}_p") + 1, f"{name}_p_holm", clustered.holm(table[f"{name}_p"]))
    return table


def friedman(scores: pd.DataFrame) -> tuple[float, float]:
    """Statistic and p-value of Friedman's test that all methods have the same Dice, over patients' medians (scipy.stats);
    NaN for fewer than three methods or patients."""
    dice, _ = _complete(scores)
    of_patients = np.round(dice.groupby(level="patient").median(), 12)
    if of_patients.shape[1] < 3 or len(of_patients) < 3:
        return float("nan"), float("nan")
    found = stats.friedmanchisquare(*of_patients.to_numpy().T)
    return float(found.statistic), float(found.pvalue)


def without_training(
    methods: pd.DataFrame, pairs: pd.DataFrame, classical: Collection[str], oracles: Collection[str], measure: str
) -> list[str]:
    """What a reader should know first, as text: a sentence for each classical method, from the best on, whose median is
    higher than a network's, or one sentence that there is none; nothing where there are not both sorts. ``classical`` and
    ``oracles`` are names of methods; all but the former are networks."""
    medians = methods.set_index("method")["median_dice"]
    networks = [name for name in medians.index if name not in classical]
    best_first = sorted((name for name in medians.index if name in classical), key=lambda name: -medians[name])
    if not networks or not best_first:
        return []
    tests = {(row.method_a, row.method_b): (row.median_difference, row.clustered_p_holm) for row in pairs.itertuples()}
    tests |= {(b, a): (-difference, p) for (a, b), (difference, p) in tests.items()}
    sentences = []
    for name in best_first:
        beaten = []
        for network in (network for network in networks if medians[network] < medians[name]):
            difference, p = tests[name, network]
            chance = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
            chance += ", no difference shown" if p >= LEVEL else ""
            beaten.append(f"{network} ({medians[network]:.3f}; paired {difference + 0.0:+.3f}, {chance})")  # no -0.000
        if beaten:
            sentence = f"{name}, without any training, has a higher median {measure} ({medians[name]:.3f}) than "
            sentence += f"{', '.join(beaten)}."
            if name in oracles:
                sentence += " Its clicks are taken from the physician's mask."
            sentences.append(sentence)
    return sentences or [f"No method without training has a higher median {measure} than one with a network."]


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

    Raises ValueError as :func:`statistics.paired_dice`.
    """
    scores = read_scores(scores_csv)
    methods, pairs = method_table(scores, seed), pair_table(scores, seed)
    methods.to_csv(methods_csv, index=False)
    pairs.to_csv(pairs_csv, index=False)
    claims = claims_table(pairs if measure == "Dice" else pairs.iloc[:0])  # the paper's are of Dice
    claims.to_csv(claims_csv, index=False)
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
    Path(html).write_text(page.page(title, body, phantom=phantom), encoding="utf-8")
