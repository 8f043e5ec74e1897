"""Events as a page writes them, and what stands in the end."""

import pytest

from oneclick.common.errors import UserError
from oneclick.readers.cases import cases_of
from oneclick.readers.events import COLUMNS, Page, read_events

CASES = [
    {"case": 0, "patient": "X", "repeat": 0, "practice": 1},
    {"case": 1, "patient": "A", "repeat": 0, "practice": 0},
    {"case": 2, "patient": "B", "repeat": 0, "practice": 0},
    {"case": 3, "patient": "A", "repeat": 1, "practice": 0},
]
PAGE = Page("R1", "abc", CASES, {"A": (10, 20, 5), "B": (10, 20, 5), "X": (10, 20, 5)})


def line(event, ms, number="", place="", view="transaxial", reader="R1", page="abc", **other):
    of = CASES[number] if number != "" else dict.fromkeys(CASES[0], "")
    cells = {"reader": reader, "event": event, **of}
    cells |= {"ms": ms, "view": view, "slice": 2, "window_low": 0, "window_high": 7, "page": page}
    cells |= dict(zip("ijk", place.split() if place else ("", "", ""), strict=True))
    return ",".join(str((cells | other)[column]) for column in COLUMNS)


READ = [
    line("start", 0),
    line("case", 100, 0),
    line("click", 900, 0, "1 1 1"),
    line("next", 1000, 0),
    line("case", 2000, 1),
    line("slice", 2500, 1),
    line("click", 4000, 1, "3.25 4.5 2"),  # 2 s
    line("click", 5000, 1, "9.5 0 0"),  # undone
    line("undo", 5500, 1),
    line("click", 7000, 1, "4 4 3"),  # 3 s since the click that stands
    line("click", 8000, 1, "1 1 4"),  # deleted
    line("delete", 9000, 1, "1.004 1 4"),
    line("next", 9500, 1),  # 7.5 s
]


def read(tmp_path, lines, page=PAGE, said=None):
    path = tmp_path / "R1.csv"
    path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    return read_events(str(path), page, [].append if said is None else said.append)


def test_what_was_undone_or_deleted_does_not_stand_and_practice_does_not_count(tmp_path):
    said = []
    readings, clicks = read(tmp_path, READ, said=said)
    assert [(r.case, r.patient, r.repeat, r.seconds, r.clicks, r.undone) for r in readings] == [(1, "A", 0, 7.5, 2, 2)]
    assert [(c.click, c.i, c.j, c.k, c.seconds) for c in clicks] == [(1, 3.25, 4.5, 2, 2), (2, 4, 4, 3, 3)]
    assert said == [
        f"warning: {tmp_path}/R1.csv: reader R1 finished 1 of 3 cases, without B, A; let the reader go on, or leave it so: "
        "these cases are left out"
    ]


def test_breaks_and_a_page_that_was_closed_do_not_count(tmp_path):
    lines = [
        line("start", 0),
        line("case", 0, 1),
        line("click", 1000, 1, "1 1 1"),
        line("break", 2000, 1),
        line("case", 62000, 1),
        line("click", 63000, 1, "2 2 2"),  # 1 s before the break, 1 s after it
        line("start", 5),  # opened again: the clock begins anew, and the clicks are still there
        line("case", 10, 1),
        line("next", 4010, 1),
        line("end", 4020),
    ]
    readings, clicks = read(tmp_path, lines)
    assert [(r.seconds, r.clicks) for r in readings] == [(7.0, 2)]
    assert [c.seconds for c in clicks] == [1.0, 2.0]


def test_an_undone_delete_brings_the_click_back(tmp_path):
    lines = [
        *READ[:4],
        line("case", 2000, 1),
        line("click", 3000, 1, "1 1 1"),
        line("click", 4000, 1, "2 2 2"),
        line("delete", 4500, 1, "1 1 1"),
        line("undo", 5000, 1),
        line("next", 6000, 1),
    ]
    readings, clicks = read(tmp_path, lines)
    assert [(c.i, c.seconds) for c in clicks] == [(1, 1), (2, 1)] and readings[0].undone == 2


