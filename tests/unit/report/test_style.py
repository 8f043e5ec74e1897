import numpy as np
import pytest

from oneclick.report import style


def lightness(colour: str) -> float:
    """Relative luminance of sRGB (IEC 61966-2-1)."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_methods_have_colours_of_their_own_and_the_outlined_ones_differ_in_lightness():
    names = ["x", "CNNonly", "CNNrand", "CNNcm", "rand1CNN", "cm1CNN", "y", "z"]
    palette = style.colours(names)
    assert len(set(palette.values())) == len(names)
    purple, blue, green = (lightness(palette[name]) for name in ("CNNonly", "cm1CNN", "rand1CNN"))
    assert purple + 0.08 < blue < green - 0.08
    assert style.colours(["y", "CNNonly"])["CNNonly"] == palette["CNNonly"]


@pytest.mark.parametrize(
    ("name", "length", "short"), [("abc", 3, "abc"), ("abcdef", 5, "ab\u2026ef"), ("abcdefg", 4, "ab\u2026g")]
)
def test_long_names_are_shortened_in_the_middle(name, length, short):
    assert style.shortened(name, length) == short
