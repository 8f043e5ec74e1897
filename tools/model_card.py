"""The model card of shared networks, in the form of model hubs: what people say of them, and the study's numbers."""

from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd
import yaml
from jinja2 import Environment, StrictUndefined

TEMPLATE = Path(__file__).with_name("model_card.md.jinja")
CLICKS = {
    "random": "a random pixel of each tumour component",
    "center": "the centre of mass of each tumour component",
    "suvmax": "the hottest pixel of each tumour component",
    "inner": "the pixel of each tumour component that is farthest from its border",
}
"""What networks saw in training, by the kind of click."""
TAGS = ["medical-imaging", "pet", "fdg-pet", "tumour-segmentation", "interactive-segmentation", "click", "u-net"]


@dataclass(frozen=True)
class Shared:
    """What a card is made of: the ``name`` of the set; ``about``, what people say of it; the ``study``'s settings; the
    ``table`` of results by method and the ``thresholds`` of its networks; ``others``, the median Dice of further trainings
    by method; ``run``, the study's last run (settings, commit, machine, started), empty if it kept no record; ``size``,
    bytes of all networks."""

    name: str
    about: dict
    study: dict
    table: pd.DataFrame
    thresholds: pd.DataFrame
    others: dict[str, list[float]]
    run: dict
    size: int


def front_matter(shared: Shared) -> dict:
    """What model hubs read; the Dice of each method as in the table."""
    metrics = [
        {"type": "dice", "name": f"Dice of {row.method}, median of slices", "value": round(row.median_dice, 3)}
        for row in shared.table.itertuples()
    ]
    results = {
        "task": {"type": "image-segmentation", "name": "Tumours on clicked slices of FDG-PET"},
        "dataset": {"type": shared.about["datasets"][0], "name": shared.about["trained_on"]},
        "metrics": metrics,
    }
    return {
        "license": "cc-by-4.0",
        "language": ["en"],
        "library_name": "onnx",
        "pipeline_tag": "image-segmentation",
        "tags": TAGS,
        "datasets": shared.about["datasets"],
        "metrics": ["dice"],
        "model-index": [{"name": f"oneclick-pet {shared.name}", "results": [results]}],
    }


def clicks_in_words(kind: str, settings: dict) -> str:
    """What a network saw in training; ``settings``: the section clicks of its study."""
    if kind != "human":
        return CLICKS.get(kind, f"clicks of the kind {kind}")
    aim = "the centre" if settings["human_aim"] == "center" else "the hottest pixel"
    misses = (
        f"miss by {settings['human_sigma_mm']:g} mm along each axis, and {100 * settings['human_miss']:.3g} % lie elsewhere"
    )
    return f"clicks as a person would make them: they aim at {aim} of each tumour component, {misses}"


def model_card(shared: Shared) -> str:
    """The whole card, Markdown with a front matter in YAML."""
    study, seen = shared.study, shared.study["seen_mm"]["rows"]
    around = f" ({seen['least']:.3g} to {seen['most']:.3g})" if seen["least"] < seen["most"] else ""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        {field.name: getattr(shared, field.name) for field in fields(shared)},
        front=yaml.safe_dump(front_matter(shared), sort_keys=False, allow_unicode=True, width=120),
        clicks={method: study["networks"][row["network"]]["clicks"] for method, row in study["methods"].items()},
        trained_with=lambda kind: clicks_in_words(kind, study["clicks"]),
        pixels=f"{seen['median']:.3g} mm{around}",
        rows=shared.table.to_dict("records"),
        collapsed=shared.thresholds[shared.thresholds["median_train_dice"] == 0].to_dict("records"),
    )
