"""Slices of discs, for trainings that take seconds."""

import numpy as np


def discs(n: int, size: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Slices with two equally bright squares, of which the clicked one is true: solvable with the click channel only."""
    rng = np.random.default_rng(0)
    x, y = np.zeros((n, size, size, 2), np.float32), np.zeros((n, size, size), np.uint8)
    for i in range(n):
        side = rng.integers(2)
        for s in range(2):
            row, column = rng.integers(1, size - 5), 1 + s * size // 2 + rng.integers(0, 3)
            x[i, row : row + 4, column : column + 4, 0] = 1
            if s == side:
                x[i, row + 1, column + 1, 1] = 1
                y[i, row : row + 4, column : column + 4] = 1
    return x, y
