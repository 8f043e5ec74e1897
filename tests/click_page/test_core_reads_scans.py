"""The page reads scans, and writes masks on them, as Python does."""

import gzip
import struct
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from javascript import Asked, Refused, ask, needs_node, stored, volume_of
from scans import FORMS, cases

from oneclick.data.grid import Grid
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.scan_masks import write_mask
from oneclick.data.volume import ScanError

pytestmark = needs_node
TYPES = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]
CODES = dict(zip(TYPES, (2, 256, 512, 4, 768, 8, 1280, 1024, 16, 64), strict=True))


def geometry_is(found: dict, expected) -> None:
    """The header of a scan as the core has it is Python's geometry."""
    assert found["affine"] == pytest.approx(np.array(expected.affine), rel=1e-14, abs=1e-12)
    for name in ("qform", "sform"):
        mine, python = found[name], getattr(expected, name)
        assert (mine is None) == (python is None)
        if python is not None:
            assert mine[1] == python[1]
            assert (mine[0] is None) == (python[0] is None)
            if python[0] is not None:
                assert mine[0] == pytest.approx(np.array(python[0]), rel=1e-14, abs=1e-12)
    assert found["unit"] == expected.unit


@pytest.fixture(scope="module")
def read_scans(tmp_path_factory):
    """Each case with its volume as Python reads it and its scan as the core does."""
    folder = tmp_path_factory.mktemp("scans")
    found, asked = list(cases(folder)), Asked()
    for case in found:
        asked.add("nifti", "readNifti", *case.arguments)
    volumes = [read_nifti_pet(case.paths[0], "P") for case in found]
    return list(zip(found, volumes, asked.answers(folder), strict=True))


def test_all_forms_of_files_are_read_as_python_reads_them(read_scans):
    assert {name.split("-", 1)[1] for name in (case.name for case, *_ in read_scans)} == set(FORMS)
    for case, volume, scan in read_scans:
        assert not isinstance(scan, Refused), (case.name, scan)
        assert scan["shape"] == list(volume.data.shape), case.name
        assert scan["data"].dtype == np.float32
        assert np.array_equal(scan["data"], stored(volume.data)), case.name
        assert scan["notes"] == list(volume.notes), case.name
        assert scan["affine"] == scan["header"]["affine"]
        geometry_is(scan["header"], volume.geometry)


def test_a_mask_lies_on_its_scan_as_pythons_does(read_scans, tmp_path):
    asked, places = Asked(), []
    for case, volume, _ in read_scans:
        grid = Grid(volume.data.shape, 128, (0, 1, 2), (True, False), (0.0, 0.0), (1.0, 1.0), (4.0, 4.0), 4.0, 3.0)
        path = tmp_path / f"{case.name}.nii.gz"
        write_mask(path, np.asfortranarray(case.tumour.astype(np.uint8)), replace(grid, geometry=volume.geometry))
        scan = asked.add("nifti", "readNifti", *case.arguments, silent=True)
        mine = {"size": 128, "spacing": 4.0}
        asked.add("scan_masks", "writeMask", scan, stored(case.tumour.astype(np.uint8)), mine)
        places.append((case, path))
    written = asked.answers(tmp_path)[1::2]
    for (case, path), content in zip(places, written, strict=True):
        (tmp_path / "mine.nii.gz").write_bytes(content.tobytes())
        mine, python = nib.load(tmp_path / "mine.nii.gz"), nib.load(path)
        assert np.array_equal(np.asarray(mine.dataobj), np.asarray(python.dataobj)), case.name
        assert np.allclose(mine.affine, python.affine, rtol=1e-6, atol=1e-5), case.name
        same = [key for key in python.header if key not in ("quatern_b", "quatern_c", "quatern_d", "pixdim")]
        for key in same:
            a, b = mine.header[key], python.header[key]
            alike = np.allclose(a, b, 1e-6, 1e-4, equal_nan=True) if a.dtype.kind == "f" else np.array_equal(a, b)
            assert alike, (case.name, key, a, b)
        assert np.allclose(mine.header["pixdim"], python.header["pixdim"], rtol=1e-6), case.name
        assert np.allclose(mine.get_qform(), python.get_qform(), rtol=1e-5, atol=1e-4), case.name


