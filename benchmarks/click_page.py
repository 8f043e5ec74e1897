"""Measure the click page in Chromium against native ONNX Runtime: python benchmarks/click_page.py [--results results]

From a click to its mask on the screen, with one network and with five, in turn with the same networks asked natively by one
thread; and from opening the file to the first click that it answers. The networks, the scan and the places clicked are those
of a finished study of phantoms (`make run`), whose folds are repeated where there are fewer than five. Writes
benchmarks/click_page.csv and the table in benchmarks/README.md. Times belong to a machine, and to what else it does: ratios
of the same minute mean more.
"""

import argparse
import csv
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import nibabel as nib
import numpy as np
from bench import ROOT, machine, write_between

sys.path += [str(ROOT / "workflow/scripts"), str(ROOT / "tests/click_page")]

from browser import PAGE, chromium, click_on, is_answered, open_page, open_scan, wait, why_not

from oneclick.click_page.build import PageFiles, write_click_page
from oneclick.networks.inference import load_network
from oneclick.networks.inputs import InputFiles

TABLE = ROOT / "benchmarks/click_page.csv"
NETWORKS = (1, 5)
CLICKS = 12


@dataclass(frozen=True)
class Measured:
    """A turn: how many networks vote, ms of their answers natively and in the browser, ms from a click to its mask, all from
    the second click on; ms of the first, and seconds until the page was ready."""

    networks: int
    native_ms: float
    browser_ms: float
    click_ms: float
    first_ms: float
    ready_s: float

    @property
    def alone(self) -> float:
        """The networks in the browser, natively = 1."""
        return self.browser_ms / self.native_ms

    @property
    def whole(self) -> float:
        """Click to mask, the networks natively = 1."""
        return self.click_ms / self.native_ms


def write_study(results: Path, folder: Path, networks: int) -> list[str]:
    """The study of cm1CNN alone with so many folds, whose page is ``click.html``; gives its ONNX files."""
    settings = json.loads((results / "settings.json").read_text())
    folds = settings["folds"]
    settings |= {"folds": networks, "methods": {"cm1CNN": settings["methods"]["cm1CNN"]}}
    (folder / "settings.json").write_text(json.dumps(settings))
    rows = list(csv.DictReader((results / "thresholds.csv").open()))
    of_fold = {int(row["fold"]): row for row in rows if row["network"] == "center"}
    lines = ["network,fold,threshold,median_train_dice"]
    models = []
    for fold in range(1, networks + 1):
        row = of_fold[(fold - 1) % folds + 1]
        lines.append(f"center,{fold},{row['threshold']},{row['median_train_dice']}")
        models.append(str(folder / f"fold-{fold}.onnx"))
        shutil.copy(results / f"models/center/fold-{row['fold']}.onnx", models[-1])
    (folder / "thresholds.csv").write_text("\n".join(lines) + "\n")
    (esbuild,) = PAGE.glob("node_modules/@esbuild/*/bin/esbuild")
    files = PageFiles(*(str(PAGE / name) for name in ("page.html", "page.css", "view/main.js")), str(esbuild))
    runtime = str(PAGE / "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm")
    tables = (str(folder / "settings.json"), str(folder / "thresholds.csv"))
    encodings = {"center": {"shape": "pixel", "size": None, "unit": "mm"}}
    write_click_page(files, *tables, models, runtime, encodings, str(folder / "click.html"))
    return models


def native(models: list[str]) -> Callable[[np.ndarray], float]:
    """The function that gives the ms of all networks' answers to a slice with its click (size, size, 2), on one thread."""
    loaded = [load_network(path) for path in models]

    def ms(x: np.ndarray) -> float:
        start = time.perf_counter()
        for network in loaded:
            network.output(x)
        return 1000 * (time.perf_counter() - start)

    return ms


ALONE = "return performance.getEntriesByName('network').reduce((ms, {duration}) => ms + duration, 0)"
"""Ms of all answers of networks so far."""


