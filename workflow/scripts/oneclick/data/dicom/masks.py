"""Tumour masks in DICOM: contours (RTSTRUCT) drawn onto the grid of the PET, and segmentations (SEG)."""

from pathlib import Path

import numpy as np
import pydicom
from matplotlib.path import Path as Outline

from oneclick.data.dicom.files import AGAIN, Fail, fail_of, files_in, guarded, load, shown, term
from oneclick.data.dicom.pet import LPS_TO_RAS
from oneclick.data.volume import LONGEST_AXIS, MOST_VOXELS, ScanError, Volume

CLASSES = {
    "1.2.840.10008.5.1.4.1.1.481.3": "RTSTRUCT",
    "1.2.840.10008.5.1.4.1.1.66.4": "SEG",
    "1.2.840.10008.5.1.4.1.1.66.7": "SEG",
}
# Contours may lie off the plane of their slice by this part of a slice; each grid has some planes near another's.
OFF_PLANE = 0.25
MOST_NAMES = 30
OTHERS = "POINT OPEN_PLANAR OPEN_NONPLANAR CLOSEDPLANAR_XOR"
"""The standard's other kinds of contour."""
ON_LINE = 1e-3
"""A voxel's centre so near to an outline, in voxels, lies on it."""


def _found(path: str | Path, patient: str) -> tuple[Path, str]:
    """The one RTSTRUCT or SEG file at a path, which it is or which is in that folder, and its kind."""
    if not Path(path).exists():
        raise ScanError(patient, path, "the file is missing", "put it there or mend the path in the config file or sheet")
    found = []
    for file in files_in(path, patient) if Path(path).is_dir() else [Path(path)]:
        with guarded(patient, file):
            header = load(file, patient, ["SOPClassUID", "Modality"])
            if header is not None:
                media = header.file_meta.get("MediaStorageSOPClassUID")
                kind = CLASSES.get(header.get("SOPClassUID") or media)
                found += [(file, kind)] if kind else []
    if len(found) != 1:
        wrong = (
            f"{len(found)} of its files hold contours or a segmentation"
            if found
            else "no contours or segmentation (DICOM RTSTRUCT or SEG) are there"
        )
        raise ScanError(patient, path, wrong, "give the one file")
    return found[0]


def dicom_kind(path: str | Path, patient: str) -> str:
    """'RTSTRUCT' or 'SEG': what a DICOM file, or the one such file in a folder, is. Raises ScanError if it is neither."""
    return _found(path, patient)[1]


def _opened(path: str | Path, patient: str, kind: str) -> tuple[pydicom.Dataset, Fail]:
    """The whole of the one file of that kind at a path."""
    file, is_kind = _found(path, patient)
    if is_kind != kind:
        raise ScanError(patient, file, f"the file is a DICOM {is_kind}, not a {kind}", "mend the path")
    return load(file, patient), fail_of(patient, file)


