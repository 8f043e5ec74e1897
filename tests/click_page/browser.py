"""A real browser for tests: Debian's Chromium without a window, driven by selenium."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "workflow/click_page"
PATIENCE = 120
"""Seconds until what a page should do counts as not done, on a machine with other work."""


def why_not() -> str | None:
    """Why there is no browser for tests here; None if there is one."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        return "there is no chromium with its driver (make test-page installs Debian's, by root)"
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "there is no selenium (make .venv/.test installs it)"
    return no_packages()


def no_packages() -> str | None:
    """Why no page can be made here; None if one can."""
    there = (PAGE / "node_modules/onnxruntime-web").is_dir()
    return None if there else "the page's packages of JavaScript are not installed (make .venv/.test-page)"


@contextmanager
def chromium(downloads: Path) -> Iterator:
    """A driver of a browser that was just started and keeps what it saves in a folder."""
    from selenium import webdriver

    os.environ |= {"SE_OFFLINE": "true", "SE_AVOID_STATS": "true"}  # its own searches for drivers, and reports
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,1000"):
        options.add_argument(argument)
    # Whoever saves several files at once is asked by Chromium, the first time, whether the page may.
    several = {"profile.default_content_setting_values.automatic_downloads": 1}
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)} | several)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    driver.set_script_timeout(PATIENCE)
    try:
        yield driver
    finally:
        driver.quit()


def wait(done: Callable[[], object], what: str) -> object:
    """What ``done`` gives as soon as it gives something; fails with ``what`` was waited for."""
    end = monotonic() + PATIENCE
    while not (found := done()):
        assert monotonic() < end, f"{what} was waited for in vain"
        sleep(0.05)
    return found


def open_page(driver, path: Path) -> None:
    """Open a page as a double click does, and wait until it is ready for clicks."""
    driver.get(path.resolve().as_uri())
    wait(lambda: driver.execute_script("return document.documentElement.dataset.ready === 'yes'"), f"{path.name}, ready,")


def answer(driver, expression: str, *arguments) -> object:
    """The value of an expression of JavaScript, or of its promise; its letters a, b, c, ... stand for ``arguments``."""
    letters = ", ".join("abcdefgh"[: len(arguments)])
    code = (
        f"const [{letters or 'ignored'}] = arguments, done = arguments[arguments.length - 1];"
        f"(async () => ({expression}))().then((value) => done({{value}}), (error) => done({{error: `${{error.stack}}`}}));"
    )
    told = driver.execute_async_script(code, *arguments)
    assert "error" not in told, told["error"]
    return told.get("value")


def open_scan(driver, scan: Path) -> None:
    """Choose a scan on the click page, and wait until it is shown."""
    driver.find_element("id", "files").send_keys(str(scan.resolve()))
    wait(lambda: driver.execute_script("return Boolean(clickPage.state.patient?.opened)"), "the scan")
    wait(lambda: driver.find_element("css selector", "[data-view=transaxial]").is_displayed(), "its picture")


BEYOND = """
const [voxel] = arguments, {opened, cross} = clickPage.state.patient, {axes, flipped, n} = opened.frame, at = voxel[axes[2]];
return (flipped[2] ? n[2] - 1 - at : at) - cross[2];
"""
"""How many slices a voxel lies beyond the one that is shown."""


def click_on(driver, voxel: list[int]) -> None:
    """Go to a voxel's slice by keys, and click where it is drawn."""
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    n = driver.execute_script(BEYOND, voxel)
    view = driver.find_element("css selector", "[data-view=transaxial]")
    view.send_keys((Keys.PAGE_DOWN if n > 0 else Keys.PAGE_UP) * abs(n))
    wait(lambda: driver.execute_script(BEYOND, voxel) == 0, "the slice")
    click = ActionChains(driver)
    click.w3c_actions.pointer_action.move_to_location(
        *map(round, driver.execute_script("return clickPage.whereIs(arguments[0])", voxel))
    )
    click.w3c_actions.pointer_action.click()
    click.perform()


def is_answered(driver) -> bool:
    """Whether the mask is that of all clicks."""
    return driver.execute_script(
        "const {answer, clicks} = clickPage.state.patient; return answer !== null && answer.clicks === clicks"
    )
