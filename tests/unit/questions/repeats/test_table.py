"""The spread of medians over runs, by hand."""

import numpy as np
import pandas as pd
import pytest

from oneclick.common.errors import UserError
from oneclick.questions.repeats.figure import write_repeat_tables
from oneclick.questions.repeats.table import collapsed, in_words, medians_of_runs, pairs, spread
from oneclick.report.marks import Notices

# Dice of three slices, the first in test set 1, by method and run; overall medians are the middle ones.
DICE = {
    ("CNNonly", 1): (0.5, 0.6, 0.1), ("CNNonly", 2): (0.4, 0.9, 0.8), ("CNNonly", 3): (0.6, 0.5, 0.7),
    ("cm1CNN", 1): (0.7, 0.9, 0.2), ("cm1CNN", 2): (0.8, 0.6, 0.7), ("cm1CNN", 3): (0.6, 0.1, 0.9),
}  # fmt: skip


def scores() -> pd.DataFrame:
    rows = [
        (method, run, patient, number, fold, dice)
        for (method, run), values in DICE.items()
        for (patient, number, fold), dice in zip((("007", 1, 1), ("b", 1, 2), ("b", 2, 2)), values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["method", "run", "patient", "slice", "fold", "dice"])


def test_the_spread_of_the_medians_is_that_by_hand():
    table = spread(medians_of_runs(scores())).set_index(["method", "test_set"])
    assert table.index.tolist() == [(m, s) for m in ("CNNonly", "cm1CNN") for s in ("1", "2", "all")]
    # medians of CNNonly: 0.5, 0.8, 0.6; of cm1CNN: 0.7, 0.7, 0.6
    columns = ["n_slices", "n_patients", "n_runs", "study_median_dice"]
    columns += ["lowest", "median", "highest", "sd", "paper_median_dice"]
    expected = [3, 2, 3, 0.5, 0.5, 0.6, 0.8, np.sqrt(0.07 / 3), 0.535]
    np.testing.assert_allclose(table.loc[("CNNonly", "all"), columns].astype(float), expected)
    expected = [3, 2, 3, 0.7, 0.6, 0.7, 0.7, np.sqrt(0.01 / 3), 0.708]
    np.testing.assert_allclose(table.loc[("cm1CNN", "all"), columns].astype(float), expected)
    # test set 2 of CNNonly: means of two slices 0.35, 0.85, 0.6
    found = table.loc[("CNNonly", "2"), ["n_slices", "study_median_dice", "lowest", "median", "highest"]].astype(float)
    np.testing.assert_allclose(found, [2, 0.35, 0.35, 0.6, 0.85])


def test_pairs_are_compared_run_by_run():
    # cm1CNN minus CNNonly: 0.2, -0.1, 0.0
    (row,) = pairs(medians_of_runs(scores())).to_dict("records")
    assert (row["method_a"], row["method_b"]) == ("cm1CNN", "CNNonly")
    assert (row["n_runs"], row["n_above"], row["n_equal"]) == (3, 1, 1)
    assert (row["lowest_difference"], row["highest_difference"]) == pytest.approx((-0.1, 0.2))


@pytest.mark.parametrize(
    "above, equal, words",
    [
        ((3, 0), (0, 0), "2 of 2 pairs of methods have the same order in all runs."),
        ((3, 1), (0, 0), "1 of 2 pairs of methods have the same order in all runs; the order depends on the initial "
         "weights for C and A."),
        ((0, 2), (1, 1), "0 of 2 pairs of methods have the same order in all runs; the order depends on the initial "
         "weights for B and A, C and A."),
    ],
)  # fmt: skip
def test_the_sentence_names_the_pairs_whose_order_is_not_certain(above, equal, words):
    table = pd.DataFrame({"method_a": ["B", "C"], "method_b": "A", "n_runs": 3, "n_above": above, "n_equal": equal})
    assert in_words(table) == words


def test_one_run_has_no_spread():
    with pytest.raises(UserError, match="one run has no spread"):
        medians_of_runs(scores().query("run == 1"))


def test_collapsed_trainings_are_named():
    table = pd.DataFrame({"network": ["plain"] * 2, "run": [1, 3], "fold": [1, 2], "median_train_dice": [0.4, 0.0]})
    assert "plain, run 3, test set 2" in collapsed(table) and "run 1" not in collapsed(table)
    assert collapsed(table[:1]) == ""


def test_the_page_says_what_was_found(tmp_path):
    scores().to_csv(tmp_path / "scores.csv", index=False)
    (tmp_path / "thresholds.csv").write_text("network,run,fold,threshold,median_train_dice\nplain,2,1,0.1,0\n")
    out = [str(tmp_path / name) for name in ("m.csv", "p.csv", "page.html", "f.png", "f.svg")]
    write_repeat_tables(str(tmp_path / "scores.csv"), str(tmp_path / "thresholds.csv"), *out, Notices(phantom=True))
    text = (tmp_path / "page.html").read_text()
    assert "depends on the initial weights for cm1CNN and CNNonly" in text and "plain, run 2, test set 1" in text
    assert "1 of 3" in text and "&minus;0.100 to 0.200" in text and "Phantom cohort" in text
    assert pd.read_csv(tmp_path / "m.csv", dtype={"test_set": str})["test_set"].tolist() == ["1", "2", "all"] * 2
    assert (tmp_path / "f.png").stat().st_size > 10_000 and "3 runs of each network" in (tmp_path / "f.svg").read_text()
