"""The kinds of click, in words, and which of them need the physician's mask.

Beside those of ``CLICK_KINDS`` there are those of people: ``reader``, a reader a patient, and ``reader-R1``, the clicks of
reader R1; of simulated readers ``simulated-reader`` and ``simulated-reader-sim1``.
"""

import re
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


READERS = re.compile(r"(simulated-)?reader(?:-([A-Za-z0-9]+))?")


def is_readers(kind: str) -> bool:
    """Whether a kind of click is that of readers, simulated ones among them."""
    return READERS.fullmatch(kind) is not None


def reader_of(kind: str) -> str | None:
    """The code of the reader whose clicks a kind is; None if it is of all readers, or of none."""
    found = READERS.fullmatch(kind)
    return found and found[2]


def is_simulated(code: str) -> bool:
    """Whether a reader's code is that of a simulated reader."""
    return code.lower().startswith("sim")


def is_drawn(kind: str) -> bool:
    """Whether clicks of a kind that a person could place are drawn from the physician's mask all the same, as those of
    simulated readers are."""
    return (kind in CLICK_KINDS and kind not in KINDS) or (is_readers(kind) and kind.startswith("simulated"))


def kind_in_words(kind: str) -> str:
    """What a kind of click is, in two lines."""
    if kind in CLICK_KINDS:
        return CLICK_KINDS[kind]
    who = "simulated reader" if kind.startswith("simulated") else "reader"
    return f"where {who}\n{code} clicked" if (code := reader_of(kind)) else f"where a {who}\nclicked each component"


def place_of(kind: str) -> str:
    """Where clicks of a kind lie, in words."""
    if kind in PLACES:
        return PLACES[kind]
    return kind_in_words(kind).partition(" each")[0].replace("\n", " ")


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
    """Whether a method has clicks of kinds that a person could place and that are drawn from the physician's mask all the
    same, one in each of its components (:func:`is_drawn`), and none that only the mask can place. ``method``, ``networks``:
    as of :func:`needs_mask`."""
    return any(map(is_drawn, _kinds(method, networks))) and not needs_mask(method, networks)


PLACES = {
    "random": "at a random pixel of the tumour",
    "center": "at the tumour's centre of mass (which only the physician's mask tells)",
    "suvmax": "at the tumour's hottest pixel",
    "inner": "deepest inside the tumour (which only the physician's mask tells)",
    "human": "where a person might click",
}
"""Where a kind of click lies."""


def human_note(clicks: Mapping) -> str:
    """Whether the numbers of the simulated person are assumed or measured, from the section clicks of the settings."""
    numbers = f"{clicks['human_sigma_mm']:g} mm beside their aim along each axis, {100 * clicks['human_miss']:g} % elsewhere"
    return f"Clicks of the kind human are simulated: {numbers} (standard deviation and chance; {clicks['human_source']})."