def _chosen(names: dict[int, str], roi: list[str] | None, fail: Fail) -> list[int]:
    """The numbers of the regions with the names ``roi``, or of the only region, out of the names by number."""
    listed = ", ".join(list(names.values())[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
    if roi is None:
        if len(names) > 1:
            raise fail(f"there are {len(names)} regions ({listed})", "name the tumour's in cohort.roi")
        return list(names)
    for name in roi:
        if shown(name) not in names.values():
            raise fail(f"there is no region {name!r}", f"name in cohort.roi one or more of: {listed}")
    return [number for number, name in names.items() if name in map(shown, roi)]


def _outlines(item: pydicom.Dataset, name: str, pet: Volume, fail: Fail) -> list[tuple[int, np.ndarray]]:
    """Slice index and corners (n, 2) in voxels (i, j) of each contour of a region."""
    outlines = []
    to_voxels = np.linalg.inv(pet.affine) @ LPS_TO_RAS
    for contour in item.get("ContourSequence") or []:
        if (kind := contour.get("ContourGeometricType")) != "CLOSED_PLANAR":
            raise fail(
                f"region {name} has contours of type {term(kind, OTHERS)}", "draw it with closed contours (CLOSED_PLANAR)"
            )
        points = np.array(contour.ContourData or [], float).reshape(-1, 3) @ to_voxels[:3, :3].T + to_voxels[:3, 3]
        if not np.isfinite(points).all():
            raise fail(f"region {name} has a corner nowhere", AGAIN)
        # What a click without a drawing leaves behind has no area.
        if len(points) < 3:
            continue
        k = np.rint(points[:, 2].mean())
        if not np.abs(points[:, 2] - k).max() <= OFF_PLANE:
            mend = "export the contours on the PET, or give the mask as NIfTI on the PET's grid"
            raise fail(f"region {name} is drawn on another grid: its contours lie between the slices of the PET", mend)
        outlines.append((k, points[:, :2]))
    return outlines


def _filled(outlines: list[tuple[float, np.ndarray]], shape: tuple[int, int, int]) -> np.ndarray:
    """Mask (i, j, k) of the voxels whose centres are in the contours; one in another of its plane is a hole."""
    mask = np.zeros(shape, bool)
    # A contour that stands twice would cancel itself.
    for k, corners in {(k, corners.tobytes()): (k, corners) for k, corners in outlines}.values():
        low = np.clip(np.ceil(corners.min(axis=0) - ON_LINE), 0, shape[:2]).astype(int)
        high = np.clip(np.floor(corners.max(axis=0) + ON_LINE) + 1, low, shape[:2]).astype(int)
        if 0 <= k < shape[2] and (high > low).all():
            box = tuple(slice(*ends) for ends in zip(low, high, strict=True))
            centres = np.stack(np.mgrid[box], axis=-1)
            points, outline = centres.reshape(-1, 2), Outline(corners)
            # A centre on the line is inside: some programs draw through centres, and rounding would choose. Which sign
            # widens an outline depends on its direction; the other adds nothing.
            inside = outline.contains_points(points, radius=ON_LINE) | outline.contains_points(points, radius=-ON_LINE)
            mask[(*box, int(k))] ^= inside.reshape(centres.shape[:2])
    return mask


def _frames_of(data: pydicom.Dataset, region: pydicom.Dataset) -> set[str]:
    """The frames of reference that a region may be in."""
    uids = [region.get("ReferencedFrameOfReferenceUID"), data.get("FrameOfReferenceUID")]
    uids += [item.get("FrameOfReferenceUID") for item in data.get("ReferencedFrameOfReferenceSequence") or []]
    return {str(uid) for uid in uids[:1] if uid} or {str(uid) for uid in uids if uid}


def read_contours(
    path: str | Path, patient: str, pet: Volume, roi: list[str] | None = None, frame_of_reference: str | None = None
) -> Volume:
    """The regions ``roi`` of a DICOM RTSTRUCT, uint8 0 and 1 (i, j, k) on the grid of ``pet``: the voxels whose centres lie
    in a contour, by coordinates in mm; contours of one region in others are holes, regions are united.

    ``path`` is the file or a folder that holds one. Without ``roi`` the only region is read; those without contours and
    those of points alone are passed over. ``frame_of_reference`` is the UID of the PET series, None if it is unknown. The
    images that the contours refer to need not be there.

    Raises ScanError if the file is damaged or no RTSTRUCT, if the regions are not there, several, not closed contours, in
    another frame of reference, between the slices, or cover no voxel.
    """
    data, fail = _opened(path, patient, "RTSTRUCT")
    with guarded(patient, path):
        contours = {int(item.ReferencedROINumber): item for item in data.get("ROIContourSequence") or []}
        regions = {int(item.ROINumber): item for item in data.get("StructureSetROISequence") or []}
        names = {number: shown(item.get("ROIName")) for number, item in regions.items()}
        if roi is None:
            for number in regions:
                drawn = contours[number].get("ContourSequence") if number in contours else None
                if not drawn or all(contour.get("ContourGeometricType") == "POINT" for contour in drawn):
                    del names[number]
        if not names:
            raise fail("no region has contours", "draw the tumour, or give its mask as NIfTI")
        mask = np.zeros(pet.data.shape, bool)
        for number in _chosen(names, roi, fail):
            name, frames = names[number], _frames_of(data, regions[number])
            if frame_of_reference and frames and frame_of_reference not in frames:
                wrong = f"region {name} is drawn in another frame of reference than that of the PET series"
                raise fail(wrong, "give the contours drawn on this scan, or register and export them as NIfTI on its grid")
            outlines = _outlines(contours[number], name, pet, fail) if number in contours else []
            if not outlines:
                raise fail(f"region {name} has no contours", "draw it, or name another")
            filled = _filled(outlines, pet.data.shape)
            if not filled.any():
                ends = np.array(pet.data.shape) - 0.5
                corners = np.concatenate([np.c_[xy, np.full(len(xy), k)] for k, xy in outlines])
                outside = (corners.max(axis=0) < -0.5).any() or (corners.min(axis=0) > ends).any()
                wrong = "lies outside the PET" if outside else "covers the centre of no voxel"
                raise fail(f"region {name} {wrong}", "give the contours drawn on this scan, or name another region")
            mask |= filled
        return Volume(mask.astype(np.uint8), pet.affine)


def read_segmentation(path: str | Path, patient: str, roi: list[str] | None = None) -> Volume:
    """The segments ``roi`` of a DICOM SEG united, uint8 0 and 1 (i, j, k), affine in RAS mm. Without ``roi`` the only one.

    Its grid is that of the SEG, which often has no slices without tumour; :func:`masks.mask_on_pet` lays it on the PET's.

    Raises ScanError if the file is damaged, no SEG, tiled or compressed, if the segments are not there or several, or if
    their values are fractions.
    """
    # Takes a second, and most studies have no SEG.
    import highdicom

    data, fail = _opened(path, patient, "SEG")
    with guarded(patient, path):
        if data.get("TotalPixelMatrixRows"):
            raise fail("the segmentation is tiled", "export it slice by slice")
        syntax = data.file_meta.TransferSyntaxUID
        if syntax.is_compressed and syntax.name != "RLE Lossless":
            raise fail(f"the pixels are compressed ({syntax.name})", "export it uncompressed")
        names = {int(item.SegmentNumber): shown(item.get("SegmentLabel")) for item in data.SegmentSequence}
        numbers = _chosen(names, roi, fail)
        seg = highdicom.seg.Segmentation.from_dataset(data, copy=False)
        geometry = seg.get_volume_geometry(allow_missing_positions=True)
        if geometry is None:
            raise fail("its frames are not evenly spaced", AGAIN)
        shape = geometry.spatial_shape
        if max(shape) > LONGEST_AXIS or np.prod([int(n) for n in shape]) > MOST_VOXELS:
            raise fail(f"the header claims {' x '.join(map(str, shape))} voxels", AGAIN)
        mask = np.zeros(shape, bool)
        for number in numbers:
            volume = seg.get_volume(segment_numbers=[number])
            values = volume.array[..., 0]
            if not np.isin(values, (0, 1)).all():
                raise fail(f"segment {names[number]} holds fractions", "make it 0 and 1, e.g. by a threshold at half")
            mask |= values == 1
        data, affine = mask.astype(np.uint8).transpose(2, 1, 0), LPS_TO_RAS @ volume.affine[:, [2, 1, 0, 3]]
        # highdicom's slices run against the normal, those of read_dicom_pet towards the head.
        if affine[2, 2] < 0:
            data, affine[:, 3] = data[:, :, ::-1], affine @ [0, 0, data.shape[2] - 1, 1]
            affine[:, 2] *= -1
    return Volume(data, affine)
