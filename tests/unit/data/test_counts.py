"""The table of how many slices each patient has."""

import pandas as pd

from oneclick.data.folds import count_slices, read_counts, write_counts


def test_slices_are_counted_for_patients_of_any_name(tmp_path):
    paths = {}
    for patient, n in [("007", 4), ("NA", 2), ("d", 0)]:
        paths[patient] = str(tmp_path / f"{patient}.csv")
        table = {"patient": patient, "index": range(n), "slice": range(n), "n_positive": 9}
        pd.DataFrame(table, columns=["patient", "index", "slice", "n_positive"]).to_csv(paths[patient], index=False)
    counts = {"007": 4, "NA": 2, "d": 0}
    assert count_slices(paths) == counts
    write_counts(paths, tmp_path / "slice_counts.csv")
    assert (tmp_path / "slice_counts.csv").read_text() == "patient,n_slices\n007,4\nNA,2\nd,0\n"
    assert read_counts(tmp_path / "slice_counts.csv") == counts
