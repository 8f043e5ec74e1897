"""Pages and blocks of numbers say by themselves when they are older than the code: make results-check."""

import shutil
from pathlib import Path

import pytest
import results_check
from code_of_page import PageCode, RuleCode, changed_settings, counting, rules_of, settings_of
from digests import SCRIPTS, comment, digest_of, number_digest_of
from records import Record
from results_check import OLDER, check_blocks, check_page, with_mark

PAGES = {"cohort": ("phantom", "score"), "walked": ("walk_lesions", "by_patient")}
"""Two pages of results, and the rules that their numbers come from."""
TEXT = "# A study\n\n<!-- study -->\n**Phantom results**\n<!-- /study -->\n\nWhat a person wrote.\n"


def records(rules):
    return [Record(rule, (rule,), digest_of(SCRIPTS / f"{rule}.py"), (), (), 0, 1) for rule in rules]


@pytest.fixture
def pages(tmp_path):
    """Pages of studies of config.yaml that ran with the code and settings of today."""
    for name, rules in PAGES.items():
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}.md").write_text(TEXT)
        _, settings, _ = settings_of("config.yaml")
        code = PageCode("config.yaml", ["make run", "write it"], rules_of(records(rules)), counting(settings))
        code.write(tmp_path / name / "code.json")
    return tmp_path


def edited(tmp_path: Path, module: str, old: str, new: str) -> Path:
    """The workflow's scripts with an edit of a module, in a folder of their own."""
    scripts = tmp_path / "edited/scripts"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    text = (scripts / "oneclick" / module).read_text()
    assert text.count(old) == 1
    (scripts / "oneclick" / module).write_text(text.replace(old, new))
    return scripts


def marked(pages: Path, scripts: Path = SCRIPTS) -> dict[str, str]:
    """What each page's first line says if it is a mark; the text below is as it was."""
    found = {}
    for name in PAGES:
        check_page(pages / f"{name}.md", scripts)
        first, _, rest = (pages / f"{name}.md").read_text().partition("\n\n")
        if first.startswith(OLDER):
            found[name] = first
            assert rest == TEXT
        else:
            assert (pages / f"{name}.md").read_text() == TEXT
    return found


@pytest.mark.parametrize(
    ("module", "old", "new", "changed"),
    [
        ("phantom/patient.py", "RECONSTRUCTED = 160", "RECONSTRUCTED = 161", {"cohort": "`phantom`"}),
        ("metrics/dice.py", "2.0 * ", "3.0 * ", {"cohort": "`score`", "walked": "`walk_lesions`"}),
        ("evaluation/clustered.py", "DRAWS = 10_000", "DRAWS = 20_000", {"walked": "`by_patient`, `walk_lesions`"}),
        ("phantom/patient.py", "RECONSTRUCTED = 160", "RECONSTRUCTED = 160  # pixels", {}),
        ("phantom/patient.py", '"""', '"""Once more: ', {}),
        ("report/page.py", "font: 15px/1.45", "font: 16px/1.45", {}),  # by_patient writes a page of HTML as well
    ],
)
def test_an_edit_marks_the_pages_whose_numbers_depend_on_it_and_no_other(pages, module, old, new, changed):
    if old == '"""':
        text = (SCRIPTS / "oneclick" / module).read_text()
        old, new = text[: text.index("\n")], new + text[3 : text.index("\n")]
    said = marked(pages, edited(pages, module, old, new))
    assert said.keys() == changed.keys()
    for name, rules in changed.items():
        assert f"Changed since: the code of {rules}. To make it anew: `make run`, then `write it`." in said[name]


def test_a_mark_is_written_once_and_taken_away_where_the_code_agrees_again(pages):
    assert marked(pages) == {}
    scripts = edited(pages, "phantom/patient.py", "RECONSTRUCTED = 160", "RECONSTRUCTED = 161")
    assert marked(pages, scripts) == marked(pages, scripts)
    assert (pages / "cohort.md").read_text().count(OLDER) == 1
    assert marked(pages) == {}


def test_a_page_whose_study_kept_no_record_says_so(tmp_path):
    (tmp_path / "old.md").write_text(TEXT)
    assert check_page(tmp_path / "old.md").state == results_check.UNKNOWN
    assert (tmp_path / "old.md").read_text() == f"{results_check.UNKNOWN}\n\n{TEXT}"


def test_another_mark_takes_the_place_of_the_first():
    assert with_mark(f"{OLDER} A.\n\n# Page\n", f"{OLDER} B.") == f"{OLDER} B.\n\n# Page\n"
    assert with_mark(f"{OLDER} A.\n\n# Page\n", "") == "# Page\n"
    assert with_mark(f"# Page\n\n{OLDER} of a person\n", "") == f"# Page\n\n{OLDER} of a person\n"


