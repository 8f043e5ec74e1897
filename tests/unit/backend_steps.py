"""A few steps of a training without dropout, from given weights: python backend_steps.py FOLDER

With the back end that KERAS_BACKEND names. Reads x.npy, y.npy and weights.npz of FOLDER, which TensorFlow writes if they are
not there, and writes by the back end's name the losses and the trained weights.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

from oneclick.networks.backend import prepare_backend

prepare_backend(1)

import keras  # noqa: E402
import numpy as np  # noqa: E402

from oneclick.networks import fit as fitting  # noqa: E402
from oneclick.networks.batches import slices_in_memory  # noqa: E402
from oneclick.networks.unet import build_unet  # noqa: E402

folder = Path(sys.argv[1])
x, y = (np.load(folder / f"{name}.npy") for name in "xy")


def without_dropout(shape, channels, output, dropout, dtype):
    """The U-Net with the weights that all back ends start from; what dropout draws, each back end draws otherwise."""
    model = build_unet(shape, channels, output, lambda rate, dtype: keras.layers.Identity(dtype=dtype), dtype)
    if not (folder / "weights.npz").exists():
        np.savez(folder / "weights.npz", *model.get_weights())
    model.set_weights(list(np.load(folder / "weights.npz").values()))
    return model


fitting.build_unet = without_dropout
for output in ("linear", "sigmoid"):
    settings = fitting.Settings(3, 8, 0.001, output, 0, "shuffled", None)
    validates = np.arange(len(x)) >= len(x) - 8
    model, history = fitting.fit(slices_in_memory(x, y), validates, settings, 1, lambda line: None)
    of_backend = folder / f"{keras.backend.backend()}-{output}.npz"
    np.savez(of_backend, *model.get_weights(), losses=history[["loss", "val_loss"]].to_numpy())
