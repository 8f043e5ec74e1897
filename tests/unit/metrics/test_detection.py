import numpy as np
import pytest

from oneclick.metrics.detection import components, detection, rates


def at(shape, *places):
    mask = np.zeros(shape, np.uint8)
    for place in places:
        mask[place] = 1
    return mask


def test_pixels_that_share_a_corner_and_voxels_that_share_an_edge_belong_together():
    assert components(at((4, 4), (0, 0), (1, 1), (3, 3)))[1] == 2
    assert components(at((2, 2, 2), (0, 0, 0), (1, 1, 0)))[1] == 1
    assert components(at((2, 2, 2), (0, 0, 0), (1, 1, 1)))[1] == 2


def test_found_missed_and_made_up_components():
    true = at((9, 9), (0, 0), (0, 1), (4, 4), (8, 8), (8, 7), (7, 8))  # of 2, 1 and 3 pixels
    predicted = at((9, 9), (0, 1), (0, 2), (8, 8), (8, 6), (4, 0), (5, 0))  # 2 and 1 touch the first and the last
    found = detection(true, predicted, 0.5)
    assert {name: found[name] for name in ("n_true", "n_found", "n_pred", "n_hit")} == {
        "n_true": 3, "n_found": 2, "n_pred": 4, "n_hit": 2,
    }  # fmt: skip
    assert (found["fn_ml"], found["fp_ml"]) == (0.5, 1.5)  # a pixel missed; one of one and one of two made up
    assert (found["sensitivity"], found["precision"]) == (pytest.approx(2 / 3), 0.5)
    assert found["f1"] == pytest.approx(4 / 7)


def test_one_component_may_find_several():
    true, predicted = at((1, 9), (0, 0), (0, 4)), np.ones((1, 9), np.uint8)
    found = detection(true, predicted, 1)
    assert (found["n_found"], found["n_hit"], found["fp_ml"], found["f1"]) == (2, 1, 0, 1)


def test_empty_masks():
    none, some = at((3, 3)), at((3, 3), (1, 1))
    missed, made_up, nothing = (detection(*pair, 2.0) for pair in ((some, none), (none, some), (none, none)))
    assert (missed["fn_ml"], missed["fp_ml"], missed["sensitivity"], missed["f1"]) == (2, 0, 0, 0)
    assert np.isnan(missed["precision"])
    assert (made_up["fn_ml"], made_up["fp_ml"], made_up["precision"], made_up["f1"]) == (0, 2, 0, 0)
    assert np.isnan(made_up["sensitivity"])
    assert (nothing["fn_ml"], nothing["fp_ml"]) == (0, 0)
    assert np.isnan([nothing[name] for name in ("sensitivity", "precision", "f1")]).all()


def test_nothing_found_among_some():
    assert rates(n_true=2, n_found=0, n_pred=3, n_hit=0) == {"sensitivity": 0, "precision": 0, "f1": 0}
