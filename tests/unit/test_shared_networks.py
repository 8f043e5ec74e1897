"""The networks that come with oneclick-pet, as they are committed: laid out as a study, small, and their cards true."""

import re
from pathlib import Path

import onnx
import pandas as pd
import pytest
import yaml

from oneclick.networks.inference import load_network
from oneclick.segment.trained_study import trained_study
from oneclick.settings.study import automatic_network, check_shared

NETWORKS = Path(__file__).parents[2] / "networks"
SCHEMA = yaml.safe_load((NETWORKS.parent / "workflow/schemas/config.schema.yaml").read_text())
LARGEST, OF_ALL = 0.6e6, 12e6
"""Bytes of a network, and of all that is shared: it is in every clone."""


@pytest.fixture(params=["phantom", "sarcoma"])
def folder(request) -> Path:
    if not (NETWORKS / request.param / "settings.json").is_file():
        pytest.skip(f"networks/{request.param} holds no networks yet")
    return NETWORKS / request.param


def card_of(folder: Path) -> tuple[dict, str]:
    """The front matter and the rest of a model card."""
    _, front, card = (folder / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(front), card


def test_a_set_is_laid_out_as_a_study(folder):
    study = trained_study(str(folder), lambda written: check_shared(written, SCHEMA))
    networks = {method["network"] for method in study["methods"].values()}
    assert networks == set(study["networks"]) == {path.name for path in (folder / "models").iterdir()}
    # one that sees no click, for unclicked: automatic, and the one that sees a click as a person makes it
    assert automatic_network(study) and study["networks"][study["methods"]["hum1CNN"]["network"]]["clicks"] == "human"
    assert study["seen_mm"] and study["trained_on"] and study["phantom"] == (folder.name == "phantom")
    thresholds = pd.read_csv(folder / "thresholds.csv")
    assert sorted(zip(thresholds["network"], thresholds["fold"], strict=True)) == [
        (network, fold) for network in sorted(networks) for fold in range(1, study["folds"] + 1)
    ]
    assert thresholds["threshold"].between(0, 1).all() and (thresholds["median_train_dice"] > 0).all()


def test_networks_are_small_and_hold_kernels_in_half(folder):
    size = trained_study(str(folder), lambda written: check_shared(written, SCHEMA))["preprocess"]["size"]
    for path in (folder / "models").rglob("*.onnx"):
        assert path.stat().st_size <= LARGEST, path
        kinds = {tensor.data_type for tensor in onnx.load(path).graph.initializer if len(tensor.dims) > 1}
        assert kinds == {onnx.TensorProto.FLOAT16}
        assert all(8 <= side <= size for side in load_network(path).window)
    assert sum(path.stat().st_size for path in NETWORKS.rglob("*") if path.is_file()) <= OF_ALL
    assert not {path.suffix for path in NETWORKS.rglob("*") if path.is_file()} - {".md", ".yaml", ".csv", ".json", ".onnx"}


def test_the_card_says_the_numbers_of_the_tables(folder):
    front, card = card_of(folder)
    table = pd.read_csv(folder / "results.csv")
    assert front["license"] == "cc-by-4.0" and front["library_name"] == "onnx" and front["metrics"] == ["dice"]
    (results,) = front["model-index"][0]["results"]
    assert [metric["value"] for metric in results["metrics"]] == table["median_dice"].round(3).tolist()
    for row in table.itertuples():
        interval = f"{row.median_dice:.3f} ({row.ci_low:.3f} to {row.ci_high:.3f})"
        patients = f"{row.patient_low:.3f} to {row.patient_high:.3f}"
        assert f"| {row.method} | {interval} | {patients} | {row.n_slices} / {row.n_patients} |" in card
        assert row.ci_low <= row.median_dice <= row.ci_high and 0 <= row.patient_low <= row.patient_high <= 1
        # what float16 may change, at most
        assert row.same_share > 0.9 and row.least_dice > 0.9 and abs(row.shared_median_dice - row.median_dice) < 0.002
    assert f"These networks were trained on {results['dataset']['name']}." in card
    size = sum(path.stat().st_size for path in (folder / "models").rglob("*.onnx"))
    assert f"{size / 1e6:.1f} MB." in card


def test_the_card_says_for_what_they_are_not_and_whose_the_data_are(folder):
    _, card = card_of(folder)
    headings = re.findall("^## (.+)$", card, re.M)
    assert headings[1:4] == ["What they must not be used for", "Trained on", "Training"]
    assert headings[-3:] == ["Limits", "Licences", "Citation"]
    assert "No diagnosis, no staging, no treatment planning" in card and "For research, not for treatment" in card
    if folder.name == "sarcoma":
        licences, citation = (re.search(f"## {name}\n(.*?)(?:\n## |$)", card, re.S)[1] for name in ("Licences", "Citation"))
        assert "CC BY 3.0" in licences and "Vallières" in licences and "10.7937/K9/TCIA.2015.7GO2GSKS" in licences
        assert "Vallières" in citation and "10.7937/K9/TCIA.2015.7GO2GSKS" in citation


def test_links_of_cards_lead_somewhere(folder):
    _, card = card_of(folder)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", card) if not link.startswith("https://")]
    assert links and all((folder / link.partition("#")[0]).exists() for link in links)
