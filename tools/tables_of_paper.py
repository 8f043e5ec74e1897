"""The paper's tables of a finished study beside the paper's own, and the methods compared by patients, in Markdown."""

import nibabel as nib
import numpy as np
import pandas as pd
from digests import ROOT
from failures import as_markdown
from finished import Finished, and_papers, interval, markdown, number, p_value, with_interval
from scipy import stats

from oneclick.evaluation.claims import standing

FEW_PAIRS = 10
"""Pairs that are all shown: those of five methods. Of more methods, each is shown against the first."""


def medians(table: pd.DataFrame) -> list[str]:
    """Medians by test set and over all, and SDs: ours, and the paper's in brackets where it has them."""
    methods, rows = list(dict.fromkeys(table["method"])), []
    for test_set, part in table.groupby("test_set", sort=False):
        part = part.set_index("method").loc[methods]
        n = f"{part['n_slices'].iloc[0]} / {part['n_patients'].iloc[0]}"
        rows.append([test_set, n, *_beside(part["median_dice"], part["paper_median_dice"])])
        if test_set == "all":
            rows.append(["SD", "", *_beside(part["sd_dice"], part["paper_sd_dice"])])
    return markdown(["test set", "slices / patients", *methods], rows)


def _beside(ours: pd.Series, papers: pd.Series) -> list[str]:
    return [and_papers(number(a), number(b)) for a, b in zip(ours, papers, strict=True)]


def tests(wilcoxon: pd.DataFrame, f_test: pd.DataFrame) -> list[str]:
    """p-values of the paper's two tests for each of its pairs: ours, and the paper's in brackets."""
    both = wilcoxon.merge(f_test, on=["method_a", "method_b"], suffixes=("_w", "_f"))
    rows = [
        (
            f"{row.method_a} against {row.method_b}",
            and_papers(p_value(row.p_value_w), p_value(row.paper_p_value_w)),
            and_papers(p_value(row.p_value_f), p_value(row.paper_p_value_f)),
        )
        for row in both.dropna(subset="paper_p_value_w").itertuples()
    ]
    return markdown(["pair", "Wilcoxon p (paper)", "F-test p (paper)"], rows) if rows else []


def by_patients(methods: pd.DataFrame, pairs: pd.DataFrame) -> list[str]:
    """Medians with intervals when patients are drawn, then pairs of methods: all of :data:`FEW_PAIRS`, else those with the
    first method."""
    first = methods["method"].iloc[0]
    lines = markdown(
        ["method", "median Dice (95 % interval)"],
        ((row.method, with_interval(row.median_dice, row.ci_low, row.ci_high)) for row in methods.itertuples()),
    )
    shown = pairs if len(pairs) <= FEW_PAIRS else pairs[(pairs["method_a"] == first) | (pairs["method_b"] == first)]
    rows = (
        (
            f"{row.method_a} against {row.method_b}",
            with_interval(row.median_difference, row.ci_low, row.ci_high),
            f"{row.higher} / {row.lower}",
            p_value(row.clustered_p_holm),
            number(row.variance_ratio, 2),
            p_value(row.variance_permutation_p_holm),
        )
        for row in shown.itertuples()
    )
    head = ["pair", "median difference (95 %)", "patients higher / lower", "p", "ratio of variances", "p of variances"]
    if len(shown) == 0:
        return lines
    said = f"p by patients, with Holm's correction over all {len(pairs)} pairs of methods."
    return [*lines, "", *markdown(head, rows), "", said]


def claims(table: pd.DataFrame) -> list[str]:
    """What became of each of the paper's claims, by patients."""
    rows = []
    for claim, part in table.groupby("claim", sort=False):
        rows.append((claim, part["section"].iloc[0], standing(list(part["verdict"]))))
    return markdown(["the paper's claim", "in the paper", "here, by patients"], rows)


def repeats(table: pd.DataFrame) -> list[str]:
    """Medians of all slices over several trainings of each network."""
    table = table[table["test_set"] == "all"]
    rows = []
    for row in table.itertuples():
        median = and_papers(number(row.median), number(row.paper_median_dice))
        rows.append((row.method, median, interval(row.lowest, row.highest), number(row.sd)))
    n = table["n_runs"].iloc[0]
    return markdown(["method", f"median of {n} trainings (paper)", "lowest to highest", "SD of trainings"], rows)


