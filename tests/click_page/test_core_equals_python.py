"""From a scan and clicks to masks, lesions and warnings: the page's core does what Python does.

No voxel of a mask differs but where the excess over the thresholds is below ``CLOSE`` on average: sums of floats may
differ in their last bits.
"""

import io
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from javascript import Asked, needs_node, stored, volume_of
from scans import cases

from oneclick.networks.inference import Network
from oneclick.segment import ensemble
from oneclick.segment.check import check_new_patients
from oneclick.segment.measured import MEND, MeasuredFiles, measure
from oneclick.segment.new_patient import Preparation, prepare
from oneclick.segment.prepared import PreparedFiles

pytestmark = needs_node
CLOSE = 1e-5
SIDE = 80
"""Rows and columns of the noise that stands for networks, not less than a window."""
FOLDS = 3
SEEN = {
    "rows": {"least": 3.5, "median": 3.6, "most": 3.75},
    "columns": {"least": 3.5, "median": 3.7, "most": 3.75},
    "slices": {"least": 2.8, "median": 4.0, "most": 5.0},
}
STUDIES = {
    "whole planes": {"size": 48, "spacing": None, "resize_pet": "area", "seen_mm": None},
    "resampled": {"size": 56, "spacing": None, "resize_pet": "area", "seen_mm": SEEN},
    "bilinear": {"size": 64, "spacing": None, "resize_pet": "bilinear", "seen_mm": None},
    "pixels of the study": {"size": 32, "spacing": 3.0, "resize_pet": "area", "seen_mm": SEEN},
    "bilinear pixels": {"size": 40, "spacing": 4.0, "resize_pet": "bilinear", "seen_mm": SEEN},
}
ENCODINGS = {
    "pixel": {"shape": "pixel"},
    "disk mm": {"shape": "disk", "size": 9.0, "unit": "mm"},
    "disk pixels": {"shape": "disk", "size": 3, "unit": "pixels"},
    "gaussian mm": {"shape": "gaussian", "size": 8.0, "unit": "mm"},
    "gaussian pixels": {"shape": "gaussian", "size": 2.5, "unit": "pixels"},
    "distance mm": {"shape": "distance", "size": 20.0, "unit": "mm"},
    "distance pixels": {"shape": "distance", "size": 6, "unit": "pixels"},
    "none": None,
}
METHODS = {
    "plain": {},
    "kept": {"keep": "random"},
    "large": {"min_pixels": 6},
    "filled": {"fill_holes": True},
    "all": {"keep": "random", "min_pixels": 4, "fill_holes": True},
}


