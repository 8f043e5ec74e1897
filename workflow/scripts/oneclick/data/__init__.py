"""From scans to slices: the cohort, files, grids, masks, folds, the check of all scans."""
