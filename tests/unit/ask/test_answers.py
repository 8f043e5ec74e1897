import pandas as pd
import pytest

from oneclick.ask.answers import by_place, made_for, medians, read_answers
from oneclick.common.errors import UserError
from oneclick.questions.cross.figure import draw_cross, write_cross_table
from oneclick.questions.cross.table import cross_table
from oneclick.questions.misses.figure import draw_misses, write_miss_table
from oneclick.questions.misses.table import miss_table

KINDS = {"m": ["center", "none"], "k": ["none", "random"], "b": ["center", "random"]}


def cross_answers() -> pd.DataFrame:
    """Each method has a Dice of its own with each kind of click, patient b 0.2 more than a, and c 0.4."""
    dice = {("m", "random"): 0.3, ("m", "center"): 0.5, ("k", "random"): 0.4, ("k", "center"): 0.6, ("b", "random"): 0.1,
            ("b", "center"): 0.2}  # fmt: skip
    rows = [
        (method, patient, number, kind, value + more)
        for (method, kind), value in dice.items()
        for patient, more in (("a", 0.0), ("b", 0.2), ("c", 0.4))
        for number in (1, 2)
    ]
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "clicked", "dice"])


def miss_answers() -> pd.DataFrame:
    """Two slices of each of two patients; slice 2 of patient b has no other side."""
    rows = []
    for patient, more in (("a", 0.0), ("b", 0.2)):
        for number in (1, 2):
            rows.append(("m", patient, number, "own place", 0.5 + more, 0.1, 0))
            rows.append(("m", patient, number, "air", 0.2, number, number - 1))
            if (patient, number) != ("b", 2):
                rows.append(("m", patient, number, "other side", 0.1, 0.0, 0))
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "place", "dice", "false_ml", "false_components"])


def test_tables_are_joined_in_the_order_of_the_methods(tmp_path):
    pd.DataFrame({"method": ["b", "a"], "patient": ["007", "NA"], "n": [1, 2]}).to_csv(tmp_path / "x.csv", index=False)
    pd.DataFrame({"method": ["c", "c"], "patient": ["1", "2"], "n": [3, 4]}).to_csv(tmp_path / "y.csv", index=False)
    found = read_answers([tmp_path / "x.csv", tmp_path / "y.csv"], ["c", "a", "b"])
    assert found["n"].tolist() == [3, 4, 2, 1] and found["patient"].tolist() == ["1", "2", "NA", "007"]
    with pytest.raises(UserError, match="no method of this study has a click that could be moved"):
        read_answers([], [])


def test_the_loss_is_that_of_the_slices_that_have_the_place():
    found = medians(by_place(miss_answers(), "place"), 1, "x").set_index("place")
    assert found["n_slices"].to_dict() == {"own place": 4, "air": 4, "other side": 3}
    assert found["median_dice"].to_dict() == pytest.approx({"own place": 0.6, "air": 0.2, "other side": 0.1})
    # a 0.5, 0.5, b 0.7 have another side: their own median is 0.5
    assert found["loss"].to_dict() == pytest.approx({"own place": 0, "air": 0.4, "other side": 0.4})


def test_the_cross_table_says_what_a_method_was_made_for():
    table = cross_table(cross_answers(), KINDS, 1).set_index(["method", "clicked"])
    assert table["median_dice"].to_dict() == pytest.approx(
        {("m", "random"): 0.5, ("m", "center"): 0.7, ("k", "random"): 0.6, ("k", "center"): 0.8, ("b", "random"): 0.3,
         ("b", "center"): 0.4}
    )  # fmt: skip
    assert table["own"][table["own"]].index.tolist() == [("m", "center"), ("k", "random")]  # b needs two kinds at once
    assert set(table[table["oracle"]].index.get_level_values("clicked")) == {"center"}
    assert table.loc[("b", "random"), ["network_clicks", "keep"]].tolist() == ["center", "random"]
    # three patients, 27 draws: the extreme cohorts hold one patient three times
    limits = table.loc[("m", "random"), ["median_dice", "ci_low", "ci_high", "n_slices", "n_patients"]].tolist()
    assert limits == pytest.approx([0.5, 0.3, 0.7, 6, 3])


def test_misses_have_mean_volumes_and_the_share_of_slices_with_a_false_component():
    table = miss_table(miss_answers(), KINDS, 1).set_index("place")
    assert table["mean_false_ml"].to_dict() == pytest.approx({"own place": 0.1, "air": 1.5, "other side": 0})
    assert table["false_component_share"].to_dict() == {"own place": 0, "air": 0.5, "other side": 0}
    assert table.loc["air", ["false_ml_low", "false_ml_high"]].tolist() == [1.5, 1.5]  # patients are alike
    assert table["loss"]["own place"] == 0
    assert table[["method", "network_clicks", "keep"]].drop_duplicates().to_numpy().tolist() == [["m", "center", "none"]]


def test_pages_and_figures_name_oracles(tmp_path):
    cross_answers().to_csv(tmp_path / "cross.csv", index=False)
    miss_answers().to_csv(tmp_path / "misses.csv", index=False)
    out = [tmp_path / name for name in ("t.csv", "t.html", "t.png", "t.svg")]
    write_cross_table([tmp_path / "cross.csv"], KINDS, 1, *out, phantom=True)
    page = out[1].read_text()
    assert "<th>center\u2020</th>" in page and "<b>0.700 (0.500 to 0.900)</b>" in page
    assert "trained on center\u2020, keeps random" in page and "Phantom" in page
    write_miss_table([tmp_path / "misses.csv"], KINDS, 1, *out, phantom=False)
    page = out[1].read_text()
    assert "trained on center\u2020" in page and "<td>50.0 %</td>" in page and "Phantom" not in page


def test_the_heat_map_frames_a_methods_own_kind():
    fig = draw_cross(cross_table(cross_answers(), KINDS, 1))
    ax = fig.axes[0]
    frames = [(round(patch.get_x() + 0.5), round(patch.get_y() + 0.5)) for patch in ax.patches]
    assert frames == [(1, 0), (0, 1)]  # m with center, k with random
    assert [label.get_text() for label in ax.get_xticklabels()] == ["random", "center\u2020"]
    assert ax.images[0].get_array().ravel().tolist() == pytest.approx([0.5, 0.7, 0.6, 0.8, 0.3, 0.4])


def test_the_figure_of_misses_says_how_many_slices_have_the_place():
    labels = [label.get_text() for label in draw_misses(miss_table(miss_answers(), KINDS, 1)).axes[0].get_yticklabels()]
    assert labels == ["own place\n(n = 4)", "other side\n(n = 3)", "air\n(n = 4)"]


def test_what_a_method_was_made_for():
    assert made_for("center", "none") == "trained on center\u2020"
    assert made_for("random", "center") == "trained on random, keeps center\u2020"
    assert made_for("classical", "human") == "grows from human"
