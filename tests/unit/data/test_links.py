"""Links among scans are followed within the data root, and beyond it only where a study says so."""

import os

import pytest

from oneclick.data.cohort import CohortError, new_patients, patients

PATTERN = {"pet": "data/{patient}/pet.nii.gz", "mask": "data/{patient}/mask.nii.gz"}


def files(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def link(path, target):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def refused(cohort, root):
    with pytest.raises(CohortError) as error:
        patients(cohort, root)
    return str(error.value)


def test_a_linked_file_and_a_linked_folder_lead_out_of_the_root(tmp_path):
    files(tmp_path, "data/a/mask.nii.gz", "other/secret", "other/b/pet.nii.gz", "other/b/mask.nii.gz")
    link(tmp_path / "data/a/pet.nii.gz", "../../other/secret")
    link(tmp_path / "data/b", tmp_path / "other/b")
    lines = refused(PATTERN, tmp_path).splitlines()
    mend = "outside of data; copy there what it leads to, or allow such links with cohort.follow_links: true"
    assert lines[0] == f"patient a: data/a/pet.nii.gz is a link to {tmp_path}/other/secret, {mend}"
    assert lines[1] == f"patient b: data/b is a link to {tmp_path}/other/b, {mend}"
    assert lines[2:] == lines[1:2]  # the mask of b lies there too
    assert list(patients(PATTERN | {"follow_links": True}, tmp_path).index) == ["a", "b"]


@pytest.mark.parametrize("target", ["..", "/", "../data-of-others"])  # a neighbour whose name begins alike
def test_a_link_to_what_holds_the_root_or_is_named_like_it(tmp_path, target):
    files(tmp_path, "data/x", "pet.nii.gz", "mask.nii.gz", "data-of-others/pet.nii.gz", "data-of-others/mask.nii.gz")
    link(tmp_path / "data/a", target)
    cohort = PATTERN
    if target == "/":
        cohort = {kind: f"data/{{patient}}{tmp_path}/{kind}.nii.gz" for kind in ("pet", "mask")}
    assert "data/a is a link to" in refused(cohort, tmp_path)


def test_links_within_the_root_and_a_root_that_is_a_link_are_the_users_own(tmp_path):
    files(tmp_path, "disk/store/1", "disk/store/2", "disk/b/pet.nii.gz", "disk/b/mask.nii.gz")
    link(tmp_path / "disk/a/pet.nii.gz", "../store/1")  # as git-annex lays files
    link(tmp_path / "disk/a/mask.nii.gz", tmp_path / "disk/store/2")
    link(tmp_path / "data", tmp_path / "disk")
    assert list(patients(PATTERN, tmp_path).index) == ["a", "b"]


def test_the_root_ends_at_the_first_wildcard(tmp_path):
    files(tmp_path, "all/scans/x.nii", "all/masks/a.nii")
    link(tmp_path / "all/sub/a.nii", "../scans/x.nii")
    refused({"pet": "all/sub/{patient}.nii", "mask": "all/masks/{patient}.nii"}, tmp_path)
    assert len(patients({"pet": "all/*b/{patient}.nii", "mask": "all/masks/{patient}.nii"}, tmp_path))


def test_what_is_read_with_a_file_must_lie_there_too(tmp_path):
    files(tmp_path, "other.img", "slice", "data/a/pet.hdr", "data/a/mask.hdr", "data/a/mask.img")
    link(tmp_path / "data/a/pet.img", "../../other.img")
    assert "data/a/pet.img is a link" in refused({k: f"data/{{patient}}/{k}.hdr" for k in ("pet", "mask")}, tmp_path)
    files(tmp_path, "dicom/a/PET/1", "dicom/a/rs.dcm")
    link(tmp_path / "dicom/a/PET/2", tmp_path / "slice")
    cohort = {"pet": "dicom/{patient}/PET", "mask": "dicom/{patient}/rs.dcm"}
    assert "dicom/a/PET/2 is a link" in refused(cohort, tmp_path)


def test_a_sheets_own_folder_is_its_root_and_paths_to_elsewhere_are_its_words(tmp_path):
    files(tmp_path, "other/pet.nii", "data/a/mask.nii")
    link(tmp_path / "data/a/pet.nii", "../../other/pet.nii")
    sheet = tmp_path / "data/patients.tsv"
    sheet.write_text("patient\tpet\tmask\na\ta/pet.nii\ta/mask.nii\n")
    assert "data/a/pet.nii is a link" in refused({"sheet": "data/patients.tsv"}, tmp_path)
    assert "data/a/pet.nii is a link" in refused({"sheet": str(sheet)}, tmp_path)
    for path in ("../other/pet.nii", f"{tmp_path}/other/pet.nii"):
        sheet.write_text(f"patient\tpet\tmask\na\t{path}\ta/mask.nii\n")
        assert len(patients({"sheet": "data/patients.tsv"}, tmp_path)) == 1


def test_new_patients_and_their_clicks(tmp_path):
    files(tmp_path, "secret", "new/a/pet.nii")
    link(tmp_path / "new/a/clicks.csv", tmp_path / "secret")
    with pytest.raises(CohortError, match=r"new/a/clicks\.csv is a link .* segment\.follow_links: true"):
        new_patients("new/{patient}/pet.nii", "new/{patient}/clicks.csv", tmp_path)
    assert len(new_patients("new/{patient}/pet.nii", "new/{patient}/clicks.csv", tmp_path, follow_links=True)) == 1


def test_of_many_links_ten_are_named(tmp_path):
    for n in range(12):
        files(tmp_path, f"data/p{n:02d}/mask.nii.gz")
        link(tmp_path / f"data/p{n:02d}/pet.nii.gz", "/nowhere")
    lines = refused(PATTERN, tmp_path).splitlines()
    assert len(lines) == 11 and lines[-1] == "and 2 more such links"


def test_links_in_a_circle_are_a_missing_file(tmp_path):
    files(tmp_path, "data/a/mask.nii.gz")
    os.symlink("pet.nii.gz", tmp_path / "data/a/pet.nii.gz")
    assert patients(PATTERN, tmp_path).loc["a", "pet"] == "data/a/pet.nii.gz"
