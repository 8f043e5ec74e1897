"""Tiny DICOM files for tests: a PET series, contours, a segmentation; every text holds MARK, which readers must not show."""

import warnings
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

PET, CONTOURS = "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.481.3"
MARK = "Mustermann"
SERIES, FRAME = "1.2.3.4", "1.2.3.5"
# Columns, rows, slices; distances in mm of columns, rows, slices
SHAPE, SPACING, ORIGIN = (6, 5, 4), (2.0, 3.0, 4.0), (-10.0, -20.0, 30.0)


def stored_pixels(shape=SHAPE):
    """Stored numbers (i, j, k), all different."""
    return np.arange(np.prod(shape), dtype=np.uint16).reshape(shape, order="F")


def with_meta(data: Dataset, kind: str, syntax=ExplicitVRLittleEndian) -> Dataset:
    data.SOPClassUID = kind
    data.SOPInstanceUID = generate_uid()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.MediaStorageSOPClassUID, data.file_meta.MediaStorageSOPInstanceUID = kind, data.SOPInstanceUID
    return data


def add_texts(data: Dataset) -> None:
    data.PatientName = f"{MARK}^Max"
    data.PatientID = f"{MARK}1"
    data.PatientBirthDate = f"{MARK}"
    for keyword in ("StudyDescription", "SeriesDescription", "InstitutionName", "PatientComments", "ProtocolName"):
        setattr(data, keyword, f"{MARK} {keyword}")
    data.AccessionNumber = MARK
    data.SpecificCharacterSet = MARK
    block = data.private_block(0x0009, MARK, create=True)
    block.add_new(0x01, "LO", f"{MARK} private")


def injection(**elements) -> Dataset:
    item = Dataset()
    item.RadionuclideTotalDose = 350e6
    item.RadionuclideHalfLife = 3600
    item.RadiopharmaceuticalStartTime = "090000"
    item.Radiopharmaceutical = MARK
    for keyword, value in elements.items():
        if value is None:
            delattr(item, keyword)
        else:
            setattr(item, keyword, value)
    return item


def pet_slice(k: int, shape=SHAPE, **elements) -> Dataset:
    """Slice ``k`` of a series in SUV, rescaled by 0.5 + 0.25 k; ``elements`` replace its own, None deletes one."""
    data = with_meta(Dataset(), PET)
    add_texts(data)
    data.Modality, data.SeriesInstanceUID, data.FrameOfReferenceUID = "PT", SERIES, FRAME
    data.StudyInstanceUID, data.StudyID, data.PatientSex, data.SliceThickness = "1.2.3.1", "1", "O", SPACING[2]
    data.StudyDate = data.SeriesDate = data.AcquisitionDate = "20200301"
    data.StudyTime = data.SeriesTime = "100000"
    data.AcquisitionTime = f"10{2 * k:02d}30.00"
    data.PatientWeight = 70
    data.Units, data.DecayCorrection, data.CorrectedImage = "GML", "START", ["DECY", "ATTN", "SCAT"]
    data.RadiopharmaceuticalInformationSequence = Sequence([injection()])
    data.Columns, data.Rows = shape[:2]
    data.ImagePositionPatient = [ORIGIN[0], ORIGIN[1], ORIGIN[2] + SPACING[2] * k]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.PixelSpacing = [SPACING[1], SPACING[0]]
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit, data.PixelRepresentation = 15, 0
    data.RescaleSlope, data.RescaleIntercept = 0.5 + 0.25 * k, 0
    data.PixelData = stored_pixels(shape)[:, :, k % shape[2]].T.tobytes()
    for keyword, value in elements.items():
        if value is None:
            delattr(data, keyword)
        else:
            setattr(data, keyword, value)
    return data


def save(data: Dataset, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data.save_as(path, enforce_file_format=True)
    return path


def save_series(folder: Path, shape=SHAPE, **elements) -> Path:
    for k in range(shape[2]):
        save(pet_slice(k, shape, **elements), folder / f"{k}.dcm")
    return folder


def contour(corners, z: float, kind: str = "CLOSED_PLANAR") -> Dataset:
    """One contour of corners (n, 2), LPS mm."""
    item = Dataset()
    item.ContourGeometricType = kind
    item.NumberOfContourPoints = len(corners)
    item.ContourData = [round(float(value), 4) for x, y in corners for value in (x, y, z)]
    return item


def structure_set(regions: dict[str, list[Dataset]], frame: str | None = FRAME) -> Dataset:
    """An RTSTRUCT of contours by the name of the region."""
    data = with_meta(Dataset(), CONTOURS)
    add_texts(data)
    data.Modality, data.SeriesInstanceUID = "RTSTRUCT", "1.2.3.9"
    data.StructureSetLabel = MARK
    data.StructureSetROISequence, data.ROIContourSequence = Sequence(), Sequence()
    for number, (name, contours) in enumerate(regions.items(), start=1):
        region, drawn = Dataset(), Dataset()
        region.ROINumber, region.ROIName, region.ROIDescription = number, name, MARK
        if frame:
            region.ReferencedFrameOfReferenceUID = frame
        drawn.ReferencedROINumber, drawn.ContourSequence = number, Sequence(contours)
        data.StructureSetROISequence.append(region)
        data.ROIContourSequence.append(drawn)
    return data


def segmentation(slices: list[Dataset], masks: np.ndarray, labels: list[str], fractional: bool = False) -> Dataset:
    """A SEG of masks (slice, row, column, segment), in the geometry of the slices; slices without a segment are left out."""
    import highdicom as hd
    from highdicom.sr.coding import CodedConcept

    tumour = CodedConcept("108369006", "SCT", "Neoplasm")
    descriptions = [
        hd.seg.SegmentDescription(number, label, tumour, tumour, hd.seg.SegmentAlgorithmTypeValues.MANUAL)
        for number, label in enumerate(labels, start=1)
    ]
    kind = hd.seg.SegmentationTypeValues
    for one in slices:
        one.SpecificCharacterSet, one.PatientBirthDate = "ISO_IR 192", "19000101"
    return hd.seg.Segmentation(
        slices,
        masks,
        kind.FRACTIONAL if fractional else kind.BINARY,
        descriptions,
        generate_uid(),
        1,
        generate_uid(),
        1,
        "maker",
        "model",
        "1",
        "serial",
    )