def test_the_same_patient_twice_and_a_spreadsheets_semicolons(tmp_path):
    lines = [*READ, line("case", 9600, 2), line("next", 9700, 2), line("case", 9800, 3), line("click", 9900, 3, "1.5 2.5 3")]
    lines = [text.replace(",", ";").replace(".", ",") for text in [*lines, line("next", 10000, 3)]]
    path = tmp_path / "R1.csv"
    path.write_text("\n".join([";".join(COLUMNS), *lines]))
    readings, clicks = read_events(str(path), PAGE)
    assert [(r.patient, r.repeat, r.clicks) for r in readings] == [("A", 0, 2), ("B", 0, 0), ("A", 1, 1)]
    assert (clicks[-1].repeat, clicks[-1].i, clicks[-1].j) == (1, 1.5, 2.5)


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([line("start", 0, reader="R2")], "line 2: the reader is R2, and the file that of R1; give each reader a file"),
        ([line("start", 0, page="xyz")], "line 2: the page xyz is of another reader study; this one has abc; use"),
        ([line("case", 0, 1)], "line 2: the first event is case, not start; lines are missing; save"),
        ([line("start", 0), line("jump", 0)], "line 3: there is no event 'jump'; known are start, case"),
        ([*READ[:2], line("slice", 50, 0)], "line 4: the time runs backwards, from 100 to 50 ms; save"),
        ([*READ[:2], line("slice", "soon", 0)], "line 4: the ms 'soon' is no number; save"),
        ([*READ[:2], line("slice", 150, 0, patient="Z")], "line 4: patient Z is not read in this reader study; use"),
        ([*READ[:2], line("slice", 150, 1)], "line 4: slice is of case 1, and case 0 is shown; save"),
        ([READ[0], line("click", 150, 1, "1 1 1")], "line 3: click is of case 1, and no case is shown; save"),
        ([READ[0], line("case", 1, 1, repeat=1)], r"line 3: case 1 of reader R1 is A \(repeat 0\), not A \(repeat 1\)"),
        ([READ[0], line("case", 1, 1, case=7)], "line 3: reader R1 has no case 7; save"),
        ([*READ, line("case", 9900, 1)], "line 15: case 1 is shown again after case 1; save"),
        ([*READ[:5], line("click", 2100, 1, "3 19.6 2")],
         r"line 7: the click at voxel \(3, 19.6, 2\) lies outside the scan of A, 10 x 20 x 5 voxels; check"),
        ([*READ[:5], line("click", 2100, 1, "3 4 2", view="oblique")], "line 7: there is no view 'oblique'; known are"),
        ([*READ[:5], line("undo", 2100, 1)], "line 7: there is no click to undo; save"),
        ([*READ[:7], line("delete", 4100, 1, "3 4 2")], r"line 9: there is no click at voxel \(3, 4, 2\) to delete; save"),
        ([*READ, line("end", 9900), line("case", 9950, 2)], "line 16: case comes after the end; save"),
        (["R1,1"], "line 2 has 2 cells for 15 columns"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_line(tmp_path, lines, wrong):
    with pytest.raises(UserError, match=f"{tmp_path}/R1.csv: {wrong}") as error:
        read(tmp_path, lines)
    assert "\n" not in str(error.value)


def test_a_click_on_the_scans_very_edge_is_inside(tmp_path):
    _, clicks = read(tmp_path, [*READ[:5], line("click", 2100, 1, "-0.5 19.5 4.5"), line("next", 2200, 1)])
    assert (clicks[0].i, clicks[0].j, clicks[0].k) == (-0.5, 19.5, 4.5)


def test_orders_of_the_page_are_what_files_are_checked_against(tmp_path):
    cases = [case.__dict__ for case in cases_of("R1", ["A", "B", "C"], 1, None, 3)]
    page = Page("R1", "abc", cases, {})
    lines = [line("start", 0)]
    for n, case in enumerate(cases):
        cells = {"case": case["case"], "patient": case["patient"], "repeat": case["repeat"], "practice": 0}
        lines += [line(event, n * 10 + k, **cells) for k, event in enumerate(("case", "next"))]
    readings, _ = read(tmp_path, lines, page=page)
    assert [(r.patient, r.repeat) for r in readings] == [(case["patient"], case["repeat"]) for case in cases]
