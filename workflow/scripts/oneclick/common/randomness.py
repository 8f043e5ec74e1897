"""Random generators that belong to the thing they draw for."""

import hashlib

import numpy as np


def seed_of(seed: int, *purpose: str | int) -> int:
    """A 128-bit seed for one purpose of a study, e.g. ``seed_of(2024, "random click", patient, slice, component)``.

    It depends on its arguments only, so another patient, order or number of cores changes nobody else's phantom or clicks.
    """
    words = "\x1f".join(str(word) for word in (seed, *purpose))
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:16], "little")


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator seeded by :func:`seed_of`."""
    return np.random.default_rng(seed_of(seed, *purpose))
