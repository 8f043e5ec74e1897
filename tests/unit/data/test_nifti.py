import gzip
import tracemalloc
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from rights import open_folder, taken  # noqa: F401 (a fixture)

from oneclick.data.grid import Grid, grid_of
from oneclick.data.nifti import geometry_of, read_nifti, read_nifti_pet, write_on_scan
from oneclick.data.volume import Geometry, ScanError

OBLIQUE = np.array([[-1.9, 0.2, 0.1, 80.0], [0.25, 1.95, -0.3, -90.0], [-0.05, 0.25, 3.2, 40.0], [0, 0, 0, 1]])


def save(path, data, affine=OBLIQUE, **texts):
    image = nib.Nifti1Image(data, affine)
    image.header.set_xyzt_units("mm")
    for key, value in texts.items():
        image.header[key] = value
    nib.save(image, path)
    return path


@pytest.fixture
def pet():
    return np.random.default_rng(3).gamma(2, 2, (7, 6, 5)).astype(np.float32)


def write_like(path, data, scan):
    """Write voxels in the geometry of a scan after this has been through grid.json."""
    volume = read_nifti_pet(scan, "p")
    grid = replace(grid_of(volume.data, volume.affine, 4, None), geometry=volume.geometry)
    grid.write(path.with_name("grid.json"))
    found = Grid.read(path.with_name("grid.json"))
    assert found == grid
    write_on_scan(path, data, found.geometry, "text")


def fails(read, path, *words):
    with pytest.raises(ScanError) as error:
        read(path, "p7")
    message = str(error.value)
    assert message.startswith(f"patient p7: {path}: ") and "\n" not in message
    for word in words:
        assert word in message, message


@pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.int32, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
def test_values_equal_nibabels(tmp_path, pet, dtype, ending):
    path = save(tmp_path / f"pet.{ending}", (pet * 10).astype(dtype))
    volume = read_nifti_pet(path, "p")
    assert volume.data.dtype == np.float32
    np.testing.assert_allclose(volume.data, nib.load(path).get_fdata(), rtol=1e-6)
    np.testing.assert_allclose(volume.affine, OBLIQUE, atol=1e-5)


def test_slope_and_intercept_are_applied(tmp_path, pet):
    image = nib.Nifti1Image(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4))
    image.header.set_slope_inter(0.25, -3)
    nib.save(image, tmp_path / "pet.nii.gz")
    expected = 0.25 * np.arange(24).reshape(2, 3, 4) - 3
    np.testing.assert_array_equal(read_nifti_pet(tmp_path / "pet.nii.gz", "p").data, expected)


def test_a_singleton_fourth_axis_is_dropped_and_a_longer_one_refused(tmp_path, pet):
    np.testing.assert_array_equal(read_nifti_pet(save(tmp_path / "a.nii.gz", pet[..., None]), "p").data, pet)
    path = save(tmp_path / "b.nii.gz", np.stack([pet, pet], axis=-1))
    fails(read_nifti_pet, path, "4 axes (7 x 6 x 5 x 2)", "give one 3-D volume")
    fails(read_nifti_pet, save(tmp_path / "c.nii.gz", pet[..., 0]), "2 axes (7 x 6)")


def test_missing_file(tmp_path):
    fails(read_nifti_pet, tmp_path / "pet.nii.gz", "the file is missing", "put it there or mend the path")


@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.3, 0.7, 0.99])
def test_truncated_file(tmp_path, pet, ending, part):
    path = save(tmp_path / f"pet.{ending}", pet)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(part * len(whole))])
    fails(read_nifti_pet, path, "again")


def test_a_file_that_is_not_nifti(tmp_path):
    path = tmp_path / "pet.nii.gz"
    path.write_bytes(gzip.compress(b"no image " * 100))
    fails(read_nifti_pet, path, "not a readable NIfTI file", "export or copy it again")
    path = tmp_path / "pet.txt"
    path.write_text("hello")
    fails(read_nifti_pet, path, "not a readable NIfTI file")


