"""All patients' slices in one order."""

import json
from pathlib import Path

import numpy as np
import pytest
from stack_files import plane_of, write_folds, write_stack

from oneclick.common.arrays import chunks
from oneclick.common.errors import UserError
from oneclick.data.rows import fold_of_patients, places_of, read_rows
from oneclick.data.slice_files import SliceFiles
from oneclick.data.stack import StackFiles, read_grids, stack

HEADER = "patient,index,slice,n_positive,lowest,highest\n"


@pytest.fixture
def out(tmp_path) -> StackFiles:
    return StackFiles(*(str(tmp_path / "out" / name) for name in ("slices.npy", "masks.npy", "slices.csv", "grids.json")))


def write_patient(folder: Path, patient: str, numbers: list[int], size: int = 2) -> SliceFiles:
    """A patient's slices, filled with a tenth of their number along the scan, all tumour."""
    folder = folder / patient
    folder.mkdir()
    files = SliceFiles(*(str(folder / name) for name in ("slices.npy", "masks.npy", "slices.csv", "grid.json")))
    planes = np.array(numbers, np.float32).reshape(-1, 1, 1) * np.ones((size, size), np.float32)
    np.save(files.slices_npy, planes / 10)
    np.save(files.masks_npy, np.ones(planes.shape, np.uint8))
    lines = (f"{patient},{index},{number},4,0.5,{number}.25\n" for index, number in enumerate(numbers))
    Path(files.slices_csv).write_text(HEADER + "".join(lines))
    plane_of(size, (1.0, 1.0 + len(numbers))).write(files.grid_json)
    return files


def test_patients_follow_one_another_in_the_order_given(tmp_path, out):
    patients = {p: write_patient(tmp_path, p, numbers) for p, numbers in {"007": [3, 4], "NA": [9], "b": [1, 2]}.items()}
    said = []
    stack(patients, out, said.append)
    slices, masks = np.load(out.slices_npy), np.load(out.masks_npy)
    assert slices.dtype == np.float32 and masks.dtype == np.uint8 and slices.shape == masks.shape == (5, 2, 2)
    np.testing.assert_allclose(slices[:, 1, 0], [0.3, 0.4, 0.9, 0.1, 0.2], rtol=1e-6)
    assert masks.all() and said == []
    assert Path(out.slices_csv).read_text() == HEADER + (
        "007,0,3,4,0.5,3.25\n007,1,4,4,0.5,4.25\nNA,0,9,4,0.5,9.25\nb,0,1,4,0.5,1.25\nb,1,2,4,0.5,2.25\n"
    )
    assert {patient: grid.pixel_mm for patient, grid in read_grids(out.grids_json).items()} == {
        "007": (1, 3),
        "NA": (1, 2),
        "b": (1, 3),
    }
    # in another order the rows are others, all files alike
    stack(dict(reversed(patients.items())), out, said.append)
    assert read_rows(out.slices_csv)["patient"].tolist() == ["b", "b", "NA", "007", "007"]
    np.testing.assert_allclose(np.load(out.slices_npy)[:, 0, 0], [0.1, 0.2, 0.9, 0.3, 0.4], rtol=1e-6)
    assert list(json.loads(Path(out.grids_json).read_text())) == ["b", "NA", "007"]


def test_who_has_no_slice_is_said_and_has_a_grid(tmp_path, out):
    patients = {p: write_patient(tmp_path, p, numbers) for p, numbers in {"a": [1], "none": [], "z": [5]}.items()}
    said = []
    stack(patients, out, said.append)
    wrong = "no slice has preprocess.min_positive tumour pixels; the patient is left out"
    assert said == [f"warning: patient none: {wrong}"]
    assert read_rows(out.slices_csv)[["patient", "slice"]].values.tolist() == [["a", 1], ["z", 5]]
    assert list(read_grids(out.grids_json)) == ["a", "none", "z"]
    assert [part.patient for part in out.patients()] == ["a", "z"]


def test_a_cohort_without_any_slice_is_an_empty_stack(tmp_path, out):
    said = []
    stack({p: write_patient(tmp_path, p, []) for p in "ab"}, out, said.append)
    assert len(said) == 2 and np.load(out.masks_npy).shape == (0, 2, 2)
    assert Path(out.slices_csv).read_text() == HEADER and list(out.patients()) == []