@pytest.mark.parametrize("order", "<>")
def test_all_types_of_numbers_are_read(order, tmp_path):
    """Written by hand: 2 x 3 x 4 voxels of each type, the extremes of each among them; with and without a slope."""
    asked, expected = Asked(), []
    for kind in TYPES:
        values = np.arange(24).astype(kind)
        if kind[0] in "ui":
            values[:2] = np.iinfo(kind).min, np.iinfo(kind).max
        for slope, inter in ((0, 7), (np.nan, 0), (1, 0), (0.37, -1.5)):
            header = nib.Nifti1Header(endianness=order)
            header["dim"][:5] = 3, 2, 3, 4, 1
            header["datatype"], header["bitpix"] = CODES[kind], 8 * int(kind[1])
            header["pixdim"][:4], header["vox_offset"], header["magic"] = (1, 2, 2, 3), 352, b"n+1"
            header["scl_slope"], header["scl_inter"] = slope, inter
            path = tmp_path / f"{kind}-{slope}.nii"
            path.write_bytes(header.binaryblock + bytes(4) + values.astype(order + kind).tobytes())
            expected.append((kind, slope, read_nifti_pet(path, "P").data))
            asked.add("nifti", "readNifti", path.read_bytes())
    for (kind, slope, data), scan in zip(expected, asked.answers(tmp_path), strict=True):
        assert np.array_equal(volume_of(scan["data"], (2, 3, 4)), data), (kind, slope)


def header_with(**fields) -> nib.Nifti1Header:
    header = nib.Nifti1Header()
    header["dim"][:5] = 3, 4, 4, 4, 1
    header["datatype"], header["bitpix"] = 4, 16
    header["pixdim"][:4], header["vox_offset"], header["magic"] = (1, 4, 4, 4), 352, b"n+1"
    for name, value in fields.items():
        header[name] = value
    return header


def file_of(content: bytes = bytes(128), **fields) -> bytes:
    return header_with(**fields).binaryblock + bytes(4) + content


def dim(*numbers) -> np.ndarray:
    return np.array([*numbers, *[1] * (8 - len(numbers))])


def pixdim(*numbers) -> np.ndarray:
    return np.array([1, *numbers, 1, 1, 1, 1])


NAN = np.array([1, np.nan, *[0] * 62], "<f4").tobytes()
BAD = {
    "no header": b"nothing of the kind" * 40,
    "short": file_of()[:200],
    "cut": file_of(bytes(100)),
    "empty": b"",
    "dicom": bytes(128) + b"DICM" + bytes(1000),
    "magic": file_of(magic=b"n+3"),
    "complex": file_of(bytes(512), datatype=32, bitpix=64),
    "colours": file_of(bytes(192), datatype=128, bitpix=24),
    "long double": file_of(bytes(1024), datatype=1536, bitpix=128),
    "unknown type": file_of(datatype=77),
    "metres": file_of(xyzt_units=1),
    "microns": file_of(xyzt_units=3),
    "two axes": file_of(dim=dim(2, 4, 4)),
    "four volumes": file_of(bytes(512), dim=dim(4, 4, 4, 4, 4)),
    "nothing": file_of(dim=dim(3, 4, 0, 4)),
    "negative": file_of(dim=dim(3, 4, -4, 4)),
    "endless": file_of(dim=dim(3, 5000, 4, 4)),
    "large": file_of(dim=dim(3, 4096, 4096, 4096)),
    "claims": file_of(dim=dim(3, 512, 512, 512)),
    "offset": file_of(vox_offset=16),
    "far offset": file_of(vox_offset=2.0**27),
    "flat": file_of(sform_code=1, srow_x=[4, 4, 0, 0], srow_y=[0, 0, 4, 0], srow_z=[0, 0, 0, 0]),
    "nearly flat": file_of(sform_code=1, srow_x=[4, 4, 0, 0], srow_y=[0, 0.3, 4, 0], srow_z=[0, 0, 0.1, 0]),
    "infinite": file_of(sform_code=1, srow_x=[np.inf, 0, 0, 0], srow_y=[0, 4, 0, 0], srow_z=[0, 0, 4, 0]),
    "huge voxels": file_of(pixdim=pixdim(4, 2000, 4)),
    "intercept": file_of(scl_slope=2, scl_inter=np.inf),
    "quaternion": file_of(qform_code=1, quatern_b=2),
    "nan": file_of(NAN + bytes(0), datatype=16, bitpix=32),
    "overflow": file_of(np.full(64, 1e300, "<f8").tobytes(), datatype=64, bitpix=64),
    "tiny": file_of(pixdim=pixdim(0.01, 0.01, 0.01)),
    "tiny mm": file_of(pixdim=pixdim(0.01, 0.01, 0.01), xyzt_units=2),
    "long": file_of(bytes(2 * 40 * 40 * 4), dim=dim(3, 40, 40, 4), pixdim=pixdim(400, 400, 400)),
}
BAD_PACKED = {
    "bomb": file_of(bytes(2**21), dim=dim(3, 4096, 1024, 512)),
    "packed too well": file_of(bytes(2**22), dim=dim(3, 2048, 1024, 128)),
    "packed too well, but not as a bomb": file_of(np.random.default_rng(1).bytes(600_000), dim=dim(3, 1024, 1024, 150)),
    "cut inside": file_of(np.random.default_rng(0).integers(0, 99, 64**3, np.int16).tobytes(), dim=dim(3, 64, 64, 64)),
}


