import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneclick.clicks.files import Click, ClickError, clicks_in_air, read_clicks
from oneclick.clicks.tables import lines_of_table
from oneclick.common.errors import UserError

SHAPE = (20, 30, 40)
# x = 100 - 2 i, y = -50 + 3 j, z = 10 + 4 k
AFFINE = np.array([[-2.0, 0, 0, 100], [0, 3, 0, -50], [0, 0, 4, 10], [0, 0, 0, 1]])
HEADER = "patient,i,j,k\n"


def table(folder, text, name="clicks.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def slicer(folder, *nodes):
    path = folder / "clicks.mrk.json"
    path.write_text(json.dumps({"markups": list(nodes)}))
    return path


def node(*points, **more):
    return {"type": "Fiducial", "coordinateSystem": "LPS", "controlPoints": list(points)} | more


def point(*position, label="F-1", **more):
    return {"label": label, "position": list(position)} | more


def challenge(folder, *points, **more):
    path = folder / "lesion-clicks.json"
    listed = [{"name": name, "point": list(place)} for name, *place in points]
    document = {"version": {"major": 1, "minor": 0}, "type": "Multiple points", "points": listed}
    path.write_text(json.dumps(document | more))
    return path


def read(path, **options):
    return read_clicks(path, "p7", AFFINE, SHAPE, **options)


def fails(path, *lines, **options):
    """Each line of the message names patient and file, says what is wrong, and the mend."""
    with pytest.raises(ClickError) as error:
        read(path, **options)
    said = str(error.value).split("\n")
    assert len(said) == len(lines), said
    for text, words in zip(said, lines, strict=True):
        assert text.startswith(f"patient p7: {path}: "), text
        assert words in text
        assert "; " in text


def test_clicks_of_a_table(tmp_path):
    text = "\ufeffpatient , K,note,j,i\np7,3,seen,2,1\np8,99,,99,99\n\n,,,,\np7, 0,,29.0,19\n"
    assert read(table(tmp_path, text)) == ([Click((1, 2, 3)), Click((19, 29, 0))], [])
    assert all(type(index) is int for click in read(table(tmp_path, text))[0] for index in click.voxel)
    assert not any(click.in_mm for click in read(table(tmp_path, text))[0])


def test_the_clicks_that_a_study_writes_can_be_read(tmp_path):
    text = "patient,slice,component,row,column,i,j,k\np7,3,1,60,70,1,2,3\n"
    assert read(table(tmp_path, text))[0] == [Click((1, 2, 3))]


def test_millimetres_of_a_table_are_ras(tmp_path):
    # 100 - 2 * 5 = 90, -50 + 3 * 6 = -32, 10 + 4 * 7 = 38; then 0.9 of 1 mm and so on off the centre
    assert read(table(tmp_path, "patient,x,y,z\np7,90.9,-33.4,39.9\n"))[0] == [Click((5, 6, 7))]


def test_points_of_slicer_in_both_systems_and_several_lists(tmp_path):
    path = slicer(
        tmp_path,
        node(point(-90, 32, 38, label="left lung"), point(-88, 32, 38, label="")),
        node(point(90, -32, 42, label="F-1", positionStatus="defined"), coordinateSystem="RAS", coordinateUnits="mm"),
        node(point(90, -32, 46), coordinateSystem=0, coordinateUnits=["mm", "UCUM", "millimeter"]),
        node(point(-90, 32, 50), coordinateSystem=1),
        {"controlPoints": [point(-90, 32, 54)]},
        {"type": "Fiducial"},
    )
    clicks, notes = read(path)
    assert [click.voxel for click in clicks] == [(5, 6, 7), (6, 6, 7), (5, 6, 8), (5, 6, 9), (5, 6, 10), (5, 6, 11)]
    assert [click.name for click in clicks] == ["left lung", "", "F-1", "F-1", "F-1", "F-1"]
    assert all(click.in_mm for click in clicks)
    assert notes == []


def test_points_never_placed_are_noted(tmp_path):
    path = slicer(tmp_path, node(point(-90, 32, 38), point(0, 0, 0, label="F-2", positionStatus="undefined")))
    clicks, notes = read(path)
    assert [click.voxel for click in clicks] == [(5, 6, 7)]
    assert notes == ["point 2 ('F-2') was never placed and is left out"]


def test_points_of_the_challenge_are_voxels(tmp_path):
    path = challenge(tmp_path, ("tumor", 1, 2, 3), ("Tumour", 4, 5, 6), ("LESION", 7.0, 8, 9), ("foreground ", 0, 0, 0))
    clicks, notes = read(path)
    assert clicks == [
        Click((1, 2, 3), "tumor"),
        Click((4, 5, 6), "Tumour"),
        Click((7, 8, 9), "LESION"),
        Click((0, 0, 0), "foreground "),
    ]
    assert notes == []


def test_background_points_are_counted_and_refused_or_left_out(tmp_path):
    path = challenge(tmp_path, ("tumor", 1, 2, 3), ("background", 4, 5, 6), ("Background", 99, 5, 6))
    fails(path, "it holds 2 background points, and only clicks on tumours count; delete them or choose background: ignore")
    clicks, notes = read(path, background="ignore")
    assert clicks == [Click((1, 2, 3), "tumor")]
    assert notes == ["2 background points left out"]
    only = challenge(tmp_path, ("background", 4, 5, 6))
    fails(only, "it holds 1 background point, and")
    fails(only, "there is no click for this patient and 1 background point left out", background="ignore")
    with pytest.raises(ValueError, match="unknown choice 'drop' for background points") as error:
        read(path, background="drop")
    assert not isinstance(error.value, UserError)


def test_two_clicks_on_one_voxel_count_once(tmp_path):
    path = slicer(tmp_path, node(point(-90, 32, 38), point(-90.4, 32, 39, label="F-2"), point(-88, 32, 38, label="F-3")))
    clicks, notes = read(path)
    assert clicks == [Click((5, 6, 7), "F-1"), Click((6, 6, 7), "F-3")]
    assert notes == ["point 2 ('F-2') lies on voxel (5, 6, 7) as point 1 ('F-1') does and is counted once"]


@pytest.mark.parametrize(
    "text",
    [
        "patient;x;y;z\r\np7;90,9;-33,4;39,9\r\np8;1.5;2.5;3.5\r\n",  # a German Excel; other patients' lines do not count
        "sep=;\r\npatient;x;y;z\r\np7;90,9;-33,4;39,9\r\n",
        "patient;x;y;z;note\np7;90,9;-33,4;39,9;3,5 cm, left\n",
        "patient;x;y;z\np7;+90,9;-334e-1;+,399E+2;;\n".replace("-334e-1", "-33,4"),
        "patient\tx\ty\tz\np7\t90.9\t-33.4\t39.9\n",
        'patient;x;y;z;"a;b"\n"p7";"90,9";"-33,4";"39,9";\n',
        "patient,x,y,z,note\np7,90.9,-33.4,39.9,3;5;7;9\np8,12,5,-30,0,4,5\n",
        "patient,x,y,z\np7,90.9,-33.4,39.9,,,\n",
    ],
)
def test_tables_of_other_countries_spreadsheets(tmp_path, text):
    assert read(table(tmp_path, text)) == ([Click((5, 6, 7))], [])  # as in the test of millimetres above


@pytest.mark.parametrize(
    "text, words",
    [
        (b"patient,i,j,k\np7,1,2,\xff", "the file is no text in UTF-8"),
        ("patient,i,j,k,x,y,z\np7,1,2,3,4,5,6\n", "it has both the columns i, j, k and x, y, z; delete those"),
        ("patient,i,j\np7,1,2\n", "no column is named k; name the columns patient, i, j, k"),
        ("x,y,z\n1,2,3\n", "no column is named patient"),
        ("", "the file is empty; save or copy it again"),
        ("patient,i,j,k,J\np7,1,2,3,4\n", "two columns are named j"),
        (HEADER + 'p7,"1,2,3\np7,4,5,6\n', "line 3 is not readable as CSV (unexpected end of data)"),
        (HEADER + "p8,1,2,3\np9,1,2,3\n", "no line is for this patient, only for 'p8', 'p9'; mend the names"),
        (HEADER, "there is no click for this patient; add a click on each tumour"),
        (HEADER + "p7,1,2,3\n,1,2,3\n", "line 3 names no patient; fill in the patient or delete the line"),
        (HEADER + "p7,1,,2\n", "line 2 has the coordinate '', which is not a finite number; mend it"),
        (HEADER + "p7,1,2\n", "line 2 has 3 cells for 4 columns; fill it up, delete what is too much, or delete the line"),
        (HEADER + "p7;1;2;3\n", "line 2 has 1 cell for 4 columns"),
        # x 12.5, y -30.0 and z 4.5 between commas: x 12, y 5, z -30 was read
        (
            "patient,x,y,z\np7,12,5,-30,0,4,5\n",
            "line 2 has 7 cells for 4 columns; write decimal points, or save it with semi",
        ),
        ("x,y,z,patient\n12,5,-30,0,4,5,p7\n", "line 2 has 7 cells for 4 columns; write decimal points"),
        # one decimal comma, and the last columns left out: z was -30, and the note 4
        ("patient,x,y,z,note,more\np7,12,5,-30,4\n", "line 2 has 5 cells for 6 columns; fill it up"),
        (HEADER + "p7,1,2,3,4,,\n", "line 2 has 7 cells for 4 columns"),
        ("patient;x;y;z\np7;12,5;-30;4;5\n", "line 2 has 5 cells for 4 columns; fill it up, delete what is too much"),
        (
            'patient,x,y,z\np7,"12,5",-30,4\n',
            "line 2 has the coordinate '12,5', which is not a finite number; write a decimal",
        ),
        # a thousand, or a little more than one?
        (
            "patient;x;y;z\np7;12,5;-30;4\np7;1.234;0;4\n",
            "line 3 has points in its numbers and line 2 has commas; write all",
        ),
        ("patient;x;y;z\np7;1.234,5;-30;4\n", "line 2 has points in its numbers and line 2 has commas; write all numbers"),
        ("patient;x;y;z\np7;1,234,5;-30;4\n", "line 2 has the coordinate '1,234,5', which is not a finite number"),
        ("patient;i;j;k\np7;1,5;2;3\n", "line 2 has the voxel index 1.5, which is not a whole number"),
        (HEADER + "p7,1_0,2,3\n", "line 2 has the coordinate '1_0', which is not a finite number"),
        (HEADER + "p7,nan,2,3\n", "line 2 has the coordinate 'nan', which is not a finite number"),
        (HEADER + "p7,1e999,2,3\n", "line 2 has the coordinate inf, which is not a finite number"),
        (HEADER + "p7,1.5,2,3\n", "line 2 has the voxel index 1.5, which is not a whole number"),
        (HEADER + "p7,20,2,3\n", "line 2 lies at voxel (20, 2, 3), outside the volume of 20 x 30 x 40 voxels; check that"),
        (HEADER + "p7,1,-1,3\n", "line 2 lies at voxel (1, -1, 3), outside"),
        ("patient,x,y,z\np7,101.1,-50,10\n", "line 2 lies at voxel (-1, 0, 0), outside"),
        ("patient,x,y,z\np7,1e299,1e299,1e299\n", "outside the volume"),
    ],
)
def test_what_is_wrong_with_a_table(tmp_path, text, words):
    fails(table(tmp_path, text), words)


def test_background_points_of_slicer_are_no_clicks_on_tumours(tmp_path):
    path = slicer(tmp_path, node(point(-90, 32, 38), point(-92, 32, 38, label="Background")))
    fails(path, "it holds 1 background point, and only clicks on tumours count")
    clicks, notes = read(path, background="ignore")
    assert [click.name for click in clicks] == ["F-1"] and notes[0].endswith("1 background point left out")


@pytest.mark.parametrize(
    "nodes, words",
    [
        ([node(point(1, 2, 3, positionStatus="preview"))], "point 1 ('F-1') has the position status 'preview'; place the"),
        ([node(point(1, 2, 3, positionStatus="missing"))], "has the position status 'missing'"),
        ([node(point(1, 2, 3), coordinateUnits="um")], "markups node 1 has the coordinateUnits 'um'; save the points in mm"),
        ([node(point(1, 2, 3), coordinateUnits=["cm", "UCUM", "cm"])], "has the coordinateUnits ['cm', 'UCUM', 'cm']"),
        ([node(point(1, 2, 3), coordinateSystem="IJK")], "has the coordinateSystem 'IJK'; save the points in LPS or RAS"),
        ([node(point(1, 2, 3), coordinateSystem=True)], "has the coordinateSystem True"),
        ([node(point(1, 2, 3), type="ROI")], "markups node 1 has the type 'ROI'; give the clicks as a point list"),
        ([node(), 5], "markups node 2 has no list of control points"),
        ([node(controlPoints={})], "markups node 1 has no list of control points; save the points again"),
        ([node(5)], "point 1 is 5; save the points again"),
        ([node({"label": "F-1"})], "point 1 ('F-1') has None for its three coordinates; mend it or delete the click"),
        ([node(point(1, 2))], "point 1 ('F-1') has [1, 2] for its three coordinates"),
        ([node(point(1, 2, True, label=""))], "point 1 has the coordinate True, which is not a finite number"),
        ([node(point(1, 2, "3"))], "has the coordinate '3', which is not a finite number"),
        ([node(point(1, float("nan"), 3))], "has the coordinate nan, which is not a finite number"),
        ([node(point(1, 10**400, 3))], "which is not a finite number"),
        ([node(point(-102, 50, 10))], "point 1 ('F-1') lies at voxel (-1, 0, 0), outside"),
        ([node()], "there is no click for this patient"),
        (
            [node(point(1, 2, 3, positionStatus="undefined"))],
            "no click for this patient and point 1 ('F-1') was never placed",
        ),
    ],
)
def test_what_is_wrong_with_points_of_slicer(tmp_path, nodes, words):
    fails(slicer(tmp_path, *nodes), words)


@pytest.mark.parametrize(
    "points, words",
    [
        (
            [("kidney", 1, 2, 3)],
            "point 1 has the name 'kidney'; name it one of foreground, lesion, tumor, tumour or background",
        ),
        ([("tumor", 1, 2, 3), (None, 1, 2, 3)], "point 2 has the name None"),
        ([("tumor", -71.5, 2, 3)], "point 1 ('tumor') has the voxel index -71.5, which is not a whole number"),
        ([("tumor", 1, 2, 40)], "point 1 ('tumor') lies at voxel (1, 2, 40), outside the volume of 20 x 30 x 40 voxels"),
        ([], "there is no click for this patient"),
    ],
)
def test_what_is_wrong_with_points_of_the_challenge(tmp_path, points, words):
    fails(challenge(tmp_path, *points), words)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "1" * 5000])
