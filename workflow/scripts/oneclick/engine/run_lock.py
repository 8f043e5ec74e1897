"""One run at a time in a results folder; how its jobs died. Used by Snakemake itself, not by jobs."""

import contextlib
import fcntl
import os
import re
import sys
from pathlib import Path

from oneclick.common.errors import UserError
from oneclick.engine.job import GOES_ON, MORE_MEMORY, RUN, keep_for_the_end

MEMORY = {"SIGKILL", "SIGABRT"}
"""How a process ends that the system, or a library, ends for want of memory."""


def begin(results: str, lock: str, local: bool = True) -> None:
    """Let this process alone write to the folder ``results`` until it ends, however it ends, and let its jobs, if they are
    ``local``, end with it.

    The file ``lock`` is locked by the system, so no kill or power cut leaves a lock behind. Raises UserError if another run
    holds it, or if results cannot be written.
    """
    try:
        for folder in (Path(results), Path(lock).parent):
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise UserError(f"results: the folder {folder} cannot be written; mend its rights, or name another folder")
        file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)  # a number, which stays open until the process ends
    except OSError as error:
        raise UserError(f"results: {error.filename} cannot be made: {error.strerror.lower()}") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        process = os.read(file, 20).decode()
        raise UserError(
            f"another run is at work in {results} (process {process}): wait until it is over, or end it with Ctrl-C"
        ) from None
    except OSError:
        return  # a network disk without locks
    with contextlib.suppress(OSError):  # a full disk is for the jobs to speak of
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
    if local:
        os.environ[RUN] = str(Path(lock).resolve())


def deaths(log: str) -> list[str]:
    """A sentence for each job that did not end by itself, from Snakemake's log."""
    found = re.findall(r"\.(\w+)\.py' died with <Signals\.(\w+)", log)
    found += [(rule, "SIGKILL") for rule in re.findall(r"\.(\w+)\.py' returned non-zero exit status 137", log)]
    return [
        f"{rule}: a job was killed by the system, most often because the memory was not enough; {MORE_MEMORY}"
        if signal in MEMORY
        else f"{rule}: a job was ended by {signal}; {GOES_ON}"
        for rule, signal in found
    ]


def say_deaths(logs: list[str]) -> None:
    """Say them on the terminal, and once more at the end of ``make run``; ``logs`` are paths."""
    for path in logs:
        for line in deaths(Path(path).read_text(encoding="utf-8", errors="replace")):
            print(line, file=sys.stderr)
            keep_for_the_end(line)
