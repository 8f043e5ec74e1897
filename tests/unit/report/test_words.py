from oneclick.report.words import of_pairs, p_text, swaps_in_words


def test_p_values_for_print():
    assert [p_text(p) for p in (0.0004, 0.001, 0.0234, 1.0, float("nan"))] == [
        "< 0.001",
        "0.001",
        "0.023",
        "1.000",
        "\u2013",
    ]


def test_how_many_swaps_are_looked_at():
    assert swaps_in_words(8) == "all 256 swaps, so p is exact"
    assert swaps_in_words(89, 3) == "10,000 swaps drawn at random with the seed 3"
    assert of_pairs(10) == "all 10 pairs" and of_pairs(1) == "the one pair, which changes nothing"
