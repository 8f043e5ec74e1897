"""A study of classical methods alone: no network is trained, and all else comes as in any study."""

import numpy as np
import pandas as pd

CLASSICAL = """\
networks: {}
methods:
  grow41: {classical: region_growing, clicks: center}
  grow50: {classical: region_growing, percent: 50, clicks: suvmax}
  adaptive: {classical: adaptive_threshold, clicks: human, min_pixels: 2}
  shed: {classical: watershed, clicks: random, fill_holes: true}
  walker: {classical: random_walker, clicks: inner}
offsets: {distances_mm: [0, 10]}
"""


def test_a_study_without_networks_from_phantom_to_report(fresh, copy_of_finished):
    for study in (fresh, copy_of_finished):
        with open(study.folder / "config.yaml", "a") as file:
            file.write(CLASSICAL)
    jobs = fresh.jobs()
    assert jobs["phantom"] == jobs["segment_classical"] == 5
    assert not {"train", "predict", "postprocess", "loss_curves"} & set(jobs)
    # The slices and folds are those of the study with networks.
    study, results = copy_of_finished, copy_of_finished.folder / "results"
    done = study.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    scores = pd.read_csv(results / "scores.csv")
    assert list(scores["method"].unique()) == ["grow41", "grow50", "adaptive", "shed", "walker"]
    assert study.jobs() == {}

    # 50 % from the hottest pixel of a component, on the scan's own values, without a line of the workflow's code
    table, names = pd.read_csv(results / "slices.csv"), ("slices", "clicks/suvmax", "segmentations/grow50")
    stored, clicks, masks = (np.load(results / f"{name}.npy") for name in names)
    assert len(table) == len(stored) == len(clicks) == len(masks)
    for k in range(len(table)):
        suv = table["lowest"][k] + stored[k] * (table["highest"][k] - table["lowest"][k])
        if clicks[k].sum() == 1:
            assert suv[masks[k] > 0].min() >= 0.4999 * suv[clicks[k] > 0].item()

    done = study.snakemake("offsets")
    assert done.returncode == 0, done.stdout + done.stderr
    offsets = pd.read_csv(results / "offsets/classical/grow50.csv").query("distance_mm == 0")
    expected = scores[scores["method"] == "grow50"].set_index(["patient", "slice"])["dice"]
    found = offsets.set_index(["patient", "slice"])["dice"]
    assert len(found) == len(expected) and np.allclose(found, expected.loc[found.index])

    # what was asked of the study is in its report from then on
    assert study.jobs() == {"front_page": 1}
    report = study.snakemake()
    assert report.returncode == 0, report.stdout + report.stderr
    assert "How far off a click may be" in (results / "report.html").read_text() and study.jobs() == {}


def test_a_classical_method_beside_networks_trains_nothing_and_is_compared_with_them(copy_of_finished):
    with open(copy_of_finished.folder / "config.yaml", "a") as file:
        file.write("methods: {CNNonly: {network: plain}, shed: {classical: watershed, clicks: center}}\n")
    assert not {"train", "predict", "postprocess"} & set(copy_of_finished.jobs())
    done = copy_of_finished.snakemake("results/tables/by_patient.html", "results/figures/example_slices.png")
    assert done.returncode == 0, done.stdout + done.stderr
    page = (copy_of_finished.folder / "results/tables/by_patient.html").read_text()
    assert "without any training" in page or "No method without training" in page
