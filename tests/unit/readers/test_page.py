"""The tables, the page and the figure of simulated readers."""

import importlib
import sys
from pathlib import Path

import pandas as pd
import pytest

from oneclick.common.errors import UserError
from oneclick.readers.page import ReaderTables, paragraph, write_reader_tables, write_readers
from oneclick.readers.places import write_places
from oneclick.report.marks import Notices

sys.path.append(str(Path(__file__).parents[3] / "tools"))
coverage = importlib.import_module("reader_coverage")


@pytest.fixture(scope="module", params=["slice", "lesion"])
def written(request, tmp_path_factory):
    """The folder of a study of five patients, what was asked for, and what was read."""
    folder = tmp_path_factory.mktemp(request.param)
    read = coverage.study(coverage.READERS, coverage.small_scans(5, request.param), seed=1)
    read.clicks.to_csv(folder / "places.csv", index=False)
    read.targets.to_csv(folder / "targets.csv", index=False)
    readings = [str(folder / f"{reader.code}.csv") for reader in coverage.READERS]
    for path, reader in zip(readings, coverage.READERS, strict=True):
        read.readings[read.readings["reader"] == reader.code].to_csv(path, index=False)
    given = [str(folder / "places.csv"), str(folder / "targets.csv"), readings]
    tables = ReaderTables(*(str(folder / name) for name in ("table.csv", "variance.csv", "measured.yaml")))
    write_reader_tables(*given, request.param, True, 1, tables)
    for name, simulated in (("simulated", True), ("real", False)):
        outputs = [str(folder / f"{name}.{kind}") for kind in ("html", "png", "svg")]
        shown = (tables.table_csv, tables.variance_csv, None, None, {}, request.param, simulated, Notices())
        write_readers(*given, *shown, *outputs)
    return folder, request.param, read


def test_the_page_has_what_was_measured(written):
    folder, asked, read = written
    table = pd.read_csv(folder / "table.csv").set_index(["group", "measure"])
    html = (folder / "real.html").read_text()
    spread, seconds = table.at[("all", "spread_mm"), "value"], table.at[("sim2", "seconds_per_click"), "value"]
    assert f"a spread of {spread:.1f} mm" in html and f"<td>{seconds:.2f} s</td>" in html
    assert ("Offset to the head (mm)" in html) is (asked == "lesion")
    assert ("bias_head_mm" in table.index.get_level_values("measure")) is (asked == "lesion")
    assert len(read.hits) == table.at[("all", "spread_mm"), "n"]


def test_nothing_simulated_is_called_a_reader(written):
    folder, _, _ = written
    simulated, real = ((folder / f"{name}.html").read_text() for name in ("simulated", "real"))
    assert "What a simulated click is" in simulated and "Simulated readers: they know the mask" in simulated
    assert "<p>3 simulated readers clicked" in simulated and "mean of each simulated reader" in simulated
    assert "imulated" not in real.replace("human_", "") and "What a real click is" in real
    assert "Simulated readers, who know the mask" in (folder / "simulated.svg").read_text()


def test_a_lesion_is_clicked_once_in_space(written):
    _, asked, read = written
    if asked == "lesion":
        assert (read.targets["slice"] == -1).all() and read.hits["head_mm"].abs().max() > 1
        assert read.hits.groupby(["reader", "patient", "repeat"]).size().max() == 1
    else:
        assert (read.hits["head_mm"] == 0).all()


def test_the_paragraph_says_what_the_clicks_are_worth():
    row = {"group": "all", "unit": "mm", "value": 4.0, "ci_low": 3.0, "ci_high": 5.0, "n": 60, "n_patients": 6}
    names = ("distance_mm", "spread_mm", "seconds_per_click", "outside", "missed", "not_clicked")
    table = pd.DataFrame([row | {"measure": name, "unit": "share" if name in names[3:] else "mm"} for name in names])
    table.loc[table["unit"] == "share", ["value", "ci_low", "ci_high"]] = 0.04, 0.03, 0.05
    pairs = {"method": "cm1CNN", "method_a": "readers", "method_b": "center", "median_difference": -0.05}
    pairs |= {"ci_low": -0.08, "ci_high": -0.02, "clustered_p_holm": 0.0004}
    text = paragraph(table, pd.DataFrame([pairs]), "2 readers", "slice")
    assert text.startswith(
        "2 readers clicked 60 tumours on slices of 6 patients. A click lay 4.0 mm (95 % interval 3.0 to 5.0)"
    )
    assert "4.0 % (95 % interval 3.0 to 5.0) missed all tumours by more than 10 mm" in text
    assert text.endswith(
        "With these clicks in place of center ones, the median Dice of a slice changes by: "
        "cm1CNN -0.050 (-0.080 to -0.020, p < 0.001)."
    )


def test_without_a_click_on_a_tumour_there_is_nothing_to_say(written, tmp_path):
    folder, asked, read = written
    read.clicks.assign(counts=False).to_csv(tmp_path / "places.csv", index=False)
    tables = ReaderTables(*(str(tmp_path / name) for name in ("table.csv", "variance.csv", "measured.yaml")))
    given = [str(tmp_path / "places.csv"), str(folder / "targets.csv"), [str(folder / "sim1.csv")]]
    with pytest.raises(UserError, match="no click of 1 reader lies within 10 mm of a tumour; see whether"):
        write_reader_tables(*given, asked, False, 1, tables)


def test_before_anybody_has_read_there_is_nothing_to_measure(tmp_path):
    (tmp_path / "readings.csv").write_text("reader,case,patient,repeat,seconds,clicks,undone\n")
    (tmp_path / "clicks.csv").write_text("reader,patient,repeat,click,view,i,j,k,seconds\n")
    (tmp_path / "slices.csv").write_text("patient,index,slice\n")
    (tmp_path / "grids.json").write_text("{}")
    paths = [str(tmp_path / name) for name in ("readings.csv", "clicks.csv", "slices.csv", "grids.json")]
    with pytest.raises(UserError, match="no reader has finished a case; let the readers go on"):
        write_places(["A"], ["a"], ["a"], [None], [paths[0]], [paths[1]], *paths[2:], "slice", 8, "p", "t", print)
