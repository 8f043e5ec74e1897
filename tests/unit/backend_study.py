"""A tiny training with the back end that KERAS_BACKEND names: python backend_study.py FOLDER [NETWORK.keras].

Reads x.npy and y.npy of FOLDER, trains on all but the last 40 slices and writes into FOLDER, by the back end's name, the
network, its outputs for those 40, the share of numbers that ByteDropout dropped, and the outputs of NETWORK.keras.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

from oneclick.networks.backend import prepare_backend

prepare_backend(1)

import keras  # noqa: E402
import numpy as np  # noqa: E402

from oneclick.networks.batches import slices_in_memory  # noqa: E402
from oneclick.networks.fit import Settings, fit  # noqa: E402
from oneclick.networks.training import write_network  # noqa: E402
from oneclick.networks.unet import ByteDropout  # noqa: E402

folder, *others = map(Path, sys.argv[1:])
of_backend = str(folder / keras.backend.backend())
x, y = (np.load(folder / f"{name}.npy") for name in "xy")
settings = Settings(12, 8, 0.003, "sigmoid", 0, "shuffled", None, dropout="byte")
model, _ = fit(slices_in_memory(x, y), np.arange(len(x)) >= len(x) - 40, settings, 3, lambda line: None)
write_network(model, settings.output, f"{of_backend}.keras", f"{of_backend}.onnx")
np.save(f"{of_backend}-outputs.npy", model.predict(x[-40:], verbose=0)[..., 0])
dropped = ByteDropout(0.1)(np.ones((4, 32, 32, 16), np.float32), training=True)
np.save(f"{of_backend}-dropped.npy", (keras.ops.convert_to_numpy(dropped) == 0).mean())
for other in others:
    network = keras.saving.load_model(other, safe_mode=True)
    np.save(f"{of_backend}-of-{other.stem}.npy", network.predict(x[-40:], verbose=0)[..., 0])
