import pandas as pd
import pytest

from oneclick.questions.cross.figure import draw_cross, write_cross_table
from oneclick.questions.cross.table import cross_table
from oneclick.report.marks import Notices

MADE_FOR = {"m": ["center", "none"], "k": ["none", "random"], "b": ["center", "random"]}


def answers() -> pd.DataFrame:
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


def test_the_cross_table_says_what_a_method_was_made_for():
    table = cross_table(answers(), MADE_FOR, 1).set_index(["method", "clicked"])
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


def test_the_page_names_oracles(tmp_path):
    answers().to_csv(tmp_path / "cross.csv", index=False)
    out = [tmp_path / name for name in ("t.csv", "t.html", "t.png", "t.svg")]
    write_cross_table([tmp_path / "cross.csv"], MADE_FOR, 1, *out, Notices(phantom=True))
    page = out[1].read_text()
    assert "<th>center\u2020</th>" in page and "<b>0.700 (0.500 to 0.900)</b>" in page
    assert "trained on center\u2020, keeps random\u2021" in page and "Phantom" in page


def test_the_heat_map_frames_a_methods_own_kind():
    fig = draw_cross(cross_table(answers(), MADE_FOR, 1))
    ax = fig.axes[0]
    frames = [(round(patch.get_x() + 0.5), round(patch.get_y() + 0.5)) for patch in ax.patches]
    assert frames == [(1, 0), (0, 1)]  # m with center, k with random
    assert [label.get_text() for label in ax.get_xticklabels()] == ["random\u2021", "center\u2020"]
    assert ax.images[0].get_array().ravel().tolist() == pytest.approx([0.5, 0.7, 0.6, 0.8, 0.3, 0.4])
