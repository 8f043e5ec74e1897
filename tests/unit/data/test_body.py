import numpy as np

from oneclick.data.body import body_box, share_of_body


def test_body_box_holds_body_and_masks_but_no_speck():
    pet = np.zeros((60, 60))
    pet[20:40, 25:35] = 1
    pet[5, 5] = 0.3  # noise outside of the body: smoothed it is below the limit
    first, last, left, right = body_box(pet, [], margin=0)
    assert 14 <= first < 20
    assert 40 < last <= 46
    assert 19 <= left < 25
    assert 35 < right <= 41
    mask = np.zeros((60, 60))
    mask[58, 30] = 1
    assert body_box(pet, [mask], margin=4)[1] == 60  # margin cut off at the edge of the slice


def test_the_share_of_the_body_is_counted_on_slices_that_show_something():
    pet, mask = np.zeros((2, 3, 60, 60))
    pet[:2, 20:40, 20:40] = 1
    everything = np.ones_like(mask)
    assert share_of_body(pet, everything) == 1 and share_of_body(pet, mask) == share_of_body(0 * pet, everything) == 0
    mask[0] = 1  # one of the two slices
    assert share_of_body(pet, mask) == 0.5
