"""The connected components of a slice's mask: one click belongs to each."""

import numpy as np
from scipy import ndimage


def label_components(mask: np.ndarray, connectivity: int) -> tuple[np.ndarray, int]:
    """Labels (h, w) of the components of a mask (h, w), 1 to n in raster order, and n.

    ``connectivity``: 8 (pixels that touch at a corner belong together, as in the authors' notebook) or 4 (the default of
    the function that the paper names, scipy.ndimage.label).
    """
    return ndimage.label(mask, structure=ndimage.generate_binary_structure(2, {4: 1, 8: 2}[connectivity]))
