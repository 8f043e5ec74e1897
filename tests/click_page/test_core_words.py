"""The page says what Python says, to the letter: numbers, tables of clicks, and what is doubtful about a scan."""

import math

import numpy as np
import pytest
from javascript import Asked, Refused, needs_node, stored
from scans import oblique
from simple_patient import AFFINE, simple_patient

from oneclick.clicks.files import Click, ClickError, clicks_in_air, highest_in_air, read_clicks
from oneclick.common.given_tables import shown
from oneclick.data.grid import grid_of
from oneclick.data.mask_guard import listed
from oneclick.data.placement import place_doubts
from oneclick.data.plausibility import _sample, unit_doubts, value_doubts
from oneclick.data.volume import Geometry, Volume

pytestmark = needs_node
TIES = [0.125, 2.5, 0.0625, 1.125, 1.375, 12.5, 1250.0, 1350.0, 0.5, 1.5, 1e16 + 2, 1024.5, 0.00011250019073486328]
NUMBERS = [0.0, -0.0, math.nan, math.inf, -math.inf, 9.995, 99.95, 999.5, 9999.5, 1e-5, 9.9999e-5, 1e-4, 1e22, 123456789.0]


def test_numbers_are_written_as_python_writes_them(tmp_path):
    rng = np.random.default_rng(3)
    random = [float(x) for x in rng.normal(size=300) * 10.0 ** rng.integers(-8, 12, 300)]
    numbers = [*NUMBERS, *TIES, *(-x for x in TIES), *random, *(float(np.float32(x)) for x in random)]
    asked, expected = Asked(), []
    for x in numbers:
        for n in (2, 3, 4, 6, 10):
            asked.add("words", "general", {"number": str(x)}, n)
            expected.append(f"{x:.{n}g}")
        asked.add("words", "floatText", {"number": str(x)})
        expected.append(str(x))
    assert asked.answers(tmp_path) == expected


def test_words_and_roundings_are_those_of_python(tmp_path):
    texts = ["", "P1", "it's", 'a "b"', 'it\'s "both"', "x" * 31, "'" * 40, "a\nb\tc\\d", "Ünïcödé", "y" * 30, "1.5,2"]
    numbers = [0.0005, 0.0015, 2.0005, -1.0015, 1234.5675, 0.25, 0.35, 1e9 + 0.0005, 7.0]
    runs = [[], [3], [1, 2], [1, 2, 3], [0, 1, 2, 4, 5, 9, 10, 11, 12]]
    asked, expected = Asked(), []
    for text in texts:
        asked.add("words", "shown", text)
        expected.append(shown(text))
    for number in numbers:
        for decimals in (1, 3):
            asked.add("words", "rounded", number, decimals)
            expected.append(float(np.round(number, decimals)))
    for numbers in runs:
        asked.add("words", "listed", numbers)
        expected.append(listed(numbers))
    assert asked.answers(tmp_path) == expected