def test_files_that_are_no_json(tmp_path, text):
    fails(table(tmp_path, text, "clicks.json"), "the file is not readable as JSON; save or copy it again")


def test_an_empty_file(tmp_path):
    fails(table(tmp_path, "", "clicks.json"), "the file is empty; save or copy it again")


@pytest.mark.parametrize("text", ["{}", "[]", "3", '{"markups": 3}', '{"points": {}}', '{"type": "Polygon", "points": []}'])
def test_other_layouts_of_json(tmp_path, text):
    fails(table(tmp_path, text, "clicks.json"), "the file has none of the layouts that can be read; give a table (.csv)")


def test_files_that_cannot_be_read(tmp_path):
    fails(tmp_path / "clicks.csv", "the file is missing; put it there or mend the path")
    fails(tmp_path / "*clicks*", "no file of clicks matches; put one there, or take the scan away")
    (tmp_path / "folder.json").mkdir()
    fails(tmp_path / "folder.json", "the file cannot be read (Is a directory)")
    fails(table(tmp_path, "", "clicks.fcsv"), "clicks are not read from files that end in '.fcsv'; give a table (.csv)")
    assert read(table(tmp_path, HEADER + "p7,1,2,3\n", "CLICKS.CSV"))[0]


def test_an_affine_that_is_no_place(tmp_path):
    path = table(tmp_path, "patient,x,y,z\np7,1,2,3\n")
    with pytest.raises(ClickError, match="the affine of the PET cannot be inverted; export the scan again"):
        read_clicks(path, "p7", np.diag([1.0, 1, 0, 1]), SHAPE)


