# What studies and segmentations share: the code's place and digests, how jobs are started, files that belong together.
import logging
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
