"""A person's way through the click page, in a real browser: open a scan, click, save; and what `segment` makes of it."""

import shutil

import numpy as np
import pandas as pd
import pytest
from browser import click_on, is_answered, open_page, open_scan, wait
from pages import clicks_of, image_of, segmented


@pytest.fixture(scope="module")
def clicked(clickable, driver, downloads, click_html, tmp_path_factory):
    """The folder with all that the page saved of patient A, whose tumour was clicked on each slice, and the voxels."""
    scan = tmp_path_factory.mktemp("scans") / "A.nii.gz"
    shutil.copy(clickable.folder / "results/cohort/phantom-001/pet.nii.gz", scan)
    voxels = clicks_of(clickable)
    open_page(driver, click_html)
    open_scan(driver, scan)
    for voxel in voxels:
        click_on(driver, voxel)
    wait(lambda: is_answered(driver), "the mask")
    driver.find_element("id", "save-all").click()
    kinds = ("cm1CNN_mask.nii.gz", "cm1CNN_lesions.csv", "clicks.csv", "log.csv")
    wait(lambda: all((downloads / f"A_{kind}").is_file() for kind in kinds), f"{kinds} among the downloads")
    assert driver.find_element("id", "method").get_property("value") == "cm1CNN"
    return downloads, voxels


def test_each_click_is_on_the_voxel_that_was_clicked(clicked):
    folder, voxels = clicked
    table = pd.read_csv(folder / "A_clicks.csv")
    assert table[["i", "j", "k"]].to_numpy().tolist() == voxels and len(voxels) > 1
    assert set(table["patient"]) == {"A"}


def test_segment_makes_the_same_mask_of_the_saved_clicks(clicked, clickable, tmp_path):
    folder, _ = clicked
    scan = clickable.folder / "results/cohort/phantom-001/pet.nii.gz"
    study = clickable.copy(tmp_path / "study")
    mask, affine = image_of(folder / "A_cm1CNN_mask.nii.gz")
    expected = segmented(study, scan, (folder / "A_clicks.csv").read_text(), ["cm1CNN"])["cm1CNN"]
    np.testing.assert_array_equal(mask, expected[0])
    np.testing.assert_allclose(affine, expected[1], rtol=0, atol=1e-6)
    assert mask.any()
    # and the same table of its lesions
    lesions = pd.read_csv(folder / "A_cm1CNN_lesions.csv")
    pd.testing.assert_frame_equal(lesions, pd.read_csv(study.folder / "results-new/lesions.csv"), rtol=1e-5)


def test_a_click_is_taken_back(clicked, driver):
    _, voxels = clicked
    driver.find_element("id", "undo").click()
    assert driver.execute_script("return clickPage.state.patient.clicks.map(({voxel}) => voxel)") == voxels[:-1]
    driver.find_element("id", "redo").click()
    assert driver.execute_script("return clickPage.state.patient.clicks.map(({voxel}) => voxel)") == voxels