def test_all_problems_come_at_once(tmp_path):
    fails(table(tmp_path, HEADER + "p7,1,2,3\np7,x,2,3\n,1,2,3\np7,1,2,99\n"), "line 4 names", "line 3 has", "line 5 lies")
    path = slicer(tmp_path, node(point(1, 2, 3), type="ROI", coordinateUnits="um"), node(point(1, 2, None)))
    fails(path, "node 1 has the type", "node 1 has the coordinateUnits", "point 1 ('F-1') has the coordinate None")


def test_of_many_problems_of_a_file_the_first_are_said(tmp_path):
    for n in (5, 6):
        fails(table(tmp_path, HEADER + "p7,1,2,99\n" * n), *(f"line {line} lies" for line in range(2, n + 2)))
    lines = [
        *(f"line {line} has 6 cells for 4 columns; write decimal" for line in range(2, 7)),
        "there are 15 more problems",
    ]
    fails(table(tmp_path, HEADER + "p7,1,2,3,0,5\n" * 20), *lines)


def test_labels_cannot_break_a_message_into_lines(tmp_path):
    fails(slicer(tmp_path, node(point(1, 2, "a\nb", label="a\nb" * 99))), "has the coordinate 'a\\nb'")


@given(
    st.lists(st.floats(-1, 1), min_size=9, max_size=9),
    st.lists(st.floats(-500, 500), min_size=3, max_size=3),
    st.tuples(*(st.integers(0, n - 1) for n in SHAPE)),
    st.lists(st.floats(-0.4, 0.4), min_size=3, max_size=3),
)
def test_all_layouts_give_the_voxel_of_a_point(tmp_path_factory, skew, origin, voxel, off):
    affine = np.eye(4)
    # Diagonally dominant, hence always to be inverted; axes of both directions.
    affine[:3, :3] = np.reshape(skew, (3, 3)) + np.diag([-5, 4, 6])
    affine[:3, 3] = origin
    ras = (affine @ [*(np.array(voxel) + off), 1])[:3].tolist()
    lps = [-ras[0], -ras[1], ras[2]]
    folder = tmp_path_factory.mktemp("clicks")
    paths = [
        lambda: slicer(folder, node(point(*ras), coordinateSystem="RAS")),
        lambda: slicer(folder, node(point(*lps), coordinateSystem="LPS")),
        lambda: table(folder, "patient,x,y,z\np7," + ",".join(map(repr, ras)) + "\n"),
        lambda: table(folder, HEADER + "p7," + ",".join(map(str, voxel)) + "\n"),
        lambda: challenge(folder, ("tumor", *voxel)),
    ]
    for path in paths:
        clicks, notes = read_clicks(path(), "p7", affine, SHAPE)
        assert [click.voxel for click in clicks] == [voxel]
        assert notes == []


