# What studies and segmentations share: the code's place and digests, how jobs are started, files that belong together. What
# works around Snakemake (9.27) is here; tests/workflow/test_engine.py fails where a newer one makes it needless.
import logging
import os
import sys
from collections import Counter
from pathlib import Path

from snakemake.dag import DAG
from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from oneclick.engine.digest import code_digest
from oneclick.common.errors import UserError
from oneclick.engine.run_lock import begin, say_deaths
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


def how_long(jobs):
    """A sentence on how long a run takes, from how many jobs of each rule are to be done; of a study, which says it itself."""


# The default profile leaves out Snakemake's own lock, which outlives a kill: begin() has one that does not. The jobs of this
# machine end with the run as well. Only now is it known what is to be done: a run without jobs does not come here.
onstart:
    try:
        begin(RESULTS, f"{LOGS}/running", workflow.local_exec)
    except UserError as error:
        raise WorkflowError(str(error)) from None
    if workflow.local_exec and (said := how_long(Counter(job.rule.name for job in workflow.dag.needrun_jobs()))):
        print(said, file=sys.stderr, flush=True)


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


def in_report(path, category, **labels):
    """A result that the report shows, with the caption of its name in workflow/report/."""
    caption = str(ROOT / f"workflow/report/{Path(path).stem}.rst")
    return report(path, caption=caption, category=category, labels=labels)


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
