# What studies and segmentations share: the code's place and digests, how jobs are started, files that belong together. What
# works around Snakemake (9.27) is here; tests/workflow/test_engine.py fails where a newer one makes it needless.
import contextlib
import json
import logging
import os
import sys
import time
from collections import Counter
from pathlib import Path

import snakemake.report
import snakemake.workflow
from snakemake.dag import DAG
from snakemake.exceptions import WorkflowError
from snakemake.io import _IOFile
from snakemake.persistence.file import FilePersistence
from snakemake.settings.enums import RerunTrigger

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from oneclick.engine.digest import code_digest
from oneclick.common.errors import UserError
from oneclick.engine.identity import differ, identities
from oneclick.engine.job import plain_words
from oneclick.engine.run_lock import begin, say_deaths
from oneclick.engine.runs import record_run
from oneclick.report.making import commit, hardware
from oneclick.settings.files import as_typed, sources, with_files

# On a full disk Snakemake cannot write its log: the reason is what a user should see, not a traceback for each line of it.
logging.raiseExceptions = False


def cannot_start(what, error):
    """End before any job, with a user's mistake in plain words: beside a WorkflowError Snakemake would name our file and line."""
    sys.exit(f"{what} cannot start:\n{with_files(error, SOURCES)}")


# Which files the settings come from. Snakemake has read those that were named, but of a key that stands twice it took one.
FILES = [as_typed(path) for path in workflow.overwrite_configfiles] or ["config.yaml"]
SOURCES = {}
try:
    SOURCES = sources(FILES, list(workflow.config_settings.config_args or []))
except UserError as error:
    cannot_start("This study", error)


# In a folder that cannot be written Snakemake ends with a traceback: its own notes and scripts of jobs lie there.
if not os.access(".snakemake" if os.path.exists(".snakemake") else ".", os.W_OK):
    sys.exit(
        f"{os.getcwd()}: the folder that snakemake was started in cannot be written; start it in a folder of yours with "
        f"--snakefile {ROOT}/Snakefile, where paths in the settings are from that folder",
    )


# Where a job runs again, Snakemake 9.27 does not look at the dates of what follows from it, since all of that runs as well. But
# what has only ancient() files of it does not: so a new scan would be checked and not preprocessed.
class Following(dict):
    """The jobs that follow from each, but for those that have only ancient() files of it."""

    def __init__(self, depending):
        self.depending = depending

    def __getitem__(self, job):
        after = self.depending[job].items()
        return {job: files for job, files in after if not all(f.is_ancient and Path(f).exists() for f in files)}


def without_ancient(dag, direction, *jobs, bfs=DAG.bfs, **options):
    return bfs(dag, Following(direction) if direction is dag.depending else direction, *jobs, **options)


DAG.bfs = without_ancient


# How each result came about (rule, params with settings and the digest of code, input) Snakemake 9.27 keeps in .snakemake, where
# it was started, and by the whole path. So results that are moved, or used from elsewhere, have no past, and of what has none it
# takes for granted that it is up to date. Here each results folder holds its own. And of input Snakemake asks whether it is newer
# than what was made of it: an older file in its place is never noticed, and one dated in the future always or refused. Here a
# file is another one if its size or date is another.
class Provenance(FilePersistence):
    """Snakemake's records, beside the results that they are about."""

    def __init__(self, **options):
        super().__init__(**options)
        self._metadata_path, self._incomplete_path = (f"{RESULTS}/provenance/{part}" for part in ("metadata", "incomplete"))
        self._max_len = 255  # wherever the results are moved
        self._read = {}
        # Whatever else counts, files do: also with --rerun-triggers mtime, which Snakemake itself recommends.
        settings = self.dag.workflow.dag_settings
        settings.rerun_triggers = {*settings.rerun_triggers, RerunTrigger.INPUT}

    def _get_key(self, file):
        return os.path.normpath(file).removeprefix(os.path.normpath(RESULTS) + "/")

    def _input(self, job):
        """The files that a job reads: their names, and which files these are, but for ancient ones."""
        if job not in self._read:
            files = ((self._get_key(file), None if file.is_ancient else str(file)) for file in job.input)
            self._read[job] = identities(files)
        return self._read[job]

    def _input_changed(self, job, file=None):
        recorded = self.input(file)
        return recorded is not None and differ(recorded, self._input(job))

    def _io_write(self, subject, record, key):
        # with the rights that the user gives new files; Snakemake lets the group write them
        path = Path(self._record_path(subject, key))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(record), encoding="utf-8")
        except OSError as error:
            raise WorkflowError(plain_words(error, str(path))) from None

    def started(self, job, external_jobid=None):
        # Anew, for the plan was made before the files were, and before the job: who changes a file while it runs changes what
        # the next run finds. In a group the files of a job come with its fellows.
        self._read.pop(job, None)
        if job.group is None:
            self._input(job)
        super().started(job, external_jobid)

    def has_metadata(self, job):
        """Always, for of results without a record nobody knows whether they are up to date: then the run ends here. (Within a
        group of jobs they have none yet.)"""
        for file in job.output if self.dag.workflow.is_main_process else ():
            if self.metadata(file) is None and os.path.exists(file):
                sys.exit(
                    f"{file}: there is no record of the settings, code and files it was made from ({RESULTS}/provenance has them, "
                    "and goes where results go); bring the folder back, name another one as results, or make all anew with "
                    "snakemake --forceall",
                )
        return True


async def never(*arguments, **options):
    return False


snakemake.workflow.FilePersistence = Provenance
_IOFile.is_newer = never
DAG.check_output_mtime = never


