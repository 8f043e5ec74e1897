"""Many runs of Snakemake in one folder, at the price of one start: it is imported once and the process forked for each.

For runs that do no job: --dry-run, --summary, --touch. Standard input holds, by name, the arguments of each run as JSON;
standard output gets, by name, the exit status of each and what it printed.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, "workflow/scripts")

import jsonschema  # noqa: F401 - imported here, so that the forks need not
import pandas  # noqa: F401
import snakemake.cli
import snakemake.executors.touch
import yaml  # noqa: F401

import oneclick.data.cohort
import oneclick.settings.cohort_map
import oneclick.settings.study  # noqa: F401
from oneclick.engine.digest import code_digest


def start(arguments: list[str], output: str) -> int:
    """A fork that runs Snakemake; gives its number."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    file = os.open(output, os.O_WRONLY)
    os.dup2(file, 1)
    os.dup2(file, 2)
    try:
        sys.argv = ["snakemake"]
        snakemake.cli.main(arguments)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    else:
        status = 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


# So long --touch waits for each job, to tell the dates of its files apart; here they are told apart by less.
snakemake.executors.touch.Executor.SLEEPING_TIME = 0.002
for script in Path("workflow/scripts").resolve().glob("*.py"):
    code_digest(script)  # kept for the forks
with tempfile.TemporaryDirectory() as folder:
    runs = json.load(sys.stdin)
    outputs = {name: tempfile.mkstemp(dir=folder)[1] for name in runs}
    ahead, running, statuses = list(runs), {}, {}
    while ahead or running:
        if ahead and len(running) < (os.cpu_count() or 1):
            name = ahead.pop(0)
            running[start(runs[name], outputs[name])] = name
        else:
            child, status = os.wait()
            statuses[running.pop(child)] = os.waitstatus_to_exitcode(status)
    said = {name: (statuses[name], Path(path).read_text()) for name, path in outputs.items()}
json.dump(said, sys.stdout)
