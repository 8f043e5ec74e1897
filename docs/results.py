"""Write a study's tables beside the paper's into README.md: python docs/results.py results-paper studies/paper.yaml

What stands between the markers <!-- results --> and <!-- /results --> is replaced; the sentences about it come from
docs/results-notes.md, which a person writes.
"""

import sys
from datetime import date
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "workflow/scripts")]

from bench import machine, write_into_readme  # noqa: E402
from failures import as_markdown  # noqa: E402


def shown(value: float) -> str:
    """A p-value."""
    return f"{value:.2e}" if value < 0.001 else f"{value:.3f}"


def medians(table: pd.DataFrame) -> list[str]:
    """Medians by test set and over all, and SDs: ours, and the paper's in brackets where it has them."""
    methods = list(dict.fromkeys(table["method"]))
    lines = ["| test set | slices / patients | " + " | ".join(methods) + " |", "| --- " * (len(methods) + 2) + "|"]

    def cell(ours: float, papers: float) -> str:
        return f"{ours:.3f}" + ("" if pd.isna(papers) else f" ({papers:.3f})")

    for test_set, part in table.groupby("test_set", sort=False):
        part = part.set_index("method").loc[methods]
        n = f"{part['n_slices'].iloc[0]} / {part['n_patients'].iloc[0]}"
        cells = map(cell, part["median_dice"], part["paper_median_dice"])
        lines.append(f"| {test_set} | {n} | " + " | ".join(cells) + " |")
        if test_set == "all":
            lines.append("| SD | | " + " | ".join(map(cell, part["sd_dice"], part["paper_sd_dice"])) + " |")
    return lines


def tests(wilcoxon: pd.DataFrame, f_test: pd.DataFrame) -> list[str]:
    """p-values of both tests for each pair: ours, and the paper's in brackets."""
    both = wilcoxon.merge(f_test, on=["method_a", "method_b"], suffixes=("_w", "_f"))
    lines = ["| pair | Wilcoxon p (paper) | F-test p (paper) |", "| --- | --- | --- |"]
    for row in both.itertuples():
        cells = [
            shown(ours) + ("" if pd.isna(papers) else f" ({shown(papers)})")
            for ours, papers in ((row.p_value_w, row.paper_p_value_w), (row.p_value_f, row.paper_p_value_f))
        ]
        lines.append(f"| {row.method_a} against {row.method_b} | {cells[0]} | {cells[1]} |")
    return lines


def main(results: str, study: str) -> None:
    tables = ROOT / results / "tables"
    table, wilcoxon, f_test = (pd.read_csv(tables / f"{name}.csv") for name in ("median_dice", "wilcoxon", "f_test"))
    lines = [
        f"**Phantom results**, `make run STUDY={study}`, {date.today()}, on {machine()}.",
        "Median Dice per slice and its standard deviation, the paper's in brackets; the paper's folds hold other patients.",
        "",
        *medians(table),
        "",
        *tests(wilcoxon, f_test),
        "",
        *as_markdown(ROOT / results, yaml.safe_load((ROOT / study).read_text())["seed"]),
        "",
        (ROOT / "docs/results-notes.md").read_text().strip(),
    ]
    write_into_readme("results", "\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
