"""What every job of the workflow does around its one function call: log, progress, errors in one sentence."""

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator

from oneclick.errors import UserError


def plain(text: str) -> str:
    """Text without signs that steer a terminal, which names in files from elsewhere may hold; lines stay lines."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "?" for letter in text)


@contextlib.contextmanager
def job(log: str, name: str = "") -> Iterator[Callable[[str], None]]:
    """Send all output of the process, that of native libraries too, to the file ``log``; gives a function that says a line
    there and on the terminal, after ``name``.

    A UserError or OSError (a full disk, a folder that cannot be written) ends the process with status 1, and its message is
    all that log and terminal get; of other errors, which are ours, the log has the traceback. What the terminal gets is
    added to the file that the environment's ONECLICK_ERRORS names, for ``workflow/study.py`` to repeat it.
    """
    terminal = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    log_file = open(log, "w", encoding="utf-8")  # noqa: SIM115 - stays open until the process ends
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(log_file.fileno(), number)

    def say(line: str) -> None:
        line = plain(line)
        print(line, file=sys.stderr, flush=True)
        print(f"{name}: {line}", file=terminal, flush=True)

    def fail(line: str, status: int) -> None:
        line = plain(f"{name}: {line}".removeprefix(": "))
        print(line, file=terminal, flush=True)
        if "ONECLICK_ERRORS" in os.environ:
            with open(os.environ["ONECLICK_ERRORS"], "a", encoding="utf-8") as file:
                file.write(line + "\n")
        sys.exit(status)

    try:
        yield say
    except KeyboardInterrupt:
        fail("interrupted; the same command goes on from here", 130)
    except (UserError, OSError) as error:
        print(plain(str(error)), file=sys.stderr)
        fail(str(error), 1)
    except Exception as error:
        traceback.print_exc()
        fail(f"{type(error).__name__}, which is a defect of this program; {log} says more", 1)
