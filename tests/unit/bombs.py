"""Hostile scans, each read with 400 MiB of memory beyond what reading a good one takes: python bombs.py FOLDER

Prints for each a line of name, tab, message; a MemoryError, and so a traceback, where one takes more.
"""

import gzip
import resource
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
from dicom_files import pet_slice, save, save_series, segmentation

from oneclick.data.dicom.pet import read_dicom_pet
from oneclick.data.dicom.segmentation import read_segmentation
from oneclick.data.masks import read_nifti_mask
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.volume import ScanError

ZEROS = gzip.compress(bytes(2**26))
"""64 MiB; as members of a gzip file one after the other, any size."""
SMALL = (8, 8, 8)


def header(shape, dtype=np.uint8, offset=352, pair=False, **fields):
    """A NIfTI header that claims a shape, as bytes."""
    made = (nib.nifti1.Nifti1PairHeader if pair else nib.Nifti1Header)()
    made.set_data_dtype(dtype)
    made["dim"][: 1 + len(shape)] = len(shape), *shape
    made["dim"][1 + len(shape) :] = 1
    made["sform_code"], made["srow_x"], made["srow_y"], made["srow_z"] = 1, [2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0]
    made["pixdim"] = 1, 2, 2, 2, 1, 1, 1, 1
    made["vox_offset"] = 0 if pair else offset
    for field, value in fields.items():
        made[field] = value
    return made.binaryblock


def packed(start, mib):
    """The bytes of a gzip file that begins with ``start`` and goes on with so many MiB of zeros."""
    return gzip.compress(start) + ZEROS * (mib // 64)


def extension(size):
    """The start of an extension of so many bytes."""
    return b"\1\0\0\0" + np.array([size, 6], np.int32).tobytes()


def write_bombs(folder):
    """NIfTI files by name, each of at most 10 MB."""
    big, full = (1000, 1000, 1000), bytes(4 + 512)
    bombs = {
        "gzip-2GB.nii.gz": packed(header(big, np.int16), 2048),
        "voxels.nii.gz": packed(header((2048, 2048, 300)), 1280),
        "cube.nii.gz": packed(header((32767,) * 3), 64),
        "cube-100000.nii": nib.Nifti2Header().binaryblock,
        "short.nii.gz": gzip.compress(header(big) + full),
        "short.nii": header(big) + full,
        "frames.nii.gz": packed(header((64, 64, 64, 32767)), 64),
        "extension.nii.gz": packed(header(SMALL, offset=2**31) + extension(2**31 - 16), 4096),
        "extension-negative.nii.gz": packed(header(SMALL) + extension(-16), 4096),
        "offset.nii.gz": packed(header(SMALL, offset=3e9), 4096),
        "offset-endless.nii": header(SMALL, offset=3e38) + full,
        "offset-nan.nii": header(SMALL, offset=np.nan) + full,
        "voxel-nan.nii": header(SMALL, sform_code=0, qform_code=1, pixdim=[1, np.nan, 2, 2, 1, 1, 1, 1]) + full,
        "voxel-0.nii": header(SMALL, sform_code=1, srow_x=[0, 0, 0, 0]) + full,
        "more-than-it-says.nii.gz": packed(header(SMALL) + full, 4096),
    }
    cube = nib.Nifti2Header()
    cube["dim"] = 3, 100_000, 100_000, 100_000, 1, 1, 1, 1
    bombs["cube-100000.nii"] = cube.binaryblock + full
    for name, raw in bombs.items():
        (folder / name).write_bytes(raw)
    for name, shape in (("analyze-small", SMALL), ("analyze-large", (2000, 2000, 300))):
        (folder / f"{name}.hdr").write_bytes(header(shape, pair=True))
        with open(folder / f"{name}.img", "wb") as file:
            file.truncate(2**33)  # a sparse file takes no room
    return [*bombs, "analyze-small.hdr", "analyze-large.hdr"]


def said(read, path):
    try:
        return f"read {' x '.join(map(str, read(path, 'p').data.shape))}"
    except ScanError as error:
        return str(error)


def main(folder):
    names = write_bombs(folder)
    (folder / "mask-8GB.nii.gz").write_bytes(packed(header((1000, 1000, 1000), np.float64), 8192))
    save_series(folder / "rows", Rows=65535, Columns=65535)
    save_series(folder / "frames", NumberOfFrames=2**31 - 1)
    good = [pet_slice(k) for k in range(4)]
    seg = segmentation(good, np.ones((4, *good[0].pixel_array.shape), np.uint8), ["tumour"])
    save(seg, folder / "good.dcm")
    seg.NumberOfFrames, seg.Rows, seg.Columns = 2**31 - 1, 65535, 65535
    save(seg, folder / "seg.dcm")
    said(read_segmentation, folder / "good.dcm")
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + 400 * 2**20,) * 2)
    for name in names:
        print(f"{name}\t{said(read_nifti_pet, folder / name)}")
    print(f"mask-8GB.nii.gz\t{said(read_nifti_mask, folder / 'mask-8GB.nii.gz')}")
    for name, read in (("rows", read_dicom_pet), ("frames", read_dicom_pet), ("seg.dcm", read_segmentation)):
        print(f"{name}\t{said(read, folder / name)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
