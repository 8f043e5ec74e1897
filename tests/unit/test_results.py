"""Pages of results: their tables against small ones that can be followed by hand, and what records say of a run."""

import json
from base64 import urlsafe_b64encode

import nibabel as nib
import numpy as np
import pandas as pd
import tables_of_paper
import tables_of_questions
from failures import as_markdown
from few_scores import FEW
from finished import Finished, and_papers, interval, number, p_value, with_interval
from records import Record, Run, days, read_records, runs, runs_of, seconds_of, upstream

from oneclick.engine.identity import identities

NAN = float("nan")


def cells(lines: list[str]) -> list[list[str]]:
    """The cells of a table in Markdown, without its rule."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|") and "---" not in line
    ]


def test_numbers_are_written_so_that_nothing_is_where_there_is_none():
    assert (number(0.12345), number(NAN), interval(0.1, 0.25, 2), interval(NAN, NAN)) == ("0.123", "", "0.10 to 0.25", "")
    assert with_interval(-0.5, -1, 0.25) == "-0.500 (-1.000 to 0.250)" and with_interval(1, NAN, NAN) == "1.000"
    assert (p_value(0.0009), p_value(0.001), p_value(NAN)) == ("9.00e-04", "0.001", "")
    assert and_papers("0.9", "0.5") == "0.9 (0.5)" and and_papers("0.9", "") == "0.9"


def test_medians_have_the_papers_beside_them_where_it_has_them():
    rows = [
        ("A", "1", 3, 2, 0.5, 0.1, NAN, NAN), ("A", "all", 7, 4, 0.625, 0.2, 0.535, 0.293),
        ("B", "1", 3, 2, 0.75, 0.3, 0.593, NAN), ("B", "all", 7, 4, 0.8125, 0.4, NAN, NAN),
    ]  # fmt: skip
    names = ["method", "test_set", "n_slices", "n_patients", "median_dice", "sd_dice", "paper_median_dice", "paper_sd_dice"]
    assert cells(tables_of_paper.medians(pd.DataFrame(rows, columns=names))) == [
        ["test set", "slices / patients", "A", "B"],
        ["1", "3 / 2", "0.500", "0.750 (0.593)"],
        ["all", "7 / 4", "0.625 (0.535)", "0.812"],
        ["SD", "", "0.200 (0.293)", "0.400"],
    ]


def test_the_papers_tests_are_of_its_pairs_alone():
    wilcoxon = [("cm1CNN", "CNNonly", 1e-5, 8.44e-58), ("mine", "CNNonly", 0.2, NAN)]
    f_test = [("cm1CNN", "CNNonly", 0.04, 2.22e-16), ("mine", "CNNonly", 0.3, NAN)]
    names = ["method_a", "method_b", "p_value", "paper_p_value"]
    tables = (pd.DataFrame(rows, columns=names) for rows in (wilcoxon, f_test))
    assert cells(tables_of_paper.tests(*tables))[1:] == [
        ["cm1CNN against CNNonly", "1.00e-05 (8.44e-58)", "0.040 (2.22e-16)"]
    ]


def pairs(*methods: str) -> pd.DataFrame:
    """Each method against each earlier one, with the same numbers."""
    rows = [
        (a, b, 0.1, 0.05, 0.2, 5, 1, 0.03, 2.5, 0.2) for n, a in enumerate(methods) for b in methods[:n]
    ]  # fmt: skip
    names = "method_a method_b median_difference ci_low ci_high higher lower clustered_p_holm variance_ratio"
    return pd.DataFrame(rows, columns=[*names.split(), "variance_permutation_p_holm"])


def test_pairs_by_patients_are_all_of_five_methods_and_those_with_the_first_of_more():
    methods = pd.DataFrame([("A", 0.5, 0.4, 0.6)], columns=["method", "median_dice", "ci_low", "ci_high"])
    table = cells(tables_of_paper.by_patients(methods, pairs(*"ABCDE")))
    assert table[1] == ["A", "0.500 (0.400 to 0.600)"] and len(table) == 2 + 1 + 10
    assert table[3] == ["B against A", "0.100 (0.050 to 0.200)", "5 / 1", "0.030", "2.50", "0.200"]
    of_more = tables_of_paper.by_patients(methods, pairs(*"ABCDEF"))
    assert [row[0] for row in cells(of_more)[3:]] == [f"{method} against A" for method in "BCDEF"]
    assert of_more[-1] == "p by patients, with Holm's correction over all 15 pairs of methods."


def test_a_claim_stands_by_its_pairs():
    rows = [("One", "3", "stands"), ("One", "3", "not shown"), ("Two", "4", "stands")]
    table = pd.DataFrame(rows, columns=["claim", "section", "verdict"])
    assert cells(tables_of_paper.claims(table))[1:] == [["One", "3", "stands in 1 of 2 pairs"], ["Two", "4", "stands"]]


def test_medians_over_trainings_are_those_of_all_slices():
    rows = [("A", "1", 3, 0.1, 0.1, 0.1, 0.1, NAN), ("A", "all", 3, 0.5, 0.75, 0.875, 0.19, 0.535)]
    names = ["method", "test_set", "n_runs", "lowest", "median", "highest", "sd", "paper_median_dice"]
    assert cells(tables_of_paper.repeats(pd.DataFrame(rows, columns=names))) == [
        ["method", "median of 3 trainings (paper)", "lowest to highest", "SD of trainings"],
        ["A", "0.750 (0.535)", "0.500 to 0.875", "0.190"],
    ]


def test_methods_against_the_first_by_slices_and_by_patients():
    # CNNcm: +, +, =, =, - on slices; patients' medians 0.3 to 0.4, equal, 0.9 to 0.8. Of the differences 0.1 and -0.1 the
    # ranks are alike, so p is 1. cm1CNN: +, +, +, +, =; +, +, =: of two patients p cannot be below 0.5.
    assert cells(tables_of_paper.against_first(FEW)) == [
        ["against CNNonly", "slices better / worse", "patients better / worse", "p of patients' medians"],
        ["CNNcm", "2 / 1", "1 / 1", "1.000"],
        ["cm1CNN", "4 / 0", "2 / 0", "0.500"],
    ]


def test_a_method_that_differs_nowhere_is_not_tested():
    same = pd.concat([FEW[FEW["method"] == "CNNonly"].assign(method=name) for name in ("A", "B")])
    assert cells(tables_of_paper.against_first(same))[1] == ["B", "0 / 0", "0 / 0", ""]


def test_answers_with_clicks_elsewhere_are_a_column_a_place():
    rows = [("A", "all", 9, 5.0), ("A", "small", 3, NAN), ("B", "all", 9, 20.0)]
    table = pd.DataFrame(rows, columns=["method", "size", "n_slices", "safe_radius_mm"])
    assert cells(tables_of_questions.offsets(table, 20)) == [
        ["method", "all", "small"], ["A", "5 mm (n = 9)", "no Dice to lose (n = 3)"], ["B", "20 mm or more (n = 9)", ""],
    ]  # fmt: skip
    rows = [("A", "random", True, 0.5, 0.4, 0.6), ("A", "human", False, 0.25, 0.2, 0.3)]
    table = pd.DataFrame(rows, columns=["method", "clicked", "own", "median_dice", "ci_low", "ci_high"])
    assert cells(tables_of_questions.cross(table))[1:] == [["A", "**0.500 (0.400 to 0.600)**", "0.250 (0.200 to 0.300)"]]


def test_the_ways_that_no_other_beats_are_in_the_order_of_their_time():
    rows = [("A", "click", 50, 90.4, 0.9, True), ("B", "no click", 0, 0, 0.5, True), ("C", "click", 0, 95, 0.6, False)]
    names = ["method", "use", "corrected_percent", "seconds", "median_dice", "frontier"]
    table = cells(tables_of_questions.effort(pd.DataFrame(rows, columns=names)))
    assert table[1:] == [["B", "no click", "0 %", "0", "0.500"], ["A", "click", "50 %", "90", "0.900"]]


def test_measures_are_those_of_patients_with_what_is_undefined():
    rows = [("A", "patient", "dice", 0, 7, 0.5, 0.4, 0.6), ("A", "patient", "hd95_mm", 2, 5, 3.25, 1, 9)]
    rows += [("A", "lesion", "dice", 0, 7, 0.9, 0.9, 0.9), ("A", "patient", "fp_ml", 0, 7, 1, 1, 1)]
    names = ["method", "level", "measure", "n_undefined", "n_patients", "value", "ci_low", "ci_high"]
    assert cells(tables_of_questions.measures(pd.DataFrame(rows, columns=names))) == [
        ["method", "Dice", "HD95, mm"], ["A", "0.50 (0.40 to 0.60)", "3.25 (1.00 to 9.00), 2 undefined"],
    ]  # fmt: skip


def test_the_map_says_which_cohort(tmp_path):
    rows = [
        (NAN, NAN, "center", "cm", "keep", 0.1, 0.0, 0.2, "open", 0.3),
        ("contrast", 0.6, "center", "cm", "keep", 0, 0, 0, "alike", 0),
    ]
    names = [
        "parameter",
        "value",
        "click",
        "network_method",
        "keep_method",
        "margin",
        "ci_low",
        "ci_high",
        "verdict",
        "gain",
    ]
    table = cells(tables_of_questions.cohort_map(pd.DataFrame(rows, columns=names)))
    assert table[1] == ["the cohort as it is", "center", "cm less keep", "0.100 (0.000 to 0.200)", "open", "0.300"]
    assert table[2][0] == "contrast 0.6"


def test_a_page_without_questions_has_no_part_on_them(tmp_path):
    assert tables_of_questions.section(Finished("study", tmp_path, {})) == []


def write_record(results, name, rule, inputs, started, ended, script=None, code="0" * 12, log="log"):
    """A record as Snakemake writes it, its name in base 64 in parts of a file name's length."""
    key = urlsafe_b64encode(name.encode()).decode()
    parts = [key[n : n + 254] for n in range(0, len(key), 254)]
    path = results.joinpath("provenance/metadata", *(f"@{part}" for part in parts[:-1]), parts[-1])
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f'"../../scripts/{script or rule}.py"\n'
    found = {
        "rule": rule,
        "params": [f"'{code}'", "2024"],
        "code": line,
        "log": [log],
        "starttime": started,
        "endtime": ended,
    }
    path.write_text(json.dumps(found | {"input": inputs}))