def on_the_scans(study: Finished, mask: str) -> list[str]:
    """Dice of the exported masks on the voxels of the scans, and how far it is from that of the scores on pixels.

    ``mask``: path pattern of the true masks, whose slices are transaxial along the third axis.
    """
    scores = study.csv("scores.csv")
    native = []
    for (method, patient), part in scores.groupby(["method", "patient"], sort=False):
        paths = (study.path(f"masks/{method}") / f"{patient}.nii.gz", mask.replace("{patient}", patient))
        found, truth = (np.asarray(nib.load(path).dataobj)[:, :, part["slice"]] > 0 for path in paths)
        overlap = 2 * (found & truth).sum((0, 1)) / (found.sum((0, 1)) + truth.sum((0, 1)))
        native.append(pd.Series(overlap, index=part.index))
    scores["native"] = pd.concat(native)
    rows = []
    for method, part in scores.groupby("method", sort=False):
        apart = (part["native"] - part["dice"]).abs()
        cells = [part["dice"].median(), part["native"].median(), apart.median(), apart.quantile(0.95)]
        rows.append((method, *map(number, cells)))
    return markdown(
        ["method", "median Dice on pixels", "on voxels", "median difference of a slice", "95 % of slices within"], rows
    )


def against_first(scores: pd.DataFrame) -> list[str]:
    """Each method against the first: on how many slices, and for how many patients by their median, its Dice is higher and
    lower; Wilcoxon's p of the patients' medians."""
    slices = scores.pivot(index=["patient", "slice"], columns="method", values="dice")
    patients = slices.groupby(level="patient").median()
    first, *others = dict.fromkeys(scores["method"])
    rows = []
    for method in others:
        counts = [
            f"{(table[method] > table[first]).sum()} / {(table[method] < table[first]).sum()}"
            for table in (slices, patients)
        ]
        same = (patients[method] == patients[first]).all()
        rows.append((method, *counts, "" if same else p_value(stats.wilcoxon(patients[method], patients[first]).pvalue)))
    return markdown([f"against {first}", "slices better / worse", "patients better / worse", "p of patients' medians"], rows)


def on_training_slices(thresholds: pd.DataFrame) -> str:
    """The median Dice of each network on its own training slices, a sentence."""
    of_networks = thresholds.groupby("network", sort=False)["median_train_dice"]
    text = "; ".join(f"{network} {', '.join(f'{value:.2f}' for value in values)}" for network, values in of_networks)
    return f"Median Dice on their own training slices, fold by fold: {text}."


def failures(study: Finished) -> list[str]:
    """How methods fail; of a phantom, whose anatomy is known, also in the brain."""
    for name in ("slices.csv", "masks.npy", "scores.csv"):
        study.path(name)
    for method in study.settings["methods"]:
        study.path(f"segmentations/{method}.npy")
    # Of pixels of a given size the anatomy would have to be drawn anew.
    phantom = study.settings["cohort"]["phantom"] if study.phantom and not study.settings["preprocess"]["spacing"] else None
    return as_markdown(study.folder, study.settings["seed"] if phantom else None, phantom and phantom["slices"])


def section(study: Finished) -> list[str]:
    """The part of a page that has the paper's tables."""
    median_dice, scores = study.table("median_dice"), study.csv("scores.csv")
    lines = [
        "### By slices, as in the paper",
        "",
        "Median Dice per slice and its standard deviation, the paper's in brackets.",
    ]
    if median_dice["paper_median_dice"].notna().any():
        lines += ["The paper's folds hold other patients."]
    lines += ["", *medians(median_dice), ""]
    lines += [*tests(study.table("wilcoxon"), study.table("f_test")), ""]
    lines += study.picture("box_plots", "Dice of the methods as box plots, the paper's medians beside them")
    lines += ["### By patients", ""]
    lines += [*by_patients(study.table("by_patient_methods"), study.table("by_patient_pairs")), ""]
    lines += study.picture("medians", "medians by patients of the methods, with 95 % intervals")
    if study.asked("claims") and len(verdicts := study.table("claims")):
        lines += ["### The paper's claims", "", *claims(verdicts), ""]
    if study.asked("repeats"):
        lines += [
            "### Trained again from other initial weights",
            "",
            "The tables above are those of the first training.",
            "",
        ]
        lines += [*repeats(study.table("repeats")), ""]
        lines += study.picture("repeats", "median Dice of each training")
    lines += ["### How methods fail", "", *failures(study), ""]
    if study.settings["networks"]:
        lines += [on_training_slices(study.csv("thresholds.csv")), ""]
    lines += [*against_first(scores), ""]
    if mask := study.settings["cohort"].get("mask"):
        lines += ["### On the scans' own voxels", "", *on_the_scans(study, str(ROOT / mask)), ""]
    return lines
