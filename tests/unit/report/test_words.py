from oneclick.report.words import p_text


def test_p_values_for_print():
    assert [p_text(p) for p in (0.0004, 0.001, 0.0234, 1.0, float("nan"))] == [
        "< 0.001",
        "0.001",
        "0.023",
        "1.000",
        "\u2013",
    ]
