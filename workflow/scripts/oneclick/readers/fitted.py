"""The settings of the simulated person and of the model of time, as a reader study measured them."""

from collections.abc import Mapping

import pandas as pd

from oneclick.common.files import write_text
from oneclick.readers.real_click import ALL


def who_in_words(n: int, simulated: bool) -> str:
    """So many readers, or simulated readers, for nothing simulated is called a reader."""
    return f"{n} {'simulated ' * simulated}reader{'s' * (n != 1)}"


def fitted(table: pd.DataFrame, n_readers: int, simulated: bool) -> dict[str, Mapping]:
    """The sections clicks and effort with what was measured. ``table``: :func:`real_click.real_click_table`. The person aims
    at the centre; the spread includes the readers' bias, as the person has none."""
    of_all = table[table["group"] == ALL].set_index("measure")
    n, n_patients = of_all.loc["human_sigma_mm", ["n", "n_patients"]]
    source = f"measured: {who_in_words(n_readers, simulated)}, {n_patients} patients, {n} clicks"
    clicks = {
        "human_aim": "center",
        "human_sigma_mm": round(float(of_all.loc["human_sigma_mm", "value"]), 2),
        "human_miss": round(float(of_all.loc["missed", "value"]), 4),
        "human_source": source,
    }
    return {
        "clicks": clicks,
        "effort": {"seconds_per_click": round(float(of_all.loc["seconds_per_click", "value"]), 2), "source": source},
    }


def write_fitted(settings: Mapping[str, Mapping], path: str) -> None:
    """Write sections of settings as YAML, to be pasted into a study's file."""
    lines = [
        "# What was measured of readers' clicks: paste it into a study's settings, into the sections that it has already."
    ]
    for section, keys in settings.items():
        lines.append(f"{section}:")
        lines += [f'  {key}: "{value}"' if " " in str(value) else f"  {key}: {value}" for key, value in keys.items()]
    write_text(path, "\n".join([*lines, ""]))