def test_absurd_header_is_refused_before_memory_is_taken(tmp_path, pet):
    path = save(tmp_path / "pet.nii", pet)
    raw = bytearray(path.read_bytes())
    raw[42:48] = np.array([32000, 32000, 32000], np.int16).tobytes()
    path.write_bytes(raw)
    fails(read_nifti_pet, path, "the header claims 32000 x 32000 x 32000 voxels")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_counted(tmp_path, pet, value):
    pet[1, 2, 3] = pet[0, 0, 0] = value
    fails(read_nifti_pet, save(tmp_path / "pet.nii.gz", pet), "2 voxels are NaN or infinite", "leave the patient out")


def test_doubles_beyond_float32_are_counted(tmp_path, pet):
    data = pet.astype(np.float64)
    data[1, 2, 3] = 1e39
    fails(read_nifti_pet, save(tmp_path / "pet.nii.gz", data), "1 voxel is NaN or infinite")


def test_voxels_that_are_no_real_numbers(tmp_path, pet):
    fails(read_nifti_pet, save(tmp_path / "pet.nii.gz", pet.astype(np.complex64)), "the voxels are complex numbers")
    colours = np.zeros((2, 2, 2), np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")]))
    fails(read_nifti, save(tmp_path / "mask.nii.gz", colours), "the voxels are colours")


def test_an_affine_that_is_no_place(tmp_path, pet):
    path = save(tmp_path / "pet.nii", pet)
    raw = bytearray(path.read_bytes())
    raw[280:284] = np.float32(np.nan).tobytes()  # srow_x[0]
    path.write_bytes(raw)
    fails(read_nifti_pet, path, "the affine gives voxels no place or size", "export the scan again")


def test_a_scan_whose_qform_is_no_rotation_gets_its_mask(tmp_path, pet):
    image = nib.Nifti1Image(pet, OBLIQUE)
    image.set_sform(OBLIQUE, 1)
    nib.save(image, tmp_path / "pet.nii")
    raw = bytearray((tmp_path / "pet.nii").read_bytes())
    raw[252:254] = np.int16(1).tobytes()  # qform_code
    raw[256:268] = np.array([0.9, 0.9, 0.9], np.float32).tobytes()  # quaternions of length above 1
    (tmp_path / "pet.nii").write_bytes(raw)
    read_nifti_pet(tmp_path / "pet.nii", "p")
    write_like(tmp_path / "mask.nii.gz", (pet > 4).astype(np.uint8), tmp_path / "pet.nii")
    np.testing.assert_allclose(nib.load(tmp_path / "mask.nii.gz").affine, OBLIQUE, atol=1e-5)


@pytest.mark.parametrize("column", [[0, 0, 0], [1e-5, 0, 0], [0, 2e3, 0], [0.25, 1.95, -0.3]])
def test_an_affine_without_room_for_voxels(tmp_path, pet, column):
    affine = OBLIQUE.copy()
    affine[:3, 0] = column  # of no, too little or too much length, or nearly along the second axis
    image = nib.Nifti1Image(pet, None)
    image.header["sform_code"] = 1
    for row, name in enumerate(("srow_x", "srow_y", "srow_z")):
        image.header[name] = affine[row]
    nib.save(image, tmp_path / "pet.nii.gz")
    fails(read_nifti_pet, tmp_path / "pet.nii.gz", "the affine gives voxels no place or size")


def test_a_header_that_claims_more_than_the_file_can_hold_takes_no_memory(tmp_path, pet):
    path = save(tmp_path / "pet.nii", pet)
    raw = bytearray(path.read_bytes())
    raw[42:48] = np.array([1000, 1000, 1000], np.int16).tobytes()
    (tmp_path / "pet.nii.gz").write_bytes(gzip.compress(raw))
    tracemalloc.start()
    fails(read_nifti_pet, tmp_path / "pet.nii.gz", "the file is cut short or damaged")
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()


@pytest.mark.parametrize("kind", [nib.Nifti1Pair, nib.Spm99AnalyzeImage, nib.AnalyzeImage])
def test_pairs_of_files(tmp_path, kind):
    data = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    image = kind(data, np.diag([-2.0, 2.0, 3.0, 1.0]))
    nib.save(image, tmp_path / "pet.img")
    for ending in ("img", "hdr"):
        volume = read_nifti_pet(tmp_path / f"pet.{ending}", "p")
        np.testing.assert_array_equal(volume.data, data)
        np.testing.assert_allclose(np.abs(np.diag(volume.affine)), [2, 2, 3, 1])
    doubt = ["Analyze files do not say which side is left: the first axis is taken to run to the patient's left"]
    assert list(volume.notes) == ([] if kind is nib.Nifti1Pair else doubt)
    if kind is nib.AnalyzeImage:
        assert volume.affine[0, 0] == -2
    (tmp_path / "pet.hdr").unlink()
    fails(read_nifti_pet, tmp_path / "pet.img", "not a readable NIfTI file")


def test_steep_slices_are_noted(tmp_path, pet):
    for degrees, noted in ((29, False), (31, True)):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        affine = np.array([[-2.0, 0, 0, 0], [0, -2 * c, -3 * s, 0], [0, -2 * s, 3 * c, 0], [0, 0, 0, 1]])
        notes = read_nifti_pet(save(tmp_path / "pet.nii.gz", pet, affine), "p").notes
        assert notes == (("slices are tilted by 31 degrees against transaxial ones",) if noted else ())


@pytest.mark.parametrize("codes", [(1, 1), (1, 0), (0, 2), (2, 4), (0, 0)])
@pytest.mark.parametrize("unit", ["mm", "unknown"])
@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image, nib.Nifti1Pair])
def test_a_mask_is_written_in_the_geometry_of_the_scan(tmp_path, pet, codes, unit, kind):
    moved = OBLIQUE.copy()
    moved[:3, 3] = 5, 6, 7  # so that sform and qform are not the same
    image = kind(pet, None)
    image.header.set_zooms((2, 2, 3.5))  # all that counts if both codes are 0
    image.set_qform(OBLIQUE, codes[0])
    image.set_sform(moved, codes[1])
    image.header.set_xyzt_units(unit, "sec")
    path = tmp_path / ("pet.img" if kind is nib.Nifti1Pair else "pet.nii.gz")
    nib.save(image, path)
    mask = (pet > 4).astype(np.uint8)
    write_like(tmp_path / "mask.nii.gz", mask, path)
    scan, written = nib.load(path), nib.load(tmp_path / "mask.nii.gz")
    np.testing.assert_array_equal(np.asarray(written.dataobj), mask)
    assert written.get_data_dtype() == np.uint8
    # the mask is NIfTI-1, which rounds the quaternions of NIfTI-2
    within = 5e-3 if kind is nib.Nifti2Image else 1e-5
    np.testing.assert_allclose(written.affine, scan.affine, atol=within)
    for form in ("get_qform", "get_sform"):
        (one, code), (other, asked) = (getattr(part.header, form)(coded=True) for part in (written, scan))
        assert code == asked, form
        if asked:
            np.testing.assert_allclose(one, other, atol=within)
    assert written.header.get_xyzt_units()[0] == scan.header.get_xyzt_units()[0] == unit
    np.testing.assert_allclose(written.header.get_zooms(), scan.header.get_zooms(), rtol=1e-6)