def turn_of(click_html: Path, scan: Path, voxels: list[list[int]], models: list[str], slices: np.ndarray) -> Measured:
    """A fresh browser's page, in which each voxel is clicked; before each click the same networks answer natively."""
    answer_natively, natively, alone, clicks = native(models), [], [], []
    with tempfile.TemporaryDirectory() as downloads, chromium(Path(downloads)) as driver:
        open_page(driver, click_html)
        ready = driver.execute_script("return performance.now()") / 1000
        open_scan(driver, scan)
        for voxel, x in zip(voxels, slices, strict=True):
            natively.append(answer_natively(x))
            before = driver.execute_script(ALONE)
            click_on(driver, voxel)
            wait(lambda: is_answered(driver), "the mask")
            alone.append(driver.execute_script(ALONE) - before)
            clicks.append(float(driver.execute_script("return document.documentElement.dataset.clickMs")))
    from_second = (statistics.median(of_all[1:]) for of_all in (natively, alone, clicks))
    return Measured(len(models), *from_second, clicks[0], ready)


def main(results: Path, repeats: int) -> None:
    clicks = [row for row in csv.DictReader((results / "clicks/center.csv").open()) if row["patient"] == "phantom-001"]
    voxels = [[int(row[axis]) for axis in "ijk"] for row in clicks][:CLICKS]
    scan = results / "cohort/phantom-001/pet.nii.gz"
    shape = nib.load(scan).shape
    inputs = InputFiles(str(results / "slices.npy"), str(results / "clicks/center.npy"))
    slices = inputs.read(slice(len(voxels)))
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        models = {}
        for n in NETWORKS:
            (place := Path(folder, f"of-{n}")).mkdir()
            models[n] = write_study(results, place, n)
        for turn in range(repeats):
            for n in NETWORKS:
                page = Path(folder, f"of-{n}", "click.html")
                found.append(turn_of(page, scan, voxels, models[n], slices))
                print(f"turn {turn + 1}: {found[-1]}, ratios {found[-1].alone:.2f}, {found[-1].whole:.2f}", flush=True)
        sizes = {n: Path(folder, f"of-{n}", "click.html").stat().st_size / 1e6 for n in NETWORKS}
    columns = ["networks", "native_ms", "browser_ms", "click_ms", "first_ms", "ready_s"]
    lines = [",".join(columns), *(",".join(f"{getattr(one, name):.4g}" for name in columns) for one in found)]
    TABLE.write_text("\n".join(lines) + "\n")
    write_between(
        ROOT / "benchmarks/README.md",
        "click_page",
        table(found, sizes, repeats, slices.shape[1], shape),
        ("benchmarks/click_page.py", "click_page"),
    )


def table(found: list[Measured], sizes: dict[int, float], repeats: int, size: int, shape: tuple[int, ...]) -> str:
    """The medians in Markdown; in brackets the range of the turns."""

    def cell(of_n: list[Measured], name: str, digits: str) -> str:
        values = [getattr(one, name) for one in of_n]
        return f"{statistics.median(values):{digits}} ({min(values):{digits}} to {max(values):{digits}})"

    planes = f"{size} x {size} pixels of a scan of {' x '.join(map(str, shape))} voxels"
    lines = [
        f"{date.today()}, {machine()}; Chromium without a window, one thread; {planes}; medians of {repeats} turns.",
        "",
    ]
    lines.append(
        "| networks that vote | alone, natively | alone, in the browser | click to mask | first click | ready | page |"
    )
    lines.append("| --- " * 7 + "|")
    for n in NETWORKS:
        of_n = [one for one in found if one.networks == n]
        cells = [f"{cell(of_n, 'native_ms', '.1f')} ms"]
        for ms, ratio in (("browser_ms", "alone"), ("click_ms", "whole")):
            cells.append(f"{cell(of_n, ms, '.0f')} ms, {cell(of_n, ratio, '.1f')} times natively")
        cells += [f"{cell(of_n, 'first_ms', '.0f')} ms", f"{cell(of_n, 'ready_s', '.1f')} s", f"{sizes[n]:.1f} MB"]
        lines.append(f"| {n} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", default="results")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    if reason := why_not():
        sys.exit(reason)
    main(Path(arguments.results), arguments.repeats)
