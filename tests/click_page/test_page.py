"""The click page in a real browser: its networks answer as natively, its masks are those of `segment`, and nothing goes over
a network."""

import base64
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from browser import PAGE, answer, no_packages, open_page, wait
from conftest import TINY
from network import ATTEMPTS, attempt, server
from pages import FOLDS, clicks_of, image_of, segmented, with_packages, write_page
from small_trained_study import ENCODINGS, write_small_study

from oneclick.networks.inference import load_network

FRAME = "<!doctype html>\n<!-- policy -->\n<!-- style -->\n<!-- data -->\n<!-- script -->\n"
NETWORKS = ("plain", "random", "center")
METHODS = ("CNNonly", "CNNrand", "CNNcm", "rand1CNN", "cm1CNN")
PIXELS = {"shape": "pixel", "size": None, "unit": "mm"}


@pytest.fixture(scope="module")
def probe(clickable, driver, tmp_path_factory):
    """The page of the finished study with probe.js in the place of its view, opened."""
    folder = tmp_path_factory.mktemp("probe")
    (folder / "frame.html").write_text(FRAME)
    main = Path(__file__).with_name("probe.js")
    write_page(
        clickable.folder / "results", NETWORKS, 3 * [PIXELS], folder / "probe.html", PAGE, main, folder / "frame.html"
    )
    return folder / "probe.html"


def test_the_page_opens_from_a_file_and_starts_without_an_error(driver, click_html):
    driver.get("about:blank")
    driver.get_log("browser")
    open_page(driver, click_html)
    assert driver.current_url.startswith("file:///")
    assert [line["message"] for line in driver.get_log("browser")] == []


@pytest.mark.parametrize("fold", FOLDS)
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("rows, columns", [(32, 32), (16, 24)])
def test_networks_answer_as_natively(clickable, driver, probe, network, fold, rows, columns):
    if driver.current_url != probe.as_uri():
        open_page(driver, probe)
    native = load_network(clickable.folder / f"results/models/{network}/fold-{fold}.onnx").session
    channels = native.get_inputs()[0].shape[-1]
    x = np.random.default_rng([fold, rows]).random((rows, columns, channels), np.float32)
    x[..., 1:] = np.eye(rows, columns)[..., None] if channels == 2 else 0
    expected = native.run(None, {native.get_inputs()[0].name: x[None]})[0].ravel()
    found = answer(driver, "probe.output(a, b, c, d, e)", network, fold, x.ravel().tolist(), rows, columns)
    assert np.ptp(expected) > 1e-3  # it says something
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_masks_and_clicks_of_the_page_are_those_of_segment(clickable, driver, probe, tmp_path):
    scan = clickable.folder / "results/cohort/phantom-001/pet.nii.gz"
    voxels = clicks_of(clickable)
    # and one where no tumour is, on a slice of its own
    voxels.append([20, 30, max(k for *_, k in voxels) + 1])
    open_page(driver, probe)
    made = {}
    for method in METHODS:
        told = answer(driver, "probe.maskOf(a, b, c)", base64.b64encode(scan.read_bytes()).decode(), voxels, method)
        (tmp_path / f"{method}.nii.gz").write_bytes(base64.b64decode(told["mask"]))
        made[method] = image_of(tmp_path / f"{method}.nii.gz")
    expected = segmented(clickable.copy(tmp_path / "study"), scan, told["csv"], METHODS)
    for method, (mask, affine) in made.items():
        np.testing.assert_array_equal(mask, expected[method][0], err_msg=method)
        np.testing.assert_allclose(affine, expected[method][1], rtol=0, atol=1e-6)
    assert all(mask.any() for mask, _ in made.values())
    assert len({mask.tobytes() for mask, _ in made.values()}) > 1


def test_the_attempts_reach_a_server_from_a_page_without_a_policy(driver, tmp_path):
    (tmp_path / "open.html").write_text("<!doctype html><html><head></head><body></body></html>")
    with server() as (address, asked):
        driver.get((tmp_path / "open.html").as_uri())
        attempt(driver, address)
        wait(lambda: {path.strip("/?") for path in asked} >= ATTEMPTS.keys(), f"each of {list(ATTEMPTS)}")
    assert len(driver.window_handles) == 1


