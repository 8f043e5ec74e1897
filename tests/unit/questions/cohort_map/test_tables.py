import numpy as np
import pandas as pd
import pytest

from oneclick.methods.method import Uses
from oneclick.questions.cohort_map.figure import draw_map, write_cohort_map
from oneclick.questions.cohort_map.tables import map_tables, margins, medians, sentence, verdict
from oneclick.report.words import point_in_words

USES = Uses("CNNonly", {"center": ("cm1CNN", "CNNcm")})
USUAL = {"look_alikes": 1, "contact": None, "contrast": 1, "lesion_size": 1, "counts": 1}


def scores(**dice: list[float]) -> pd.DataFrame:
    """Scores of methods, two slices a patient."""
    rows = [
        (method, f"p{number // 2}", number, value) for method, values in dice.items() for number, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "dice"])


BASE = [0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.4, 0.4]
"""Median 0.55."""


def shifted(by: float) -> list[float]:
    return [value + by for value in BASE]


def test_medians_gains_and_the_best_by_hand():
    table = medians(scores(CNNonly=BASE, CNNcm=shifted(0.1), cm1CNN=shifted(-0.05)), "CNNonly", 1).set_index("method")
    assert table["median_dice"].tolist() == pytest.approx([0.55, 0.65, 0.5])
    assert table["gain"].tolist() == pytest.approx([0, 0.1, -0.05])
    assert table["best"].tolist() == [False, True, False]
    assert table["n_slices"].tolist() == [8, 8, 8] and table["n_patients"].tolist() == [4, 4, 4]
    # the same shift in all slices: whoever is drawn, the gain is the same
    assert table.loc["CNNcm", ["gain_low", "gain_high"]].tolist() == pytest.approx([0.1, 0.1])
    assert table.loc["CNNonly", "ci_low"] == pytest.approx(0.4) and table.loc["CNNonly", "ci_high"] == pytest.approx(0.7)


def test_margins_by_hand():
    table = margins(scores(CNNonly=BASE, CNNcm=shifted(0.1), cm1CNN=shifted(0.25)), USES, 1)
    row = table.iloc[0]
    assert (row["click"], row["network_method"], row["keep_method"], row["verdict"]) == (
        "center",
        "cm1CNN",
        "CNNcm",
        "network",
    )
    assert (row["margin"], row["ci_low"], row["ci_high"], row["gain"]) == pytest.approx((0.15, 0.15, 0.15, 0.25))
    worse = margins(scores(CNNonly=BASE, CNNcm=shifted(0.1), cm1CNN=shifted(-0.2)), USES, 1).iloc[0]
    assert (worse["margin"], worse["verdict"], worse["gain"]) == (pytest.approx(-0.3), "keep", pytest.approx(0.1))


@pytest.mark.parametrize(
    "margin, low, high, expected",
    [
        (0.05, 0.01, 0.09, "network"),
        (-0.05, -0.09, -0.01, "keep"),
        (0.019, 0.01, 0.03, "alike"),
        (-0.019, -0.2, 0.2, "alike"),
        (0.05, -0.01, 0.09, "open"),
        (-0.05, -0.2, 0.0, "open"),
    ],
)
def test_verdicts(margin, low, high, expected):
    assert verdict(margin, low, high) == expected


def test_points_point_in_words():
    assert point_in_words(None, np.nan, USUAL) == point_in_words(np.nan, np.nan, USUAL) == "the cohort as it is"
    assert point_in_words("look_alikes", 0, USUAL) == "no look-alikes"
    assert point_in_words("look_alikes", 3, USUAL) == "more look-alikes (\u00d7 3)"
    assert point_in_words("look_alikes", 3, USUAL | {"look_alikes": 5}) == "fewer look-alikes (\u00d7 3)"
    assert point_in_words("contact", 0, USUAL) == "primaries apart from physiological uptake"
    assert point_in_words("contact", 1, USUAL) == "primaries that touch physiological uptake"
    assert point_in_words("contact", 0.5, USUAL) == "50% of primaries touch physiological uptake"
    assert point_in_words("contrast", 0.6, USUAL) == "fainter tumours (\u00d7 0.6)"
    assert point_in_words("lesion_size", 1.4, USUAL) == "wider tumours (\u00d7 1.4)"
    assert point_in_words("counts", 0.3, USUAL) == "fewer counts (\u00d7 0.3)"
    assert point_in_words("after_treatment", 0.5, USUAL) == "50% of patients after treatment"
    assert point_in_words("after_treatment", 0, USUAL) == "no patient after treatment"
    assert point_in_words("reader", 0, USUAL) == "masks that are the truth"
    assert point_in_words("reader", 0.5, USUAL | {"reader": 1}) == "smaller errors of the masks (\u00d7 0.5)"


