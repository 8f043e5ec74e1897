"""What a reader's page holds of a scan: its voxels, as exact as eyes or networks need them, and no text of its file."""

import nibabel as nib
import numpy as np
import pytest

from oneclick.click_page.reading import embedded
from oneclick.data.volume import Volume

AFFINE = np.array([[-4.0, 0, 0, 120], [0, 3.5, 0, -80], [0, 0, 3, 10], [0, 0, 0, 1]])


def scan(most=20.0):
    data = np.random.default_rng(1).gamma(2, 0.5, (9, 8, 7)).astype(np.float32)
    data[4, 4, 4] = most
    return Volume(data, AFFINE)


def image_of(pet, exact=False):
    return nib.Nifti1Image.from_bytes(embedded(pet, exact))


def test_without_networks_uptake_is_kept_to_half_of_a_65535th_of_its_range():
    pet = scan()
    image = image_of(pet)
    assert image.get_data_dtype() == np.int16
    np.testing.assert_allclose(image.get_fdata(), pet.data, rtol=0, atol=np.ptp(pet.data) / 65535 * 0.51)
    np.testing.assert_array_equal(image.affine, AFFINE)
    assert image.header.get_xyzt_units()[0] == "mm"


def test_lowest_and_highest_uptake_fit_into_the_numbers():
    data = np.linspace(-3, 40, 9 * 8 * 7, dtype=np.float32).reshape(9, 8, 7)
    stored = np.asarray(image_of(Volume(data, AFFINE)).dataobj.get_unscaled())
    assert (stored.min(), stored.max()) == (-32768, 32767)


def test_for_networks_uptake_is_exact():
    image = image_of(scan(), exact=True)
    assert image.get_data_dtype() == np.float32
    np.testing.assert_array_equal(np.asarray(image.dataobj), scan().data)


@pytest.mark.parametrize("most", [3e5, 1e9])
def test_a_single_very_hot_voxel_makes_no_steps_that_are_seen(most):
    """A step would be 4 SUV and more, where tumours have 5."""
    np.testing.assert_array_equal(image_of(scan(most)).get_fdata(), scan(most).data)


@pytest.mark.parametrize("value", [0, -1, 2.5])
def test_a_scan_of_one_value_stays_one(value):
    data = np.full((4, 4, 4), value, np.float32)
    np.testing.assert_array_equal(image_of(Volume(data, AFFINE)).get_fdata(), data)


def test_no_text_of_the_scans_file_is_in_it():
    header = embedded(scan(), False)[:352]
    # what NIfTI has for words: data_type, db_name, descrip, aux_file, intent_name
    for first, last in ((4, 14), (14, 32), (148, 228), (228, 252), (328, 344)):
        assert not header[first:last].strip(b"\0")
    assert embedded(scan(), False) == embedded(scan(), False)
