"""A patient that is quickly made: an elliptic body of SUV 1 with 10 % of noise, in it a round tumour of SUV 7."""

import numpy as np

AFFINE = np.array([[-4.0, 0, 0, 80], [0, -4.0, 0, 80], [0, 0, 4.0, -300], [0, 0, 0, 1]])
"""As scanners store it: i to the patient's left, j to the back, k to the head; voxels of 4 mm."""


def simple_patient(seed=1, shape=(40, 40, 12), centre=(12, 26, 5), radius=4.0) -> tuple[np.ndarray, np.ndarray]:
    """PET float32 and mask uint8, both (i, j, k)."""
    rng = np.random.default_rng(seed)
    i, j, k = np.indices(shape)
    body = ((i + 0.5) / shape[0] - 0.5) ** 2 / 0.42**2 + ((j + 0.5) / shape[1] - 0.5) ** 2 / 0.36**2 < 1
    tumour = (i - centre[0]) ** 2 + (j - centre[1]) ** 2 + 2 * (k - centre[2]) ** 2 <= radius**2
    pet = body * (1 + 0.1 * rng.standard_normal(shape)) + 6 * tumour + 0.01 * rng.random(shape)
    return np.abs(pet).astype(np.float32), tumour.astype(np.uint8)
