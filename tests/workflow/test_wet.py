"""The tiny study's results against calculations that share no code with the workflow."""

import html
import re
from base64 import b64encode

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from scipy import ndimage, stats

from oneclick.common.warned import Warned

METHODS = {
    "CNNonly": ("plain", None),
    "CNNrand": ("plain", "random"),
    "CNNcm": ("plain", "center"),
    "rand1CNN": ("random", None),
    "cm1CNN": ("center", None),
}
EIGHT = np.ones((3, 3))


@pytest.fixture(scope="module")
def results(finished):
    return finished.folder / "results"


@pytest.fixture(scope="module")
def folds(results):
    return pd.read_csv(results / "folds.csv")


@pytest.fixture(scope="module")
def scores(results):
    return pd.read_csv(results / "scores.csv")


@pytest.fixture(scope="module")
def fold_of_rows(results, folds):
    """The fold of each row of the stack."""
    rows = pd.read_csv(results / "slices.csv")
    for patient, of_patient in rows.groupby("patient"):
        at = results / f"preprocessed/{patient}"
        for name in ("slices.npy", "masks.npy"):
            np.testing.assert_array_equal(np.load(results / name)[of_patient.index], np.load(at / name))
        assert of_patient["slice"].tolist() == pd.read_csv(at / "slices.csv")["slice"].tolist()
    return rows["patient"].map(folds.set_index("patient")["fold"]).to_numpy()


def test_slices_are_block_means_of_the_scan_scaled_to_0_and_1(results, folds):
    for patient in folds["patient"]:
        pet = nib.load(results / f"cohort/{patient}/pet.nii.gz").get_fdata()
        mask = np.asarray(nib.load(results / f"cohort/{patient}/mask.nii.gz").dataobj)
        # 64 voxels on 32 pixels: blocks of 2 x 2; 5/16 of four voxels are two of them
        block_mean = pet.reshape(32, 2, 32, 2, -1).mean(axis=(1, 3))
        positive = mask.reshape(32, 2, 32, 2, -1).sum(axis=(1, 3)) >= 2
        kept = np.flatnonzero(positive.sum(axis=(0, 1)) >= 2)
        table = pd.read_csv(results / f"preprocessed/{patient}/slices.csv")
        assert table["slice"].tolist() == kept.tolist()
        for image, true, k in zip(
            np.load(results / f"preprocessed/{patient}/slices.npy"),
            np.load(results / f"preprocessed/{patient}/masks.npy"),
            kept,
            strict=True,
        ):
            plane = block_mean[:, :, k]
            np.testing.assert_allclose(image, (plane - plane.min()) / np.ptp(plane), atol=1e-5)
            np.testing.assert_array_equal(true, positive[:, :, k])