def test_what_a_table_was_made_from_is_found_but_for_what_only_came_first(tmp_path):
    long = f"cohort/{'a' * 300}.nii.gz"
    checked, scan = identities([("verified", None), (long, __file__)])[::-1]
    write_record(tmp_path, "verified", "verified", [], 0, 1)
    write_record(tmp_path, long, "phantom", [], 10, 14)
    write_record(tmp_path, "slices.npy", "stack", sorted([checked, scan]), 20, 30, code="1" * 12, log="stack")
    write_record(tmp_path, "slices.csv", "stack", sorted([checked, scan]), 20, 30, code="1" * 12, log="stack")
    write_record(tmp_path, "figures/box.png", "box", ["slices.csv\t0"], 40, 50)
    found = upstream(tmp_path, ["slices.npy", "slices.csv"])
    assert {path.relative_to(tmp_path).as_posix() for path in found} == {long, "slices.npy", "slices.csv"}
    record = found[tmp_path / "slices.npy"]
    assert (record.rule, record.scripts, record.code, record.inputs) == ("stack", ("stack",), "1" * 12, (long,))
    assert seconds_of(found.values()) == 4 + 10  # the stack is one job


def test_a_map_of_cohorts_was_made_from_studies_with_records_of_their_own(tmp_path):
    point = tmp_path / "points/contact-1/results"
    write_record(tmp_path, "tables/map.csv", "cohort_map", ["points/contact-1/results/scores.csv\t0"], 9, 10)
    write_record(point, "scores.csv", "scores", ["scores/A.csv\t0"], 3, 4, "concatenate")
    write_record(point, "scores/A.csv", "score", [], 1, 2)
    assert {record.rule for record in upstream(tmp_path, ["tables/map.csv"]).values()} == {"cohort_map", "scores", "score"}
    assert read_records(tmp_path).keys() == {"tables/map.csv"}


