"""A reader's page of a reader study: one HTML file with the scans that the reader reads, and never a mask."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np

from oneclick.click_page.build import PageFiles, bundled, html_page, json_element, packed_element
from oneclick.click_page.study import page_study
from oneclick.common.files import write_text
from oneclick.common.version import VERSION
from oneclick.data.nifti import read_nifti_pet
from oneclick.data.volume import Volume

QUICK = 4
"""Of gzip's levels: the noise of a scan is packed as well by it as by 9, in a tenth of the time."""
LEVELS = 65535
"""Steps of the numbers that a scan is embedded with, from its lowest uptake to its highest."""
FINE = 1000
"""At least so many of them lie between 0 and the 99.5th percentile of uptake, of which a screen shows 256."""


@dataclass(frozen=True)
class Answers:
    """What a page needs beside scans to show what a ``method`` makes of clicks, None for a page that shows nothing:
    ``settings_json`` and ``thresholds_csv`` of the finished study, ``models``, the ONNX files of all folds of the method's
    network, ``runtime_wasm``, ONNX Runtime as WebAssembly, and ``encodings``, that of the network by its name."""

    method: str | None
    settings_json: str
    thresholds_csv: str
    models: Sequence[str]
    runtime_wasm: str
    encodings: dict[str, dict]


def embedded(pet: Volume, exact: bool) -> bytes:
    """A scan as the bytes of a NIfTI file with its voxels, uptake and affine, and no text of its own file.

    ``exact``: float32 as networks are to see it. Else whole numbers of 16 bits, half as many bytes: uptake then differs by
    at most half a step, which is the scan's range through 65,535 (0.001 SUV where the bladder has 130) and is seen by no
    eye. Where that would be too coarse, because a few voxels have very much more than all others, float32 as well.
    """
    low, high = float(pet.data.min()), float(pet.data.max())
    step = (high - low) / LEVELS
    positive = pet.data[pet.data > 0]
    usual = float(np.percentile(positive, 99.5)) if positive.size else 0.0
    if exact or not 0 < step * FINE <= usual:
        image = nib.Nifti1Image(pet.data, pet.affine)
    else:
        numbers = np.rint((pet.data.astype(np.float64) - low) / step) - (LEVELS + 1) // 2
        image = nib.Nifti1Image(numbers.astype(np.int16), pet.affine)
        image.header.set_slope_inter(step, low + step * ((LEVELS + 1) // 2))
    image.header.set_xyzt_units("mm")
    file = io.BytesIO()
    image.to_stream(file)
    return file.getvalue()


def write_reading_page(
    files: PageFiles, cases_json: str, patients: Sequence[str], pets: Sequence[str], answers: Answers, reading_html: str
) -> None:
    """Write the page of the reader whose cases are in ``cases_json`` (:func:`readers.cases.write_cases`).

    ``pets``: the PET of each of ``patients``, those who are read and that for practice. Raises UserError if a scan cannot be
    read, or the page's code cannot be bundled.
    """
    reading = json.loads(Path(cases_json).read_text(encoding="utf-8"))
    study, data, scans = {"methods": {}, "networks": {}}, [], hashlib.sha256()
    for patient, path in zip(patients, pets, strict=True):
        scan = embedded(read_nifti_pet(path, patient), exact=answers.method is not None)
        data.append(packed_element(f"scan-{patient}", scan, QUICK))
        scans.update(hashlib.sha256(scan).digest())
    # So that a browser keeps readings of other scans apart, whatever their patients are called.
    reading["scans"] = scans.hexdigest()
    if answers.method is not None:
        (network,) = answers.encodings
        models = {network: list(answers.models)}
        study = page_study(answers.settings_json, answers.thresholds_csv, models, answers.encodings, name="")
        study |= {"method": answers.method, "methods": {answers.method: study["methods"][answers.method]}}
        data.append(packed_element("runtime", Path(answers.runtime_wasm).read_bytes()))
        for fold, path in enumerate(answers.models, start=1):
            data.append(packed_element(f"model-{network}-{fold}", Path(path).read_bytes()))
    script = bundled(files.esbuild, files.main_js)
    study |= {"name": "", "code": {"version": VERSION}, "reading": reading}
    write_text(reading_html, html_page(files, [json_element("study", study), *data], script))