@pytest.mark.parametrize("kind", [nib.AnalyzeImage, nib.Spm99AnalyzeImage, nib.Spm2AnalyzeImage])
def test_a_mask_lies_on_an_analyze_scan(tmp_path, pet, kind):
    nib.save(kind(pet, np.diag([-2.0, 2.0, 3.0, 1.0])), tmp_path / "pet.img")
    (tmp_path / "pet.mat").unlink(missing_ok=True)  # SPM's affine beside the header
    write_like(tmp_path / "mask.nii.gz", (pet > 4).astype(np.uint8), tmp_path / "pet.img")
    scan, written = nib.load(tmp_path / "pet.img"), nib.load(tmp_path / "mask.nii.gz")
    np.testing.assert_allclose(written.affine, scan.affine, atol=1e-6)
    np.testing.assert_allclose(written.header.get_zooms(), (2, 2, 3))
    assert read_nifti_pet(tmp_path / "pet.img", "p").geometry.qform is None
    assert written.header["sform_code"] > 0  # else viewers would take the axes of the file


def test_the_geometry_of_a_scan_by_hand(pet):
    image = nib.Nifti1Image(pet, np.diag([-2.0, -2.0, 3.0, 1.0]))
    image.set_qform(None, 0)
    image.set_sform(np.diag([-2.0, -2.0, 3.0, 1.0]), 4)
    image.header.set_xyzt_units("mm")
    lists = [[-2, 0, 0, 0], [0, -2, 0, 0], [0, 0, 3, 0], [0, 0, 0, 1]]
    assert geometry_of(image) == Geometry(lists, [None, 0], [lists, 4], "mm")
    assert geometry_of(nib.AnalyzeImage(pet, np.diag([-2.0, 2.0, 3.0, 1.0]))).unit is None


