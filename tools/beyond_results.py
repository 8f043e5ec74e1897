"""Write the answers of a study into docs/explanation/beyond.md:
python tools/beyond_results.py results-beyond studies/beyond.yaml

What stands between the markers <!-- beyond --> and <!-- /beyond --> is replaced; the markers of another study bear its name.
The figures that the page shows are copied to docs/explanation/beyond/.
"""

import shutil
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "benchmarks"))

from bench import machine, write_between  # noqa: E402

FIGURES = ("medians", "offsets", "offset_maps", "cross", "misses", "walk", "effort", "bland_altman", "repeats", "cohort_map")


def main(results: str, study: str) -> None:
    name, config = Path(study).stem, yaml.safe_load((ROOT / study).read_text(encoding="utf-8"))
    tables, figures = ROOT / results / "tables", ROOT / "docs/explanation/beyond"
    methods, answers = (pd.read_csv(tables / f"{part}.csv") for part in ("by_patient_methods", "conclusions"))
    figures.mkdir(exist_ok=True)
    for figure in FIGURES:
        if (source := ROOT / results / f"figures/{figure}.png").exists():
            shutil.copy(source, figures / f"{name}-{figure.replace('_', '-')}.png")
    kind = "Phantom results" if "phantom" in config["cohort"] else "Real scans"
    size = f"{methods['n_slices'].iloc[0]} slices of {methods['n_patients'].iloc[0]} patients"
    lines = [
        f"**{kind}**, `make run STUDY={study} TARGET=beyond`, {date.today()}, on {machine()}; {size}.",
        "",
        *(f"{n}. **{row.question}** {row.answer}" for n, row in enumerate(answers.itertuples(), 1)),
        "",
        "| method | median Dice (95 % interval when patients are drawn) |",
        "| --- | --- |",
        *(
            f"| {row.method} | {row.median_dice:.3f} ({row.ci_low:.3f} to {row.ci_high:.3f}) |"
            for row in methods.itertuples()
        ),
    ]
    write_between(ROOT / "docs/explanation/beyond.md", name, "\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
