import numpy as np
import pandas as pd
import pytest

from oneclick.questions.effort.figure import sentence, whence
from oneclick.questions.effort.table import (
    BY_HAND,
    EVERY_SLICE,
    NO_CLICK,
    PER_LESION,
    Effort,
    corrected,
    effort_table,
    frontier,
)

MODEL = Effort(2, 30, 60, 1.0, (25, 50))


def test_the_frontier_by_hand():
    seconds = [0, 10, 10, 20, 30, 40]
    dice = [0.5, 0.6, 0.7, 0.7, 0.8, 0.75]
    # (10, 0.6) and (20, 0.7) lose to (10, 0.7), (40, 0.75) to (30, 0.8)
    assert frontier(seconds, dice).tolist() == [True, False, True, False, True, False]


def test_equal_points_share_the_frontier():
    assert frontier([5, 5, 6], [0.7, 0.7, 0.7]).tolist() == [True, True, False]


def test_the_worst_slices_are_corrected_and_better_ones_stay():
    after, n = corrected(np.array([0.9, 0.1, 0.5, 0.7]), 50, 1.0)
    assert n == 2 and sorted(after) == [0.7, 0.9, 1, 1]
    after, n = corrected(np.array([0.9, 0.1, 0.5, 0.7]), 100, 0.6)
    assert n == 4 and sorted(after) == [0.6, 0.6, 0.7, 0.9]
    assert corrected(np.full(10, 0.5), 11, 1.0)[1] == 2  # rounded up
    assert corrected(np.full(10, 0.5), 30, 1.0)[1] == 3  # not 4 for a rounding error


def scores(method: str, *dice: float) -> pd.DataFrame:
    return pd.DataFrame({"method": method, "patient": ["a", "a", "b", "b"], "slice": [1, 2, 1, 2], "dice": dice})


def test_seconds_and_dice_of_each_way():
    study = pd.concat([scores("plain", 0.2, 0.4, 0.6, 0.8), scores("click", 0.6, 0.8, 0.8, 0.8)])
    table = effort_table(study, scores("click", 0.4, 0.6, 0.8, 0.8), {"plain": 0, "click": 5}, 3, MODEL)
    rows = table.set_index(["use", "corrected_percent"])
    assert rows.index.tolist() == [
        *((use, percent) for use in (NO_CLICK, EVERY_SLICE, PER_LESION) for percent in (0, 25, 50)), (BY_HAND, 100),
    ]  # fmt: skip
    # two patients; of 4 slices 25 % is one: 30 s / 2
    assert rows.loc[NO_CLICK, "seconds"].tolist() == [0, 15, 30]
    assert rows.loc[EVERY_SLICE, "seconds"].tolist() == [5, 20, 35]
    assert rows.loc[PER_LESION, "seconds"].tolist() == [3, 18, 33]
    assert rows.loc[(BY_HAND, 100), ["seconds", "median_dice", "mean_dice"]].tolist() == [120, 1, 1]
    assert rows.loc[(PER_LESION, 0), "clicks"] == 1.5
    assert rows.loc[NO_CLICK, "median_dice"].tolist() == pytest.approx([0.5, 0.7, 0.9])
    assert rows.loc[PER_LESION, "median_dice"].tolist() == pytest.approx([0.7, 0.8, 0.9])
    assert rows.loc[EVERY_SLICE, "mean_dice"].tolist() == pytest.approx([0.75, 0.85, 0.9])
    # medians: 0 s 0.5, 3 s 0.7, 5 s 0.8, 30 s 0.9, 120 s 1; 0.7 at 15 s, 0.8 at 18 and 20 s, 0.9 at 33 and 35 s lose
    assert table.loc[table["frontier"], "seconds"].tolist() == [0, 30, 5, 3, 120]


def test_what_to_do_in_words():
    table = effort_table(scores("m", 0, 0, 0, 0), scores("m", 0, 0, 0, 0).iloc[:0], {"m": 4}, 0, MODEL)
    assert [sentence(row) for _, row in table.iterrows()] == [
        "m, a click on every slice",
        "m, a click on every slice, then correct the worst 25 %",
        "m, a click on every slice, then correct the worst 50 %",
        "draw all contours by hand",
    ]


def test_the_page_says_whether_the_seconds_of_a_click_are_assumed_or_measured():
    assert whence("assumed") == "These are settings (effort), not measurements."
    assert whence("measured: 3 readers, 20 patients, 612 clicks").startswith(
        "The seconds of a click: measured: 3 readers, 20"
    )
