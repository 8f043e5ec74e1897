"""New patients, real clicks, masks: the segmentation that uses the tiny study's networks."""

import json
import shutil

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
import yaml

CONFIG = {
    "results": "results-new",
    "segment": {"models": "results", "pet": "new/{patient}/pet.nii.gz", "clicks": "new/{patient}/clicks.csv"},
}


def clicks_of(study, patient="phantom-001"):
    clicks = pd.read_csv(study.folder / "results/clicks/center.csv")
    return clicks.loc[clicks["patient"] == patient, ["i", "j", "k"]].reset_index(drop=True)


def add(study, patient, scan="phantom-001"):
    """A new patient with the scan of a phantom and its centre clicks as a table."""
    folder = study.folder / "new" / patient
    folder.mkdir(parents=True)
    shutil.copy(study.folder / f"results/cohort/{scan}/pet.nii.gz", folder)
    clicks_of(study, scan).assign(patient=patient).to_csv(folder / "clicks.csv", index=False)
    return folder


SEGMENT = ("segment", "--configfile", "segment.yaml")


def write(study, **changes):
    config = {"results": CONFIG["results"], "segment": CONFIG["segment"] | changes}
    (study.folder / "segment.yaml").write_text(yaml.safe_dump(config))


def run(study, **changes):
    write(study, **changes)
    return study.snakemake(*SEGMENT)


def masks(study, patient):
    paths = sorted((study.folder / "results-new/masks").glob(f"*/{patient}.nii.gz"))
    return {path.parent.name: np.asarray(nib.load(path).dataobj) for path in paths}


@pytest.fixture(scope="module")
def segmented(finished, tmp_path_factory):
    """Patient A, clicked in 3D Slicer, segmented with all five methods."""
    study = finished.copy(tmp_path_factory.mktemp("segment") / "study")
    patient = add(study, "A")
    affine = nib.load(patient / "pet.nii.gz").affine
    points = nib.affines.apply_affine(affine, clicks_of(study).to_numpy()) * [-1, -1, 1]  # LPS
    listed = [{"label": f"F-{n}", "position": list(p), "positionStatus": "defined"} for n, p in enumerate(points, start=1)]
    node = {"type": "Fiducial", "coordinateSystem": "LPS", "controlPoints": listed}
    (patient / "clicks.mrk.json").write_text(json.dumps({"markups": [node]}))
    done = run(study, clicks="new/{patient}/clicks.mrk.json")
    assert done.returncode == 0, done.stdout + done.stderr
    (study.folder / "said").write_text(done.stdout + done.stderr)
    return study


def test_the_end_says_where_masks_and_pictures_lie_and_each_method_speaks_once(segmented):
    said, folder = (segmented.folder / "said").read_text(), segmented.folder / "results-new"
    summary = pd.read_csv(folder / "summary.csv", keep_default_na=False)
    lines = [
        "Masks of 1 patient, 5 methods: results-new/masks/{method}/{patient}.nii.gz",
        "Lesions: results-new/lesions.csv; clicks: results-new/clicks.csv; both in numbers: results-new/summary.csv",
        "Pictures: results-new/overlays/{patient}/",
    ]
    warned = [f"{n} in results-new/summary.csv"] if (n := (summary["warning"] != "").sum()) else []
    lines.append("Warnings, to be looked at: " + " and ".join(["1 in results-new/verification.csv", *warned]))
    assert "\n".join(lines) in said
    for row in summary.itertuples():
        assert said.count(f"warning: patient A: {row.method}: ") == bool(row.warning)
    # Nothing is doubtful about a phantom, its clicks, and pixels as the networks saw them; only that these saw phantoms.
    table = pd.read_csv(folder / "verification.csv", keep_default_na=False)
    assert table[["patient", "level"]].values.tolist() == [["", "warning"], ["A", "ok"]]
    assert table["problem"][0].startswith("the networks were trained on phantoms")


