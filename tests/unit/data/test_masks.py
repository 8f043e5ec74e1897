import nibabel as nib
import numpy as np
import pytest

from oneclick.data.masks import mask_on_pet, read_nifti_mask, tumour_fraction
from oneclick.data.volume import ScanError, Volume

AFFINE = np.array([[-2.0, 0, 0, 80.0], [0, -2.0, 0, 90.0], [0, 0, 3.0, 40.0], [0, 0, 0, 1]])


def save(path, data, affine=AFFINE):
    nib.save(nib.Nifti1Image(data, affine), path)
    return path


def mask_of(values, dtype=np.float32):
    return np.resize(np.array(values, dtype), (3, 4, 5))


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_zeros_and_ones(tmp_path, dtype):
    data = (np.arange(60).reshape(3, 4, 5) % 7 == 0).astype(dtype)
    mask = read_nifti_mask(save(tmp_path / "mask.nii.gz", data), "p")
    assert mask.data.dtype == np.uint8 and mask.notes == ()
    np.testing.assert_array_equal(mask.data, data)


@pytest.mark.parametrize(
    "values, labels, positive, note",
    [
        ([0, 255], None, [255], "the mask holds label 255; tumour is 255"),
        ([0, 1, 2], None, [1, 2], "the mask holds label 1, 2; tumour is 1, 2"),
        ([0, 1, 2, 7], [1, 7], [1, 7], "the mask holds label 1, 2, 7; tumour is 1, 7"),
        ([0, 1], [2], [], "the mask holds label 1; tumour is none"),
        ([0, 1], [1, 2], [1], None),
        ([0], [2], [], "the mask holds label none; tumour is none"),
    ],
)
def test_labels(tmp_path, values, labels, positive, note):
    data = mask_of(values)
    mask = read_nifti_mask(save(tmp_path / "mask.nii.gz", data), "p", labels)
    np.testing.assert_array_equal(mask.data, np.isin(data, positive))
    assert mask.notes == ((note,) if note else ())


@pytest.mark.parametrize(
    "values, words",
    [
        ([0, 0.5, 1], "the mask holds fractions (e.g. 0.5); make it 0 and 1, or see whether the paths are exchanged"),
        ([-1, 0, 1], "the mask holds negative numbers (e.g. -1); make it 0 outside the tumour"),
        (range(60), None),
    ],
)
def test_what_is_no_mask_is_refused(tmp_path, values, words):
    path = save(tmp_path / "mask.nii.gz", mask_of(values))
    if words is None:
        assert len(read_nifti_mask(path, "p").notes) == 1  # an atlas has as many labels
        path = save(tmp_path / "pet.nii.gz", np.arange(70, dtype=np.int16).reshape(2, 5, 7))
        words = "the mask holds 70 different numbers; see whether the paths of PET and mask are exchanged"
    with pytest.raises(ScanError) as error:
        read_nifti_mask(path, "p7")
    assert str(error.value) == f"patient p7: {path}: {words}"


def on_pet(mask, pet):
    return mask_on_pet(mask, pet, "p", "pet", "mask")


def test_a_mask_on_the_pets_grid_is_returned_as_it_is():
    pet = Volume(np.zeros((7, 6, 5)), AFFINE)
    mask = Volume(np.ones((7, 6, 5), np.uint8), AFFINE + 1e-4 * np.eye(4))
    assert on_pet(mask, pet) is mask


def test_a_mask_of_the_same_shape_elsewhere_is_refused():
    pet, mask = np.zeros((7, 6, 5)), np.ones((7, 6, 5), np.uint8)
    moved, flipped = AFFINE.copy(), AFFINE.copy()
    moved[0, 3] += 3
    flipped[:, 0] *= -1
    with pytest.raises(
        ScanError,
        match=r"patient p: mask: the mask lies 3.00 mm away .* give the mask the PET's header .* resample the mask",
    ):
        on_pet(Volume(mask, moved), Volume(pet, AFFINE))
    with pytest.raises(ScanError, match="affines differ"):
        on_pet(Volume(mask, flipped), Volume(pet, AFFINE))


@pytest.mark.parametrize("codes", ["RAS", "LPS", "RPI", "PSL", "ILA"], ids=lambda codes: f"stored {codes}")
def test_a_mask_of_the_pets_voxels_along_other_axes_is_turned(codes):
    """Each tumour voxel keeps its place in mm, whatever the axes of the PET and of the mask."""
    rng = np.random.default_rng(3)
    data = (rng.random((7, 6, 5)) < 0.2).astype(np.uint8)
    there = nib.Nifti1Image(data, AFFINE)
    turn = nib.orientations.ornt_transform(nib.io_orientation(AFFINE), nib.orientations.axcodes2ornt(codes))
    stored = there.as_reoriented(turn)
    found = on_pet(Volume(np.asarray(stored.dataobj), stored.affine), Volume(np.zeros((7, 6, 5)), AFFINE))
    np.testing.assert_array_equal(found.data, data)
    np.testing.assert_allclose(found.affine, AFFINE)
    words = "the mask holds the voxels of the PET along axes of another order or direction: it was turned"
    assert found.notes == (() if codes == "LPS" else (words,))


