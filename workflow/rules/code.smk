# What studies and segmentations share: the code's place and digests, how jobs are started, files that belong together.
import logging
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from oneclick.digest import code_digest
from oneclick.errors import UserError
from oneclick.running import begin, say_deaths

# On a full disk Snakemake cannot write its log: the reason is what a user should see, not a traceback for each line of it.
logging.raiseExceptions = False


# The default profile leaves out Snakemake's own lock, which outlives a kill: begin() has one that does not.
# To start at most 100 jobs a second, Snakemake 9 weighs all waiting jobs once a second for every job that has finished so far.
# With the files of 100 patients that takes half a core from the training, and on this machine nothing needs the limit.
# The scheduler is there only when the run starts, hence onstart; no option switches the limit off.
onstart:
    try:
        begin(RESULTS, f"{LOGS}/running", workflow.local_exec)
    except UserError as error:
        raise WorkflowError(str(error)) from None
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


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


def script_digest(rule):
    """Param that changes when the code of a rule's script, or what it imports of oneclick, changes."""
    return code_digest(ROOT / f"workflow/scripts/{rule}.py")


# What a job needs of a cluster is reserved by resources. The numbers come from benchmark: files, and from the memory that
# processes of jobs took at their highest; docs/cluster.md says how to see and to change them.
def megabytes(paths):
    """The size of those files that are there. A job whose input its own group is yet to make thus asks for its least; without
    a number, Snakemake would leave it out of what the group asks for."""
    return sum(os.path.getsize(path) for path in paths if os.path.exists(path)) / 2**20


def memory(base_mb, per_mb=0):
    """A rule's mem_mb: what its script takes, and what it takes for each MB of its input; twice as much at each new attempt.
    Beside the script, two Snakemakes read the study: 160 MiB and 25 KiB a patient each."""
    return lambda wildcards, input, attempt: int(
        (2 * (160 + 0.025 * len(PATIENTS)) + base_mb + per_mb * megabytes(input)) * 2 ** (attempt - 1)
    )


def minutes(base, per_mb=0):
    """A rule's runtime, some four times of what it took here; twice as long at each new attempt."""
    return lambda wildcards, input, attempt: int((base + per_mb * megabytes(input)) * 2 ** (attempt - 1))
