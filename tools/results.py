"""Write a study's tables beside the paper's into docs/explanation/results.md:
python tools/results.py results-paper studies/paper.yaml

What stands between the markers <!-- paper --> and <!-- /paper --> is replaced; the markers of another study bear its name.
"""

import shutil
import sys
from datetime import date
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import yaml
from scipy import stats

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/explanation/results.md"
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "workflow/scripts")]

from bench import machine, write_between  # noqa: E402
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


def on_the_scans(results: Path, mask: str) -> list[str]:
    """Dice of the exported masks on the voxels of the scans, and how far it is from that of the scores on pixels.

    ``mask``: path pattern of the true masks, whose slices are transaxial along the third axis.
    """
    scores = pd.read_csv(results / "scores.csv", dtype={"patient": str})
    native = []
    for (method, patient), part in scores.groupby(["method", "patient"], sort=False):
        paths = (results / f"masks/{method}/{patient}.nii.gz", mask.replace("{patient}", patient))
        found, truth = (np.asarray(nib.load(path).dataobj)[:, :, part["slice"]] > 0 for path in paths)
        overlap = 2 * (found & truth).sum((0, 1)) / (found.sum((0, 1)) + truth.sum((0, 1)))
        native.append(pd.Series(overlap, index=part.index))
    scores["native"] = pd.concat(native)
    lines = ["| method | median Dice on pixels | on voxels | median difference of a slice | 95 % of slices within |"]
    lines.append("| --- " * 5 + "|")
    for method, part in scores.groupby("method", sort=False):
        apart = (part["native"] - part["dice"]).abs()
        cells = [part["dice"].median(), part["native"].median(), apart.median(), apart.quantile(0.95)]
        lines.append(f"| {method} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    return lines


def against_first(results: Path) -> list[str]:
    """Each method against the first: on how many slices, and for how many patients by their median, its Dice is higher and
    lower; Wilcoxon's p of the patients' medians. Below, the median Dice of each network on its own training slices."""
    scores = pd.read_csv(results / "scores.csv", dtype={"patient": str})
    slices = scores.pivot(index=["patient", "slice"], columns="method", values="dice")
    patients = slices.groupby(level="patient").median()
    first, *others = dict.fromkeys(scores["method"])
    lines = [f"| against {first} | slices better / worse | patients better / worse | p by patients |", "| --- " * 4 + "|"]
    for method in others:
        counts = [
            f"{(table[method] > table[first]).sum()} / {(table[method] < table[first]).sum()}"
            for table in (slices, patients)
        ]
        p = stats.wilcoxon(patients[method], patients[first]).pvalue
        lines.append(f"| {method} | {counts[0]} | {counts[1]} | {shown(p)} |")
    trained = pd.read_csv(results / "thresholds.csv").groupby("network", sort=False)["median_train_dice"]
    text = "; ".join(f"{network} {', '.join(f'{value:.2f}' for value in values)}" for network, values in trained)
    return [*lines, "", f"Median Dice on their own training slices, fold by fold: {text}."]


def main(results: str, study: str) -> None:
    name, config = Path(study).stem, yaml.safe_load((ROOT / study).read_text())
    phantom = "phantom" in config["cohort"]
    tables = ROOT / results / "tables"
    table, wilcoxon, f_test = (pd.read_csv(tables / f"{part}.csv") for part in ("median_dice", "wilcoxon", "f_test"))
    if phantom:
        more = as_markdown(ROOT / results, config["seed"])
    else:
        more = [*on_the_scans(ROOT / results, str(ROOT / config["cohort"]["mask"])), "", *against_first(ROOT / results)]
        more += ["", *as_markdown(ROOT / results, None)]
        shutil.copy(ROOT / results / "figures/box_plots.png", PAGE.parent / f"{name}-box-plots.png")
        more += ["", f"![Dice of the methods as box plots, the paper's medians beside them]({name}-box-plots.png)"]
    lines = [
        f"**{'Phantom results' if phantom else 'Real scans'}**, `make run STUDY={study}`, {date.today()}, on {machine()}.",
        "Median Dice per slice and its standard deviation, the paper's in brackets; the paper's folds hold other patients.",
        "",
        *medians(table),
        "",
        *tests(wilcoxon, f_test),
        "",
        *more,
    ]
    write_between(PAGE, name, "\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
