"""What a network sees: slices, with clicks as a second channel."""

import numpy as np


def with_clicks(images: np.ndarray, clicks: np.ndarray | None) -> np.ndarray:
    """PET slices (n, h, w) as a network's input, float32 (n, h, w, channels): channel 0 is the slice, channel 1 its clicks
    (n, h, w); there is one channel only without (Rainio et al. 2024, section 2.2)."""
    return images[..., None] if clicks is None else np.stack([images, clicks.astype(np.float32)], axis=-1)


def network_input(slices_npys: list[str], clicks_npys: list[str] | None) -> np.ndarray:
    """The input of :func:`with_clicks` from the files of several patients: slices, and click matrices or what they are
    encoded to."""
    images = np.concatenate([np.load(path) for path in slices_npys])
    return with_clicks(images, None if clicks_npys is None else np.concatenate([np.load(path) for path in clicks_npys]))
