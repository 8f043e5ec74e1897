import re

import pandas as pd

from oneclick.report.score_page import write_scores_page


def test_a_row_a_slice_with_the_dice_of_each_method(tmp_path):
    rows = [
        ("b<", "q", 3, 2, 0.25, 7),
        ("b<", "NA", 10, 1, 1.0, 9),
        ("a", "q", 3, 2, 0.5, 7),
        ("a", "NA", 10, 1, 0.0, 9),
    ]
    columns = ["method", "patient", "slice", "fold", "dice", "n_true"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "s.csv", index=False)
    write_scores_page(tmp_path / "s.csv", tmp_path / "s.html", phantom=True)
    html = (tmp_path / "s.html").read_text()
    body = html.partition("<tbody>")[2]
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in body.splitlines() if line.startswith("<tr>")]
    assert found == [["NA", "10", "1", "9", "1.000", "0.000"], ["q", "3", "2", "7", "0.250", "0.500"]]
    assert "<th>b&lt;</th><th>a</th>" in html and "simulated" in html
