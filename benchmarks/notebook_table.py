"""What `notebook_way.py` found, as tables: seconds, medians, and whether Dice is equal."""

import pandas as pd
from scipy import stats

MARGIN = 0.01
STAGES = (
    "masks and slices",
    "clicks",
    "training",
    "prediction",
    "thresholds",
    "methods and scores",
    "tests and figures",
)
NETWORK = {"CNNonly": "plain", "CNNrand": "plain", "CNNcm": "plain", "rand1CNN": "random", "cm1CNN": "center"}


def seconds(notebook: dict[str, float], jobs: dict[str, float], wall: float, name: str) -> list[str]:
    """Seconds by stage: of the notebook's process, and of this workflow's jobs, of which two run at a time. Then from start
    to finish, and the same as if the notebook's loops for thresholds took no time, for they could be written better."""
    total = sum(notebook.values())
    lines = [f"| seconds | the notebook's way | {name} (its jobs) |", "| --- | --- | --- |"]
    for stage in STAGES:
        lines.append(f"| {stage} | {notebook.get(stage, 0):.0f} | {f'{jobs[stage]:.0f}' if stage in jobs else ''} |")
    lines.append(f"| start to finish | **{total:.0f}** | **{wall:.0f}**, {total / wall:.1f} times as fast |")
    quick = total - notebook.get("thresholds", 0)
    lines.append(
        f"| the same without the notebook's thresholds | {quick:.0f} | {wall:.0f}, {quick / wall:.1f} times as fast |"
    )
    return lines


def medians(dice: pd.DataFrame, name: str) -> list[str]:
    """Median Dice of all slices by method, both ways. ``dice``: columns way, method, fold, patient, slice, dice."""
    found = dice.groupby(["way", "method"], sort=False)["dice"].median()
    lines = [f"| median Dice | the notebook's way | {name} (difference) |", "| --- | --- | --- |"]
    for method in NETWORK:
        one, other = found["notebook", method], found[name, method]
        lines.append(f"| {method} | {one:.3f} | {other:.3f} ({other - one:+.3f}) |")
    return lines


def differences(dice: pd.DataFrame, name: str) -> dict[str, pd.Series]:
    """This workflow's Dice minus the notebook's, three ways: of the medians of each fold and method; of these, the mean of
    the methods that share a network; of each patient, the mean of its slices and methods."""
    keys = ["method", "fold", "patient", "slice"]
    both = dice.pivot(index=keys, columns="way", values="dice").reset_index()
    assert both[[name, "notebook"]].notna().all(axis=None), "the two ways scored other slices"
    folds = both.groupby(["fold", "method"])[["notebook", name]].median()
    by_pair = folds[name] - folds["notebook"]
    network = by_pair.index.get_level_values("method").map(NETWORK)
    by_training = by_pair.groupby([by_pair.index.get_level_values("fold"), network]).mean()
    by_patient = (both[name] - both["notebook"]).groupby(both["patient"]).mean()
    return {"fold and method": by_pair, "training (fold and network)": by_training, "patient": by_patient}


def interval(values: pd.Series) -> tuple[float, float]:
    """The 95 % interval of a mean, by Student's t."""
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
    return values.mean() - half, values.mean() + half


def equality(dice: pd.DataFrame, name: str) -> list[str]:
    """Mean differences with their intervals, and what they are over."""
    lines = [
        f"| Dice, {name} minus the notebook's way | pairs | mean difference | 95 % interval | SD | within +-{MARGIN} |",
        "| --- " * 6 + "|",
    ]
    words = {"fold and method": "medians of a fold's slices, by fold and method"}
    words |= {"training (fold and network)": "the same, averaged over the methods of a network, by training"}
    words |= {"patient": "mean of a patient's slices and methods, by patient"}
    for unit, values in differences(dice, name).items():
        low, high = interval(values)
        inside = "yes" if max(-low, high) < MARGIN else "no"
        cells = [f"{len(values)}", f"{values.mean():+.4f}", f"{low:+.4f} to {high:+.4f}", f"{values.std():.3f}", inside]
        lines.append(f"| {words[unit]} | {' | '.join(cells)} |")
    return [
        *lines,
        "",
        "The first interval is over folds and methods, as was asked. Three methods share a network, and all methods of a",
        "fold its patients, so these pairs are not independent. The second is over trainings: what luck in training does.",
        "The third is over patients: what other patients could give with these very networks. All are of one cohort.",
    ]