def mutated(text, rng):
    for _ in range(rng.randint(1, 3)):
        start, copied = rng.randint(0, len(text)), rng.randint(0, len(text))
        pieces = ["", "\0", '"', "{", "]", ",", "\n", "-", "1e999", "NaN", "null", "true", "9" * 400, "é", "0", "1", " "]
        piece = rng.choice([*pieces, text[copied : copied + 20]])
        text = text[:start] + piece + text[start + rng.choice([0, 1, 8]) :]
    return text


def test_damaged_files_give_clicks_or_a_click_error(tmp_path):
    rng = random.Random(11)
    slicer_text = slicer(tmp_path, node(point(-90, 32, 38), point(-88, 32, 38)), node(point(-90, 32, 50))).read_text()
    challenge_text = challenge(tmp_path, ("tumor", 1, 2, 3), ("background", 4, 5, 6)).read_text()
    texts = {
        "a.csv": HEADER + 'p7,1,2,3\n"p7",4,5,6\np8,7,8,9\n',
        "b.csv": "patient;x;y;z\np7;90,5;-32;38\n",
        "c.mrk.json": slicer_text,
        "d.json": challenge_text,
    }
    good = bad = 0
    for number in range(300):
        name = list(texts)[number % 4]
        path = table(tmp_path, mutated(texts[name], rng), name)
        try:
            clicks, _ = read(path, background="ignore")
        except ClickError as error:
            assert all(line.startswith(f"patient p7: {path}: ") for line in str(error).split("\n"))
            bad += 1
        else:
            assert clicks
            for click in clicks:
                assert all(type(index) is int and 0 <= index < n for index, n in zip(click.voxel, SHAPE, strict=True))
            good += 1
    assert good > 30
    assert bad > 100


