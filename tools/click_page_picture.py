"""Make the picture of the click page from the finished default study: python tools/click_page_picture.py results

docs/click-page.png: results/click.html (make click-page STUDY=config.yaml) in Chromium, a phantom opened, three slices
clicked. Patient and slices are chosen by a rule: around the middle one of the slices of docs/readme-picture.png, clicked
where the study's kind ``center`` has its clicks. Needs what make test-page installs.
"""

import shutil
import sys
import tempfile
from base64 import b64decode
from pathlib import Path

import pandas as pd
from pictures import ROOT, gains

sys.path += [str(ROOT / "tests/click_page")]

from browser import answer, chromium, click_on, is_answered, open_page, open_scan, wait

from oneclick.common.tables import read_table
from oneclick.report.examples import choose_examples

WIDTH, HEIGHT = 1400, 820


def clicks_near(clicks: pd.DataFrame, patient: str, number: int) -> list[list[int]]:
    """The voxels (i, j, k) of the clicks on a slice and its neighbours, of a table of clicks; that slice's last."""
    near = clicks[(clicks["patient"] == patient) & ((clicks["slice"] - number).abs() <= 1)]
    near = near.sort_values("slice", key=lambda slices: (slices == number) * 10000 + slices)
    return near[["i", "j", "k"]].to_numpy().tolist()


def main(results: Path) -> None:
    patient, number = choose_examples(gains(read_table(results / "scores.csv")), n=3)[1]
    voxels = clicks_near(read_table(results / "clicks/center.csv"), patient, number)
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as driver:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        open_page(driver, results / "click.html")
        scan = shutil.copy(results / f"cohort/{patient}/pet.nii.gz", Path(folder, f"{patient}.nii.gz"))
        open_scan(driver, Path(scan))
        for voxel in voxels:
            click_on(driver, voxel)
        wait(lambda: is_answered(driver), "the mask")
        answer(driver, "document.activeElement.blur()")
        answer(driver, "new Promise((done) => setTimeout(done, 500))")
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
        (ROOT / "docs/click-page.png").write_bytes(b64decode(shot))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