def test_clicks_and_masks_are_counted_together(segmented):
    folder = segmented.folder / "results-new"
    lesions, clicks, summary = (pd.read_csv(folder / f"{name}.csv") for name in ("lesions", "clicks", "summary"))
    own, suv = clicks_of(segmented), nib.load(segmented.folder / "new/A/pet.nii.gz").get_fdata()
    for method, mask in masks(segmented, "A").items():
        of_method = clicks[clicks["method"] == method].reset_index(drop=True)
        pd.testing.assert_frame_equal(of_method[["i", "j", "k"]], own)
        np.testing.assert_allclose(of_method["suv"], [suv[tuple(voxel)] for voxel in own.to_numpy()], atol=5e-4)
        np.testing.assert_array_equal(of_method["lesion"] > 0, [mask[tuple(voxel)] > 0 for voxel in own.to_numpy()])
        row, rows = summary.set_index("method").loc[method], lesions[lesions["method"] == method]
        assert row["n_clicks"] == len(own) and row["n_clicks_beside"] == (of_method["lesion"] == 0).sum()
        assert row["n_lesions"] == len(rows) and row["n_lesions_unclicked"] == (rows["n_clicks"] == 0).sum()
        assert row["n_slices"] == own["k"].nunique()
        assert row["n_slices_empty"] == sum(not mask[:, :, k].any() for k in own["k"].unique())


def test_clicks_come_through_to_the_slices_that_the_networks_see(segmented):
    folder = segmented.folder / "results-new/preprocessed/A"
    found = pd.read_csv(folder / "clicks.csv")
    pd.testing.assert_frame_equal(found[["i", "j", "k"]], clicks_of(segmented))
    # the study clicked the same pixels
    results = segmented.folder / "results"
    expected = pd.read_csv(results / "clicks/center.csv").query("patient == 'phantom-001'")
    places = ["slice", "row", "column"]
    pd.testing.assert_frame_equal(found[places], expected[places].reset_index(drop=True))
    rows = np.flatnonzero(pd.read_csv(results / "slices.csv")["patient"] == "phantom-001")
    np.testing.assert_array_equal(np.load(folder / "slices.npy"), np.load(results / "slices.npy")[rows])
    np.testing.assert_array_equal(np.load(folder / "clicks.npy"), np.load(results / "clicks/center.npy")[rows])


def test_masks_lie_on_the_scan_and_only_on_clicked_slices(segmented):
    scan = nib.load(segmented.folder / "new/A/pet.nii.gz")
    clicked = sorted(set(clicks_of(segmented)["k"]))
    for method, mask in masks(segmented, "A").items():
        image = nib.load(segmented.folder / f"results-new/masks/{method}/A.nii.gz")
        np.testing.assert_allclose(image.affine, scan.affine, atol=1e-6)
        assert image.shape == scan.shape and set(np.unique(np.nonzero(mask)[2])) <= set(clicked)
    pictures = [path.name for path in (segmented.folder / "results-new/overlays/A").glob("*.png")]
    assert sorted(pictures) == [f"slice-{k:03d}.png" for k in clicked]


def test_lesions_are_those_of_the_masks(segmented):
    table = pd.read_csv(segmented.folder / "results-new/lesions.csv")
    scan = nib.load(segmented.folder / "new/A/pet.nii.gz")
    suv = scan.get_fdata()
    for method, mask in masks(segmented, "A").items():
        rows = table[table["method"] == method]
        assert rows["n_voxels"].sum() == mask.sum()
        rounded = {"abs": 5.1e-4 * max(len(rows), 1)}
        millilitres = abs(np.linalg.det(scan.affine)) / 1000
        assert rows["volume_ml"].sum() == pytest.approx(mask.sum() * millilitres, **rounded)
        assert rows["tlg"].sum() == pytest.approx(suv[mask > 0].sum() * millilitres, **rounded)


def test_a_second_run_does_nothing(segmented):
    assert segmented.jobs(*SEGMENT) == {}


def test_who_asks_for_one_patient_has_all_checked_first_but_once(segmented, tmp_path):
    study = segmented.copy(tmp_path / "study")
    shutil.copy(study.folder / "new/A/clicks.mrk.json", add(study, "B"))
    write(study, clicks="new/{patient}/clicks.mrk.json")
    target = ("results-new/lesions/B.csv", *SEGMENT[1:])
    assert study.jobs(*target) == {"check_new": 1, "verified": 1, "prepare": 1, "segment_slices": 1, "measure": 1}
    assert study.jobs("results-new/lesions/A.csv", *SEGMENT[1:]) == {
        "check_new": 1,
        "verified": 1,
    }  # whose own files are up to date