def scan():
    """A body of 2 in voxels 5 to 15 of each axis, in air of 0 to 0.02; the 99th percentile is 2, the threshold 0.1."""
    pet = np.random.default_rng(5).uniform(-0.02, 0.02, (20, 20, 20)).astype(np.float32)
    pet[5:16, 5:16, 5:16] = 2
    return pet


def test_clicks_in_air_are_named():
    clicks = [Click((10, 10, 10), "tumour"), Click((0, 19, 2), "F-2"), Click((4, 4, 4)), Click((3, 10, 10))]
    (doubt,) = clicks_in_air(clicks, scan())
    first, second = doubt.problem.split("; ")
    assert first.startswith("2 of 4 clicks lie in air, which is up to 0.1 (click 2 ('F-2') at voxel (0, 19, 2), at most 0.0")
    assert second.startswith("click 4 at voxel (3, 10, 10), at most 0.0") and second.endswith(" around it)")
    assert doubt.mend == "move them onto the tumour, and check that they are of this scan"


def test_many_clicks_in_air_are_one_doubt():
    (doubt,) = clicks_in_air([Click((i, 0, 0)) for i in range(15)], scan())
    assert doubt.problem.startswith("15 of 15 clicks lie in air") and doubt.problem.endswith("; and 12 more)")
    assert doubt.problem.count(" at voxel ") == 3


