"""The statistics by patients in words and tables for a paper: Markdown and LaTeX."""

import re
from collections.abc import Collection
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd

from oneclick.common.files import write_text
from oneclick.evaluation import clustered
from oneclick.report.marks import MARK, notes, with_marks


def p_text(p: float) -> str:
    """A p-value for print: 0.023, or < 0.001; a dash for NaN."""
    return "\u2013" if np.isnan(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def n_of(methods: pd.DataFrame, cases: str) -> str:
    """How many ``cases`` of how many patients a table of methods (:mod:`by_patient`) is of: 120 slices of 30
    patients; where the cases are patients, 30 patients."""
    n_cases, n_patients = methods["n_slices"].iloc[0], methods["n_patients"].iloc[0]
    return f"{n_cases} {cases}" + ("" if cases == "patients" and n_cases == n_patients else f" of {n_patients} patients")


def methods_paragraph(methods: pd.DataFrame, pairs: pd.DataFrame, seed: int, measure: str, cases: str) -> str:
    """A paragraph for the Methods section of a paper, from the tables of :mod:`by_patient`."""
    alike = methods["intraclass_correlation"]
    clusters = f"Intervals and tests take each patient as one cluster, for {cases} of one patient resemble each other"
    if (methods["n_slices"] == methods["n_patients"]).all():
        clusters = "Each patient is one case"
    elif alike.notna().all():
        clusters += f" (intraclass correlation {alike.min():.2f} to {alike.max():.2f}, "
        clusters += f"design effect up to {methods['design_effect'].max():.1f})"
    return (
        f"{measure} of {len(methods)} methods was compared on {n_of(methods, cases)}. {clusters}. "
        "Medians and median differences are given with 95 % percentile intervals from 2,000 "
        "bootstrap cohorts of whole patients, with percentiles expanded for the number of patients (Hesterberg, 2015). "
        "Each pair of methods was compared by the Wilcoxon signed-rank test for clustered data (Rosner, Glynn and Lee, "
        "2006) and by a permutation test that swaps the two methods in whole patients "
        f"({clustered.DRAWS:,} permutations, random seed {seed}); p-values were corrected for the {len(pairs)} pairs by the "
        "method of Holm (1979). The effect size is the rank-biserial correlation. The analysis was done with oneclick-pet "
        f"and SciPy {metadata.version('scipy')}."
    )


def _columns(methods: pd.DataFrame, pairs: pd.DataFrame) -> tuple[list[list[str]], list[list[str]]]:
    """The cells of both tables, first the heads."""
    first = [["method", "median", "95 % interval"]]
    first += [[m.method, f"{m.median_dice:.3f}", f"{m.ci_low:.3f} to {m.ci_high:.3f}"] for m in methods.itertuples()]
    second = [["pair", "median difference", "95 % interval", "rank-biserial", "clustered p", "permutation p"]]
    for pair in pairs.itertuples():
        interval = f"{pair.ci_low:+.3f} to {pair.ci_high:+.3f}"
        ps = [p_text(pair.clustered_p_holm), p_text(pair.permutation_p_holm)]
        name, apart = f"{pair.method_a} - {pair.method_b}", f"{pair.median_difference:+.3f}"
        second.append([name, apart, interval, f"{pair.rank_biserial:+.2f}", *ps])
    return first, second


def markdown(rows: list[list[str]]) -> str:
    """A table of cells, the first row its head, as Markdown, in which a name that looks like HTML stays a name."""

    def plain(cell: str) -> str:
        line = "".join(letter if letter.isprintable() else " " for letter in cell)
        return re.sub(r"<(?=\S)|[\[`]", r"\\\g<0>", line.replace("|", "/").replace("\\", "/"))

    lines = [f"| {' | '.join(map(plain, row))} |" for row in rows]
    return "\n".join([lines[0], "| --- " * len(rows[0]) + "|", *lines[1:]])


SPECIAL = {"\\": r"\textbackslash{}", "<": "$<$", ">": "$>$", MARK: r"$\dagger$"}
SPECIAL |= {"^": r"\textasciicircum{}", "~": r"\textasciitilde{}"} | {letter: "\\" + letter for letter in "_%&#${}"}
"""What LaTeX reads otherwise than it stands; of the sign ^, twice in a row, it makes any other, such as a backslash."""


def tex(text: str) -> str:
    """Text with LaTeX's own characters escaped."""
    return "".join(SPECIAL.get(letter, letter if letter.isprintable() else " ") for letter in text)


def latex(rows: list[list[str]], caption: str) -> str:
    """A table of cells, the first row its head, as LaTeX (it needs the package booktabs)."""
    head, *body = (" & ".join(map(tex, row)) + r" \\" for row in rows)
    begin = [r"\begin{table}", rf"\caption{{{tex(caption)}}}", rf"\begin{{tabular}}{{l{'r' * (len(rows[0]) - 1)}}}"]
    return "\n".join([*begin, r"\toprule", head, r"\midrule", *body, r"\bottomrule", r"\end{tabular}", r"\end{table}"])


def read_tables(methods_csv: str | Path, pairs_csv: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of :mod:`by_patient` from their files."""
    names = {"method": str, "method_a": str, "method_b": str}  # "NA" stays text
    methods, pairs = (pd.read_csv(path, converters=names) for path in (methods_csv, pairs_csv))
    return methods, pairs


def write_wording(
    methods_csv: Path,
    pairs_csv: Path,
    seed: int,
    measure: str,
    cases: str,
    markdown_md: Path,
    latex_tex: Path,
    oracles: Collection[str] = (),
) -> None:
    """Write the paragraph and both tables, with ``oracles`` marked, as Markdown, and as LaTeX."""
    methods, pairs = (with_marks(table, oracles) for table in read_tables(methods_csv, pairs_csv))
    paragraph, (first, second) = methods_paragraph(methods, pairs, seed, measure, cases), _columns(methods, pairs)
    captions = f"Median {measure}", f"Differences of {measure}; p-values by patients, corrected for all pairs (Holm)"
    parts = ["# Methods", paragraph, f"# {captions[0]}", markdown(first), f"# {captions[1]}", markdown(second)]
    parts += notes(methods["method"])
    write_text(markdown_md, "\n\n".join(parts) + "\n")
    tables = [latex(rows, caption) for rows, caption in ((first, captions[0]), (second, captions[1]))]
    tables += map(tex, notes(methods["method"]))
    write_text(latex_tex, "\n\n".join([tex(paragraph), *tables]) + "\n")
