import nibabel as nib
import numpy as np

from oneclick.data.grid import grid_of, resize
from oneclick.phantom.organs import phantom_organs
from oneclick.phantom.patient import make_patient


def test_organs_lie_where_the_scan_of_the_phantom_shows_them():
    phantom = make_patient("phantom-003", 7, matrix=160, slices=(20, 20))
    grid, numbers = grid_of(phantom.pet, phantom.affine, 80, None), np.arange(20)
    images = resize(grid.planes(phantom.pet), grid, "area")
    organs = phantom_organs("phantom-003", 7, 160, (20, 20), grid, numbers)
    assert {name: where.shape for name, where in organs.items()} == {"brain": images.shape, "tonsil": images.shape}
    # in the brain 8 to 11 in grey and 3 to 4 in white matter, elsewhere mostly below 2
    where = organs["brain"]
    assert where.any(axis=(1, 2))[-1] and not where.any(axis=(1, 2))[:8].any()  # above, not below
    hot = images > 4.5
    assert (hot & where).sum() > 0.9 * hot.sum()
    tonsil = organs["tonsil"]
    heights = nib.affines.apply_affine(phantom.affine, np.c_[np.zeros((20, 2)), numbers])[:, 2]
    rows = np.nonzero(tonsil)[1]
    assert np.abs(heights[tonsil.any(axis=(1, 2))] + 18).max() < 30  # 18 mm below the hard palate
    middle = images.shape[1] / 2
    assert rows.min() < middle < rows.max() and 0 < tonsil.sum() < 60  # on both sides, and small
