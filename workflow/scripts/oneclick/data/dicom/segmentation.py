"""Segments of a DICOM SEG on the grid of its frames."""

from pathlib import Path

import numpy as np
import pydicom
from pydicom.uid import generate_uid

from oneclick.data.dicom.files import AGAIN, Fail, guarded, shown
from oneclick.data.dicom.masks import chosen, opened, refuse_other_frame
from oneclick.data.dicom.pet import LPS_TO_RAS, UNEVEN, UNEVEN_MM
from oneclick.data.mask_guard import gap_doubts
from oneclick.data.volume import LONGEST_AXIS, MOST_VOXELS, Volume

OFF_VOXEL, OFF_STEP = 0.1, 0.01
"""Frames lie on the voxels of the PET if they do to this part of one, and are as large to this part."""


def _items(data: pydicom.Dataset, sequence: str) -> list[pydicom.Dataset]:
    """The items of a sequence that all frames share, and of each frame's own."""
    groups = [data.get(f"{kind}FunctionalGroupsSequence") or [] for kind in ("Shared", "PerFrame")]
    return [item for part in groups for group in part for item in group.get(sequence) or []]


def _of_frames(data: pydicom.Dataset, sequence: str, keyword: str) -> list:
    """The values of an element in them."""
    return [item[keyword].value for item in _items(data, sequence) if item.get(keyword) not in (None, "")]


def _is_multiple(lengths: np.ndarray, step: float) -> bool:
    """Whether lengths (n,) in mm are whole numbers of a step, as nearly as the distances of slices have to be even."""
    return bool(step > 0 and (np.abs(lengths - np.rint(lengths / step) * step) <= max(UNEVEN * step, UNEVEN_MM)).all())


def _on_planes_of(pet: Volume, positions: np.ndarray, steps: np.ndarray) -> float | None:
    """The distance in mm of the PET's slices if frames lie on them and on their pixels, None if not: ``positions`` (n, 3) of
    their first voxels and ``steps`` (2, 3) from voxel to voxel along columns and rows, in LPS mm."""
    to_voxels = np.linalg.inv(LPS_TO_RAS @ pet.affine)
    places = positions @ to_voxels[:3, :3].T + to_voxels[:3, 3]
    across = steps @ to_voxels[:3, :3].T
    if np.abs(places - np.rint(places)).max() > OFF_VOXEL or np.abs(np.abs(across).sum(axis=1) - 1).max() > OFF_STEP:
        return None
    in_plane = np.abs(across).argmax(axis=1)
    if np.abs(across - np.rint(across)).max() > OFF_STEP or in_plane[0] == in_plane[1]:
        return None
    return float(np.linalg.norm(pet.affine[:3, 3 - in_plane.sum()]))


def _spacing(data: pydicom.Dataset, pet: Volume | None, fail: Fail) -> tuple[float, str]:
    """The distance in mm of the slices on which the frames of a SEG lie, and in words whence it is known ("" from
    SpacingBetweenSlices, which is optional).

    Frames without tumour are left out, so that the gap between two says nothing of it. Frames on the voxels of the PET have
    its distance. Others without SpacingBetweenSlices are as thick as SliceThickness says, or lie closer than they are thick.
    """
    given, thickness = (
        next((float(value) for value in _of_frames(data, "PixelMeasuresSequence", keyword) if float(value) > 0), None)
        for keyword in ("SpacingBetweenSlices", "SliceThickness")
    )
    along = np.array(_of_frames(data, "PlaneOrientationSequence", "ImageOrientationPatient")[0], float).reshape(2, 3)
    positions = np.array(_of_frames(data, "PlanePositionSequence", "ImagePositionPatient"), float)
    gaps = np.diff(np.unique(np.round(positions @ np.cross(*along), 3)))
    gaps = gaps[gaps > UNEVEN_MM]
    pixel = np.array(_of_frames(data, "PixelMeasuresSequence", "PixelSpacing")[0], float)[::-1]
    of_pet = _on_planes_of(pet, positions, along * pixel[:, None]) if pet is not None else None
    if of_pet is not None:
        return of_pet, "" if given and _is_multiple(
            np.array([given]), of_pet
        ) and given < 1.5 * of_pet else "the PET's slices"
    if given:
        return given, ""
    if not thickness:
        mend = "export it with SpacingBetweenSlices or SliceThickness, or give the mask as NIfTI"
        raise fail("neither SpacingBetweenSlices nor SliceThickness says how thick its slices are", mend)
    if len(gaps) and gaps.min() < thickness and _is_multiple(gaps, gaps.min()):
        return float(gaps.min()), f"the least between two, less than SliceThickness ({thickness:.4g} mm)"
    if _is_multiple(gaps, thickness):
        return thickness, "SliceThickness"
    wrong = f"its frames lie {gaps.min():.4g} mm apart, which is no whole number of slices of {thickness:.4g} mm"
    raise fail(wrong, "export it with SpacingBetweenSlices, or give the mask as NIfTI")


