"""Run a study and make its report: python workflow/study.py config.yaml 8 [all]

What `make run` does. It is the same as `snakemake all --cores 8 --configfile config.yaml`, and that again with
`--report results/provenance.html`, which says how the study came about. `make check`, `make segment`, `make statistics`
`make click-page` and `make reader-study` name that target, and need no report. What cannot be read is said in plain words,
errors are repeated at the end, and the last lines say how many warnings there were and where the results lie.
"""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

WORKFLOW = Path(__file__).parent
sys.path.append(str(WORKFLOW / "scripts"))

from oneclick.common.errors import UserError  # noqa: E402
from oneclick.settings.files import read_settings  # noqa: E402

SNAKEMAKE = str(Path(sys.executable).parent / "snakemake")
INTERRUPTED = 130
KINDS = {"segment": "results-segment", "statistics": "results-statistics", "click_page": "results-click"}
"""Files of settings that are no studies, by the section that makes them so, and where their results lie unless they say."""
MADE = {
    "check": "The check of all scans is {0}/verification.csv, PET and masks of all are drawn in {0}/contact_sheets",
    "check of segment": "The check of all scans and clicks is {0}/verification.csv",
    "click_page": "The click page is {0}/click.html: a double click opens it in a browser, without a connection",
    "reader_study": "The readers' pages are in {0}/readers/pages. They hold scans: leave them where the scans are",
    "segment": "Masks are in {0}/masks, their lesions in {0}/lesions.csv, pictures in {0}/overlays",
    "statistics": "The statistics are {0}/tables/by_patient.html, the figures are in {0}/figures",
}


def settings_of(study: str, target: str = "all") -> dict:
    """The settings in a file, not checked but for ``results``, which is there. Ends the program with a sentence if they
    cannot be read, or are not of the kind that the target is made of."""
    try:
        settings = read_settings(study)
    except UserError as error:
        sys.exit(str(error))
    kind = next((kind for kind in KINDS if kind in settings), None)
    if kind and target not in (kind, "check"):
        command = kind.replace("_", "-")
        sys.exit(f"{study}: this is no study but settings of {command}; write make {command} STUDY={study}")
    if target in KINDS and kind != target and target != "click_page":  # which studies have as well
        own = f"copy studies/{target}.yaml and fill it in"
        sys.exit(f"{study}: there is no section {target} in it; {own}, and write make {target} STUDY=my-{target}.yaml")
    results = settings.setdefault("results", KINDS.get(kind, "results"))
    if Path(str(results)).is_file():
        sys.exit(f"{study}: results: {results} is a file; name a folder")
    return settings


def snakemake(study: str, target: str, *arguments: str) -> int:
    """Run Snakemake on a study, and say the errors of its jobs once more at the end. Gives its exit status."""
    command = [SNAKEMAKE, target, *arguments, "--configfile", study]
    with tempfile.TemporaryDirectory() as folder:
        errors = Path(folder, "errors")  # jobs write theirs into it, for by the end they are far up
        running = subprocess.Popen(command, env=os.environ | {"ONECLICK_ERRORS": str(errors)})
        try:
            status = running.wait()
        except KeyboardInterrupt:  # which the terminal sends to Snakemake as well: its jobs end first
            status = running.wait() or INTERRUPTED
        if status and errors.exists():
            print(f"\n{errors.read_text(encoding='utf-8').strip()}", file=sys.stderr)
    return status


def warnings_in(table: str, where: str = "") -> str:
    """How many warnings the jobs of a study had, or those of the check alone, and where they are; nothing where there are
    none."""
    with open(table, newline="", encoding="utf-8") as file:
        n = sum(row.get("level", "warning") == "warning" for row in csv.DictReader(file))
    return f"{n} warning{'s' * (n > 1)}: {where}in {table}\n" if n else ""


def main(study: str, cores: str, target: str = "all") -> int:
    if not (cores == "all" or (cores.isdecimal() and int(cores) > 0)):
        sys.exit(f"CORES={cores} is no number of cores; write CORES=2")
    settings = settings_of(study, target)
    results = str(settings["results"]).rstrip("/")
    if target == "click_page" and "click_page" not in settings and not Path(results, "settings.json").is_file():
        print(f"There is no finished study in {results} yet: it is run first, and then its page is made", flush=True)
    if status := snakemake(study, target, "--cores", cores):
        return status
    if target in MADE:
        made = "check of segment" if target == "check" and "segment" in settings else target
        found = warnings_in(f"{results}/verification.csv") if target == "check" else ""
        print(f"\n{found}{MADE[made].format(results)}")
        return 0
    if "/" in target:  # a file by itself
        print(f"\n{target} is there")
        return 0
    # The report is a part of all; it shows what was asked of the study before, such as this target.
    if target != "all" and (status := snakemake(study, "all", "--cores", cores)):
        return status
    # Snakemake's own gets its name when it is complete; the other name has the same ending, by which Snakemake goes.
    provenance, part = f"{results}/provenance.html", f"{results}/.part-provenance.html"
    if status := snakemake(study, target, "--report", part):
        Path(part).unlink(missing_ok=True)
        return status
    os.replace(part, provenance)
    print(f"\n{warnings_in(f'{results}/warnings.csv', 'in the report and ')}The report is {results}/report.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
