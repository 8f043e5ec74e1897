"""What a method is to the rest of the code, and how methods of a study use the click."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Method = Callable[[dict[str, np.ndarray]], np.ndarray]
"""All that a method is here: from click matrices (n, h, w) by kind to its masks uint8 (n, h, w) of a patient's slices."""


@dataclass(frozen=True)
class Uses:
    """The methods that a map compares: ``none`` uses no click; ``pairs`` has, for each kind of click, the method that has it
    in its network and the one that keeps the components that hold it."""

    none: str
    pairs: dict[str, tuple[str, str]]

    @property
    def methods(self) -> list[str]:
        """Their names, each once."""
        return list(dict.fromkeys([self.none, *(method for pair in self.pairs.values() for method in pair)]))
