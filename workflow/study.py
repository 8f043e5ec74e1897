"""Run a study and make its report: python workflow/study.py config.yaml 8 [all]

What `make run` does. It is the same as `snakemake all --cores 8 --configfile config.yaml`, and that again with
`--report results/report.html`; settings that cannot be read are named in plain words, and errors are repeated at the end.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

SNAKEMAKE = str(Path(sys.executable).parent / "snakemake")
INTERRUPTED = 130


def settings_of(study: str) -> dict:
    """The settings in a study's file, not checked but for ``results``, which is there. Ends the program with a sentence if
    they cannot be read."""
    path = Path(study)
    if not path.is_file():
        sys.exit(f"The study {study} does not exist; name a file such as STUDY=studies/paper.yaml")
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        sys.exit(
            f"{study}{f', line {mark.line + 1}' if mark else ''}: this is not YAML; look at colons, brackets and indents"
        )
    except UnicodeDecodeError:
        sys.exit(f"{study}: this is not a text file in UTF-8; name the settings of a study")
    if not isinstance(settings, dict):
        sys.exit(f"{study}: there are no settings in it; see docs/reference/settings.md")
    for target in ("segment", "statistics"):
        if target in settings:
            sys.exit(f"{study}: this is no study; run it with snakemake --cores 8 {target} --configfile {study}")
    results = settings.setdefault("results", "results")
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


def main(study: str, cores: str, target: str = "all") -> int:
    results = str(settings_of(study)["results"]).rstrip("/")
    # The report gets its name when it is complete; the other name has the same ending, by which Snakemake goes.
    report, part = f"{results}/report.html", f"{results}/.part-report.html"
    status = snakemake(study, target, "--cores", cores) or snakemake(study, target, "--report", part)
    if status:
        Path(part).unlink(missing_ok=True)
        return status
    os.replace(part, report)
    print(f"\nThe report is {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