def rows(*points: tuple[str | None, float, float, str, float], click="center") -> pd.DataFrame:
    """Margins of points: parameter, value, margin, verdict, gain."""
    pair = USES.pairs["center"]
    table = [(parameter, value, click, *pair, margin, kind, gain) for parameter, value, margin, kind, gain in points]
    columns = ["parameter", "value", "click", "network_method", "keep_method", "margin", "verdict", "gain"]
    return pd.DataFrame(table, columns=columns)


def test_the_sentence_where_it_depends_on_the_cohort():
    table = rows(
        (None, np.nan, 0.01, "alike", 0.02),
        ("look_alikes", 3, -0.061, "keep", 0.09),
        ("contact", 1, 0.1, "network", 0.12),
        ("counts", 0.3, 0.03, "open", 0.03),
    )
    assert sentence(table, USUAL, "CNNonly") == (
        "With a click at the tumour's centre of mass (which only the physician's mask tells): put it into the network "
        "(cm1CNN) for primaries that touch physiological uptake (+0.100); keep clicked components (CNNcm) for more look-"
        "alikes (\u00d7 3) (-0.061); either will do (less than 0.02 apart) for the cohort as it is (+0.010); it "
        "stays open (the 95 % interval holds 0) for fewer counts (\u00d7 0.3) (+0.030). The better of the two gains +0.020 "
        "to +0.120 of median Dice over no click (CNNonly)."
    )


def test_the_sentence_where_one_use_always_wins():
    table = rows((None, np.nan, 0.1, "network", 0.12), ("contrast", 0.6, 0.2, "network", 0.3), click="random")
    assert sentence(table, USUAL, "CNNonly") == (
        "With a click at a random pixel of the tumour: put it into the network (cm1CNN) for the cohort as it is (+0.100), "
        "fainter tumours (\u00d7 0.6) (+0.200). The better of the two gains +0.120 to +0.300 of median Dice over no click "
        "(CNNonly)."
    )


def test_the_sentence_where_no_click_pays():
    table = rows((None, np.nan, 0.0, "alike", -0.01), ("look_alikes", 0, -0.3, "open", 0.0))
    assert sentence(table, USUAL, "plainly") == (
        "With a click at the tumour's centre of mass (which only the physician's mask tells): either will do (less than "
        "0.02 apart) for the cohort as it is (+0.000); it stays open (the 95 % interval holds 0) for no look-alikes "
        "(-0.300). The better of the two gains -0.010 to +0.000 of median Dice over no click (plainly)."
    )


def made_up(shift: float) -> pd.DataFrame:
    return scores(CNNonly=BASE, CNNcm=shifted(0.1), cm1CNN=shifted(0.1 + shift))


POINTS = [("as_it_is", None, None), ("contact-1", "contact", 1), ("look_alikes-3", "look_alikes", 3)]


def test_tables_have_a_row_for_each_point():
    found = {name: made_up(shift) for (name, *_), shift in zip(POINTS, (0.0, 0.15, -0.1), strict=True)}
    table, pairs = map_tables(found, POINTS, USES, 1)
    assert table[["point", "method"]].drop_duplicates().shape[0] == len(table) == 9
    assert pairs["point"].tolist() == [name for name, *_ in POINTS]
    assert pairs["parameter"].isna().tolist() == [True, False, False]
    assert pairs["verdict"].tolist() == ["alike", "network", "keep"]
    assert table[table["best"]].groupby("point")["method"].agg(list).to_dict() == {
        "as_it_is": ["CNNcm", "cm1CNN"],
        "contact-1": ["cm1CNN"],
        "look_alikes-3": ["CNNcm"],
    }
    figure = draw_map(table, pairs, USUAL)
    left, right = figure.axes
    assert [label.get_text().split("\n")[0] for label in left.get_yticklabels()] == [
        "the cohort as it is",
        "primaries that touch physiological uptake",
        "more look-alikes (\u00d7 3)",
    ]
    assert "Margin" in right.get_xlabel()


def test_the_page_has_the_sentence_and_the_margins(tmp_path):
    paths = []
    for (name, *_), shift in zip(POINTS, (0.0, 0.15, -0.1), strict=True):
        paths.append(str(tmp_path / f"{name}.csv"))
        scores = made_up(shift)
        # the study itself may have other methods
        pd.concat([scores, scores[scores["method"] == "CNNcm"].assign(method="other")]).to_csv(paths[-1], index=False)
    files = {key: str(tmp_path / f"out.{key}") for key in ("medians_csv", "margins_csv", "html", "png", "svg")}
    write_cohort_map(paths, POINTS, USUAL, USES, 1, **files)
    assert set(pd.read_csv(files["medians_csv"])["method"]) == set(USES.methods)
    text = (tmp_path / "out.html").read_text()
    assert "put it into the network (cm1CNN) for primaries that touch physiological uptake (+0.150)" in text
    assert "<td>cm1CNN 0.800</td><td>CNNcm 0.650</td><td>0.150</td>" in text
    assert "no evidence about patients" in text
