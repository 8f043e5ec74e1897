"""Scans on which the page's core and Python are compared: phantoms, real ones where they are, in many forms."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
from javascript import REAL
from simple_patient import AFFINE, simple_patient

ANGLES = (0.31, -0.22, 0.4)
"""Radians about the three axes, of oblique scans."""


@dataclass(frozen=True)
class Case:
    """A scan's files: ``paths`` (one, or .hdr and .img), the ``tumour`` (i, j, k) on its voxels, bool."""

    name: str
    paths: tuple[Path, ...]
    tumour: np.ndarray

    @property
    def arguments(self) -> tuple[bytes, ...]:
        """Those of readNifti."""
        return tuple(path.read_bytes() for path in self.paths)


def oblique() -> np.ndarray:
    """A rotation (3, 3) by ``ANGLES``."""
    rotation = np.eye(3)
    for axis, angle in enumerate(ANGLES):
        a, b = [n for n in range(3) if n != axis]
        turn = np.eye(3)
        turn[a, a] = turn[b, b] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        rotation = rotation @ turn
    return rotation


def bases() -> list[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """Name, PET float32, tumour and affine of scans to be stored in other forms."""
    pet, tumour = simple_patient(shape=(44, 37, 9))
    found = [("simple", pet, tumour > 0, AFFINE)]
    for folder in sorted(REAL.glob("*"))[::8] if REAL.is_dir() else []:
        image = nib.load(folder / "PET_image.nii.gz")
        mask = nib.load(folder / "PET_mask.nii.gz")
        tumour = np.asarray(mask.dataobj) > 0
        if tumour.shape == image.shape:
            found.append((folder.name, image.get_fdata(dtype=np.float32), tumour, image.affine))
    return found


def turned(pet: np.ndarray, tumour: np.ndarray, affine: np.ndarray, axes: tuple, flips: tuple) -> tuple:
    """The same scan with its axes stored in another order and direction."""
    ornt = np.array([[axes[n], flips[n]] for n in range(3)])
    pet, tumour = (nib.orientations.apply_orientation(data, ornt) for data in (pet, tumour))
    shape = [pet.shape[axis] for axis in axes]
    return np.ascontiguousarray(pet), np.ascontiguousarray(tumour), affine @ nib.orientations.inv_ornt_aff(ornt, shape)


def cases(folder: Path) -> Iterator[Case]:
    """All forms of all scans, written into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pet, tumour, affine in bases():
        for form, write in FORMS.items():
            stem = folder / f"{name}-{form}"
            paths, tumour_there = write(stem, pet, tumour, affine)
            yield Case(f"{name}-{form}", tuple(Path(path) for path in paths), tumour_there)


def _save(image: nib.Nifti1Image, path: Path) -> list[Path]:
    nib.save(image, path)
    return [path]


def _plain(stem, pet, tumour, affine):
    image = nib.Nifti1Image(pet, affine)
    image.set_sform(affine, 1)
    image.set_qform(affine, 1)
    image.header.set_xyzt_units("mm")
    return _save(image, stem.with_suffix(".nii.gz")), tumour


def _permuted(stem, pet, tumour, affine):
    pet, tumour, affine = turned(pet, tumour, affine, (2, 0, 1), (1, -1, -1))
    return _save(nib.Nifti1Image(pet, affine), stem.with_suffix(".nii")), tumour


def _flipped(stem, pet, tumour, affine):
    pet, tumour, affine = turned(pet, tumour, affine, (1, 0, 2), (-1, 1, -1))
    image = nib.Nifti1Image(pet, affine)
    image.set_qform(affine, 1)
    image.set_sform(None, 0)
    return _save(image, stem.with_suffix(".nii.gz")), tumour


def _big_endian(stem, pet, tumour, affine):
    header = nib.Nifti1Header(endianness=">")
    header.set_data_dtype(np.dtype(">i2"))
    stored = np.rint(pet / pet.max() * 30000).astype(">i2")
    image = nib.Nifti1Image(stored, affine, header)
    # nibabel computes scales of its own for what it saves: the header is written by hand, with the integers behind it
    with open(stem.with_suffix(".nii"), "wb") as file:
        header = image.header.copy()
        header["vox_offset"], header["magic"] = 352, b"n+1"
        header["scl_slope"], header["scl_inter"] = float(pet.max()) / 30000, 0.125
        file.write(header.binaryblock + bytes(4) + stored.tobytes(order="F"))
    return [stem.with_suffix(".nii")], tumour


def _oblique(stem, pet, tumour, affine):
    turned_affine = affine.copy()
    turned_affine[:3, :3] = oblique() @ affine[:3, :3]
    image = nib.Nifti1Image(pet.astype(np.float64), turned_affine)
    image.set_sform(None, 0)
    image.set_qform(turned_affine, 3)
    return _save(image, stem.with_suffix(".nii.gz")), tumour


def _sheared(stem, pet, tumour, affine):
    shear = np.eye(4)
    shear[0, 1], shear[2, 0], shear[1, 2] = 0.3, -0.2, 0.25
    return _save(nib.Nifti2Image(pet, shear @ affine), stem.with_suffix(".nii.gz")), tumour


def _pair(stem, pet, tumour, affine):
    image = nib.Nifti1Pair(np.rint(pet * 100).astype(np.uint16), affine)
    nib.save(image, stem.with_suffix(".img"))
    return [stem.with_suffix(".hdr"), stem.with_suffix(".img")], tumour


def _packed_pair(stem, pet, tumour, affine):
    """NIfTI-2, big-endian, both files packed, voxels after 64 bytes of nothing."""
    header = nib.nifti2.Nifti2PairHeader(endianness=">")
    header.set_data_shape(pet.shape)
    header.set_data_dtype(np.dtype(">f8"))
    header.set_sform(affine, 4)
    header.set_qform(affine, 2)
    header.set_xyzt_units("mm", "sec")
    header["vox_offset"] = 64
    header["scl_slope"], header["scl_inter"] = 0.5, 0.25
    paths = [Path(f"{stem}.hdr.gz"), Path(f"{stem}.img.gz")]
    paths[0].write_bytes(gzip.compress(header.binaryblock + bytes(4)))
    paths[1].write_bytes(gzip.compress(bytes(64) + pet.astype(">f8").tobytes(order="F")))
    return paths, tumour


def _one_volume(stem, pet, tumour, affine):
    image = nib.Nifti2Image(pet[..., None].astype(np.float64), affine)
    return _save(image, stem.with_suffix(".nii")), tumour


def _nowhere(stem, pet, tumour, affine):
    image = nib.Nifti1Image(pet, affine)
    image.set_sform(None, 0)
    image.set_qform(None, 0)
    image.header.set_zooms(nib.affines.voxel_sizes(affine))
    with open(stem.with_suffix(".nii"), "wb") as file:
        header = image.header.copy()
        header["vox_offset"] = 368
        file.write(header.binaryblock + bytes(20) + pet.tobytes(order="F"))
    return [stem.with_suffix(".nii")], tumour


def _analyze(stem, pet, tumour, affine):
    sizes = nib.affines.voxel_sizes(affine)
    image = nib.AnalyzeImage(np.rint(pet * 1000).astype(np.int32), np.diag([*sizes, 1]) * [-1, 1, 1, 1])
    nib.save(image, stem.with_suffix(".img"))
    return [stem.with_suffix(".hdr"), stem.with_suffix(".img")], tumour


FORMS = {
    "plain": _plain,
    "permuted": _permuted,
    "flipped": _flipped,
    "big-endian": _big_endian,
    "oblique": _oblique,
    "sheared": _sheared,
    "pair": _pair,
    "packed-pair": _packed_pair,
    "one-volume": _one_volume,
    "nowhere": _nowhere,
    "analyze": _analyze,
}
