import pandas as pd
import pytest

from oneclick.report import loss_curves
from oneclick.report.marks import Notices


def histories(tmp_path, loss=lambda network, fold, epoch: 1 / (epoch + fold) ** 2):
    """Files of two networks and two folds, in the order of the rule's inputs."""
    paths = []
    for network in ("plain", "center"):
        for fold in (1, 2):
            values = [loss(network, fold, epoch) for epoch in (1, 2, 3)]
            table = pd.DataFrame({"epoch": [1, 2, 3], "loss": values, "val_loss": [2 * v for v in values]})
            paths.append(tmp_path / f"{network}-{fold}.csv")
            table.to_csv(paths[-1], index=False)
    return paths


def test_loss_curves_have_a_panel_a_network_and_two_lines_a_fold(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(loss_curves, "save", lambda fig, png, svg: kept.append(fig))
    paths = histories(tmp_path)
    loss_curves.write_loss_curves(paths, ["plain", "center"], [1, 2], "a.png", "a.svg", 4, "sound", Notices())
    panels = [ax for ax in kept[0].axes if ax.get_visible()]
    assert [ax.get_title() for ax in panels] == ["plain (n = 2 trainings)", "center (n = 2 trainings)"]
    assert [line.get_ydata().tolist() for line in panels[1].lines] == [
        pytest.approx([1 / 4, 1 / 9, 1 / 16]),
        pytest.approx([2 / 4, 2 / 9, 2 / 16]),
        pytest.approx([1 / 9, 1 / 16, 1 / 25]),
        pytest.approx([2 / 9, 2 / 16, 2 / 25]),
    ]
    assert panels[0].get_yscale() == "log"
    assert kept[0].texts[0].get_text() == (
        "n = 4 trainings: 2 networks on 2 folds; up to 3 epochs.\nOf each training the first of up to 4 runs that did not "
        "collapse."
    )


@pytest.mark.parametrize(
    "runs, use, sentences",
    [
        (1, "sound", []),
        (3, "best", ["Of each training the best of 3 runs on its own training slices."]),
        (3, "each", ["Of each training the first of 3 runs, the study's own."]),
    ],
)
def test_which_run_of_several_is_shown(runs, use, sentences):
    assert loss_curves.runs_in_words(runs, use) == sentences


def test_a_loss_of_zero_or_nan_is_drawn_on_a_linear_axis(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(loss_curves, "save", lambda fig, png, svg: kept.append(fig))
    paths = histories(tmp_path, lambda network, fold, epoch: 0.0 if epoch == 2 else float("nan"))
    loss_curves.write_loss_curves(paths, ["plain", "center"], [1, 2], "a.png", "a.svg", 4, "sound", Notices())
    assert kept[0].axes[0].get_yscale() == "linear"


def test_losses_that_hardly_differ_are_on_a_linear_axis_with_numbers():
    table = pd.DataFrame({"network": "plain", "fold": 1, "epoch": [1, 2], "loss": [0.3, 0.29], "val_loss": [0.33, 0.32]})
    ax = loss_curves.draw_loss_curves(table, Notices()).axes[0]
    assert ax.get_yscale() == "linear"
    assert len([tick for tick in ax.get_yticks() if 0.29 <= tick <= 0.33]) >= 2