HEAD = "patient,i,j,k\n"
TABLES = {
    "plain": HEAD + "P,1,2,3\nQ,9,9,9\nP,4,5,6\n",
    "no last line end": HEAD + "P,1,2,3",
    "byte order mark": "\ufeff" + HEAD + "P,1,2,3\n",
    "windows": "patient,i,j,k\r\nP,1,2,3\r\nP,2,2,2\r\n",
    "old mac": "patient,i,j,k\rP,1,2,3\rP,2,2,2\r",
    "semicolons": "patient;i;j;k\nP;1;2;3\n",
    "tabs": "patient\ti\tj\tk\nP\t1\t2\t3\n",
    "told": "sep=;\npatient;i;j;k\nP;1;2;3\n",
    "capitals and more columns": " Patient , I,j , K,note\nP, 1 ,2,3,left\n",
    "columns in another order": "k,patient,j,i\n3,P,2,1\n",
    "empty lines": HEAD + "\n,,,\nP,1,2,3\n\n",
    "empty cells at the end": "patient,i,j,k,\nP,1,2,3,,,\n",
    "twice": HEAD + "P,1,2,3\nP,1,2,3\nP,1.0,2,3\n",
    "quoted": '"patient","i","j","k"\n"P","1","2","3"\n',
    "quotes within": 'patient,i,j,k,note\nP,1,2,3,"a ""b"", c\nd"\nP,2,2,2,e\n',
    "unclosed": HEAD + 'P,1,2,3\nP,"1,2,3\nP,2,2,2\n',
    "after quotes": HEAD + 'P,"1"2,2,3\n',
    "quote within a cell": HEAD + 'P,1"2,2,3\n',
    "no columns": "a,b\n1,2\n",
    "no patient column": "i,j,k\n1,2,3\n",
    "two columns": "patient,i,j,k,i\nP,1,2,3,1\n",
    "both systems": "patient,i,j,k,x,y,z\nP,1,2,3,0,0,0\n",
    "others only": HEAD + "Q,1,2,3\nR,1,2,3\n",
    "many others": HEAD + "".join(f"Q{n},1,2,3\n" for n in range(8)),
    "nobody": HEAD + ",1,2,3\n",
    "header only": HEAD,
    "blank": " \n ",
    "fractions": HEAD + "P,1.5,2,3\n",
    "words": HEAD + "P,one,2,3\nP,,2,3\n",
    "not finite": HEAD + "P,nan,2,3\nP,inf,2,3\nP,1e400,2,3\nP,1e301,1,1\n",
    "exponents": HEAD + "P,1e0,+2,3.0\n",
    "underscores": HEAD + "P,1_0,2,3\n",
    "outside": HEAD + "P,40,2,3\nP,-1,2,3\nP,1,2,12\nP,39,39,11\n",
    "many problems": HEAD + "".join(f"P,{n},99,3\n" for n in range(9)),
    "six problems": HEAD + "".join(f"P,{n},99,3\n" for n in range(6)),
    "decimal commas": HEAD + "P,1,5,2,3\n",
    "short": HEAD + "P,1,2\n",
    "short semicolons": "patient;i;j;k\nP;1;2\n",
    "commas between semicolons": "patient;x;y;z\nP;1,5;-2,25;-290\nP;2;2;-296\n",
    "commas and points": "patient;x;y;z\nP;1,5;2;-290\nP;1.5;2;-290\n",
    "thousands": "patient;x;y;z\nP;1,000,5;2;-290\n",
    "mm": "patient,x,y,z\nP,1.7,-2,-290\nP,2,2,-300.5\nP,80,80,-300\n",
    "mm outside": "patient,x,y,z\nP,1000,0,-290\nP,0,0,1e299\n",
}


@pytest.mark.parametrize("turned", [False, True])
def test_tables_of_clicks_are_read_and_refused_as_python_does(turned, tmp_path):
    shape, affine = (40, 40, 12), AFFINE.copy()
    if turned:
        affine[:3, :3] = oblique() @ affine[:3, :3]
    asked, expected = Asked(), []
    for name, text in TABLES.items():
        path = tmp_path / f"{name}.csv"
        path.write_bytes(text.encode())
        asked.add("clicks", "readClicksCsv", text, "P", {"affine": affine.tolist(), "shape": shape})
        try:
            clicks, notes = read_clicks(path, "P", affine, shape)
            expected.append((name, {"clicks": [list(click.voxel) for click in clicks], "notes": notes}))
        except ClickError as error:
            expected.append((name, str(error).replace(f"patient P: {path}: ", "")))
    for (name, python), core in zip(expected, asked.answers(tmp_path), strict=True):
        if isinstance(core, Refused):
            assert str(core) == python, name
        else:
            assert [click["kind"] for click in core["clicks"]] == ["tumour"] * len(core["clicks"])
            assert core | {"clicks": [click["voxel"] for click in core["clicks"]]} == python, name
    assert sum(isinstance(python, str) for _, python in expected) > 20


def test_clicks_that_the_page_writes_are_those_that_python_reads(tmp_path):
    clicks = [(1, 2, 3), (39, 0, 11), (0, 0, 0)]
    asked = Asked()
    names = ["P", "Anna, B", 'the "first"', "x" * 50]
    for name in names:
        asked.add("clicks", "clicksCsv", name, [{"voxel": click, "kind": "tumour"} for click in clicks])
    for name, text in zip(names, asked.answers(tmp_path), strict=True):
        path = tmp_path / "clicks.csv"
        path.write_text(text, encoding="utf-8")
        found, notes = read_clicks(path, name, AFFINE, (40, 40, 12))
        assert ([click.voxel for click in found], notes) == (clicks, [])


def scan_of(pet: np.ndarray, affine: np.ndarray, geometry: Geometry | None = None) -> tuple[dict, Volume]:
    """A scan as the core has it, and as Python does."""
    geometry = geometry or Geometry(affine.tolist(), [affine.tolist(), 1], [affine.tolist(), 1], "mm")
    header = {name: getattr(geometry, name) for name in ("affine", "qform", "sform", "unit")}
    scan = {"shape": pet.shape, "data": stored(pet), "affine": affine.tolist(), "header": header, "notes": []}
    return scan, Volume(pet, affine, geometry=geometry)


