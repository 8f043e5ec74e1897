import pandas as pd
import pytest

from oneclick.other_clicks.answers import by_place, medians
from oneclick.questions.misses.figure import draw_misses, write_miss_table
from oneclick.questions.misses.table import miss_table
from oneclick.report.marks import Notices

MADE_FOR = {"m": ["center", "none"]}


def answers() -> pd.DataFrame:
    """Two slices of each of two patients; slice 2 of patient b has no other side."""
    rows = []
    for patient, more in (("a", 0.0), ("b", 0.2)):
        for number in (1, 2):
            rows.append(("m", patient, number, "own place", 0.5 + more, 0.1, 0))
            rows.append(("m", patient, number, "air", 0.2, number, number - 1))
            if (patient, number) != ("b", 2):
                rows.append(("m", patient, number, "other side", 0.1, 0.0, 0))
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "place", "dice", "false_ml", "false_components"])


def test_the_loss_is_that_of_the_slices_that_have_the_place():
    found = medians(by_place(answers(), "place"), 1, "x").set_index("place")
    assert found["n_slices"].to_dict() == {"own place": 4, "air": 4, "other side": 3}
    assert found["median_dice"].to_dict() == pytest.approx({"own place": 0.6, "air": 0.2, "other side": 0.1})
    # a 0.5, 0.5, b 0.7 have another side: their own median is 0.5
    assert found["loss"].to_dict() == pytest.approx({"own place": 0, "air": 0.4, "other side": 0.4})


def test_misses_have_mean_volumes_and_the_share_of_slices_with_a_false_component():
    table = miss_table(answers(), MADE_FOR, 1).set_index("place")
    assert table["mean_false_ml"].to_dict() == pytest.approx({"own place": 0.1, "air": 1.5, "other side": 0})
    assert table["false_component_share"].to_dict() == {"own place": 0, "air": 0.5, "other side": 0}
    assert table.loc["air", ["false_ml_low", "false_ml_high"]].tolist() == [1.5, 1.5]  # patients are alike
    assert table["loss"]["own place"] == 0
    assert table[["method", "network_clicks", "keep"]].drop_duplicates().to_numpy().tolist() == [["m", "center", "none"]]


def test_the_page_names_oracles(tmp_path):
    answers().to_csv(tmp_path / "misses.csv", index=False)
    out = [tmp_path / name for name in ("t.csv", "t.html", "t.png", "t.svg")]
    write_miss_table([tmp_path / "misses.csv"], MADE_FOR, 1, *out, Notices())
    page = out[1].read_text()
    assert "trained on center\u2020" in page and "<td>50.0 %</td>" in page and "Phantom" not in page


def test_the_figure_of_misses_says_how_many_slices_have_the_place():
    labels = [label.get_text() for label in draw_misses(miss_table(answers(), MADE_FOR, 1)).axes[0].get_yticklabels()]
    assert labels == ["own place\n(n = 4)", "other side\n(n = 3)", "air\n(n = 4)"]
