import csv

import pytest

from oneclick.common.warned import Warned, write_warnings


@pytest.mark.parametrize(
    "parts, line",
    [
        (("no slice", "it is left out", "P07", "a/m.nii"), "warning: patient P07: a/m.nii: no slice; it is left out"),
        (("no slice", "it is left out", "P07"), "warning: patient P07: no slice; it is left out"),
        (("run 1 collapsed",), "warning: run 1 collapsed"),
    ],
)
def test_a_warning_is_its_line(parts, line):
    assert Warned(*parts) == line


def test_a_table_of_warnings_has_their_parts(tmp_path):
    path = tmp_path / "warnings/stack.csv"
    write_warnings(path, "stack", [Warned('odd, "very"', "look", "007", "a.nii"), Warned("more")])
    with open(path, newline="") as file:
        assert list(csv.reader(file)) == [
            ["patient", "job", "file", "problem", "mend"],
            ["007", "stack", "a.nii", 'odd, "very"', "look"],
            ["", "stack", "", "more", ""],
        ]
    write_warnings(path, "stack", [])
    assert path.read_text() == "patient,job,file,problem,mend\n"
