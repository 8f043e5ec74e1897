"""The statistics by patients for a paper of one's own: in words, as tables in Markdown and LaTeX, and as figures."""

import re
from importlib import metadata

import pandas as pd

from oneclick.common.files import write_text
from oneclick.evaluation import clustered
from oneclick.evaluation.by_patient import Outcome
from oneclick.evaluation.paper_tests import read_scores
from oneclick.report.marks import DRAWN, ORACLE, Notices, notes, with_marks
from oneclick.report.patient_figures import draw_differences, draw_medians
from oneclick.report.style import save
from oneclick.report.words import p_text


def methods_paragraph(methods: pd.DataFrame, pairs: pd.DataFrame, seed: int, outcome: Outcome) -> str:
    """A paragraph for the Methods section of a paper, from the tables of :mod:`by_patient`."""
    alike = methods["intraclass_correlation"]
    clusters = "Intervals and tests take each patient as one cluster, "
    clusters += f"for {outcome.cases} of one patient resemble each other"
    if (methods["n_slices"] == methods["n_patients"]).all():
        clusters = "Each patient is one case"
    elif alike.notna().all():
        clusters += f" (intraclass correlation {alike.min():.2f} to {alike.max():.2f}, "
        clusters += f"design effect up to {methods['design_effect'].max():.1f})"
    return (
        f"{outcome.measure} of {len(methods)} methods was compared on {outcome.n_of(methods)}. {clusters}. "
        "Medians and median differences are given with 95 % percentile intervals from 2,000 "
        "bootstrap cohorts of whole patients, with percentiles expanded for the number of patients (Hesterberg, 2015). "
        "Each pair of methods was compared by the Wilcoxon signed-rank test for clustered data (Rosner, Glynn and Lee, "
        "2006) and by a permutation test that swaps the two methods in whole patients "
        f"({clustered.DRAWS:,} permutations, random seed {seed}); p-values were corrected for the {len(pairs)} pairs by the "
        "method of Holm (1979). The effect size is the rank-biserial correlation. The analysis was done with oneclick-pet "
        f"and SciPy {metadata.version('scipy')}."
    )


def method_rows(methods: pd.DataFrame) -> list[list[str]]:
    """The cells of the table of methods, first its head."""
    rows = [[m.method, f"{m.median_dice:.3f}", f"{m.ci_low:.3f} to {m.ci_high:.3f}"] for m in methods.itertuples()]
    return [["method", "median", "95 % interval"], *rows]


def pair_rows(pairs: pd.DataFrame) -> list[list[str]]:
    """The cells of the table of pairs, first its head."""
    rows = [["pair", "median difference", "95 % interval", "rank-biserial", "clustered p", "permutation p"]]
    for pair in pairs.itertuples():
        name, interval = f"{pair.method_a} - {pair.method_b}", f"{pair.ci_low:+.3f} to {pair.ci_high:+.3f}"
        ps = [p_text(pair.clustered_p_holm), p_text(pair.permutation_p_holm)]
        rows.append([name, f"{pair.median_difference:+.3f}", interval, f"{pair.rank_biserial:+.2f}", *ps])
    return rows


def markdown(rows: list[list[str]]) -> str:
    """A table of cells, the first row its head, as Markdown, in which a name that looks like HTML stays a name."""

    def plain(cell: str) -> str:
        line = "".join(letter if letter.isprintable() else " " for letter in cell)
        return re.sub(r"<(?=\S)|[\[`]", r"\\\g<0>", line.replace("|", "/").replace("\\", "/"))

    lines = [f"| {' | '.join(map(plain, row))} |" for row in rows]
    return "\n".join([lines[0], "| --- " * len(rows[0]) + "|", *lines[1:]])


SPECIAL = {"\\": r"\textbackslash{}", "<": "$<$", ">": "$>$", ORACLE: r"$\dagger$", DRAWN: r"$\ddagger$"}
SPECIAL |= {"^": r"\textasciicircum{}", "~": r"\textasciitilde{}"} | {letter: "\\" + letter for letter in "_%&#${}"}
"""What LaTeX does not print as it is. Two signs ^ in a row can stand for any other, such as a backslash."""


def tex(text: str) -> str:
    """Text with LaTeX's own characters escaped."""
    return "".join(SPECIAL.get(letter, letter if letter.isprintable() else " ") for letter in text)


def latex(rows: list[list[str]], caption: str) -> str:
    """A table of cells, the first row its head, as LaTeX (it needs the package booktabs)."""
    head, *body = (" & ".join(map(tex, row)) + r" \\" for row in rows)
    begin = [r"\begin{table}", rf"\caption{{{tex(caption)}}}", rf"\begin{{tabular}}{{l{'r' * (len(rows[0]) - 1)}}}"]
    return "\n".join([*begin, r"\toprule", head, r"\midrule", *body, r"\bottomrule", r"\end{tabular}", r"\end{table}"])


def write_up(
    scores_csv: str,
    methods_csv: str,
    pairs_csv: str,
    markdown_md: str,
    latex_tex: str,
    medians: list[str],
    differences: list[str],
    seed: int,
    outcome: Outcome,
    notices: Notices,
) -> None:
    """Write :func:`methods_paragraph` and the tables of :mod:`by_patient` as Markdown and as LaTeX, with their marks; and
    both figures of :mod:`patient_figures`, each as PNG (300 dots an inch), SVG and PDF."""
    names = {"method": str, "method_a": str, "method_b": str}  # "NA" stays text
    methods, pairs = (pd.read_csv(path, converters=names) for path in (methods_csv, pairs_csv))
    save(draw_medians(read_scores(scores_csv), methods, outcome, notices), *medians, dpi=300)
    save(draw_differences(methods, pairs, outcome, notices), *differences, dpi=300)
    methods, pairs = (with_marks(table, notices) for table in (methods, pairs))
    paragraph, marks = methods_paragraph(methods, pairs, seed, outcome), notes(methods["method"])
    tables = {
        f"Median {outcome.measure}": method_rows(methods),
        f"Differences of {outcome.measure}; p-values by patients, corrected for all pairs (Holm)": pair_rows(pairs),
    }
    parts = [f"# {caption}\n\n{markdown(rows)}" for caption, rows in tables.items()]
    write_text(markdown_md, "\n\n".join(["# Methods", paragraph, *parts, *marks]) + "\n")
    parts = [latex(rows, caption) for caption, rows in tables.items()]
    write_text(latex_tex, "\n\n".join([tex(paragraph), *parts, *map(tex, marks)]) + "\n")
