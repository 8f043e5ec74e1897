"""The safe radius: how far off a click may be before the median Dice falls."""

import numpy as np
import pandas as pd

LOSS = 0.05
"""A loss of median Dice below this is called safe."""


def safe_radius(curve_of_method: pd.DataFrame) -> float:
    """The largest distance (first column) up to which every loss of median Dice is below ``LOSS``; NaN where unmoved clicks
    have a median Dice below that, which cannot be lost."""
    if curve_of_method["median_dice"].iloc[0] < LOSS:
        return float("nan")
    safe = (curve_of_method["loss"].round(12) < LOSS).to_numpy()  # 0.45 - 0.40 is 0.05
    return float(curve_of_method.iloc[: len(safe) if safe.all() else int(np.argmin(safe)), 0].iloc[-1])
