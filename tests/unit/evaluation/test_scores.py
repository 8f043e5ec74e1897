import numpy as np
import pytest
from stack_files import write_folds, write_stack

from oneclick.common.arrays import chunks
from oneclick.evaluation import scores
from oneclick.evaluation.scores import write_scores

TRUTH = np.array([[[1, 1], [0, 0]], [[1, 0], [1, 0]], [[0, 0], [0, 0]], [[0, 0], [0, 0]]], np.uint8)
PREDICTED = np.array([[[1, 0], [1, 0]], [[1, 0], [1, 0]], [[1, 0], [0, 0]], [[0, 0], [0, 0]]], np.uint8)


@pytest.mark.parametrize("most", [256, 3, 1])
def test_table_of_scores_also_chunk_by_chunk(tmp_path, monkeypatch, most):
    monkeypatch.setattr(scores, "chunks", lambda n: chunks(n, most))
    files = write_stack(tmp_path, {"b": [4], "001": [7, 9, 12]}, TRUTH, TRUTH)
    np.save(tmp_path / "predicted.npy", PREDICTED)
    folds_csv = write_folds(tmp_path, {"001": 2, "b": 1})
    for both_empty, last in ((0, "0.0"), (1, "1.0")):
        paths = files.slices_csv, folds_csv, files.masks_npy, str(tmp_path / "predicted.npy")
        write_scores("m", *paths, both_empty, str(tmp_path / "scores.csv"))
        # TP 1, FP 1, FN 1: 2 / 4; equal masks; nothing true; nothing at all
        assert (tmp_path / "scores.csv").read_text().splitlines() == [
            "method,patient,slice,fold,dice,n_true,n_pred,n_overlap",
            "m,b,4,1,0.5,2,2,1",
            "m,001,7,2,1.0,2,2,2",
            "m,001,9,2,0.0,0,1,0",
            f"m,001,12,2,{last},0,0,0",
        ]
