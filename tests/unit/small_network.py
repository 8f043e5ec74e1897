"""A network that takes a tenth of the time of the paper's, for what holds of any network."""

import keras


def build_small(shape, channels, output, dropout=keras.layers.Dropout, dtype="float32") -> keras.Model:
    """Two convolutions with dropout in place of :func:`unet.build_unet`."""
    inputs = x = keras.Input((*shape, channels))
    for _ in range(2):
        x = keras.layers.Conv2D(8, 3, padding="same", activation="relu", dtype=dtype)(x)
        x = dropout(0.3, dtype=dtype)(x)
    return keras.Model(inputs, keras.layers.Conv2D(1, 1, activation=output)(x))
