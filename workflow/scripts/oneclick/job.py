"""What every job of the workflow does around its one function call: log, progress, errors in one sentence."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

from oneclick.errors import UserError


@contextlib.contextmanager
def job(log: str, name: str = "") -> Iterator[Callable[[str], None]]:
    """Send all output of the process, that of native libraries too, to the file ``log``; gives a function that says a line
    there and on the terminal, after ``name``.

    A UserError or OSError (a full disk, a folder that cannot be written) ends the process with status 1 and its message
    alone; other errors are ours and keep their traceback.
    """
    terminal = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    log_file = open(log, "w", encoding="utf-8")  # noqa: SIM115 - stays open until the process ends
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(log_file.fileno(), number)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)
        print(f"{name}: {line}", file=terminal, flush=True)

    try:
        yield say
    except KeyboardInterrupt:
        print(f"{name}: interrupted; the same command goes on from here".removeprefix(": "), file=sys.stderr)
        sys.exit(130)
    except (UserError, OSError) as error:
        print(f"{name}: {error}" if name else error, file=sys.stderr)
        sys.exit(1)