def test_the_rules_are_in_good_condition(segmented):
    done = segmented.asked("--lint", "text", "--configfile", "segment.yaml")
    assert done.returncode == 0 and "Lints for" not in done.stdout + done.stderr, done.stdout + done.stderr


def test_slices_without_a_click_can_be_segmented_automatically(copy_of_finished):
    folder = add(copy_of_finished, "A")
    clicks = clicks_of(copy_of_finished).assign(patient="A")
    clicks[clicks["k"] == clicks["k"].iloc[0]].to_csv(folder / "clicks.csv", index=False)
    done = run(copy_of_finished, unclicked="automatic", methods=["CNNonly", "cm1CNN"])
    assert done.returncode == 0, done.stdout + done.stderr
    found, k = masks(copy_of_finished, "A"), int(clicks["k"].iloc[0])
    others = [n for n in range(found["CNNonly"].shape[2]) if n != k]
    # without clicks, cm1CNN is CNNonly
    np.testing.assert_array_equal(found["cm1CNN"][:, :, others], found["CNNonly"][:, :, others])
    # a picture of each slice with a click or a mask
    drawn = {path.name for path in (copy_of_finished.folder / "results-new/overlays/A").glob("*.png")}
    segmented = np.flatnonzero(np.any([mask.any((0, 1)) for mask in found.values()], axis=0))
    assert len(segmented) > 1 and drawn == {f"slice-{n:03d}.png" for n in {k, *segmented}}


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"models": "nowhere"}, "segment.models: there is no finished study in nowhere (nowhere/settings.json is missing)"),
        ({"methods": ["cm1CN"]}, "segment.methods: the study results has no method cm1CN; did you mean cm1CNN?"),
        ({"pet": "old/{patient}.nii"}, "segment.pet: no file matches old/{patient}.nii"),
        ({"unclicked": "guess"}, "segment.unclicked: 'guess' is not one of ['skip', 'automatic']"),
        ({"modells": "results"}, "unknown key segment.modells; did you mean models?"),
    ],
)
def test_settings_are_checked(copy_of_finished, changes, words):
    add(copy_of_finished, "A")
    write(copy_of_finished, **changes)
    done = copy_of_finished.asked(*SEGMENT)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and words in said and "Traceback" not in said, said


def test_only_a_finished_study_lends_its_networks_and_keeps_its_folder(copy_of_finished):
    add(copy_of_finished, "A")
    (copy_of_finished.folder / "segment.yaml").write_text(yaml.safe_dump(CONFIG | {"results": "./results/"}))
    done = copy_of_finished.asked(*SEGMENT)
    assert (
        done.returncode != 0 and "results: ./results/ is the study's own folder; name another" in done.stdout + done.stderr
    )
    (copy_of_finished.folder / "results/models/center/fold-2.onnx").unlink()
    write(copy_of_finished)
    done = copy_of_finished.asked(*SEGMENT)
    words = "the study in results is not finished (results/models/center/fold-2.onnx is missing); run the study to its end"
    assert done.returncode != 0 and words in done.stdout + done.stderr


def test_all_problems_of_scans_and_clicks_are_said_at_once(copy_of_finished):
    add(copy_of_finished, "good")
    far, none = (add(copy_of_finished, patient) for patient in ("far", "none"))
    (far / "clicks.csv").write_text("patient,i,j,k\nfar,3,3,99\n")
    (none / "clicks.csv").unlink()
    cut = add(copy_of_finished, "cut") / "pet.nii.gz"
    cut.write_bytes(cut.read_bytes()[:300])
    done = run(copy_of_finished)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "Traceback" not in said, said
    for words in (
        "3 problems with scans and clicks",
        "patient far: new/far/clicks.csv: line 2 lies at voxel (3, 3, 99), outside the volume of 64 x 64 x 20 voxels",
        "patient none: new/none/clicks.csv: the file is missing; put it there or mend the path",
        "patient cut: new/cut/pet.nii.gz: ",
    ):
        assert words in said, said
    assert not list((copy_of_finished.folder / "results-new").rglob("*.nii.gz"))


