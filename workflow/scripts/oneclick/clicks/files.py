"""Clicks as people have them, for a scan without a mask: a table, points of 3D Slicer, points of the autoPET challenge."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from reprlib import repr as shown

import numpy as np

from oneclick.clicks.tables import Found, table_points
from oneclick.common.errors import UserError
from oneclick.data.volume import Doubt

# A click at or below this part of the scan's 99th percentile, with all its neighbours, is in air. In three phantom scans
# this takes in all air, no tumour and under 1 % of the body; twice as much would take in 7 to 12 % of the body.
AIR = 0.05
MOST_PROBLEMS = 5
"""So many of a file are said; in the system of another scan all its clicks are wrong."""
NAMED = 3
"""So many clicks in air are named."""
FOREGROUND = {"tumor", "tumour", "lesion", "foreground"}
# 3D Slicer wrote numbers before it wrote names; its schema (markups-schema-v1.0.3.json) makes LPS the default.
SYSTEMS = {"RAS": "RAS", "0": "RAS", "LPS": "LPS", "1": "LPS"}
LAYOUTS = "give a table (.csv), a point list of 3D Slicer (.mrk.json) or points of grand-challenge (.json)"


class ClickError(UserError):
    """A file of clicks cannot be used; one line a problem: patient, file, what is wrong, and the mend."""


@dataclass(frozen=True)
class Click:
    """``voxel`` (i, j, k): integer indices from 0 of the PET file as stored; ``name``: the point's label, "" if none;
    ``in_mm``: whether it was given in mm."""

    voxel: tuple[int, int, int]
    name: str = ""
    in_mm: bool = field(default=False, compare=False)


def _place(voxel: Sequence[float]) -> str:
    return "(" + ", ".join(f"{index:.10g}" for index in voxel) + ")"


def _numbers(values: object, whole: bool) -> list[float] | str:
    """Three finite numbers, or what is wrong with them; bool is no number, although Python counts with it."""
    if not isinstance(values, list) or len(values) != 3:
        return f"has {shown(values)} for its three coordinates"
    for value in values:
        # Not math.isfinite: an integer of 400 digits is finite, but no float. NaN is not below the bound either.
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e300:
            return f"has the coordinate {shown(value)}, which is not a finite number"
        if whole and value != int(value):
            return f"has the voxel index {shown(value)}, which is not a whole number"
    return [float(value) for value in values]


def _background(n: int, choice: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The problem, or the note, that a file with ``n`` background points has."""
    counted = f"{n} background point{'s' * (n > 1)}"
    if n and choice == "refuse":
        wrong = f"it holds {counted}, and only clicks on tumours count"
        return [(wrong, "delete them or choose background: ignore")], []
    return [], [f"{counted} left out"] if n else []


def _slicer_points(markups: list, background: str) -> Found:
    points, problems, notes, n, n_background = [], [], [], 0, 0
    for number, node in enumerate(markups, start=1):
        listed = node.get("controlPoints", []) if isinstance(node, dict) else None
        if not isinstance(listed, list):
            problems.append((f"markups node {number} has no list of control points", "save the points again"))
            continue
        system, unit = node.get("coordinateSystem", "LPS"), node.get("coordinateUnits", "mm")
        system = SYSTEMS.get(str(system)) if isinstance(system, (str, int)) else None
        # A unit is a name or a coded term: ["mm", "UCUM", "millimeter"].
        checks = (
            ("type", node.get("type", "Fiducial") == "Fiducial", "give the clicks as a point list, and nothing else"),
            ("coordinateSystem", system is not None, "save the points in LPS or RAS"),
            ("coordinateUnits", unit == "mm" or (isinstance(unit, list) and unit[:1] == ["mm"]), "save the points in mm"),
        )
        has = f"markups node {number} has the"
        wrong = [(f"{has} {key} {shown(node.get(key))}", mend) for key, good, mend in checks if not good]
        problems += wrong
        for point in [] if wrong else listed:
            n += 1
            if not isinstance(point, dict):
                problems.append((f"point {n} is {shown(point)}", "save the points again"))
                continue
            label = point["label"] if isinstance(point.get("label"), str) else ""
            where, status = f"point {n} ({shown(label)})" if label else f"point {n}", point.get("positionStatus", "defined")
            if label.strip().lower() == "background":
                n_background += 1
            elif status == "undefined":
                notes.append(f"{where} was never placed and is left out")
            elif status != "defined":
                problems.append((f"{where} has the position status {shown(status)}", "place the point or delete it"))
            else:
                points.append((where, label, point.get("position"), system))
    wrong, left_out = _background(n_background, background)
    return points, problems + wrong, notes + left_out