def test_commits_and_machines_are_those_of_the_runs_that_made_the_results(tmp_path):
    (tmp_path / "provenance").mkdir()
    (tmp_path / "provenance/runs.csv").write_text(
        "started,settings,commit,machine\n"
        "2026-11-27T10:00:00Z,paper.yaml,aaaa,Machine\n"
        "2026-11-27T12:00:00Z,paper.yaml,bbbb,Machine\n"
        "2026-11-27T14:00:00Z,paper.yaml,\"cccc, with changes\",Machine\n"
    )  # fmt: skip
    first, second, third = (Run(start, commit, "Machine") for start, commit in zip(
        np.array([10, 12, 14]) * 3600.0 + 1795737600, ("aaaa", "bbbb", "cccc, with changes"), strict=True
    ))  # fmt: skip
    assert runs(tmp_path) == [first, second, third]
    made = [
        Record("train", (), "", (), (), first.started + 60, first.started + 90000),
        Record("a", (), "", (), (), third.started, third.started),
    ]
    assert runs_of(made, runs(tmp_path)) == [first, third]
    assert days(made) == "2026-11-27 to 2026-11-28" and days(made[1:]) == "2026-11-27"


def test_without_a_table_of_runs_the_report_says_the_last_commit(tmp_path):
    assert runs(tmp_path) == []
    version, machine = "<dt>Version</dt><dd>oneclick-pet 1.0, commit 880ee488ae7e</dd>", "<dt>Machine</dt><dd>A &amp; B</dd>"
    (tmp_path / "report.html").write_text(f"<div>{version}</div><div>{machine}</div>")
    assert runs(tmp_path) == [Run(0.0, "880ee488ae7e", "A & B")]


