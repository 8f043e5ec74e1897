"""Pages that tests make of a finished study."""

from collections.abc import Iterable
from glob import glob
from pathlib import Path

import pytest
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