def test_clicks_are_one_in_each_component_and_on_the_tumour_of_the_scan(results, folds):
    for patient in folds["patient"]:
        masks = np.load(results / f"preprocessed/{patient}/masks.npy")
        numbers = pd.read_csv(results / f"preprocessed/{patient}/slices.csv")["slice"].tolist()
        truth = np.asarray(nib.load(results / f"cohort/{patient}/mask.nii.gz").dataobj)
        for kind in ("random", "center"):
            table = pd.read_csv(results / f"clicks/{kind}.csv").query("patient == @patient")
            for mask, number in zip(masks, numbers, strict=True):
                labels, n = ndimage.label(mask, EIGHT)
                clicked = table[table["slice"] == number]
                assert sorted(labels[clicked["row"], clicked["column"]]) == list(range(1, n + 1))
            # the voxel of the click lies in a block of which at least half is tumour
            for i, j, k in table[["i", "j", "k"]].to_numpy():
                assert truth[i // 2 * 2 : i // 2 * 2 + 2, j // 2 * 2 : j // 2 * 2 + 2, k].sum() >= 2


def test_folds_are_patient_wise_and_hold_all_slices(results, folds, scores):
    assert folds["patient"].is_unique and set(folds["fold"]) == {1, 2}
    for patient, n in zip(folds["patient"], folds["n_slices"], strict=True):
        assert n == len(np.load(results / f"preprocessed/{patient}/slices.npy")) > 0
    assert scores.groupby("method").size().tolist() == [folds["n_slices"].sum()] * 5
    assert (scores.groupby("patient")["fold"].nunique() == 1).all()


@pytest.mark.parametrize("method", METHODS)
def test_scores_follow_from_outputs_thresholds_and_clicks(results, fold_of_rows, scores, method):
    network, keep = METHODS[method]
    thresholds = pd.read_csv(results / "thresholds.csv").set_index(["network", "fold"])["threshold"]
    expected, truth = [], np.load(results / "masks.npy")
    outputs = {fold: np.load(results / f"predictions/{network}/fold-{fold}.npy") for fold in (1, 2)}
    clicks = np.load(results / f"clicks/{keep}.npy") if keep else truth
    for row, fold in enumerate(fold_of_rows):
        predicted = outputs[fold][row] > thresholds[network, fold]
        labels, n = ndimage.label(predicted, EIGHT)
        if keep and n > 1:
            predicted = np.isin(labels, [label for label in range(1, n + 1) if clicks[row][labels == label].any()])
        total = int(predicted.sum() + truth[row].sum())
        expected.append(2 * int((predicted & (truth[row] == 1)).sum()) / total)
    np.testing.assert_allclose(scores[scores["method"] == method]["dice"], expected, rtol=1e-12)


def test_masks_on_the_scans_give_the_scores_again(results, folds, scores):
    by_slice = scores.set_index(["method", "patient", "slice"])
    for method in METHODS:
        for patient in folds["patient"]:
            scan = nib.load(results / f"cohort/{patient}/pet.nii.gz")
            image = nib.load(results / f"masks/{method}/{patient}.nii.gz")
            np.testing.assert_allclose(image.affine, scan.affine)
            mask = np.asarray(image.dataobj)
            assert mask.shape == scan.shape and set(np.unique(mask)) <= {0, 1}
            kept = pd.read_csv(results / f"preprocessed/{patient}/slices.csv")["slice"].tolist()
            assert not np.delete(mask, kept, axis=2).any()
            for k, true in zip(kept, np.load(results / f"preprocessed/{patient}/masks.npy"), strict=True):
                pixels = mask[::2, ::2, k]
                assert (np.kron(pixels, np.ones((2, 2))) == mask[:, :, k]).all()
                score = by_slice.loc[(method, patient, k)]
                assert score["n_pred"] == pixels.sum() and score["n_overlap"] == (pixels & true).sum()


def test_thresholds_are_the_best_on_the_training_slices(results, fold_of_rows):
    table = pd.read_csv(results / "thresholds.csv")
    assert len(table) == 6
    for row in table.itertuples():
        trains = fold_of_rows != row.fold
        outputs = np.load(results / f"predictions/{row.network}/fold-{row.fold}.npy")[trains]
        truth = np.load(results / "masks.npy")[trains].astype(bool)

        def median(threshold, outputs=outputs, truth=truth):
            predicted = outputs > threshold
            counts = [m.sum(axis=(1, 2)) for m in (predicted, truth, predicted & truth)]
            return np.median(2 * counts[2] / (counts[0] + counts[1]))

        assert row.median_train_dice == pytest.approx(median(row.threshold))
        assert row.median_train_dice >= max(median(t) for t in np.linspace(0, 0.999, 200)) - 1e-12


def test_tables_follow_from_the_scores(results, scores):
    medians = pd.read_csv(results / "tables/median_dice.csv", dtype={"test_set": str})
    wide = scores.pivot(index=["patient", "slice"], columns="method", values="dice")
    for method in METHODS:
        row = medians[(medians["method"] == method) & (medians["test_set"] == "all")].iloc[0]
        assert row["median_dice"] == pytest.approx(np.median(wide[method]))
        assert row["sd_dice"] == pytest.approx(np.std(wide[method], ddof=1))
    tests = pd.read_csv(results / "tables/f_test.csv")
    assert len(tests) == len(pd.read_csv(results / "tables/wilcoxon.csv")) == 10
    for row in tests.itertuples():
        f = np.var(wide[row.method_a], ddof=1) / np.var(wide[row.method_b], ddof=1)
        df = len(wide) - 1
        assert row.p_value == pytest.approx(2 * min(stats.f.sf(f, df, df), stats.f.cdf(f, df, df)), rel=1e-6)


def test_tables_by_patients_follow_from_the_scores(results, scores):
    wide = scores.pivot(index=["patient", "slice"], columns="method", values="dice")
    of_patients = wide.groupby(level="patient").median()
    pairs = pd.read_csv(results / "tables/by_patient_pairs.csv")
    assert len(pairs) == 10
    for row in pairs.itertuples():
        assert row.median_difference == pytest.approx(np.median(wide[row.method_a] - wide[row.method_b]))
        assert row.higher == (of_patients[row.method_a] - of_patients[row.method_b] > 1e-12).sum()
    methods = pd.read_csv(results / "tables/by_patient_methods.csv").set_index("method")
    for method in METHODS:
        low, median, high = methods.loc[method, ["ci_low", "median_dice", "ci_high"]]
        assert median == pytest.approx(np.median(wide[method]))
        assert low <= median <= high


def test_each_network_was_trained_for_its_epochs(results):
    for network in ("plain", "random", "center"):
        for fold in (1, 2):
            history = pd.read_csv(results / f"models/{network}/fold-{fold}/history.csv")
            assert history["epoch"].tolist() == [1, 2] and np.isfinite(history[["loss", "val_loss"]]).all(axis=None)


def test_progress_is_in_the_log(finished):
    log = (finished.folder / "logs/train/center/fold-2.log").read_text()
    assert "epoch 2/2  loss 0." in log and "0:00 left" in log


def test_a_second_run_does_nothing(finished):
    assert finished.jobs() == {}


def test_report_is_one_file_that_answers_first_and_holds_tables_and_figures(finished, results):
    report = (results / "report.html").read_text()
    order = [report.index(text) for text in (
        "The study of config.yaml", "Phantom results: ", 'id="medians"', 'id="examples"', 'id="warnings"',
        "Table 1 Median Dice", "Table 2 Wilcoxon tests", "Table 3 F-tests of variances", "Table 4 By patients",
        "Figure 1 Methods", "Figure 2 Box plots of Dice", "Figure 4 Loss curves", "Figure 6 Differences",
        "PET and true masks", "True and predicted masks", "<h3>Dice per slice", "Settings, versions, counts",
        'id="provenance"',
    )]  # fmt: skip
    assert order == sorted(order)
    for name in ("flowchart", "box_plots", "example_slices", "loss_curves", "medians", "differences"):
        assert report.count(b64encode((results / f"figures/{name}.png").read_bytes()).decode()) == 1
    assert str(finished.folder) not in report
    # the sentence, from the table of pairs
    pairs = pd.read_csv(results / "tables/by_patient_pairs.csv").set_index(["method_a", "method_b"])
    low, high = pairs.loc[("cm1CNN", "CNNonly"), ["ci_low", "ci_high"]]
    interval = f"95 % interval {low + 0.0:.3f} to {high + 0.0:.3f}, by patients; n = ".replace("-", "\u2212")
    assert (interval in report and "no difference is shown" in report) == (low <= 0 <= high)
    # captions stand there, and the medians beside the paper's
    assert "chosen by a rule and not by eye" in report and "0.708" in report


def test_all_that_was_warned_of_is_in_the_report(finished, results):
    logs = "".join(path.read_text() for path in (finished.folder / "logs").rglob("*.log"))
    said = re.findall(r"^(warning: .*)$", logs, re.M)
    table = pd.read_csv(results / "warnings.csv", dtype=str, keep_default_na=False)
    lines = [Warned(row.problem, row.mend, row.patient, row.file) for row in table.itertuples()]
    assert sorted(lines) == sorted(said) and len(said) > 1
    report = html.unescape((results / "report.html").read_text())
    assert all(f"<td>{line.problem}</td><td>{line.mend}</td>" in report for line in lines)
    assert f"{len(said)} warnings</a>" in report