def refusals(files: dict[str, bytes], ending: str, folder) -> tuple[list[ScanError], list]:
    """What Python and the core say of files."""
    asked, expected = Asked(), []
    for name, content in files.items():
        path = folder / f"{name}{ending}"
        path.write_bytes(content)
        with pytest.raises(ScanError) as error:
            read_nifti_pet(path, "P")
        expected.append((name, error.value))
        asked.add("nifti", "readNifti", content)
    return expected, asked.answers(folder)


def same_words(expected, found) -> None:
    for (name, error), answer in zip(expected, found, strict=True):
        assert isinstance(answer, Refused), name
        assert (answer.problem, answer.mend) == (error.wrong, error.mend), name


def test_what_python_refuses_is_refused_in_its_words(tmp_path):
    same_words(*refusals(BAD, ".nii", tmp_path))


def test_packed_files_are_refused_in_pythons_words(tmp_path):
    packed = {name: gzip.compress(content, mtime=0) for name, content in BAD_PACKED.items()}
    packed["cut inside"] = packed["cut inside"][:-1000]
    same_words(*refusals(packed, ".nii.gz", tmp_path))


ODD = {
    "no qfac": file_of(pixdim=np.array([0, 4, 4, 4, 1, 1, 1, 1]), qform_code=1, quatern_c=1),
    "mirrored": file_of(pixdim=np.array([-1, 4, 4, 4, 1, 1, 1, 1]), qform_code=2, quatern_c=0.6, quatern_d=0.3),
    "negative sizes": file_of(pixdim=pixdim(-4, 4, -5)),
    "no sizes": file_of(pixdim=pixdim(0, 4, 0)),
    "unknown codes": file_of(qform_code=9, sform_code=-3),
    "both forms": file_of(
        qform_code=1, quatern_d=1, sform_code=2, srow_x=[4, 0, 0, -9], srow_y=[0, 3, 1, 5], srow_z=[0, -1, 3, 7]
    ),
    "bad quaternion beside an sform": file_of(
        qform_code=1, quatern_b=1, quatern_c=1, sform_code=2, srow_x=[4, 0, 0, 0], srow_y=[0, 4, 0, 0], srow_z=[0, 0, 4, 0]
    ),
    "tilted": file_of(sform_code=1, srow_x=[4, 0, 0, 0], srow_y=[0, 2.9, -2.7, 0], srow_z=[0, 2.7, 2.9, 0], xyzt_units=10),
    "wrong size of header": struct.pack("<i", 352) + file_of()[4:],
    "longer": file_of(bytes(1000)),
    "quaternion just too long": file_of(qform_code=1, quatern_b=np.float32(0.8), quatern_c=np.float32(0.6)),
}


def test_odd_headers_are_mended_as_python_mends_them(tmp_path):
    asked, expected = Asked(), []
    for name, content in ODD.items():
        path = tmp_path / f"{name}.nii"
        path.write_bytes(content)
        expected.append((name, read_nifti_pet(path, "P")))
        asked.add("nifti", "readNifti", content)
    for (name, volume), scan in zip(expected, asked.answers(tmp_path), strict=True):
        assert not isinstance(scan, Refused), (name, scan)
        geometry_is(scan["header"], volume.geometry)
        assert scan["notes"] == list(volume.notes), name


def test_half_a_pair_is_refused(tmp_path):
    alone = ask(tmp_path, "nifti", "readNifti", file_of(magic=b"ni1", vox_offset=0))
    assert alone.problem == "this is the header of a pair of files"
    empty = ask(tmp_path, "nifti", "readNifti", file_of(magic=b"ni1", vox_offset=0), b"")
    assert empty.problem == "the file is empty (0 bytes)"
