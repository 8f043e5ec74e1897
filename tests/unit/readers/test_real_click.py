"""What is measured of a few clicks, by hand; and of simulated readers, who are given back."""

import importlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oneclick.readers.events import COLUMNS
from oneclick.readers.fitted import fitted, write_fitted
from oneclick.readers.real_click import ALL, Read, real_click_table
from oneclick.readers.simulated import SimulatedReader, write_events

ROOT = Path(__file__).parents[3]


def click(reader, patient, repeat, target, left, back, border, seconds, error="", radius=10.0, contrast=3.0):
    hit = target > 0
    row = {
        "reader": reader,
        "patient": patient,
        "repeat": repeat,
        "slice": 1,
        "target": target,
        "lesion": target,
        "error": error,
    }
    row |= {"left_mm": left, "back_mm": back, "hot_left_mm": left + 1, "hot_back_mm": back, "border_mm": border}
    row |= {"distance_mm": np.hypot(left, back), "hot_mm": np.hypot(left + 1, back), "radii": np.hypot(left, back) / radius}
    return row | {"seconds": seconds, "counts": hit, "radius_mm": radius, "contrast": contrast}


NONE = (np.nan,) * 3
FEW = Read(
    pd.DataFrame(
        [
            click("R1", "A", 0, 1, 3, 4, -2, 2),
            click("R1", "A", 1, 1, 3, 0, 1, 4),
            click("R1", "B", 0, 1, -3, 4, -1, 3),
            click("R2", "A", 0, 1, 5, 12, 3, 1),
            click("R2", "B", 0, 0, *NONE, 2, error="far"),
            click("R2", "B", 0, 0, *NONE, 6, error="beyond"),
        ]
    ),
    pd.DataFrame(
        [
            ("R1", "A", 0, 1, 1, True), ("R1", "A", 1, 1, 1, True), ("R1", "B", 0, 1, 1, True), ("R1", "B", 0, 2, 1, False),
            ("R2", "A", 0, 1, 1, True), ("R2", "B", 0, 1, 1, False), ("R2", "B", 0, 2, 1, False),
        ],
        columns=["reader", "patient", "repeat", "target", "lesion", "clicked"],
    ).assign(slice=1, radius_mm=10.0, contrast=3.0),
    pd.DataFrame(
        [("R1", "A", 0, 5.0), ("R1", "A", 1, 7.0), ("R1", "B", 0, 6.0), ("R2", "A", 0, 2.0), ("R2", "B", 0, 10.0)],
        columns=["reader", "patient", "repeat", "seconds"],
    ),
    "slice",
)  # fmt: skip


def test_measures_of_a_few_clicks_by_hand():
    table = real_click_table(FEW, seed=1, draws=50)
    found = table[table["group"] == ALL].set_index("measure")
    value = found["value"]
    assert value["bias_left_mm"] == 2 and value["bias_back_mm"] == 5  # (3 + 3 - 3 + 5) / 4, (4 + 0 + 4 + 12) / 4
    assert value["hot_left_mm"] == 3 and value["border_mm"] == 0  # of -2 -1 1 3
    assert value["distance_mm"] == 5 and value["distance_radii"] == 0.5  # of 3 5 5 13
    assert value["outside"] == 0.5
    assert value["missed"] == 0.2 and found.at["missed", "n"] == 5  # one of four hits and a miss; not the one beyond
    assert value["errors_per_patient"] == 2 / 5
    assert value["not_clicked"] == 3 / 7
    assert value["lesions_not_clicked"] == 1 / 5  # R2 did not find that of B
    assert value["seconds_per_click"] == 3 and value["seconds_per_patient"] == 6
    # R1's medians are (3, 4); its deviations 0 0 6 and 0 4 0, R2's 0: medians 0 and 0
    assert value["spread_mm"] == 0
    # the readers' means are (1, 8/3) of three clicks and (5, 12) of one
    assert value["human_sigma_mm"] == pytest.approx(np.sqrt(((3 * 1 + 25) / 4 + (3 * (8 / 3) ** 2 + 144) / 4) / 2))
    assert value["within_reader_mm"] == 2  # (0, 4): 16 / 4
    assert value["between_readers_mm"] == pytest.approx(np.sqrt((4 + 64) / 4))
    own = table[table["group"] == "R2"].set_index("measure")["value"]
    assert own["bias_left_mm"] == 5 and own["missed"] == 0.5 and own["seconds_per_click"] == 3