def test_a_table_for_all_reruns_only_the_patient_whose_lines_changed(copy_of_finished):
    study, shared = copy_of_finished, {"clicks": "new/clicks.csv", "methods": ["cm1CNN"]}
    clicks = pd.concat(clicks_of(study).assign(patient=patient) for patient in "AB")
    for patient in "AB":
        (add(study, patient) / "clicks.csv").unlink()
    table = study.folder / "new/clicks.csv"
    clicks.to_csv(table, index=False)
    done = run(study, **shared)
    assert done.returncode == 0, done.stdout + done.stderr
    before = {patient: masks(study, patient)["cm1CNN"] for patient in "AB"}
    last = clicks_of(study)["k"].iloc[-1]
    clicks[(clicks["patient"] == "A") | (clicks["k"] != last)].to_csv(table, index=False)
    rerun = study.jobs(*SEGMENT)
    of_patient = {"prepare": 1, "segment_slices": 1, "measure": 1, "overlays": 1}
    assert rerun == of_patient | {"check_new": 1, "verified": 1, "of_all_patients": 3, "segment": 1}
    done = run(study, **shared)
    assert done.returncode == 0 and study.jobs(*SEGMENT) == {}, done.stdout + done.stderr
    np.testing.assert_array_equal(masks(study, "A")["cm1CNN"], before["A"])
    assert not masks(study, "B")["cm1CNN"][:, :, last].any()


def test_clicks_in_air_and_methods_that_segment_nothing_are_named(copy_of_finished):
    folder = add(copy_of_finished, "A")
    (folder / "clicks.csv").write_text("patient,i,j,k\nA,1,1,10\n")
    # as a study has it that was finished before its pixel sizes were kept
    settings = json.loads((copy_of_finished.folder / "results/settings.json").read_text())
    (copy_of_finished.folder / "results/settings.json").write_text(json.dumps(settings | {"seen_mm": None}))
    done = run(copy_of_finished, methods=["CNNcm"])
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "patient A: new/A/clicks.csv: 1 of 1 clicks lies in air, which is up to " in said
    assert "cohort: segment.models: the study was finished before it kept its pixel sizes" in said
    table = pd.read_csv(copy_of_finished.folder / "results-new/verification.csv", keep_default_na=False)
    assert table[["patient", "level"]].values.tolist() == [["", "warning"], ["", "warning"], ["A", "warning"]]
    assert "(click 1 at voxel (1, 1, 10), at most " in table["problem"][2]
    assert "Warnings, to be looked at: 3 in results-new/verification.csv" in said
    mask = masks(copy_of_finished, "A")["CNNcm"]
    assert ("CNNcm: 1 of 1 clicked slice is empty (10)" in said) == (not mask.any())


def test_of_a_larger_scan_networks_are_shown_what_they_know(copy_of_finished):
    """The scan in the middle of a field of twice its size, whose pixels are the median of the study's."""
    study = copy_of_finished
    folder, whole = add(study, "A"), add(study, "whole")
    image = nib.load(folder / "pet.nii.gz")
    around = [(n // 2, n // 2) for n in image.shape[:2]]
    affine = image.affine @ nib.affines.from_matvec(np.eye(3), [-before for before, _ in around] + [0])
    nib.save(nib.Nifti1Image(np.pad(image.get_fdata(), [*around, (0, 0)]), affine), whole / "pet.nii.gz")
    moved = clicks_of(study) + np.array([before for before, _ in around] + [0])
    moved.assign(patient="whole").to_csv(whole / "clicks.csv", index=False)
    done = run(study, methods=["CNNonly", "cm1CNN"])
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    table = pd.read_csv(study.folder / "results-new/verification.csv").set_index("patient")
    assert table.loc["A", "level"] == "ok" and table.loc["whole", "level"].tolist() == ["ok", "note"]
    assert "its slices are resampled to the networks' pixels" in table.loc["whole", "problem"].iloc[1]
    for name in ("slices.npy", "clicks.npy"):
        shown = [np.load(study.folder / f"results-new/preprocessed/{patient}/{name}") for patient in ("A", "whole")]
        np.testing.assert_array_equal(*shown)
    inside = tuple(slice(before, before + n) for (before, _), n in zip(around, image.shape, strict=False))
    for method, mask in masks(study, "whole").items():
        found = nib.load(study.folder / f"results-new/masks/{method}/whole.nii.gz")
        assert found.shape == (128, 128, 20)
        np.testing.assert_allclose(found.affine, affine, atol=1e-4)
        np.testing.assert_array_equal(mask[inside], masks(study, "A")[method])
        assert mask.sum() == mask[inside].sum()
