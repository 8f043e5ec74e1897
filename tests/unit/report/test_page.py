import pytest

from oneclick.report import page
from oneclick.report.marks import Notices


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0487, "0.0487"),
        (0.5, "0.500"),
        (1.0, "1.00"),
        (0.000149, "0.000149"),
        (8.44e-58, "8.44 &times; 10<sup>&minus;58</sup>"),
        (0.00009999, "0.000100"),
        (0.0, "&lt; 10<sup>&minus;300</sup>"),
        (float("nan"), page.NONE),
    ],
)
def test_p_values_are_printed_with_three_digits(p, text):
    assert page.p_number(p) == text


def test_numbers_and_intervals_have_true_minus_signs_and_dashes():
    assert page.number(-0.1234) == "&minus;0.123" and page.number(2.0, 1) == "2.0" and page.number(float("nan")) == page.NONE
    assert page.interval(-0.5, 0.25, 2) == "&minus;0.50 to 0.25"


def test_a_table_of_columns_has_a_head_and_a_row_a_name():
    html = page.table_of("Method", ["a &lt; b", "c"], [("n", [1, 2]), ("Dice", ["0.5", "0.6"])], "tests")
    assert html.splitlines() == [
        '<div class="wide"><table class="tests">',
        "<thead>",
        "<tr><th>Method</th><th>n</th><th>Dice</th></tr>",
        "</thead>",
        "<tbody>",
        '<tr><th scope="row">a &lt; b</th><td>1</td><td>0.5</td></tr>',
        '<tr><th scope="row">c</th><td>2</td><td>0.6</td></tr>',
        "</tbody>",
        "</table></div>",
    ]


def test_columns_of_other_lengths_are_refused():
    with pytest.raises(ValueError):
        page.table_of("Method", ["a", "b"], [("n", [1])])


def test_a_page_says_that_its_cohort_is_a_phantom(tmp_path):
    for phantom in (False, True):
        page.write_page(tmp_path / "a.html", "A < B", ["<p>text</p>"], Notices(phantom=phantom))
        html = (tmp_path / "a.html").read_text()
        assert "<h1>A &lt; B</h1>" in html and "<p>text</p>" in html
        assert (page.PHANTOM_NOTE in html) is phantom


def test_a_page_says_at_its_end_what_is_known_of_the_simulated_person(tmp_path):
    page.write_page(
        tmp_path / "a.html", "Title", ["<p>body</p>"], Notices(human="Clicks of the kind human are simulated & so on.")
    )
    text = (tmp_path / "a.html").read_text()
    assert '<p>body</p>\n<p class="note">Clicks of the kind human are simulated &amp; so on.</p>\n</body>' in text
    page.write_page(tmp_path / "b.html", "Title", ["<p>body</p>"], Notices())
    assert "note" not in (tmp_path / "b.html").read_text().partition("</style>")[2]
