"""Names of regions and labels of masks, as a study asks for them."""

from difflib import get_close_matches
from fnmatch import fnmatchcase

CLOSE = 0.7
"""Of difflib: GTVn and GTV_N are as close as that."""


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def is_named(name: str, asked: str) -> bool:
    """Whether a region's name is the one asked for, or of that pattern (``GTV*``, ``GTV?``); upper and lower case and blanks
    around it do not matter."""
    return _plain(name) == _plain(asked) or fnmatchcase(_plain(name), _plain(asked))


def missing(asked: list[str], names: list[str]) -> list[str]:
    """Those of the names and patterns ``asked`` for of which none is there."""
    return [one for one in asked if not any(is_named(name, one) for name in names)]


def alike(asked: str, names: list[str]) -> list[str]:
    """The names that may be what a missing one was meant to be: spelt a little differently."""
    plain = {_plain(name).replace("_", "").replace("-", ""): name for name in names}
    return [plain[found] for found in get_close_matches(_plain(asked).strip("*"), list(plain), cutoff=CLOSE)]
