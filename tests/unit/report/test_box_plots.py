import numpy as np
import pandas as pd
import pytest

from oneclick.report import box_plots, loss_curves, style


@pytest.fixture
def scores():
    dice = {"CNNonly": [0.1, 0.2, 0.6, float("nan")], "other$": [0.5, 0.9, 0.7, 0.6]}
    rows = [(m, "pqqr"[i], i, 1, value) for m, values in dice.items() for i, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["method", "patient", "slice", "fold", "dice"])


def test_box_plots_show_the_medians_and_the_papers_beside(scores):
    fig = box_plots.draw_box_plots(scores)
    ax = fig.axes[0]
    lines = [line for line in ax.lines if line.get_linewidth() == 1.8]
    assert [float(line.get_xdata()[0]) for line in lines] == pytest.approx([0.2, 0.65])
    diamonds = [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in ax.lines if line.get_marker() == "D"]
    assert diamonds == [(0.535, 0.0)]
    texts = [text.get_text() for text in ax.texts]
    assert texts[3:] == ["3", "0.200", "0.535", "4", "0.650", "\u2013"]
    assert "of 3 patients" in fig.texts[0].get_text()
    assert "Phantom" not in fig.texts[0].get_text()
    assert "Phantom" in box_plots.draw_box_plots(scores, phantom=True).texts[0].get_text()


def test_without_a_method_of_the_paper_there_is_no_marker_for_it(scores):
    ax = box_plots.draw_box_plots(scores[scores["method"] == "other$"]).axes[0]
    assert ax.get_legend() is None
    assert not [line for line in ax.lines if line.get_marker() == "D"]


def test_box_plots_are_equal_files_without_a_date(scores, tmp_path):
    scores.to_csv(tmp_path / "scores.csv", index=False)
    for name in ("a", "b"):
        box_plots.write_box_plots(tmp_path / "scores.csv", tmp_path / f"{name}.png", tmp_path / f"{name}.svg")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert "<dc:date>" not in (tmp_path / "a.svg").read_text()


def histories(tmp_path, loss=lambda network, fold, epoch: 1 / (epoch + fold) ** 2):
    paths = {}
    for network in ("plain", "center"):
        for fold in (1, 2):
            values = [loss(network, fold, epoch) for epoch in (1, 2, 3)]
            table = pd.DataFrame({"epoch": [1, 2, 3], "loss": values, "val_loss": [2 * v for v in values]})
            paths[network, fold] = tmp_path / f"{network}-{fold}.csv"
            table.to_csv(paths[network, fold], index=False)
    return paths


def test_loss_curves_have_a_panel_a_network_and_two_lines_a_fold(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(loss_curves, "save", lambda fig, png, svg: kept.append(fig))
    paths = histories(tmp_path)
    loss_curves.write_loss_curves([(network, fold, path) for (network, fold), path in paths.items()], "a.png", "a.svg")
    panels = [ax for ax in kept[0].axes if ax.get_visible()]
    assert [ax.get_title() for ax in panels] == ["plain (2 folds)", "center (2 folds)"]
    assert [line.get_ydata().tolist() for line in panels[1].lines] == [
        pytest.approx([1 / 4, 1 / 9, 1 / 16]),
        pytest.approx([2 / 4, 2 / 9, 2 / 16]),
        pytest.approx([1 / 9, 1 / 16, 1 / 25]),
        pytest.approx([2 / 9, 2 / 16, 2 / 25]),
    ]
    assert panels[0].get_yscale() == "log"


def test_a_loss_of_zero_or_nan_is_drawn_on_a_linear_axis(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(loss_curves, "save", lambda fig, png, svg: kept.append(fig))
    paths = histories(tmp_path, lambda network, fold, epoch: 0.0 if epoch == 2 else float("nan"))
    loss_curves.write_loss_curves([(network, fold, path) for (network, fold), path in paths.items()], "a.png", "a.svg")
    assert kept[0].axes[0].get_yscale() == "linear"


def lightness(colour: str) -> float:
    """Relative luminance of sRGB (IEC 61966-2-1)."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_methods_have_colours_of_their_own_and_the_outlined_ones_differ_in_lightness():
    names = ["x", "CNNonly", "CNNrand", "CNNcm", "rand1CNN", "cm1CNN", "y", "z"]
    palette = style.colours(names)
    assert len(set(palette.values())) == len(names)
    purple, blue, green = (lightness(palette[name]) for name in ("CNNonly", "cm1CNN", "rand1CNN"))
    assert purple + 0.08 < blue < green - 0.08
    assert style.colours(["y", "CNNonly"])["CNNonly"] == palette["CNNonly"]


@pytest.mark.parametrize(
    ("name", "length", "short"), [("abc", 3, "abc"), ("abcdef", 5, "ab\u2026ef"), ("abcdefg", 4, "ab\u2026g")]
)
def test_long_names_are_shortened_in_the_middle(name, length, short):
    assert style.shortened(name, length) == short


def test_losses_that_hardly_differ_are_on_a_linear_axis_with_numbers(tmp_path):
    table = pd.DataFrame({"network": "plain", "fold": 1, "epoch": [1, 2], "loss": [0.3, 0.29], "val_loss": [0.33, 0.32]})
    ax = loss_curves.draw_loss_curves(table).axes[0]
    assert ax.get_yscale() == "linear"
    assert len([tick for tick in ax.get_yticks() if 0.29 <= tick <= 0.33]) >= 2