def _challenge_points(listed: list, background: str) -> Found:
    """Points of autoPET. Their coordinates are voxel indices: the challenge draws its clicks with the indices of the array
    that nibabel reads from the NIfTI file (github.com/lab-midas/autoPETCTIV, clicks/simulate_clicks.py)."""
    points, problems, notes, n_background = [], [], [], 0
    for n, point in enumerate(listed, start=1):
        name = point.get("name") if isinstance(point, dict) else None
        kind = name.strip().lower() if isinstance(name, str) else None
        if kind == "background":
            n_background += 1
        elif kind in FOREGROUND:
            points.append((f"point {n} ({shown(name)})", name, point.get("point"), "voxel"))
        else:
            wrong = f"point {n} has the name {shown(name)}" if isinstance(point, dict) else f"point {n} is {shown(point)}"
            problems.append((wrong, f"name it one of {', '.join(sorted(FOREGROUND))} or background"))
    wrong, left_out = _background(n_background, background)
    return points, problems + wrong, notes + left_out


def _found(path: str | Path, patient: str, background: str) -> Found:
    ending = Path(path).suffix.lower()
    if "*" in Path(path).name and not Path(path).exists():
        return [], [("no file of clicks matches", "put one there, or take the scan away")], []
    if ending not in (".csv", ".json"):
        return [], [(f"clicks are not read from files that end in {shown(ending)}", LAYOUTS)], []
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return [], [("the file is missing", "put it there or mend the path")], []
    except OSError as error:
        return [], [(f"the file cannot be read ({error.strerror})", "mend the path or the file's permissions")], []
    except UnicodeDecodeError:
        return [], [("the file is no text in UTF-8", "save it again as UTF-8")], []
    if not text.strip():
        return [], [("the file is empty", "save or copy it again")], []
    if ending == ".csv":
        return table_points(text, patient)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return [], [("the file is not readable as JSON", "save or copy it again")], []
    document = document if isinstance(document, dict) else {}
    if isinstance(document.get("markups"), list):
        return _slicer_points(document["markups"], background)
    if isinstance(document.get("points"), list) and document.get("type", "Multiple points") == "Multiple points":
        return _challenge_points(document["points"], background)
    return [], [("the file has none of the layouts that can be read", LAYOUTS)], []