# A report shows what is there, beside the settings that it is given: Snakemake does not ask whether these made it.
# Nor may it take the place of the study's own page.
async def report_of_these_settings(dag, plugin, settings, *others, auto_report=snakemake.report.auto_report):
    if jobs := list(dag.needrun_jobs()):
        rules = ", ".join(sorted({job.rule.name for job in jobs}))
        sys.exit(
            f"What is in {RESULTS} was not made with these settings, files and code ({rules} would run); give the same command "
            "without --report first",
        )
    own, other = Path(RESULTS, "report.html"), Path(RESULTS, "provenance.html")
    is_made = "front_page" in {rule.name for rule in workflow.rules}
    if is_made and own.resolve() == settings.path.resolve():
        print(f"{own} is the page of the study and stays; Snakemake's report is {other}", file=sys.stderr, flush=True)
        settings.path = other
    await auto_report(dag, plugin, settings, *others)


snakemake.report.auto_report = report_of_these_settings


# Jobs keep lists of fonts and the like in HOME, and do without where it cannot be written (compute nodes, containers), each anew.
# Snakemake itself needs it before this is read, unless the profile says shared-fs-usage without source-cache.
if not os.access(os.path.expanduser("~"), os.W_OK):
    for variable in ("MPLCONFIGDIR", "KERAS_HOME"):
        os.environ.setdefault(variable, os.path.abspath(f".snakemake/{variable.lower()}"))


def how_long(jobs):
    """A sentence on how long a run takes, from how many jobs of each rule are to be done; of a study, which says it itself."""


# The default profile leaves out Snakemake's own lock, which outlives a kill: begin() has one that does not. The jobs of this
# machine end with the run as well. Only now is it known what is to be done: a run without jobs does not come here.
onstart:
    try:
        begin(RESULTS, f"{LOGS}/running", workflow.local_exec)
    except UserError as error:
        raise WorkflowError(str(error)) from None
    computes = workflow.local_exec and not workflow.touch
    if computes and (said := how_long(Counter(job.rule.name for job in workflow.dag.needrun_jobs()))):
        print(said, file=sys.stderr, flush=True)
    # For the report: when the run started, and by which settings. For pages of results: by which commit, on which machine.
    with contextlib.suppress(OSError):
        settings = " and ".join(Path(path).name for path in FILES)
        Path(f"{LOGS}/started").write_text(settings, encoding="utf-8")
        record_run(f"{RESULTS}/provenance/runs.csv", settings, commit(), hardware(), time.time())


onerror:
    say_deaths(log)


def partners(*paths):
    """The other files of .hdr and .img pairs, which are inputs as well: a new mask may leave its header as it was."""
    found = [
        Path(path).with_suffix({".hdr": ".img", ".img": ".hdr"}[Path(path).suffix])
        for path in paths
        if str(path).endswith((".hdr", ".img"))
    ]
    return [str(path) for path in found if path.exists()]


# What in_report() was told, in the order of the rules
REPORT = []
ASKED = "once it was asked for"


def in_report(path, category, shown=True, caption=None, pages=(), **label):
    """A result that the report shows, with the caption of its name in workflow/report/, or of another.

    ``label``: what it is, and its title, as table="1  Median Dice". ``shown``: whether, with these settings; ``ASKED``: if it
    was made before. ``pages``: of a result with the wildcard page.
    """
    caption = ROOT / f"workflow/report/{caption or Path(path).stem}.rst"
    ((kind, title),) = label.items()
    title = " ".join([kind.capitalize(), *title.split()] if title[:1].isdigit() else title.split())
    for page in pages or [""]:
        of_page = f", page {int(page)} of {len(pages)}" if len(pages) > 1 else ""
        about = {"category": category, "title": title + of_page, "caption": caption.read_text(encoding="utf-8")}
        file = path.replace("<results>", RESULTS).replace("{page}", page)
        REPORT.append({"path": file, "shown": shown, **about})
    return report(path, caption=str(caption), category=category, labels=label | ({"page": "{page}"} if pages else {}))


def in_the_report():
    """What the report shows: all of the study, and the questions beyond it that are all asked now, or were asked before. They
    stay part of it, so what follows from a change is made again for them as well."""

    def asked(path):
        return "beyond" in sys.argv or Path(path).exists()

    return [item for item in REPORT if (asked(item["path"]) if item["shown"] is ASKED else item["shown"])]


def script_digest(rule):
    """Param that changes when the code of a rule's script, or what it imports of oneclick, changes."""
    return code_digest(ROOT / f"workflow/scripts/{rule}.py")


# What a job needs of a cluster is reserved by resources. The numbers come from benchmark: files, and from the memory that
# processes of jobs took at their highest; docs/how-to/cluster.md says how to see and to change them.
def size_of(path):
    """Bytes of a file. A file that a job's own group is yet to make counts for nothing: so the job asks for its least, where
    Snakemake would leave a job without a number out of what the group asks for."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def grown(base, per_mb, paths, attempt):
    """``base``, and ``per_mb`` for each MB of the files; twice as much at each new attempt."""
    size = sum(map(size_of, paths)) if per_mb else 0
    return int((base + per_mb * size / 2**20) * 2 ** (attempt - 1))


def memory(base_mb, per_mb=0, also=()):
    """A rule's mem_mb: what its script takes, and what it takes for each MB of its input and of what it reads ``also``. Beside
    the script, two Snakemakes read the study: 160 MB and 0.025 MB a patient each."""
    base_mb += 2 * (160 + 0.025 * len(PATIENTS))
    return lambda wildcards, input, attempt: grown(base_mb, per_mb, [*input, *also], attempt)


def minutes(base, per_mb=0, also=()):
    """A rule's runtime, some four times of what it took on the machine that it was measured on."""
    return lambda wildcards, input, attempt: grown(base, per_mb, [*input, *also], attempt)
