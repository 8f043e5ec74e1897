import nibabel as nib
import numpy as np
import pytest
from dicom_files import save_series
from simple_patient import AFFINE, simple_patient

from oneclick.data.nifti import read_nifti_pet
from oneclick.data.placement import mask_place_doubts, place_doubts
from oneclick.data.scans import read_pet
from oneclick.data.volume import ScanError, Volume

PET, MASK = simple_patient()


def save(path, data, affine=AFFINE, sform=1, qform=1, other=None, unit="mm"):
    image = nib.Nifti1Image(data, affine)
    image.set_sform(affine, sform)
    image.set_qform(affine if other is None else other, qform)
    image.header.set_xyzt_units(unit)
    nib.save(image, path)
    return path


def moved(mm):
    affine = AFFINE.copy()
    affine[:3, 3] += mm
    return affine


def scaled(*factors):
    return AFFINE @ np.diag([*factors, 1.0])


def said(tmp_path, data=PET, **header):
    return [doubt.problem for doubt in place_doubts(read_nifti_pet(save(tmp_path / "pet.nii", data, **header), "p"))]


def test_a_scan_in_its_place_is_not_doubted(tmp_path):
    assert said(tmp_path) == said(tmp_path, qform=0) == said(tmp_path, sform=0) == []
    assert said(tmp_path, affine=AFFINE[:, [2, 0, 1, 3]], data=PET.transpose(2, 0, 1)) == []
    tiny = Volume(np.zeros((4, 4, 4), np.float32), np.eye(4))
    assert place_doubts(tiny) == [] and place_doubts(Volume(PET, AFFINE)) == []


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        ((0.1, 0.1, 0.1), "the whole scan measures 16 x 16 x 4.8 mm"),  # cm
        ((16, 16, 16), "the whole scan measures 2.56e+03 x 2.56e+03 x 768 mm"),
        ((1, 1, 6), "the scan's voxels measure 4 x 4 x 24 mm"),
        ((1, 1, 0.1), "the scan's voxels measure 4 x 4 x 0.4 mm"),
        ((1, 0.5, 1), "the pixels of transaxial slices are not square: 4 x 2 mm"),
    ],
)
def test_sizes_that_scans_do_not_have(tmp_path, factors, words):
    assert said(tmp_path, affine=scaled(*factors)) == [words]


@pytest.mark.parametrize(("factor", "sizes"), [(1e-3, "0.16 x 0.16 x 0.048"), (100, "1.6e+04 x 1.6e+04 x 4.8e+03")])
def test_sizes_that_no_patient_has_are_refused(tmp_path, factor, sizes):
    path = save(tmp_path / "pet.nii", PET, affine=scaled(factor, factor, factor), unit="unknown")
    with pytest.raises(ScanError) as error:
        read_nifti_pet(path, "p")
    voxel = f"{4 * factor:.3g}"
    wrong = f"voxels of {voxel} x {voxel} x {voxel} mm make a scan of {sizes} mm, which is no patient"
    mend = "export the scan in mm (its numbers may be metres, cm or micrometres)"
    assert str(error.value) == f"patient p: {path}: {wrong}, and the header names no unit; {mend}"


def test_so_are_such_sizes_of_dicom(tmp_path):
    small = save_series(tmp_path / "pet", PixelSpacing=[0.004, 0.004])
    with pytest.raises(
        ScanError, match=r"voxels of 0.004 x 0.004 x \S+ mm make a scan of .* mm, which is no patient; export"
    ):
        read_pet(small, "p")


def test_no_stored_orientation_and_slices_that_lie_along_another_axis(tmp_path):
    none = "the header stores no orientation (qform and sform code 0): the first axis is taken to run to the patient's left"
    elsewhere = "planes are square across the second axis (40 x 12 x 40 voxels), as if slices lay along it"
    coronal = PET.transpose(0, 2, 1)
    transaxial = said(tmp_path, sform=0, qform=0)
    assert len(transaxial) == 1 and transaxial[0].startswith(none) and "square" not in transaxial[0]
    [stored_so] = said(tmp_path, coronal, sform=0, qform=0)
    assert stored_so.startswith(none) and stored_so.endswith(f", but {elsewhere}")
    # A header that says something else than the voxels
    assert said(tmp_path, coronal) == [f"the header has slices along the third axis, but {elsewhere}"]
    [sagittal] = said(tmp_path, PET.transpose(2, 0, 1), affine=scaled(0.7, 1, 1))
    assert "across the first axis (12 x 40 x 40 voxels)" in sagittal
    # Cubes of voxels, cut out: 40 x 32 pixels, 40 slices
    assert said(tmp_path, np.ones((40, 32, 40), np.float32)) == []


def test_two_affines_that_disagree(tmp_path):
    apart = "the header's sform, which is used, and its qform lie {} mm apart ({} voxels)"
    assert said(tmp_path, other=moved((12, 16, 0))) == [apart.format(20, 5)]
    assert said(tmp_path, other=moved((1, 1, 1))) == said(tmp_path, other=moved((20, 0, 0)), qform=0) == []
    # The same corner, but slices of 5 mm instead of 4: 11 mm apart at the last of 12
    assert said(tmp_path, other=scaled(1, 1, 1.25)) == [apart.format(11, 2.75)]


def test_the_mask_has_its_own_header(tmp_path):
    def of_mask(pet, data=MASK, **header):
        path = save(tmp_path / "mask.nii.gz", data, **header)
        return [doubt.problem for doubt in mask_place_doubts(path, pet)]

    pet = read_nifti_pet(save(tmp_path / "pet.nii", PET), "p")
    assert of_mask(pet) == of_mask(Volume(PET, AFFINE)) == []
    [said] = of_mask(pet, other=moved((20, 0, 0)))
    assert "lie 20 mm apart (5 voxels)" in said
    like_it = read_nifti_pet(save(tmp_path / "pet.nii", PET, other=moved((20, 0, 0))), "p")
    assert of_mask(like_it, other=moved((20, 0, 0))) == []  # said of the PET


def test_a_mask_cut_out_with_the_affine_of_the_whole(tmp_path):
    pet, part = read_nifti_pet(save(tmp_path / "pet.nii", PET), "p"), np.s_[6:24, 20:36, 2:9]
    path = save(tmp_path / "mask.nii.gz", MASK[part])
    [doubt] = mask_place_doubts(path, pet)
    assert doubt.problem == "the mask has 18 x 16 x 7 voxels and the affine of the PET, which has 40 x 40 x 12"
    right = save(tmp_path / "mask.nii.gz", MASK[part], affine=moved((-24, -80, 8)))
    assert mask_place_doubts(right, pet) == []
