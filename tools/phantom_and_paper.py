"""How much nearer to the paper readers' masks and treatment bring the phantom:
python tools/phantom_and_paper.py results-beyond

Reads the map of cohorts of a finished study, whose points reader-0 and after_treatment-1 it compares with the study itself,
and writes a table into docs/explanation/phantom.md.
"""

import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "workflow/scripts")]

from bench import write_between  # noqa: E402

from oneclick.paper.results import METHODS, median_dice  # noqa: E402

POINTS = {
    "reader-0": "masks that are the truth",
    "as_it_is": "masks as readers draw them (the default)",
    "after_treatment-1": "and all patients after treatment",
}


def main(results: str) -> None:
    table = pd.read_csv(ROOT / results / "tables/cohort_map.csv")
    found = table.pivot(index="point", columns="method", values="median_dice")
    ends = table.set_index(["point", "method"])[["ci_low", "ci_high"]]
    papers = {method: median_dice(method, "all") for method in METHODS}
    lines = [
        "<!-- of ../results/beyond.md -->",
        "| cohort | " + " | ".join(METHODS) + " | CNNonly, 95 % interval |",
        "| --- " * (len(METHODS) + 2) + "|",
    ]
    for point, words in POINTS.items():
        low, high = ends.loc[point, "CNNonly"]
        cells = [f"{found.loc[point, method]:.3f}" for method in METHODS]
        lines.append(f"| {words} | " + " | ".join(cells) + f" | {low:.3f} to {high:.3f} |")
    lines.append("| the paper's patients | " + " | ".join(f"{papers[method]:.3f}" for method in METHODS) + " | |")
    truth, reader, treated = (found.loc[point, "CNNonly"] for point in POINTS)
    whole = truth - papers["CNNonly"]
    row = table[table["point"] == "as_it_is"].iloc[0]
    lines += [
        "",
        f"{row['n_slices']} slices of {row['n_patients']} phantom patients in the default.",
        f"With masks that are the truth, CNNonly is {whole:.3f} above the paper.",
        f"Readers' masks take {(truth - reader) / whole:.0%} of that, and treatment {(reader - treated) / whole:.0%}.",
    ]
    write_between(ROOT / "docs/explanation/phantom.md", "distance", "\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
