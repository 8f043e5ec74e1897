"""One HTML file from its parts, which opens without a server and may open no connection."""

import base64
import gzip
import hashlib
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from oneclick.click_page.study import page_study
from oneclick.common.errors import UserError
from oneclick.common.files import write_text
from oneclick.common.version import VERSION

MARKS = ("policy", "style", "data", "script")
"""The comments of ``page.html`` in whose places the parts come."""


@dataclass(frozen=True)
class PageFiles:
    """What a page is made of beside its data: ``page_html`` with a comment for each of ``MARKS``, ``page_css``, the module
    ``main_js`` that starts it, and ``esbuild``, the program that makes one script of it and of all that it imports."""

    page_html: str
    page_css: str
    main_js: str
    esbuild: str


def bundled(esbuild: str, main_js: str) -> str:
    """A module and all that it imports as one classic script, in a function of its own, ASCII.

    Not as a module: browsers name an origin for those, which a file has not. Comments name each file as seen from the folder
    above the module's, so that the script is the same wherever that lies. Raises UserError with esbuild's words.
    """
    main = Path(main_js).resolve()
    root = main.parents[1]
    command = [str(Path(esbuild).resolve()), str(main.relative_to(root)), "--bundle", "--format=iife", "--target=es2022"]
    command += ["--preserve-symlinks", "--legal-comments=inline", "--log-level=warning"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise UserError(f"{main_js}: esbuild cannot make one script of it:\n{done.stderr.strip()}")
    # They end a script, or change how a browser reads it; esbuild writes them so that they do not.
    if "</script" in done.stdout.lower() or "<!--" in done.stdout:
        raise UserError(f"{main_js}: a text in it, or in what it imports, ends the script; write it in two parts")
    return done.stdout


def json_element(name: str, value: object) -> str:
    """An element with the id ``name`` that holds a value as JSON, whatever names are in it."""
    text = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{escape(name)}">{text}</script>'


def packed_element(name: str, content: bytes, level: int = 9) -> str:
    """An element with the id ``name`` that holds bytes as a text: gzipped at a ``level``, without a date, and in base64."""
    text = base64.b64encode(gzip.compress(content, level, mtime=0)).decode()
    return f'<script type="text/plain" id="{escape(name)}">{text}</script>'


def policy(script: str, style: str) -> str:
    """The Content-Security-Policy of a page: this one script and this one style, WebAssembly of bytes that it has, and
    nothing else, from nowhere."""

    def source(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    parts = {
        "default-src": "'none'",
        "script-src": f"{source(script)} 'wasm-unsafe-eval'",
        "style-src": source(style),
        "connect-src": "'none'",
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{directive} {sources}" for directive, sources in parts.items())


def html_page(files: PageFiles, data: Iterable[str], script: str) -> str:
    """The page: its frame and style, elements of ``data`` and a script. Raises ValueError if the frame lacks a mark or has
    it twice."""
    frame, style = (Path(path).read_text(encoding="utf-8") for path in (files.page_html, files.page_css))
    allowed = f'<meta http-equiv="Content-Security-Policy" content="{policy(script, style)}">'
    parts = (allowed, f"<style>{style}</style>", "\n".join(data), f"<script>{script}</script>")
    for mark, part in zip(MARKS, parts, strict=True):
        before, *after = frame.split(f"<!-- {mark} -->")
        if len(after) != 1:
            raise ValueError(f"{files.page_html} has {len(after)} comments {mark}, not one")
        frame = before + part + after[0]
    return frame


def write_click_page(
    files: PageFiles,
    settings_json: str,
    thresholds_csv: str,
    models: list[str],
    runtime_wasm: str,
    encodings: dict[str, dict],
    click_html: str,
) -> None:
    """Write the click page of a finished study.

    ``models``: ONNX files, all folds in their order of one network after those of another, in the order of ``encodings``
    (see :func:`study.page_study`); ``runtime_wasm``: ONNX Runtime as WebAssembly. Raises UserError if a file is no network
    of a study, or the page's code cannot be bundled.
    """
    n_folds = len(models) // len(encodings)
    of_network = {network: models[at * n_folds : (at + 1) * n_folds] for at, network in enumerate(encodings)}
    study = page_study(settings_json, thresholds_csv, of_network, encodings, name=Path(settings_json).parent.name)
    script = bundled(files.esbuild, files.main_js)
    frame, style = (Path(path).read_text(encoding="utf-8") for path in (files.page_html, files.page_css))
    code = hashlib.sha256("\n".join([frame, style, script]).encode())
    study["code"] = {"version": VERSION, "digest": code.hexdigest()}
    data = [json_element("study", study), packed_element("runtime", Path(runtime_wasm).read_bytes())]
    for network, paths in of_network.items():
        for fold, path in enumerate(paths, start=1):
            data.append(packed_element(f"model-{network}-{fold}", Path(path).read_bytes()))
    write_text(click_html, html_page(files, data, script))
