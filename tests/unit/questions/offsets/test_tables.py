import numpy as np
import pandas as pd
import pytest

from oneclick.questions.offsets.safe_radius import safe_radius
from oneclick.questions.offsets.tables import curve, curve_in_radii, offset_tables, with_sizes
from oneclick.report.words import radius_in_words


def table(losses: dict[float, float], radii=(3.0, 6.0, 9.0), spread=0.0) -> pd.DataFrame:
    """Slices of four patients that lose so much at each distance, by ``spread`` more or less in two directions."""
    rows = [
        ("m", patient, number, 1, radius, mm, direction, 0.8 - loss + sign * spread)
        for patient in "abcd"
        for number, radius in enumerate(radii)
        for mm, loss in losses.items()
        for direction, sign in ((0, 1), (180, -1))
    ]
    columns = ["method", "patient", "slice", "fold", "radius_mm", "distance_mm", "direction", "dice"]
    return pd.DataFrame(rows, columns=columns)


def test_a_dice_that_cannot_be_lost_has_no_safe_radius_and_a_loss_of_exactly_that_is_none():
    low = pd.DataFrame({"distance_mm": [0, 5], "median_dice": [0.04, 0.0], "loss": [0.0, 0.04]})
    assert np.isnan(safe_radius(low)) and radius_in_words(safe_radius(low), 5) == "no Dice to lose"
    edge = pd.DataFrame({"distance_mm": [0, 5], "median_dice": [0.45, 0.40], "loss": [0.0, 0.45 - 0.40]})
    assert safe_radius(edge) == 0  # 0.45 - 0.40 is below 0.05 in binary
    assert (radius_in_words(5, 20), radius_in_words(20, 20)) == ("5 mm", "20 mm or more")


def test_the_safe_radius_ends_before_the_first_loss():
    found = curve(table({0: 0, 2: 0.01, 5: 0.049, 10: 0.06, 15: 0.01}, spread=0.1), 1)
    assert found["loss"].tolist() == pytest.approx([0, 0.01, 0.049, 0.06, 0.01])  # of the mean over directions
    assert safe_radius(found) == 5
    assert safe_radius(curve(table({0: 0, 2: 0.01}), 1)) == 2
    assert safe_radius(curve(table({0: 0, 2: 0.3}), 1)) == 0


def test_bands_are_those_of_drawn_patients():
    # One patient of two loses 0.4: drawn cohorts hold it not at all, once or twice.
    part = table({0: 0, 5: 0.0}, radii=(3.0,))
    part.loc[(part["patient"].isin(["a", "b"])) & (part["distance_mm"] == 5), "dice"] = 0.4
    found = curve(part, 1).set_index("distance_mm").loc[5]
    assert (found["n_slices"], found["n_patients"]) == (4, 4)
    assert (found["median_dice"], found["ci_low"], found["ci_high"]) == pytest.approx((0.6, 0.4, 0.8))


def test_in_radii_each_slice_is_read_at_its_own_distance():
    # Dice falls by 0.02 a mm: at one radius by 0.06, 0.12, 0.18 of tumours with radii of 3, 6, 9 mm
    losses = {mm: 0.02 * mm for mm in (0, 2.5, 5, 10, 15)}
    found = curve_in_radii(table(losses), 1).set_index("distance_radii")
    assert found.loc[1.0, "loss"] == pytest.approx(0.12)
    assert found.loc[1.5, "median_dice"] == pytest.approx(0.8 - 0.02 * 1.5 * 6)
    # 15 mm are 1.67 radii of the largest, 2.5 of the middle one; beyond, less than half of the slices reach
    assert found["n_slices"].to_dict()[1.5] == 12 and found["n_slices"].to_dict()[1.75] == 8
    assert found.index[-1] == 2.5
    assert found.loc[2.5, "median_dice"] == pytest.approx(0.8 - 0.02 * 2.5 * (3 + 6) / 2)


def test_sizes_are_thirds_of_the_slices():
    sizes = with_sizes(table({0: 0.0}, radii=(1, 2, 3, 4, 5, 6)))
    assert sizes.groupby("size")["radius_mm"].agg(["min", "max"]).loc[["small", "medium", "large"]].to_numpy().tolist() == [
        [1, 2], [3, 4], [5, 6],
    ]  # fmt: skip


def test_tables_of_all_methods_and_sizes():
    both = pd.concat([table({0: 0, 5: 0.1}), table({0: 0, 5: 0.02}).assign(method="other")])
    curves, in_radii, radii = offset_tables(both, 1)
    assert curves["method"].tolist() == ["m", "m", "other", "other"]
    assert [table.columns[1] for table in (curves, in_radii)] == ["distance_mm", "distance_radii"]
    assert radii.set_index(["method", "size"])["safe_radius_mm"].unstack()["all"].to_dict() == {"m": 0, "other": 5}
    assert radii["n_slices"].tolist() == [12, 4, 4, 4] * 2
    assert np.isfinite(in_radii["ci_low"]).all()
