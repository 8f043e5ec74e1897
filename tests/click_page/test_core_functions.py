"""Functions of the page's core against those of Python, one by one, on many random inputs."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from javascript import Asked, needs_node, stored

from oneclick.clicks.components import label_components
from oneclick.clicks.encoding import Encoding, encode
from oneclick.clicks.files import Click, ClickError
from oneclick.data.body import body_box, body_mask
from oneclick.data.grid import Grid, grid_of, resize, tilt, transaxial
from oneclick.data.slices import scale_to_unit
from oneclick.data.volume import Volume
from oneclick.methods.postprocessing import fill_holes, keep_clicked_components, refine, remove_small_components
from oneclick.networks.window import window_around_body
from oneclick.segment.ensemble import combine
from oneclick.segment.fields import fields_of, fitted_grid
from oneclick.segment.lesions import COUNTS, lesion_table, number_lesions, sphere_offsets
from oneclick.segment.new_patient import Preparation, read_clicked

pytestmark = needs_node
GRID = Grid((1, 1, 1), 1, (0, 1, 2), (False, False), (0.0, 0.0), (1.0, 1.0), (1.0, 1.0), None, 1.0)


def affines(rng: np.random.Generator) -> list[np.ndarray]:
    """Signed permutations of axes with sizes, and rotations and shears of them, small and large."""
    found = []
    for axes in itertools.permutations(range(3)):
        for signs in itertools.product((-1.0, 1), repeat=3):
            affine = np.eye(4)
            affine[:3, :3] = np.eye(3)[:, list(axes)] * signs * rng.uniform(1, 5, 3)
            affine[:3, 3] = rng.normal(0, 100, 3)
            found.append(affine)
            oblique, sheared = affine.copy(), affine.copy()
            q, _ = np.linalg.qr(np.eye(3) + rng.normal(0, rng.uniform(0.05, 3), (3, 3)))
            oblique[:3, :3] = q @ affine[:3, :3]
            sheared[:3, :3] = (np.eye(3) + rng.uniform(-0.45, 0.45, (3, 3))) @ oblique[:3, :3]
            found += [oblique, sheared]
    return found


def test_axes_of_transaxial_planes(tmp_path):
    asked, expected = Asked(), []
    for affine in affines(np.random.default_rng(1)):
        asked.add("grid", "transaxial", affine.tolist())
        asked.add("grid", "tilt", affine.tolist())
        expected.append((*transaxial(affine), tilt(affine)))
    answers = asked.answers(tmp_path)
    assert len({axes for axes, *_ in expected}) == 6
    for (axes, flipped, degrees), mine, mine_tilt in zip(expected, answers[::2], answers[1::2], strict=True):
        assert (mine["axes"], mine["flipped"]) == (list(axes), list(flipped))
        assert mine_tilt == pytest.approx(degrees, abs=1e-5)


def random_scan(rng: np.random.Generator, affine: np.ndarray) -> tuple[np.ndarray, dict]:
    """A PET with a body somewhere, and the same as the core has it."""
    shape = tuple(int(n) for n in rng.integers(9, 40, 3))
    pet = rng.random(shape, np.float32) * np.float32(0.02)
    low = [int(rng.integers(0, n // 3 + 1)) for n in shape]
    high = [int(rng.integers(2 * n // 3, n + 1)) for n in shape]
    pet[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] += rng.random()
    return pet, {"shape": shape, "data": stored(pet), "affine": affine.tolist()}


def grid_is(found: dict, grid: Grid) -> None:
    assert found["shape"] == list(grid.shape)
    assert found["axes"] == list(grid.axes)
    assert found["flipped"] == list(grid.flipped)
    assert found["plane"] == list(grid.plane)
    assert found["start"] == list(grid.start)
    assert found["pixel"] == pytest.approx(grid.pixel, rel=1e-15)
    assert found["pixelMm"] == pytest.approx(grid.pixel_mm, rel=1e-15)
    assert found["sliceMm"] == pytest.approx(grid.slice_mm, rel=1e-15)
    assert found["size"] == grid.size


def test_grids_planes_and_places(tmp_path):
    rng, asked, expected = np.random.default_rng(2), Asked(), []
    sizes = itertools.cycle(itertools.product((16, 31), (None, 4.0, 2.5, (3.0, 6.0))))
    for affine, (size, spacing) in zip(affines(rng)[::3], sizes, strict=False):
        pet, scan = random_scan(rng, affine)
        grid = grid_of(pet, affine, size, spacing)
        number = int(rng.integers(pet.shape[grid.axes[2]]))
        voxels = [tuple(int(rng.integers(n)) for n in pet.shape) for _ in range(6)]
        method, mask = ("area", "bilinear")[number % 2], rng.integers(0, 2, (size, size)).astype(np.uint8)
        mine = asked.add("grid", "gridOf", scan, size, spacing)
        plane = asked.add("grid", "planeOf", stored(pet), mine, number)
        asked.add("resize", "resize", plane, mine, method)
        asked.add("grid", "toPlane", mask, mine)
        asked.add("grid", "gridInWords", mine)
        for voxel in voxels:
            asked.add("grid", "pixelOfVoxel", mine, voxel)
            place = asked.add("grid", "placeOfVoxel", mine, voxel)
            asked.add("own", "voxelOfPlace", mine, place)
        expected.append((grid, pet, number, method, mask, voxels))
    answers = iter(asked.answers(tmp_path))
    for grid, pet, number, method, mask, voxels in expected:
        grid_is(next(answers), grid)
        plane = grid.planes(pet)[number]
        assert np.array_equal(next(answers), plane.ravel())
        assert next(answers) == pytest.approx(resize(plane[None], grid, method).ravel(), rel=1e-13, abs=1e-16)
        assert np.array_equal(next(answers), grid.to_plane(mask).ravel())
        assert next(answers) == str(grid)
        for voxel in voxels:
            pixel = grid.pixel_of_voxel(*voxel)
            assert next(answers) == (pixel and list(pixel))
            assert next(answers) == list(grid.in_plane(*voxel))
            assert next(answers) == list(voxel)
    assert next(answers, None) is None


def test_grids_begin_at_the_even_one_of_two_edges(tmp_path):
    """Voxels of 4 mm and pixels as large: where their numbers differ by an odd one, the middle lies between two edges."""
    asked, expected, affine = Asked(), [], np.diag([4.0, 4, 4, 1])
    for rows, columns in itertools.product((33, 34, 35, 37), (31, 39, 41)):
        pet = np.ones((rows, columns, 3), np.float32)
        for size in (16, 17, 32, 48):
            scan = {"shape": pet.shape, "data": stored(pet), "affine": affine.tolist()}
            asked.add("grid", "gridOf", scan, size, 4.0)
            expected.append(grid_of(pet, affine, size, 4.0))
    for grid, found in zip(expected, asked.answers(tmp_path), strict=True):
        grid_is(found, grid)


def test_fields_hold_the_clicks_as_python_lays_them(tmp_path):
    rng, asked, expected = np.random.default_rng(3), Asked(), []
    for n in range(600):
        shape = tuple(int(side) for side in rng.integers(20, 200, 2))
        pixel_mm = tuple(float(mm) for mm in rng.uniform(2, 5, 2))
        pixel = tuple(float(length) for length in rng.uniform(0.5, 2, 2))
        size = int(rng.choice([32, 64, 128]))
        start = tuple(float(np.rint(rng.uniform(-20, 40))) for _ in range(2))
        grid = replace(GRID, shape=(*shape, 9), size=size, start=start, pixel=pixel, pixel_mm=pixel_mm, spacing=4.0)
        clicks = [(order, *(int(rng.integers(side)) for side in shape)) for order in range(n % 9)]
        mine = {"shape": grid.shape, "size": size, "axes": grid.axes, "flipped": grid.flipped, "start": start}
        mine |= {"pixel": pixel, "pixelMm": pixel_mm, "spacing": 4.0, "sliceMm": 1.0, "plane": grid.plane, "slices": 9}
        asked.add("fields", "fieldsOf", mine, 5, clicks)
        expected.append(fields_of(grid, {5: clicks}))
    for fields, found in zip(expected, asked.answers(tmp_path), strict=True):
        assert [(list(f.grid.start), list(f.clicks), f.number) for f in fields] == [
            (f["grid"]["start"], f["clicks"], f["number"]) for f in found
        ]
    assert max(len(fields) for fields in expected) > 3


def test_grids_are_fitted_to_what_networks_saw(tmp_path):
    rng, asked, expected = np.random.default_rng(4), Asked(), []
    for affine in affines(rng)[1::3]:
        pet, scan = random_scan(rng, affine)
        least = rng.uniform(1, 6, 3)
        seen = {
            side: {"least": float(mm), "median": float(mm) * 1.02, "most": float(mm) * 1.05}
            for side, mm in zip(("rows", "columns", "slices"), least, strict=True)
        }
        if rng.random() < 0.5:
            seen["columns"] = seen["rows"]
        spacing = [None, 3.0][int(rng.integers(2))]
        asked.add("fields", "fittedGrid", scan, {"size": 16, "spacing": spacing, "seen_mm": seen})
        expected.append(fitted_grid(pet, affine, 16, spacing, seen))
    for (grid, doubts, notes), found in zip(expected, asked.answers(tmp_path), strict=True):
        grid_is(found["grid"], grid)
        assert found["doubts"] == [vars(doubt) for doubt in doubts]
        assert found["notes"] == notes
    assert sum(map(len, (doubts for _, doubts, _ in expected))) > 5 < sum(map(len, (notes for *_, notes in expected)))


def blobs(rng: np.random.Generator, shape: tuple[int, ...], share: float) -> np.ndarray:
    coarse = rng.random(tuple(n // 2 + 1 for n in shape))
    for axis, n in enumerate(shape):
        coarse = np.repeat(coarse, 2, axis=axis).take(range(n), axis)
    return ((coarse + 0.5 * rng.random(shape)) / 1.5 < share).astype(np.uint8)


@pytest.mark.parametrize("connectivity", [4, 8])
def test_components_and_what_methods_make_of_them(connectivity, tmp_path):
    rng, asked, expected = np.random.default_rng(5), Asked(), []
    for share in (0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 1.0) * 3:
        size = int(rng.integers(5, 40))
        mask = blobs(rng, (size, size), share)
        if share == 0.25:  # one component alone, which stays, clicked or not
            mask = (label_components(mask, 8)[0] == 1).astype(np.uint8)
        clicks = [tuple(int(n) for n in rng.integers(0, size, 2)) for _ in range(int(rng.integers(0, 5)))]
        matrix = np.zeros_like(mask)
        for click in clicks:
            matrix[click] = 1
        method = {"min_pixels": int(rng.integers(1, 9)), "fill_holes": bool(rng.integers(2))}
        asked.add("components", "labelComponents", mask, size, size, connectivity)
        asked.add("postprocessing", "keepClickedComponents", mask, clicks, size, connectivity)
        asked.add("postprocessing", "removeSmallComponents", mask, 5, size, connectivity)
        asked.add("postprocessing", "fillHoles", mask, size, connectivity)
        asked.add("postprocessing", "refine", mask, clicks, method, size, connectivity)
        labels, n = label_components(mask, connectivity)
        kept = keep_clicked_components(mask, matrix, connectivity)
        others = remove_small_components(mask, 5, connectivity), fill_holes(mask, connectivity)
        expected += [{"labels": labels.ravel(), "n": n}, kept, *others, refine(mask, matrix, method, connectivity)]
    for python, core in zip(expected, asked.answers(tmp_path), strict=True):
        if isinstance(python, dict):
            assert core["n"] == python["n"]
            python, core = python["labels"], core["labels"]
        assert np.array_equal(core, python.ravel())


def slices_with_bodies(rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Slices float32: with none to three rectangles and noise; with round spots, of which some touch at a corner."""
    for n in range(24):
        size = int(rng.choice([32, 48, 64, 96]))
        image = rng.random((size, size), np.float32) * np.float32(0.01 * (n % 3))
        for _ in range(n % 4):
            row, column = rng.integers(0, size, 2)
            image[row : row + int(rng.integers(1, size)), column : column + int(rng.integers(1, size // 2))] += rng.random()
        yield image
    for _ in range(120):
        size = int(rng.choice([32, 48, 64, 96]))
        image = np.zeros((size, size), np.float32)
        image[tuple(rng.integers(0, size, (2, size // 4)))] = 1
        yield image


def test_bodies_and_windows(tmp_path):
    asked, expected = Asked(), []
    for n, image in enumerate(slices_with_bodies(np.random.default_rng(6))):
        size = len(image)
        sides = [(16, 24), (32, 8), (size, size), (24, 32)][n % 4]
        asked.add("body", "bodyMask", image, size, size)
        asked.add("body", "bodyBox", image, size, size)
        asked.add("own", "windowAroundBody", image, size, sides)
        window = window_around_body(image, sides)
        expected += [body_mask(image).astype(np.uint8).ravel(), list(map(int, body_box(image)))]
        expected.append([edge for side in window for edge in (side.start, side.stop)])
    for python, core in zip(expected, asked.answers(tmp_path), strict=True):
        assert np.array_equal(core, python)


def test_encodings(tmp_path):
    rng, asked, expected = np.random.default_rng(7), Asked(), []
    for shape, unit, n in itertools.product(("pixel", "disk", "gaussian", "distance"), ("mm", "pixels"), (0, 1, 2, 9)):
        size, pixel_mm = int(rng.integers(8, 50)), tuple(float(mm) for mm in rng.uniform(1, 5, 2))
        clicks = [tuple(int(at) for at in rng.integers(0, size, 2)) for _ in range(n)]
        matrix = np.zeros((1, size, size), np.uint8)
        for click in clicks:
            matrix[0][click] = 1
        encoding = Encoding(shape, float(rng.integers(2, 12)), unit)
        asked.add("encoding", "encode", clicks, size, vars(encoding), pixel_mm)
        expected.append(encode(matrix, encoding, pixel_mm))
    for python, core in zip(expected, asked.answers(tmp_path), strict=True):
        assert core == pytest.approx(python.ravel(), rel=1e-6, abs=1e-12)


def test_scales_and_votes(tmp_path):
    rng, asked = np.random.default_rng(8), Asked()
    images = rng.normal(3, 5, (4, 12, 12)) * [[[1]], [[1e-6]], [[1e6]], [[3]]]
    outputs, thresholds = rng.normal(0.4, 0.7, (3, 5, 12, 12)).astype(np.float32), [0.3, 0.41, 0.5]
    for image in images:
        asked.add("slices", "scaleToUnit", image)
    for number in range(5):
        asked.add("ensemble", "combine", list(outputs[:, number]), thresholds)
    answers = asked.answers(tmp_path)
    assert np.stack(answers[:4]) == pytest.approx(scale_to_unit(images).reshape(4, -1), rel=1e-7)
    voted = combine(outputs, np.array(thresholds)).reshape(5, -1)
    excess = (np.clip(outputs, 0, 1) - np.array(thresholds)[:, None, None, None]).mean(axis=0).reshape(5, -1)
    for number, answer in enumerate(answers[4:]):
        assert np.array_equal(answer["mask"], voted[number])
        assert answer["excess"] == pytest.approx(excess[number], abs=1e-12)


def test_lesions_their_numbers_and_their_tables(tmp_path):
    rng, asked, expected = np.random.default_rng(9), Asked(), []
    for affine, share in zip(affines(rng)[::5], itertools.cycle((0.05, 0.15, 0.3, 0.0)), strict=False):
        shape = tuple(int(n) for n in rng.integers(1, 22, 3))
        mask, pet = blobs(rng, shape, share), rng.gamma(2, 2, shape).astype(np.float32)
        clicks = [Click(tuple(int(rng.integers(n)) for n in shape)) for _ in range(5)]
        scan = {"shape": shape, "data": stored(pet), "affine": affine.tolist()}
        lesions = asked.add("lesions", "numberLesions", stored(mask), shape)
        asked.add("lesions", "lesionTable", lesions, scan, [{"voxel": click.voxel, "kind": "tumour"} for click in clicks])
        asked.add("lesions", "sphereOffsets", affine.tolist())
        numbers = number_lesions(mask)
        expected.append((stored(numbers), lesion_table(numbers, pet, affine, clicks), sphere_offsets(affine)))
    answers, n_lesions = iter(asked.answers(tmp_path)), 0
    for numbers, table, offsets in expected:
        assert np.array_equal(next(answers), numbers)
        rows = next(answers)
        assert len(rows) == len(table)
        for row, (_, python) in zip(rows, table.iterrows(), strict=True):
            assert list(row) == list(table)
            assert {name: row[name] for name in COUNTS} == {name: python[name] for name in COUNTS}
            assert list(row.values()) == pytest.approx(python.tolist(), rel=1e-6)
        assert next(answers) == offsets.tolist()
        n_lesions += len(table)
    assert n_lesions > 200


def test_a_slice_that_is_constant_around_a_click_is_refused(tmp_path):
    pet = np.random.default_rng(10).random((30, 30, 4), np.float32)
    pet[:, :, 2] = 1
    affine = np.diag([4.0, 4, 4, 1])
    scan = {"shape": pet.shape, "data": stored(pet), "affine": affine.tolist()}
    asked = Asked()
    grid = asked.add("grid", "gridOf", scan, 16, None)
    clicks = [{"voxel": (3, 4, k), "kind": "tumour"} for k in (1, 2)]
    for number in (0, 1, 2):
        asked.add("new_patient", "clickedFields", scan, grid, number, clicks, {"resize_pet": "area"})
    _, none, one, refused = asked.answers(tmp_path)
    assert none == []
    assert len(one) == 1
    csv = tmp_path / "clicks.csv"
    csv.write_text("patient,i,j,k\nP,3,4,1\nP,3,4,2\n")
    with pytest.raises(ClickError) as error:
        read_clicked(Volume(pet, affine), "P", str(csv), Preparation("refuse", "skip", 16, None, "area", None))
    assert str(error.value) == f"patient P: {csv}: {refused}"
