import numpy as np

from oneclick.segment.measured import skipped


def planes(*tumours: tuple[int, int] | None) -> np.ndarray:
    """Slices of a row of ten pixels, each with a tumour from one pixel up to another, or none."""
    found = np.zeros((len(tumours), 1, 10), int)
    for number, tumour in enumerate(tumours):
        if tumour:
            found[number, 0, slice(*tumour)] = 1
    return found


def test_slices_between_clicked_ones_are_named_where_the_tumour_goes_on():
    assert skipped(planes((2, 5), None, None, (4, 7), None, (6, 8)), [0, 3, 5]) == [1, 2, 4]
    # two tumours, one below the other's place
    assert skipped(planes((0, 3), None, (3, 7)), [0, 2]) == []
    # clicked slices on which nothing was found are named as such elsewhere
    assert skipped(planes((2, 5), None, None, (2, 5)), [0, 1, 3]) == [2]
    # slices that were segmented without a click are no gaps
    assert skipped(planes((2, 5), (2, 5), (2, 5)), [0, 2]) == []
    assert skipped(planes((2, 5), None, None), [0]) == []