def test_masks_are_scored_on_the_scans_own_voxels(tmp_path):
    # Slice 0: 1 of 1 voxel, found 2: 2 / 3. Slice 1: 2 of 2. Scores on pixels say 0.5 and 1.
    truth, found = np.zeros((2, 2, 2), np.uint8), np.zeros((2, 2, 2), np.uint8)
    truth[0, 0], found[0, 0], found[0, 1, 0] = 1, 1, 1
    truth[1, 1, 1], found[1, 1, 1] = 1, 1
    (tmp_path / "masks/A").mkdir(parents=True)
    for path, mask in ((tmp_path / "masks/A/P1.nii.gz", found), (tmp_path / "P1-truth.nii.gz", truth)):
        nib.save(nib.Nifti1Image(mask, np.eye(4)), path)
    (tmp_path / "scores.csv").write_text("method,patient,slice,dice\nA,P1,0,0.5\nA,P1,1,1\n")
    study = Finished("study", tmp_path, {})
    assert cells(tables_of_paper.on_the_scans(study, str(tmp_path / "{patient}-truth.nii.gz")))[1] == [
        "A", "0.750", "0.833", "0.083", "0.158",
    ]  # fmt: skip
    assert {"scores.csv", "masks/A"} <= set(study.read)


def test_methods_fail_by_missing_and_by_false_components(tmp_path):
    truth = np.zeros((3, 8, 8), np.uint8)
    truth[:, :2, :2] = 1
    predicted = truth.copy()
    predicted[0] = 0  # misses
    predicted[1, 5:7, 5:7] = 1  # a false component beside the hit
    predicted[2, :2, 2] = 1  # half as large again
    (tmp_path / "segmentations").mkdir()
    np.save(tmp_path / "segmentations/A.npy", predicted)
    np.save(tmp_path / "masks.npy", truth)
    (tmp_path / "slices.csv").write_text("patient,slice\nP1,0\nP1,1\nP2,0\n")
    (tmp_path / "scores.csv").write_text("method,patient,slice,dice\nA,P1,0,0\n")
    assert cells(as_markdown(tmp_path, None))[1] == ["A", "33.3%", "33.3%", "1.25"]