def read_segmentation(
    path: str | Path,
    patient: str,
    roi: list[str] | None = None,
    pet: Volume | None = None,
    frame_of_reference: str | None = None,
) -> Volume:
    """The segments ``roi`` of a DICOM SEG united, uint8 0 and 1 (i, j, k), affine in RAS mm. Without ``roi`` the only one;
    of its names and patterns some may be missing.

    Its grid is that of the SEG, from its first to its last frame, for frames without tumour are often left out;
    :func:`masks.mask_on_pet` lays it on the PET's. ``pet`` tells the distance of the slices (see
    :func:`_spacing`), ``frame_of_reference`` is the UID of the PET series, None if it is unknown. Slices without a frame
    inside a region are among its doubts.

    Raises ScanError if the file is damaged, no SEG, tiled or compressed, if it lies in another frame of reference, if its
    frames are not evenly spaced, if none of the segments is there or several are and none is named, or if their values are
    fractions.
    """
    # Takes a second, and most studies have no SEG.
    import highdicom

    data, fail = opened(path, patient, "SEG")
    with guarded(patient, path):
        if data.get("TotalPixelMatrixRows"):
            raise fail("the segmentation is tiled", "export it slice by slice")
        syntax = data.file_meta.TransferSyntaxUID
        if syntax.is_compressed and syntax.name != "RLE Lossless":
            raise fail(f"the pixels are compressed ({syntax.name})", "export it uncompressed")
        frame = str(data.get("FrameOfReferenceUID") or "")
        refuse_other_frame({frame} if frame else set(), frame_of_reference, "the segmentation", fail)
        if not frame:
            # highdicom finds no slices in a file without it; that of the PET is as good as any.
            data.FrameOfReferenceUID = frame_of_reference or generate_uid()
        said, described = int(data.get("NumberOfFrames") or 0), len(data.get("PerFrameFunctionalGroupsSequence") or [])
        if said != described:
            raise fail(f"NumberOfFrames (0028,0008) is {said}, but {described} frames are described", AGAIN)
        names = {int(item.SegmentNumber): shown(item.get("SegmentLabel")) for item in data.SegmentSequence}
        choice = chosen(names, roi, fail)
        notes, doubts = list(choice.notes), list(choice.doubts)
        step, whence = _spacing(data, pet, fail)
        if whence:
            notes.append(f"its slices are taken to be {step:.4g} mm apart: {whence}")
        for item in _items(data, "PixelMeasuresSequence") if whence else []:
            item.SpacingBetweenSlices, item.SliceThickness = step, item.get("SliceThickness") or step
        seg = highdicom.seg.Segmentation.from_dataset(data, copy=False)
        geometry = seg.get_volume_geometry(allow_missing_positions=True)
        if geometry is None:
            raise fail("its frames are not evenly spaced", AGAIN)
        shape = geometry.spatial_shape
        if max(shape) > LONGEST_AXIS or np.prod([int(n) for n in shape]) > MOST_VOXELS:
            raise fail(f"the header claims {' x '.join(map(str, shape))} voxels", AGAIN)
        mask = np.zeros(shape[::-1], bool)
        for number in choice.numbers:
            volume = seg.get_volume(segment_numbers=[number])
            values = volume.array[..., 0].transpose(2, 1, 0)
            affine = LPS_TO_RAS @ volume.affine[:, [2, 1, 0, 3]]
            if not np.isin(values, (0, 1)).all():
                raise fail(f"segment {names[number]} holds fractions", "make it 0 and 1, e.g. by a threshold at half")
            # highdicom's slices run against the normal, those of read_dicom_pet towards the head.
            if affine[2, 2] < 0:
                values, affine[:, 3] = values[:, :, ::-1], affine @ [0, 0, values.shape[2] - 1, 1]
                affine[:, 2] *= -1
            if pet is not None:
                what = f"segment {names[number]}"
                doubts += gap_doubts(Volume(values, affine), pet, axis=2, what=what, holds="frame")
            mask |= values == 1
    found = tuple(names.values())
    return Volume(mask.astype(np.uint8), affine, tuple(notes), doubts=tuple(doubts), regions=found)
