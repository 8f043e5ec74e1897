"""A notebook's Python loops over pixels, for `notebook_way.py`: masks, components, clicks, Dice."""

import numpy as np


def mask_by_loops(plane: np.ndarray, size: int) -> np.ndarray:
    """A mask (rows, columns) as (size, size): a pixel is positive if 5/16 of its block are."""
    block, small = plane.shape[0] // size, np.zeros((size, size), np.uint8)
    for row in range(size):
        for column in range(size):
            part = plane[row * block : (row + 1) * block, column * block : (column + 1) * block]
            if part.sum() / block**2 >= 5 / 16:
                small[row, column] = 1
    return small


def components_by_loops(mask: np.ndarray) -> list[list[tuple[int, int]]]:
    """The pixels of each 8-connected component."""
    rows, columns = mask.shape
    seen, found = np.zeros(mask.shape, bool), []
    for row in range(rows):
        for column in range(columns):
            if not mask[row, column] or seen[row, column]:
                continue
            seen[row, column], waiting, pixels = True, [(row, column)], []
            while waiting:
                i, j = waiting.pop()
                pixels.append((i, j))
                for k in range(max(i - 1, 0), min(i + 2, rows)):
                    for m in range(max(j - 1, 0), min(j + 2, columns)):
                        if mask[k, m] and not seen[k, m]:
                            seen[k, m] = True
                            waiting.append((k, m))
            found.append(pixels)
    return found


def click_by_loops(pixels: list[tuple[int, int]], kind: str, rng: np.random.Generator) -> tuple[int, int]:
    pixels = sorted(pixels)
    if kind == "random":
        return pixels[rng.integers(len(pixels))]
    middle = np.mean(pixels, axis=0)
    return min(pixels, key=lambda pixel: (pixel[0] - middle[0]) ** 2 + (pixel[1] - middle[1]) ** 2)


def dice_by_loops(output: np.ndarray, mask: np.ndarray, threshold: float) -> float:
    both = one = 0
    for row in range(mask.shape[0]):
        for column in range(mask.shape[1]):
            positive, true = output[row, column] > threshold, mask[row, column] == 1
            if positive and true:
                both += 1
            if positive:
                one += 1
            if true:
                one += 1
    return 2 * both / one if one else 0.0


def keep_by_loops(mask: np.ndarray, clicks: np.ndarray) -> np.ndarray:
    components = components_by_loops(mask)
    if len(components) <= 1:
        return mask
    kept = np.zeros_like(mask)
    for pixels in components:
        if any(clicks[pixel] for pixel in pixels):
            for pixel in pixels:
                kept[pixel] = 1
    return kept
