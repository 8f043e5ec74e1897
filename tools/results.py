"""Write the page of a finished study: python tools/results.py results-paper studies/paper.yaml

docs/results/paper.md gets what was run, the tables and the answers, between the markers <!-- paper --> and <!-- /paper -->.
What people write stands outside of them and stays. Pictures go to docs/results/paper/, and so does code.json: which code and
settings the numbers come from, which `make results-check` compares with today's.
"""

import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import tables_of_paper
import tables_of_questions
from code_of_page import PageCode, changed_settings, counting, rules_of, settings_of
from digests import ROOT, SCRIPTS, scripts_at
from finished import Finished, markdown, number
from records import UNKNOWN, Record, days, runs, runs_of, seconds_of, upstream
from results_check import check_blocks, check_page, documents

from oneclick.clicks.kinds import drawn_from_mask, needs_mask
from oneclick.common.errors import UserError
from oneclick.common.tables import read_table
from oneclick.report.making import in_words

sys.path.append(str(ROOT / "benchmarks"))

from bench import write_between

PAGES = ROOT / "docs/results"
SECTIONS = {
    "safe_radius": "offsets",
    "cross": "cross",
    "measures": "measures",
    "effort": "effort",
    "cohort_map_margins": "cohort_map",
    "readers_worth": "reader_study",
}
"""The section of settings that a question's table depends on beside the study's own."""


def settings_that_ran(results: Path) -> dict[str, str]:
    """The flat settings that the study ran with, as its page of the run says."""
    table = read_table(str(results / "tables/run.csv"))
    part = table[table["part"] == "configuration"]
    return dict(zip(part["name"], part["value"], strict=True))


def records_of(study: Finished) -> list[Record]:
    """The records of all results that the numbers come from. A picture's numbers are those of what it was drawn from."""
    own = upstream(study.folder, study.read)
    drawn = [name for name in (f"figures/{figure}.png" for figure in study.shown) if name not in study.read]
    pictures = upstream(study.folder, drawn)
    drawers = {record.rule for path, record in pictures.items() if path in {study.folder / name for name in drawn}}
    rules = {record.rule for record in own.values()}
    more = {path: record for path, record in pictures.items() if record.rule not in drawers - rules}
    return list((own | more).values())


def commands_of(study: Finished, file: str) -> list[str]:
    """What makes the study, and its page, again."""
    target = " TARGET=beyond" if study.asked("conclusions") else ""
    run = [] if study.asked("cohort_map") and not target else [f"make run STUDY={file}{target}"]
    points = [f"make cohort-map STUDY={file}"] if study.asked("cohort_map") else []
    return [*points, *run, f"python tools/results.py {study.settings['results']} {file}"]


def cohort(study: Finished, methods: pd.DataFrame) -> str:
    """What the numbers are of, in words."""
    n = f"{methods['n_slices'].iloc[0]} slices of {methods['n_patients'].iloc[0]} patients"
    size, training = study.settings["preprocess"]["size"], study.settings["training"]
    trained = f"{study.settings['folds']} folds, {training['epochs']} epochs"
    if training["use"] in ("each", "best") and training["runs"] > 1:
        trained += f", {training['runs']} trainings of each network"
    return f"{n}; {size} x {size} pixels" + (f"; {trained}" if study.settings["networks"] else "")


def clicks_from_masks(study: Finished) -> list[str]:
    """A sentence on the methods whose clicks come from the physician's mask; nothing where none do."""
    methods, networks = study.settings["methods"].items(), study.settings["networks"]
    oracles = [name for name, row in methods if needs_mask(row, networks)]
    drawn = [name for name, row in methods if drawn_from_mask(row, networks)]
    said = [f"Only the physician's mask can place the clicks of {', '.join(oracles)}."] if oracles else []
    return said + ([f"The mask gave the clicks of {', '.join(drawn)}, which a person could place."] if drawn else [])


