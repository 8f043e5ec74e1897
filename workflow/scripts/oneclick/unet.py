"""The paper's U-Net (Rainio et al. 2024, section 2.3, doi 10.1007/s13721-024-00483-0; sizes from the authors' code)."""

import keras
from keras import layers

# (filters, dropout) of each level of the contracting path, then filters of each level of the expanding path
CONTRACTING = ((16, 0.1), (32, 0.1), (64, 0.2), (64, 0.2))
EXPANDING = (32, 32, 16)
EXPANDING_DROPOUT = 0.1


def two_convolutions(x, filters: int, dropout: float):
    """Two 3 x 3 convolutions (ReLU, He-normal, same padding) with dropout between them."""
    convolution = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    x = layers.Conv2D(filters, 3, **convolution)(x)
    x = layers.Dropout(dropout)(x)
    return layers.Conv2D(filters, 3, **convolution)(x)


def build_unet(size: int, channels: int, output: str) -> keras.Model:
    """The network: (n, size, size, channels) float32 to (n, size, size, 1) float32.

    ``size`` is a multiple of 8, for three poolings. ``output`` is the activation of the last layer: ``linear`` in the
    paper, because with ``sigmoid`` some of its runs stopped converging and predicted all pixels negative.
    """
    inputs = x = keras.Input((size, size, channels))
    levels = []
    for filters, dropout in CONTRACTING[:-1]:
        x = two_convolutions(x, filters, dropout)
        levels.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = two_convolutions(x, *CONTRACTING[-1])
    for filters, level in zip(EXPANDING, reversed(levels), strict=True):
        x = layers.Conv2DTranspose(filters, 2, strides=2, padding="same")(x)
        x = layers.Concatenate()([x, level])
        x = two_convolutions(x, filters, EXPANDING_DROPOUT)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation=output)(x))
