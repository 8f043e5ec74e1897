"""A browser for all tests of this folder, and a finished study with the packages that make a page of it."""

from pathlib import Path

import pytest
from browser import chromium, why_not
from conftest import Study, finished  # noqa: F401 - a fixture
from pages import with_packages


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    """A browser; each test opens its page."""
    if reason := why_not():
        pytest.skip(reason)
    with chromium(tmp_path_factory.mktemp("downloads")) as started:
        yield started


@pytest.fixture(scope="module")
def downloads(driver, tmp_path_factory) -> Path:
    """Where the browser keeps what pages save in the tests of a file."""
    folder = tmp_path_factory.mktemp("saved")
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    return folder


@pytest.fixture(scope="session")
def clickable(finished, tmp_path_factory) -> Study:  # noqa: F811
    """The finished study with its click page; not to be changed."""
    study = with_packages(finished.copy(tmp_path_factory.mktemp("clickable") / "study"))
    done = study.snakemake("click_page")
    assert done.returncode == 0, done.stdout + done.stderr
    return study


@pytest.fixture(scope="session")
def click_html(clickable) -> Path:
    return clickable.folder / "results/click.html"
