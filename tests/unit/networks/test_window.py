import numpy as np

from oneclick.data.body import body_box
from oneclick.networks.window import window_around_body, window_sides


def with_body(rows: slice, columns: slice, size: int = 64) -> np.ndarray:
    image = np.zeros((size, size))
    image[rows, columns] = 1
    return image


def test_windows_are_multiples_of_8_and_hold_the_body_and_its_margin():
    images = [with_body(slice(20, 40), slice(10, 20)), with_body(slice(0, 9), slice(30, 60))]
    boxes = [body_box(image) for image in images]
    sides = window_sides(images)
    assert sides[0] % 8 == 0 and max(box[1] - box[0] for box in boxes) <= sides[0] < 20 + 2 * (4 + 4) + 8
    assert sides[1] % 8 == 0 and max(box[3] - box[2] for box in boxes) <= sides[1] < 30 + 2 * (4 + 4) + 8
    for image, box in zip(images, boxes, strict=True):
        rows, columns = window_around_body(image, sides)
        assert (rows.stop - rows.start, columns.stop - columns.start) == sides
        assert rows.start <= box[0] and box[1] <= rows.stop and columns.start <= box[2] and box[3] <= columns.stop
        assert image[rows, columns].sum() == image.sum()


def test_a_window_has_the_body_in_its_middle_stays_in_the_slice_and_grows_with_the_body():
    rows, columns = window_around_body(with_body(slice(24, 40), slice(24, 40)), (48, 40))
    assert (rows, columns) == (slice(8, 56), slice(12, 52))
    rows, columns = window_around_body(with_body(slice(0, 6), slice(58, 64)), (32, 32))
    assert (rows, columns) == (slice(0, 32), slice(32, 64))
    rows, columns = window_around_body(with_body(slice(10, 50), slice(28, 32)), (16, 16))
    assert rows.stop - rows.start >= 48 and (columns.stop - columns.start) in (16, 24)
    assert window_around_body(np.zeros((16, 16)), (8, 8)) == (slice(0, 16), slice(0, 16))  # no body: all of the slice
    assert window_around_body(with_body(slice(3, 5), slice(3, 5)), (64, 64)) == (slice(0, 64), slice(0, 64))