def random_noise(rng: np.random.Generator) -> np.ndarray:
    """Raw outputs (SIDE, SIDE) float32 with components and holes of all sizes, some beyond [0, 1]."""
    coarse = np.kron(rng.normal(0.2, 0.5, (SIDE // 4, SIDE // 4)), np.ones((4, 4)))
    return (coarse + rng.normal(0, 0.25, (SIDE, SIDE))).astype(np.float32)


def clicks_of(tumour: np.ndarray, rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Clicks as people set them: some in the tumour, two of them close together, some anywhere: in other fields, in air."""
    inside = np.argwhere(tumour)
    picked = [tuple(map(int, inside[n])) for n in rng.choice(len(inside), min(4, len(inside)), replace=False)]
    near = tuple(int(min(max(at + step, 0), n - 1)) for at, step, n in zip(picked[0], (1, 1, 0), tumour.shape, strict=True))
    anywhere = [tuple(int(rng.integers(n)) for n in tumour.shape) for _ in range(3)]
    far = [(*corner, picked[0][2]) for corner in ((1, 1), (tumour.shape[0] - 2, tumour.shape[1] - 2))]
    return list(dict.fromkeys([*picked, near, *anywhere, *far]))


@dataclass
class Patient:
    """What Python makes of a scan with clicks and a study: ``masks`` by method, (i, j, k); the text of lesions.csv; what it
    said of the masks and of the scan (rows of the check)."""

    masks: dict[str, np.ndarray]
    lesions_csv: str
    said: list[str]
    rows: list[dict]


def study_of(settings: dict, encoding: dict | None, connectivity: int, windows: list, rng) -> dict:
    """A study as the page has it."""
    return {
        **settings,
        "phantom": bool(rng.integers(2)),
        "trained_on": [None, "scans of 3 patients"][rng.integers(2)],
        "connectivity": connectivity,
        "folds": FOLDS,
        "networks": {"net": {"clicks": "none"} if encoding is None else {"clicks": "random", "encoding": encoding}},
        "methods": {name: {"network": "net", **method} for name, method in METHODS.items()},
        "thresholds": {"net": [float(t) for t in rng.uniform(0.2, 0.7, FOLDS)]},
        "windows": {"net": windows},
    }


def stand_in(noise: np.ndarray, window: tuple[int, int]) -> Network:
    """The same stand-in for a network that answers.mjs has."""

    def run(_, feed):
        x = next(iter(feed.values()))[0]
        rows, columns, channels = x.shape
        click = x[..., 1].astype(np.float64) if channels > 1 else 0
        found = noise[:rows, :columns].astype(np.float64) + np.float64(np.float32(0.6)) * x[..., 0]
        return [(found + np.float64(np.float32(0.3)) * click).astype(np.float32)[None, ..., None]]

    return Network(SimpleNamespace(run=run, get_inputs=lambda: [SimpleNamespace(name="x")]), window)


def by_python(case, study: dict, noise: list, clicks: list, folder, monkeypatch) -> Patient:
    """A patient's whole path in Python, networks replaced by their stand-ins."""
    folder.mkdir()
    pet, csv, thresholds_csv = str(case.paths[0]), str(folder / "clicks.csv"), str(folder / "thresholds.csv")
    Path(csv).write_text("patient,i,j,k\n" + "".join(f"P,{i},{j},{k}\n" for i, j, k in clicks))
    chosen = [study[name] for name in ("size", "spacing", "resize_pet", "seen_mm")]
    settings = Preparation("refuse", "skip", *chosen)
    names = ("slices.npy", "clicks.npy", "slices.csv", "prepared.csv", "grid.json")
    files = PreparedFiles(*(str(folder / name) for name in names))
    prepare("P", pet, csv, settings, files)
    windows = [tuple(window) if window else (study["size"],) * 2 for window in study["windows"]["net"]]
    networks = iter([stand_in(*both) for both in zip(noise, windows, strict=True)])
    monkeypatch.setattr(ensemble, "load_network", lambda path: next(networks))
    thresholds = pd.DataFrame({"network": "net", "fold": range(1, FOLDS + 1), "threshold": study["thresholds"]["net"]})
    thresholds.to_csv(thresholds_csv, index=False)
    network, methods = study["networks"]["net"], list(study["methods"])
    rules = ensemble.MethodRules(study["methods"], None, study["connectivity"])
    segmentations = [str(folder / f"{method}.npy") for method in methods]
    seen = {"net": network["clicks"]}, {"net": network.get("encoding", {})}
    ensemble.segment_slices(files, thresholds_csv, list("123"), *seen, rules, segmentations)
    masks = [str(folder / f"{method}.nii.gz") for method in methods]
    measured = MeasuredFiles(masks, *(str(folder / name) for name in ("lesions.csv", "on.csv", "summary.csv")))
    said = []
    measure("P", files, pet, methods, segmentations, measured, said.append)
    found = {method: np.asarray(nib.load(path).dataobj) for method, path in zip(methods, masks, strict=True)}
    check_new_patients(
        ["P"], [pet], [csv], settings, study["phantom"], study["trained_on"], str(folder / "check.csv"), lambda line: None
    )
    rows = pd.read_csv(folder / "check.csv", keep_default_na=False).to_dict("records")
    return Patient(found, Path(measured.lesions_csv).read_text(), said, rows)


def by_core(asked: Asked, case, study: dict, noise: list, clicks: list) -> dict:
    """The same calls of the core: where their answers will stand."""
    given = [{"voxel": click, "kind": "tumour"} for click in clicks]
    scan = asked.add("nifti", "readNifti", *case.arguments, silent=True)
    fitted = asked.add("fields", "fittedGrid", scan, study)
    grid, told = fitted | {"of": "grid"}, {"fitted": fitted, "methods": {}}
    for method in study["methods"]:
        found = asked.add("own", "segmentClicks", scan, grid, given, method, study, {"noise": {"net": noise}}, silent=True)
        mask = found | {"of": "mask"}
        shape = scan | {"of": "shape"}
        lesions = asked.add("lesions", "numberLesions", mask, shape, silent=True)
        table = asked.add("lesions", "lesionTable", lesions, scan, given)
        told["methods"][method] = {
            "mask": asked.add("own", "same", mask),
            "closest": asked.add("own", "closest", found | {"of": "excess"}),
            "table": table,
            "remarks": asked.add("measured", "remarks", given, lesions, table, scan, grid),
        }
    tables = {method: where["table"] for method, where in told["methods"].items()}
    told["csv"] = asked.add("measured", "lesionsCsv", "P", tables)
    told["doubts"] = asked.add("own", "doubtsOf", scan, fitted, given, study)
    return told


def combinations() -> Iterator[tuple[dict, dict | None, int, list]]:
    """A study, an encoding, a connectivity and the windows of the folds, again and again. No two of 5, 8, 7 and 3 share a
    factor, so that each meets each."""
    windows = ([None] * 3, [[24, 16], [24, 16], [24, 16]], [[16, 24], None, [32, 32]])
    parts = (STUDIES.values(), ENCODINGS.values(), (8, 4, 8, 4, 4, 8, 4), windows)
    return zip(*map(itertools.cycle, parts), strict=False)


@pytest.fixture(scope="module")
def patients(tmp_path_factory):
    """Each form of each scan with clicks and a study: its name, the study, what Python and what the core made of it."""
    folder, rng, asked, expected = tmp_path_factory.mktemp("patients"), np.random.default_rng(17), Asked(), []
    with pytest.MonkeyPatch.context() as monkeypatch:
        for case, settings in zip(cases(folder / "scans"), combinations(), strict=False):
            study = study_of(*settings, rng)
            noise, clicks = [random_noise(rng) for _ in range(FOLDS)], clicks_of(case.tumour, rng)
            python = by_python(case, study, noise, clicks, folder / case.name, monkeypatch)
            expected.append((case, study, python, by_core(asked, case, study, noise, clicks)))
    answers = asked.answers(folder)

    def filled(told):
        if "answer" in told:
            return answers[told["answer"]]
        return {key: filled(part) for key, part in told.items()}

    return [(case, study, python, filled(told)) for case, study, python, told in expected]


def test_masks_are_those_of_python(patients):
    n_slices, n_doubtful, n_tumour = 0, 0, 0
    for case, _, python, core in patients:
        for method, mask in python.masks.items():
            found = core["methods"][method]
            differ = volume_of(found["mask"], mask.shape) != mask
            axis = core["fitted"]["grid"]["axes"][2]
            closest = {int(number): least for number, least in found["closest"].items()}
            for number, least in closest.items():
                n_slices += 1
                n_doubtful += least < CLOSE
                assert least < CLOSE or not differ.take(number, axis).any(), (case.name, method, number)
            assert differ.any(axis=tuple({0, 1, 2} - {axis})).sum() <= sum(least < CLOSE for least in closest.values())
            n_tumour += int(mask.sum())
    assert n_slices > 40 and n_tumour > 1000
    assert n_doubtful < 0.25 * n_slices


def same_masks(python, core) -> bool:
    return all(np.array_equal(core["methods"][name]["mask"], stored(mask)) for name, mask in python.masks.items())


def test_tables_of_lesions_are_those_of_python(patients):
    n_lesions = 0
    for case, _, python, core in patients:
        assert same_masks(python, core), case.name
        expected, found = (pd.read_csv(io.StringIO(text)) for text in (python.lesions_csv, core["csv"]))
        assert list(found) == list(expected), case.name
        assert found[["method", "lesion", "n_voxels", "n_clicks"]].equals(
            expected[["method", "lesion", "n_voxels", "n_clicks"]]
        )
        numbers = expected.columns[3:]
        assert np.allclose(found[numbers], expected[numbers], rtol=1e-6, atol=1e-6), case.name
        n_lesions += len(expected)
    assert n_lesions > 500


def test_what_is_said_of_masks_is_what_segment_says(patients):
    kinds = Counter()
    for case, _, python, core in patients:
        said = [f"warning: patient P: {name}: {of['remarks']['words']}; {MEND}" for name, of in core["methods"].items()]
        assert [line for line in said if ": ; " not in line] == python.said, case.name
        words = ("empty (", "goes on there (", "on no lesion", "no click")
        kinds += Counter(word for line in python.said for word in words if word in line)
    assert len(kinds) == 4


def test_what_is_said_of_scans_and_clicks_is_what_the_check_says(patients):
    for case, _, python, core in patients:
        warnings = [(row["problem"], row["mend"]) for row in python.rows if row["level"] == "warning"]
        mine = [(doubt["problem"], doubt["mend"]) for doubt in core["doubts"]]
        assert mine == warnings, case.name
        notes = [row["problem"] for row in python.rows if row["level"] == "note"]
        assert core["fitted"]["notes"] == [note for note in notes if "resampled" in note or "apart" in note]
