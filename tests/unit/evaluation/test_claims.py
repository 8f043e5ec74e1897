import pandas as pd

from oneclick.evaluation.claims import claims_table, standing

COLUMNS = (
    "method_a", "method_b", "rank_biserial", "slices_p", "clustered_p_holm", "variance_ratio", "f_test_p",
    "variance_permutation_p_holm",
)  # fmt: skip


def verdicts(*rows: tuple) -> dict[tuple[str, str, str], str]:
    table = claims_table(pd.DataFrame(rows, columns=COLUMNS))
    return {(row.measure, row.method_a, row.method_b): row.verdict for row in table.itertuples()}


def test_a_claim_stands_only_if_patients_show_it_and_in_its_direction():
    found = verdicts(
        ("cm1CNN", "CNNonly", 0.8, 1e-9, 0.001, 0.4, 1e-9, 0.001),
        ("rand1CNN", "CNNonly", -0.5, 1e-9, 0.01, 2.0, 1e-9, 0.02),
        ("CNNcm", "CNNonly", 0.1, 1e-9, 0.2, 1.1, 1e-9, 0.4),
    )
    assert found[("dice", "cm1CNN", "CNNonly")] == "stands"
    assert found[("dice", "rand1CNN", "CNNonly")] == "reversed"
    assert found[("dice", "CNNcm", "CNNonly")] == "not shown"
    # The paper: CNNonly varies more than the one-click networks. The ratio of cm1CNN to it is 0.4, of rand1CNN 2.
    assert found[("spread", "CNNonly", "cm1CNN")] == "stands"
    assert found[("spread", "CNNonly", "rand1CNN")] == "reversed"
    assert found[("spread", "CNNcm", "CNNonly")] == "not shown"


def test_a_claim_of_no_difference_is_contradicted_at_most():
    same = verdicts(("cm1CNN", "rand1CNN", 0.5, 0.1, 0.1, 1.2, 0.1, 0.3))
    assert same[("same spread", "cm1CNN", "rand1CNN")] == "not contradicted"
    other = verdicts(("cm1CNN", "rand1CNN", 0.5, 0.1, 0.1, 1.2, 0.1, 0.03))
    assert other[("same spread", "cm1CNN", "rand1CNN")] == "contradicted"


def test_pairs_in_the_other_order_are_turned():
    assert verdicts(("CNNonly", "cm1CNN", -0.8, 1e-9, 0.001, 3.0, 1e-9, 0.001)) == {
        ("dice", "cm1CNN", "CNNonly"): "stands",
        ("spread", "CNNonly", "cm1CNN"): "stands",
    }


def test_methods_of_other_names_make_no_claim():
    assert verdicts(("mine", "CNNonly", 0.8, 0.1, 0.1, 1.0, 0.1, 0.1)) == {}


def test_what_became_of_a_claim():
    assert standing(["stands", "stands"]) == "stands"
    assert standing(["reversed"]) == "reversed"
    assert standing(["stands", "not shown", "reversed"]) == "stands in 1 of 3 pairs"
    assert standing(["not contradicted", "contradicted"]) == "stands in 1 of 2 pairs"
