import json

import pytest

from oneclick.segment.ending import ending
from oneclick.segment.trained_study import check_seen, check_trained_on, seen_mm


def test_what_networks_saw_are_the_sizes_of_patients_with_slices(tmp_path):
    sizes = {
        "007": (4.0, 5.0, 3.0),
        "NA": (2.0, 9.0, 3.0),
        "none": (99.0, 99.0, 99.0),
        "b": (4.5, 1.0, 3.5),
        "c": (8.0, 6.0, 2),
    }
    grids = {patient: {"pixel_mm": [rows, columns], "slice_mm": mm} for patient, (rows, columns, mm) in sizes.items()}
    (tmp_path / "grids.json").write_text(json.dumps(grids))
    (tmp_path / "slices.csv").write_text("patient,slice\n007,3\n007,4\n007,5\nNA,1\nb,1\nc,2\n")
    seen = seen_mm(str(tmp_path / "slices.csv"), str(tmp_path / "grids.json"))
    assert seen == {
        "rows": {"least": 2.0, "median": 4.25, "most": 8.0},  # a patient counts once
        "columns": {"least": 1.0, "median": 5.5, "most": 9.0},
        "slices": {"least": 2, "median": 3.0, "most": 3.5},
    }
    assert check_seen(json.loads(json.dumps(seen))) == seen


def sizes(least=4, median=5, most=6):
    return {side: {"least": least, "median": median, "most": most} for side in ("rows", "columns", "slices")}


@pytest.mark.parametrize(
    "seen",
    [
        3,
        {},
        {"rows": {"least": 1, "median": 1, "most": 1}},
        sizes(least=0),
        sizes(median=3),
        sizes(most=1e9),
        sizes(median=float("nan")),
        sizes(median="5 mm"),
        sizes(median=None),
    ],
)
def test_sizes_that_no_study_wrote_are_refused(seen):
    with pytest.raises((ValueError, KeyError, TypeError)):
        check_seen(seen)


def test_a_study_of_earlier_has_none():
    assert check_seen(None) is None


@pytest.mark.parametrize("words", ["", 3, True, ["sarcomas"], "a\nb", "\x1b[2J", "a" * 301])
def test_what_networks_were_trained_on_is_part_of_one_line(words):
    assert check_trained_on(None) is None
    assert check_trained_on("31 sarcomas (Vallières et al. 2015)") == "31 sarcomas (Vallières et al. 2015)"
    with pytest.raises(ValueError, match="is no part of a sentence"):
        check_trained_on(words)


def test_the_end_counts_patients_methods_and_warnings(tmp_path):
    results = str(tmp_path)
    assert ending(results) == []  # the check alone
    (tmp_path / "verification.csv").write_text("patient,level\na,warning\na,note\nb,ok\n")
    (tmp_path / "summary.csv").write_text('patient,method,warning\na,x,"empty, all"\na,y,\nb,x,seen\nb,y,\n')
    assert ending(results) == [
        f"Masks of 2 patients, 2 methods: {results}/masks/{{method}}/{{patient}}.nii.gz",
        f"Lesions: {results}/lesions.csv; clicks: {results}/clicks.csv; both in numbers: {results}/summary.csv",
        f"Warnings, to be looked at: 1 in {results}/verification.csv and 2 in {results}/summary.csv",
    ]
    (tmp_path / "overlays").mkdir()
    assert ending(results)[2] == f"Pictures: {results}/overlays/{{patient}}/"
    (tmp_path / "verification.csv").write_text(
        "patient,level,file,problem\n,warning,segment.models,they saw phantoms\na,warning,pet.nii,no SUV\n"
    )
    assert ending(results)[3:] == [
        f"Warnings, to be looked at: 2 in {results}/verification.csv and 2 in {results}/summary.csv",
        "Please note: they saw phantoms",
    ]