def test_nothing_goes_over_the_network(driver, click_html):
    with server() as (address, asked):
        open_page(driver, click_html)
        attempt(driver, address)
        # What they would have asked for comes before this page's own visit of the server, which is the last.
        driver.execute_async_script("setTimeout(arguments[0], 2000)")
        driver.get(f"http://{address}/visit")
        wait(lambda: "/visit" in asked, "the visit")
    assert [path for path in asked if path not in ("/visit", "/favicon.ico")] == []


def test_the_page_holds_its_policy_and_no_address(click_html):
    page = click_html.read_text(encoding="utf-8")
    (policy,) = re.findall('<meta http-equiv="Content-Security-Policy" content="(.*?)">', page)
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    nothing = ("default-src", "connect-src", "form-action", "base-uri")
    assert {name: directives.pop(name) for name in nothing} == dict.fromkeys(nothing, "'none'")
    assert re.fullmatch(r"'sha256-[\w+/]{43}=' 'wasm-unsafe-eval'", directives.pop("script-src"))
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", directives.pop("style-src"))
    assert directives == {}
    # What the policy does not hold back: links, other windows, and calls between browsers.
    own = re.sub(r"<script type=.*?</script>", "", page, flags=re.S)
    assert not re.search(r"RTCPeerConnection|window\.open|location\.(href|assign|replace) ?[=(]|<a [^>]*href=.http", own)


@pytest.fixture
def small(tmp_path):
    """The files of a small study of two networks, in two places of the same name."""
    if reason := no_packages():
        pytest.skip(reason)
    for place in ("one", "two"):
        (tmp_path / place / "results").mkdir(parents=True)
        write_small_study(tmp_path / place / "results")
    return tmp_path


def test_the_same_study_gives_the_same_bytes_wherever_its_code_lies(small):
    code = small / "code/elsewhere/click_page"
    shutil.copytree(PAGE, code, ignore=shutil.ignore_patterns("node_modules"))
    (code / "node_modules").symlink_to(PAGE / "node_modules")
    made = []
    for place, page in (("one", PAGE), ("two", code)):
        made.append(small / place / "results/click.html")
        write_page(small / place / "results", ENCODINGS, ENCODINGS.values(), made[-1], page)
    assert made[0].read_bytes() == made[1].read_bytes()
    # and another page for other thresholds
    thresholds = small / "two/results/thresholds.csv"
    thresholds.write_text(thresholds.read_text().replace("0.45", "0.46"))
    write_page(small / "two/results", ENCODINGS, ENCODINGS.values(), made[1])
    assert made[0].read_bytes() != made[1].read_bytes()


def test_without_its_packages_the_page_is_refused_in_a_sentence(finished):
    done = finished.asked("click_page")
    assert done.returncode == 1
    missing = "The click page needs packages of JavaScript that are not installed here"
    assert done.stderr.splitlines()[-1] == f"{missing}; run make click-page STUDY=my-study.yaml once, which installs them"


def test_a_study_without_networks_has_no_page(finished, tmp_path):
    study = with_packages(finished.copy(tmp_path / "study"))
    (study.folder / "config.yaml").write_text(
        TINY + "networks: {}\nmethods: {grown: {classical: region_growing, clicks: center}}\n"
    )
    done = study.asked("click_page")
    assert done.returncode == 1
    wrong = "config.yaml: no method of this study has a network, and a page runs nothing else; add one to methods"
    assert done.stderr.splitlines()[-2:] == ["The click page cannot start:", wrong]


def test_a_damaged_network_is_named(finished, tmp_path):
    study = with_packages(finished.copy(tmp_path / "study"))
    network = study.folder / "results/models/center/fold-2.onnx"
    network.write_bytes(network.read_bytes()[:1000])
    done = study.snakemake("click_page", "--allowed-rules", "click_page")
    assert done.returncode == 1 and not (study.folder / "results/click.html").exists()
    assert "results/models/center/fold-2.onnx: this is no network of a study; copy it again" in done.stdout + done.stderr


def test_the_page_is_part_of_no_other_run(finished):
    """Without packages of JavaScript everything else is as it was."""
    for target in ("all", "beyond", "export"):
        assert "click_page" not in finished.jobs(target)