def as_pairs(doubts) -> list[tuple[str, str]]:
    return [
        (doubt["problem"], doubt["mend"]) if isinstance(doubt, dict) else (doubt.problem, doubt.mend) for doubt in doubts
    ]


def odd_values() -> dict[str, np.ndarray]:
    """PETs (i, j, k) with something wrong in each."""
    pet, mask = simple_patient(shape=(40, 36, 14))
    rng = np.random.default_rng(5)
    scans = {"nothing": pet, "mask": mask.astype(np.float32), "small": pet[:5, :5, :5].copy(), "constant": np.ones_like(pet)}
    scans["labels"] = (mask * 3.0 + (pet > 0.5)).astype(np.float32)
    scans["bytes"] = np.rint(pet * 30).astype(np.float32)
    scans["hounsfield"] = np.rint(rng.normal(-600, 400, pet.shape)).clip(-1024).astype(np.float32)
    scans["normalised"] = ((pet - pet.mean()) / pet.std()).astype(np.float32)
    scans["ct from 0"] = np.where(pet > 0.5, np.rint(1000 + 50 * rng.normal(size=pet.shape)), 0).astype(np.float32)
    scans["not suv"] = pet * 4000
    scans["a third not suv"] = pet * np.float32(160)
    scans["between 0 and 1"] = pet / pet.max()
    for name, value in (("hot voxel", 900), ("cold voxel", -300)):
        scans[name] = pet.copy()
        scans[name][20, 17, 6] = value
    scans["hot spot"] = pet.copy()
    scans["hot spot"][20:22, 17:19, 6] = 400
    scans["many hot voxels"] = pet.copy()
    scans["many hot voxels"][20:26, 10:16, 6] = 3000
    scans["offset"] = pet + 5
    scans["inverted"] = pet.max() - pet
    scans["empty slices"] = pet.copy()
    scans["empty slices"][:, :, [3, 4, 5, 9]] = 0
    scans["empty end"] = pet.copy()
    scans["empty end"][:, :, :6] = 0
    scans["one empty"] = pet.copy()
    scans["one empty"][:, :, 5] = 2
    scans["repeated"] = pet.copy()
    scans["repeated"][:, :, [4, 6, 7]] = pet[:, :, [3, 5, 5]]
    scans["repeated"][:, :, 6] = pet[:, :, 5]
    scans["empty side"] = pet.copy()
    scans["empty side"][:18] = 0
    scans["empty columns"] = pet.copy()
    scans["empty columns"][:, 20:] = 0
    scans["other scale"] = pet.copy()
    scans["other scale"][:, :, [4, 8]] *= np.float32(4)
    scans["darker"] = pet.copy()
    scans["darker"][:, :, 7] *= np.float32(0.2)
    scans["every other slice empty"] = np.repeat(pet, 3, axis=2)
    scans["every other slice empty"][:, :, 1::2] = 0
    return scans


@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_what_is_doubtful_about_values_is_said_as_python_says_it(axes, tmp_path):
    asked, expected = Asked(), []
    for name, pet in odd_values().items():
        turned = np.asfortranarray(pet.transpose(axes))
        affine = AFFINE.copy()
        affine[:, :3] = AFFINE[:, list(axes)]
        scan, volume = scan_of(turned, affine)
        grid = asked.add("grid", "gridOf", scan, 32, None)
        asked.add("plausibility", "valueDoubts", scan, grid)
        asked.add("plausibility", "unitDoubts", stored(turned))
        python = value_doubts(volume.data, grid_of(volume.data, affine, 32, None)), unit_doubts(volume.data)
        expected.append((name, *python))
    answers = asked.answers(tmp_path)
    said = set()
    for n, (name, values, units) in enumerate(expected):
        assert as_pairs(answers[3 * n + 1]) == as_pairs(values), name
        assert as_pairs(answers[3 * n + 2]) == as_pairs(units), name
        said |= {doubt.mend for doubt in [*values, *units]}
    assert len(said) >= 11, said