@pytest.mark.parametrize("name", ["slices_npy", "masks_npy"])
@pytest.mark.parametrize("shape", [(1, 2, 2), (2, 2, 3), (2, 2)])
def test_an_array_of_another_shape_is_refused_and_nothing_is_written(tmp_path, out, name, shape):
    patients = {"a": write_patient(tmp_path, "a", [1]), "b": write_patient(tmp_path, "b", [3, 4])}
    path = getattr(patients["b"], name)
    np.save(path, np.zeros(shape, np.uint8))
    with pytest.raises(UserError) as error:
        stack(patients, out, print)
    asked = "(2, 2, 2), as the slices.csv beside it has rows"
    assert str(error.value) == f"{path}: the shape {shape} is not {asked}; correct it, or delete the file"
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "name, value, wrong",
    [
        ("masks_npy", 255, "255 at (1, 0, 1) is not 0 or 1"),
        ("slices_npy", np.nan, "nan at (1, 0, 1) is not finite"),
        ("slices_npy", np.inf, "inf at (1, 0, 1) is not finite"),
    ],
)
def test_values_that_would_count_wrongly_are_refused(tmp_path, out, name, value, wrong):
    patients = {"a": write_patient(tmp_path, "a", [1]), "b": write_patient(tmp_path, "b", [3, 4])}
    path = getattr(patients["b"], name)
    array = np.load(path)
    array[1, 0, 1] = value
    np.save(path, array)
    with pytest.raises(UserError) as error:
        stack(patients, out, print)
    assert str(error.value) == f"{path}: {wrong}; correct it, or delete the file"


def test_pixels_are_counted_in_the_mask_as_it_was_corrected(tmp_path, out):
    patients = {"a": write_patient(tmp_path, "a", [1, 2])}
    np.save(patients["a"].masks_npy, np.array([[[1, 0], [0, 0]], [[1, 1], [0, 1]]], bool))
    stack(patients, out, print)
    assert read_rows(out.slices_csv)["n_positive"].tolist() == [1, 3]


def test_rows_have_the_folds_of_their_patients(tmp_path):
    planes = np.ones((4, 2, 2))
    files = write_stack(tmp_path, {"007": [3, 4], "NA": [9], "b": [1]}, planes, planes)
    folds_csv = write_folds(tmp_path, {"b": 1, "007": 2, "NA": 1})  # in an order of its own
    assert "fold" not in read_rows(files.slices_csv)
    rows = read_rows(files.slices_csv, folds_csv)
    assert rows["patient"].tolist() == ["007", "007", "NA", "b"]
    assert rows["fold"].tolist() == [2, 2, 1, 1] and rows["fold"].dtype.kind == "i"
    assert fold_of_patients(folds_csv).to_dict() == {"b": 1, "007": 2, "NA": 1}


def test_places_of_patients(tmp_path):
    planes = np.ones((6, 2, 2))
    files = write_stack(tmp_path, {"z": [3, 4, 8], "a": [9], "m": [1, 2]}, planes, planes)
    places = places_of(read_rows(files.slices_csv))
    assert places == {"z": slice(0, 3), "a": slice(3, 4), "m": slice(4, 6)} and list(places) == ["z", "a", "m"]
    assert places_of(read_rows(files.slices_csv)[:0]) == {}


def test_patients_come_one_at_a_time_with_all_that_is_theirs(tmp_path):
    images = np.arange(12).reshape(3, 2, 2) / 12
    masks = np.arange(12).reshape(3, 2, 2) % 2
    grids = {"z": plane_of(2), "none": plane_of(2), "a": plane_of(2, (4.0, 5.0))}
    files = write_stack(tmp_path, {"z": [3, 7], "a": [9]}, images, masks, grids)
    first, second = files.patients(write_folds(tmp_path, {"a": 1, "z": 2}))
    assert (first.patient, first.where, second.patient, second.where) == ("z", slice(0, 2), "a", slice(2, 3))
    assert first.numbers.tolist() == [3, 7] and second.numbers.tolist() == [9]
    assert first.rows["fold"].tolist() == [2, 2] and second.rows["fold"].tolist() == [1]
    assert first.grid == grids["z"] and second.grid == grids["a"]
    for part in (first, second):
        assert part.images.dtype == np.float32 and part.masks.dtype == np.uint8
        np.testing.assert_allclose(part.images, images[part.where], rtol=1e-6)
        np.testing.assert_array_equal(part.masks, masks[part.where])
    assert ["fold" in part.rows for part in files.patients()] == [False, False]


def test_values_are_in_the_scans_unit(tmp_path):
    # SUV 2 to 10 of the first slice and -1 to 3 of the second were stored as 0 to 1
    images = [[[0, 0.25], [0.5, 1]], [[0, 0.25], [0.5, 1]]]
    files = write_stack(tmp_path, {"a": [3, 4]}, images, np.ones((2, 2, 2)))
    rows = read_rows(files.slices_csv).assign(lowest=[2.0, -1.0], highest=[10, 3])
    rows.to_csv(files.slices_csv, index=False)
    (found,) = files.patients()
    assert found.values.dtype == np.float64
    assert found.values.tolist() == [[[2, 4], [6, 10]], [[-1, 0], [1, 3]]]


def test_chunks_take_each_row_once():
    assert chunks(5, 2) == [slice(0, 2), slice(2, 4), slice(4, 5)]
    assert chunks(4, 2) == [slice(0, 2), slice(2, 4)] and chunks(0) == []
    assert chunks(300) == [slice(0, 256), slice(256, 300)]
