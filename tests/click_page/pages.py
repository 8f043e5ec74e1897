"""Pages that tests make of a finished study."""

from collections.abc import Iterable, Sequence
from glob import glob
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
import yaml
from browser import PAGE, no_packages
from conftest import Study

from oneclick.click_page.build import PageFiles, write_click_page

FOLDS = (1, 2)


def with_packages(study: Study) -> Study:
    """The study, whose workflow has the page's packages."""
    if reason := no_packages():
        pytest.skip(reason)
    (study.folder / "workflow/click_page/node_modules").symlink_to(PAGE / "node_modules")
    return study


def clicks_of(study: Study, patient: str = "phantom-001") -> list[list[int]]:
    """A patient's random clicks in the finished study, as voxels [i, j, k]."""
    clicks = pd.read_csv(study.folder / "results/clicks/random.csv")
    return clicks.loc[clicks["patient"] == patient, ["i", "j", "k"]].to_numpy().tolist()


def segmented(study: Study, scan: Path, csv: str, methods: Sequence[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Masks and affines that `segment` makes of the scan of a patient A and a table of clicks, by method."""
    (study.folder / "new/A").mkdir(parents=True)
    (study.folder / "new/A/pet.nii.gz").write_bytes(scan.read_bytes())
    (study.folder / "clicks.csv").write_text(csv)
    config = {"models": "results", "pet": "new/{patient}/pet.nii.gz", "clicks": "clicks.csv", "methods": list(methods)}
    (study.folder / "segment.yaml").write_text(yaml.safe_dump({"results": "results-new", "segment": config}))
    done = study.snakemake("segment", "--configfile", "segment.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    return {method: image_of(study.folder / f"results-new/masks/{method}/A.nii.gz") for method in methods}


def image_of(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The voxels and the affine of a NIfTI file."""
    image = nib.load(path)
    return np.asarray(image.dataobj), image.affine


def write_page(
    results: Path,
    networks: Iterable[str],
    encodings: Iterable[dict],
    click_html: Path,
    page: Path = PAGE,
    main_js: Path | None = None,
    page_html: Path | None = None,
) -> None:
    """Write a page of a finished study of two folds as its rule does, or with another start and frame. ``page``: the folder
    of its code."""
    (esbuild,) = glob(f"{page}/node_modules/@esbuild/*/bin/esbuild")
    parts = (page_html or page / "page.html", page / "page.css", main_js or page / "view/main.js", esbuild)
    models = [str(results / f"models/{network}/fold-{fold}.onnx") for network in networks for fold in FOLDS]
    runtime = str(page / "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm")
    study = (str(results / "settings.json"), str(results / "thresholds.csv"), models)
    write_click_page(
        PageFiles(*map(str, parts)), *study, runtime, dict(zip(networks, encodings, strict=True)), str(click_html)
    )