def test_no_text_of_the_scan_reaches_the_mask(tmp_path, pet):
    texts = {"descrip": b"DOE^JANE", "aux_file": b"DOE^JANE", "db_name": b"DOE^JANE", "intent_name": b"DOE^JANE"}
    image = nib.Nifti1Image(pet[..., None], OBLIQUE)
    for key, value in texts.items():
        image.header[key] = value
    image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"DOE^JANE 1970-01-01"))
    nib.save(image, tmp_path / "pet.nii.gz")
    write_like(tmp_path / "mask.nii.gz", np.zeros(pet.shape, np.uint8), tmp_path / "pet.nii.gz")
    assert b"DOE" not in gzip.decompress((tmp_path / "mask.nii.gz").read_bytes())
    assert nib.load(tmp_path / "mask.nii.gz").header["descrip"] == b"text"
    assert nib.load(tmp_path / "mask.nii.gz").shape == pet.shape


def test_the_same_mask_gives_the_same_bytes_and_one_that_cannot_be_written_leaves_nothing(tmp_path, pet):
    path = save(tmp_path / "pet.nii.gz", pet)
    for name in ("a", "b"):
        write_like(tmp_path / f"{name}.nii.gz", (pet > 4).astype(np.uint8), path)
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()
    with pytest.raises(nib.spatialimages.HeaderDataError):
        write_like(tmp_path / "c.nii.gz", np.zeros((2, 2, 2), np.float16), path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.nii.gz", "b.nii.gz", "grid.json", "pet.nii.gz"]


def test_empty_files_are_named(tmp_path, pet):
    for name in ("pet.nii", "pet.nii.gz"):
        (tmp_path / name).touch()
        fails(read_nifti_pet, tmp_path / name, "the file is empty (0 bytes); copy or export it again")
    nib.save(nib.Nifti1Pair(pet, OBLIQUE), tmp_path / "pair.hdr")
    (tmp_path / "pair.img").write_bytes(b"")
    fails(read_nifti_pet, tmp_path / "pair.hdr", "pair.img is empty (0 bytes); copy or export it again")


def test_dicom_named_as_nifti_is_named(tmp_path):
    (tmp_path / "pet.nii").write_bytes(bytes(128) + b"DICM" + bytes(400))
    fails(read_nifti_pet, tmp_path / "pet.nii", "this is a DICOM file, not NIfTI; give the folder that its slices are in")


@pytest.mark.parametrize("what", [".", "pet.nii", "pair.hdr", "pair.img"])
def test_files_that_may_not_be_read(open_folder, pet, what):  # noqa: F811
    path = open_folder / "pair.hdr" if "pair" in what else save(open_folder / "pet.nii", pet)
    nib.save(nib.Nifti1Pair(pet, OBLIQUE), open_folder / "pair.hdr")
    with taken(open_folder / what):
        fails(read_nifti_pet, path, "you have no right to read it; ask its owner for the right, or set it with chmod")
