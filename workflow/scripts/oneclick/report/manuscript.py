"""The statistics by patients for a paper of one's own: in words, as tables in Markdown and LaTeX, and as figures."""

import platform
import re
from importlib import metadata

import pandas as pd

from oneclick.common.files import write_text
from oneclick.common.version import VERSION
from oneclick.evaluation.by_patient import LeftOut, Outcome
from oneclick.evaluation.claims import LEVEL
from oneclick.evaluation.clustered import swaps
from oneclick.evaluation.paper_tests import read_scores
from oneclick.report.marks import DRAWN, ORACLE, Notices, notes, with_marks
from oneclick.report.patient_figures import draw_differences, draw_medians
from oneclick.report.style import save
from oneclick.report.words import of_pairs, p_text, swaps_in_words

REFERENCES = (
    ("Rosner, Glynn and Lee 2006", "Biometrics 62, 185-192", "10.1111/j.1541-0420.2005.00389.x"),
    ("Phipson and Smyth 2010", "Statistical Applications in Genetics and Molecular Biology 9, 39", "10.2202/1544-6115.1585"),
    ("Hesterberg 2015", "The American Statistician 69, 371-386", "10.1080/00031305.2015.1089789"),
    ("Holm 1979", "Scandinavian Journal of Statistics 6, 65-70", ""),
    ("Kerby 2014", "Comprehensive Psychology 3, 11.IT.3.1", "10.2466/11.IT.3.1"),
    ("Donner 1986", "International Statistical Review 54, 67-82", "10.2307/1403259"),
    ("Virtanen et al. 2020", "Nature Methods 17, 261-272", "10.1038/s41592-019-0686-2"),
)
"""Works that a paragraph may name: author and year, where they stand, doi."""


def methods_paragraph(methods: pd.DataFrame, pairs: pd.DataFrame, left_out: LeftOut, seed: int, outcome: Outcome) -> str:
    """A paragraph for the Methods section of a paper, from the tables of :mod:`by_patient`."""
    alike, n_patients = methods["intraclass_correlation"], methods["n_patients"].iloc[0]
    compared = f"{outcome.measure} of {len(methods)} methods was compared on {outcome.n_of(methods)}"
    if left_out.n_cases:
        compared += f"; {left_out.n_cases} of {left_out.of} {outcome.cases}, without a {outcome.measure} of every method,"
        compared += " were left out"
        n = len(left_out.patients)
        compared += f", and with them {n} patient{'s' * (n > 1)}" if n else ""
    clusters = f"Intervals{' and tests' * bool(len(pairs))} take each patient as one cluster, "
    clusters += f"for {outcome.cases} of one patient resemble each other"
    if (methods["n_slices"] == methods["n_patients"]).all():
        clusters = "Each patient is one case"
    elif alike.notna().all():
        clusters += f" (intraclass correlation {alike.min():.2f} to {alike.max():.2f}, Donner 1986; "
        clusters += f"design effect up to {methods['design_effect'].max():.1f})"
    drawn = "" if swaps(n_patients)[1] else ", Phipson and Smyth 2010"
    tests = (
        f" All tests were two-sided, at a level of {LEVEL:g}. Each pair of methods was compared by the Wilcoxon signed-rank "
        "test for clustered data in its normal approximation (Rosner, Glynn and Lee 2006), and by a permutation test of the "
        "mean of the patients' mean differences that swaps the two methods in whole patients "
        f"({swaps_in_words(n_patients, seed)}{drawn}). "
    )
    tests += "With one pair of methods p-values needed no correction. " if len(pairs) == 1 else (
        f"P-values of each test were corrected for the {len(pairs)} pairs (Holm 1979). "
    )  # fmt: skip
    tests += "The effect size is the rank-biserial correlation (Kerby 2014)."
    versions = ", ".join(f"{name} {metadata.version(name.lower())}" for name in ("NumPy", "pandas"))
    return (
        f"{compared}. {clusters}. "
        f"Medians{' and median differences' * bool(len(pairs))} are given with 95 % percentile intervals from 2,000 "
        f"bootstrap cohorts of whole patients (random seed {seed}), with percentiles expanded for the number of "
        f"patients (Hesterberg 2015).{tests if len(pairs) else ''} The analysis was done with oneclick-pet "
        f"{VERSION}, Python {platform.python_version()}, {versions} and SciPy {metadata.version('scipy')} "
        "(Virtanen et al. 2020)."
    )


def references(paragraph: str) -> list[str]:
    """The works that a paragraph names, in the order of :data:`REFERENCES`."""
    return [
        f"{name}, {where}" + (f", doi {doi}" if doi else "") + "." for name, where, doi in REFERENCES if name in paragraph
    ]


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
    scores = read_scores(scores_csv)
    save(draw_medians(scores, methods, outcome, notices), *medians, dpi=300)
    save(draw_differences(methods, pairs, outcome, notices), *differences, dpi=300)
    methods, pairs = (with_marks(table, notices) for table in (methods, pairs))
    paragraph = methods_paragraph(methods, pairs, LeftOut.from_scores(scores), seed, outcome)
    cited, marks = references(paragraph), notes(methods["method"])
    tables = {f"Median {outcome.measure}": method_rows(methods)}
    if len(pairs):
        corrected = f"two-sided p-values by patients, corrected for {of_pairs(len(pairs))} (Holm)"
        tables[f"Differences of {outcome.measure}; {corrected}"] = pair_rows(pairs)
    parts = [f"# {caption}\n\n{markdown(rows)}" for caption, rows in tables.items()]
    write_text(markdown_md, "\n\n".join(["# Methods", paragraph, *parts, *marks, "# References", *cited]) + "\n")
    parts = [latex(rows, caption) for caption, rows in tables.items()]
    write_text(latex_tex, "\n\n".join([tex(paragraph), *parts, *map(tex, [*marks, *cited])]) + "\n")
