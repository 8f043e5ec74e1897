"""What every job of the workflow does around its one function call: log, progress, errors in one sentence."""

import contextlib
import errno
import fcntl
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator

from oneclick.common.errors import UserError
from oneclick.common.files import PART
from oneclick.common.warned import Warned, write_warnings

RUN = "ONECLICK_RUN"
"""The environment's name for the file that the run which started a job holds locked; see :mod:`run_lock`."""
GOES_ON = "the same command goes on from here"
MORE_MEMORY = f"run fewer jobs at a time (--cores 1, or make run CORES=1) or use a machine with more memory, and {GOES_ON}"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_ALLOWED = {errno.EROFS, errno.EACCES, errno.EPERM}


def end_with_run() -> None:
    """Let this process end within the second in which the run that started it is gone, whatever ended that.

    Else a job would go on after its run was killed, and write, perhaps by old settings, what the next run is using.
    """
    if (path := os.environ.get(RUN)) and os.path.exists(path):
        file = os.open(path, os.O_RDWR)

        def wait() -> None:
            # The system gives the lock when the run's process is no more.
            with contextlib.suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_SH)
                os._exit(1)

        threading.Thread(target=wait, daemon=True).start()


def keep_for_the_end(line: str) -> None:
    """Add a line to the file that the environment's ONECLICK_ERRORS names, for ``workflow/study.py`` to repeat it."""
    if "ONECLICK_ERRORS" in os.environ:
        with open(os.environ["ONECLICK_ERRORS"], "a", encoding="utf-8") as file:
            file.write(line + "\n")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def plain_words(error: BaseException, log: str) -> str | None:
    """One sentence for an error of disk or memory, None for another. The file is that which :func:`files.whole` was writing,
    or else the ``log``, since the error of a full disk does not name it."""
    writing = next((note for cause in _causes(error) for note in getattr(cause, "__notes__", [])), log)
    for cause in _causes(error):
        # of numpy, onnx, h5py; of Python, TensorFlow, PyTorch, JAX and ONNX Runtime
        said, number = str(cause), getattr(cause, "errno", None)
        name = str(getattr(cause, "filename", None) or writing).replace(PART, "")
        if number in FULL or "No space left" in said or (" requested and " in said and said.endswith(" written")):
            return f"{name}: no space left on the disk; free some, and {GOES_ON}"
        if number in NOT_ALLOWED:
            return f"{name}: {cause.strerror.lower()}; let yourself write there, or name another folder for the results"
        if number == errno.ENOENT:
            again = "if it lies among the results, the whole study (no target named) makes it again"
            return f"{name}: there is no such file; {again}"
        of_memory = ("ResourceExhaustedError", "OutOfMemoryError")
        if isinstance(cause, MemoryError) or type(cause).__name__ in of_memory or "bad alloc" in said.replace("_", " "):
            return f"there is not enough memory; {MORE_MEMORY}"
    return str(error) if isinstance(error, OSError) else None


def plain(text: str) -> str:
    """Text without signs that steer a terminal, which names in files from elsewhere may hold; lines stay lines."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "?" for letter in text)


@contextlib.contextmanager
def job(snakemake) -> Iterator[Callable[[str], None]]:
    """What a script is run in: :func:`logged` with its rule's log, named by rule and wildcards, e.g. train center fold 2.
    What it says that is a :class:`Warned` is written to the rule's output ``warnings_csv``, where the rule has one.
    ``snakemake``: what Snakemake puts into a script."""
    of = [f"fold {value}" if name == "fold" else value for name, value in snakemake.wildcards.items()]
    name, warnings = " ".join([snakemake.rule, *of]), []
    with logged(snakemake.log[0], name) as said:

        def say(line: str) -> None:
            if isinstance(line, Warned):
                warnings.append(line)
            said(line)

        yield say
        if path := dict(snakemake.output.items()).get("warnings_csv"):
            write_warnings(path, name, warnings)


def arguments(snakemake, **classes: type) -> dict:
    """The arguments of the function that a script calls: all named inputs, outputs and params of its rule, which bear the
    same names there. A param named in ``classes`` becomes such a data class; a class of another name gathers the arguments
    that bear the names of its fields. ``code``, the digest, is left out, and an output ``warnings_csv``, which :func:`job`
    writes."""
    outputs = {name: value for name, value in snakemake.output.items() if name != "warnings_csv"}
    parts = (snakemake.input, outputs, snakemake.params)
    found = {name: value for part in parts for name, value in part.items() if name != "code"}
    for name, kind in classes.items():
        fields = found.pop(name) if name in found else {field: found.pop(field) for field in kind.__dataclass_fields__}
        found[name] = kind(**fields)
    return found


@contextlib.contextmanager
def logged(log: str, name: str = "") -> Iterator[Callable[[str], None]]:
    """Send all output of the process, that of native libraries too, to the file ``log``; gives a function that says a line
    there and on the terminal, after ``name``, or ends an interrupted process.

    A UserError, an OSError (a full disk, a folder that cannot be written) or a lack of memory ends the process with status
    1, and its message is all that log and terminal get; of other errors, which are ours, the log has the traceback. The
    process ends with the run that started it.
    """
    end_with_run()
    terminal = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    log_file = open(log, "w", encoding="utf-8")  # noqa: SIM115 - stays open until the process ends
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(log_file.fileno(), number)
    interrupted = []

    def interrupt(number: int, frame: object) -> None:
        # The exception alone may be lost in a library: one raised while garbage is collected is ignored, and TensorFlow
        # makes another error of it.
        interrupted.append(number)
        raise KeyboardInterrupt

    # A run that was started to ignore Ctrl-C (nohup, the background of a script) goes on ignoring it.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)

    def say(line: str) -> None:
        if interrupted:
            raise KeyboardInterrupt
        line = plain(line)
        print(line, file=sys.stderr, flush=True)
        print(f"{name}: {line}", file=terminal, flush=True)

    def fail(line: str, status: int) -> None:
        line = plain(f"{name}: {line}".removeprefix(": "))
        print(line, file=terminal, flush=True)
        keep_for_the_end(line)
        sys.exit(status)

    try:
        yield say
    except (KeyboardInterrupt, Exception) as error:
        if interrupted or isinstance(error, KeyboardInterrupt):
            fail(f"interrupted; {GOES_ON}", 130)
        words = str(error) if isinstance(error, UserError) else plain_words(error, log)
        with contextlib.suppress(OSError):  # the log's disk may be the full one
            if words is None:
                traceback.print_exc()
            else:
                print(plain(words), file=sys.stderr, flush=True)
        fail(words or f"{type(error).__name__}, which is a defect of this program; {log} says more", 1)
