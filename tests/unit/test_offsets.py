import numpy as np
import pandas as pd
import pytest

from oneclick.encodings import Encoding
from oneclick.offsets import (
    Method,
    curve,
    moved,
    offset_tables,
    radius_mm,
    safe_radius,
    scores_of_moved_clicks,
    with_sizes,
)

MM = (2.0, 4.0)
"""A pixel's size along rows and columns."""


def clicked(*places: tuple[int, int], shape=(11, 11)) -> np.ndarray:
    matrix = np.zeros((1, *shape), np.uint8)
    for place in places:
        matrix[(0, *place)] = 1
    return matrix


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


def test_the_radius_is_that_of_the_largest_component():
    mask = np.zeros((9, 9), np.uint8)
    mask[0, 0], mask[3:6, 3:6] = 1, 1
    assert radius_mm(mask, 8, MM) == pytest.approx(np.sqrt(9 * 8 / np.pi))


def test_a_network_that_believes_the_click_loses_what_its_disk_loses():
    # The network predicts a square of 3 x 3 pixels around the click; pixels of 1 mm, clicks moved by 1 mm.
    def network(x):
        around = np.zeros(x.shape[:3], np.float32)
        for n, row, column in np.argwhere(x[..., 1]):
            around[n, row - 1 : row + 2, column - 1 : column + 2] = 1
        return around

    truth, click = np.zeros((1, 11, 11), np.uint8), clicked((5, 5))
    truth[0, 4:7, 4:7] = 1
    method = Method({"network": "n"}, Encoding(), 8, 0)
    dice = scores_of_moved_clicks(truth.astype(float), truth, click, None, network, 0.5, method, (1, 1), (0, 1))
    # four directions shift by a pixel along an axis (6 of 9 pixels stay), four by 0.71 mm along both, a pixel each (4 of 9)
    assert dice[:, 0] == pytest.approx([1, (6 / 9 + 4 / 9) / 2])


def test_a_click_that_leaves_its_component_loses_it_where_clicks_choose():
    truth = np.zeros((1, 11, 11), np.uint8)
    truth[0, 4:7, 4:7] = 1
    outputs = truth.astype(np.float32)
    outputs[0, 0, 0] = 1  # a false component, so that clicks matter
    method = Method({"network": "n", "keep": "center"}, Encoding(), 8, 0)
    calls = []
    dice = scores_of_moved_clicks(
        truth.astype(float),
        truth,
        None,
        clicked((5, 5)),
        lambda x: calls.append(x.shape) or outputs,
        0.5,
        method,
        (1, 1),
        (0, 1, 3),
    )
    assert dice[:, 0] == pytest.approx([1, 1, 0])
    assert calls == [(1, 11, 11, 1)]  # the network sees no click and is asked once


def table(losses: dict[float, float], radii=(3.0, 6.0, 9.0)) -> pd.DataFrame:
    rows = [
        ("m", patient, number, 1, radius, mm, 0.8 - loss)
        for patient in "abcd"
        for number, radius in enumerate(radii)
        for mm, loss in losses.items()
    ]
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "fold", "radius_mm", "distance_mm", "dice"])


def test_the_safe_radius_ends_before_the_first_loss():
    found = curve(table({0: 0, 2: 0.01, 5: 0.049, 10: 0.06, 15: 0.01}), 1)
    assert found["loss"].tolist() == pytest.approx([0, 0.01, 0.049, 0.06, 0.01])
    assert safe_radius(found) == 5
    assert safe_radius(curve(table({0: 0, 2: 0.01}), 1)) == 2
    assert safe_radius(curve(table({0: 0, 2: 0.3}), 1)) == 0


def test_sizes_are_thirds_of_the_slices():
    sizes = with_sizes(table({0: 0.0}, radii=(1, 2, 3, 4, 5, 6)))
    assert sizes.groupby("size")["radius_mm"].agg(["min", "max"]).loc[["small", "medium", "large"]].to_numpy().tolist() == [
        [1, 2], [3, 4], [5, 6],
    ]  # fmt: skip


def test_tables_of_all_methods_and_sizes():
    both = pd.concat([table({0: 0, 5: 0.1}), table({0: 0, 5: 0.02}).assign(method="other")])
    curves, radii = offset_tables(both, 1)
    assert curves["method"].tolist() == ["m", "m", "other", "other"]
    assert radii.set_index(["method", "size"])["safe_radius_mm"].unstack()["all"].to_dict() == {"m": 0, "other": 5}
    assert radii["n_slices"].tolist() == [12, 4, 4, 4] * 2