@pytest.mark.parametrize("uptake, said", [(0.099, 1), (0.101, 0)])
def test_air_ends_at_a_twentieth_of_the_highest_percent_whatever_the_unit(uptake, said):
    for scale in (1, 5000):
        pet = scan()
        pet[1, 1, 1] = uptake
        assert len(clicks_in_air([Click((0, 0, 0))], pet * scale)) == said
    assert clicks_in_air([Click((0, 0, 0))], pet, part=0.01) == []


def test_a_scan_without_uptake_is_all_air():
    (doubt,) = clicks_in_air([Click((0, 0, 0)), Click((1, 1, 1))], np.zeros((2, 2, 2)))
    assert doubt.problem.startswith("2 of 2 clicks lie in air, which is up to 0 ")


def test_the_size_of_the_field_of_view_moves_no_threshold():
    pet = np.full((40, 40, 40), -0.01)
    pet[20:28, 20:28, 20:28] = 2  # under 1 % of all voxels, but all that are positive
    pet[1, 1, 1] = 0.05
    assert len(clicks_in_air([Click((1, 1, 1)), Click((20, 20, 20))], pet)) == 1


def test_patients_that_a_table_names(tmp_path):
    header = ["x", "patient", "i"]
    assert lines_of_table(table(tmp_path, "\ufeffx, Patient,i\n1, a ,2\n1,b\n1,,3\n1,a,4\n")) == {
        "a": [*header, "1", "a", "2", "1", "a", "4"],
        "b": [*header, "1", "b"],
    }
    assert lines_of_table(table(tmp_path, "patient;i\na;1,5\n")) == {"a": ["patient", "i", "a", "1,5"]}
    for unreadable in ("i,j,k\n1,2,3\n", "", b"\xff\xfe\x00"):
        assert lines_of_table(table(tmp_path, unreadable)) == {}
    assert lines_of_table(tmp_path / "none.csv") == {}
