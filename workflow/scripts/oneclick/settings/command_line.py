"""What was typed after ``snakemake``, looked at before and after Snakemake reads the rules."""

import difflib
import os
import sys
from collections.abc import Iterable

from oneclick.settings.files import ENDINGS, ConfigError, read_settings

FILES, VALUES = ("--configfile", "--configfiles"), ("--config", "-C")
"""The options behind which Snakemake takes all words, up to the next option, for files of settings or for KEY=VALUE."""


def targets_first(words: list[str]) -> list[str]:
    """The words in an order that Snakemake understands. Here a word behind the first file of settings that has no ending of
    such a file is a target, and so is one among KEY=VALUE without a =."""
    targets, kept, option, behind = [], [], None, 0
    for word in words:
        if word.startswith("-"):
            option, behind = word, 0
        else:
            behind += 1
        is_target = behind and (
            (option in FILES and behind > 1 and not word.lower().endswith(ENDINGS)) or (option in VALUES and "=" not in word)
        )
        (targets if is_target else kept).append(word)
    return targets + kept


def check_command_line(words: list[str], files: list[str]) -> None:
    """Start Snakemake again where a target stands behind --configfile, and end with a sentence where one of the ``files`` of
    settings cannot be read: Snakemake itself would end with a traceback."""
    ordered = targets_first(words)
    if ordered != words:
        sys.stderr.flush()
        os.execv(sys.executable, [sys.executable, "-m", "snakemake", *ordered])
    for file in files:
        try:
            read_settings(file)
        except ConfigError as error:
            sys.exit(str(error))


def unknown_target(target: str, names: Iterable[str], files: Iterable[str]) -> str:
    """That there is no such target, and the nearest of the ``names`` of targets or of the ``files`` that are made."""
    wrong = f"there is no target {target!r}"
    if os.path.dirname(target):
        near = difflib.get_close_matches(target, files, n=1, cutoff=0.6)
        other = f"did you mean {near[0]}, or another study, " if near else "a file of another study "
        return f"{wrong}; {other}which --configfile names?" if near else f"{wrong}; {other}needs its --configfile"
    near = difflib.get_close_matches(target, names, n=1, cutoff=0.6)
    return f"{wrong}; did you mean {near[0]}?" if near else f"{wrong}; known are {', '.join(names)}"