def test_thirds_are_of_the_targets():
    clicks = [click("R1", f"P{n}", 0, 1, n, 0, -1, 2, radius=4 + n, contrast=1 if n < 3 else np.nan) for n in range(9)]
    targets = [("R1", f"P{n}", 0, 1, 1, True, 1, 4.0 + n, 1 if n < 3 else np.nan) for n in range(9)]
    names = ["reader", "patient", "repeat", "target", "lesion", "clicked", "slice", "radius_mm", "contrast"]
    readings = pd.DataFrame([("R1", f"P{n}", 0, 2.0) for n in range(9)], columns=["reader", "patient", "repeat", "seconds"])
    table = real_click_table(
        Read(pd.DataFrame(clicks), pd.DataFrame(targets, columns=names), readings, "slice"), 1, draws=20
    )
    found = table[table["measure"] == "distance_mm"].set_index("group")
    assert found.loc[["small", "medium", "large"], "value"].tolist() == [1, 4, 7]
    assert found.loc["faint", "n"] == 3 and set(found.loc[["small", "medium", "large"], "n"]) == {3}
    assert not {"missed", "errors_per_patient"} & set(table.loc[table["group"] == "small", "measure"])


def test_the_settings_to_paste_are_what_was_measured(tmp_path):
    table = real_click_table(FEW, seed=1, draws=20)
    write_fitted(fitted(table, 2, simulated=True), str(tmp_path / "measured.yaml"))
    assert (tmp_path / "measured.yaml").read_text().splitlines()[1:] == [
        "clicks:",
        "  human_aim: center",
        "  human_sigma_mm: 4.92",
        "  human_miss: 0.2",
        '  human_source: "measured: 2 simulated readers, 2 patients, 4 clicks"',
        "effort:",
        "  seconds_per_click: 3.0",
        '  source: "measured: 2 simulated readers, 2 patients, 4 clicks"',
    ]


@pytest.fixture(scope="module")
def coverage():
    """The script that counts how often intervals hold the truth."""
    import sys

    sys.path.append(str(ROOT / "tools"))
    return importlib.import_module("reader_coverage")


def test_simulated_readers_are_given_back_by_way_of_their_files(coverage):
    """One study of 40 patients: each estimate within four standard errors, as its own interval has them, of what was
    given."""
    found = coverage.intervals(coverage.READERS, coverage.small_scans(40), seed=3, draws=200)
    for name, true in coverage.truth(coverage.READERS).items():
        value, low, high = found[name]
        assert abs(value - true) < 4 * max((high - low) / 3.92, 1e-3), name
        if name in ("spread_mm", "within", "seconds_per_click"):
            assert value == pytest.approx(true, rel=0.06), name


@pytest.mark.slow
def test_intervals_hold_what_was_given(coverage):
    """Of 40 studies, 95 % intervals hold the truth in 33 at least, but in one run of 1,000."""
    readers = tuple(coverage.replace(reader, patient_mm=coverage.PATIENT_MM) for reader in coverage.READERS)
    rates = coverage.rates(readers, coverage.small_scans(16), range(40), draws=200).set_index("measure")["coverage"]
    assert (rates.drop(["patients", "readers"]) >= 33 / 40).all(), rates


def test_a_simulated_reader_says_so(tmp_path):
    with pytest.raises(ValueError, match="begins with sim"):
        write_events(
            SimulatedReader("R1"), {"digest": "a", "cases": [], "break_after": None}, {}, 1, str(tmp_path / "R1.csv")
        )
    write_events(
        SimulatedReader("sim1"), {"digest": "a", "cases": [], "break_after": None}, {}, 1, str(tmp_path / "sim1.csv")
    )
    lines = (tmp_path / "sim1.csv").read_text().splitlines()
    assert lines[0] == ",".join(COLUMNS) and len(lines) == 3
