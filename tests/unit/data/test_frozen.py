import pytest

from oneclick.data.folds import FrozenFoldsError, join_folds, read_frozen


def test_a_table_of_folds_as_a_study_writes_it(tmp_path):
    path = tmp_path / "folds.csv"
    path.write_text("patient,fold,n_slices\n007,1,4\nNA,2,2\n")
    assert read_frozen(str(path), 2) == {"007": 1, "NA": 2}


@pytest.mark.parametrize(
    "text, words",
    [
        (None, "there is no file .*folds.csv; run the study once without frozen_folds, or mend the path"),
        ("", "no table with the columns patient and fold"),
        ("patient\tfold\na\t1\n", "no table with the columns patient and fold"),
        ("patient,fold\na,1\nb,3\n", "patient b: fold '3' is not one of 1 to 2; mend the file or folds in the config file"),
        ("patient,fold\na,1\nb,\n", "patient b: fold '' is not one of 1 to 2"),
        ("patient,fold\na,1\na,2\n", "patient a stands there more than once"),
    ],
)
def test_another_file_is_refused_with_what_is_wrong(tmp_path, text, words):
    path = tmp_path / "folds.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(FrozenFoldsError, match=words):
        read_frozen(str(path), 2)


FROZEN = {"a": 1, "b": 2, "c": 3, "d": 1}


def test_known_patients_stay_and_those_who_come_later_change_nobodys_fold():
    folds = join_folds(["a", "b", "c", "d", "x"], FROZEN, None, 3, 7)
    assert {patient: folds[patient] for patient in FROZEN} == FROZEN and folds["x"] in (1, 2, 3)
    later = join_folds(["a", "b", "c", "d", "m", "x", "z"], FROZEN, None, 3, 7)
    assert {patient: later[patient] for patient in folds} == folds


def test_new_patients_are_spread_over_all_folds_and_the_seed_decides():
    new = [f"new-{n}" for n in range(300)]
    folds = join_folds([*FROZEN, *new], FROZEN, None, 3, 7)
    # 100 are expected in each; four standard deviations of 8.2 are 33
    assert all(67 <= [folds[patient] for patient in new].count(fold) <= 133 for fold in (1, 2, 3))
    assert folds != join_folds([*FROZEN, *new], FROZEN, None, 3, 8)


def test_the_sample_sheet_says_where_a_new_patient_goes_but_moves_nobody():
    given = {"a": 1, "b": 2, "c": 3, "x": 2}
    assert join_folds(list(given), FROZEN, given, 3, 7) == given
    with pytest.raises(FrozenFoldsError, match="patient a: fold 2 of the sample sheet is not 1 of frozen_folds; mend"):
        join_folds(list(given), FROZEN, given | {"a": 2}, 3, 7)


def test_a_fold_that_has_lost_its_patients_is_refused():
    with pytest.raises(FrozenFoldsError, match="no patient of fold 2 is left; leave frozen_folds out"):
        join_folds(["a", "c", "x"], FROZEN, None, 3, 7)
