"""Runs of Snakemake at the price of one start: it is imported once, and the process forked for each run.

Standard input holds a question a line, as JSON: a folder, and by name the arguments of each run there. Standard output gets
an answer a line: by name the exit status of each run, its standard output and its standard error.
"""

import ast
import importlib
import json
import os
import re
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path

sys.path.pop(0)  # this file's folder

import jsonschema  # noqa: F401 - imported here, so that the forks need not
import pandas  # noqa: F401
import snakemake.cli
import snakemake.dag
import snakemake.executors.touch
import yaml  # noqa: F401
from snakemake.io import is_flagged


def graph(dag: snakemake.dag.DAG) -> str:
    """Snakemake's own graph of jobs in place of the picture that --dag draws, as JSON: of each job rule, wildcards, output,
    input (but for what is ancient, which reruns nothing), which outputs are directories, and whether it would run."""
    jobs = [
        {
            "rule": job.rule.name,
            "wildcards": dict(job.wildcards.items()),
            "output": list(map(str, job.output)),
            "input": [str(file) for file in job.input if not is_flagged(file, "ancient")],
            "directories": [str(file) for file in job.output if is_flagged(file, "directory")],
            "runs": dag.needrun(job),
        }
        for job in dag.jobs
    ]
    return json.dumps(jobs)


snakemake.dag.DAG.dot = graph
AT_ONCE = 1 if "PYTEST_XDIST_WORKER" in os.environ else os.cpu_count() or 1


def fork(said: Path, run, *arguments) -> int:
    """A process that runs a function, its output in two files; gives its number. It ends as Python ends."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    for number, kind in ((1, "out"), (2, "err")):
        os.dup2(os.open(said.with_suffix(f".{kind}"), os.O_WRONLY | os.O_CREAT), number)
    status = 0
    try:
        run(*arguments)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        status = 1
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def snakemake_run(arguments: list[str]) -> None:
    sys.argv = ["snakemake", *arguments]
    snakemake.cli.main(arguments)


def read_code() -> None:
    """Import what the rules import of ours and take the digests of all scripts; both are kept for the forks."""
    sys.path.insert(0, os.path.abspath("workflow/scripts"))
    for rules in [Path("Snakefile"), *Path("workflow/rules").rglob("*.smk")]:
        for name in re.findall(r"^from (oneclick\S*) import", rules.read_text(), re.M):
            digest = getattr(importlib.import_module(name), "code_digest", None)
            for script in Path("workflow/scripts").resolve().glob("*.py") if digest else ():
                digest(script)


def runs_in(folder: str, runs: dict[str, list[str]], place: Path) -> None:
    os.chdir(folder)
    if len(runs) > 1:
        read_code()
    ahead, running, statuses = list(enumerate(runs)), {}, {}
    while ahead or running:
        if ahead and len(running) < AT_ONCE:
            number, name = ahead.pop(0)
            running[fork(place / str(number), snakemake_run, runs[name])] = name
        else:
            child, status = os.wait()
            statuses[running.pop(child)] = os.waitstatus_to_exitcode(status)
    texts = [[(place / f"{n}.{kind}").read_text(errors="replace") for kind in ("out", "err")] for n in range(len(runs))]
    answer = {name: (statuses[name], *said) for name, said in zip(runs, texts, strict=True)}
    (place / "answer").write_text(json.dumps(answer))


# The digests of code read the same modules in every copy of the workflow.
ast.parse = cache(ast.parse)
for module in (Path(__file__).parents[2] / "workflow/scripts").rglob("*.py"):
    ast.parse(module.read_text(encoding="utf-8"))
snakemake.cli.get_argument_parser()  # imports Snakemake's plugins
# So long --touch waits for each job, to tell the dates of its files apart; here they are told apart by less.
snakemake.executors.touch.Executor.SLEEPING_TIME = 0.002
for question in sys.stdin:
    with tempfile.TemporaryDirectory() as place:
        batch = fork(Path(place) / "batch", runs_in, *json.loads(question), Path(place))
        os.waitpid(batch, 0)
        answer = Path(place) / "answer"
        print(answer.read_text() if answer.exists() else json.dumps(Path(place, "batch.err").read_text()), flush=True)
