"""The kinds of click, in words, and which of them need the physician's mask."""

from collections.abc import Mapping

CLICK_KINDS = {
    "random": "a random pixel of\neach component",
    "center": "pixel nearest to each\ncentre of mass",
    "suvmax": "the hottest pixel of\neach component",
    "inner": "the deepest pixel of\neach component",
    "human": "where a person might\nclick each component",
}
"""What a kind of click is."""

KINDS = ("center", "inner")
"""Kinds of click that nobody can place without the physician's mask."""


def _kinds(method: Mapping, networks: Mapping[str, Mapping]) -> set[str]:
    """The kinds of click that a method's network sees, that choose its components or that it grows from."""
    seen = networks[method["network"]]["clicks"] if "network" in method else "none"
    return {seen, method.get("keep", "none"), method.get("clicks", "none")} - {"none"}


def needs_mask(method: Mapping, networks: Mapping[str, Mapping]) -> bool:
    """Whether a click that a method's network sees, that chooses its components or that it grows from, is one of ``KINDS``.
    A person's (``human``) is none, whatever it aims at: it misses, as a person would who has no mask. ``method`` and
    ``networks`` are rows of the config."""
    return bool(_kinds(method, networks) & set(KINDS))


def drawn_from_mask(method: Mapping, networks: Mapping[str, Mapping]) -> bool:
    """Whether a method has clicks, and all of kinds that a person could place: in a study they too are drawn from the
    physician's mask, one in each of its components. ``method``, ``networks``: as of :func:`needs_mask`."""
    return bool(_kinds(method, networks)) and not needs_mask(method, networks)


PLACES = {
    "random": "at a random pixel of the tumour",
    "center": "at the tumour's centre of mass (which only the physician's mask tells)",
    "suvmax": "at the tumour's hottest pixel",
    "inner": "deepest inside the tumour (which only the physician's mask tells)",
    "human": "where a person might click",
}
"""Where a kind of click lies."""
