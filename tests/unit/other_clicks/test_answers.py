import pandas as pd
import pytest

from oneclick.common.errors import UserError
from oneclick.other_clicks.answers import read_answers, table_of_methods
from oneclick.other_clicks.made_for import in_words


def test_tables_are_joined_in_the_order_of_the_methods(tmp_path):
    pd.DataFrame({"method": ["b", "a"], "patient": ["007", "NA"], "n": [1, 2]}).to_csv(tmp_path / "x.csv", index=False)
    pd.DataFrame({"method": ["c", "c"], "patient": ["1", "2"], "n": [3, 4]}).to_csv(tmp_path / "y.csv", index=False)
    found = read_answers([tmp_path / "x.csv", tmp_path / "y.csv"], ["c", "a", "b"])
    assert found["n"].tolist() == [3, 4, 2, 1] and found["patient"].tolist() == ["1", "2", "NA", "007"]
    with pytest.raises(UserError, match="no method of this study has a click that could be moved"):
        read_answers([], [])


def test_a_table_of_methods_says_what_each_was_made_for():
    answers = pd.DataFrame({"method": ["m", "k", "m"], "dice": [0.2, 0.5, 0.6]})
    made_for = {"k": ["none", "random"], "m": ["center", "none"]}
    found = table_of_methods(answers, made_for, lambda part: part[["dice"]].assign(n=len(part)))
    assert found.columns.tolist() == ["method", "network_clicks", "keep", "dice", "n"]
    assert found.to_numpy().tolist() == [
        ["m", "center", "none", 0.2, 2], ["m", "center", "none", 0.6, 2], ["k", "none", "random", 0.5, 1],
    ]  # fmt: skip


def test_what_a_method_was_made_for():
    assert in_words("center", "none") == "trained on center\u2020"
    assert in_words("random", "center") == "trained on random\u2021, keeps center\u2020"
    assert in_words("classical", "human") == "grows from human\u2021"