def odd_places() -> dict[str, tuple[tuple, np.ndarray, Geometry | None]]:
    """Shapes and headers with something wrong in each."""

    def sized(*mm):
        return np.diag([*mm, 1.0])

    moved, turned = AFFINE.copy(), AFFINE.copy()
    moved[0, 3] += 3
    turned[:3, :3] = oblique() @ turned[:3, :3]
    nowhere = Geometry(sized(-4, 4, 5).tolist(), [None, 0], [None, 0], "mm")
    return {
        "nothing": ((40, 40, 12), AFFINE, None),
        "few voxels": ((5, 5, 5), sized(1, 1, 1), None),
        "small": ((20, 20, 12), sized(1, 1, 1), None),
        "large": ((40, 40, 300), sized(4, 4, 10), None),
        "fine": ((200, 200, 12), sized(0.4, 0.4, 4), None),
        "coarse": ((20, 20, 12), sized(25, 25, 4), None),
        "not square": ((40, 40, 12), sized(4, 5, 4), None),
        "along i": ((12, 40, 40), sized(6, 4, 4), None),
        "along j": ((40, 12, 40), sized(4, 5, 4), None),
        "cubes": ((40, 12, 40), sized(4, 4, 4), None),
        "nowhere": ((40, 40, 12), sized(-4, 4, 5), nowhere),
        "nowhere along i": ((12, 40, 40), sized(-4, 4, 4), nowhere),
        "analyze": ((12, 40, 40), sized(-6, 4, 4), Geometry(sized(-6, 4, 4).tolist())),
        "apart": ((40, 40, 12), AFFINE, Geometry(AFFINE.tolist(), [moved.tolist(), 1], [AFFINE.tolist(), 1], "mm")),
        "turned apart": ((40, 40, 12), turned, Geometry(turned.tolist(), [AFFINE.tolist(), 1], [turned.tolist(), 2], "mm")),
        "no qform": ((40, 40, 12), turned, Geometry(turned.tolist(), None, [turned.tolist(), 2], "mm")),
    }


def test_what_is_doubtful_about_places_is_said_as_python_says_it(tmp_path):
    asked, expected = Asked(), []
    for name, (shape, affine, geometry) in odd_places().items():
        scan, volume = scan_of(np.zeros(shape, np.float32), affine, geometry)
        asked.add("placement", "placeDoubts", scan)
        expected.append((name, place_doubts(volume)))
    said = set()
    for (name, doubts), found in zip(expected, asked.answers(tmp_path), strict=True):
        assert as_pairs(found) == as_pairs(doubts), name
        said |= {doubt.mend for doubt in doubts}
    assert len(said) == 5, said


def test_air_begins_where_python_says(tmp_path):
    rng = np.random.default_rng(9)
    pets = [np.zeros(8), np.array([-1, 5.0]), np.array([2.0, 0, 7]), np.arange(300.0), rng.random(200_003) ** 4 - 0.1]
    pets += [np.round(rng.random(5001) * 9), rng.lognormal(0, 3, 77)]
    pets += [rng.lognormal(0, 3, int(n)) for n in rng.integers(2, 400, 60)]
    asked, expected = Asked(), []
    for pet in pets:
        flat = pet.astype(np.float32)
        asked.add("clicks", "highestInAir", flat)
        expected.append(highest_in_air(flat))
    assert asked.answers(tmp_path) == expected


def test_clicks_in_air_are_named_as_python_names_them(tmp_path):
    pet, _ = simple_patient()
    asked, expected = Asked(), []
    scan, volume = scan_of(pet, AFFINE)
    for n in range(6):
        places = [(0, 0, 0), (20, 20, 5), (39, 39, 11), (1, 38, 3), (0, 20, 0), (39, 0, 0)][: n + 1]
        air = asked.add("clicks", "highestInAir", stored(pet))
        asked.add("clicks", "clicksInAir", [{"voxel": place, "kind": "tumour"} for place in places], scan, air)
        expected.append(clicks_in_air([Click(place) for place in places], volume.data))
    for doubts, found in zip(expected, asked.answers(tmp_path)[1::2], strict=True):
        assert as_pairs(found) == as_pairs(doubts)
    assert "and 2 more" in expected[-1][0].problem


def test_the_same_voxels_are_drawn_as_numpy_draws_them(tmp_path):
    """Of 3 * 2 ** 20 + 1 voxels numpy draws about eight numbers anew, for they are not equally likely otherwise."""
    asked, expected = Asked(), []
    for n in (100, 2**15, 2**15 + 1, 77_777, 3 * 2**20 + 1):
        data = np.random.default_rng(n).random(n, np.float32)
        asked.add("sample", "sampleOf", data)
        expected.append(_sample(data))
    for found, sample in zip(asked.answers(tmp_path), expected, strict=True):
        assert np.array_equal(found, sample)
