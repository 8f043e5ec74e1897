"""A person's way through the click page, in a real browser: open a scan, click, save; and what `segment` makes of it."""

import shutil

import numpy as np
import pandas as pd
import pytest
from browser import click_on, is_answered, open_page, open_scan, wait
from pages import clicks_of, image_of, segmented


@pytest.fixture(scope="module")
def saved(clickable, driver, downloads, click_html, tmp_path_factory):
    """What the page saved of patient A, whose tumour was clicked on each slice: the folder, the method, the voxels."""
    scan = tmp_path_factory.mktemp("scans") / "A.nii.gz"
    shutil.copy(clickable.folder / "results/cohort/phantom-001/pet.nii.gz", scan)
    voxels = clicks_of(clickable)
    open_page(driver, click_html)
    open_scan(driver, scan)
    for voxel in voxels:
        click_on(driver, voxel)
    wait(lambda: is_answered(driver), "the mask")
    method = driver.find_element("id", "method").get_property("value")
    driver.find_element("id", "save-all").click()
    for kind in (f"{method}_mask.nii.gz", f"{method}_lesions.csv", "clicks.csv", "log.csv"):
        wait((downloads / f"A_{kind}").is_file, f"A_{kind} among the downloads")
    return downloads, method, voxels


def test_the_table_holds_the_voxels_that_were_clicked(saved):
    folder, _, voxels = saved
    table = pd.read_csv(folder / "A_clicks.csv")
    assert table[["i", "j", "k"]].to_numpy().tolist() == voxels and len(voxels) > 1
    assert set(table["patient"]) == {"A"}


def test_segment_makes_the_same_mask_and_lesions_of_the_saved_clicks(saved, clickable, tmp_path):
    folder, method, _ = saved
    scan = clickable.folder / "results/cohort/phantom-001/pet.nii.gz"
    study = clickable.copy(tmp_path / "study")
    mask, affine = image_of(folder / f"A_{method}_mask.nii.gz")
    expected = segmented(study, scan, (folder / "A_clicks.csv").read_text(), [method])[method]
    np.testing.assert_array_equal(mask, expected[0])
    np.testing.assert_allclose(affine, expected[1], rtol=0, atol=1e-6)
    assert mask.any()
    lesions = pd.read_csv(folder / f"A_{method}_lesions.csv")
    pd.testing.assert_frame_equal(lesions, pd.read_csv(study.folder / "results-new/lesions.csv"), rtol=1e-5)