def head(study: Finished, records: list[Record], commands: list[str]) -> list[str]:
    """What was run: command, days, commit, machine, n; for all tables of the page."""
    made = runs_of(records, runs(study.folder))
    commits = list(dict.fromkeys(run.commit.replace(",", "") for run in made)) or [UNKNOWN]
    machines = list(dict.fromkeys(run.machine for run in made)) or [UNKNOWN]
    ran = " and ".join(f"`{command}`" for command in commands[:-1])
    said = [
        f"**{'Phantom results' if study.phantom else 'Real scans'}**: {cohort(study, study.table('by_patient_methods'))}.",
        f"All tables are of one study: {ran}, {days(records)}, commit {' and '.join(commits)},",
        f"on {' and '.join(machines)}, {in_words(seconds_of(records))} of computing.",
        "Intervals are 95 % intervals when patients are drawn.",
        *clicks_from_masks(study),
        f"Which code made the numbers: [{study.name}/code.json]({study.name}/code.json), compared by `make results-check`.",
    ]
    return said


def in_short(study: Finished, ran: str) -> list[str]:
    """The block of README.md on a study: medians of its methods, of a phantom beside the paper's."""
    table = study.table("median_dice").query("test_set == 'all'")
    n = f"{table['n_slices'].iloc[0]} slices of {table['n_patients'].iloc[0]} patients"
    begin = f"**{'Phantom results' if study.phantom else 'Real scans'}**, median Dice of {n}, {ran}:"
    of_page, ours = f"<!-- of docs/results/{study.name}.md -->", list(map(number, table["median_dice"]))
    if not study.phantom:
        each = ", ".join(f"{method} {value}" for method, value in zip(table["method"], ours, strict=True))
        return [of_page, f"{begin} {each}."]
    rows = [("here", *ours), ("the paper's patients", *map(number, table["paper_median_dice"]))]
    return [of_page, begin, "", *markdown(["", *table["method"]], rows)]


def page_of(study: Finished, file: str) -> tuple[str, str, PageCode]:
    """The text between the markers, what README.md says of it, and the code that its numbers depend on."""
    lines = ["## The study", "", *tables_of_paper.section(study), *tables_of_questions.section(study)]
    records, commands = records_of(study), commands_of(study, file)
    if not records:
        sys.exit(
            f"{study.folder.name}: there is no record of how it was made (provenance in it has them); run the study again"
        )
    asked = [SECTIONS[table] for table in SECTIONS if study.asked(table)]
    with ExitStack() as stack:
        made = runs_of(records, runs(study.folder))
        past = [stack.enter_context(scripts_at(run.commit.partition(",")[0])) for run in made]
        rules = rules_of(records, [SCRIPTS, *filter(None, past)])
    code = PageCode(file, commands, rules, counting(settings_that_ran(study.folder), asked))
    text = "\n".join([*head(study, records, commands), "", *lines]).rstrip()
    return text, "\n".join(in_short(study, days(records))), code


def write(study: Finished, text: str, in_short: str, code: PageCode) -> Path:
    """Write page, pictures and code.json, and what README.md says of it. A new page gets a title, to be changed by hand."""
    page, folder = PAGES / f"{study.name}.md", PAGES / study.name
    if not page.exists():
        page.write_text(f"# {study.name}\n\n<!-- {study.name} -->\n<!-- /{study.name} -->\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for figure in study.shown:
        shutil.copy(study.folder / f"figures/{figure}.png", folder / f"{figure.replace('_', '-')}.png")
    code.write(folder / "code.json")
    write_between(page, study.name, text)
    everything = "".join(path.read_text(encoding="utf-8") for path in documents())
    for picture in folder.glob("*.png"):  # of another time, that nobody shows any more
        if f"{study.name}/{picture.name})" not in everything:
            picture.unlink()
    if f"<!-- {study.name}-in-short -->" in (ROOT / "README.md").read_text(encoding="utf-8"):
        write_between(ROOT / "README.md", f"{study.name}-in-short", in_short)
        check_blocks(ROOT / "README.md")
    check_page(page)
    return page


def main(results: str, file: str) -> None:
    try:
        settings, today, named = settings_of(file)
    except UserError as error:
        sys.exit(f"{file}: {error}")
    name = "default" if file == "config.yaml" else Path(file).stem
    study = Finished(name, (ROOT / results).resolve(), settings)
    if not study.has("tables/by_patient_methods.csv"):
        sys.exit(f"{results}: there is no finished study in it; run make run STUDY={file} first")
    ran = counting(settings_that_ran(study.folder))
    if other := changed_settings(ran, counting(today), named):
        sys.exit(
            f"{results} was run with other settings than {file} has ({', '.join(other)}); name the file it was run with"
        )
    print(write(study, *page_of(study, file)).relative_to(ROOT))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