def read_clicks(
    path: str | Path, patient: str, affine: np.ndarray, shape: Sequence[int], background: str = "refuse"
) -> tuple[list[Click], list[str]]:
    """The clicks of one patient, in the file's order and each voxel once, and notes on what was left out.

    ``affine`` (4, 4) leads from voxel indices to mm in RAS, ``shape`` (i, j, k) is the PET volume's. The file is one of:

    - ``.csv``, UTF-8, with the columns patient and either i, j, k (voxel indices from 0) or x, y, z (mm, RAS); further
      columns and other patients' lines are passed over. Between semicolons or tabs numbers may have decimal commas;
    - point lists of 3D Slicer (``.mrk.json``), in mm, LPS or RAS, all lists of the file; points never placed are left out;
    - grand-challenge's "Multiple points" (``.json``) as autoPET uses them, in voxel indices from 0. Points named background
      are an error with ``background`` ``refuse``, and left out with ``ignore``.

    A position in mm becomes the voxel whose centre is nearest along the voxel axes. Raises ClickError with the
    problems of the file, one a line, of many the first, and ValueError on another ``background``.
    """
    if background not in ("refuse", "ignore"):
        raise ValueError(f"unknown choice {background!r} for background points: use 'refuse' or 'ignore'")
    points, problems, notes = _found(path, patient, background)
    if not points and not problems:
        problems = [(" and ".join(["there is no click for this patient", *notes]), "add a click on each tumour")]
    try:
        inverse = np.linalg.inv(np.asarray(affine, np.float64))
    except np.linalg.LinAlgError:
        points, problems = [], [*problems, ("the affine of the PET cannot be inverted", "export the scan again")]
    clicks: dict[tuple[int, int, int], tuple[Click, str]] = {}
    for where, name, values, space in points:
        position = _numbers(values, whole=space == "voxel")
        if isinstance(position, str):
            comma = isinstance(values, list) and any("," in value for value in values if isinstance(value, str))
            problems.append((f"{where} {position}", "write a decimal point" if comma else "mend it or delete the click"))
            continue
        if space == "LPS":
            position[:2] = -position[0], -position[1]
        if space != "voxel":
            with np.errstate(over="ignore", invalid="ignore"):
                position = np.rint(inverse @ [*position, 1.0])[:3].tolist()
        if not all(0 <= index < n for index, n in zip(position, shape, strict=True)):
            wrong = f"{where} lies at voxel {_place(position)}, outside the volume of {' x '.join(map(str, shape))} voxels"
            mend = "that voxels count from 0" if space == "voxel" else f"whether its mm are {space}"
            problems.append((wrong, f"check that the clicks are of this scan, and {mend}"))
            continue
        voxel = tuple(int(index) for index in position)
        if voxel in clicks:
            notes.append(f"{where} lies on voxel {_place(voxel)} as {clicks[voxel][1]} does and is counted once")
        else:
            clicks[voxel] = Click(voxel, name, space != "voxel"), where
    if problems:
        if (n := len(problems) - MOST_PROBLEMS) > 1:
            problems[MOST_PROBLEMS:] = [(f"there are {n} more problems", "mend these first, for they may be of one kind")]
        raise ClickError("\n".join(f"patient {patient}: {path}: {wrong}; {mend}" for wrong, mend in problems))
    return [click for click, _ in clicks.values()], notes


def highest_in_air(pet: np.ndarray, part: float = AIR) -> float:
    """Up to where the voxels of a PET are air: ``part`` of the 99th percentile of its positive voxels."""
    positive = pet[pet > 0]
    return part * float(np.percentile(positive, 99)) if positive.size else 0.0


def clicks_in_air(clicks: Sequence[Click], pet: np.ndarray, part: float = AIR) -> list[Doubt]:
    """A doubt if clicks lie in air: their voxels and the 26 around each are all at or below ``part`` (5 %) of the 99th
    percentile of the positive voxels of ``pet`` (i, j, k), in any unit.

    In FDG-PET the percentile is at the uptake of brain, bladder or tumours. All 27 voxels, so that one voxel of low uptake
    or a click at the body's edge is no air.
    """
    threshold, named = highest_in_air(pet, part), []
    for number, click in enumerate(clicks, start=1):
        around = pet[tuple(slice(max(index - 1, 0), index + 2) for index in click.voxel)]
        if not around.max() > threshold:
            name = f" ({shown(click.name)})" if click.name else ""
            named.append(f"click {number}{name} at voxel {_place(click.voxel)}, at most {around.max():.3g} around it")
    if not named:
        return []
    verb, more = "lies" if len(named) == 1 else "lie", f"; and {len(named) - NAMED} more" if len(named) > NAMED else ""
    wrong = f"{len(named)} of {len(clicks)} clicks {verb} in air, which is up to {threshold:.3g}"
    mend = "move them onto the tumour, and check that they are of this scan"
    return [Doubt(f"{wrong} ({'; '.join(named[:NAMED])}{more})", mend)]
