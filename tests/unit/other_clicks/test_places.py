import numpy as np
import pandas as pd
import pytest

from oneclick.clicks.moved import moved
from oneclick.clicks.simulated import MISS_MM
from oneclick.data.grid import grid_of
from oneclick.data.stack import PatientSlices
from oneclick.other_clicks.place_names import MISSES, OWN
from oneclick.other_clicks.places import cross, miss_places, misses, offsets

MM = (2.0, 4.0)
"""A pixel's size along rows and columns."""


def clicked(*places: tuple[int, int], shape=(11, 11)) -> np.ndarray:
    matrix = np.zeros((1, *shape), np.uint8)
    for place in places:
        matrix[(0, *place)] = 1
    return matrix


def slices(truth: np.ndarray, images: np.ndarray | None = None, pixel_mm=(1.0, 1.0)) -> PatientSlices:
    """Slice 3 of patient p."""
    images = truth.astype(float) if images is None else images
    n, affine = truth.shape[1], np.diag([-pixel_mm[0], -pixel_mm[1], 1, 1])
    rows = pd.DataFrame({"patient": ["p"], "slice": 3})
    return PatientSlices("p", slice(0, 1), rows, images, truth, grid_of(np.zeros((n, n, 4)), affine, n, None))


@pytest.mark.parametrize(
    "angle, place", [(0, (9, 5)), (np.pi / 2, (5, 7)), (np.pi, (1, 5)), (np.pi / 4, (8, 6)), (-np.pi / 2, (5, 3))]
)
def test_a_click_moves_by_mm(angle, place):
    # 8 mm: 4 pixels along rows, 2 along columns; at 45 degrees 5.66 mm: 2.8 and 1.4 pixels
    assert np.argwhere(moved(clicked((5, 5)), 8.0, angle, MM)[0]).tolist() == [list(place)]


def test_clicks_stay_on_the_slice_and_in_their_slices():
    both = np.concatenate([clicked((5, 5)), clicked((0, 0), (5, 5))])
    found = moved(both, 100.0, 0.0, MM)
    assert np.argwhere(found).tolist() == [[0, 10, 5], [1, 10, 0], [1, 10, 5]]
    np.testing.assert_array_equal(moved(both, 0.0, 0.0, MM), both)


def test_all_kinds_of_click_move_by_the_same_vector_in_eight_directions():
    own = {"center": clicked((5, 5)), "random": clicked((5, 4), (2, 2))}
    found = list(offsets(slices(own["center"]), own, (0, 3)))
    assert [place.where["distance_mm"] for place in found] == [0] + [3] * 8
    assert [place.where["direction"] for place in found] == [0, 0, 45, 90, 135, 180, 225, 270, 315]
    left, back = found[1], found[3]
    assert np.argwhere(left.clicks["center"][0]).tolist() == [[8, 5]]
    assert np.argwhere(back.clicks["center"][0]).tolist() == [[5, 8]]
    assert np.argwhere(back.clicks["random"][0]).tolist() == [[2, 5], [5, 7]]
    assert all(place.there.all() for place in found)


def test_one_kind_stands_in_for_all():
    own = {"center": clicked((5, 5)), "random": clicked((5, 4))}
    found = {place.where["clicked"]: place.clicks for place in cross(slices(own["center"]), own, ["random", "center"])}
    assert list(found) == ["random", "center"]
    for kind in own:
        np.testing.assert_array_equal(found["random"][kind], own["random"])
        np.testing.assert_array_equal(found["center"][kind], own["center"])


def head() -> tuple[np.ndarray, np.ndarray]:
    """A round body of radius 20 around (32, 32) with a tumour around (24, 30) and a hotter brain pixel at (45, 38)."""
    row, column = np.indices((64, 64))
    image = np.where(np.hypot(row - 32, column - 32) <= 20, 0.3, 0.0)
    mask = (np.hypot(row - 24, column - 30) <= 2).astype(np.uint8)
    image[mask > 0] = 1.0
    image[28, 30] = 0.95  # hotter still, but near the tumour
    image[45, 38] = 0.9
    return image, mask


def test_gross_misses_land_far_from_the_tumour():
    image, mask = head()
    found = miss_places(image, mask, {}, (1.0, 1.0), 1, "p", 3)
    assert [name for name in MISSES if name in found] == list(found)
    assert "brain" not in found  # whose place nobody knows on a scan
    assert found["hot spot"] == (45, 38)
    assert found["other side"] == (40, 30)  # 8 rows to one side of the body's middle, so 8 to the other
    from_middle = {name: np.hypot(place[0] - 32, place[1] - 32) for name, place in found.items() if place}
    assert from_middle["background"] <= 24 < 20 + MISS_MM < from_middle["air"]  # the body's edge is smoothed
    assert all(np.hypot(place[0] - 24, place[1] - 30) > 2 + MISS_MM - 0.5 for place in found.values() if place)
    assert found == miss_places(image, mask, {}, (1.0, 1.0), 1, "p", 3)
    assert found != miss_places(image, mask, {}, (1.0, 1.0), 1, "p", 4)


def test_slices_without_such_a_place_say_so():
    image, mask = head()
    found = miss_places(image, mask, {}, (0.1, 0.1), 1, "p", 3)  # 6 mm across: all is near
    assert set(found.values()) == {None}
    middle = np.roll(mask, 8, axis=0)  # a tumour on the mid-line has no other side
    assert miss_places(image, middle, {}, (1.0, 1.0), 1, "p", 3)["other side"] is None


def test_one_miss_stands_for_all_clicks_of_a_slice():
    image, mask = head()
    own = clicked((24, 30), (24, 31), shape=(64, 64))
    clicks, study = {"center": own, "random": own}, {"seed": 1, "phantom": None}
    found = {p.where["place"]: p for p in misses(slices(mask[None], image[None]), clicks, **study)}
    assert list(found) == [OWN, "hot spot", "background", "other side", "air", "nowhere"]
    np.testing.assert_array_equal(found[OWN].clicks["center"], own)
    assert np.argwhere(found["hot spot"].clicks["random"][0]).tolist() == [[45, 38]]
    assert not found["nowhere"].clicks["center"].any()
    assert all(place.there.all() for place in found.values())
    near = misses(slices(mask[None], image[None], (0.1, 0.1)), clicks, **study)
    assert {p.where["place"]: p.there.all() for p in near} == {
        OWN: True,
        "hot spot": False,
        "background": False,
        "other side": False,
        "air": False,
        "nowhere": True,
    }


def test_in_an_organ_the_hottest_pixel_far_from_the_tumour_is_clicked():
    image, mask = head()
    row, _ = np.indices(mask.shape)
    found = miss_places(image, mask, {"brain": row < 40, "tonsil": row < 30}, (1.0, 1.0), 1, "p", 3)
    assert image[found["brain"]] == 0.3 and found["brain"][0] < 40
    near = np.hypot(*(np.indices(mask.shape) - np.array([24, 30])[:, None, None])) < 11
    assert miss_places(image, mask, {"brain": near}, (1.0, 1.0), 1, "p", 3)["brain"] is None
