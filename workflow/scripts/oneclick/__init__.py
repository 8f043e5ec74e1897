"""What one click on a tumour is worth for its segmentation in FDG-PET: plain functions of arrays, tables and paths."""
