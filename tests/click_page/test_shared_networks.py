"""The click page with networks that were shared: no study is run, kernels in float16 answer as natively, and the page says
what they were trained on."""

import importlib
import json
import shutil

import nibabel as nib
import numpy as np
import onnx
import pytest
import yaml
from browser import PAGE, answer, click_on, is_answered, open_page, open_scan, wait
from conftest import ROOT, copy_of_workflow
from pages import FOLDS, with_packages, write_page
from simple_patient import AFFINE, simple_patient
from small_trained_study import ENCODINGS, SETTINGS, write_small_study
from test_page import FRAME

from oneclick.networks.inference import load_network
from oneclick.phantom.patient import write_patient
from oneclick.phantom.tumours import AS_IT_IS

WORDS = "scans of the tests <b>&amp; no others"
WARNING = f"The networks were trained on {WORDS}; look at each mask, for of other scans they know nothing."


def page_alone(folder, settings):
    """The click page that a folder without any study makes by a file of settings."""
    study = with_packages(copy_of_workflow(folder, "cohort: {phantom: {patients: 9}}\n", shallow=False))
    done = study.snakemake("click_page", "--configfile", settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (folder / "results").exists()  # no study
    return folder / "results-click/click.html"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Small networks in half, whose settings say what they were trained on."""
    folder = tmp_path_factory.mktemp("shared") / "of-a-lab"
    models = write_small_study(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "tools")
        in_half = importlib.import_module("share_networks").in_half
    for path in (path for paths in models.values() for path in paths):
        shutil.copy(path, f"{path}.whole")
        onnx.save(in_half(onnx.load(path)), path)
    (folder / "settings.json").write_text(json.dumps(SETTINGS | {"phantom": False, "trained_on": WORDS}))
    return folder


@pytest.mark.parametrize("fold", FOLDS)
def test_kernels_in_half_answer_as_natively(shared, driver, tmp_path, fold):
    (tmp_path / "frame.html").write_text(FRAME)
    main = ROOT / "tests/click_page/probe.js"
    parts = (tmp_path / "probe.html", PAGE, main, tmp_path / "frame.html")
    write_page(shared, tuple(ENCODINGS), ENCODINGS.values(), *parts)
    open_page(driver, tmp_path / "probe.html")
    x = np.random.default_rng(fold).random((32, 24, 2), np.float32)
    path = str(shared / f"models/center/fold-{fold}.onnx")
    (tmp_path / "whole.onnx").write_bytes((shared / f"{path}.whole").read_bytes())
    half, whole = (load_network(net).session for net in (path, tmp_path / "whole.onnx"))
    expected, before = (net.run(None, {net.get_inputs()[0].name: x[None]})[0].ravel() for net in (half, whole))
    found = answer(driver, "probe.output('center', a, b, 32, 24)", fold, x.ravel().tolist())
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert np.ptp(expected) > 0.1 and np.abs(expected - before).max() > 1e-5


def test_the_page_of_shared_networks_says_what_they_were_trained_on(shared, driver, tmp_path):
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "page.yaml").write_text(yaml.safe_dump({"click_page": {"models": str(shared)}}))
    open_page(driver, page_alone(clone, "page.yaml"))
    assert driver.find_element("id", "study-name").text.endswith("of-a-lab")
    pet, mask = simple_patient()
    nib.save(nib.Nifti1Image(pet, AFFINE), tmp_path / "A.nii.gz")
    open_scan(driver, tmp_path / "A.nii.gz")
    click_on(driver, np.argwhere(mask)[mask.sum() // 2].tolist())
    wait(lambda: is_answered(driver), "the mask")
    assert WARNING in driver.find_element("id", "warnings").text.splitlines()


def test_the_page_of_the_networks_that_come_with_it(driver, tmp_path):
    clone = tmp_path / "clone"
    for part in ("networks", "studies"):
        shutil.copytree(ROOT / part, clone / part)
    click_html = page_alone(clone, "studies/click-page.yaml")
    write_patient("N1", 77, 128, (24, 32), AS_IT_IS, str(tmp_path / "N1.nii.gz"), str(tmp_path / "mask.nii.gz"))
    tumour = np.asarray(nib.load(tmp_path / "mask.nii.gz").dataobj) > 0
    k = tumour.sum((0, 1)).argmax()
    inside = np.argwhere(tumour[:, :, k])
    voxel = [*inside[((inside - inside.mean(0)) ** 2).sum(1).argmin()].tolist(), int(k)]
    open_page(driver, click_html)
    assert driver.find_element("id", "method").get_property("value") == "hum1CNN"
    open_scan(driver, tmp_path / "N1.nii.gz")
    click_on(driver, voxel)
    wait(lambda: is_answered(driver), "the mask")
    assert "networks were trained on phantoms" in driver.find_element("id", "warnings").text
    found = np.array(answer(driver, "[...clickPage.state.patient.answer.mask]")).reshape(tumour.shape, order="F")[:, :, k]
    truth = tumour[:, :, k]
    assert 2 * (found & truth).sum() / (found.sum() + truth.sum()) > 0.5
