import os

import pytest

from oneclick.engine.identity import differ, identities, identity

NOON = 1_700_000_000_000_000_000


def write(path, contents: bytes, date: int):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents)
    os.utime(path, ns=(date, date))
    return path


@pytest.fixture
def series(tmp_path):
    """A folder of DICOM with a folder in it."""
    for name in ("PET/1.dcm", "PET/2.dcm", "PET/more/3.dcm"):
        write(tmp_path / name, b"slice", NOON)
    return tmp_path / "PET"


def test_a_file_is_its_size_and_date(tmp_path):
    assert identity(write(tmp_path / "mask.nii", b"abc", NOON + 7)) == f"3 {NOON + 7}"
    assert identity(tmp_path / "no such file") == ""


@pytest.mark.parametrize("date", [NOON - 1, NOON + 1, NOON - 10**18, NOON + 10**18])
def test_another_date_is_another_file_whether_older_or_newer(tmp_path, date):
    before = identity(write(tmp_path / "mask.nii", b"abc", NOON))
    assert identity(write(tmp_path / "mask.nii", b"xyz", date)) != before


def test_a_link_is_the_file_that_it_leads_to(tmp_path):
    write(tmp_path / "old.nii", b"abc", NOON)
    write(tmp_path / "new.nii", b"abcd", NOON)
    (tmp_path / "mask.nii").symlink_to("old.nii")
    before = identity(tmp_path / "mask.nii")
    (tmp_path / "mask.nii").unlink()
    (tmp_path / "mask.nii").symlink_to("new.nii")
    assert (before, identity(tmp_path / "mask.nii")) == (f"3 {NOON}", f"4 {NOON}")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: write(folder / "2.dcm", b"other", NOON - 1),
        lambda folder: write(folder / "more/3.dcm", b"other one", NOON),
        lambda folder: write(folder / "4.dcm", b"slice", NOON),
        lambda folder: (folder / "1.dcm").unlink(),
        lambda folder: (folder / "1.dcm").rename(folder / "9.dcm"),
    ],
    ids=["older", "longer, below", "one more", "one less", "renamed"],
)
def test_a_folder_is_all_files_in_it(series, change):
    before = identity(series)
    change(series)
    assert identity(series) != before


def test_what_is_hidden_in_a_folder_and_where_the_folder_lies_do_not_count(series, tmp_path):
    before = identity(series)
    write(series / ".DS_Store", b"", NOON + 1)
    write(series / ".thumbnails/1.png", b"", NOON + 1)
    assert identity(series.rename(tmp_path / "moved")) == before


def test_files_differ_by_name_or_identity_in_any_order(tmp_path):
    a, b = (str(write(tmp_path / name, name.encode(), NOON)) for name in "ab")
    before = identities([("a", a), ("b", b)])
    assert [line.split("\t")[0] for line in before] == ["a", "b"] and {len(line) for line in before} == {10}
    assert identities([("b", b), ("a", a)]) == before
    assert not differ(before, identities([("a", b), ("b", a)]))  # of the same size and date
    assert differ(before, identities([("a", a)])) and differ(before, identities([("a", a), ("c", b)]))
    write(tmp_path / "b", b"b", NOON - 1)
    assert differ(before, identities([("a", a), ("b", b)]))


def test_of_a_file_without_a_path_the_name_alone_counts(tmp_path):
    a = str(write(tmp_path / "a", b"a", NOON))
    before = identities([("a", a), ("b", None)])
    write(tmp_path / "b", b"bb", NOON)
    assert identities([("a", a), ("b", None)]) == before
    assert differ(before, identities([("a", a), ("c", None)]))


def test_a_missing_file_is_no_other_one_but_what_else_is_another_counts(tmp_path):
    a, b = (str(write(tmp_path / name, name.encode(), NOON)) for name in "ab")
    before = identities([("a", a), ("b", b)])
    (tmp_path / "b").unlink()
    assert not differ(before, identities([("a", a), ("b", b)]))
    assert differ(before, identities([("a", a), ("b", b), ("c", str(tmp_path / "c"))]))  # was never there
    write(tmp_path / "a", b"longer", NOON)
    assert differ(before, identities([("a", a), ("b", b)]))
    # made again, it is another one
    write(tmp_path / "a", b"a", NOON)
    write(tmp_path / "b", b"b", NOON + 1)
    assert differ(before, identities([("a", a), ("b", b)]))


def test_an_empty_folder_is_not_missing(tmp_path):
    (tmp_path / "empty").mkdir()
    assert not identities([("empty", str(tmp_path / "empty"))])[0].endswith("missing")