@pytest.mark.parametrize("moved, apart", [(0.1, None), (0.5, "0.50"), (2.0, "2.00"), (-6.0, "6.00")])
def test_a_turned_mask_that_lies_elsewhere_is_refused(moved, apart):
    affine = AFFINE.copy()
    affine[:, 0], affine[0, 3] = -AFFINE[:, 0], AFFINE[0, 3] - 2 * 6 + moved
    mask, pet = Volume(np.ones((7, 6, 5), np.uint8), affine), Volume(np.zeros((7, 6, 5)), AFFINE)
    if apart is None:
        assert on_pet(mask, pet).data.all()
    else:
        with pytest.raises(ScanError, match=f"the mask lies {apart} mm away"):
            on_pet(mask, pet)


def ct_like(shape, factor, codes=None):
    """An empty mask on a grid ``factor`` times finer than a PET of ``shape`` with AFFINE, over the same space."""
    affine = AFFINE @ np.diag([*(1 / np.array(factor)), 1])
    affine[:3, 3] = AFFINE[:3, 3] + AFFINE[:3, :3] @ (0.5 / np.array(factor) - 0.5)
    return Volume(np.zeros(np.array(shape) * factor, np.uint8), affine)


def test_half_of_the_volume_decides_on_another_grid():
    pet, mask = Volume(np.zeros((4, 4, 3)), AFFINE), ct_like((4, 4, 3), (2, 2, 1))
    mask.data[2:4, 4:6, 1] = [[1, 1], [0, 0]]  # voxel (1, 2, 1): half
    mask.data[6:8, 0:2, 2] = [[1, 0], [0, 0]]  # voxel (3, 0, 2): a quarter
    fraction = tumour_fraction(mask, pet)
    assert {tuple(map(int, v)): fraction[tuple(v)] for v in np.argwhere(fraction)} == pytest.approx(
        {(1, 2, 1): 0.5, (3, 0, 2): 0.25}
    )
    found = on_pet(mask, pet)
    assert np.argwhere(found.data).tolist() == [[1, 2, 1]] and found.data.dtype == np.uint8
    # 3 voxels of 3 mm3 became 1 of 12 mm3
    assert found.notes == ("mask resampled from 8 x 8 x 3 to 4 x 4 x 3 voxels: 0.01 ml became 0.01 ml",)


def test_the_fraction_is_that_of_fine_sampling_at_any_ratio():
    """Independent of the weights: a million points in each PET voxel's place, looked up in the mask."""
    rng = np.random.default_rng(5)
    pet = Volume(np.zeros((5, 4, 3)), AFFINE)
    affine = np.diag([-1.3, -0.9, 2.2, 1.0])
    affine[:3, 3] = [81.0, 91.0, 39.0]
    mask = Volume((rng.random((9, 11, 6)) < 0.4).astype(np.uint8), affine)
    steps = (np.arange(40) + 0.5) / 40 - 0.5
    offsets = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    fraction = tumour_fraction(mask, pet)
    for voxel in [(0, 0, 0), (2, 2, 1), (4, 3, 2)]:
        points = nib.affines.apply_affine(np.linalg.inv(affine) @ AFFINE, np.array(voxel) + offsets)
        places = np.rint(points).astype(int)
        inside = np.all((places >= 0) & (places < mask.data.shape), axis=1)
        assert fraction[voxel] == pytest.approx(mask.data[tuple(places[inside].T)].sum() / len(points), abs=0.02)


def test_axes_in_another_order_and_direction():
    pet, mask = Volume(np.zeros((4, 5, 3)), AFFINE), ct_like((4, 5, 3), (2, 1, 1))
    mask.data[2:4, 3, 1] = 1
    turned = nib.Nifti1Image(mask.data, mask.affine).as_reoriented([[2, -1], [0, 1], [1, -1]])
    found = on_pet(Volume(np.asarray(turned.dataobj), turned.affine), pet)
    assert np.argwhere(found.data).tolist() == [[1, 3, 1]]


def test_tumour_outside_the_pet_is_named():
    pet, mask = Volume(np.zeros((4, 4, 3)), AFFINE), ct_like((8, 4, 3), (1, 1, 1))
    mask.data[3:5, 1, 1] = 1
    assert on_pet(mask, pet).notes[0].endswith("; 0.01 ml lie outside the PET")
    mask.data[3, 1, 1] = 0
    with pytest.raises(
        ScanError, match=r"the tumour of the mask \(8 x 4 x 3 voxels\) lies outside the PET \(pet, 4 x 4 x 3\)"
    ):
        on_pet(mask, pet)


def test_axes_that_are_not_parallel_are_refused():
    turn = np.eye(4)
    turn[:2, :2] = [[0.98, -0.2], [0.2, 0.98]]
    mask = Volume(np.ones((8, 8, 3), np.uint8), turn @ AFFINE)
    with pytest.raises(ScanError, match="axes are not parallel; resample the mask"):
        on_pet(mask, Volume(np.zeros((4, 4, 3)), AFFINE))


def test_an_empty_mask_on_another_grid_is_empty():
    assert not on_pet(ct_like((4, 4, 3), (2, 2, 1)), Volume(np.zeros((4, 4, 3)), AFFINE)).data.any()
