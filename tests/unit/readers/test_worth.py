import pandas as pd
import pytest

from oneclick.readers.worth import paired_table, with_readers_mean, worth_table

READINGS = pd.DataFrame(
    [("R1", "A", 0), ("R2", "A", 0), ("R1", "B", 0), ("R2", "B", 1), ("R1", "C", 0)], columns=["reader", "patient", "repeat"]
)


def answers(**dice):
    """Of one method: the Dice of the slices 1 and 2 of patients A, B, C and D by kind of click."""
    rows = [
        ("cm1CNN", patient, number + 1, kind.replace("_", "-"), value)
        for kind, values in dice.items()
        for patient, of_patient in zip("ABCD", values, strict=True)
        for number, value in enumerate(of_patient)
    ]
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "clicked", "dice"])


ANSWERS = answers(
    random=[(0.5, 0.6), (0.5, 0.5), (0.4, 0.4), (0.1, 0.1)],
    center=[(0.9, 0.9), (0.9, 0.9), (0.9, 0.9), (0.9, 0.9)],
    reader_R1=[(0.6, 0.8), (0.7, 0.7), (0.5, 0.5), (0.0, 0.0)],
    reader_R2=[(0.8, 0.8), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)],
)
MADE_FOR = {"cm1CNN": ("center", "none")}


def test_only_what_a_reader_read_counts_and_the_mean_is_over_those_who_read():
    found = with_readers_mean(ANSWERS, READINGS, "readers")
    wide = found.pivot(index=["patient", "slice"], columns="clicked", values="dice")
    assert set(wide.index.get_level_values("patient")) == {"A", "B", "C"}  # nobody read D
    assert wide["reader-R2"].dropna().tolist() == [0.8, 0.8]  # B was only the second reading
    assert wide["readers"].tolist() == pytest.approx([0.7, 0.8, 0.7, 0.7, 0.5, 0.5])


def test_medians_of_each_kind():
    table = worth_table(with_readers_mean(ANSWERS, READINGS, "readers"), MADE_FOR, seed=1).set_index("clicked")
    assert list(table.index) == ["readers", "random", "center", "reader-R1", "reader-R2"]
    assert table["median_dice"].tolist() == pytest.approx([0.7, 0.5, 0.9, 0.65, 0.8])
    assert table["n_slices"].tolist() == [6, 6, 6, 6, 2] and table.at["reader-R2", "n_patients"] == 1
    assert (table["network_clicks"] == "center").all()


def test_pairs_are_of_the_readers_together_against_the_others():
    """Readers less random: 0.2 0.2 0.2 0.2 0.1 0.1; less center: -0.2 -0.1 -0.2 -0.2 -0.4 -0.4."""
    table = paired_table(with_readers_mean(ANSWERS, READINGS, "simulated readers"), "simulated readers", seed=1)
    assert (table["method_a"] == "simulated readers").all() and set(table["method_b"]) == {"random", "center"}
    of = table.set_index("method_b")
    assert of["median_difference"].to_dict() == pytest.approx({"random": 0.2, "center": -0.2})
    assert (of.at["random", "higher"], of.at["random", "lower"]) == (3, 0)
    assert (of.at["center", "higher"], of.at["center", "lower"]) == (0, 3)
    assert (of["ci_low"] <= of["median_difference"]).all() and (of["median_difference"] <= of["ci_high"]).all()
    assert of.at["center", "rank_biserial"] == -1 and of.at["random", "rank_biserial"] == 1