def test_code_that_ran_in_two_states_or_is_gone_is_another():
    one = digest_of(SCRIPTS / "score.py")
    (rule,) = rules_of([Record("score", ("score",), code, (), (), 0, 1) for code in (one, "0" * 12)]).values()
    assert rule == RuleCode(["score"], sorted([one, "0" * 12]), None)
    gone = RuleCode(["no_such_script"], ["0" * 12], "0" * 12)
    page = PageCode("config.yaml", [], {"score": rule, "gone": gone, "both": RuleCode(["train", "score"], [one], None)}, {})
    assert results_check.what_changed(page)[0] == "the code of `score`, `gone`"


def test_settings_that_differ_are_named():
    recorded = {"seed": "1", "folds": "5", "old": "x"}
    today = {"seed": "1", "folds": "3", "new": "y", "by default": "z"}
    assert changed_settings(recorded, today, {"seed", "folds", "new"}) == ["folds", "old", "new"]
    assert counting({"seed": "1", "results": "r", "offsets.distances_mm": "0", "effort.source": "a"}) == {"seed": "1"}
    assert counting({"offsets.distances_mm": "0"}, ["offsets"]) == {"offsets.distances_mm": "0"}


def test_settings_of_a_study_that_are_others_today_mark_its_page(pages):
    code = PageCode.read(pages / "cohort/code.json")
    other = PageCode(code.study, code.commands, code.rules, code.settings | {"training.epochs": "1"})
    other.write(pages / "cohort/code.json")
    assert "Changed since: the settings `training.epochs`." in marked(pages)["cohort"]


def test_a_study_whose_file_is_gone_marks_its_page():
    page = PageCode("studies/no_such_study.yaml", [], {}, {})
    assert results_check.what_changed(page) == ["`studies/no_such_study.yaml`, which cannot be read any more"]


def test_blocks_are_marked_inside_and_those_of_unknown_code_left_alone(tmp_path):
    page, right = tmp_path / "page.md", comment(["score", "tools/simulation.py"])
    wrong = right.replace(f"score={number_digest_of(SCRIPTS / 'score.py')}", "score=000000000000")
    text = "# Page\n\n<!-- {} -->\n{}| 1 |\n<!-- /{} -->\n\nEnd.\n"
    for comment_, state in ((f"{right}\n", ""), (f"{wrong}\n", "the code of `score`"), ("", "not known")):
        page.write_text(before := text.format("simulation", comment_, "simulation"))
        (found,) = check_blocks(page)
        assert found.commands == ["python tools/simulation.py"]
        assert state in found.state and bool(state) == bool(found.state)
        after = page.read_text()
        check_blocks(page)
        assert page.read_text() == after
        is_marked = comment_.startswith(wrong)
        assert (after == before) != is_marked
        if is_marked:
            assert f"{wrong}\n{OLDER} Changed since: the code of `score`." in after
            page.write_text(after.replace(wrong, right))
            check_blocks(page)
            assert page.read_text() == before.replace(wrong, right)


def test_numbers_that_are_those_of_a_study_are_as_old_as_its_page(pages):
    page = pages / "tutorial.md"
    page.write_text(
        text := "# Tutorial\n\n<!-- of cohort.md -->\n\n<!-- short -->\n<!-- of walked.md -->\n1\n<!-- /short -->\n"
    )
    assert [found.state for found in check_blocks(page)] == ["", ""] and page.read_text() == text
    (pages / "cohort/code.json").unlink()
    check_blocks(page)
    assert page.read_text() == f"{OLDER} The numbers are of [cohort](cohort.md).\n\n{text}"


def test_numbers_that_a_person_wrote_are_of_a_page_as_it_was_then(pages):
    page = pages / "tutorial.md"
    text = f"# Tutorial\n\n<!-- of cohort.md as {results_check.numbers_of([pages / 'cohort.md'])} -->\n"
    page.write_text(text)
    assert check_blocks(page)[0].state == ""
    (pages / "cohort.md").write_text(TEXT.replace("wrote", "wrote later"))  # outside of the marks
    assert check_blocks(page)[0].state == "" and page.read_text() == text
    (pages / "cohort.md").write_text(TEXT.replace("results", "results, run again"))
    (found,) = check_blocks(page)
    assert page.read_text() == f"{OLDER} The numbers are of an earlier run of [cohort](cohort.md).\n\n{text}"
    assert f"'as {results_check.numbers_of([pages / 'cohort.md'])}'" in found.commands[0]


def test_numbers_of_several_studies_name_those_that_are_older(pages):
    page = pages / "worth.md"
    page.write_text("<!-- short -->\n<!-- of cohort.md walked.md -->\n1\n<!-- /short -->\n<!-- later -->\n<!-- /later -->\n")
    assert [found.state for found in check_blocks(page)] == [""]  # what is empty yet is no table
    (pages / "walked/code.json").unlink()
    assert [found.state for found in check_blocks(page)] == [f"{OLDER} The numbers are of [walked](walked.md)."]
    (pages / "cohort/code.json").unlink()
    (found,) = check_blocks(page)
    assert found.state == f"{OLDER} The numbers are of [cohort](cohort.md) and of [walked](walked.md)."


def test_a_block_names_code_that_is_there():
    with pytest.raises(FileNotFoundError, match="named nonsense; name a rule's script"):
        comment(["score", "nonsense"])
