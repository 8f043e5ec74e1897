"""The paper's U-Net (Rainio et al. 2024, section 2.3, doi 10.1007/s13721-024-00483-0; sizes from the authors' code)."""

import keras
from keras import layers

# (filters, dropout) of each level of the contracting path, then filters of each level of the expanding path
CONTRACTING = ((16, 0.1), (32, 0.1), (64, 0.2), (64, 0.2))
EXPANDING = (32, 32, 16)
EXPANDING_DROPOUT = 0.1


class ByteDropout(layers.Layer):
    """Dropout that draws a byte for each number of the input (n, rows, columns, channels; channels a multiple of 4) instead
    of a float, since drawing takes up to half of the training on a processor. The rate becomes the nearest of 256ths."""

    def __init__(self, rate: float, **options):
        super().__init__(**options)
        self.dropped = round(rate * 256)
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, x, training=False):
        if not training:
            return x
        *sides, channels = keras.ops.shape(x)
        integers = keras.random.randint(
            (*sides, channels // 4), -(2**31), 2**31 - 1, dtype="int32", seed=self.seed_generator
        )
        drawn = keras.ops.reshape(keras.ops.view(integers, "uint8"), (*sides, channels))
        kept = keras.ops.cast(drawn >= self.dropped, x.dtype)
        return x * (kept * (256 / (256 - self.dropped)))


def build_unet(
    shape: tuple[int | None, int | None],
    channels: int,
    output: str,
    dropout: type[layers.Layer] = layers.Dropout,
    dtype: str = "float32",
) -> keras.Model:
    """The network: (n, rows, columns, channels) float32 to (n, rows, columns, 1) float32.

    ``shape``: rows and columns, multiples of 8, or None for any. ``output`` is the activation of the last layer: ``linear``
    in the paper, because with ``sigmoid`` some of its runs stopped converging and predicted all pixels negative.
    ``dropout`` and ``dtype`` (a policy of Keras, as mixed_bfloat16) are the paper's unless given; the last layer is float32.
    """

    def two_convolutions(x, filters: int, rate: float):
        """Two 3 x 3 convolutions (ReLU, He-normal, same padding) with dropout between them."""
        convolution = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal", "dtype": dtype}
        x = layers.Conv2D(filters, 3, **convolution)(x)
        x = dropout(rate, dtype=dtype)(x)
        return layers.Conv2D(filters, 3, **convolution)(x)

    inputs = x = keras.Input((*shape, channels))
    levels = []
    for filters, rate in CONTRACTING[:-1]:
        x = two_convolutions(x, filters, rate)
        levels.append(x)
        x = layers.MaxPooling2D(2, dtype=dtype)(x)
    x = two_convolutions(x, *CONTRACTING[-1])
    for filters, level in zip(EXPANDING, reversed(levels), strict=True):
        x = layers.Conv2DTranspose(filters, 2, strides=2, padding="same", dtype=dtype)(x)
        x = layers.Concatenate(dtype=dtype)([x, level])
        x = two_convolutions(x, filters, EXPANDING_DROPOUT)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation=output, dtype="float32")(x))
