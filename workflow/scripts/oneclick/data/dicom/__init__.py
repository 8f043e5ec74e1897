"""PET and masks from DICOM."""
