"""What a real click is worth: Dice of finished methods with the clicks of readers, beside random, centre and simulated
ones."""

from collections.abc import Mapping, Sequence

import pandas as pd

from oneclick.clicks.kinds import is_readers, reader_of
from oneclick.evaluation.by_patient import pair_table
from oneclick.other_clicks.answers import medians, table_of_methods

PAIRED = (
    "method", "method_a", "method_b", "median_difference", "ci_low", "ci_high", "rank_biserial", "higher", "lower",
    "clustered_p", "clustered_p_holm", "permutation_p", "permutation_p_holm",
)  # fmt: skip


def with_readers_mean(answers: pd.DataFrame, readings: pd.DataFrame, together: str) -> pd.DataFrame:
    """The answers (method, patient, slice, clicked, dice) on the patients that were read: of each reader those of the
    patients whom that reader read, and, clicked by all readers ``together``, the mean over those of a slice.

    ``readings``: reader and patient, of first readings. A slice that a reader did not click has an empty click matrix.
    """
    read = set(readings.loc[readings["repeat"] == 0, ["reader", "patient"]].itertuples(index=False, name=None))
    patients = {patient for _, patient in read}
    answers = answers[answers["patient"].isin(patients)]
    own = [
        not is_readers(kind) or (reader_of(kind), patient) in read
        for kind, patient in zip(answers["clicked"], answers["patient"], strict=True)
    ]
    answers = answers.loc[own, ["method", "patient", "slice", "clicked", "dice"]]
    of_readers = answers[[is_readers(kind) for kind in answers["clicked"]]]
    mean = of_readers.groupby(["method", "patient", "slice"], sort=False, as_index=False)["dice"].mean()
    others = answers[[not is_readers(kind) for kind in answers["clicked"]]]
    return pd.concat([mean.assign(clicked=together), others, of_readers], ignore_index=True)[list(answers.columns)]


def worth_table(answers: pd.DataFrame, made_for: Mapping[str, Sequence[str]], seed: int) -> pd.DataFrame:
    """A row for each method and kind of click: the columns of :func:`answers.table_of_methods`, clicked, then as
    :func:`answers.medians` without the loss; ``answers`` as of :func:`with_readers_mean`."""

    def statistics(part: pd.DataFrame) -> pd.DataFrame:
        order = list(dict.fromkeys(part["clicked"]))
        wide = part.pivot(index=["patient", "slice"], columns="clicked", values="dice")[order]
        return medians(wide, seed, "readers").drop(columns="loss")

    return table_of_methods(answers, made_for, statistics)


def paired_table(answers: pd.DataFrame, together: str, seed: int) -> pd.DataFrame:
    """The clicks of readers ``together`` against each simulated kind, paired by slice and tested by patients: for each
    method the rows of :func:`by_patient.pair_table` with method_a and method_b the kinds of click, Holm's correction being
    for all pairs of these kinds."""
    kinds = [kind for kind in dict.fromkeys(answers["clicked"]) if kind == together or not is_readers(kind)]
    tables = []
    for method, part in answers[answers["clicked"].isin(kinds)].groupby("method", sort=False):
        pairs = pair_table(part.assign(method=part["clicked"]), seed)
        turned = pairs.rename(columns={"method_a": "method_b", "method_b": "method_a", "higher": "lower", "lower": "higher"})
        turned = turned.assign(
            # less than 0.0, for nobody writes -0.000
            median_difference=0.0 - pairs["median_difference"],
            ci_low=0.0 - pairs["ci_high"],
            ci_high=0.0 - pairs["ci_low"],
            rank_biserial=-pairs["rank_biserial"],
        )
        both = pd.concat([pairs, turned])
        both = both[both["method_a"] == together].sort_values("method_b", key=lambda names: names.map(kinds.index))
        tables.append(both.assign(method=method))
    return pd.concat(tables, ignore_index=True)[list(PAIRED)]
